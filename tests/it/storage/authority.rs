//! A time-stamp authority for tests: a root and a certificate of openssl's making, answers by `openssl ts -reply`, and
//! a small HTTP server on loopback.

use super::judges::judge;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// An authority with its files in a folder.
pub struct TestAuthority {
    openssl: PathBuf,
    folder: PathBuf,
}

impl TestAuthority {
    /// Makes one; `purpose` is the value of its extended key usage, `key` what `openssl req -newkey` takes. None when
    /// openssl is not installed.
    pub fn new(folder: &Path, purpose: &str, key: &[&str]) -> Option<Self> {
        let openssl = judge("openssl")?;
        fs::create_dir_all(folder).unwrap();
        let own = Self {
            openssl,
            folder: folder.to_owned(),
        };
        let extensions = format!("extendedKeyUsage={purpose}\nbasicConstraints=CA:FALSE\n");
        fs::write(folder.join("ext.cnf"), extensions).unwrap();
        fs::write(folder.join("ts.cnf"), TS_CONFIG).unwrap();
        fs::write(folder.join("serial"), "01\n").unwrap();
        let mut root = vec!["req", "-x509", "-newkey"];
        root.extend(key);
        root.extend(
            "-nodes -keyout ca.key -out ca.pem -days 3650 -subj /O=wangxun.test/CN=Root".split(' '),
        );
        root.extend(["-addext", "keyUsage=critical,keyCertSign"]);
        own.run(&root);
        let mut request = vec!["req", "-newkey"];
        request.extend(key);
        request.extend(
            "-nodes -keyout tsa.key -out tsa.csr -subj /O=wangxun.test/CN=Clock".split(' '),
        );
        own.run(&request);
        let sign = "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out tsa.pem -extfile ext.cnf";
        own.run(&sign.split(' ').collect::<Vec<_>>());
        Some(own)
    }

    /// The usual one.
    pub fn usual(folder: &Path) -> Option<Self> {
        let key = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
        Self::new(folder, "critical,timeStamping", &key)
    }

    fn run(&self, arguments: &[&str]) {
        let output = Command::new(&self.openssl)
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }

    /// The root's file.
    pub fn root_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The root in PEM.
    pub fn root(&self) -> Vec<u8> {
        fs::read(self.root_file()).unwrap()
    }

    /// Answers a question.
    pub fn answer(&self, question: &[u8]) -> Vec<u8> {
        fs::write(self.folder.join("q.tsq"), question).unwrap();
        self.run(
            &"ts -reply -config ts.cnf -queryfile q.tsq -out r.tsr"
                .split(' ')
                .collect::<Vec<_>>(),
        );
        fs::read(self.folder.join("r.tsr")).unwrap()
    }

    /// What `openssl ts -verify` says of a token over these bytes.
    pub fn judge(&self, data: &[u8], token: &Path) -> (bool, String) {
        let over = self.folder.join("data");
        fs::write(&over, data).unwrap();
        let output = Command::new(&self.openssl)
            .args(["ts", "-verify", "-data"])
            .arg(&over)
            .arg("-in")
            .arg(token)
            .arg("-CAfile")
            .arg(self.root_file())
            .output()
            .unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), said)
    }

    /// Serves answers over HTTP as `reply` makes them of a question; gives the address. The thread ends with the tests.
    pub fn serve(
        self: Arc<Self>,
        reply: impl Fn(&TestAuthority, &[u8]) -> (u16, &'static str, Vec<u8>) + Send + 'static,
    ) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/tsr", listener.local_addr().unwrap());
        let one = Mutex::new(());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let _one_at_a_time = one.lock();
                let mut stream = stream.unwrap();
                let Some(question) = read_body(&mut stream) else {
                    continue;
                };
                let (status, kind, body) = reply(&self, &question);
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(&[head.as_bytes(), &body].concat());
            }
        });
        address
    }
}

fn read_body(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..at]).to_ascii_lowercase();
        assert!(
            head.contains("content-type: application/timestamp-query"),
            "{head}"
        );
        let length = head
            .split("content-length: ")
            .nth(1)?
            .split("\r\n")
            .next()?
            .trim()
            .parse::<usize>()
            .ok()?;
        if bytes.len() >= at + 4 + length {
            return Some(bytes[at + 4..at + 4 + length].to_vec());
        }
    }
}

const TS_CONFIG: &str = "\
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";

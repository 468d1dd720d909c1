//! TLS: the chain is verified as usual and recorded whole; HTTP/2 is spoken where the server offers it.

use super::server::{seed, settings, target};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wangxun::fetch::Fetcher;
use wangxun::model::capture::Capture;
use wangxun::model::seed::HostOverride;
use wangxun::model::spent::Spent;

struct Pki {
    root: CertificateDer<'static>,
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

/// A root, an intermediate and a leaf for `host`.
fn pki(host: &str) -> Pki {
    pki_until(host, None)
}

/// The same, the leaf good until a day.
fn pki_until(host: &str, until: Option<(i32, u8, u8)>) -> Pki {
    let authority = || {
        let mut params = CertificateParams::new(Vec::new()).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    };
    let root_key = KeyPair::generate().expect("key");
    let root = authority().self_signed(&root_key).expect("root");
    let root_issuer = Issuer::new(authority(), root_key);
    let middle_key = KeyPair::generate().expect("key");
    let middle = authority()
        .signed_by(&middle_key, &root_issuer)
        .expect("intermediate");
    let middle_issuer = Issuer::new(authority(), middle_key);
    let leaf_key = KeyPair::generate().expect("key");
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("params");
    if let Some((year, month, day)) = until {
        params.not_before = rcgen::date_time_ymd(year - 1, month, day);
        params.not_after = rcgen::date_time_ymd(year, month, day);
    }
    let leaf = params.signed_by(&leaf_key, &middle_issuer).expect("leaf");
    Pki {
        root: root.der().clone(),
        chain: vec![leaf.der().clone(), middle.der().clone()],
        key: leaf_key.serialize_der(),
    }
}

fn acceptor(pki: &Pki, protocols: &[&[u8]]) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(pki.key.clone()).expect("key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(pki.chain.clone(), key)
        .expect("certificate");
    config.alpn_protocols = protocols.iter().map(|p| p.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(pki: &Pki, protocols: &[&[u8]]) -> SocketAddr {
    let acceptor = acceptor(pki, protocols);
    let listener = TcpListener::bind("127.0.0.8:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let service = service_fn(|_| async {
                    let answer = hyper::Response::builder().header("content-type", "text/html");
                    Ok::<_, Infallible>(
                        answer
                            .body(Full::new(Bytes::from("<p>安全</p>")))
                            .expect("answer"),
                    )
                });
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

/// An HTTP/2 server by hand (RFC 9113, 4.1): answers a connection's first bytes with its settings and these frames, then,
/// where it floods, with the last of them without end.
async fn serve_frames(pki: &Pki, frames: Vec<Vec<u8>>, floods: bool) -> SocketAddr {
    let acceptor = acceptor(pki, &[b"h2"]);
    let listener = TcpListener::bind("127.0.0.8:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, frames) = (acceptor.clone(), frames.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let _ = stream.write_all(&frame(4, 0, 0, &[])).await;
                let mut asked = [0; 4096];
                // The preface with settings, then the request.
                for _ in 0..2 {
                    let _ = stream.read(&mut asked).await;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                for frame in &frames {
                    let _ = stream.write_all(frame).await;
                }
                let last = frames.last().cloned().unwrap_or_default();
                while floods && stream.write_all(&last).await.is_ok() {}
                let _ = stream.flush().await;
                tokio::time::sleep(Duration::from_secs(5)).await;
            });
        }
    });
    address
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    let mut out = length[1..].to_vec();
    out.extend([kind, flags]);
    out.extend(stream.to_be_bytes());
    out.extend(payload);
    out
}

async fn visit(pki: &Pki, trusted: bool, host: &str, protocols: &[&[u8]]) -> wangxun::fetch::Visit {
    visit_obeying(pki, trusted, host, protocols, false).await
}

async fn visit_obeying(
    pki: &Pki,
    trusted: bool,
    host: &str,
    protocols: &[&[u8]],
    obeys: bool,
) -> wangxun::fetch::Visit {
    let address = serve(pki, protocols).await;
    visit_at(address, pki, trusted, host, obeys).await
}

async fn visit_at(
    address: SocketAddr,
    pki: &Pki,
    trusted: bool,
    host: &str,
    obeys: bool,
) -> wangxun::fetch::Visit {
    let mut settings = settings();
    if trusted {
        settings.extra_roots = vec![pki.root.to_vec()];
    }
    let fetcher = Fetcher::new(&settings).expect("fetcher");
    let url = format!("https://{host}/");
    let mut seed = seed(&url, &["127.0.0.8/32"]);
    seed.resolve = vec![HostOverride {
        host: host.to_owned(),
        address: address.ip(),
        port: Some(address.port()),
    }];
    if !obeys {
        seed.robots = wangxun::model::seed::RobotsPolicy::Ignore {
            legal_basis: "测试".to_owned(),
        };
    }
    // Twice, so that the second exchange runs over the pooled connection.
    let first = fetcher.visit(&seed, &target(&url), &Spent::default()).await;
    if first.outcome.is_err() {
        return first;
    }
    fetcher.visit(&seed, &target(&url), &Spent::default()).await
}

#[tokio::test]
async fn the_whole_chain_is_recorded_over_http_1_and_2() {
    let pki = pki("bank.test");
    for (protocol, version) in [(&b"h2"[..], "HTTP/2"), (b"http/1.1", "HTTP/1.1")] {
        let visit = visit(&pki, true, "bank.test", &[protocol]).await;
        let capture = visit.outcome.expect("a page");
        let page = capture.last().expect("a page");
        assert_eq!(page.http_version, version);
        assert_eq!(page.content(), "<p>安全</p>".as_bytes());
        let sent: Vec<Vec<u8>> = pki.chain.iter().map(|c| c.to_vec()).collect();
        assert_eq!(page.tls_chain, sent, "{version}");
    }
}

#[tokio::test]
async fn an_untrusted_or_foreign_certificate_is_refused() {
    let pki = pki("bank.test");
    use wangxun::model::signal::SignalKind;
    for (trusted, host, kind) in [
        (false, "bank.test", SignalKind::CertificateUntrusted),
        (true, "other.test", SignalKind::CertificateName),
    ] {
        let visit = visit(&pki, trusted, host, &[b"http/1.1"]).await;
        let reason = visit.outcome.expect_err("no trust");
        let detail = reason.detail().to_lowercase();
        assert!(detail.contains("certificate"), "{detail}");
        let told = wangxun::signals::tls::refusal(&reason, false).map(|o| o.kind);
        assert_eq!(told, Some(kind), "{detail}");
    }
}

#[tokio::test]
async fn http_2_resets_and_floods_end_as_failures() {
    let pki = pki("bank.test");
    // The end of the stream before and after its head (`:status 200` is entry 8 of the static table), the end of the
    // connection, frames of an impossible kind, and floods of resets, settings and pings.
    let head = frame(1, 4, 1, &[0x88]);
    let reset = frame(3, 0, 1, &2u32.to_be_bytes());
    let cases: [(&str, Vec<Vec<u8>>, bool); 7] = [
        ("reset", vec![reset.clone()], false),
        (
            "reset after the head",
            vec![head.clone(), frame(0, 0, 1, b"<p>"), reset.clone()],
            false,
        ),
        (
            "go away",
            vec![frame(7, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 1])],
            false,
        ),
        ("nonsense", vec![frame(1, 4, 1, &[0xff; 64])], false),
        ("resets without end", vec![reset], true),
        (
            "settings without end",
            vec![frame(4, 0, 0, &[0, 3, 0, 0, 0, 100])],
            true,
        ),
        ("pings without end", vec![frame(6, 0, 0, &[0; 8])], true),
    ];
    for (name, frames, floods) in cases {
        let address = serve_frames(&pki, frames, floods).await;
        let begun = Instant::now();
        let visit = visit_at(address, &pki, true, "bank.test", false).await;
        let took = begun.elapsed();
        let told = match &visit.outcome {
            Ok(capture) => format!("cut: {:?}", capture.last().and_then(|e| e.truncated)),
            Err(reason) => reason.to_string(),
        };
        println!("{name}: {:.1} s, {told}", took.as_secs_f64());
        assert!(took < Duration::from_secs(10), "{name}: {took:?}");
        let cut = |c: &Capture| c.last().is_some_and(|e| e.truncated.is_some());
        assert!(
            visit.outcome.as_ref().map_or(true, cut),
            "{name}: taken for a whole page"
        );
    }
}

#[tokio::test]
async fn an_expired_certificate_is_told_apart_also_where_robots_is_asked_first() {
    use wangxun::model::signal::SignalKind;
    let pki = pki_until("bank.test", Some((2020, 1, 1)));
    for obeys in [false, true] {
        let visit = visit_obeying(&pki, true, "bank.test", &[b"http/1.1"], obeys).await;
        let reason = visit.outcome.expect_err("expired");
        let told = wangxun::signals::tls::refusal(&reason, false).map(|o| o.kind);
        assert_eq!(told, Some(SignalKind::CertificateExpired), "{reason:?}");
    }
}

#[test]
fn the_facts_of_a_certificate_are_read() {
    let one = pki("bank.test");
    let facts = wangxun::storage::certificate::facts(&one.chain[0]).expect("a certificate");
    assert_eq!(facts.names, ["bank.test"]);
    assert!(facts.not_before < facts.not_after);
    assert_eq!(facts.key_sha256.len(), 64);
    let root = wangxun::storage::certificate::facts(&one.root).expect("a certificate");
    assert!(root.is_self_signed());
    let other = pki("bank.test");
    let other = wangxun::storage::certificate::facts(&other.chain[0]).expect("a certificate");
    assert_ne!(
        (facts.sha256, facts.key_sha256),
        (other.sha256, other.key_sha256)
    );
    assert!(wangxun::storage::certificate::facts(&one.chain[0][1..]).is_none());
}

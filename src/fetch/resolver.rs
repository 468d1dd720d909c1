//! Asks an operator's resolver whether a block works: one question (RFC 1035) over UDP, the answer's code and nothing else.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

/// What a resolver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolverAnswer {
    /// The response code (RFC 1035 section 4.1.1, RFC 2136).
    Code(u8),
    /// Nothing came in time.
    Nothing,
}

impl ResolverAnswer {
    /// The word of records.
    pub fn word(self) -> String {
        match self {
            Self::Code(0) => "NOERROR".to_owned(),
            Self::Code(1) => "FORMERR".to_owned(),
            Self::Code(2) => "SERVFAIL".to_owned(),
            Self::Code(3) => "NXDOMAIN".to_owned(),
            Self::Code(5) => "REFUSED".to_owned(),
            Self::Code(other) => format!("RCODE{other}"),
            Self::Nothing => "no-answer".to_owned(),
        }
    }
}

/// The question for an A record: recursion desired, class IN.
fn question(id: u16, name: &str) -> Option<Vec<u8>> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|n| (1..=63).contains(n))?;
        bytes.push(length);
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.extend_from_slice(&[0, 0, 1, 0, 1]);
    (bytes.len() <= 280).then_some(bytes)
}

/// Asks for a name, three times at most.
pub fn ask(resolver: SocketAddr, name: &str, wait: Duration) -> io::Result<ResolverAnswer> {
    let any = match resolver.ip() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(resolver)?;
    socket.set_read_timeout(Some(wait))?;
    for _ in 0..3 {
        let mut id = [0; 2];
        getrandom::fill(&mut id).map_err(|e| io::Error::other(e.to_string()))?;
        let asked = question(u16::from_be_bytes(id), name)
            .ok_or_else(|| io::Error::other(format!("{name:?} is no name")))?;
        socket.send(&asked)?;
        let mut buffer = [0; 4096];
        match socket.recv(&mut buffer) {
            Ok(length) => {
                if let Some(code) = code(buffer.get(..length).unwrap_or_default(), &asked) {
                    return Ok(ResolverAnswer::Code(code));
                }
            }
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) => {}
            Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => {
                return Ok(ResolverAnswer::Nothing);
            }
            Err(e) => return Err(e),
        }
    }
    Ok(ResolverAnswer::Nothing)
}

/// The response code of an answer to this question; `None` for anything else that came.
fn code(answer: &[u8], asked: &[u8]) -> Option<u8> {
    let flags = *answer.get(2)?;
    let same = answer.get(..2) == asked.get(..2)
        && answer
            .get(12..asked.len())?
            .eq_ignore_ascii_case(asked.get(12..)?);
    (same && flags & 0x80 != 0).then_some(answer.get(3)? & 0x0f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_encoded_and_its_answer_recognised() {
        let asked = question(0x1234, "a.shop.example").unwrap();
        assert_eq!(
            &asked[12..],
            b"\x01a\x04shop\x07example\x00\x00\x01\x00\x01"
        );
        let mut answer = asked.clone();
        answer[2] |= 0x80;
        answer[3] = 0x83;
        assert_eq!(code(&answer, &asked), Some(3));
        answer[0] ^= 1;
        assert_eq!(code(&answer, &asked), None);
        assert_eq!(question(1, "a..b"), None);
    }

    proptest::proptest! {
        #[test]
        fn foreign_answers_never_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            let _ = code(&bytes, &question(1, "a.test").unwrap());
        }
    }
}

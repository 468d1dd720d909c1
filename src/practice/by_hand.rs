//! Answers that no proper server gives: done on the bare socket, once hyper has let go of it.

use super::answer::Act;
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Bytes of header lines after which an endless answer ends after all.
const ENDLESS_BYTES: usize = 4_000_000;

/// What is to be done by hand on a connection's socket, once hyper has let go of it.
pub(super) type ByHand = Arc<Mutex<Option<Act>>>;

/// Stands for "no proper response": makes hyper let go of the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken on purpose")]
pub(super) struct Broken;

/// Does what was noted and gives up the socket.
pub(super) async fn finish_by_hand(mut stream: TcpStream, act: Act) {
    let _ = match act {
        Act::Reset => stream.set_zero_linger(),
        Act::Cut(reply) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                reply.body.len() * 2
            );
            let bytes = [head.as_bytes(), &reply.body].concat();
            let _ = stream.write_all(&bytes).await;
            stream.shutdown().await
        }
        Act::EndlessHeaders => endless_headers(&mut stream).await,
        Act::Reply(_) | Act::Drip { .. } => Ok(()),
    };
}

async fn endless_headers(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
    let mut sent = 0;
    let mut number = 0_u64;
    while sent < ENDLESS_BYTES {
        let line = format!("X-Practice-{number}: {}\r\n", "0".repeat(200));
        stream.write_all(line.as_bytes()).await?;
        sent += line.len();
        number += 1;
    }
    stream.shutdown().await
}

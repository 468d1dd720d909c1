//! A body read within bounds: bytes, total time, and a least rate against slow drips.

use crate::model::capture::Truncation;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use std::fmt::Display;
use std::time::Duration;
use tokio::time::Instant;

/// Bounds of one body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes kept.
    pub(super) bytes: usize,
    /// The moment at which all must be over.
    pub(super) total: Instant,
    /// Least rate after the grace.
    pub(super) drip_bytes_per_second: u64,
    /// Time in which the rate does not matter.
    pub(super) drip_grace: Duration,
}

/// What was read.
#[derive(Debug)]
pub(super) struct Read {
    /// The bytes that came.
    pub(super) bytes: Vec<u8>,
    /// Why they are not all.
    pub(super) truncated: Option<Truncation>,
    /// What happened, when they are not all.
    pub(super) cause: Option<String>,
}

/// Reads a body to its end or its bounds.
pub(super) async fn read<E: Display>(
    body: impl Stream<Item = Result<Bytes, E>>,
    bounds: Bounds,
) -> Read {
    let mut body = std::pin::pin!(body);
    let begun = Instant::now();
    let mut bytes = Vec::new();
    let (truncated, cause) = loop {
        let deadline = bounds.total.min(begun + bounds.due(bytes.len()));
        match tokio::time::timeout_at(deadline, body.next()).await {
            Err(_) => {
                let message = format!(
                    "{} bytes in {:.1} s",
                    bytes.len(),
                    begun.elapsed().as_secs_f32()
                );
                break (Some(Truncation::Time), Some(message));
            }
            Ok(None) => break (None, None),
            Ok(Some(Err(error))) => break (Some(Truncation::Disconnect), Some(error.to_string())),
            Ok(Some(Ok(chunk))) => {
                let room = bounds.bytes - bytes.len();
                if let Some(fitting) = chunk.get(..room).filter(|_| chunk.len() > room) {
                    bytes.extend_from_slice(fitting);
                    let message = format!("longer than {} bytes", bounds.bytes);
                    break (Some(Truncation::Length), Some(message));
                }
                bytes.extend_from_slice(&chunk);
            }
        }
    };
    Read {
        bytes,
        truncated,
        cause,
    }
}

impl Bounds {
    /// Time by which a body that has given `bytes` so far must give more.
    fn due(&self, bytes: usize) -> Duration {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let earned = Duration::from_secs(bytes / self.drip_bytes_per_second.max(1));
        self.drip_grace.max(earned)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, read};
    use crate::model::capture::Truncation;
    use bytes::Bytes;
    use futures_util::{StreamExt, stream};
    use std::time::Duration;
    use tokio::time::Instant;

    fn bounds() -> Bounds {
        Bounds {
            bytes: 10,
            total: Instant::now() + Duration::from_secs(5),
            drip_bytes_per_second: 100,
            drip_grace: Duration::from_millis(80),
        }
    }

    fn chunk(text: &'static str) -> Result<Bytes, String> {
        Ok(Bytes::from_static(text.as_bytes()))
    }

    #[tokio::test]
    async fn whole_long_and_broken_bodies() {
        let whole = read(stream::iter([chunk("abc"), chunk("defghij")]), bounds()).await;
        assert_eq!(
            (whole.bytes.as_slice(), whole.truncated),
            (&b"abcdefghij"[..], None)
        );
        let long = read(stream::repeat_with(|| chunk("abc")), bounds()).await;
        assert_eq!(
            (long.bytes.len(), long.truncated),
            (10, Some(Truncation::Length))
        );
        let broken = read(
            stream::iter([chunk("abc"), Err("gone".to_owned())]),
            bounds(),
        )
        .await;
        assert_eq!(
            (broken.bytes.len(), broken.truncated),
            (3, Some(Truncation::Disconnect))
        );
    }

    #[tokio::test]
    async fn drips_and_silences_end() {
        let drip = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            Some((chunk("a"), ()))
        });
        let begun = Instant::now();
        let dripped = read(drip, bounds()).await;
        assert_eq!(dripped.truncated, Some(Truncation::Time));
        let silent = read(stream::pending::<Result<Bytes, String>>().boxed(), bounds()).await;
        assert_eq!(silent.truncated, Some(Truncation::Time));
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}

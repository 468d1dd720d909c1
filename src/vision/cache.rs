//! Readings by the digest of the image, bounded.

use crate::model::image::ImageReading;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The readings made last.
#[derive(Debug)]
pub(super) struct Cache {
    most: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    readings: HashMap<[u8; 32], Arc<ImageReading>>,
    order: VecDeque<[u8; 32]>,
}

impl Cache {
    /// Room for `most` readings; the oldest goes first.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            inner: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, sha256: &[u8; 32]) -> Option<Arc<ImageReading>> {
        self.lock().readings.get(sha256).cloned()
    }

    pub(super) fn put(&self, reading: Arc<ImageReading>) {
        let mut inner = self.lock();
        let sha256 = reading.sha256;
        if inner.readings.insert(sha256, reading).is_none() {
            inner.order.push_back(sha256);
        }
        while inner.order.len() > self.most {
            if let Some(oldest) = inner.order.pop_front() {
                inner.readings.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let cache = Cache::new(2);
        for n in 0..3 {
            cache.put(Arc::new(ImageReading::unread([n; 32], 1, "")));
        }
        assert!(cache.get(&[0; 32]).is_none());
        assert!(cache.get(&[1; 32]).is_some() && cache.get(&[2; 32]).is_some());
    }
}

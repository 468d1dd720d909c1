//! Doing the checks on all cores: in bounded memory, with progress in bytes.

use super::Check;
use crate::model::monitor::{Event, Monitor};
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes of packages that may be held in memory at once by all threads together. A larger one is checked alone.
const HELD_BYTES: u64 = 512 << 20;

/// One thing to be checked.
pub(super) struct Task<J> {
    /// What it is.
    pub(super) job: J,
    /// Bytes that will be read for it.
    pub(super) bytes: u64,
    /// Bytes of it that are held in memory at once.
    pub(super) held: u64,
}

/// Does the tasks on all cores, the largest first, so that no thread is left with a long one at the end. The order of
/// the answers does not depend on it, since the report is sorted.
pub(super) fn work<J: Sync>(
    mut tasks: Vec<Task<J>>,
    monitor: &dyn Monitor,
    check: &(dyn Fn(&J, &Progress<'_>) -> Vec<Check> + Sync),
) -> Vec<Check> {
    tasks.sort_by_key(|task| std::cmp::Reverse(task.bytes));
    let progress = Progress::new(monitor, tasks.iter().map(|task| task.bytes).sum());
    let budget = Budget::new(HELD_BYTES);
    let next = AtomicUsize::new(0);
    let checks = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(tasks.len()) {
            scope.spawn(|| {
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let _held = budget.take(task.held);
                    let found = check(&task.job, &progress);
                    checks
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend(found);
                }
            });
        }
    });
    checks.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes checked so far, told to the monitor in whole megabytes (10^6 bytes).
pub(super) struct Progress<'a> {
    monitor: &'a dyn Monitor,
    total: u64,
    done: AtomicU64,
}

const MEGABYTE: u64 = 1_000_000;

impl<'a> Progress<'a> {
    pub(super) fn new(monitor: &'a dyn Monitor, total: u64) -> Self {
        Self {
            monitor,
            total,
            done: AtomicU64::new(0),
        }
    }

    /// Bytes were checked.
    pub(super) fn add(&self, bytes: u64) {
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        let now = before + bytes;
        // Small files come by the thousand; a bar need not move for each.
        if before / MEGABYTE != now / MEGABYTE || now >= self.total {
            self.monitor.event(Event::Progress {
                what: "MB verified",
                done: now.min(self.total).div_ceil(MEGABYTE),
                total: self.total.div_ceil(MEGABYTE),
            });
        }
    }
}

/// Bytes that threads may hold together.
struct Budget {
    most: u64,
    held: Mutex<u64>,
    freed: Condvar,
}

impl Budget {
    fn new(most: u64) -> Self {
        Self {
            most,
            held: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// Waits until there is room. What is larger than the whole budget waits until nothing else is held.
    fn take(&self, bytes: u64) -> Held<'_> {
        let bytes = bytes.min(self.most);
        let full = |held: &mut u64| *held > 0 && *held + bytes > self.most;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = self
            .freed
            .wait_while(held, full)
            .unwrap_or_else(PoisonError::into_inner);
        *held += bytes;
        Held {
            budget: self,
            bytes,
        }
    }
}

/// Part of the budget, given back at the end.
struct Held<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut held = self
            .budget
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *held -= self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::monitor::Silent;

    #[test]
    fn all_tasks_are_done_once_and_memory_stays_bounded() {
        let most = Mutex::new((0u64, 0u64));
        let tasks = (0..200u64).map(|n| Task {
            job: n,
            bytes: n,
            held: HELD_BYTES / 3 * (n % 5),
        });
        let checks = work(tasks.collect(), &Silent, &|n, progress| {
            let held = (HELD_BYTES / 3 * (n % 5)).min(HELD_BYTES);
            {
                let mut now = most.lock().unwrap();
                now.0 += held;
                now.1 = now.1.max(now.0);
            }
            progress.add(*n);
            most.lock().unwrap().0 -= held;
            vec![Check::pass("n", n.to_string())]
        });
        let mut subjects: Vec<u64> = checks.iter().map(|c| c.subject.parse().unwrap()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, (0..200).collect::<Vec<u64>>());
        assert!(most.lock().unwrap().1 <= HELD_BYTES);
    }
}

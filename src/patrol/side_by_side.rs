//! Work on all cores whose answers keep their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Answers in the order of the questions, worked out on all cores.
pub(super) fn side_by_side<Q: Sync, A: Send>(
    questions: &[Q],
    answer: &(dyn Fn(&Q) -> A + Sync),
) -> Vec<A> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(BTreeMap::new());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(questions.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = questions.get(at) else {
                        break;
                    };
                    let found = answer(question);
                    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.insert(at, found);
                }
            });
        }
    });
    let answers = answers.into_inner();
    let answers = answers.unwrap_or_else(PoisonError::into_inner);
    answers.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_keep_the_order_of_the_questions() {
        let answers = side_by_side(&(0..500).collect::<Vec<u32>>(), &|n| n * 2);
        assert_eq!(answers, (0..500).map(|n| n * 2).collect::<Vec<u32>>());
    }
}

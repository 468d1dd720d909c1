//! Figures of yes-or-no questions: counts, proportions with their intervals, and the comparison of two judges.

use serde::Serialize;

/// A proportion with its Wilson 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// The proportion; 0 when there is nothing to count.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Counted.
    pub of: u64,
}

impl Rate {
    /// `hits` of `of`.
    pub fn new(hits: u64, of: u64) -> Self {
        if of == 0 {
            return Self {
                value: 0.0,
                low: 0.0,
                high: 0.0,
                of,
            };
        }
        let (n, z) = (of as f64, 1.959_964_f64);
        let p = hits as f64 / n;
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        Self {
            value: p,
            low: ((centre - spread) / scale).max(0.0),
            high: ((centre + spread) / scale).min(1.0),
            of,
        }
    }
}

/// Hits and misses of a yes-or-no question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Said yes, rightly.
    pub true_positive: u64,
    /// Said yes, wrongly.
    pub false_positive: u64,
    /// Said no, wrongly.
    pub false_negative: u64,
    /// Said no, rightly.
    pub true_negative: u64,
}

impl Counts {
    /// Counts one answer.
    pub fn add(&mut self, truth: bool, said: bool) {
        let slot = match (truth, said) {
            (true, true) => &mut self.true_positive,
            (false, true) => &mut self.false_positive,
            (true, false) => &mut self.false_negative,
            (false, false) => &mut self.true_negative,
        };
        *slot += 1;
    }

    /// Questions asked.
    pub fn all(&self) -> u64 {
        self.true_positive + self.false_positive + self.false_negative + self.true_negative
    }

    /// Questions whose answer is yes.
    pub fn labelled(&self) -> u64 {
        self.true_positive + self.false_negative
    }

    /// Share of the yeses that are right.
    pub fn precision(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Share of the truth that was found.
    pub fn recall(&self) -> Rate {
        Rate::new(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let doubled = 2 * self.true_positive;
        let all = doubled + self.false_positive + self.false_negative;
        if all == 0 {
            0.0
        } else {
            doubled as f64 / all as f64
        }
    }

    /// The figures as JSON.
    pub fn json(&self) -> serde_json::Value {
        let (p, r) = (self.precision(), self.recall());
        serde_json::json!({
            "precision": p.value, "recall": r.value, "f1": self.f1(),
            "precision_interval": [p.low, p.high], "recall_interval": [r.low, r.high],
            "counts": self,
        })
    }
}

/// Two judges on the same texts: on how many is only one of them right (McNemar, exact test).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct McNemar {
    /// Right only before.
    pub only_before: u64,
    /// Right only after.
    pub only_after: u64,
    /// Two-sided probability of a division at least as uneven if both were equally good.
    pub p: f64,
}

impl McNemar {
    /// The exact binomial test over the texts on which the judges differ.
    pub fn new(only_before: u64, only_after: u64) -> Self {
        let n = (only_before + only_after) as f64;
        let least = only_before.min(only_after);
        // Logarithm of the number of ways to choose i of n, from one i to the next.
        let mut ways = 0.0_f64;
        let mut tail = 0.0_f64;
        for i in 0..=least {
            tail += (ways - n * std::f64::consts::LN_2).exp();
            ways += ((n - i as f64) / (i as f64 + 1.0)).ln();
        }
        Self {
            only_before,
            only_after,
            p: (2.0 * tail).min(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wilson_intervals_hold_the_proportion() {
        let rate = Rate::new(8, 10);
        assert!(
            (rate.low - 0.490_2).abs() < 1e-3 && (rate.high - 0.943_3).abs() < 1e-3,
            "{rate:?}"
        );
        assert_eq!(Rate::new(0, 0).value, 0.0);
        assert_eq!(Rate::new(3, 3).high, 1.0);
    }

    #[test]
    fn counts_add_up() {
        let mut counts = Counts::default();
        for (truth, said) in [(true, true), (true, false), (false, true), (true, true)] {
            counts.add(truth, said);
        }
        assert_eq!(
            (counts.true_positive, counts.false_positive, counts.all()),
            (2, 1, 4)
        );
        assert!((counts.f1() - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(Counts::default().f1(), 0.0);
    }

    /// Values computed with whole numbers: twice the sum of C(n, i) up to the smaller count, over 2^n.
    #[test]
    fn mcnemar_is_the_exact_binomial_test() {
        for (before, after, p) in [
            (0, 0, 1.0),
            (0, 5, 0.0625),
            (2, 8, 0.109_375),
            (5, 5, 1.0),
            (10, 25, 0.016_673_8),
        ] {
            let test = McNemar::new(before, after);
            assert!((test.p - p).abs() < 1e-5, "{test:?}");
            assert_eq!(test.p, McNemar::new(after, before).p);
        }
    }

    proptest! {
        #[test]
        fn probabilities_are_probabilities(before in 0..3_000_u64, after in 0..3_000_u64) {
            let p = McNemar::new(before, after).p;
            prop_assert!((0.0..=1.0).contains(&p), "{}", p);
        }
    }
}

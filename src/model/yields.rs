//! Figures of return or cost, annualised with the formula shown.

use std::ops::Range;

/// One figure of return or of borrowing cost as found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct YieldFigure {
    /// Bytes in the plain (normalised) text.
    pub span: Range<usize>,
    /// The plain text of the figure.
    pub raw: String,
    /// Percent per `period`, lowest and highest of the range (equal when one figure); `None` when masked (`xx%`).
    pub percent: Option<(f64, f64)>,
    /// What period the figure is for.
    pub period: Period,
    /// Percent per year, lowest and highest; `None` when it cannot be told.
    pub annual: Option<(f64, f64)>,
    /// For a subsidy next to a yield: percent a year of both together; else `None`.
    pub with_base: Option<(f64, f64)>,
    /// How `annual` was got, for people, such as `月息2% × 12 = 24%`.
    pub formula: String,
    /// Whether the reader earns or pays it.
    pub side: YieldSide,
    /// True when the page masks the digits with x (counted as ten percent or more by the labelling guide).
    pub masked: bool,
    /// True when `annual` is an approximation (instalment fees and the like).
    pub approximate: bool,
    /// Yuan a day of promised income with no capital named (日赚300元); then `percent` and `annual` are `None`.
    pub income: Option<f64>,
}

impl YieldFigure {
    /// Whether it promises the reader more than `percent` a year, an income from nothing, or hides its digits.
    pub fn is_high(&self, percent: f64) -> bool {
        matches!(self.side, YieldSide::Return | YieldSide::Subsidy) && self.exceeds(percent)
    }

    /// Whether it is more than `percent` a year, whoever gets it. A gain over a time that is not said (投1万返1万3)
    /// counts as it stands; a rebate on purchases (返利20%) does not.
    pub fn exceeds(&self, percent: f64) -> bool {
        let untimed = |(_, high): (f64, f64)| {
            high > percent
                && self.period == Period::Unknown
                && self.side != YieldSide::Subsidy
                && !["返利", "返点", "返佣", "返现"]
                    .iter()
                    .any(|w| self.raw.contains(w))
        };
        self.masked_ten()
            || self.income.is_some()
            || match self.effective() {
                Some((_, high)) => high > percent,
                None => self.percent.is_some_and(untimed),
            }
    }

    /// Percent a year, a subsidy together with the yield that it lifts.
    pub fn effective(&self) -> Option<(f64, f64)> {
        self.with_base.or(self.annual)
    }

    /// Whether the digits are masked and two or more stand before the point (`xx%`, not `x.x%`, nor `xx天x%`).
    pub fn masked_ten(&self) -> bool {
        let mut run = 0;
        let mut fraction = false;
        let mut chars = self.raw.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                'x' | 'X' if !fraction => run += 1,
                'x' | 'X' => {}
                '.' | '·' => (run, fraction) = (0, true),
                _ => (run, fraction) = (0, false),
            }
            let more = chars
                .peek()
                .is_some_and(|next| "xX天日月年周期个万".contains(*next));
            if self.masked && run >= 2 && !fraction && !more {
                return true;
            }
        }
        false
    }
}

/// The period of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Per day.
    Day,
    /// Per week.
    Week,
    /// Per month.
    Month,
    /// Per quarter.
    Quarter,
    /// Per year.
    Year,
    /// Over this many days.
    Days(u32),
    /// Over this many months (三个月, 半年, 两年).
    Months(u32),
    /// Not said.
    Unknown,
}

/// Who gets the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YieldSide {
    /// A return promised to the reader.
    Return,
    /// A cost that the reader, as borrower, pays.
    Cost,
    /// The text does not tell.
    Unclear,
    /// A bonus that lifts the effective yield (加息, 返现).
    Subsidy,
}

//! What is done with all figures of a text together: a subsidy is added to the yield beside it, and no yearly
//! figure is shown above the cap.

use super::arithmetic::round4;
use super::figure::percents;
use crate::model::yields::{YieldFigure, YieldSide};

/// How far a subsidy may stand from the yield that it lifts, in bytes.
const BESIDE: usize = 90;

/// Adds to each subsidy (加息2%, 投1万送200元) the yield beside it in its sentence.
pub(super) fn add_bases(text: &str, figures: &mut [YieldFigure]) {
    for index in 0..figures.len() {
        let Some((annual, base)) = lifted(text, figures, index) else {
            continue;
        };
        let total = (round4(base.0 + annual.0), round4(base.1 + annual.1));
        if let Some(figure) = figures.get_mut(index) {
            figure.with_base = Some(total);
            figure.formula += &format!(";与所附收益{}合计{}/年", percents(base), percents(total));
        }
    }
}

/// A subsidy's own yearly rate, and that of the nearest yield beside it.
#[allow(clippy::type_complexity)]
fn lifted(text: &str, figures: &[YieldFigure], index: usize) -> Option<((f64, f64), (f64, f64))> {
    let subsidy = figures.get(index)?;
    let annual = subsidy
        .annual
        .filter(|_| subsidy.side == YieldSide::Subsidy)?;
    let neighbours = [index.checked_sub(1), index.checked_add(1)];
    neighbours.into_iter().flatten().find_map(|at| {
        let yielded = figures.get(at)?;
        let (from, to) = if at < index {
            (yielded.span.end, subsidy.span.start)
        } else {
            (subsidy.span.end, yielded.span.start)
        };
        let between = text.get(from..to)?;
        let near = between.len() <= BESIDE && !between.contains(['。', '！', '!', '\n']);
        let earns = matches!(yielded.side, YieldSide::Return | YieldSide::Unclear);
        yielded
            .annual
            .filter(|_| near && earns)
            .map(|b| (annual, b))
    })
}

/// Shows no yearly figure above `cap` per cent: the text and the formula tell the rest.
pub(super) fn cap(figures: &mut [YieldFigure], cap: f64) {
    for figure in figures {
        let over = figure.annual.is_some_and(|(_, high)| high > cap);
        if over {
            figure.annual = figure.annual.map(|(l, h)| (l.min(cap), h.min(cap)));
            figure.approximate = true;
            figure.formula += &format!(
                "(超过{}%,按{}%计)",
                super::arithmetic::show(cap),
                super::arithmetic::show(cap)
            );
        }
        figure.with_base = figure.with_base.map(|(l, h)| (l.min(cap), h.min(cap)));
    }
}

//! Charts as SVG. Fills are solid, hatched or dotted, lines have marks of their own, and values stand beside them, so that
//! a chart can be read on black-and-white paper.

use super::line;
use super::shapes::{Anchor, bar, rule, text};
use crate::model::desk_report::chart::{Chart, ChartKind};
use maud::{Markup, html};

const WIDTH: i64 = 720;
/// Room for labels on the left.
const LEFT: i64 = 150;
/// Room for values on the right.
const RIGHT: i64 = 60;
/// Height of a bar.
const BAR: i64 = 14;
/// Height of the area in which lines run.
const PLOT: i64 = 180;
/// Height of a line of the legend.
const LINE: i64 = 20;
/// Labels and series drawn at most; tables hold all.
const MOST_LABELS: usize = 60;
const MOST_SERIES: usize = 6;

/// The chart; nothing where there is nothing to show.
pub fn svg(chart: &Chart) -> Markup {
    if chart.is_empty() || chart.labels.is_empty() {
        return html! {};
    }
    let chart = &bounded(chart);
    let (drawing, height) = match chart.kind {
        ChartKind::Bars => bars(chart),
        ChartKind::Stacked => stacked(chart),
        ChartKind::Lines => lines(chart),
    };
    let words = format!("{}（单位：{}）", line(&chart.title), line(&chart.unit));
    html! {
        figure {
            svg .chart viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label=(words) {
                (drawing)
            }
            figcaption { (words) }
        }
    }
}

fn bounded(chart: &Chart) -> Chart {
    let mut bounded = chart.clone();
    bounded.labels.truncate(MOST_LABELS);
    bounded.series.truncate(MOST_SERIES);
    let short = |words: &mut String| *words = line(words).chars().take(11).collect();
    bounded.labels.iter_mut().for_each(short);
    for series in &mut bounded.series {
        short(&mut series.name);
        series.values.resize(bounded.labels.len(), 0);
    }
    bounded
}

/// `value` of `most` on a way of `length`.
fn scaled(value: u64, most: u64, length: i64) -> i64 {
    let most = u128::from(most.max(1));
    let way = u128::from(value) * u128::from(length.unsigned_abs()) / most;
    i64::try_from(way).unwrap_or(length).min(length)
}

/// Where each name of the legend stands: from the left, in as many lines as it takes.
fn places(chart: &Chart) -> Vec<(i64, i64)> {
    let (mut x, mut y) = (LEFT, 0);
    let mut all = Vec::new();
    for series in &chart.series {
        let wide = 48 + 13 * i64::try_from(series.name.chars().count()).unwrap_or(0);
        if x > LEFT && x + wide > WIDTH {
            (x, y) = (LEFT, y + LINE);
        }
        all.push((x, y));
        x += wide;
    }
    all
}

fn legend(chart: &Chart) -> Markup {
    html! {
        @if chart.series.len() > 1 {
            @for (at, (series, (x, y))) in chart.series.iter().zip(places(chart)).enumerate() {
                @if chart.kind == ChartKind::Lines { (rule(x, y + 11, x + 18, y + 11)) (mark(x + 9, y + 11, at)) } @else { (bar(x, y + 5, 18, 12, at)) }
                (text(x + 24, y + 16, Anchor::Start, &series.name))
            }
        }
    }
}

/// Where the drawing begins below the legend.
fn top(chart: &Chart) -> i64 {
    match chart.series.len() {
        0 | 1 => 8,
        _ => 30 + places(chart).last().map_or(0, |(_, y)| *y),
    }
}

fn bars(chart: &Chart) -> (Markup, i64) {
    let most = chart
        .series
        .iter()
        .flat_map(|s| &s.values)
        .copied()
        .max()
        .unwrap_or(0);
    let step = BAR * i64::try_from(chart.series.len()).unwrap_or(1) + 10;
    let mut y = top(chart);
    let drawing = html! {
        (legend(chart))
        @for (row, label) in chart.labels.iter().enumerate() {
            (text(LEFT - 8, y + (step - 10) / 2 + 5, Anchor::End, label))
            @for (at, series) in chart.series.iter().enumerate() {
                @let value = series.values.get(row).copied().unwrap_or(0);
                @let length = scaled(value, most, WIDTH - LEFT - RIGHT);
                @let from = y + BAR * i64::try_from(at).unwrap_or(0);
                (bar(LEFT, from, length, BAR - 2, at))
                (text(LEFT + length + 6, from + 11, Anchor::Start, &value.to_string()))
            }
            ({ y += step; "" })
        }
        (rule(LEFT, top(chart) - 3, LEFT, y - 6))
    };
    (drawing, y)
}

fn stacked(chart: &Chart) -> (Markup, i64) {
    let sum = |row: usize| -> u64 {
        let values = chart.series.iter().filter_map(|s| s.values.get(row));
        values.fold(0, |sum, v| sum.saturating_add(*v))
    };
    let most = (0..chart.labels.len()).map(sum).max().unwrap_or(0);
    let mut y = top(chart);
    let drawing = html! {
        (legend(chart))
        @for (row, label) in chart.labels.iter().enumerate() {
            (text(LEFT - 8, y + 12, Anchor::End, label))
            @let mut x = LEFT;
            @for (at, series) in chart.series.iter().enumerate() {
                @let value = series.values.get(row).copied().unwrap_or(0);
                @let length = scaled(value, most, WIDTH - LEFT - RIGHT);
                @if length > 0 { (bar(x, y, length, BAR + 2, at)) }
                ({ x += length; "" })
            }
            (text(x + 6, y + 12, Anchor::Start, &sum(row).to_string()))
            ({ y += BAR + 10; "" })
        }
        (rule(LEFT, top(chart) - 3, LEFT, y - 6))
    };
    (drawing, y)
}

fn lines(chart: &Chart) -> (Markup, i64) {
    let most = chart
        .series
        .iter()
        .flat_map(|s| &s.values)
        .copied()
        .max()
        .unwrap_or(0);
    let (left, right, up) = (44, WIDTH - 20, top(chart) + 8);
    let down = up + PLOT;
    let steps = i64::try_from(chart.labels.len().saturating_sub(1))
        .unwrap_or(1)
        .max(1);
    let x = |at: usize| left + 10 + (right - left - 20) * i64::try_from(at).unwrap_or(0) / steps;
    let y = |value: u64| down - scaled(value, most, PLOT);
    // Not more labels below than there is room for.
    let each = chart.labels.len().div_ceil(10).max(1);
    let drawing = html! {
        (legend(chart))
        @for part in 0..=4u64 {
            @let value = u64::try_from(u128::from(most) * u128::from(part) / 4).unwrap_or(0);
            @if part == 0 || u128::from(value) * 4 == u128::from(most) * u128::from(part) {
                (rule(left, y(value), right, y(value)))
                (text(left - 6, y(value) + 4, Anchor::End, &value.to_string()))
            }
        }
        @for (at, series) in chart.series.iter().enumerate() {
            @let points: Vec<String> = series.values.iter().enumerate().map(|(n, v)| format!("{},{}", x(n), y(*v))).collect();
            polyline points=(points.join(" ")) class={ "l" (at % 6) } {}
            @for (n, value) in series.values.iter().enumerate() { (mark(x(n), y(*value), at)) }
        }
        @for (at, label) in chart.labels.iter().enumerate() {
            @if at.is_multiple_of(each) { (text(x(at), down + 20, Anchor::Middle, label)) }
        }
    };
    (drawing, down + 30)
}

/// A mark by which a line is told from another.
fn mark(x: i64, y: i64, series: usize) -> Markup {
    html! {
        @match series % 3 {
            0 => { circle cx=(x) cy=(y) r="3" class="m" {} }
            1 => { rect x=(x - 3) y=(y - 3) width="6" height="6" class="m open" {} }
            _ => { path d={ "M" (x - 4) " " (y + 3) "h8l-4-7z" } class="m" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::desk_report::chart::Series;

    fn chart(kind: ChartKind, values: &[&[u64]]) -> String {
        let series = values.iter().map(|v| Series {
            name: "<b>".to_owned(),
            values: v.to_vec(),
        });
        let labels = values.first().map_or(0, |v| v.len());
        svg(&Chart {
            title: "t".to_owned(),
            kind,
            labels: (0..labels).map(|n| format!("<{n}>")).collect(),
            series: series.collect(),
            unit: "户".to_owned(),
        })
        .into_string()
    }

    #[test]
    fn values_stand_beside_their_bars() {
        let drawn = chart(ChartKind::Bars, &[&[2, 1]]);
        let full = WIDTH - LEFT - RIGHT;
        assert!(drawn.contains(&format!("width=\"{full}\"")), "{drawn}");
        assert!(drawn.contains(&format!("width=\"{}\"", full / 2)));
        assert!(drawn.contains(">2</text>") && drawn.contains(">1</text>"));
        let drawn = chart(ChartKind::Stacked, &[&[2, 1], &[2, 0]]);
        assert!(drawn.contains(">4</text>"));
    }

    #[test]
    fn any_values_can_be_drawn() {
        for kind in [ChartKind::Bars, ChartKind::Stacked, ChartKind::Lines] {
            assert_eq!(chart(kind, &[&[0, 0]]), "");
            assert_eq!(chart(kind, &[]), "");
            for values in [
                &[&[u64::MAX, 1][..], &[u64::MAX, 0]][..],
                &[&[7]],
                &[&[1; 400]],
            ] {
                let drawn = chart(kind, values);
                assert!(drawn.starts_with("<figure>") && !drawn.contains("<b>"));
                assert!(!drawn.contains("<0>"));
            }
        }
    }
}

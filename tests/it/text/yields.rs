//! What figures a phrase holds: phrase -> per cent a year, side, a piece of the formula.

use proptest::prelude::*;
use std::time::{Duration, Instant};
use wangxun::claims::yields::find;
use wangxun::lexicons::benchmarks;
use wangxun::model::yields::{YieldFigure, YieldSide};

const FIGURES: &str = include_str!("figures.txt");
const NOTHING: &str = include_str!("no_figures.txt");

fn figures(phrase: &str) -> Vec<YieldFigure> {
    find(
        phrase,
        &benchmarks::load(None).expect("embedded benchmarks"),
    )
}

fn show(figure: &YieldFigure) -> String {
    if let Some(income) = figure.income {
        return format!("={income}");
    }
    match figure.annual {
        _ if figure.masked => "xx".to_owned(),
        None => "?".to_owned(),
        Some((low, high)) if low == high => format!("{low}"),
        Some((low, high)) => format!("{low}~{high}"),
    }
}

fn side(figure: &YieldFigure) -> char {
    match figure.side {
        YieldSide::Return => 'R',
        YieldSide::Cost => 'C',
        YieldSide::Unclear => 'U',
        YieldSide::Subsidy => 'S',
    }
}

/// What is wrong with a row of the table, if anything.
fn fault(row: &str) -> Option<String> {
    let cells: Vec<&str> = row.split(" | ").collect();
    let [phrase, annual, sides, piece, sure] = cells[..] else {
        return Some(format!("bad row {row:?}"));
    };
    let found = figures(phrase);
    let annuals: Vec<String> = found.iter().map(show).collect();
    let wanted: String = if sides.len() == 1 {
        sides.repeat(found.len())
    } else {
        sides.to_owned()
    };
    let got: String = found.iter().map(side).collect();
    let formulas: Vec<&str> = found.iter().map(|f| f.formula.as_str()).collect();
    let right = annuals.join(" ; ") == annual
        && got == wanted
        && formulas.iter().any(|f| f.contains(piece))
        && found.iter().any(|f| f.approximate) == (sure == "~")
        && found.iter().all(|f| phrase.get(f.span.clone()).is_some());
    let approximate = found.iter().any(|f| f.approximate);
    (!right).then(|| format!("{row}\n    got {annuals:?} {got} {approximate} {formulas:?}"))
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
}

#[test]
fn phrases_hold_these_figures() {
    let faults: Vec<String> = rows(FIGURES).filter_map(fault).collect();
    assert!(rows(FIGURES).count() >= 200);
    assert!(
        faults.is_empty(),
        "{} of {} rows:\n{}",
        faults.len(),
        rows(FIGURES).count(),
        faults.join("\n")
    );
}

#[test]
fn phrases_hold_no_figure() {
    let faults: Vec<String> = rows(NOTHING)
        .filter_map(|phrase| {
            let found = figures(phrase);
            (!found.is_empty()).then(|| format!("{phrase}: {found:?}"))
        })
        .collect();
    assert!(rows(NOTHING).count() >= 70);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_name_on_the_next_line_belongs_to_a_figure_that_has_its_line_for_itself() {
    assert_eq!(annual("新手专享\n12.8%\n年化收益"), Some(12.8));
    let table = "成立以来 近三月\n本基金 12.74% 1.03%\n业绩基准 9.10% 0.86%";
    for figure in figures(table) {
        assert!(!figure.raw.contains("1.03%"), "{figure:?}");
    }
}

#[test]
fn a_label_between_two_figures_serves_the_later_one_too() {
    let text = "1年41.15%,3年42% 付息方式 %,3年42% 付";
    let found = figures(text);
    assert!(found.len() >= 2, "{found:?}");
    for figure in found {
        assert!(
            text.get(figure.span.clone())
                .is_some_and(|t| t.contains('%')),
            "{figure:?}"
        );
    }
}

/// The highest figure that is shown (lexicons/benchmarks.toml).
const CAP: f64 = 10_000.0;

/// The highest yearly per cent of the first figure.
fn annual(phrase: &str) -> Option<f64> {
    figures(phrase).first()?.annual.map(|(_, high)| high)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_higher_rate_is_a_higher_year(
        low in 1u32..4000, step in 1u32..4000,
        form in prop::sample::select(vec![
            "投资年化收益X%", "日收益X%", "月息X%,借款", "每周返利X%,投资", "三个月收益X%,投资", "90天收益X%,投资",
            "月复利X%", "每期手续费X%,12期", "账单分期每期手续费X%", "新手加息X%", "年化X‰",
        ])
    ) {
        let of = |hundredths: u32| annual(&form.replace('X', &format!("{}.{:02}", hundredths / 100, hundredths % 100)));
        let (a, b) = (of(low).expect("a figure"), of(low + step).expect("a figure"));
        prop_assert!(a < b || a == CAP && b == CAP, "{form}: {a} {b}");
    }

    #[test]
    fn more_back_and_a_shorter_time_are_a_higher_year(
        back in 101u32..400, more in 1u32..100, days in 7u32..700, less in 1u32..6
    ) {
        let of = |back: u32, days: u32| annual(&format!("投100万,{days}天后拿回{back}万")).expect("a deal");
        let first = of(back, days);
        prop_assert!(first < of(back + more, days) || first == CAP);
        prop_assert!(first < of(back, days - less) || first == CAP);
    }

    #[test]
    fn less_paid_out_is_a_dearer_loan(received in 500u32..1900, more in 1u32..90, days in 1u32..60) {
        let of = |received: u32| annual(&format!("借2000元到手{received}元,{days}天")).expect("a loan");
        prop_assert!(of(received) > of(received + more) || of(received) == CAP);
    }

    #[test]
    fn instalments_are_worth_what_was_lent(each in 850u32..3000, terms in 12u32..60) {
        let phrase = format!("借1万元分{terms}期每期还{each}元");
        let rate = annual(&phrase).expect("instalments") / 1200.0;
        let worth: f64 = (1..=terms).map(|k| f64::from(each) / (1.0 + rate).powi(k as i32)).sum();
        prop_assert!((worth - 10_000.0).abs() < 15.0, "{phrase}: {worth}");
    }

    #[test]
    fn ranges_are_read_in_order(a in 1u32..60, b in 1u32..60, dash in prop::sample::select(vec!["-", "~", "至", "到", "—", "%-", "%至", "%~"])) {
        let found = figures(&format!("投资年化收益{a}{dash}{b}%"));
        let annual = found.first().and_then(|f| f.annual);
        prop_assert_eq!(annual, Some((f64::from(a.min(b)), f64::from(a.max(b)))));
    }
}

/// Texts made to be slow, by what they repeat.
const HOSTILE: &str = "1 12 1% 年化1- 年化 投1万返 借 x x. 每期 1天 期限1天 利息 银行 1倍 翻 万1 复利日息1% 送 点五 \
    百分之 分期手续费1% 半 0. 1, 一 万 千 ， 。 投1返 1%至";

#[test]
fn hostile_texts_take_time_in_proportion() {
    for piece in HOSTILE.split_whitespace() {
        let time = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len());
            let from = Instant::now();
            figures(&text);
            from.elapsed()
        };
        time(1000);
        let (short, long) = (time(20_000), time(160_000));
        // Eight times the text: 64 times the time if it were quadratic.
        let most = short * 24 + Duration::from_millis(500);
        assert!(long < most, "{piece}: {short:?} then {long:?}");
    }
}

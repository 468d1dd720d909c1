//! Integration tests: text.

mod yields;

use wangxun::lexicons::evasion;
use wangxun::text::Normaliser;

fn normaliser() -> Normaliser {
    let tables = evasion::load(None).expect("embedded tables");
    let words: Vec<String> = ["保本保息", "贷款", "抵押", "稳赚不赔", "理财", "银行贷款"]
        .map(String::from)
        .to_vec();
    Normaliser::compile(&tables, &words).expect("compiles")
}

#[test]
fn broken_up_words_are_joined_and_quoted_exactly() {
    let text = normaliser().normalise("我们保.本.保.息，贷kuan快");
    assert_eq!(text.plain, "我们保本保息，贷款快");
    assert_eq!(text.quote(6..18), "保.本.保.息");
    assert_eq!(text.quote(21..27), "贷kuan");
}

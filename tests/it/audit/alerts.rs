//! Warnings of opinion and crowds: levels, places and times, and what stays ordinary.

use super::{day, inspector};
use wangxun::model::alert::{Alert, AlertClass, AlertLevel};

fn alerts(text: &str) -> Vec<Alert> {
    let verdict = inspector().inspect_text(text, day());
    for alert in &verdict.alerts {
        assert_eq!(
            text.get(alert.span.clone()),
            Some(alert.quote.as_str()),
            "{text}"
        );
        for spot in alert.places.iter().chain(&alert.times) {
            assert_eq!(
                text.get(spot.span.clone()),
                Some(spot.quote.as_str()),
                "{text}"
            );
        }
    }
    verdict.alerts
}

fn urgent(text: &str) -> bool {
    alerts(text).iter().any(|a| a.level == AlertLevel::Urgent)
}

#[test]
fn a_gathering_with_place_and_time_is_urgent() {
    let text =
        "各位投资人，平台跑路了，大家明天上午9点到虚构县政府门口集合维权，转发给身边的受害人";
    let found = alerts(text);
    let gathering = found
        .iter()
        .find(|a| a.class == AlertClass::Gathering)
        .expect("a gathering");
    assert_eq!(gathering.level, AlertLevel::Urgent);
    assert!(!gathering.reported);
    let quotes = |spots: &[wangxun::model::alert::Spot]| -> Vec<String> {
        spots.iter().map(|s| s.quote.clone()).collect()
    };
    assert_eq!(quotes(&gathering.times), ["明天上午9点"]);
    assert_eq!(quotes(&gathering.places), ["虚构县政府门口"]);
    // The gravest stands first.
    assert_eq!(found.first().map(|a| a.level), Some(AlertLevel::Urgent));
}

#[test]
fn evasive_spelling_does_not_hide_a_gathering() {
    let text = "投 资 人 集 合，周六下午2点去云顶大厦楼下，我们一起讨说法";
    let found = alerts(text);
    assert!(
        found
            .iter()
            .any(|a| a.class == AlertClass::Gathering && a.level == AlertLevel::Urgent),
        "{found:#?}"
    );
}

#[test]
fn many_signs_of_distress_together_are_urgent() {
    assert!(!urgent("我投的那个平台提现困难，怎么办"));
    assert!(urgent("我投的那个平台提现困难，客服不回，老板失联，怎么办"));
}

#[test]
fn threats_are_urgent() {
    assert!(urgent("本金拿不回来我就从公司楼上跳楼，还我血汗钱"));
    assert!(!urgent("清仓跳楼价，本店大甩卖，给钱就卖"));
}

#[test]
fn reported_and_old_cases_stay_ordinary() {
    for text in [
        "记者从警方获悉，2016年某平台爆雷、跑路，老板失联，部分投资人曾在公司门口聚集维权，法院已于2019年作出判决",
        "警方通报：外省某公司资金链断裂，投资人报案，现已刑拘犯罪嫌疑人",
        "金融办提醒广大群众：一旦平台跑路、提现困难、无法兑付，血汗钱难以追回，请提高警惕，谨防非法集资",
    ] {
        let found = alerts(text);
        assert!(!found.is_empty(), "{text}");
        for alert in found {
            assert_eq!(
                (alert.level, alert.reported),
                (AlertLevel::Normal, true),
                "{text}: {alert:?}"
            );
        }
    }
}

#[test]
fn innocent_gatherings_are_none() {
    for text in [
        "春游通知：周六上午8点在公司门口集合，请大家带好水和帽子",
        "本基金为集合资产管理计划，人才聚集区内企业可以参与",
        "静坐冥想课程，每晚七点，欢迎报名",
        "周六下午2点理财沙龙，到场即送鸡蛋，欢迎出借人报名",
    ] {
        assert!(alerts(text).is_empty(), "{text}: {:?}", alerts(text));
    }
}

#[test]
fn warnings_have_no_part_in_the_score() {
    let text = "保本保息，年化18%，加微信abc12345";
    let both = format!("{text}。另：我们提现困难，老板失联，客服不回，大家到公司门口集合维权");
    let alone = inspector().inspect_text(text, day());
    let with = inspector().inspect_text(&both, day());
    assert!(!with.alerts.is_empty());
    let rules = |v: &wangxun::model::finding::Verdict| -> Vec<String> {
        let all = v.findings.iter().chain(&v.signals);
        all.map(|f| f.rule.clone()).collect()
    };
    assert!(!rules(&with).contains(&"EN-1".to_owned()));
    if with.finding {
        assert!(
            with.score.total() <= alone.score.total() + 1e-9,
            "{:?}",
            with.score
        );
    }
}

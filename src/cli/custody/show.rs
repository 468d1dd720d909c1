//! What `evidence show` tells of an item's custody.

use crate::cli::exit::Trouble;
use crate::cli::output::Output;
use crate::wire::custody::ItemCustody;

/// Prints officers, witness, origin, parent, earlier capture, what was covered, and the time to decide; what does not
/// apply is left out.
pub fn show(custody: &ItemCustody) -> Result<(), Trouble> {
    for (label, value) in lines(custody) {
        Output.line(format!("{label}\t{value}"))?;
    }
    Ok(())
}

fn lines(custody: &ItemCustody) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for officer in &custody.collectors {
        let line = format!(
            "{},{},执法证号 {}",
            officer.name, officer.unit, officer.certificate
        );
        lines.push(("固定人员", line));
    }
    let told = [
        ("少于两人", &custody.few_collectors_reason),
        ("见证人", &custody.witness),
        ("无见证人", &custody.no_witness_reason),
    ];
    for (label, value) in told {
        lines.extend(value.clone().map(|value| (label, value)));
    }
    if let Some(origin) = &custody.origin {
        lines.push(("来源说明", origin.statement.clone()));
        lines.push(("提供者", origin.provided_by.clone()));
        lines.push(("收到时间", origin.received.beijing.clone()));
        for file in &origin.files {
            let line = format!(
                "{} {} {} 字节 sha256 {}",
                file.name, file.media_type, file.bytes, file.sha256
            );
            lines.push(("文件", line));
        }
    }
    if let Some(parent) = &custody.parent {
        let line = format!("{} sha256 {}", parent.evidence_id, parent.package.sha256);
        lines.push(("来源证据", line));
    }
    for redaction in &custody.redactions {
        let line = format!(
            "{} {} 处,{}",
            redaction.category, redaction.places, redaction.reason
        );
        lines.push(("遮盖", line));
    }
    if let Some(prior) = &custody.prior_capture {
        let line = format!(
            "{} ({}):载荷{},文本相似度 {}.{}%",
            prior.evidence_id,
            prior.captured,
            if prior.same_payload {
                "相同"
            } else {
                "不同"
            },
            prior.text_likeness / 10,
            prior.text_likeness % 10
        );
        lines.push(("前次固定", line));
    }
    if let Some(order) = &custody.preservation {
        let line = format!("批准人 {},{}", order.approver, order.reason);
        lines.push(("先行登记保存", line));
        lines.push(("处理决定期限", order.decide_by.beijing.clone()));
    }
    lines
}

//! How to verify a court package with public tools alone.

use super::{CourtPackage, FileKind};

/// One thing to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is checked.
    pub title: &'static str,
    /// The command, or what to do.
    pub command: String,
    /// What must come out.
    pub expected: String,
    /// The tool and who makes it.
    pub tool: &'static str,
}

/// The checks that these items allow, in order.
pub fn steps(package: &CourtPackage) -> Vec<Step> {
    let mut steps = vec![Step {
        title: "全部文件未被改动",
        command: "sha256sum -c SHA256SUMS".to_owned(),
        expected: "每行末尾均为“成功”或“OK”；SHA256SUMS 自身的校验值应另行记录在笔录或收据上"
            .to_owned(),
        tool: "GNU coreutils",
    }];
    let Some(first) = package.items.first() else {
        return steps;
    };
    let id = &first.evidence_id;
    let sm3 = first.files.first().map_or("", |f| &f.sm3);
    steps.push(Step {
        title: "国密摘要",
        command: format!("openssl dgst -sm3 {id}.wacz"),
        expected: format!("与完整性校验值表一致，例如 {sm3}"),
        tool: "OpenSSL 1.1.1 以上",
    });
    steps.push(Step {
        title: "证据包结构与内部校验值",
        command: format!("wacz validate -f {id}.wacz"),
        expected: "Validation Successful".to_owned(),
        tool: "py-wacz(PyPI: wacz)",
    });
    steps.push(Step {
        title: "网页原始数据（WARC）逐条记录校验",
        command: format!(
            "unzip -p {id}.wacz archive/data.warc.gz > {id}.warc.gz; warcio check -v {id}.warc.gz"
        ),
        expected: "每条记录 digest pass，无 digest fail".to_owned(),
        tool: "warcio(PyPI: warcio)、unzip",
    });
    steps.push(Step {
        title: "重现网页",
        command: format!("在 replayweb.page 或 pywb 中打开 {id}.wacz"),
        expected: "可见所存网页；能重现不等于未被改动，须与上列校验一并进行".to_owned(),
        tool: "ReplayWeb.page、pywb",
    });
    steps.extend(signature(package));
    steps.extend(timestamp(package));
    steps.push(Step {
        title: "用本程序离线核验",
        command: format!("wangxun evidence verify {id}.wacz"),
        expected: "逐项列出通过、失败、未核验；缺少的内容不会被当作有效".to_owned(),
        tool: "wangxun",
    });
    steps
}

fn signature(package: &CourtPackage) -> Option<Step> {
    let files = package.items.iter().flat_map(|i| &i.files);
    let name = files
        .filter(|f| f.kind == FileKind::Signature)
        .map(|f| f.name.as_str())
        .next()?;
    let signed = name.trim_end_matches(".minisig");
    Some(Step {
        title: "数字签名",
        command: format!("minisign -Vm {signed} -p 公钥文件.pub"),
        expected: "Signature and comment signature verified；公钥应向采集单位另行取得并核对"
            .to_owned(),
        tool: "minisign",
    })
}

fn timestamp(package: &CourtPackage) -> Option<Step> {
    let mut files = package.items.iter().flat_map(|item| {
        let tokens = item.files.iter().filter(|f| f.kind == FileKind::Timestamp);
        tokens.map(move |f| (item, f))
    });
    let (item, token) = files.next()?;
    Some(Step {
        title: "可信时间戳",
        command: format!(
            "openssl ts -verify -data {}.wacz -in {} -CAfile 时间戳机构根证书.pem",
            item.evidence_id, token.name
        ),
        expected: "Verification: OK；根证书应向时间戳机构取得".to_owned(),
        tool: "OpenSSL",
    })
}

//! The list that goes with items handed out, to be signed by both sides (移交清单).

use std::fmt::Write;

/// What was handed out.
#[derive(Debug, Clone, Default)]
pub struct Receipt {
    /// When, UTC.
    pub made_utc: String,
    /// The same in Beijing time.
    pub made_beijing: String,
    /// Program and version.
    pub tool: String,
    /// The office that hands out.
    pub unit: String,
    /// The officer who hands out.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// The document that authorises it.
    pub authority: Option<String>,
    /// The request for access.
    pub request: Option<String>,
    /// Whether only masked views were handed out.
    pub masked: bool,
    /// The items.
    pub items: Vec<ReceiptItem>,
}

/// One item.
#[derive(Debug, Clone, Default)]
pub struct ReceiptItem {
    /// The item.
    pub evidence_id: String,
    /// Platform of the patrol list.
    pub platform: String,
    /// Final address.
    pub url: String,
    /// Title of the page.
    pub title: String,
    /// When it was captured, Beijing time.
    pub captured: String,
    /// Its files in the folder.
    pub files: Vec<ReceiptFile>,
}

/// One file.
#[derive(Debug, Clone, Default)]
pub struct ReceiptFile {
    /// Name in the folder.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// SM3, lower-case hex.
    pub sm3: String,
}

const LINE: &str = "________________";

/// The list as plain text.
pub fn render(receipt: &Receipt) -> String {
    let mut text = String::from("电子数据移交清单\n\n");
    let authority = receipt.authority.as_deref().unwrap_or("未提供");
    let request = receipt.request.as_deref().unwrap_or("无");
    let what = match receipt.masked {
        true => "脱敏后的文本与清单（个人信息已遮盖，封存的证据包未移交）",
        false => "封存的证据包及其旁存的签名、时间戳等文件",
    };
    let unit = if receipt.unit.is_empty() {
        LINE
    } else {
        &receipt.unit
    };
    for (label, value) in [
        ("移出单位", unit),
        ("移出经办人", &receipt.actor),
        (
            "移出时间",
            &format!("{}(UTC {})", receipt.made_beijing, receipt.made_utc),
        ),
        ("事由", &receipt.reason),
        ("依据文书", authority),
        ("调取申请编号", request),
        ("移交内容", what),
        ("生成工具", &receipt.tool),
    ] {
        let _ = writeln!(text, "{label}：{}", one_line(value));
    }
    for (number, item) in receipt.items.iter().enumerate() {
        let _ = write!(
            text,
            "\n{}. {}\n   平台 {}\n   标题 {}\n   网址 {}\n   固证时间 {}\n",
            number + 1,
            item.evidence_id,
            one_line(&item.platform),
            one_line(&item.title),
            one_line(&item.url),
            item.captured
        );
        for file in &item.files {
            let _ = write!(
                text,
                "   文件 {}（{} 字节）\n     SHA-256 {}\n     SM3     {}\n",
                file.name, file.bytes, file.sha256, file.sm3
            );
        }
    }
    let _ = write!(
        text,
        "\n核验：sha256sum -c SHA256SUMS;openssl dgst -sm3 文件名。\n\n移出人签名：{LINE}  日期：{LINE}\n\n接收单位：{LINE}  接收人签名：{LINE}  日期：{LINE}\n"
    );
    text
}

/// What a page or a person wrote, without line ends and controls, so that no line of the list can be made up.
fn one_line(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_make_up_lines() {
        let receipt = Receipt {
            items: vec![ReceiptItem {
                title: "甲\n2. wx-zz\u{202e}".to_owned(),
                ..ReceiptItem::default()
            }],
            ..Receipt::default()
        };
        let text = render(&receipt);
        assert!(text.contains("标题 甲 2. wx-zz \n"), "{text}");
        assert!(text.contains("依据文书：未提供"));
    }
}

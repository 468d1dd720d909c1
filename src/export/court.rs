//! The documents of a court package: record of extraction (电子数据提取笔录), list (电子数据清单), integrity values,
//! excerpts with plain transcript, how to verify; as HTML (to be printed as PDF) and as XLSX.
//!
//! Facts come from the manifests, the journal and the files beside the packages; what a person has to state or sign is left
//! blank. What the documents hold follows 法发〔2016〕22号 articles 14 and 15 (record, list, integrity values, witness)
//! and 最高人民法院关于适用《中华人民共和国刑事诉讼法》的解释 articles 110 to 115 (authenticity, completeness, plain
//! transcript and explanation of slang).

pub mod html;
pub mod sheets;
pub mod steps;

/// Everything that the documents say.
#[derive(Debug, Clone, Default)]
pub struct CourtPackage {
    /// Number of the case.
    pub case_no: String,
    /// When the package was made, Beijing time, as text.
    pub made_beijing: String,
    /// The same in UTC.
    pub made_utc: String,
    /// Program and version that made the package.
    pub tool: String,
    /// The office.
    pub unit: String,
    /// The officer who had it made.
    pub officer: String,
    /// The document that authorises it.
    pub authority: Option<String>,
    /// The items.
    pub items: Vec<CourtItem>,
    /// Evasive and coded wording in them.
    pub glossary: Vec<GlossaryRow>,
}

/// One sealed item.
#[derive(Debug, Clone, Default)]
pub struct CourtItem {
    /// Its identifier.
    pub evidence_id: String,
    /// What kind of item it is, in Chinese.
    pub kind: String,
    /// Whether it holds pages that the program fetched; other items hold files that were handed in or derived.
    pub is_capture: bool,
    /// Where files that were handed in come from: (label, value).
    pub origin: Vec<(String, String)>,
    /// Platform of the patrol list.
    pub platform: String,
    /// Title of the page.
    pub title: String,
    /// Address asked for.
    pub requested_url: String,
    /// Address that answered.
    pub final_url: String,
    /// First request, Beijing time and UTC.
    pub started: (String, String),
    /// Last byte, Beijing time and UTC.
    pub ended: (String, String),
    /// Where the time comes from, with its offset if it was measured.
    pub clock: String,
    /// Whether officers attended.
    pub attended: bool,
    /// Officers: name, office, number of the certificate.
    pub collectors: Vec<(String, String, String)>,
    /// Why there are fewer than two.
    pub few_collectors_reason: Option<String>,
    /// The witness.
    pub witness: Option<String>,
    /// Why there is none.
    pub no_witness_reason: Option<String>,
    /// What authorised the capture.
    pub legal_basis: Vec<String>,
    /// How robots.txt was treated.
    pub robots: String,
    /// Program and version that captured.
    pub tool: String,
    /// SHA-256 of its binary, if known.
    pub tool_sha256: Option<String>,
    /// The way to the page.
    pub hops: Vec<CourtHop>,
    /// HTTP status, content type, encoding.
    pub answer: String,
    /// Why the body was cut, if it was.
    pub truncated: Option<String>,
    /// What fired: clues, not determinations.
    pub findings: Vec<CourtFinding>,
    /// Records of the package's WARC file: type, target, SHA-256 of the block.
    pub records: Vec<(String, String, String)>,
    /// Package first, then what lies beside it.
    pub files: Vec<CourtFile>,
    /// What this program found when it checked signature and time stamps: (label, result).
    pub checked: Vec<(String, String)>,
    /// What the journal says of it.
    pub custody: Vec<CustodyRow>,
}

/// One hop.
#[derive(Debug, Clone, Default)]
pub struct CourtHop {
    /// HTTP status.
    pub status: u16,
    /// Address.
    pub url: String,
    /// Address and port of the server.
    pub server: String,
    /// SHA-256 of the payload.
    pub payload_sha256: String,
    /// SHA-256 of the leaf certificate.
    pub certificate_sha256: String,
}

/// One finding.
#[derive(Debug, Clone, Default)]
pub struct CourtFinding {
    /// Rule.
    pub rule: String,
    /// What is forbidden.
    pub title: String,
    /// Legal basis.
    pub basis: String,
    /// Severity, 1 to 5.
    pub severity: u8,
    /// Exact words of the page.
    pub quote: String,
    /// The same with evasive spelling undone, where that differs.
    pub plain: Option<String>,
    /// Bytes of the text record.
    pub span: (usize, usize),
    /// CSS path of the block.
    pub path: String,
}

/// One file of the package.
#[derive(Debug, Clone, Default)]
pub struct CourtFile {
    /// Name in the folder.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// SM3, lower-case hex.
    pub sm3: String,
}

/// What a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FileKind {
    /// The sealed package.
    #[default]
    Package,
    /// A signature in the form of minisign.
    Signature,
    /// Reply of a time-stamp authority, RFC 3161.
    Timestamp,
    /// Anything else beside the package.
    Other,
}

impl FileKind {
    /// Told by the end of the name.
    pub fn of(name: &str) -> Self {
        match name.rsplit('.').next() {
            Some("wacz") => Self::Package,
            Some("minisig") => Self::Signature,
            Some("tsr") => Self::Timestamp,
            _ => Self::Other,
        }
    }

    /// Name for readers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Package => "封存证据包",
            Self::Signature => "数字签名",
            Self::Timestamp => "可信时间戳",
            Self::Other => "旁存文件",
        }
    }
}

/// One entry of the journal about an item.
#[derive(Debug, Clone, Default)]
pub struct CustodyRow {
    /// When (UTC).
    pub time: String,
    /// Word of the journal.
    pub action: String,
    /// Who.
    pub actor: String,
    /// Office.
    pub unit: String,
    /// Why.
    pub reason: String,
    /// Journal and line.
    pub place: String,
    /// Hash of the line.
    pub hash: String,
}

/// One evasive spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlossaryRow {
    /// The item.
    pub evidence_id: String,
    /// As written, with a few characters around it.
    pub seen: String,
    /// The plain transcript of the same.
    pub plain: String,
    /// How it was disguised: words of [`disguise`].
    pub classes: Vec<String>,
    /// Whether it stands in the quote of a finding.
    pub quoted: bool,
    /// How often.
    pub count: usize,
}

/// Name of a class of evasive spelling.
pub fn disguise(class: &str) -> &'static str {
    match class {
        "OB-a" => "拼音代字",
        "OB-b" => "同音、形近字代替",
        "OB-c" => "插入分隔符",
        "OB-d" => "繁体或异体字",
        "OB-e" => "全角、圈码等特殊字符",
        "OB-f" => "数字改写",
        "OB-g" => "夹注拼音",
        "OB-h" => "乱码或实体字符",
        "OB-i" => "零宽或装饰字符",
        "OB-j" => "形近字母",
        "OB-k" => "表情、符号代替",
        "OB-l" => "拆字",
        "OB-m" => "缩写",
        "OB-n" => "联系方式变体",
        _ => "其他变体",
    }
}

/// Name of a journal action; a word that is not known here stays as it is.
pub fn action_label(action: &str) -> &str {
    match action {
        "seal" => "封存",
        "view" => "查看",
        "export" => "移出（导出）",
        "verify" => "核验",
        "court-package" => "制作司法材料包",
        "access-export" => "依申请移出",
        "stamp" => "附加时间戳",
        "sign" => "签名",
        "hold" => "冻结保管",
        "release" => "解除冻结",
        "redact" => "制作脱敏副本",
        "transfer" => "移交",
        "receipt" => "接收确认",
        "delete" => "删除",
        "preserve" => "先行登记保存",
        "preserve-decide" => "先行登记保存处理决定",
        "attend" => "人员到场固定",
        "deposit" => "外来材料封存",
        "stamp-failed" => "时间戳未取得",
        "access-request" => "申请调取",
        "access-approve" => "批准调取",
        "access-refuse" => "不予调取",
        "access-receipt" => "调取签收",
        "reaudit" => "重新审核",
        "note" => "备注",
        other => other,
    }
}

impl CourtItem {
    /// Says plainly whether there is trusted time.
    pub fn trusted_time(&self) -> String {
        let tokens = self.of_kind(FileKind::Timestamp);
        match tokens.as_slice() {
            [] => "无可信时间：没有时间戳令牌，时间只来自采集设备的系统时钟".to_owned(),
            names => format!(
                "旁存时间戳令牌 {}（令牌本身的核验方法见后，本表不代替核验）",
                names.join("、")
            ),
        }
    }

    /// Says plainly whether there is a signature.
    pub fn signature(&self) -> String {
        match self.of_kind(FileKind::Signature).as_slice() {
            [] => "无数字签名".to_owned(),
            names => format!(
                "旁存签名 {}（Ed25519,minisign 格式；核验方法见后，本表不代替核验）",
                names.join("、")
            ),
        }
    }

    fn of_kind(&self, kind: FileKind) -> Vec<&str> {
        let files = self.files.iter().filter(|f| f.kind == kind);
        files.map(|f| f.name.as_str()).collect()
    }

    /// Whether two officers attended, said in words.
    pub fn attendance(&self) -> String {
        if self.attended {
            return "有执法人员到场（见签名栏）".to_owned();
        }
        "无人值守巡查自动采集：属线索，进入认定程序前应由两名以上执法人员重新固定".to_owned()
    }
}

/// Characters that must not reach a document: controls, and marks that turn the direction of writing.
pub(in crate::export) fn plain(text: &str) -> String {
    let keep = |c: char| match c {
        '\n' | '\t' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(keep).collect()
}

#[cfg(test)]
mod tests_sample {
    use super::*;

    /// A package of one item that means harm.
    pub(super) fn sample() -> CourtPackage {
        CourtPackage {
            case_no: "某金线〔2026〕1号".to_owned(),
            items: vec![CourtItem {
                evidence_id: "wx-a".to_owned(),
                title: "<script>alert(1)</script>\u{202e}".to_owned(),
                final_url: "http://licai.test/?q=\"><b>".to_owned(),
                files: vec![CourtFile {
                    name: "wx-a.wacz".to_owned(),
                    ..CourtFile::default()
                }],
                findings: vec![CourtFinding {
                    rule: "AD-25-1".to_owned(),
                    quote: "=HYPERLINK(\"http://x.test\"）保本".to_owned(),
                    ..CourtFinding::default()
                }],
                ..CourtItem::default()
            }],
            ..CourtPackage::default()
        }
    }
}

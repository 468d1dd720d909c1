//! The checkpoint of one day as a page to be printed, signed and filed.

use super::config::Settings;
use super::exit::{Done, Exit, incomplete, misuse};
use super::output::Output;
use super::{store, tools};
use crate::storage::checkpoint::Checkpoint;
use crate::storage::home::Home;
use crate::storage::journal_proof::{self, Leaves};
use crate::storage::keys::KeyRing;
use anyhow::anyhow;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use std::collections::BTreeMap;

/// What a day's entries come to.
#[derive(Debug, Default)]
struct Day {
    /// Lines up to the end of the day.
    size: u64,
    /// Number of the day's first line.
    first: Option<u64>,
    /// Time of the day's last line.
    last: String,
    unit: String,
    actions: BTreeMap<String, u64>,
}

/// Prints the page.
pub(super) fn print(writer: &str, date: Option<NaiveDate>, settings: &Settings) -> Done {
    let home = store::read_only(settings)?;
    let date = date.unwrap_or_else(tools::today);
    let mut day = Day::default();
    let leaves = Leaves::read(&home, writer, &mut |entry| {
        let of = entry.time.parse().ok().map(beijing);
        if of.is_some_and(|of| of.date_naive() <= date) {
            day.size = entry.seq + 1;
        }
        if of.is_some_and(|of| of.date_naive() == date) {
            day.first.get_or_insert(entry.seq);
            day.last.clone_from(&entry.time);
            day.unit.clone_from(&entry.unit);
            *day.actions.entry(entry.action.clone()).or_default() += 1;
        }
    })
    .map_err(incomplete)?;
    let Some(first) = day.first else {
        return Err(misuse(anyhow!(
            "the journal has no entry of {date}; `wangxun journal show` lists the last ones"
        )));
    };
    let size = usize::try_from(day.size).unwrap_or(usize::MAX);
    let root = leaves
        .root(size)
        .ok_or_else(|| incomplete(anyhow!("the journal was cut while it was read")))?;
    let signed = journal_proof::checkpoints(&home, writer).map_err(incomplete)?;
    let of_day: Vec<&Checkpoint> = signed
        .iter()
        .filter(|c| c.head().size > first && c.head().size <= day.size)
        .collect();
    Output.write(&page(&home, &leaves, &day, date, &root, &of_day)?)?;
    Ok(Exit::Fine)
}

fn beijing(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(8 * 3600);
    zone.map_or_else(|| at.into(), |zone| at.with_timezone(&zone))
}

fn page(
    home: &Home,
    leaves: &Leaves,
    day: &Day,
    date: NaiveDate,
    root: &[u8; 32],
    signed: &[&Checkpoint],
) -> Result<String, super::exit::Trouble> {
    let actions: Vec<String> = day
        .actions
        .iter()
        .map(|(action, n)| format!("{action} {n}"))
        .collect();
    let unit = if day.unit.is_empty() {
        "（未配置）"
    } else {
        &day.unit
    };
    let last: Option<DateTime<Utc>> = day.last.parse().ok();
    let last = last.map_or_else(String::new, |at| {
        beijing(at).format("%Y-%m-%d %H:%M:%S%.3f").to_string()
    });
    let mut text = format!(
        "网巡　保全日志每日校验页\n\n\
         单位　　　　{unit}\n\
         日期　　　　{date}（北京时间）\n\
         日志　　　　{}\n\
         行数　　　　截至当日末共 {} 行；当日为第 {} 行至第 {} 行（自 0 起）\n\
         末行时间　　{last}（北京时间）\n\
         当日动作　　{}\n\
         树根　　　　{}\n\
         树根说明　　（RFC 6962 默克尔树，SHA-256；任何一行被改动、删除或插入，树根即不同）\n",
        leaves.origin(),
        day.size,
        day.first.unwrap_or(0),
        day.size.saturating_sub(1),
        actions.join("，"),
        hex::encode(root),
    );
    text.push_str("\n已签名的检查点\n");
    match signed.last() {
        None => text.push_str(
            "　　当日没有已签名的检查点（没有密钥，或尚未签名：wangxun journal checkpoint）\n",
        ),
        Some(checkpoint) => {
            text.push_str(&format!(
                "　　当日共 {} 个，最后一个如下，按原样抄录或复印均可核验：\n\n{}\n",
                signed.len(),
                checkpoint.text()
            ));
            for key in KeyRing::read(home).map_err(incomplete)?.keys() {
                text.push_str(&format!(
                    "公钥　　　　{} {}\n",
                    key.public.id(),
                    key.public.line()
                ));
            }
        }
    }
    text.push_str(
        "\n核验办法　　将检查点存为文件 copy.checkpoints，运行 wangxun journal verify --against copy.checkpoints；\n\
         格式　　　　检查点格式为 C2SP tlog-checkpoint，签名为 Ed25519，他人的程序亦可核验。\n\n\
         打印人　　　＿＿＿＿＿＿＿＿　　　保管人　　　＿＿＿＿＿＿＿＿\n\
         日期　　　　＿＿＿＿＿＿＿＿　　　印章\n",
    );
    Ok(text)
}

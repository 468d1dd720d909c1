//! What `wangxun evidence show` tells of a page's images and advertisements.

use super::exit::Trouble;
use super::output::{Output, shorten};
use crate::wire::item_images::{label, signal_label};
use crate::wire::manifest::Manifest;

/// Prints them, where there are any.
pub(super) fn show(facts: &Manifest) -> Result<(), Trouble> {
    for (number, image) in facts.images.iter().enumerate() {
        let place = image
            .slot
            .map_or_else(String::new, |s| format!(" 广告位 {s}"));
        Output.line(format!("\n图片 {number}{place} {}", image.address))?;
        if let Some(why) = &image.not_seen {
            Output.line(format!("  未查看 {why}"))?;
        }
        let Some(reading) = &image.reading else {
            continue;
        };
        Output.line(format!(
            "  原图 {} {}×{} sha256 {}",
            reading.format, reading.width, reading.height, reading.sha256
        ))?;
        for line in &reading.lines {
            Output.line(format!(
                "  机器识别 {}(把握 {:.0}%,须与原图核对)",
                shorten(&line.text, 100),
                line.confidence
            ))?;
        }
        for code in &reading.codes {
            Output.line(format!("  二维码 {}", shorten(&code.payload, 200)))?;
        }
        if let Some(why) = &reading.unread {
            Output.line(format!("  未识别文字 {why}"))?;
        }
    }
    for ad in &facts.ads {
        let landing = ad.chain.last().map_or("(无链接)", String::as_str);
        Output.line(format!(
            "\n广告位 {} {} 落地 {}",
            ad.slot,
            label(&ad.label),
            shorten(landing, 120)
        ))?;
        let kinds: Vec<&str> = ad.signals.iter().map(|s| signal_label(&s.kind)).collect();
        Output.line(format!("  依据 {};{}", kinds.join("、"), ad.path))?;
        if let Some([x, y, width, height]) = ad.place {
            let picture = ad.picture.as_deref().unwrap_or("-");
            Output.line(format!(
                "  位置 {x},{y} 大小 {width}×{height} 截图 {picture}"
            ))?;
        }
        if !ad.text.is_empty() {
            Output.line(format!("  内容 {}", shorten(&ad.text, 120)))?;
        }
    }
    Ok(())
}

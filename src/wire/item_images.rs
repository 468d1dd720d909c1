//! Images and advertisements on the page of a sealed item.

use super::ad::StoredAd;
use super::image::{StoredImage, StoredReading};
use super::item_page::visible;
use super::manifest::Manifest;
use crate::model::ad::{AdLabel, AdSignalKind};
use maud::{Markup, html};

/// Most images and advertisements that the page lists; the manifest holds all.
const MOST: usize = 60;

/// What was read in the images of the page.
pub(super) fn images(m: &Manifest) -> Markup {
    html! {
        @if !m.images.is_empty() {
            h2 { "图片" }
            p.note {
                "图片中的文字由机器识别（OCR），可能有误，数字与用字须与原图目视核对；二维码内容为精确解码。"
                "原图见包内同一网址的记录。"
            }
            table {
                tr { th { "图片" } th { "识别内容" } th { "原图 SHA-256" } }
                @for (number, image) in m.images.iter().enumerate().take(MOST) { (image_row(number, image)) }
            }
            @if m.images.len() > MOST {
                p.note { "另有 " (m.images.len() - MOST) " 幅，见 custody/manifest.json。" }
            }
        }
    }
}

fn image_row(number: usize, image: &StoredImage) -> Markup {
    html! {
        tr {
            td {
                (number) " " (visible(&image.address))
                @if let Some(slot) = image.slot { br; span.note { "广告位 " (slot) } }
                @if image.in_package { br; span.note { "原图在包内" } }
            }
            td {
                @if let Some(why) = &image.not_seen { span.note { "未查看：" (visible(why)) } }
                @if let Some(reading) = &image.reading { (reading_cell(reading)) }
            }
            td { @if let Some(reading) = &image.reading { code { (reading.sha256) } } }
        }
    }
}

fn reading_cell(reading: &StoredReading) -> Markup {
    html! {
        @for line in &reading.lines {
            (visible(&line.text)) span.note { "（把握 " (format!("{:.0}", line.confidence)) "%）" } br;
        }
        @for code in &reading.codes { "二维码：" (visible(&code.payload)) br; }
        @if let Some(why) = &reading.unread { span.note { "未识别文字：" (visible(why)) } }
        @if !reading.reader.is_empty() { span.note { (visible(&reading.reader)) } }
    }
}

/// The advertisements of the page.
pub(super) fn ads(m: &Manifest) -> Markup {
    html! {
        @if !m.ads.is_empty() {
            h2 { "广告位" }
            table {
                tr { th { "位" } th { "广告标识" } th { "内容" } th { "落地网址" } th { "判断依据" } }
                @for ad in m.ads.iter().take(MOST) { (ad_row(ad)) }
            }
            @if m.ads.len() > MOST {
                p.note { "另有 " (m.ads.len() - MOST) " 个，见 custody/manifest.json。" }
            }
        }
    }
}

fn ad_row(ad: &StoredAd) -> Markup {
    html! {
        tr {
            td {
                (ad.slot)
                @if let Some([x, y, width, height]) = ad.place { br; span.note { "页面位置 " (x) "," (y) " 大小 " (width) "×" (height) } }
                @if let Some(picture) = &ad.picture { br; span.note { "截图 " (visible(picture)) } }
                br; span.note { (visible(&ad.path)) } }
            td { (label(&ad.label)) }
            td {
                (visible(&ad.text))
                @for image in &ad.images { br; span.note { (visible(image)) } }
            }
            td { @for address in &ad.chain { (visible(address)) br; } }
            td { @for signal in &ad.signals { (signal_label(&signal.kind)) "：" (visible(&signal.detail)) br; } }
        }
    }
}

/// The word for officers of a signal's code.
pub fn signal_label(code: &str) -> &str {
    let known = AdSignalKind::ALL
        .into_iter()
        .find(|kind| kind.code() == code);
    known.map_or(code, |kind| kind.label())
}

/// The word for officers of a label's code.
pub fn label(code: &str) -> &str {
    let all = [AdLabel::Shown, AdLabel::Missing, AdLabel::Unknown];
    let known = all.into_iter().find(|label| label.code() == code);
    known.map_or(code, |label| label.label())
}

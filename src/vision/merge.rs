//! Several readings of one image joined to one.

use crate::model::image::TextLine;

/// Characters below which a reading is not trusted to be all.
const LITTLE: usize = 4;

/// Whether a reading need not be tried again.
pub(super) fn is_sure(lines: &[TextLine], sure: f32) -> bool {
    let weight = |l: &TextLine| l.text.chars().count() as f32;
    let all: f32 = lines.iter().map(weight).sum();
    let sum: f32 = lines.iter().map(|l| l.confidence * weight(l)).sum();
    all >= LITTLE as f32 && sum / all >= sure
}

/// Joins a second reading to the first; says whether it changed anything. Where two readings tell of the same place, the one that is surer of more text counts; what only one has seen is kept.
pub(super) fn merge(first: Vec<TextLine>, second: Vec<TextLine>) -> (Vec<TextLine>, bool) {
    if first.is_empty() {
        let changed = !second.is_empty();
        return (second, changed);
    }
    let mut changed = false;
    // Paragraphs of the two have numbers of their own.
    let highest = first.iter().map(|l| l.paragraph).max().unwrap_or(0);
    let mut kept = first;
    for mut line in second {
        line.paragraph = line.paragraph.saturating_add(highest).saturating_add(1);
        let meets = |k: &TextLine| {
            let least = k.place.area().min(line.place.area());
            k.place.shared(&line.place) * 2 > least
        };
        let worth = |l: &TextLine| worth(l);
        let there: f32 = kept.iter().filter(|k| meets(k)).map(worth).sum();
        if there == 0.0 && line.confidence < 60.0 {
            // A texture that one way of seeing takes for text.
            continue;
        }
        if worth(&line) > there * 1.05 {
            let paragraph = kept.iter().find(|k| meets(k)).map(|k| k.paragraph);
            line.paragraph = paragraph.unwrap_or(line.paragraph);
            kept.retain(|k| !meets(k));
            kept.push(line);
            changed = true;
        }
    }
    kept.sort_by_key(|l| (l.place.y.saturating_add(l.place.height / 2), l.place.x));
    (kept, changed)
}

/// What a line weighs: doubtful characters count little, and so does a line of nothing but Latin letters, which is what large
/// Chinese characters are taken for.
fn worth(line: &TextLine) -> f32 {
    let certainty = (line.confidence / 100.0).powi(2);
    let chinese = line
        .text
        .chars()
        .filter(|c| !c.is_ascii() && c.is_alphanumeric());
    let figures = line.text.chars().filter(|c| c.is_ascii_digit()).count();
    let letters = line
        .text
        .chars()
        .filter(|c| c.is_ascii_alphabetic())
        .count();
    let chinese = chinese.count();
    let letters = letters as f32 * if chinese == 0 { 0.3 } else { 1.0 };
    ((chinese + figures) as f32 + letters) * certainty
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::image::PixelBox;

    fn line(text: &str, confidence: f32, y: u32) -> TextLine {
        TextLine {
            text: text.to_owned(),
            confidence,
            place: PixelBox {
                x: 0,
                y,
                width: 100,
                height: 20,
            },
            paragraph: 1,
        }
    }

    #[test]
    fn the_surer_reading_of_a_place_counts_and_the_rest_is_added() {
        let first = vec![line("年比收孟", 45.0, 0), line("保本保息", 95.0, 60)];
        let second = vec![
            line("年化收益", 92.0, 2),
            line("保木保息", 70.0, 61),
            line("扫码加入", 90.0, 120),
            line("丨丨", 35.0, 200),
        ];
        let (merged, changed) = merge(first, second);
        assert!(changed);
        let texts: Vec<&str> = merged.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["年化收益", "保本保息", "扫码加入"]);
        assert!(is_sure(&merged, 88.0));
    }
}

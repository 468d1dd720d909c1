//! Tesseract's table of words (its TSV output) to lines.

use crate::model::image::{PixelBox, TextLine};

/// Level of a word in the table.
const WORD: &str = "5";
/// Lines kept of one image.
const MOST_LINES: usize = 2_000;
/// Characters kept of one line.
const LONGEST_LINE: usize = 500;

/// One word of the table.
struct Word<'a> {
    /// Block, paragraph, line.
    at: (u32, u32, u32),
    place: PixelBox,
    confidence: f32,
    text: &'a str,
}

fn word(row: &str) -> Option<Word<'_>> {
    let mut cells = row.split('\t');
    if cells.next()? != WORD {
        return None;
    }
    let mut number = || cells.next()?.parse::<u32>().ok();
    let _page = number()?;
    let at = (number()?, number()?, number()?);
    let _word = number()?;
    let place = PixelBox {
        x: number()?,
        y: number()?,
        width: number()?,
        height: number()?,
    };
    let confidence: f32 = cells.next()?.parse().ok()?;
    let text = cells.next()?.trim();
    let usable = !text.is_empty() && confidence.is_finite() && confidence >= 0.0;
    usable.then_some(Word {
        at,
        place,
        confidence: confidence.min(100.0),
        text,
    })
}

/// The lines of a table in its order. What is no row of a word is passed over.
pub(super) fn lines(table: &str) -> Vec<TextLine> {
    let mut lines: Vec<TextLine> = Vec::new();
    let mut open: Option<((u32, u32, u32), Line)> = None;
    let close = |open: Option<((u32, u32, u32), Line)>, lines: &mut Vec<TextLine>| {
        if let Some(((block, paragraph, _), line)) = open
            && lines.len() < MOST_LINES
        {
            lines.extend(line.done(block.saturating_mul(1_000).saturating_add(paragraph)));
        }
    };
    for word in table.lines().filter_map(word) {
        if open.as_ref().is_none_or(|(at, _)| *at != word.at) {
            close(open.take(), &mut lines);
            open = Some((word.at, Line::default()));
        }
        if let Some((_, line)) = &mut open {
            line.push(&word);
        }
    }
    close(open, &mut lines);
    lines
}

/// A line while its words come.
#[derive(Default)]
struct Line {
    text: String,
    place: Option<PixelBox>,
    /// Confidence by characters, and characters.
    weighed: (f32, f32),
    /// Right edge of the last word.
    end: u32,
}

impl Line {
    fn push(&mut self, word: &Word<'_>) {
        let count = word.text.chars().count();
        if self.text.chars().count() + count > LONGEST_LINE {
            return;
        }
        if !self.text.is_empty() {
            let gap = word.place.x.saturating_sub(self.end);
            self.text.push_str(separator(&self.text, word, gap));
        }
        self.text.push_str(word.text);
        self.weighed.0 += word.confidence * count as f32;
        self.weighed.1 += count as f32;
        self.end = word.place.x.saturating_add(word.place.width);
        self.place = Some(match self.place {
            Some(place) => around(place, word.place),
            None => word.place,
        });
    }

    fn done(self, paragraph: u32) -> Option<TextLine> {
        Some(TextLine {
            text: self.text,
            confidence: self.weighed.0 / self.weighed.1.max(1.0),
            place: self.place?,
            paragraph,
        })
    }
}

/// What stands between two words: nothing between Chinese characters, a space between Latin words, two spaces where a gap
/// parts one thing from another.
fn separator(before: &str, word: &Word<'_>, gap: u32) -> &'static str {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if gap > word.place.height.saturating_mul(3) / 2 && word.place.height > 0 {
        "  "
    } else if latin(before.chars().next_back()) && latin(word.text.chars().next()) {
        " "
    } else {
        ""
    }
}

fn around(a: PixelBox, b: PixelBox) -> PixelBox {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let end = |at: u32, length: u32| at.saturating_add(length);
    PixelBox {
        x,
        y,
        width: end(a.x, a.width).max(end(b.x, b.width)) - x,
        height: end(a.y, a.height).max(end(b.y, b.height)) - y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_become_lines() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            1\t1\t0\t0\t0\t0\t0\t0\t200\t90\t-1\t\n\
            5\t1\t1\t1\t1\t1\t10\t5\t20\t20\t90\t年\n\
            5\t1\t1\t1\t1\t2\t30\t5\t20\t20\t80\t化\n\
            5\t1\t1\t1\t1\t3\t52\t5\t30\t20\t70\t12%\n\
            5\t1\t1\t1\t1\t4\t140\t5\t40\t20\t70\t保本\n\
            5\t1\t1\t2\t1\t1\t10\t40\t40\t20\t60\tVIP\n\
            5\t1\t1\t2\t1\t2\t56\t40\t40\t20\t60\tclub\n\
            5\t1\t1\t2\t1\tx\n";
        let found = lines(table);
        let texts: Vec<&str> = found.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(texts, ["年化12%  保本", "VIP club"]);
        let place = found.first().expect("a line").place;
        assert_eq!((place.x, place.width, place.height), (10, 170, 20));
        assert_ne!(found[0].paragraph, found[1].paragraph);
    }

    proptest! {
        #[test]
        fn any_table_is_read(table in "([0-9a\t\n.-]|[一-九]){0,300}") {
            let _ = lines(&table);
        }
    }
}

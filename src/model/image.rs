//! An image of a page, and what was read in it.

use std::ops::Range;
use url::Url;

/// An image that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    /// Where its bytes are.
    pub source: ImageSource,
    /// How the page names it.
    pub kind: ImageKind,
    /// CSS path of the element, as in [`super::page::Block::path`].
    pub path: String,
    /// Number of the advertisement container it stands in, as in [`super::page::Block::slot`].
    pub slot: Option<u32>,
    /// The link address when it stands inside an `<a>`.
    pub link: Option<Url>,
    /// Its alternative text and title.
    pub words: String,
    /// Width that the markup states, in CSS pixels.
    pub width: Option<u32>,
    /// Height that the markup states, in CSS pixels.
    pub height: Option<u32>,
    /// Whether the markup itself says that it is hidden.
    pub hidden: bool,
}

/// Where the bytes of an image are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSource {
    /// At an address, to be fetched.
    Web(Url),
    /// In the page itself (`data:` address).
    Inline(Vec<u8>),
}

/// How a page names an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// `img`.
    Element,
    /// Background of an element, by its inline style.
    Background,
    /// `poster` of a video.
    Poster,
}

impl ImageKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Element, Self::Background, Self::Poster];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Element => "img",
            Self::Background => "background",
            Self::Poster => "poster",
        }
    }
}

/// A box in an image, in its pixels from the upper left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PixelBox {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl PixelBox {
    /// The part that it shares with another, in pixels.
    pub fn shared(&self, other: &Self) -> u64 {
        let overlap = |a: u32, b: u32, c: u32, d: u32| {
            let end = a.saturating_add(b).min(c.saturating_add(d));
            u64::from(end.saturating_sub(a.max(c)))
        };
        overlap(self.x, self.width, other.x, other.width)
            * overlap(self.y, self.height, other.y, other.height)
    }

    /// Its size in pixels.
    pub fn area(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// One line of text read in an image.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// The text.
    pub text: String,
    /// How sure the reader is, 0 to 100.
    pub confidence: f32,
    /// Where it stands.
    pub place: PixelBox,
    /// Number of the paragraph that it belongs to, as the reader sees it.
    pub paragraph: u32,
}

/// A QR code read in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// What it says.
    pub payload: String,
    /// Where it stands.
    pub place: PixelBox,
}

/// What was read in one image.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageReading {
    /// SHA-256 of the image file.
    pub sha256: [u8; 32],
    /// Bytes of the image file.
    pub bytes: u64,
    /// `png`, `jpeg`, `webp`, `gif`; empty when it could not be told.
    pub format: String,
    /// Width in pixels; 0 when unknown.
    pub width: u32,
    /// Height in pixels; 0 when unknown.
    pub height: u32,
    /// Perceptual hash: 256 bits of a discrete cosine transform, near in Hamming distance for images that look alike. None for
    /// an image that shows nothing.
    pub look: Option<[u8; 32]>,
    /// Lines of text, from the top.
    pub lines: Vec<TextLine>,
    /// QR codes.
    pub codes: Vec<QrCode>,
    /// Why no text was looked for, or none could be read; `None` when it was looked for.
    pub unread: Option<String>,
    /// Name and version of what read the text; empty where nothing did.
    pub reader: String,
}

impl ImageReading {
    /// Nothing known but the file.
    pub fn unread(sha256: [u8; 32], bytes: u64, why: impl Into<String>) -> Self {
        Self {
            sha256,
            bytes,
            format: String::new(),
            width: 0,
            height: 0,
            look: None,
            lines: Vec::new(),
            codes: Vec::new(),
            unread: Some(why.into()),
            reader: String::new(),
        }
    }

    /// Mean confidence of the lines, weighed by their length; 0 without any.
    pub fn confidence(&self) -> f32 {
        let weight = |line: &TextLine| line.text.chars().count() as f32;
        let all: f32 = self.lines.iter().map(weight).sum();
        let sum: f32 = self.lines.iter().map(|l| l.confidence * weight(l)).sum();
        if all > 0.0 { sum / all } else { 0.0 }
    }

    /// The text as a block of a page holds it: lines of one paragraph that run on are joined, others stand two spaces apart,
    /// paragraphs of many words are texts of their own.
    pub fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        let mut before: Option<&TextLine> = None;
        for line in &self.lines {
            let text = line.text.trim();
            if text.is_empty() {
                continue;
            }
            let is_new = before.is_none_or(|b| b.paragraph != line.paragraph);
            match texts.last_mut() {
                Some(last) if !is_new && runs_on(before, line, &self.lines) => {
                    if last.ends_with(|c: char| c.is_ascii_alphanumeric())
                        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                    {
                        last.push(' ');
                    }
                    last.push_str(text);
                }
                Some(last) if last.len() + text.len() <= LONGEST_CARD || !is_new => {
                    last.push_str("  ");
                    last.push_str(text);
                }
                _ => texts.push(text.to_owned()),
            }
            before = Some(line);
        }
        texts
    }
}

/// Bytes of an image's text that are taken for one card; above that each paragraph is a text of its own.
const LONGEST_CARD: usize = 1_200;

/// Whether the text before goes on in `line`: running text of the same size that fills its width.
fn runs_on(before: Option<&TextLine>, line: &TextLine, all: &[TextLine]) -> bool {
    let Some(before) = before else {
        return false;
    };
    let near = |a: u32, b: u32| a.abs_diff(b) * 4 <= a.max(b);
    let right = |l: &TextLine| l.place.x.saturating_add(l.place.width);
    let same = all.iter().filter(|l| l.paragraph == line.paragraph);
    let edge = same.clone().map(right).max().unwrap_or(0);
    let begin = same.map(|l| l.place.x).min().unwrap_or(0);
    let letter = before.place.height.max(1);
    near(before.place.height, line.place.height)
        && before.text.chars().count() >= 14
        && edge.saturating_sub(right(before)) < letter * 3 / 2
        && line.place.x.saturating_sub(begin) < letter * 3
        && !before
            .text
            .ends_with(['。', '！', '!', '？', '；', ':', '：'])
}

/// An image of a page with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenImage {
    /// Its address; `data:` and its digest for one in the page itself.
    pub address: String,
    /// How the page names it.
    pub kind: ImageKind,
    /// CSS path of the element.
    pub path: String,
    /// Number of the advertisement container it stands in.
    pub slot: Option<u32>,
    /// The link that it stands in.
    pub link: Option<Url>,
    /// What was read in it, or why it was not looked at.
    pub outcome: Result<ImageReading, String>,
    /// Where the archive of the run keeps its exchange; none for an image in the page itself.
    pub archived: Option<ArchivedImage>,
}

/// Where the archive keeps an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedImage {
    /// The name under which it was captured, as a visit has one.
    pub visit: String,
    /// Name of the WARC file.
    pub file: String,
    /// Where its records begin.
    pub offset: u64,
    /// Their bytes.
    pub length: u64,
    /// Record id of the response, without angle brackets.
    pub response_id: String,
    /// SHA-256 of the response's payload, lower-case hex.
    pub payload_sha256: String,
}

/// Bytes of a text record that an image's text takes, with the number of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSpan {
    /// The bytes.
    pub span: Range<usize>,
    /// Index of the image.
    pub image: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, y: u32, width: u32, paragraph: u32) -> TextLine {
        TextLine {
            text: text.to_owned(),
            confidence: 90.0,
            place: PixelBox {
                x: 10,
                y,
                width,
                height: 20,
            },
            paragraph,
        }
    }

    #[test]
    fn running_text_is_joined_and_slogans_are_not() {
        let mut reading = ImageReading::unread([0; 32], 1, "");
        reading.lines = vec![
            line("年化收益率", 0, 100, 1),
            line("12%", 30, 60, 1),
            line("本产品由某某公司发行管理并承诺到期", 60, 400, 2),
            line("归还本金", 90, 100, 2),
        ];
        let expected = "年化收益率  12%  本产品由某某公司发行管理并承诺到期归还本金";
        assert_eq!(reading.texts(), [expected]);
    }

    #[test]
    fn boxes_share_what_they_share() {
        let a = PixelBox {
            x: 0,
            y: 0,
            width: 10,
            height: 10,
        };
        let b = PixelBox { x: 5, y: 5, ..a };
        assert_eq!(a.shared(&b), 25);
        assert_eq!(a.shared(&PixelBox { x: 50, ..a }), 0);
        assert_eq!(a.area(), 100);
    }
}

//! What a group's text looks like, counted in one pass: the judge asks for it many times.

use crate::model::reading::ReadBlock;

/// Kinds of signs, in the order of [`Measure::signs`].
pub(super) const SIGNS: [&str; 10] = [
    "question",
    "exclaim",
    "quoted",
    "title",
    "lenticular",
    "list",
    "stop",
    "percent",
    "placeholder",
    "bar",
];

/// Counts of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// All characters.
    pub(super) chars: usize,
    /// Commas and sentence ends.
    pub(super) punctuation: usize,
    /// ASCII digits.
    pub(super) digits: usize,
    /// ASCII letters.
    pub(super) letters: usize,
    /// White space.
    pub(super) blanks: usize,
    /// Arrows, dingbats, emoji.
    pub(super) pictures: usize,
    /// Each kind of sign.
    pub(super) signs: [usize; SIGNS.len()],
}

impl Measure {
    /// Counts the plain text of blocks.
    pub(super) fn of<'a>(blocks: impl Iterator<Item = &'a ReadBlock>) -> Self {
        let mut measure = Self::default();
        for c in blocks.flat_map(|block| block.text.plain.chars()) {
            measure.chars += 1;
            // Most characters are Han, and nothing else is asked of these.
            if !('\u{4e00}'..='\u{9fff}').contains(&c) {
                measure.add(c);
            }
        }
        measure
    }

    fn add(&mut self, c: char) {
        self.punctuation += usize::from(is_punctuation(c));
        self.digits += usize::from(c.is_ascii_digit());
        self.letters += usize::from(c.is_ascii_alphabetic());
        self.blanks += usize::from(c.is_whitespace());
        self.pictures += usize::from(is_picture(c));
        if let Some(slot) = sign(c).and_then(|kind| self.signs.get_mut(kind)) {
            *slot += 1;
        }
    }
}

fn is_punctuation(c: char) -> bool {
    matches!(c, '。' | '，' | ',' | '!' | '！' | '?' | '？' | ';' | '；')
}

fn is_picture(c: char) -> bool {
    matches!(c as u32, 0x2190..=0x2bff | 0x1f000..=0x1faff)
}

/// The kind of a sign.
fn sign(c: char) -> Option<usize> {
    Some(match c {
        '?' | '？' => 0,
        '!' | '！' => 1,
        '“' | '”' | '"' | '「' | '『' => 2,
        '《' | '》' => 3,
        '【' | '】' => 4,
        '、' => 5,
        '。' => 6,
        '%' | '‰' => 7,
        '{' | '}' | '$' => 8,
        '|' | '>' | '›' | '»' => 9,
        _ => return None,
    })
}

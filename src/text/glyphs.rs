//! One character at a time: what it is, and what it folds to.

use super::hash::IntMap;
use crate::model::evasion::EvasionTables;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use std::collections::HashSet;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a character is to the normaliser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Nothing that concerns the normaliser; ends a word.
    Other = 0,
    /// A Chinese character.
    Han,
    /// An ASCII letter.
    Letter,
    /// An ASCII digit.
    Digit,
    /// A mark that may break up a word.
    Separator,
    /// Clause punctuation: no word goes across it.
    Barrier,
    /// Emoji, dingbats, private use, odd scripts: may break up a word or stand for a part of it.
    Symbol,
    /// Has a plain form of its own.
    Fold,
    /// Invisible: deleted.
    Drop,
    /// A letter with a tone mark, or of a script that imitates ASCII.
    OddLetter,
}

/// The plain form of a character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) text: Box<str>,
    /// The class it is reported under; `None` when folding it is no sign of anything (full-width marks).
    pub(super) class: Option<&'static str>,
    pub(super) strong: bool,
}

/// Kinds and plain forms of all characters.
#[derive(Debug, Clone)]
pub(super) struct Glyphs {
    /// Kinds of the basic plane.
    kinds: Box<[Kind]>,
    plain: IntMap<u32, Plain>,
    lookalikes: IntMap<u32, char>,
    drops: Vec<(char, char)>,
}

const BASIC_PLANE: usize = 0x1_0000;

impl Glyphs {
    /// `None` when the traditional-character data cannot be built (it is embedded, so it can).
    pub(super) fn compile(tables: &EvasionTables) -> Option<Self> {
        let mut plain = IntMap::default();
        fold_compatibility_forms(&mut plain);
        fold_traditional(&mut plain)?;
        for fold in &tables.folds {
            let entry = Plain {
                text: fold.plain.as_str().into(),
                class: Some(fold.class),
                strong: fold.strong,
            };
            plain.insert(u32::from(fold.seen), entry);
        }
        // Symbols are read by their own table, where the word around them decides.
        for symbol in &tables.symbols {
            plain.remove(&u32::from(symbol.seen));
        }
        let lookalikes: IntMap<u32, char> = tables
            .lookalikes
            .iter()
            .map(|(seen, ascii)| (u32::from(*seen), *ascii))
            .collect();
        let mut glyphs = Self {
            kinds: vec![Kind::Other; BASIC_PLANE].into(),
            plain,
            lookalikes,
            drops: tables.drops.clone(),
        };
        glyphs.fill_kinds(tables);
        Some(glyphs)
    }

    fn fill_kinds(&mut self, tables: &EvasionTables) {
        let separators: HashSet<char> = tables.separators.iter().copied().collect();
        for point in 0..BASIC_PLANE as u32 {
            let Some(ch) = char::from_u32(point) else {
                continue;
            };
            let kind = if separators.contains(&ch) {
                Kind::Separator
            } else {
                self.kind_by_rule(ch)
            };
            if let Some(slot) = self.kinds.get_mut(point as usize) {
                *slot = kind;
            }
        }
    }

    /// What the character is.
    #[inline]
    pub(super) fn kind(&self, ch: char) -> Kind {
        match self.kinds.get(ch as usize) {
            Some(kind) => *kind,
            None => self.kind_by_rule(ch),
        }
    }

    fn kind_by_rule(&self, ch: char) -> Kind {
        if ch.is_ascii_alphabetic() {
            Kind::Letter
        } else if ch.is_ascii_digit() {
            Kind::Digit
        } else if self.plain.contains_key(&u32::from(ch)) {
            Kind::Fold
        } else if is_han(ch) {
            Kind::Han
        } else if is_combining_mark(ch) || self.drops.iter().any(|(a, b)| (*a..=*b).contains(&ch)) {
            Kind::Drop
        } else if self.lookalikes.contains_key(&u32::from(ch)) || toneless(ch).is_some() {
            Kind::OddLetter
        } else if is_barrier(ch) {
            Kind::Barrier
        } else if is_symbol(ch) {
            Kind::Symbol
        } else if is_stray(ch) {
            Kind::Separator
        } else {
            Kind::Other
        }
    }

    /// The plain form of a character of kind `Fold`.
    pub(super) fn plain(&self, ch: char) -> Option<&Plain> {
        self.plain.get(&u32::from(ch))
    }

    /// The ASCII letter that this one imitates.
    pub(super) fn lookalike(&self, ch: char) -> Option<char> {
        self.lookalikes.get(&u32::from(ch)).copied()
    }
}

/// Chinese characters, including the number zero 〇.
pub(super) fn is_han(ch: char) -> bool {
    matches!(ch, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '〇'
        | '\u{20000}'..='\u{323AF}' | '\u{F900}'..='\u{FAFF}')
}

fn is_barrier(ch: char) -> bool {
    matches!(
        ch,
        '，' | '。'
            | '；'
            | '：'
            | '！'
            | '？'
            | '、'
            | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '\n'
            | '\r'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '「'
            | '」'
            | '『'
            | '』'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '('
            | ')'
            | '（'
            | '）'
            | '['
            | ']'
            | '{'
            | '}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

/// Emoji, dingbats, arrows, shapes, private use, and scripts that only decorate Chinese spam.
fn is_symbol(ch: char) -> bool {
    is_noise(ch)
        || is_decoration(ch)
        || matches!(ch, '\u{2190}'..='\u{245F}' | '\u{2500}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}'
            | '\u{1D000}'..='\u{1D1FF}')
}

/// What broken conversions leave: private use and replacement characters.
fn is_noise(ch: char) -> bool {
    matches!(ch, '\u{E000}'..='\u{F8FF}' | '\u{FFFC}' | '\u{FFFD}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Letters of scripts that Chinese texts hold as ornaments only.
fn is_decoration(ch: char) -> bool {
    matches!(ch, '\u{16A0}'..='\u{16FF}' | '\u{1400}'..='\u{167F}' | '\u{A000}'..='\u{A4CF}'
        | '\u{0E00}'..='\u{0FFF}' | '\u{12000}'..='\u{143FF}')
}

/// The class of what stands in a gap inside a word: noise, ornament, emoji, or plain separators.
pub(super) fn gap_class(ch: char) -> Option<&'static str> {
    match ch {
        _ if is_noise(ch) => Some("OB-h"),
        _ if is_decoration(ch) => Some("OB-i"),
        _ if is_symbol(ch) => Some("OB-k"),
        _ => None,
    }
}

/// A mark that is set over or through the character before it: 贷̶款̶. Scripts are written with some of these;
/// variation selectors and enclosing marks are of no script.
pub(super) fn is_mark(ch: char) -> bool {
    let of_no_script =
        matches!(ch, '\u{20D0}'..='\u{20F0}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..);
    ch > '\u{2FF}' && !of_no_script && is_combining_mark(ch)
}

/// Marks of other kinds, which no Chinese word holds.
fn is_stray(ch: char) -> bool {
    let spacing_mark = matches!(ch, '\u{2B9}'..='\u{2FF}');
    spacing_mark || !ch.is_alphanumeric() && !ch.is_control() && !matches!(ch, '"' | '<' | '>')
}

/// The letter under a pinyin tone mark.
pub(super) fn toneless(ch: char) -> Option<char> {
    Some(match ch {
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' | 'ê' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        'ń' | 'ň' | 'ǹ' => 'n',
        _ => return None,
    })
}

/// Full-width, circled, squared and mathematical forms, character by character (NFKC).
/// Chinese punctuation keeps its full width: ，is not a decimal comma.
fn fold_compatibility_forms(plain: &mut IntMap<u32, Plain>) {
    let ranges = [
        (0xB2, 0xB3),
        (0xB9, 0xB9),
        (0x2B0, 0x2B8),
        (0x1D2C, 0x1D6A),
        (0x2070, 0x2070),
        (0x2074, 0x2079),
        (0x2080, 0x2089),
        (0x2100, 0x214F),
        (0x2460, 0x24FF),
        (0x3000, 0x3000),
        (0x3200, 0x32FF),
        (0xFE30, 0xFE6F),
        (0xFF01, 0xFF5E),
        (0xFFE0, 0xFFE6),
        (0x1D400, 0x1D7FF),
        (0x1F100, 0x1F1AD),
        (0x1F200, 0x1F265),
    ];
    for ch in ranges
        .into_iter()
        .flat_map(|(a, b)| a..=b)
        .filter_map(char::from_u32)
    {
        let folded: String = ch.nfkc().collect();
        if is_chinese_mark(ch) || folded.chars().eq([ch]) || folded.len() > 16 {
            continue;
        }
        let letters = folded.chars().any(|c| c.is_alphanumeric());
        let full_width = matches!(ch, '\u{FF01}'..='\u{FF5E}');
        let entry = Plain {
            text: folded.into(),
            class: letters.then_some("OB-e"),
            strong: !full_width
                && !matches!(ch, '\u{2B0}'..='\u{2B8}' | '\u{1D2C}'..='\u{1D6A}' | '\u{2100}'..='\u{214F}' | '\u{3200}'..='\u{33FF}'),
        };
        plain.insert(u32::from(ch), entry);
    }
}

/// Full-width punctuation that Chinese text is written with.
fn is_chinese_mark(ch: char) -> bool {
    matches!(
        ch,
        '，' | '：' | '；' | '！' | '？' | '（' | '）' | '｡' | '￥' | '№' | '℃' | '℡' | '™'
    ) || matches!(ch, '\u{FE30}'..='\u{FE57}')
}

/// Traditional to simplified, character by character. Characters of the simplified standard set (GB 2312)
/// stay: 著, 乾, 於 are words there too.
fn fold_traditional(plain: &mut IntMap<u32, Plain>) -> Option<()> {
    let opencc = OpenCC::from_config(BuiltinConfig::T2s).ok()?;
    let candidates: Vec<char> = ('\u{4E00}'..='\u{9FFF}')
        .filter(|c| !in_gb2312(*c))
        .collect();
    let list: String = candidates.iter().flat_map(|c| [*c, '\n']).collect();
    let converted = opencc.convert(&list);
    for (ch, simple) in candidates.into_iter().zip(converted.lines()) {
        // 哯 keeps its form: hardly a font shows the simplified one, and hardly a table tells its sound.
        let common = |c: char| u32::from(c) < BASIC_PLANE as u32;
        if simple.chars().count() == 1 && !simple.chars().eq([ch]) && simple.chars().all(common) {
            let entry = Plain {
                text: simple.into(),
                class: Some("OB-d"),
                strong: false,
            };
            plain.insert(u32::from(ch), entry);
        }
    }
    // Compatibility forms such as 🈚 (無) fold to traditional characters first.
    for entry in plain.values_mut() {
        if entry.text.chars().any(is_han) {
            entry.text = opencc.convert(&entry.text).into();
        }
    }
    Some(())
}

/// Whether the character is in GB 2312, the national standard set of simplified characters.
pub(super) fn in_gb2312(ch: char) -> bool {
    static SET: OnceLock<Box<[bool]>> = OnceLock::new();
    let set = SET.get_or_init(gb2312);
    set.get(ch as usize).copied().unwrap_or(false)
}

/// The Chinese characters of GB 2312: rows 16 to 87 of its code table.
fn gb2312() -> Box<[bool]> {
    let codes: Vec<u8> = (0xB0..=0xF7u8)
        .flat_map(|row| (0xA1..=0xFEu8).flat_map(move |cell| [row, cell]))
        .collect();
    let mut set = vec![false; BASIC_PLANE];
    for ch in encoding_rs::GBK
        .decode_without_bom_handling(&codes)
        .0
        .chars()
    {
        if let Some(slot) = set.get_mut(ch as usize).filter(|_| is_han(ch)) {
            *slot = true;
        }
    }
    set.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs() -> Glyphs {
        Glyphs::compile(&EvasionTables {
            separators: vec!['.', ' '],
            drops: vec![('\u{200B}', '\u{200D}')],
            ..EvasionTables::default()
        })
        .expect("builds")
    }

    fn plain(ch: char) -> Option<String> {
        glyphs().plain(ch).map(|p| p.text.to_string())
    }

    #[test]
    fn forms_fold_and_chinese_punctuation_stays() {
        assert_eq!(plain('貸').as_deref(), Some("贷"));
        assert_eq!(plain('Ａ').as_deref(), Some("A"));
        assert_eq!(plain('％').as_deref(), Some("%"));
        assert_eq!(plain('𝐇').as_deref(), Some("H"));
        assert_eq!(plain('，'), None);
        assert_eq!(plain('：'), None);
        assert_eq!(plain('著'), None, "a simplified character too");
        assert_eq!(plain('㎡'), None);
    }

    #[test]
    fn every_character_has_a_kind() {
        let glyphs = glyphs();
        assert_eq!(glyphs.kind('贷'), Kind::Han);
        assert_eq!(glyphs.kind('貸'), Kind::Fold);
        assert_eq!(glyphs.kind('.'), Kind::Separator);
        assert_eq!(glyphs.kind('，'), Kind::Barrier);
        assert_eq!(glyphs.kind('\u{200B}'), Kind::Drop);
        assert_eq!(glyphs.kind('🔥'), Kind::Symbol);
        assert_eq!(glyphs.kind('ā'), Kind::OddLetter);
        assert_eq!(glyphs.kind('\u{10FFFF}'), Kind::Separator);
        assert_eq!(glyphs.kind('ˇ'), Kind::Separator);
        assert_eq!(glyphs.kind('\u{336}'), Kind::Drop);
        assert_eq!(glyphs.kind('あ'), Kind::Other);
    }
}

//! How characters sound: their pinyin syllable without tone.

use pinyin::ToPinyin;
use std::collections::HashMap;

/// Fewer syllables than this exist in Chinese, tones apart.
pub(super) const SOUNDS: usize = 512;
/// The sound of a character that has none; no word begins with it.
pub(super) const NONE: u16 = (SOUNDS - 1) as u16;
const FIRST_HAN: u32 = 0x4E00;
const LAST_HAN: u32 = 0x9FA5;

/// The syllable (without tone) of each character, as a number. Only the common reading counts:
/// with all readings, 系 would sound like 基 and 的 like 低.
#[derive(Debug, Clone)]
pub(super) struct Sounds {
    of: Box<[u16]>,
}

impl Sounds {
    pub(super) fn build(readings: &[(char, String)]) -> Self {
        let mut numbers: HashMap<String, u16> = HashMap::new();
        let mut of = Vec::new();
        for point in FIRST_HAN..=LAST_HAN {
            let ch = char::from_u32(point);
            let set = ch.and_then(|c| readings.iter().find(|(r, _)| *r == c));
            let reading = match set {
                Some((_, reading)) => Some(reading.clone()),
                None => ch
                    .and_then(|c| c.to_pinyin())
                    .map(|p| p.plain().replace('ü', "v")),
            };
            let next = (numbers.len() as u16).min(NONE - 1);
            of.push(reading.map_or(NONE, |r| *numbers.entry(r).or_insert(next)));
        }
        Self { of: of.into() }
    }

    #[inline]
    pub(super) fn of(&self, ch: char) -> u16 {
        u32::from(ch)
            .checked_sub(FIRST_HAN)
            .and_then(|i| self.of.get(i as usize))
            .copied()
            .unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_are_alike_without_tone() {
        let sounds = Sounds::build(&[('行', "hang".to_owned())]);
        assert_eq!(sounds.of('贷'), sounds.of('代'));
        assert_ne!(sounds.of('贷'), sounds.of('款'));
        assert_eq!(sounds.of('行'), sounds.of('航'));
        assert_eq!(sounds.of('a'), NONE);
        let sounds = Sounds::build(&[('率', "lv".to_owned())]);
        assert_eq!(sounds.of('率'), sounds.of('绿'), "ü is written v");
        assert!(('\u{4E00}'..='\u{9FA5}').all(|c| usize::from(sounds.of(c)) < SOUNDS));
    }
}

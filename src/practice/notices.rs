//! Generated short texts in any number, for measurements of searching: fictitious news with a known share of
//! advertisements that break the law.

use super::error::PracticeError;
use super::prose::{Dice, Kind, Prose, mix};

/// Han characters of a text, at least.
const LEAST_HAN: usize = 80;
/// One of so many is guilty.
const GUILTY_OF: u64 = 20;
/// Hosts over which they are spread.
const HOSTS: u64 = 5_000;

/// The generator.
#[derive(Debug)]
pub struct Notices {
    prose: Prose,
}

/// One text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its title.
    pub title: String,
    /// The text.
    pub text: String,
    /// Name of its host.
    pub host: String,
    /// Whether it advertises what it must not.
    pub guilty: bool,
}

impl Notices {
    /// Reads the words.
    pub fn bundled() -> Result<Self, PracticeError> {
        let prose = Prose::bundled()?;
        Ok(Self { prose })
    }

    /// The text with this number; always the same.
    pub fn notice(&self, number: u64) -> Notice {
        let mut dice = Dice::new(mix(number.wrapping_add(0x5EA2_C400)));
        let guilty = number.is_multiple_of(GUILTY_OF);
        let (title_kind, lead) = match guilty {
            true => (Kind::AdTitle, Kind::Ad),
            false => (Kind::Title, Kind::Plain),
        };
        let (mut title, mut text) = (String::new(), String::new());
        self.prose.sentence(title_kind, &mut dice, &mut title);
        let han = self.prose.sentence(lead, &mut dice, &mut text);
        let rest = LEAST_HAN.saturating_sub(han);
        self.prose
            .paragraph(Kind::Plain, rest, &mut dice, &mut text);
        let host = format!("notice-{:04}.test", mix(number) % HOSTS);
        Notice {
            title,
            text,
            host,
            guilty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::prose::is_han;
    use super::*;

    #[test]
    fn texts_are_short_and_always_the_same() {
        let notices = Notices::bundled().unwrap();
        for number in 0..200 {
            let notice = notices.notice(number);
            let han = notice.text.chars().filter(|c| is_han(*c)).count();
            assert!((LEAST_HAN..400).contains(&han), "{han}");
            assert_eq!(notice.guilty, number % GUILTY_OF == 0);
            assert_eq!(notice, notices.notice(number));
        }
    }
}

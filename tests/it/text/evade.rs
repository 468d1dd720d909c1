//! Writes a text as evaders do, by the classes of the catalogue (section 7). The substitutions are this generator's own
//! data (`evade/tables.toml`), which the normaliser does not read.

mod contacts;
mod masks;
mod tables;

pub use tables::Half;
use tables::{Rng, Tables};

/// The classes that are undone, and `mix`: two of them at once.
pub const CLASSES: [&str; 15] = [
    "OB-a", "OB-b", "OB-c", "OB-d", "OB-e", "OB-f", "OB-g", "OB-h", "OB-i", "OB-j", "OB-k", "OB-l",
    "OB-m", "OB-n", "mix",
];

/// Classes that are mixed: one that changes words, then one that changes what is left.
const WORDS_FIRST: [&str; 6] = ["OB-a", "OB-b", "OB-d", "OB-l", "OB-m", "OB-k"];
const THEN: [&str; 6] = ["OB-c", "OB-e", "OB-f", "OB-i", "OB-j", "OB-n"];

/// The text written by a class; `turn` varies it, `half` chooses the half of the tables that is drawn from. `None` where
/// the class has nothing to take hold of.
pub fn evade(class: &str, text: &str, turn: u64, half: Half) -> Option<String> {
    let rng = Rng::of(&[class, text], turn);
    let mut writer = Writer {
        tables: Tables::shared(),
        rng,
        half,
        thorough: turn % 4 >= 2,
    };
    let written = writer.write(class, text)?;
    (written != text).then_some(written)
}

/// One evading writer at work.
struct Writer {
    tables: &'static Tables,
    rng: Rng,
    half: Half,
    /// Whether every sensitive word is masked.
    thorough: bool,
}

impl Writer {
    fn write(&mut self, class: &str, text: &str) -> Option<String> {
        match class {
            "OB-a" => self.words(text, Self::pinyin),
            "OB-b" => self.words(text, Self::sound_or_shape),
            "OB-c" => self.separated(text),
            "OB-d" => self.traditional(text),
            "OB-e" => self.odd_forms(text),
            "OB-f" => self.numerals(text),
            "OB-g" => self.ruby(text),
            "OB-h" => self.entities(text),
            "OB-i" => self.invisible(text),
            "OB-j" => self.imitated(text),
            "OB-k" => self.pictured(text),
            "OB-l" => self.words(text, Self::parts),
            "OB-m" => self.words(text, Self::short),
            "OB-n" => self.masked_contact(text),
            "mix" => self.mixed(text),
            _ => None,
        }
    }

    fn mixed(&mut self, text: &str) -> Option<String> {
        let first = WORDS_FIRST[self.rng.below(WORDS_FIRST.len())];
        let then = THEN[self.rng.below(THEN.len())];
        let once = self.write(first, text)?;
        self.write(then, &once)
    }

    /// The text with its sensitive words masked: most of them and one at least, every other time all of them.
    fn words(
        &mut self,
        text: &str,
        mask: impl Fn(&mut Self, &str) -> Option<String>,
    ) -> Option<String> {
        let places = self.tables.sensitive(text);
        let mut written = String::new();
        let mut at = 0;
        let mut done = false;
        let forced = self.rng.below(places.len().max(1));
        for (index, place) in places.iter().enumerate() {
            written += &text[at..place.start];
            at = place.end;
            let word = &text[place.clone()];
            let chosen = self.thorough || index == forced || self.rng.below(5) < 3;
            let glued = |masked: &String| {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_uppercase());
                letter(written.chars().next_back()) && letter(masked.chars().next())
            };
            // Nobody writes two abbreviations as one: 年HSY.
            match chosen
                .then(|| mask(self, word))
                .flatten()
                .filter(|m| !glued(m))
            {
                Some(masked) => {
                    written += &masked;
                    done = true;
                }
                None => written += word,
            }
        }
        written += &text[at..];
        done.then_some(written)
    }

    /// One of the options that belong to the half drawn from.
    fn choose<'a>(&mut self, options: &[&'a str]) -> Option<&'a str> {
        let mine: Vec<&&str> = options.iter().filter(|o| self.half.holds(o)).collect();
        mine.get(self.rng.below(mine.len().max(1))).map(|o| **o)
    }
}

//! The data from which the normaliser is compiled: how words are disguised and what they stand for.
//!
//! Source: catalogue section 7 (classes OB-a to OB-n) and the 变体 lines of its rules. The files are
//! `lexicons/evasion/*.toml`; people who keep the lexicons edit them without a rebuild.

/// The classes of the catalogue that the normaliser undoes, in order.
pub const CLASSES: [&str; 14] = [
    "OB-a", "OB-b", "OB-c", "OB-d", "OB-e", "OB-f", "OB-g", "OB-h", "OB-i", "OB-j", "OB-k", "OB-l",
    "OB-m", "OB-n",
];

/// The class with this code, as the one constant that findings carry.
pub fn class(code: &str) -> Option<&'static str> {
    CLASSES.into_iter().find(|c| *c == code)
}

/// All tables of the normaliser.
#[derive(Debug, Clone, Default)]
pub struct EvasionTables {
    /// Single characters with one plain form.
    pub folds: Vec<Fold>,
    /// Invisible characters, as inclusive ranges: deleted wherever they stand.
    pub drops: Vec<(char, char)>,
    /// Marks that may stand between the characters of a word to break it up.
    pub separators: Vec<char>,
    /// Emoji and symbols with a reading.
    pub symbols: Vec<SymbolSense>,
    /// Letters of other scripts that look like ASCII letters (UTS #39 subset), for contact tokens.
    pub lookalikes: Vec<(char, char)>,
    /// Characters written as their parts, such as 亻呆 for 保.
    pub splits: Vec<SplitCharacter>,
    /// Misspelt words with their plain form.
    pub confusions: Vec<Confusion>,
    /// Words whose homophones are undone even when the misspelling is in no table.
    pub homophone_words: Vec<String>,
    /// Characters taken for others because they look alike (货 for 贷): (as written, plain).
    pub shapes: Vec<(char, char)>,
    /// Characters so common as words of their own that they are no misspelling of others.
    pub function_words: String,
    /// Readings (pinyin without tone) of characters whose common reading in finance is not their first one.
    pub readings: Vec<(char, String)>,
    /// Innocent words that sound like words of the lexicons: 低吸 is not 低息.
    pub known_words: Vec<String>,
    /// Words that are a character and letters, or begin so: K线.
    pub letter_words: Vec<String>,
    /// Words that the tables themselves license, beside the terms of the lexicons.
    pub words: Vec<String>,
    /// Masked names of messengers.
    pub contacts: Vec<ContactMask>,
    /// Beginnings of words that are no account names although a mask stands before them: 加V|IP.
    pub not_glued: Vec<String>,
    /// Disguised digits of telephone numbers and accounts.
    pub digits: DigitTables,
}

/// What stands for digits in telephone numbers and accounts, beside the Chinese numerals: (as written, digit).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DigitTables {
    /// Words of radio operators: 洞 for 0, 拐 for 7.
    pub spoken: Vec<(char, char)>,
    /// Characters that sound like numerals: 巴 for 8.
    pub heard: Vec<(char, char)>,
    /// Letters and marks that look like digits: O for 0.
    pub seen: Vec<(char, char)>,
    /// Words that stand before numbers.
    pub before_numbers: Vec<String>,
    /// Words that stand before account names, which may hold letters.
    pub before_names: Vec<String>,
}

/// One character and its plain form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// The character as written.
    pub seen: char,
    /// What it stands for; may be several characters.
    pub plain: String,
    /// The catalogue's class.
    pub class: &'static str,
    /// True when nobody writes it without intent (inside a word of the lexicon).
    pub strong: bool,
}

/// An emoji or symbol and the readings to try, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolSense {
    /// The symbol, without variation selectors.
    pub seen: char,
    /// Readings that are tried where they complete a word of the lexicon.
    pub readings: Vec<String>,
    /// True when the first reading holds everywhere (➕ is 加).
    pub always: bool,
}

/// A character and one way to write it as parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitCharacter {
    /// The parts in order.
    pub parts: Vec<char>,
    /// The character they make.
    pub plain: char,
}

/// A misspelt word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// The catalogue's class (OB-a, OB-b or OB-m).
    pub class: &'static str,
    /// As written.
    pub seen: String,
    /// The plain form.
    pub plain: String,
    /// When not empty: one of these must stand in the same sentence.
    pub cues: Vec<String>,
    /// When not empty: none of these may stand right after the misspelt word.
    pub not_before: Vec<String>,
    /// When not empty: none of these may stand right before it.
    pub not_after: Vec<String>,
}

/// A masked name of a messenger or of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactMask {
    /// As written.
    pub seen: String,
    /// The plain name.
    pub plain: String,
    /// True when an account number or name must follow (维信 is also a company, 君羊 a greeting).
    pub needs_id: bool,
    /// True when nobody writes it without intent.
    pub strong: bool,
}

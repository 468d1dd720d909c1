//! Ways to mask words.

use super::Writer;
use super::tables::of;

impl Writer {
    /// One character of the word replaced by something `rows` give for it.
    fn one_of(&mut self, word: &str, rows: &[super::tables::Row]) -> Option<String> {
        let chars: Vec<String> = word.chars().map(String::from).collect();
        let mine = |ch: &String| {
            let all = of(rows, ch);
            all.into_iter()
                .filter(|o| self.half.holds(o))
                .collect::<Vec<_>>()
        };
        let places: Vec<(usize, Vec<&str>)> = chars
            .iter()
            .map(mine)
            .enumerate()
            .filter(|(_, o)| !o.is_empty())
            .collect();
        let (place, options) = places.get(self.rng.below(places.len()))?;
        let option = options.get(self.rng.below(options.len()))?;
        let spelt = chars
            .iter()
            .enumerate()
            .map(|(i, ch)| if i == *place { option } else { ch.as_str() });
        Some(spelt.collect())
    }

    fn reading(&self, ch: char) -> Option<&'static str> {
        let mut rows = self.tables.pinyin.iter();
        rows.find(|(c, _)| c.starts_with(ch)).map(|(_, r)| *r)
    }

    /// 贷kuan, dai款, 贷KUAN, 贷Kuan, 贷kuǎn, daikuan, dai kuan.
    pub(super) fn pinyin(&mut self, word: &str) -> Option<String> {
        let chars: Vec<char> = word.chars().collect();
        let readings: Option<Vec<&str>> = chars.iter().map(|c| self.reading(*c)).collect();
        let readings = readings?;
        let style = self.rng.below(10);
        if style < 2 {
            let all: Vec<String> = readings.iter().map(|r| toneless(r)).collect();
            return Some(all.join(if style == 0 { "" } else { " " }));
        }
        let place = self.rng.below(chars.len());
        let reading = readings.get(place)?;
        let plain = toneless(reading);
        let spelt = match style {
            2 => plain.to_uppercase(),
            3 => format!("{}{}", plain[..1].to_uppercase(), &plain[1..]),
            4 => (*reading).to_owned(),
            _ => plain,
        };
        let spell = |(i, c): (usize, &char)| {
            if i == place {
                spelt.clone()
            } else {
                c.to_string()
            }
        };
        Some(chars.iter().enumerate().map(spell).collect())
    }

    /// 代款, 货款; in long words sometimes two characters.
    pub(super) fn sound_or_shape(&mut self, word: &str) -> Option<String> {
        let tables = self.tables;
        let once = self.one_of(word, &tables.by_ear_or_eye)?;
        if word.chars().count() >= 4 && self.rng.below(3) == 0 {
            return self.one_of(&once, &tables.by_ear_or_eye).or(Some(once));
        }
        Some(once)
    }

    pub(super) fn parts(&mut self, word: &str) -> Option<String> {
        let tables = self.tables;
        self.one_of(word, &tables.parts)
    }

    pub(super) fn short(&mut self, word: &str) -> Option<String> {
        let options = of(&self.tables.short, word);
        self.choose(&options).map(ToOwned::to_owned)
    }

    /// The words broken up, or now and then the whole text.
    pub(super) fn separated(&mut self, text: &str) -> Option<String> {
        let options = self.tables.separators.clone();
        let mark = self.choose(&options)?;
        if mark.trim().is_empty() && self.rng.below(3) == 0 {
            return Some(join(text, mark));
        }
        self.words(text, |_, word| Some(join(word, mark)))
    }

    pub(super) fn traditional(&mut self, text: &str) -> Option<String> {
        let tables = self.tables;
        let fold = |text: &str| {
            let chars = text.chars().map(String::from);
            let folded = chars.map(|c| {
                of(&tables.traditional, &c)
                    .first()
                    .map_or(c, |t| (*t).to_owned())
            });
            folded.collect::<String>()
        };
        match self.rng.below(4) {
            0 => Some(fold(text)),
            1 => self.words(text, |_, word| Some(fold(word)).filter(|w| w != word)),
            _ => self.words(text, |w, word| w.one_of(word, &tables.variants)),
        }
    }

    /// 贷(dài)款(kuǎn), 贷[dai]款[kuan], 贷dài款kuǎn, 贷款(dàikuǎn).
    pub(super) fn ruby(&mut self, text: &str) -> Option<String> {
        let forms = [
            ("(", ")"),
            ("（", "）"),
            ("[", "]"),
            ("【", "】"),
            ("", ""),
            ("<", ">"),
        ];
        let (open, close) = forms[self.rng.below(forms.len())];
        let tones = self.rng.below(3) > 0 || open.is_empty();
        let each = self.rng.below(5) > 0;
        self.words(text, |w, word| {
            let mut spelt = String::new();
            let mut all = String::new();
            for ch in word.chars() {
                let reading = w.reading(ch)?;
                let reading = if tones {
                    reading.to_owned()
                } else {
                    toneless(reading)
                };
                spelt.push(ch);
                if each {
                    spelt += &format!("{open}{reading}{close}");
                } else {
                    all += &reading;
                }
            }
            if !each {
                spelt += &format!("({all})");
            }
            Some(spelt)
        })
    }

    pub(super) fn entities(&mut self, text: &str) -> Option<String> {
        let style = self.rng.below(8);
        self.words(text, |w, word| {
            let whole = w.rng.below(2) == 0;
            let chosen = w.rng.below(word.chars().count());
            let chars = word.chars().enumerate();
            let spelt = chars.map(|(i, c)| {
                if whole || i == chosen {
                    entity(c, style)
                } else {
                    c.to_string()
                }
            });
            Some(spelt.collect())
        })
    }

    pub(super) fn invisible(&mut self, text: &str) -> Option<String> {
        let tables = self.tables;
        if self.rng.below(2) == 0 {
            let mark = self.choose(&tables.invisible)?;
            return self.words(text, |_, word| Some(join(word, mark)));
        }
        let mark = self.choose(&tables.marks)?;
        self.words(text, |_, word| {
            Some(word.chars().map(|c| format!("{c}{mark}")).collect())
        })
    }

    /// Emoji between the characters of words, or in the place of some.
    pub(super) fn pictured(&mut self, text: &str) -> Option<String> {
        let tables = self.tables;
        let replaced = if self.rng.below(2) == 0 {
            self.words(text, |w, word| {
                let whole = of(&tables.pictures, word);
                let whole = w.choose(&whole).map(ToOwned::to_owned);
                // A word of one character left is no word.
                whole.or_else(|| w.one_of(word, &tables.pictures))
            })
        } else {
            None
        };
        replaced.or_else(|| {
            let mark = self.choose(&tables.emoji)?;
            self.words(text, |_, word| Some(join(word, mark)))
        })
    }
}

fn join(text: &str, mark: &str) -> String {
    let chars: Vec<String> = text.chars().map(String::from).collect();
    chars.join(mark)
}

/// Leftovers of markup, of escapes and of broken conversions.
fn entity(ch: char, style: usize) -> String {
    let point = u32::from(ch);
    match style {
        0 => format!("&#{point};"),
        1 => format!("&#x{point:x};"),
        2 => format!("&#X{point:04X};"),
        3 => format!("&amp;#{point};"),
        4 => format!("\\u{point:04x}"),
        5 => format!("&#{point}"),
        6 => format!("{ch}\u{FFFD}"),
        _ => format!("{ch}\u{E5E5}"),
    }
}

/// The reading without tone marks.
pub(super) fn toneless(reading: &str) -> String {
    let plain = |c: char| match c {
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ü' => 'v',
        c => c,
    };
    reading.chars().map(plain).collect()
}

//! One run of inline text while it is being read.

/// Text with its white space folded, and which link it stands in.
#[derive(Debug, Default)]
pub(super) struct Run {
    text: String,
    chars: u32,
    space: bool,
    link: Option<u32>,
    /// Whether text of more than one link, or of a link and of none, stands in it.
    mixed: bool,
}

impl Run {
    /// Appends text as it stands in the source; `link` is the link it stands in.
    pub(super) fn push(&mut self, text: &str, link: Option<u32>) {
        for word in text.split_inclusive(is_space) {
            let (word, space) = match word.chars().next_back() {
                Some(last) if is_space(last) => (&word[..word.len() - last.len_utf8()], true),
                _ => (word, false),
            };
            if !word.is_empty() {
                self.push_word(word, link);
            }
            self.space |= space;
        }
    }

    fn push_word(&mut self, word: &str, link: Option<u32>) {
        if self.text.is_empty() {
            self.link = link;
        } else {
            if self.space {
                self.text.push(' ');
                self.chars += 1;
            }
            self.mixed |= self.link != link;
        }
        self.space = false;
        self.text.push_str(word);
        self.chars += u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
    }

    /// Takes the text, its number of characters and its link if the whole stands in one; `None` if there is no text.
    pub(super) fn take(&mut self) -> Option<(String, u32, Option<u32>)> {
        let run = std::mem::take(self);
        let link = if run.mixed { None } else { run.link };
        (!run.text.is_empty()).then_some((run.text, run.chars, link))
    }
}

/// White space that is folded. Zero-width characters are kept: they are signs of evasion.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\0'
}

/// `text` with its white space folded.
pub(super) fn fold(text: &str) -> String {
    let mut run = Run::default();
    run.push(text, None);
    run.text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_folded_and_links_are_followed() {
        let mut run = Run::default();
        run.push(" 年化\n\u{a0}", Some(1));
        run.push("\u{3000}12 %", Some(1));
        assert_eq!(run.take(), Some(("年化 12 %".into(), 7, Some(1))));
        run.push("甲", Some(1));
        run.push("乙", None);
        assert_eq!(run.take(), Some(("甲乙".into(), 2, None)));
        run.push(" \n", None);
        assert_eq!(run.take(), None);
    }
}

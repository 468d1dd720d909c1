//! One run of inline text while it is being read.

/// Text with its white space folded, and which link it stands in.
#[derive(Debug, Default)]
pub(super) struct Run {
    text: String,
    chars: u32,
    space: bool,
    link: Option<u32>,
    /// The link that the last word stands in.
    link_before: Option<u32>,
    /// Whether text of more than one link, or of a link and of none, stands in it.
    mixed: bool,
    /// Where an advertisement's mark (广告) stood in an element of its own.
    mark: Option<(usize, usize)>,
}

/// A run that was taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// Never empty.
    pub(super) text: String,
    pub(super) chars: u32,
    /// The link that the whole stands in.
    pub(super) link: Option<u32>,
    /// Whether an advertisement's mark begins or ends it.
    pub(super) is_marked: bool,
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
            // Two links side by side are two words.
            let two_links =
                self.link_before != link && self.link_before.is_some() && link.is_some();
            if self.space || two_links {
                self.text.push(' ');
                self.chars += 1;
            }
            self.mixed |= self.link != link;
        }
        self.link_before = link;
        self.space = false;
        self.text.push_str(word);
        self.chars += u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was added since the run had `from` bytes.
    pub(super) fn since(&self, from: usize) -> &str {
        self.text.get(from..).unwrap_or("").trim_start()
    }

    /// Notes that what was added since `from` is an advertisement's mark.
    pub(super) fn note_mark(&mut self, from: usize) {
        self.mark = Some((from, self.text.len()));
    }

    /// Takes what was read; `None` if there is no text.
    pub(super) fn take(&mut self) -> Option<Taken> {
        let run = std::mem::take(self);
        let is_marked = run
            .mark
            .is_some_and(|(start, end)| start == 0 || end == run.text.len());
        (!run.text.is_empty()).then_some(Taken {
            link: if run.mixed { None } else { run.link },
            text: run.text,
            chars: run.chars,
            is_marked,
        })
    }
}

/// White space that is folded. Zero-width characters are kept: they are signs of evasion.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
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
        let taken = run.take().expect("text");
        assert_eq!(
            (taken.text.as_str(), taken.chars, taken.link),
            ("年化 12 %", 7, Some(1))
        );
        run.push("甲", Some(1));
        run.push("乙", None);
        assert_eq!(run.take().and_then(|t| t.link), None);
        run.push("首页", Some(1));
        run.push("关于", Some(2));
        assert_eq!(run.take().map(|t| t.text).as_deref(), Some("首页 关于"));
        run.push(" \n", None);
        assert_eq!(run.take(), None);
    }
}

//! Pieces of text on their way to becoming blocks.

use crate::model::page::BlockRole;

/// Whether a piece may still be joined with its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It may.
    Open,
    /// It stands beside the running text (alternative texts, placeholders, hidden runs): it never joins, and does not
    /// keep its neighbours from joining.
    Aside,
    /// It is a block.
    Done,
}

/// One run of text, or several joined.
#[derive(Debug)]
pub(super) struct Piece {
    /// Number unique on the page.
    pub(super) id: u32,
    /// White space folded, never empty.
    pub(super) text: String,
    /// Characters in `text`.
    pub(super) chars: u32,
    /// The element it stands in, as numbered by [`super::path::Paths`].
    pub(super) element: u32,
    pub(super) role: BlockRole,
    pub(super) state: State,
    pub(super) hidden: bool,
    pub(super) slot: Option<u32>,
    /// The link that the whole piece stands in.
    pub(super) link: Option<u32>,
    /// Runs joined in it.
    pub(super) runs: u32,
    /// Whether a part of it is a bare figure.
    pub(super) has_figure: bool,
    /// Whether it is a top heading, which belongs to more than its neighbours.
    pub(super) is_top_heading: bool,
    /// Shape of the child element (of the element looked at) that it stands in.
    pub(super) shape: u64,
    /// The piece that names the columns of this row.
    pub(super) header: Option<u32>,
}

impl Piece {
    /// Running text: a sentence that ended, or something long.
    pub(super) fn is_prose(&self) -> bool {
        self.runs == 1 && (self.chars > 80 || (self.chars > 12 && self.text.contains('。')))
    }
}

/// Whether a text is a bare figure such as `12.5%`, `￥500万`, `90天`, `2014年7月14日`, `6.5~10%`.
pub(super) fn is_figure(text: &str) -> bool {
    let mut words = 0;
    let mut digits = 0;
    for (count, c) in text.chars().enumerate() {
        if count >= 24 {
            return false;
        }
        if c.is_ascii_digit() || ('０'..='９').contains(&c) {
            digits += 1;
        } else if c.is_alphabetic() && c != 'x' && c != 'X' {
            words += 1;
        }
    }
    (digits > 0 || is_masked_rate(text)) && words <= 5
}

/// A rate whose digits are masked or left to a template: `xx%`, `%`.
fn is_masked_rate(text: &str) -> bool {
    text.ends_with(['%', '％'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        for yes in [
            "12.5%",
            "￥500万",
            "90天",
            "2014年7月14日",
            "6.5~10 %",
            "10%+1%",
            "xx%",
            "年化收益:12%",
            "%",
        ] {
            assert!(is_figure(yes), "{yes}");
        }
        for no in ["预期年化收益率", "注册即送588元新手大红包", "立即投资", ""]
        {
            assert!(!is_figure(no), "{no}");
        }
    }
}

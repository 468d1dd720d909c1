//! Which short texts belong together. Platforms show a yield as a figure in one element and its label in another; only
//! joined can they be read.

use super::piece::{Piece, State, is_figure};
use crate::model::page::BlockRole;

/// What stands between joined pieces.
pub(super) const SEPARATOR: &str = "  ";
/// Characters of a joined block at most.
const CARD: u32 = 200;
/// Characters of a joined table row at most.
const ROW: u32 = 300;

/// The element that is being closed, as far as joining depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing {
    /// Its number among the elements.
    pub(super) element: u32,
    /// Whether it is a list, a table or the like, whose items are joined only where they are figures and labels.
    pub(super) is_list: bool,
    /// Whether it is a table row.
    pub(super) is_row: bool,
    /// Whether nothing is joined across it (body, article).
    pub(super) is_barrier: bool,
    /// The role of what is joined in it, if it has one of its own.
    pub(super) role: Option<BlockRole>,
}

/// Joins the open pieces from `start` on if they belong together; what cannot be joined is done. Pieces before `start`
/// are done already if `is_whole` is false. Returns whether any piece is done, so that the parent need not try.
pub(super) fn close(
    pieces: &mut Vec<Piece>,
    start: usize,
    is_whole: bool,
    closing: Closing,
) -> bool {
    let own = pieces.get(start..).unwrap_or_default();
    let open = open_ones(own).count();
    if is_whole && (open == 0 || (open == 1 && !closing.is_barrier)) {
        return false;
    }
    if is_whole && belong_together(own, closing) {
        let tail = pieces.split_off(start);
        join(pieces, tail, closing.element, closing.role);
        if closing.is_row {
            settle(pieces, start);
        }
        return closing.is_row;
    }
    if open > 1 {
        let tail = pieces.split_off(start);
        join_figures(pieces, tail, closing);
    }
    settle(pieces, start);
    true
}

/// A child whose pieces, from `end` on, are done has closed: so are those between `start` and `end` that stood before
/// it, joined where they are figures and labels.
pub(super) fn interrupt(pieces: &mut Vec<Piece>, start: usize, end: usize, closing: Closing) {
    if start >= end {
        return;
    }
    if open_ones(pieces.get(start..end).unwrap_or_default()).count() > 1 {
        let mut after = pieces.split_off(end);
        let before = pieces.split_off(start);
        join_figures(pieces, before, closing);
        settle(pieces, start);
        pieces.append(&mut after);
    } else if let Some(before) = pieces.get_mut(start..end) {
        settle(before, 0);
    }
}

/// Marks the open pieces from `start` on as done.
pub(super) fn settle(pieces: &mut [Piece], start: usize) {
    for piece in pieces.iter_mut().skip(start) {
        if piece.state == State::Open {
            piece.state = State::Done;
        }
    }
}

fn open_ones(pieces: &[Piece]) -> impl Iterator<Item = &Piece> {
    pieces.iter().filter(|p| p.state == State::Open)
}

fn belong_together(own: &[Piece], closing: Closing) -> bool {
    if closing.is_barrier {
        return false;
    }
    let limit = if closing.is_row { ROW } else { CARD };
    let Some(first) = open_ones(own).next() else {
        return false;
    };
    let figures = open_ones(own).any(|p| p.has_figure);
    let mut chars = 0;
    for piece in open_ones(own) {
        chars += piece.chars + 2;
        let alike = piece.hidden == first.hidden
            && piece.slot == first.slot
            && is_frame(piece.role) == is_frame(first.role);
        // A short top heading over figures is their label or the name of their card.
        let is_title = piece.is_top_heading && !closing.is_row && !(figures && piece.chars <= 12);
        if chars > limit || !alike || piece.is_prose() || is_title {
            return false;
        }
    }
    if closing.is_row || is_frame(first.role).is_some() {
        return true;
    }
    let links_only = open_ones(own).all(|p| p.link.is_some()) && !share_link(own);
    if (closing.is_list || links_only) && !figures {
        return false;
    }
    !repeats(own)
}

/// Menus and footers are joined among themselves only.
fn is_frame(role: BlockRole) -> Option<BlockRole> {
    matches!(role, BlockRole::Nav | BlockRole::Footer).then_some(role)
}

fn share_link(own: &[Piece]) -> bool {
    let mut links = open_ones(own).map(|p| p.link);
    let first = links.next().flatten();
    first.is_some() && links.all(|l| l == first)
}

/// Whether two children of one shape hold several runs each: the items of a list, not the parts of one.
fn repeats(own: &[Piece]) -> bool {
    let mut several = open_ones(own).filter(|p| p.runs > 1).map(|p| p.shape);
    let mut seen: Vec<u64> = Vec::new();
    several.any(|shape| {
        let again = seen.contains(&shape);
        seen.push(shape);
        again
    })
}

/// Puts `tail` back with its open pieces joined into one, at the place of the first.
fn join(pieces: &mut Vec<Piece>, tail: Vec<Piece>, element: u32, role: Option<BlockRole>) {
    let link = if share_link(&tail) {
        open_ones(&tail).next().and_then(|p| p.link)
    } else {
        None
    };
    let same = {
        let mut roles = open_ones(&tail).map(|p| p.role);
        let first = roles.next();
        first.filter(|role| roles.all(|r| r == *role))
    };
    let framed = same.filter(|role| is_frame(*role).is_some());
    let mut at = None;
    for piece in tail {
        if piece.state != State::Open {
            pieces.push(piece);
            continue;
        }
        let Some(target) = at.and_then(|at: usize| pieces.get_mut(at)) else {
            at = Some(pieces.len());
            pieces.push(piece);
            continue;
        };
        target.text.push_str(SEPARATOR);
        target.text.push_str(&piece.text);
        target.chars += piece.chars + 2;
        target.runs += piece.runs;
        target.has_figure |= piece.has_figure;
    }
    if let Some(joined) = at.and_then(|at| pieces.get_mut(at)) {
        joined.element = element;
        joined.link = link;
        joined.role = framed.or(role).or(same).unwrap_or(BlockRole::Other);
    }
}

/// Where the whole is too much to join: joins neighbours that are figures and short labels, or short menu entries.
fn join_figures(pieces: &mut Vec<Piece>, tail: Vec<Piece>, closing: Closing) {
    let mut run: Vec<Piece> = Vec::new();
    let mut chars = 0;
    for piece in tail {
        let short = piece.state == State::Open
            && piece.runs == 1
            && piece.chars <= 40
            && !piece.is_prose()
            && !piece.is_top_heading;
        let fits = run.first().is_none_or(|first| {
            first.hidden == piece.hidden
                && first.slot == piece.slot
                && is_frame(first.role) == is_frame(piece.role)
                && chars + piece.chars + 2 <= CARD
        });
        // A label opens a pair: near the limit it goes to the next block with its figure.
        let keep_pairs = chars > CARD - 40 && !is_figure(&piece.text);
        if piece.state == State::Open && !(short && fits && !keep_pairs) {
            flush_run(pieces, &mut run, closing);
            chars = 0;
        }
        chars += if piece.state == State::Open {
            piece.chars + 2
        } else {
            0
        };
        if short || piece.state == State::Aside && !run.is_empty() {
            run.push(piece);
        } else {
            pieces.push(piece);
        }
    }
    flush_run(pieces, &mut run, closing);
}

fn flush_run(pieces: &mut Vec<Piece>, run: &mut Vec<Piece>, closing: Closing) {
    let run = std::mem::take(run);
    let several = open_ones(&run).count() > 1;
    let menu = open_ones(&run).all(|p| is_frame(p.role).is_some());
    let figures = open_ones(&run).any(|p| p.has_figure);
    if several && (menu || figures) {
        join(pieces, run, closing.element, closing.role);
    } else {
        pieces.extend(run);
    }
}

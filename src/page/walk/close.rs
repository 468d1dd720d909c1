//! Closing elements: what belongs together, what is a menu, a container, a row.

use super::{Walker, says_something};
use crate::model::page::BlockRole;
use crate::page::frame::{Frame, Header, Kind, Menu};
use crate::page::group::{self, Closing};
use crate::page::piece::{Piece, State};
use crate::page::slots::is_label;

/// Characters kept of one list of choices.
const LONGEST_SELECT: u32 = 2_000;
/// Characters of an advertisement that its mark can speak for.
const LONGEST_MARKED: u32 = 600;

impl Walker<'_> {
    /// Closes the innermost open element.
    pub(super) fn close(&mut self) {
        let is_box = self.frames.last().is_some_and(|f| f.kind != Kind::Inline);
        if is_box {
            self.flush();
            self.boxes.pop();
        }
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        if !is_box {
            self.note_mark(&frame);
        }
        self.close_anchor(&mut frame);
        self.close_slot(&mut frame);
        if is_box {
            self.mark_menu(&frame);
            self.close_box(&mut frame);
        }
        self.hand_up(&frame);
    }

    /// An advertisement's mark in an inline element of its own: `<i>广告</i><a>…</a>`.
    fn note_mark(&mut self, frame: &Frame) {
        let run = &mut self.runs[usize::from(frame.context.hidden)];
        let short = run.len().saturating_sub(frame.run_start) <= 40;
        if short && frame.context.anchor.is_none() && is_label(run.since(frame.run_start)) {
            run.note_mark(frame.run_start);
        }
    }

    fn close_anchor(&mut self, frame: &mut Frame) {
        let parent = self.frames.last().and_then(|f| f.context.anchor);
        let Some(anchor) = frame.context.anchor.filter(|a| Some(*a) != parent) else {
            return;
        };
        let (text, chars, is_stand_in) = self.anchor.take();
        if let Some(link) = self.out.anchors.get(anchor as usize).copied().flatten() {
            self.out.links.set_text(link, &text);
        }
        if chars > 0 {
            frame.links += 1;
            frame.link_chars += chars;
        }
        if is_stand_in && says_something(&text) && self.alternatives.insert(text.clone()) {
            let piece = self.piece(
                frame.element,
                frame.context,
                text,
                BlockRole::ImageAlt,
                State::Aside,
            );
            self.out.pieces.push(piece);
        }
    }

    /// An advertisement's mark speaks for the nearest box that holds more than the mark.
    fn close_slot(&mut self, frame: &mut Frame) {
        if let Some(slot) = frame.opened_slot {
            self.out.slots.close(slot, frame.chars, frame.holds_article);
        }
        let holds_more = frame.chars > 10 || self.out.links.len() > frame.links_start;
        if frame.mark_reach == 0 || frame.kind == Kind::Inline || !holds_more {
            return;
        }
        let fits =
            frame.chars <= LONGEST_MARKED && !frame.holds_article && frame.kind != Kind::Barrier;
        if fits && frame.context.slot.is_none() {
            let slot = self.out.slots.open(frame.node, frame.element);
            self.out.slots.close(slot, frame.chars, false);
            for piece in self.out.pieces.iter_mut().skip(frame.start) {
                piece.slot = piece.slot.or(Some(slot));
            }
            self.out.links.put_in_slot(frame.links_start, slot);
        }
        frame.mark_reach = 0;
    }

    /// Lists of short links are menus, and what calls itself one and holds mostly links and no rate.
    fn mark_menu(&mut self, frame: &Frame) {
        let (links, in_links, all) = (
            u64::from(frame.links),
            u64::from(frame.link_chars),
            u64::from(frame.chars),
        );
        // A filter's entries have a label before them.
        let mostly =
            (links >= 3 && in_links * 5 >= all * 4) || (links >= 4 && in_links * 3 >= all * 2);
        let dense = mostly && in_links <= links * 8;
        let own = self.out.pieces.get_mut(frame.start..).unwrap_or_default();
        let called = match frame.opens_menu {
            Some(Menu::Element) => true,
            Some(Menu::Word) => in_links * 2 >= all,
            None => false,
        } && !own.iter().any(|p| p.text.contains(['%', '％']));
        let from = match (called, dense) {
            (true, _) => 0,
            (false, true) => frame.open_start - frame.start,
            (false, false) => return,
        };
        for piece in own.iter_mut().skip(from) {
            let plain = matches!(
                piece.role,
                BlockRole::Other
                    | BlockRole::ListItem
                    | BlockRole::Control
                    | BlockRole::Paragraph
                    | BlockRole::Cell
            );
            let open = piece.state == State::Open || called;
            if open && plain && !piece.is_prose() {
                piece.role = BlockRole::Nav;
            }
        }
    }

    fn close_box(&mut self, frame: &mut Frame) {
        if frame.kind == Kind::Select {
            return self.close_select(frame);
        }
        let closing = closing(frame);
        let done = group::close(
            &mut self.out.pieces,
            frame.open_start,
            frame.is_whole,
            closing,
        );
        frame.is_whole &= !done;
        if frame.kind == Kind::Row {
            self.close_row(frame, done);
        }
    }

    /// Choices are told in one block, or a few, beside the text.
    fn close_select(&mut self, frame: &Frame) {
        let options = self
            .out
            .pieces
            .split_off(frame.start.min(self.out.pieces.len()));
        let mut total = 0;
        for option in options {
            total += option.chars;
            if total > LONGEST_SELECT {
                break;
            }
            match self.out.pieces.last_mut() {
                Some(last) if last.element == frame.element && last.chars + option.chars < 200 => {
                    last.text.push_str(group::SEPARATOR);
                    last.text.push_str(&option.text);
                    last.chars += option.chars + 2;
                }
                _ => self.out.pieces.push(Piece {
                    element: frame.element,
                    state: State::Aside,
                    ..option
                }),
            }
        }
    }

    /// Remembers a row that names the columns, or ties a row of figures to it.
    fn close_row(&mut self, frame: &Frame, done: bool) {
        let Some(table) = self.frames.iter_mut().rev().find(|f| f.kind == Kind::Table) else {
            return;
        };
        table.rows += 1;
        let own = self.out.pieces.get_mut(frame.start..).unwrap_or_default();
        let mut joined = own.iter_mut().filter(|p| p.state != State::Aside);
        let (Some(row), None) = (joined.next(), joined.next()) else {
            return;
        };
        if !done || row.runs < 2 {
            return;
        }
        let has_digit = row.text.bytes().any(|b| b.is_ascii_digit());
        let names_all = frame.header_cells >= 2 && frame.header_cells == frame.cells;
        let names_first =
            table.rows == 1 && frame.cells >= 3 && !has_digit && row.chars <= frame.cells * 12;
        if names_all || names_first {
            table.header = Header::Piece(row.id);
        } else if let Header::Piece(header) = table.header
            && has_digit
        {
            row.header = Some(header);
        }
    }

    /// Tells the parent what stood in its child.
    fn hand_up(&mut self, frame: &Frame) {
        let is_box = frame.kind != Kind::Inline;
        if is_box && frame.is_whole {
            for piece in self.out.pieces.iter_mut().skip(frame.start) {
                piece.shape = frame.shape;
            }
        }
        let position = if is_box {
            self.boxes.last().copied()
        } else {
            self.frames.len().checked_sub(1)
        };
        let Some(parent) = position.and_then(|at| self.frames.get_mut(at)) else {
            return;
        };
        parent.links += frame.links;
        parent.link_chars += frame.link_chars;
        parent.holds_article |= frame.holds_article;
        if !is_box {
            return;
        }
        parent.chars += frame.chars;
        parent.mark_reach = parent.mark_reach.max(frame.mark_reach.saturating_sub(1));
        if !frame.is_whole {
            let (start, closing) = (parent.open_start, closing(parent));
            parent.is_whole = false;
            group::interrupt(&mut self.out.pieces, start, frame.start, closing);
            parent.open_start = self.out.pieces.len();
        }
    }
}

fn closing(frame: &Frame) -> Closing {
    Closing {
        element: frame.element,
        is_list: matches!(frame.kind, Kind::List | Kind::Table),
        is_row: frame.kind == Kind::Row,
        is_barrier: matches!(frame.kind, Kind::Barrier | Kind::Head),
        role: match frame.kind {
            Kind::Row | Kind::Cell(_) => Some(BlockRole::Cell),
            Kind::Item => Some(BlockRole::ListItem),
            Kind::Heading(_) => Some(BlockRole::Heading),
            _ => None,
        },
    }
}

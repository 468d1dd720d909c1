//! The one walk over the element tree.

use super::cues::cues;
use super::frame::{Context, Frame, Header, Kind, kind, shape};
use super::group::{self, Closing};
use super::hidden::style_hides;
use super::links::{AnchorText, Links, refresh_address};
use super::path::{Paths, Siblings};
use super::piece::{Piece, State, is_figure};
use super::run::{Run, fold};
use super::slots::{Slots, is_label, is_slot, is_standard_size, is_unvouched_rel};
use crate::model::page::{BlockRole, LinkKind};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};
use std::collections::HashSet;
use url::Url;

/// Metas that are kept.
const MOST_METAS: usize = 60;
/// Characters kept of a meta's content, of a placeholder and the like.
const LONGEST_META: usize = 2_000;
/// Characters kept of one list of choices.
const LONGEST_SELECT: u32 = 2_000;
/// Characters of an advertisement that its mark can speak for.
const LONGEST_MARKED: u32 = 600;

/// What the walk brings home.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) title: String,
    pub(super) metas: Vec<(String, String)>,
    /// Title and metas first, then the body, in document order.
    pub(super) pieces: Vec<Piece>,
    pub(super) paths: Paths,
    pub(super) links: Links,
    /// The link behind each anchor.
    pub(super) anchors: Vec<Option<u32>>,
    pub(super) slots: Slots,
    /// Addresses of outside scripts, as written.
    pub(super) script_addresses: Vec<String>,
    /// Characters of text in the body.
    pub(super) chars: u32,
}

/// Walks `html`, whose relative addresses are against `base`.
pub(super) fn walk(html: &Html, base: &Url) -> Walk {
    let mut walker = Walker::new(base);
    let mut node = html.tree.root();
    let root = node.id();
    'walk: loop {
        if walker.enter(node.value(), ElementRef::wrap(node))
            && let Some(child) = node.first_child()
        {
            node = child;
            continue;
        }
        loop {
            walker.leave(node.value());
            if node.id() == root {
                break 'walk;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => break 'walk,
            }
        }
    }
    walker.finish()
}

struct Walker {
    frames: Vec<Frame>,
    /// Positions in `frames` of those that are boxes.
    boxes: Vec<usize>,
    /// Whether the last element entered opened a frame.
    opened: Vec<bool>,
    /// Visible text, and text hidden inside of visible boxes.
    runs: [Run; 2],
    anchor: AnchorText,
    front: Vec<Piece>,
    alternatives: HashSet<String>,
    next_id: u32,
    out: Walk,
}

impl Walker {
    fn new(base: &Url) -> Self {
        let mut walker = Self {
            frames: Vec::with_capacity(32),
            boxes: Vec::with_capacity(32),
            opened: Vec::with_capacity(32),
            runs: [Run::default(), Run::default()],
            anchor: AnchorText::default(),
            front: Vec::new(),
            alternatives: HashSet::new(),
            next_id: 0,
            out: Walk {
                title: String::new(),
                metas: Vec::new(),
                pieces: Vec::new(),
                paths: Paths::default(),
                links: Links::new(base),
                anchors: Vec::new(),
                slots: Slots::default(),
                script_addresses: Vec::new(),
                chars: 0,
            },
        };
        walker.push_frame(0, Kind::Barrier, Context::outside(), 0);
        walker
    }

    /// Enters a node; says whether to look at its children.
    fn enter(&mut self, node: &Node, element: Option<ElementRef<'_>>) -> bool {
        let opened = match (node, element) {
            (Node::Text(text), _) => {
                self.text(text);
                false
            }
            (Node::Element(_), Some(element)) => {
                let opened = self.element(element);
                self.opened.push(opened);
                return opened;
            }
            _ => true,
        };
        opened
    }

    /// Leaves a node entered before.
    fn leave(&mut self, node: &Node) {
        if node.is_element() && self.opened.pop() == Some(true) {
            self.close();
        }
    }

    fn context(&self) -> Context {
        self.frames
            .last()
            .map_or_else(Context::outside, |f| f.context)
    }

    fn text(&mut self, text: &str) {
        let context = self.context();
        if context.in_head {
            return;
        }
        if context.anchor.is_some() {
            self.anchor.push(text);
        }
        if !context.preformatted {
            return self.run_of(context).push(text, context.anchor);
        }
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.flush();
            }
            self.run_of(context).push(line, context.anchor);
        }
    }

    /// The run that text of this context belongs to: hidden text does not run into visible text.
    fn run_of(&mut self, context: Context) -> &mut Run {
        let [visible, hidden] = &mut self.runs;
        if context.hidden { hidden } else { visible }
    }

    /// Deals with an element; says whether it opened a frame, so that its children are walked.
    fn element(&mut self, element: ElementRef<'_>) -> bool {
        let value = element.value();
        match value.name() {
            "title" => self.title(element),
            "meta" => self.meta(value),
            "base" => self.out.links.set_base(value.attr("href").unwrap_or("")),
            "script" => self.script(value),
            "link" | "embed" | "source" => self.resource(value),
            "img" => self.image(value),
            "input" => self.input(value),
            "iframe" => self.iframe(value),
            "br" | "hr" => self.flush(),
            "wbr" | "col" => {}
            "area" => {
                let sponsored = value.attr("rel").is_some_and(is_unvouched_rel);
                let slot = self.context().slot;
                let href = value.attr("href").unwrap_or("");
                if let Some(link) = self.out.links.add(href, LinkKind::Anchor, sponsored, slot) {
                    self.out
                        .links
                        .set_text(link, value.attr("alt").unwrap_or(""));
                }
            }
            name => {
                self.open(value, kind(name));
                return true;
            }
        }
        false
    }

    fn open(&mut self, element: &Element, kind: Kind) {
        if kind != Kind::Inline {
            self.flush();
        }
        let number = self.number(element);
        let class = element.attr("class").unwrap_or("");
        let mut context = self.inherit(element, kind);
        let mut words = cues(class);
        if let Some(id) = element.attr("id") {
            words = words.or(cues(id));
        }
        let name = element.name();
        let menu_role = matches!(
            element.attr("role"),
            Some("navigation" | "menubar" | "menu")
        );
        if kind != Kind::Barrier {
            context.nav |= words.nav || name == "nav" || menu_role;
            context.footer |= words.footer || name == "footer";
        }
        let mut opened_slot = None;
        let may_be_slot = !matches!(kind, Kind::Barrier | Kind::Head | Kind::Heading(_));
        if context.slot.is_none() && may_be_slot && is_slot(element, words) {
            opened_slot = Some(self.out.slots.open());
            context.slot = opened_slot;
        }
        if name == "a" {
            context.anchor = Some(self.open_anchor(element, context.slot));
        }
        self.push_frame(number, kind, context, shape(name, class));
        if let Some(frame) = self.frames.last_mut() {
            frame.opened_slot = opened_slot;
            frame.holds_article = matches!(name, "article" | "main" | "h1");
        }
        self.count_cell(kind);
        match name {
            "form" => {
                let action = element.attr("action").unwrap_or("");
                self.out
                    .links
                    .add(action, LinkKind::Form, false, context.slot);
            }
            "textarea" => self.aside(number, element.attr("placeholder"), BlockRole::Control),
            _ => {}
        }
    }

    /// What an element takes over from its surroundings, changed by its own name and style.
    fn inherit(&self, element: &Element, kind: Kind) -> Context {
        let mut context = self.context();
        context.hidden |=
            element.attr("hidden").is_some() || element.attr("style").is_some_and(style_hides);
        match kind {
            Kind::Head => context.in_head = true,
            Kind::Item => context.place = BlockRole::ListItem,
            Kind::Cell(_) => context.place = BlockRole::Cell,
            Kind::Heading(top) => {
                context.place = BlockRole::Heading;
                context.top_heading = top;
            }
            Kind::Select => context.place = BlockRole::Control,
            _ => {}
        }
        match element.name() {
            "blockquote" | "q" => context.quote = true,
            "button" => context.place = BlockRole::Control,
            "pre" | "textarea" => context.preformatted = true,
            "p" | "article" | "main" if context.place == BlockRole::Other => {
                context.place = if element.name() == "p" {
                    BlockRole::Paragraph
                } else {
                    BlockRole::Other
                };
            }
            _ => {}
        }
        context
    }

    fn number(&mut self, element: &Element) -> u32 {
        let Some(parent) = self.frames.last_mut() else {
            return 0;
        };
        self.out.paths.add(
            parent.element,
            element.name(),
            element.attr("id"),
            &mut parent.siblings,
        )
    }

    fn open_anchor(&mut self, element: &Element, slot: Option<u32>) -> u32 {
        let unvouched = element.attr("rel").is_some_and(is_unvouched_rel);
        let href = element.attr("href").unwrap_or("");
        let link = self.out.links.add(href, LinkKind::Anchor, unvouched, slot);
        self.out.anchors.push(link);
        self.anchor = AnchorText::default();
        self.anchor.stand_in = element.attr("title").map(fold).unwrap_or_default();
        u32::try_from(self.out.anchors.len() - 1).unwrap_or(u32::MAX)
    }

    fn push_frame(&mut self, element: u32, kind: Kind, context: Context, shape: u64) {
        if kind != Kind::Inline {
            self.boxes.push(self.frames.len());
        }
        let start = self.out.pieces.len();
        self.frames.push(Frame {
            element,
            kind,
            context,
            siblings: Siblings::default(),
            start,
            open_start: start,
            is_whole: true,
            links_start: self.out.links.len(),
            chars: 0,
            link_chars: 0,
            links: 0,
            holds_article: false,
            mark_reach: 0,
            opened_slot: None,
            shape,
            header: Header::None,
            rows: 0,
            cells: 0,
            header_cells: 0,
        });
    }

    fn count_cell(&mut self, kind: Kind) {
        if let Kind::Cell(is_header) = kind
            && let Some(row) = self.frames.iter_mut().rev().find(|f| f.kind == Kind::Row)
        {
            row.cells += 1;
            row.header_cells += u32::from(is_header);
        }
    }

    /// Makes pieces of the text read since the last break.
    fn flush(&mut self) {
        let Some(frame) = self.boxes.last().and_then(|at| self.frames.get(*at)) else {
            return;
        };
        let context = frame.context;
        let element = frame.element;
        if let Some((text, chars, anchor)) = self.runs[0].take() {
            self.push_run(element, context, text, chars, anchor, State::Open);
        }
        if let Some((text, chars, anchor)) = self.runs[1].take() {
            let state = if context.hidden {
                State::Open
            } else {
                State::Aside
            };
            let context = Context {
                hidden: true,
                ..context
            };
            self.push_run(element, context, text, chars, anchor, state);
        }
    }

    fn push_run(
        &mut self,
        element: u32,
        context: Context,
        text: String,
        chars: u32,
        anchor: Option<u32>,
        state: State,
    ) {
        if let Some(frame) = self.boxes.last().and_then(|at| self.frames.get_mut(*at)) {
            frame.chars += chars;
            if chars <= 10 && anchor.is_none() && is_label(&text) && !context.nav && !context.footer
            {
                frame.mark_reach = 3;
            }
        }
        self.out.chars = self.out.chars.saturating_add(chars);
        let role = context.role(&text, chars, anchor.is_some());
        let piece = self.piece(element, context, text, role, state);
        self.out.pieces.push(Piece {
            chars,
            link: anchor,
            ..piece
        });
    }

    fn piece(
        &mut self,
        element: u32,
        context: Context,
        text: String,
        role: BlockRole,
        state: State,
    ) -> Piece {
        self.next_id += 1;
        Piece {
            id: self.next_id,
            chars: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
            has_figure: is_figure(&text),
            text,
            element,
            role,
            state,
            hidden: context.hidden,
            slot: context.slot,
            link: context.anchor,
            runs: 1,
            is_top_heading: context.top_heading,
            shape: 0,
            header: None,
        }
    }

    /// Adds a text that stands beside the running text.
    fn aside(&mut self, element: u32, text: Option<&str>, role: BlockRole) {
        let context = self.context();
        let text: String = fold(text.unwrap_or(""))
            .chars()
            .take(LONGEST_META)
            .collect();
        if !text.is_empty() && !context.in_head {
            let piece = self.piece(element, context, text, role, State::Aside);
            self.out.pieces.push(piece);
        }
    }

    fn title(&mut self, element: ElementRef<'_>) {
        let number = self.number(element.value());
        let text: String = element.text().collect();
        let text = fold(&text);
        if !text.is_empty() && self.out.title.is_empty() {
            self.out.title = text.clone();
            let piece = self.piece(
                number,
                Context::outside(),
                text,
                BlockRole::Title,
                State::Done,
            );
            self.front.insert(0, piece);
        }
    }

    fn meta(&mut self, element: &Element) {
        let number = self.number(element);
        let content = element.attr("content").unwrap_or("");
        if element
            .attr("http-equiv")
            .is_some_and(|value| value.eq_ignore_ascii_case("refresh"))
            && let Some(address) = refresh_address(content)
        {
            self.out.links.add(address, LinkKind::Refresh, false, None);
        }
        let name = element.attr("name").or_else(|| element.attr("property"));
        let name = name.unwrap_or("").to_ascii_lowercase();
        let is_kept = matches!(
            name.as_str(),
            "description" | "keywords" | "author" | "copyright" | "generator" | "application-name"
        ) || name.starts_with("og:");
        let content: String = fold(content).chars().take(LONGEST_META).collect();
        if !is_kept || content.is_empty() || self.out.metas.len() >= MOST_METAS {
            return;
        }
        if matches!(name.as_str(), "description" | "keywords") {
            let piece = self.piece(
                number,
                Context::outside(),
                content.clone(),
                BlockRole::Meta,
                State::Done,
            );
            self.front.push(piece);
        }
        self.out.metas.push((name, content));
    }

    fn script(&mut self, element: &Element) {
        if let Some(address) = element.attr("src") {
            self.out.links.add(address, LinkKind::Resource, false, None);
            if self.out.script_addresses.len() < 200 {
                self.out.script_addresses.push(address.to_owned());
            }
        }
    }

    fn resource(&mut self, element: &Element) {
        let address = element.attr("href").or_else(|| element.attr("src"));
        let slot = self.context().slot;
        self.out
            .links
            .add(address.unwrap_or(""), LinkKind::Resource, false, slot);
    }

    fn image(&mut self, element: &Element) {
        let number = self.number(element);
        let address = ["src", "data-original", "data-src"]
            .into_iter()
            .find_map(|name| element.attr(name));
        let context = self.context();
        let address = address.unwrap_or("");
        self.out
            .links
            .add(address, LinkKind::Resource, false, context.slot);
        let text = ["alt", "title"]
            .into_iter()
            .filter_map(|name| element.attr(name))
            .map(fold)
            .find(|text| says_something(text));
        if let Some(text) = text {
            if context.anchor.is_some() && self.anchor.stand_in.is_empty() {
                self.anchor.stand_in.clone_from(&text);
            }
            if self.alternatives.insert(text.clone()) {
                self.aside(number, Some(&text), BlockRole::ImageAlt);
            }
        }
    }

    fn input(&mut self, element: &Element) {
        let number = self.number(element);
        let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        match kind.as_str() {
            "button" | "submit" | "reset" => {
                self.flush();
                let text = fold(element.attr("value").unwrap_or(""));
                if !text.is_empty() {
                    let mut context = self.context();
                    context.place = BlockRole::Control;
                    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                    self.push_run(number, context, text, chars, context.anchor, State::Open);
                }
            }
            "hidden" | "checkbox" | "radio" | "image" => {}
            _ => self.aside(number, element.attr("placeholder"), BlockRole::Control),
        }
    }

    fn iframe(&mut self, element: &Element) {
        self.number(element);
        let slot = self.context().slot;
        let address = element.attr("src").unwrap_or("");
        let start = self.out.links.len();
        let Some(link) = self.out.links.add(address, LinkKind::Frame, false, slot) else {
            return;
        };
        if slot.is_none() && is_standard_size(element) && self.out.links.is_third_party(link) {
            let slot = self.out.slots.open();
            self.out.links.put_in_slot(start, slot);
        }
    }

    /// Closes the innermost open element.
    fn close(&mut self) {
        let is_box = self.frames.last().is_some_and(|f| f.kind != Kind::Inline);
        if is_box {
            self.flush();
            self.boxes.pop();
        }
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        self.close_anchor(&mut frame);
        self.close_slot(&mut frame);
        if is_box {
            self.mark_menu(&frame);
            self.close_box(&mut frame);
        }
        self.hand_up(&frame);
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
            let slot = self.out.slots.open();
            self.out.slots.close(slot, frame.chars, false);
            for piece in self.out.pieces.iter_mut().skip(frame.start) {
                piece.slot = piece.slot.or(Some(slot));
            }
            self.out.links.put_in_slot(frame.links_start, slot);
        }
        frame.mark_reach = 0;
    }

    /// Lists of short links are menus.
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
        if !dense {
            return;
        }
        for piece in self.out.pieces.iter_mut().skip(frame.open_start) {
            let plain = matches!(
                piece.role,
                BlockRole::Other
                    | BlockRole::ListItem
                    | BlockRole::Control
                    | BlockRole::Paragraph
                    | BlockRole::Cell
            );
            if piece.state == State::Open && plain && !piece.is_prose() {
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

    fn finish(mut self) -> Walk {
        self.flush();
        while !self.frames.is_empty() {
            self.close();
        }
        self.front.append(&mut self.out.pieces);
        self.out.pieces = self.front;
        self.out
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

/// Whether an alternative text is more than a file name or a word such as `logo`.
fn says_something(text: &str) -> bool {
    let is_name = text
        .rsplit_once('.')
        .is_some_and(|(_, end)| matches!(end, "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp"));
    !is_name && (!text.is_ascii() || text.len() >= 12)
}

//! The one walk over the element tree.

mod close;
mod leaf;

use crate::model::page::{BlockRole, LinkKind};
use crate::page::ads::Marks;
use crate::page::cues::cues;
use crate::page::frame::{Context, Frame, Header, Kind, Menu, kind, shape};
use crate::page::hidden::style_hides;
use crate::page::images::{Images, Place};
use crate::page::links::{AnchorText, Links};
use crate::page::path::{Paths, Siblings};
use crate::page::piece::{Piece, State, is_figure};
use crate::page::run::{Run, Taken, fold};
use crate::page::slots::{Slots, is_label, is_slot, is_unvouched_rel};
use crate::page::wash::unwashed;
use ego_tree::NodeId;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};
use std::collections::HashSet;
use url::Url;

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
    pub(super) images: Images,
    /// Addresses of outside scripts, as written.
    pub(super) script_addresses: Vec<String>,
    /// Characters of text in the body.
    pub(super) chars: u32,
}

/// Walks `html`, whose relative addresses are against `base`. The elements of `marks` are advertisements.
pub(super) fn walk(html: &Html, base: &Url, marks: &Marks) -> Walk {
    let mut walker = Walker::new(base, html.tree.root().id(), marks);
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

struct Walker<'m> {
    /// Elements that filter lists know.
    marks: &'m Marks,
    /// The element entered last.
    node: NodeId,
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

impl<'m> Walker<'m> {
    fn new(base: &Url, root: NodeId, marks: &'m Marks) -> Self {
        let mut walker = Self {
            marks,
            node: root,
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
                images: Images::default(),
                script_addresses: Vec::new(),
                chars: 0,
            },
        };
        walker.push_frame(0, Kind::Barrier, Context::outside(), 0);
        walker
    }

    /// Enters a node; says whether to look at its children.
    fn enter(&mut self, node: &Node, element: Option<ElementRef<'_>>) -> bool {
        match (node, element) {
            (Node::Text(text), _) => {
                self.text(&unwashed(text));
                false
            }
            (Node::Element(_), Some(element)) => {
                let opened = self.element(element);
                self.opened.push(opened);
                opened
            }
            _ => true,
        }
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
        self.node = element.id();
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
        let name = element.name();
        let class = element.attr("class").unwrap_or("");
        let mut words = cues(class);
        if let Some(id) = element.attr("id") {
            words = words.or(cues(id));
        }
        let may_be_slot = !matches!(kind, Kind::Barrier | Kind::Head | Kind::Heading(_));
        let opens_slot = self.context().slot.is_none()
            && may_be_slot
            && (is_slot(element, words) || self.is_known_ad());
        // A container's text is told apart from what stands around it.
        let kind = match kind {
            Kind::Inline if opens_slot => Kind::Block,
            kind => kind,
        };
        if kind != Kind::Inline {
            self.flush();
        }
        let number = self.number(element);
        let mut context = self.inherit(element, kind);
        let mut opens_menu = None;
        if kind != Kind::Barrier {
            let role = element.attr("role");
            if name == "nav" || matches!(role, Some("navigation" | "menubar" | "menu")) {
                opens_menu = Some(Menu::Element);
            } else if words.nav {
                opens_menu = Some(Menu::Word);
            }
            opens_menu = opens_menu.filter(|_| !context.nav);
            context.nav |= opens_menu.is_some();
            context.footer |= words.footer || name == "footer";
        }
        let opened_slot = opens_slot.then(|| self.out.slots.open(self.node, number));
        context.slot = context.slot.or(opened_slot);
        if name == "a" {
            context.anchor = Some(self.open_anchor(element, context.slot));
        }
        if element.attr("style").is_some_and(|s| s.contains("url(")) || name == "video" {
            let place = Place::of(number, context);
            let links = &self.out.links;
            let resolve = |address: &str| links.address(address);
            self.out.images.background(element, &place, &resolve);
        }
        self.push_frame(number, kind, context, shape(name, class));
        if let Some(frame) = self.frames.last_mut() {
            frame.opened_slot = opened_slot;
            frame.opens_menu = opens_menu;
            frame.holds_article = matches!(name, "article" | "main" | "h1");
        }
        self.count_cell(kind);
        match name {
            "form" => {
                let action = element.attr("action").unwrap_or("");
                let form = self.out.links.add_form(action, context.slot);
                if let Some(frame) = self.frames.last_mut() {
                    frame.context.form = form;
                }
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

    /// Whether a filter list knows the element entered last.
    fn is_known_ad(&self) -> bool {
        self.marks.contains_key(&self.node)
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
            node: self.node,
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
            opens_menu: None,
            run_start: self.runs[usize::from(context.hidden)].len(),
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
        if let Some(run) = self.runs[0].take() {
            self.push_run(element, context, run, State::Open);
        }
        if let Some(run) = self.runs[1].take() {
            let state = if context.hidden {
                State::Open
            } else {
                State::Aside
            };
            let context = Context {
                hidden: true,
                ..context
            };
            self.push_run(element, context, run, state);
        }
    }

    fn push_run(&mut self, element: u32, context: Context, run: Taken, state: State) {
        let anchored = run.link.is_some();
        if let Some(frame) = self.boxes.last().and_then(|at| self.frames.get_mut(*at)) {
            frame.chars += run.chars;
            let is_label = run.chars <= 10 && !anchored && is_label(&run.text);
            let is_marked = run.is_marked && self.out.links.len() > frame.links_start;
            if (is_label || is_marked) && !context.nav && !context.footer {
                frame.mark_reach = 3;
            }
        }
        self.out.chars = self.out.chars.saturating_add(run.chars);
        let role = context.role(&run.text, run.chars, anchored);
        let piece = self.piece(element, context, run.text, role, state);
        self.out.pieces.push(Piece {
            link: run.link,
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

impl Place {
    fn of(element: u32, context: Context) -> Self {
        Self {
            element,
            slot: context.slot,
            anchor: context.anchor,
            hidden: context.hidden,
        }
    }
}

/// Whether an alternative text is more than a file name or a word such as `logo`.
fn says_something(text: &str) -> bool {
    let is_name = text
        .rsplit_once('.')
        .is_some_and(|(_, end)| matches!(end, "jpg" | "jpeg" | "png" | "gif" | "webp" | "bmp"));
    !is_name && (!text.is_ascii() || text.len() >= 12)
}

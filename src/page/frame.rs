//! What the walk knows of each open element.

use super::path::Siblings;
use crate::model::page::BlockRole;
use ego_tree::NodeId;

/// How an element takes part in making blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its text runs on with its neighbours'.
    Inline,
    /// A box of its own.
    Block,
    /// A box whose items are joined only where they are figures and labels.
    List,
    /// A table.
    Table,
    /// A table row.
    Row,
    /// A table cell; `true` for `th`.
    Cell(bool),
    /// A list item.
    Item,
    /// A heading; `true` for `h1` and `h2`.
    Heading(bool),
    /// A box that nothing is joined across.
    Barrier,
    /// A list of choices.
    Select,
    /// The head: its text is not on the page.
    Head,
}

/// The kind of an element by its name.
pub(super) fn kind(name: &str) -> Kind {
    match name {
        "li" | "dt" | "dd" => Kind::Item,
        "ul" | "ol" | "menu" | "dl" | "tbody" | "thead" | "tfoot" => Kind::List,
        "table" => Kind::Table,
        "tr" => Kind::Row,
        "td" => Kind::Cell(false),
        "th" => Kind::Cell(true),
        "h1" | "h2" => Kind::Heading(true),
        "h3" | "h4" | "h5" | "h6" => Kind::Heading(false),
        "html" | "body" | "article" | "main" => Kind::Barrier,
        "select" => Kind::Select,
        "head" => Kind::Head,
        "div" | "p" | "section" | "header" | "footer" | "nav" | "aside" | "form" | "fieldset"
        | "legend" | "caption" | "blockquote" | "pre" | "address" | "figure" | "figcaption"
        | "details" | "summary" | "dialog" | "center" | "hgroup" | "button" | "option"
        | "optgroup" | "textarea" | "marquee" | "colgroup" | "map" | "video" | "hr" => Kind::Block,
        _ if name.contains('-') && !name.starts_with("fmt-") => Kind::Block,
        _ => Kind::Inline,
    }
}

/// What an element passes on to those inside of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) hidden: bool,
    pub(super) nav: bool,
    pub(super) footer: bool,
    pub(super) quote: bool,
    pub(super) preformatted: bool,
    pub(super) top_heading: bool,
    pub(super) in_head: bool,
    /// The role that the nearest telling ancestor gives.
    pub(super) place: BlockRole,
    /// The anchor it stands in.
    pub(super) anchor: Option<u32>,
    /// Number of the form it stands in, among the links.
    pub(super) form: Option<u32>,
    /// The advertisement container it stands in.
    pub(super) slot: Option<u32>,
}

impl Context {
    /// Outside of everything.
    pub(super) fn outside() -> Self {
        Self {
            hidden: false,
            nav: false,
            footer: false,
            quote: false,
            preformatted: false,
            top_heading: false,
            in_head: false,
            place: BlockRole::Other,
            anchor: None,
            form: None,
            slot: None,
        }
    }

    /// The role of a piece of text that stands here; `anchored` if the whole of it is a link.
    pub(super) fn role(&self, text: &str, chars: u32, anchored: bool) -> BlockRole {
        let short = chars <= 60 && !text.contains('。');
        match self.place {
            _ if self.footer => BlockRole::Footer,
            BlockRole::Heading => BlockRole::Heading,
            _ if self.quote => BlockRole::Quote,
            BlockRole::Cell if chars > 60 => BlockRole::Paragraph,
            BlockRole::Other if anchored && chars <= 12 => BlockRole::Control,
            BlockRole::Other if chars >= 30 || !short => BlockRole::Paragraph,
            place => place,
        }
    }
}

/// How an element says that it is a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Menu {
    /// By its name or role.
    Element,
    /// By a class or id word, which also names tabs with content.
    Word,
}

/// The row that names a table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// None found.
    None,
    /// This piece.
    Piece(u32),
}

/// One open element.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) node: NodeId,
    pub(super) element: u32,
    pub(super) kind: Kind,
    pub(super) context: Context,
    pub(super) siblings: Siblings,
    /// The first piece made inside of it.
    pub(super) start: usize,
    /// The first piece that may still be joined.
    pub(super) open_start: usize,
    /// Whether no piece inside of it is done.
    pub(super) is_whole: bool,
    /// The first link made inside of it.
    pub(super) links_start: usize,
    /// Characters of text inside of it, and of those the ones in links, and the number of these links.
    pub(super) chars: u32,
    pub(super) link_chars: u32,
    pub(super) links: u32,
    /// Whether a main heading or an article stands in it.
    pub(super) holds_article: bool,
    /// Elements up to which an advertisement's mark inside of it may reach; 0 for no mark.
    pub(super) mark_reach: u8,
    /// Whether it calls itself a menu, and how surely: `nav` itself, or by a word.
    pub(super) opens_menu: Option<Menu>,
    /// For inline elements: bytes of the run when it opened.
    pub(super) run_start: usize,
    /// The advertisement container that it opened.
    pub(super) opened_slot: Option<u32>,
    /// Its name and first class, hashed.
    pub(super) shape: u64,
    /// For tables: the row that names the columns, and rows so far.
    pub(super) header: Header,
    pub(super) rows: u32,
    /// For rows: cells, and header cells among them.
    pub(super) cells: u32,
    pub(super) header_cells: u32,
}

/// FNV-1a of an element's name and first class.
pub(super) fn shape(name: &str, class: &str) -> u64 {
    let first = class.split_ascii_whitespace().next().unwrap_or("");
    name.bytes()
        .chain([b'.'])
        .chain(first.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

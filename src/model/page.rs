//! A page as it was read: blocks of text with provenance, links, identity facts.

use super::ad::Ad;
use super::identity::IdentityFact;
use super::image::{ImageRef, ImageSpan};
use super::note::Note;
use std::ops::Range;
use url::Url;

/// A read page. All offsets are UTF-8 byte offsets into [`Page::text`].
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Title element, white space folded.
    pub title: String,
    /// `meta` description, keywords, author, copyright, generator: (lower-case name, content).
    pub metas: Vec<(String, String)>,
    /// The plain-text record: all blocks in document order, each followed by `\n`.
    pub text: String,
    /// The blocks, in document order; their spans do not overlap. Short texts that stand together on the page (a
    /// figure and its label, the cells of a row, the parts of a product card) share a block, two spaces between them.
    pub blocks: Vec<Block>,
    /// Links, frames and refreshes, in document order.
    pub links: Vec<Link>,
    /// The images that it names, in document order, each address once.
    pub images: Vec<ImageRef>,
    /// Which parts of the text were read in images, and in which of those that were looked at.
    pub image_texts: Vec<ImageSpan>,
    /// The advertisements, by the number of their slot.
    pub ads: Vec<Ad>,
    /// Identity facts found in the text, metas and scripts.
    pub facts: Vec<IdentityFact>,
    /// Trouble met while reading.
    pub notes: Vec<Note>,
}

impl Page {
    /// Number of the image in which the text at this byte was read, if it was read in one.
    pub fn image_at(&self, at: usize) -> Option<usize> {
        let found = self.image_texts.iter().find(|t| t.span.contains(&at));
        found.map(|t| t.image)
    }
}

/// One block of text with where it stood.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its bytes in [`Page::text`], without the line end.
    pub span: Range<usize>,
    /// CSS path of the element, such as `body > div:nth-of-type(2) > p`, begun at the nearest ancestor with an id of its
    /// own. Several runs of text in one element share it. At most 40 levels; deeper places are told by their ancestor.
    pub path: String,
    /// What kind of place it is.
    pub role: BlockRole,
    /// Whether the markup itself says that it is hidden (`hidden`, inline `display:none`, font size 0).
    pub hidden: bool,
    /// The link address when the whole block stands inside one `<a>`.
    pub href: Option<Url>,
    /// Number of the advertisement container it stands in, the same for all its blocks; `None` outside of any.
    pub slot: Option<u32>,
    /// For a table row: the bytes in [`Page::text`] of the row that names its columns.
    pub header: Option<Range<usize>>,
}

/// What kind of place a block is; used by the context judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockRole {
    /// The title element.
    Title,
    /// A heading.
    Heading,
    /// Running text.
    Paragraph,
    /// A list item.
    ListItem,
    /// A table cell.
    Cell,
    /// Navigation or menu.
    Nav,
    /// Page footer.
    Footer,
    /// A button, link or other control.
    Control,
    /// Alternative text of an image.
    ImageAlt,
    /// A block quotation.
    Quote,
    /// Meta description and the like.
    Meta,
    /// Read from an image by a machine (OCR): to be held against the image by eye.
    Image,
    /// Anything else.
    Other,
}

impl BlockRole {
    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Heading => "heading",
            Self::Paragraph => "paragraph",
            Self::ListItem => "list-item",
            Self::Cell => "cell",
            Self::Nav => "nav",
            Self::Footer => "footer",
            Self::Control => "control",
            Self::ImageAlt => "image-alt",
            Self::Quote => "quote",
            Self::Meta => "meta",
            Self::Image => "image",
            Self::Other => "other",
        }
    }
}

/// A link out of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Absolute address, fragment kept off.
    pub url: Url,
    /// Anchor text, white space folded, cut at 200 characters. Of a form: what it asks for (`password`, `payment`).
    pub text: String,
    /// What kind of link.
    pub kind: LinkKind,
    /// Whether `rel` says nofollow, sponsored or ugc, or the link stands in an ad container.
    pub sponsored: bool,
    /// Number of the advertisement container it stands in, as in [`Block::slot`].
    pub slot: Option<u32>,
}

/// Kind of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `a[href]`, `area[href]`.
    Anchor,
    /// `iframe[src]`, `frame[src]`.
    Frame,
    /// `meta http-equiv=refresh` or a plain script redirect.
    Refresh,
    /// `form[action]` (kept for identity, not followed).
    Form,
    /// What a QR code in an image says, where that is an address.
    QrCode,
    /// An image's or other resource's address (not followed).
    Resource,
}

//! An advertisement on a page: its slot, what marks it as one, where it leads, whether it says what it is.

use url::Url;

/// A filter list in EasyList syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdList {
    /// Its file name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// One advertisement: a slot with what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ad {
    /// Number of the container, as in [`super::page::Block::slot`].
    pub slot: u32,
    /// CSS path of its element, as in [`super::page::Block::path`].
    pub path: String,
    /// What marks it as an advertisement, by kind.
    pub signals: Vec<AdSignal>,
    /// Whether it says that it is one.
    pub label: AdLabel,
    /// Its text, white space folded, cut at 300 characters; the label is left out.
    pub text: String,
    /// Addresses of its images.
    pub images: Vec<Url>,
    /// Where it leads: the address of its first link or frame, then the addresses carried in that one's parameters.
    pub chain: Vec<Url>,
    /// Whether it leads to another registrable domain than the page's.
    pub leads_away: bool,
}

impl Ad {
    /// Whether a signal of this kind stands on it.
    pub fn has(&self, kind: AdSignalKind) -> bool {
        self.signals.iter().any(|s| s.kind == kind)
    }

    /// Whether strong signals say that the place is paid for: it leads to another's site, and more than words of class
    /// names says that it is an advertisement.
    pub fn is_paid(&self) -> bool {
        self.leads_away && self.signals.iter().any(|s| s.kind.is_strong())
    }

    /// The last address that is known of its landing chain.
    pub fn landing(&self) -> Option<&Url> {
        self.chain.last()
    }
}

/// One reason for taking a place for an advertisement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdSignal {
    /// What kind of reason.
    pub kind: AdSignalKind,
    /// The rule, address or word that was met.
    pub detail: String,
}

/// Kinds of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdSignalKind {
    /// A network rule of a filter list matches an address in it.
    NetworkRule,
    /// A cosmetic rule of a filter list matches its element.
    CosmeticRule,
    /// A frame of another registrable domain in a size that advertisements come in.
    FrameSize,
    /// `rel=sponsored` on its link.
    SponsoredRel,
    /// Attributes of advertising code (`data-ad-slot` and the like).
    AdData,
    /// Words of class or id.
    Markup,
    /// Visible words 广告, 推广, 赞助 as a mark.
    Label,
    /// Floats over the page by its inline style.
    Floating,
    /// Its link carries another address as a parameter.
    Redirect,
}

impl AdSignalKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NetworkRule,
        Self::CosmeticRule,
        Self::FrameSize,
        Self::SponsoredRel,
        Self::AdData,
        Self::Markup,
        Self::Label,
        Self::Floating,
        Self::Redirect,
    ];

    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::NetworkRule => "network-rule",
            Self::CosmeticRule => "cosmetic-rule",
            Self::FrameSize => "frame-size",
            Self::SponsoredRel => "sponsored-rel",
            Self::AdData => "ad-data",
            Self::Markup => "markup",
            Self::Label => "label",
            Self::Floating => "floating",
            Self::Redirect => "redirect",
        }
    }

    /// The word for officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::NetworkRule => "广告网络规则",
            Self::CosmeticRule => "广告元素规则",
            Self::FrameSize => "第三方标准尺寸框架",
            Self::SponsoredRel => "付费链接标记",
            Self::AdData => "广告代码属性",
            Self::Markup => "类名用词",
            Self::Label => "广告标识",
            Self::Floating => "浮层",
            Self::Redirect => "跳转链接",
        }
    }

    /// Whether it says by itself that the place is paid for.
    fn is_strong(self) -> bool {
        matches!(
            self,
            Self::NetworkRule | Self::FrameSize | Self::SponsoredRel | Self::AdData
        )
    }
}

/// Whether an advertisement says that it is one (广告法第十四条).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdLabel {
    /// The words stand in it or directly at it.
    Shown,
    /// Its creative is text, and no such words stand in it.
    Missing,
    /// Its creative is an image, a frame or made by a script or style, where the words may stand unseen.
    Unknown,
}

impl AdLabel {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    /// The word for officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Shown => "已标明",
            Self::Missing => "未标明",
            Self::Unknown => "未能看出",
        }
    }
}

//! From where a page is looked at: with our own name, or as a desktop, phone or in-app browser, from an advertisement
//! or not. Pages that cheat show themselves only to some.

use super::target::{Target, TargetSource};
use url::Url;

/// Most views of one seed; a queued target tells its view in four bits.
pub const MOST_VIEWS: usize = 8;

/// Which browser a view passes for. Our own name and contact are appended to every agent, robots.txt is judged as
/// `wangxun` whatever is imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Device {
    /// None: our own name only.
    Plain,
    /// A browser on a desk.
    Desktop,
    /// A browser on a phone.
    Mobile,
    /// The browser inside WeChat.
    WeChat,
}

impl Device {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Desktop, Self::Mobile, Self::WeChat];

    /// The word used in lists, stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::WeChat => "wechat",
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Plain => "本程序",
            Self::Desktop => "电脑浏览器",
            Self::Mobile => "手机浏览器",
            Self::WeChat => "微信内置浏览器",
        }
    }

    /// The beginning of the agent string; `None` where nothing is imitated.
    pub fn agent(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Desktop => Some(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            ),
            Self::Mobile => Some(
                "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
            ),
            Self::WeChat => Some(
                "Mozilla/5.0 (Linux; Android 14; K; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.54 NetType/WIFI Language/zh_CN",
            ),
        }
    }

    /// Window of a rendered page in CSS pixels, where it is not the configured one.
    pub fn window(self) -> Option<(u32, u32)> {
        match self {
            Self::Plain | Self::Desktop => None,
            Self::Mobile | Self::WeChat => Some((412, 915)),
        }
    }
}

/// One view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vantage {
    /// Which browser.
    pub device: Device,
    /// Whether it comes from an advertisement: with the address of the page that shows the advertisement, or with the
    /// list's own referrer where none is known.
    pub from_ad: bool,
}

impl Vantage {
    /// Our own name, no referrer: what is asked where a list says nothing.
    pub const PLAIN: Self = Self {
        device: Device::Plain,
        from_ad: false,
    };

    /// The word of lists and stored forms, such as `mobile` or `mobile+ad`.
    pub fn code(self) -> String {
        let device = self.device.code();
        if self.from_ad {
            format!("{device}+ad")
        } else {
            device.to_owned()
        }
    }

    /// The name shown to officers.
    pub fn label(self) -> String {
        let device = self.device.label();
        if self.from_ad {
            format!("{device}(由广告进入)")
        } else {
            device.to_owned()
        }
    }

    /// The view of a word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        let (device, from_ad) = match word.strip_suffix("+ad") {
            Some(device) => (device, true),
            None => (word, false),
        };
        let device = Device::ALL.into_iter().find(|d| d.code() == device)?;
        Some(Self { device, from_ad })
    }
}

/// How a seed is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vantages {
    /// The views, the base first; never empty, without doubles, at most [`MOST_VIEWS`].
    pub views: Vec<Vantage>,
    /// The written basis for passing for another browser, in Chinese; always there where a view imitates one.
    pub basis: Option<String>,
    /// What views from an advertisement name as the page they come from, where the patrol knows none.
    pub referrer: Option<Url>,
    /// Pages that a run asks for from the other views.
    pub pages: u64,
}

/// Pages that a run looks at from the other views, where the list says nothing.
pub const DEFAULT_PAGES: u64 = 30;

impl Default for Vantages {
    fn default() -> Self {
        Self {
            views: vec![Vantage::PLAIN],
            basis: None,
            referrer: None,
            pages: DEFAULT_PAGES,
        }
    }
}

/// How one request looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guise {
    /// The view.
    pub vantage: Vantage,
    /// The page that the request says it comes from.
    pub referrer: Option<Url>,
}

/// What stored forms say of the view of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VantageMark {
    /// The view.
    pub vantage: Vantage,
    /// The page that the request named as its origin.
    pub referrer: Option<Url>,
    /// The written basis, in Chinese.
    pub basis: Option<String>,
}

impl Vantages {
    /// The view of a number; the base where there is no such view (the list was changed meanwhile).
    pub fn view(&self, number: u8) -> Vantage {
        let view = self.views.get(usize::from(number));
        view.or(self.views.first())
            .copied()
            .unwrap_or(Vantage::PLAIN)
    }

    /// Numbers of the views that are no base.
    pub fn others(&self) -> impl Iterator<Item = u8> {
        (1..self.views.len()).filter_map(|n| u8::try_from(n).ok())
    }

    /// Whether a view other than [`Vantage::PLAIN`] is asked for.
    pub fn imitates(&self) -> bool {
        self.views.iter().any(|v| v.device != Device::Plain)
    }

    /// How a request for a target looks. A view without written basis passes for nobody.
    pub fn guise(&self, target: &Target) -> Guise {
        let vantage = self.view(target.vantage);
        let found_on = || match target.source {
            TargetSource::AdLanding => target.referrer.clone(),
            _ => None,
        };
        let device = match &self.basis {
            Some(basis) if !basis.trim().is_empty() => vantage.device,
            _ => Device::Plain,
        };
        Guise {
            vantage: Vantage { device, ..vantage },
            referrer: vantage
                .from_ad
                .then(|| found_on().or_else(|| self.referrer.clone()))
                .flatten(),
        }
    }

    /// What stored forms say of a target's view; `None` where the list names no views.
    pub fn mark(&self, target: &Target) -> Option<VantageMark> {
        if *self == Self::default() {
            return None;
        }
        let guise = self.guise(target);
        Some(VantageMark {
            vantage: guise.vantage,
            referrer: guise.referrer,
            basis: self.basis.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(vantage: u8, source: TargetSource) -> Target {
        Target {
            url: Url::parse("http://a.test/").unwrap(),
            seed_id: "a".into(),
            depth: 0,
            offsite: 0,
            source,
            referrer: Url::parse("http://portal.test/").ok(),
            priority: 0,
            vantage,
        }
    }

    #[test]
    fn words_go_both_ways() {
        for device in Device::ALL {
            for from_ad in [false, true] {
                let view = Vantage { device, from_ad };
                assert_eq!(Vantage::parse(&view.code()), Some(view));
            }
        }
        assert_eq!(Vantage::parse("phone"), None);
        assert_eq!(Vantage::parse("mobile+ads"), None);
    }

    #[test]
    fn nobody_is_imitated_without_a_basis() {
        let mut vantages = Vantages {
            views: ["plain", "mobile+ad"]
                .into_iter()
                .filter_map(Vantage::parse)
                .collect(),
            referrer: Url::parse("http://search.test/").ok(),
            ..Vantages::default()
        };
        let guise = vantages.guise(&target(1, TargetSource::Seed));
        assert_eq!(guise.vantage.device, Device::Plain);
        vantages.basis = Some("《某办法》第一条".into());
        let guise = vantages.guise(&target(1, TargetSource::Seed));
        assert_eq!(guise.vantage.device, Device::Mobile);
        assert_eq!(guise.referrer, vantages.referrer);
        let landing = vantages.guise(&target(1, TargetSource::AdLanding));
        assert_eq!(landing.referrer, Url::parse("http://portal.test/").ok());
        assert_eq!(
            vantages.guise(&target(0, TargetSource::Seed)).referrer,
            None
        );
        // A number that the list no longer has is the base.
        assert_eq!(
            vantages.guise(&target(7, TargetSource::Seed)).vantage,
            Vantage::PLAIN
        );
    }
}

//! Elements without walked children: title, metas, scripts, images, inputs, frames.

use super::{Walker, says_something};
use crate::model::page::{BlockRole, LinkKind};
use crate::page::frame::Context;
use crate::page::images::Place;
use crate::page::links::refresh_address;
use crate::page::piece::State;
use crate::page::run::{Taken, fold};
use crate::page::slots::is_standard_size;
use crate::page::wash::unwashed;
use scraper::ElementRef;
use scraper::node::Element;

/// Metas that are kept.
const MOST_METAS: usize = 60;
/// Characters kept of a meta's content, of a placeholder and the like.
const LONGEST_META: usize = 2_000;

impl Walker<'_> {
    /// Adds a text that stands beside the running text.
    pub(super) fn aside(&mut self, element: u32, text: Option<&str>, role: BlockRole) {
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

    pub(super) fn title(&mut self, element: ElementRef<'_>) {
        let number = self.number(element.value());
        let text: String = element.text().collect();
        let text = fold(&unwashed(&text));
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

    pub(super) fn meta(&mut self, element: &Element) {
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

    pub(super) fn script(&mut self, element: &Element) {
        if let Some(address) = element.attr("src") {
            let slot = self.context().slot.or_else(|| {
                let parent = self.frames.last().map_or(0, |f| f.element);
                self.is_known_ad()
                    .then(|| self.out.slots.open(self.node, parent))
            });
            self.out.links.add(address, LinkKind::Resource, false, slot);
            if self.out.script_addresses.len() < 200 {
                self.out.script_addresses.push(address.to_owned());
            }
        }
    }

    pub(super) fn resource(&mut self, element: &Element) {
        let address = element.attr("href").or_else(|| element.attr("src"));
        let slot = self.context().slot;
        self.out
            .links
            .add(address.unwrap_or(""), LinkKind::Resource, false, slot);
    }

    pub(super) fn image(&mut self, element: &Element) {
        let number = self.number(element);
        let address = ["src", "data-original", "data-src"]
            .into_iter()
            .find_map(|name| element.attr(name));
        let context = self.context();
        let address = address.unwrap_or("");
        let slot = context.slot.or_else(|| {
            self.is_known_ad()
                .then(|| self.out.slots.open(self.node, number))
        });
        self.out.links.add(address, LinkKind::Resource, false, slot);
        let place = Place::of(number, Context { slot, ..context });
        let links = &self.out.links;
        let resolve = |address: &str| links.address(address);
        self.out.images.element(element, &place, &resolve);
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

    pub(super) fn input(&mut self, element: &Element) {
        let number = self.number(element);
        let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        if let Some(asks) = asks_for(&kind, element)
            && let Some(form) = self.context().form
        {
            self.out.links.ask(form, asks);
        }
        match kind.as_str() {
            "button" | "submit" | "reset" => {
                self.flush();
                let text = fold(element.attr("value").unwrap_or(""));
                if !text.is_empty() {
                    let mut context = self.context();
                    context.place = BlockRole::Control;
                    let run = Taken {
                        chars: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
                        text,
                        link: context.anchor,
                        is_marked: false,
                    };
                    self.push_run(number, context, run, State::Open);
                }
            }
            "hidden" | "checkbox" | "radio" | "image" => {}
            _ => self.aside(number, element.attr("placeholder"), BlockRole::Control),
        }
    }

    pub(super) fn iframe(&mut self, element: &Element) {
        let number = self.number(element);
        let slot = self.context().slot;
        let address = element.attr("src").unwrap_or("");
        let start = self.out.links.len();
        let Some(link) = self.out.links.add(address, LinkKind::Frame, false, slot) else {
            return;
        };
        let is_foreign_ad = is_standard_size(element) && self.out.links.is_third_party(link);
        if slot.is_none() && (is_foreign_ad || self.is_known_ad()) {
            let slot = self.out.slots.open(self.node, number);
            self.out.links.put_in_slot(start, slot);
        }
    }
}

/// What of weight a form's field asks for: `password`, or `payment` where it names a card, an identity number or a payment.
fn asks_for(kind: &str, element: &Element) -> Option<&'static str> {
    if kind == "password" {
        return Some("password");
    }
    if !matches!(kind, "text" | "tel" | "number") {
        return None;
    }
    let words = ["银行卡", "卡号", "身份证", "支付密码", "充值金额", "cvv"];
    let told = ["placeholder", "name", "title"]
        .into_iter()
        .filter_map(|name| element.attr(name));
    let mut told = told.map(str::to_ascii_lowercase);
    told.any(|text| words.iter().any(|word| text.contains(word)))
        .then_some("payment")
}

//! CSS paths: where on the page a block stood.

use std::collections::HashMap;

/// Levels of a path at most; what lies deeper is told by its ancestor at that level.
const MOST_LEVELS: usize = 40;
/// Element names counted apart among the children of one element; later names are counted together.
const MOST_NAMES: usize = 64;

/// One element as far as paths need it.
#[derive(Debug)]
struct Element {
    parent: u32,
    name: Box<str>,
    /// 1 for the first of its name among its siblings.
    nth: u32,
    /// Whether a sibling has the same name.
    has_twin: bool,
    id: Option<Box<str>>,
}

/// All elements met, in document order.
#[derive(Debug, Default)]
pub(super) struct Paths {
    elements: Vec<Element>,
    ids: HashMap<Box<str>, u32>,
}

/// Counts an element's children by name.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// Name by its first element, number so far.
    seen: Vec<(u32, u32)>,
}

impl Paths {
    /// Registers an element and gives its number.
    pub(super) fn add(
        &mut self,
        parent: u32,
        name: &str,
        id: Option<&str>,
        siblings: &mut Siblings,
    ) -> u32 {
        let number = u32::try_from(self.elements.len()).unwrap_or(u32::MAX);
        let name = name.strip_prefix("fmt-").unwrap_or(name);
        let (nth, has_twin) = self.count(number, name, siblings);
        let id = id.filter(|id| is_plain_identifier(id));
        if let Some(id) = id {
            *self.ids.entry(id.into()).or_default() += 1;
        }
        self.elements.push(Element {
            parent,
            name: name.into(),
            nth,
            has_twin,
            id: id.map(Into::into),
        });
        number
    }

    fn count(&mut self, number: u32, name: &str, siblings: &mut Siblings) -> (u32, bool) {
        let full = siblings.seen.len() >= MOST_NAMES;
        let known = siblings.seen.iter_mut().find(|(first, _)| {
            self.elements
                .get(*first as usize)
                .is_some_and(|e| &*e.name == name)
        });
        let entry = match known {
            Some(entry) => entry,
            None if full => match siblings.seen.last_mut() {
                Some(entry) => entry,
                None => return (1, false),
            },
            None => {
                siblings.seen.push((number, 1));
                return (1, false);
            }
        };
        entry.1 += 1;
        if entry.1 == 2
            && let Some(first) = self.elements.get_mut(entry.0 as usize)
        {
            first.has_twin = true;
        }
        (entry.1, true)
    }

    /// The path of element `number`, from the nearest ancestor with an id of its own, or from `html`'s child.
    pub(super) fn path(&self, number: u32) -> String {
        let mut chain = Vec::new();
        let mut at = number;
        while let Some(element) = self.elements.get(at as usize) {
            chain.push(element);
            let is_root = &*element.name == "body" || &*element.name == "head";
            if is_root || self.own_id(element).is_some() || element.parent == at {
                break;
            }
            at = element.parent;
        }
        let mut path = String::new();
        for element in chain.iter().rev().take(MOST_LEVELS) {
            if !path.is_empty() {
                path.push_str(" > ");
            }
            self.push_step(&mut path, element);
        }
        path
    }

    fn push_step(&self, path: &mut String, element: &Element) {
        if let Some(id) = self.own_id(element) {
            path.push('#');
            path.push_str(id);
            return;
        }
        path.push_str(&element.name);
        if element.has_twin {
            path.push_str(":nth-of-type(");
            path.push_str(&element.nth.to_string());
            path.push(')');
        }
    }

    fn own_id<'a>(&self, element: &'a Element) -> Option<&'a str> {
        element
            .id
            .as_deref()
            .filter(|id| self.ids.get(*id).copied() == Some(1))
    }
}

/// Whether an id can stand in a selector as it is.
fn is_plain_identifier(id: &str) -> bool {
    id.len() <= 40
        && id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_unique_and_start_at_a_lone_id() {
        let mut paths = Paths::default();
        let mut top = Siblings::default();
        let body = paths.add(0, "body", None, &mut top);
        let mut kids = Siblings::default();
        let first = paths.add(body, "div", Some("dup"), &mut kids);
        let second = paths.add(body, "div", Some("dup"), &mut kids);
        let third = paths.add(body, "div", Some("own"), &mut kids);
        let leaf = paths.add(third, "fmt-b", None, &mut Siblings::default());
        assert_eq!(paths.path(first), "body > div:nth-of-type(1)");
        assert_eq!(paths.path(second), "body > div:nth-of-type(2)");
        assert_eq!(paths.path(third), "#own");
        assert_eq!(paths.path(leaf), "#own > b");
    }

    #[test]
    fn paths_are_bounded() {
        let mut paths = Paths::default();
        let mut at = paths.add(0, "body", None, &mut Siblings::default());
        for _ in 0..300 {
            at = paths.add(at, "div", None, &mut Siblings::default());
        }
        assert!(paths.path(at).len() < 40 * 12);
    }
}

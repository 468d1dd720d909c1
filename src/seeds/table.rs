//! Reading a TOML table field by field, with a fault for everything that is not as the grammar says.

use super::fault::{Scribe, quoted};
use crate::model::register::distance::nearest;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table with its place in the file and its path.
#[derive(Clone)]
pub(super) struct Table<'t> {
    pub(super) path: String,
    pub(super) span: Range<usize>,
    entries: &'t DeTable<'t>,
}

/// One value with its place and path.
pub(super) struct Field<'t> {
    pub(super) path: String,
    pub(super) span: Range<usize>,
    pub(super) value: &'t DeValue<'t>,
}

impl<'t> Table<'t> {
    pub(super) fn root(parsed: &'t Spanned<DeTable<'t>>) -> Self {
        Self {
            path: String::new(),
            span: parsed.span(),
            entries: parsed.get_ref(),
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// A field, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<Field<'t>> {
        let (key, value) = self.entries.get_key_value(name)?;
        let span = match value.get_ref() {
            DeValue::Table(_) => key.span(),
            _ => value.span(),
        };
        Some(Field {
            path: self.path_of(name),
            span,
            value: value.get_ref(),
        })
    }

    /// The place of a field, or of the table where it is missing.
    pub(super) fn span_of(&self, name: &str) -> Range<usize> {
        self.get(name).map_or_else(|| self.span.clone(), |f| f.span)
    }

    /// Faults for all fields that the grammar does not know.
    pub(super) fn only(&self, known: &[&str], scribe: &mut Scribe<'_>) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let short: String = name.chars().take(40).collect();
            let advice = nearest(name, known).map_or_else(
                || format!("known fields: {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            scribe.error(
                &key.span(),
                self.path_of(&short.escape_debug().to_string()),
                "unknown field",
                advice,
            );
        }
    }

    /// A text field, trimmed; `None` when missing or faulty.
    pub(super) fn text(&self, name: &str, scribe: &mut Scribe<'_>) -> Option<String> {
        let field = self.get(name)?;
        field.text(scribe)
    }

    /// A list of texts; a single text is a list of one.
    pub(super) fn texts(&self, name: &str, scribe: &mut Scribe<'_>) -> Option<Vec<Field<'t>>> {
        self.get(name).and_then(|f| f.items(scribe))
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        bounds: std::ops::RangeInclusive<u64>,
        scribe: &mut Scribe<'_>,
    ) -> Option<u64> {
        let field = self.get(name)?;
        let number = match field.value {
            DeValue::Integer(i) => {
                u64::from_str_radix(&i.as_str().replace('_', ""), i.radix()).ok()
            }
            DeValue::String(s) => s.trim().parse().ok(),
            _ => None,
        };
        let good = number.filter(|n| bounds.contains(n));
        if good.is_none() {
            let advice = format!(
                "write a whole number from {} to {}",
                bounds.start(),
                bounds.end()
            );
            scribe.error(&field.span, &field.path, field.wrong("a number"), advice);
        }
        good
    }

    /// A table inside the table.
    pub(super) fn table(&self, name: &str, scribe: &mut Scribe<'_>) -> Option<Table<'t>> {
        let field = self.get(name)?;
        match field.value {
            DeValue::Table(entries) => Some(Table {
                path: field.path,
                span: field.span,
                entries,
            }),
            _ => {
                let advice = format!("write {name} = {{ ... }} or a [{}] table", field.path);
                scribe.error(&field.span, &field.path, field.wrong("a table"), advice);
                None
            }
        }
    }

    /// An array of tables, each with its number in the path; elements that are no tables are faults.
    pub(super) fn tables(&self, name: &str, scribe: &mut Scribe<'_>) -> Vec<Table<'t>> {
        let Some(field) = self.get(name) else {
            return Vec::new();
        };
        let DeValue::Array(items) = field.value else {
            let advice = format!("head every entry with [[{name}]]");
            scribe.error(
                &field.span,
                &field.path,
                field.wrong("a list of tables"),
                advice,
            );
            return Vec::new();
        };
        let mut out = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let path = format!("{}[{}]", field.path, i + 1);
            match item.get_ref() {
                DeValue::Table(entries) => out.push(Table {
                    path,
                    span: item.span(),
                    entries,
                }),
                _ => scribe.error(
                    &item.span(),
                    path,
                    "not a table",
                    format!("head every entry with [[{name}]]"),
                ),
            }
        }
        out
    }
}

impl<'t> Field<'t> {
    /// What stands there instead of what is wanted.
    pub(super) fn wrong(&self, wanted: &str) -> String {
        match self.value {
            DeValue::String(s) => format!("{} is not {wanted}", quoted(s)),
            DeValue::Integer(i) => format!("{} is not {wanted}", quoted(i.as_str())),
            other => format!("a {} is not {wanted}", other.type_str()),
        }
    }

    pub(super) fn text(&self, scribe: &mut Scribe<'_>) -> Option<String> {
        match self.value {
            DeValue::String(s) if s.trim().is_empty() => {
                scribe.error(
                    &self.span,
                    &self.path,
                    "the text is empty",
                    "write it or remove the field",
                );
                None
            }
            DeValue::String(s) if s.chars().count() > 2048 => {
                scribe.error(
                    &self.span,
                    &self.path,
                    "the text is longer than 2048 characters",
                    "shorten it",
                );
                None
            }
            DeValue::String(s) if s.chars().any(char::is_control) => {
                scribe.error(
                    &self.span,
                    &self.path,
                    "the text holds control characters",
                    "remove them",
                );
                None
            }
            DeValue::String(s) => Some(s.trim().to_owned()),
            _ => {
                scribe.error(
                    &self.span,
                    &self.path,
                    self.wrong("a text"),
                    "put it in quotes: \"...\"",
                );
                None
            }
        }
    }

    /// The text of a size or time: a text, or a bare number.
    pub(super) fn quantity(&self) -> Option<String> {
        match self.value {
            DeValue::String(s) => Some(s.clone().into_owned()),
            DeValue::Integer(i) if i.radix() == 10 => Some(i.as_str().to_owned()),
            _ => None,
        }
    }

    /// The elements of a list; a single text is a list of one.
    fn items(self, scribe: &mut Scribe<'_>) -> Option<Vec<Field<'t>>> {
        match self.value {
            DeValue::Array(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| Field {
                        path: format!("{}[{}]", self.path, i + 1),
                        span: item.span(),
                        value: item.get_ref(),
                    })
                    .collect(),
            ),
            DeValue::String(_) => Some(vec![self]),
            _ => {
                scribe.error(
                    &self.span,
                    &self.path,
                    self.wrong("a list"),
                    "write [\"...\", \"...\"]",
                );
                None
            }
        }
    }
}

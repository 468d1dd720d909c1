//! Proof types: each is made in the one leaf file that defines it.

use super::{Fault, Source};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// The proof types, their rooms, and the traits they may not derive. A clone of a permit would be a second fetch;
/// deserialising would make a proof out of bytes.
const PROOFS: [(&str, &str, &[&str]); 5] = [
    (
        "Permit",
        "fetch",
        &["Clone", "Copy", "Default", "Deserialize"],
    ),
    ("Sealed", "storage", &["Default", "Deserialize"]),
    (
        "CaseOpening",
        "storage",
        &["Clone", "Default", "Deserialize"],
    ),
    ("Confirmed", "model", &["Default", "Deserialize"]),
    ("ActionEntry", "model", &["Default", "Deserialize"]),
];

/// All faults around the proof types.
pub(super) fn check(sources: &[Source]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, room, underivable) in PROOFS {
        let homes: Vec<(&Source, &syn::ItemStruct)> = sources
            .iter()
            .flat_map(|s| structs(&s.ast).into_iter().map(move |item| (s, item)))
            .filter(|(_, item)| {
                item.ident == name && matches!(item.vis, syn::Visibility::Public(_))
            })
            .collect();
        let corridor = sources.iter().any(|s| s.path == "src/patrol/pipeline.rs");
        if homes.is_empty() && corridor {
            faults.push(fault(
                "src",
                0,
                format!("no file defines the proof type `{name}`"),
            ));
        }
        for (home, item) in &homes {
            judge_home(home, item, room, underivable, &mut faults);
        }
        for source in sources {
            let at_home = homes.iter().any(|(home, _)| home.path == source.path);
            if !at_home {
                let mut finder = Maker {
                    name,
                    source,
                    faults: &mut faults,
                };
                finder.visit_file(&source.ast);
            }
        }
    }
    faults
}

fn fault(path: &str, line: usize, message: String) -> Fault {
    Fault {
        path: path.to_owned(),
        line,
        message,
    }
}

fn structs(ast: &syn::File) -> Vec<&syn::ItemStruct> {
    let items = ast.items.iter();
    items
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item),
            _ => None,
        })
        .collect()
}

/// The defining file is in its room, a leaf, and keeps its fields to itself.
fn judge_home(
    home: &Source,
    item: &syn::ItemStruct,
    room: &str,
    underivable: &[&str],
    faults: &mut Vec<Fault>,
) {
    let name = &item.ident;
    let line = name.span().start().line;
    let mut wrong = |message: String| faults.push(fault(&home.path, line, message));
    if home.module.first().is_none_or(|own| own != room) {
        wrong(format!(
            "proof type `{name}` is defined outside of `{room}`"
        ));
    }
    let open = item
        .fields
        .iter()
        .any(|f| !matches!(f.vis, syn::Visibility::Inherited));
    if open || item.fields.is_empty() {
        wrong(format!(
            "proof type `{name}` can be made by others: its fields are not private"
        ));
    }
    // a child module could see the private fields
    let child = home
        .ast
        .items
        .iter()
        .any(|i| matches!(i, syn::Item::Mod(m) if m.content.is_none()));
    if child {
        wrong(format!("proof type `{name}` is not defined in a leaf file"));
    }
    for derived in derives(item) {
        if underivable.contains(&derived.as_str()) {
            wrong(format!("proof type `{name}` derives `{derived}`"));
        }
    }
}

fn derives(item: &syn::ItemStruct) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in item.attrs.iter().filter(|a| a.path().is_ident("derive")) {
        let _ = attribute.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|s| s.ident.to_string()));
            Ok(())
        });
    }
    names
}

/// Finds where a proof type is made or given such traits by hand.
struct Maker<'a> {
    name: &'a str,
    source: &'a Source,
    faults: &'a mut Vec<Fault>,
}

impl Maker<'_> {
    fn note(&mut self, path: &syn::Path) {
        // `Event::Sealed { .. }` is a variant of another type
        let mut names = path.segments.iter().rev().map(|s| s.ident.to_string());
        let last = names.next();
        let variant = names
            .next()
            .is_some_and(|n| n.starts_with(char::is_uppercase));
        if !variant && last.is_some_and(|name| name == self.name) {
            let line = path.span().start().line;
            let message = format!(
                "`{}` is made outside of the file that defines it",
                self.name
            );
            self.faults.push(fault(&self.source.path, line, message));
        }
    }
}

impl<'ast> Visit<'ast> for Maker<'_> {
    fn visit_expr_struct(&mut self, made: &'ast syn::ExprStruct) {
        self.note(&made.path);
        syn::visit::visit_expr_struct(self, made);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            self.note(&path.path);
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        // `impl Permit` elsewhere could make `Self { .. }`
        if let syn::Type::Path(target) = &*item.self_ty {
            self.note(&target.path);
        }
        syn::visit::visit_item_impl(self, item);
    }
}

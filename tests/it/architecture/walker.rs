//! Walks over a file and judges every path that it names.

use super::scopes::{Meaning, Scopes, Written, imports, plain, written};
use super::{Fault, Source, rules};
use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// All faults of a file.
pub(super) fn walk(source: &Source, scopes: &Scopes) -> Vec<Fault> {
    let room = source.module.first().cloned();
    let mut walker = Walker {
        path: &source.path,
        room: room.unwrap_or_else(|| "main".to_owned()),
        module: source.module.clone(),
        scopes,
        in_test: 0,
        faults: Vec::new(),
    };
    if source.path != "src/lib.rs" {
        walker.visit_file(&source.ast);
    }
    walker.faults
}

struct Walker<'a> {
    path: &'a str,
    room: String,
    module: Vec<String>,
    scopes: &'a Scopes,
    /// How many `#[cfg(test)]` or `#[test]` items deep.
    in_test: usize,
    faults: Vec<Fault>,
}

impl Walker<'_> {
    fn fault(&mut self, line: usize, message: String) {
        let path = self.path.to_owned();
        self.faults.push(Fault {
            path,
            line,
            message,
        });
    }

    /// Judges a path that is not in a `use`: there a lone name (`http` in a template, a variable) is no crate.
    fn judge_inline(&mut self, path: &Written, line: usize) {
        let lone = !path.absolute && path.segments.len() == 1;
        let bare = [Meaning::Other(path.segments.clone())];
        if !lone || self.scopes.resolve(&self.module, path) != bare {
            self.judge(path, false, line);
        }
    }

    /// Judges one path.
    fn judge(&mut self, path: &Written, glob: bool, line: usize) {
        for meaning in self.scopes.resolve(&self.module, path) {
            let wrong = match &meaning {
                Meaning::Own(path) => rules::own_crate(&self.room, path, glob),
                Meaning::Other(path) => {
                    rules::other_crate(&self.room, path, glob, self.in_test > 0)
                }
            };
            if let Some(message) = wrong {
                self.fault(line, message);
            }
        }
    }

    fn judge_macro_name(&mut self, name: &str, line: usize) {
        let pure = rules::find(&self.room).is_some_and(|r| r.pure);
        if pure && self.in_test == 0 && rules::PRINTING.contains(&name) {
            self.fault(line, format!("pure room `{}` calls `{name}!`", self.room));
        }
    }

    /// Judges the paths in tokens that are not parsed: bodies of macros, arguments of attributes.
    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => {
                    self.tokens(group.stream());
                    at += 1;
                }
                TokenTree::Ident(ident) => {
                    let line = ident.span().start().line;
                    let (path, next) = path_at(&tokens, at);
                    if is_punct(tokens.get(next), '!') {
                        let name = path.segments.last().cloned().unwrap_or_default();
                        self.judge_macro_name(&name, line);
                    }
                    if is_glob(&tokens, next) {
                        self.judge(&path, true, line);
                    } else {
                        self.judge_inline(&path, line);
                    }
                    for path in group_after(&path, &tokens, next) {
                        self.judge(&path, false, line);
                    }
                    at = next;
                }
                _ => at += 1,
            }
        }
    }

    /// Enters an item, counting whether it is only compiled for tests.
    fn within(&mut self, attributes: &[syn::Attribute], walk: impl FnOnce(&mut Self)) {
        let test = usize::from(attributes.iter().any(is_test));
        self.in_test += test;
        walk(self);
        self.in_test -= test;
    }
}

/// Whether an attribute is `#[test]` or `#[cfg(test)]` (not `cfg(not(test))` or `cfg(any(test, ..))`).
fn is_test(attribute: &syn::Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let test = attribute.parse_args::<syn::Ident>();
    attribute.path().is_ident("cfg") && test.is_ok_and(|ident| ident == "test")
}

/// The path that begins at this identifier, and the place behind it.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Written, usize) {
    let absolute = at >= 2 && is_colons(tokens, at - 2);
    let mut segments = Vec::new();
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        segments.push(plain(ident));
        at += 1;
        let more = matches!(tokens.get(at + 2), Some(TokenTree::Ident(_)));
        if !(is_colons(tokens, at) && more) {
            break;
        }
        at += 2;
    }
    (Written { absolute, segments }, at)
}

/// `path::{a, b::c}` inside of tokens: the paths of the group.
fn group_after(path: &Written, tokens: &[TokenTree], next: usize) -> Vec<Written> {
    let Some(TokenTree::Group(group)) = tokens.get(next + 2) else {
        return Vec::new();
    };
    if !is_colons(tokens, next) {
        return Vec::new();
    }
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < inner.len() {
        if !matches!(inner.get(at), Some(TokenTree::Ident(_))) {
            at += 1;
            continue;
        }
        let (tail, behind) = path_at(&inner, at);
        let full = Written {
            absolute: path.absolute,
            segments: [path.segments.clone(), tail.segments].concat(),
        };
        found.extend(group_after(&full, &inner, behind));
        found.push(full);
        at = behind;
    }
    found
}

fn is_glob(tokens: &[TokenTree], next: usize) -> bool {
    is_colons(tokens, next) && is_punct(tokens.get(next + 2), '*')
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes: &[syn::Attribute] = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Const(item) => &item.attrs,
            syn::Item::Static(item) => &item.attrs,
            syn::Item::Struct(item) => &item.attrs,
            _ => &[],
        };
        self.within(attributes, |walker| syn::visit::visit_item(walker, item));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if let Some(away) = item.attrs.iter().find(|a| a.path().is_ident("path")) {
            // the checker tells a file's room by its place
            self.fault(
                away.span().start().line,
                "`#[path]` hides a module".to_owned(),
            );
        }
        self.module.push(plain(&item.ident));
        syn::visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for import in imports(item) {
            self.judge(&import.path, import.name.is_none(), import.line);
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let path = Written {
            absolute: true,
            segments: vec![plain(&item.ident)],
        };
        self.judge(&path, false, item.ident.span().start().line);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.judge_inline(&written(path), path.span().start().line);
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let name = item.path.segments.last().map(|s| plain(&s.ident));
        let line = item.path.span().start().line;
        self.judge_macro_name(&name.unwrap_or_default(), line);
        self.visit_path(&item.path);
        self.tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
        if !attribute.path().is_ident("doc") {
            self.visit_path(attribute.path());
        }
    }
}

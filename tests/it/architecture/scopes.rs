//! What names mean: the modules, aliases and globs of the crate, and how a path is resolved through them.

use super::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use syn::visit::Visit;

/// Longest chain of aliases followed.
const DEPTH: usize = 12;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// A path from the root of our own crate.
    Own(Vec<String>),
    /// A path that begins with another crate.
    Other(Vec<String>),
}

/// A path as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// Whether it begins with `::`.
    pub(super) absolute: bool,
    pub(super) segments: Vec<String>,
}

/// One leaf of a `use` tree.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) path: Written,
    /// The name it gets; `None` for a glob.
    pub(super) name: Option<String>,
    pub(super) line: usize,
}

#[derive(Debug, Default)]
struct Scope {
    children: BTreeSet<String>,
    aliases: BTreeMap<String, Vec<Target>>,
    globs: Vec<Target>,
}

/// What a `use` names, and whether others than the module and those in it can see it.
#[derive(Debug)]
struct Target {
    path: Written,
    public: bool,
}

/// The names of all modules.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    scopes: BTreeMap<Vec<String>, Scope>,
}

/// The leaves of a `use` item.
pub(super) fn imports(item: &syn::ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    let start = Written {
        absolute: item.leading_colon.is_some(),
        segments: Vec::new(),
    };
    leaves(&item.tree, &start, &mut found);
    found
}

fn leaves(tree: &syn::UseTree, before: &Written, found: &mut Vec<Import>) {
    let with = |ident: &syn::Ident| {
        let mut path = before.clone();
        // `use a::{self}` is `use a`
        if ident != "self" || path.segments.is_empty() {
            path.segments.push(plain(ident));
        }
        path
    };
    let mut leaf = |path: Written, name: Option<String>, ident: proc_macro2::Span| {
        let line = ident.start().line;
        found.push(Import { path, name, line });
    };
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, &with(&path.ident), found),
        syn::UseTree::Name(name) => {
            let path = with(&name.ident);
            let known_as = path.segments.last().cloned();
            leaf(path, known_as, name.ident.span());
        }
        syn::UseTree::Rename(rename) => {
            let known_as = Some(plain(&rename.rename));
            leaf(with(&rename.ident), known_as, rename.ident.span());
        }
        syn::UseTree::Glob(glob) => {
            leaf(before.clone(), None, glob.star_token.spans[0]);
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, before, found);
            }
        }
    }
}

/// An identifier without `r#`.
pub(super) fn plain(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// Finds the names of one file.
struct Collector<'a> {
    scopes: &'a mut Scopes,
    module: Vec<String>,
}

impl Collector<'_> {
    fn scope(&mut self) -> &mut Scope {
        self.scopes.scopes.entry(self.module.clone()).or_default()
    }

    fn alias(&mut self, name: String, path: Written, seen: &syn::Visibility) {
        let target = Target {
            path,
            public: is_public(seen),
        };
        self.scope().aliases.entry(name).or_default().push(target);
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = plain(&item.ident);
        self.scope().children.insert(name.clone());
        self.module.push(name);
        self.scope();
        syn::visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for import in imports(item) {
            match import.name {
                Some(name) => self.alias(name, import.path, &item.vis),
                None => self.scope().globs.push(Target {
                    path: import.path,
                    public: is_public(&item.vis),
                }),
            }
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        let own = item.ident == "self";
        let path = Written {
            absolute: !own,
            segments: vec![if own {
                "crate".to_owned()
            } else {
                plain(&item.ident)
            }],
        };
        self.alias(plain(name), path, &item.vis);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        if let syn::Type::Path(target) = &*item.ty {
            self.alias(plain(&item.ident), written(&target.path), &item.vis);
        }
    }
}

/// Anything but private; `pub(super)` and the like are not told apart.
fn is_public(seen: &syn::Visibility) -> bool {
    !matches!(seen, syn::Visibility::Inherited)
}

/// A syntax path as written.
pub(super) fn written(path: &syn::Path) -> Written {
    Written {
        absolute: path.leading_colon.is_some(),
        segments: path.segments.iter().map(|s| plain(&s.ident)).collect(),
    }
}

impl Scopes {
    /// The names of these files.
    pub(super) fn of(sources: &[Source]) -> Self {
        let mut scopes = Self::default();
        for source in sources {
            let mut collector = Collector {
                scopes: &mut scopes,
                module: source.module.clone(),
            };
            collector.scope();
            collector.visit_file(&source.ast);
        }
        scopes
    }

    /// All that a path in this module may lead to. Names that mean neither a module, an import nor a crate of the
    /// manifest (local items, the prelude, variables) lead nowhere.
    pub(super) fn resolve(&self, module: &[String], path: &Written) -> Vec<Meaning> {
        let mut found = Vec::new();
        self.follow(module, path, DEPTH, None, &mut found);
        found.sort();
        found.dedup();
        found
    }

    /// `not` is the alias that is being followed: `use sled;` does not mean itself.
    fn follow(
        &self,
        module: &[String],
        path: &Written,
        depth: usize,
        not: Option<&str>,
        found: &mut Vec<Meaning>,
    ) {
        let Some(first) = path.segments.first() else {
            return;
        };
        let rest = path.segments.get(1..).unwrap_or_default();
        if path.absolute {
            found.push(other(path.segments.clone()));
            return;
        }
        match first.as_str() {
            "crate" => self.step(module, &[], rest, depth, found),
            "self" if rest.first().is_none_or(|next| next != "super") => {
                self.step(module, module, rest, depth, found);
            }
            "self" => {
                let path = Written {
                    absolute: false,
                    segments: rest.to_vec(),
                };
                self.follow(module, &path, depth, None, found);
            }
            "super" => {
                let up = module.split_last().map_or(&[][..], |(_, up)| up);
                match rest.first().map(String::as_str) {
                    Some("super") => {
                        let path = Written {
                            absolute: false,
                            segments: rest.to_vec(),
                        };
                        self.follow(up, &path, depth, None, found);
                    }
                    _ => self.step(module, up, rest, depth, found),
                }
            }
            name => {
                let before = found.len();
                if self
                    .scopes
                    .get(module)
                    .is_some_and(|s| s.children.contains(name))
                {
                    self.step(module, module, &path.segments, depth, found);
                } else if not != Some(name) {
                    self.aliases(module, module, name, rest, depth, found);
                }
                if found.len() == before && is_crate(name) {
                    found.push(other(path.segments.clone()));
                }
            }
        }
    }

    /// Walks down from a module of our own, as the module `from` sees it.
    fn step(
        &self,
        from: &[String],
        module: &[String],
        rest: &[String],
        depth: usize,
        found: &mut Vec<Meaning>,
    ) {
        let scope = self.scopes.get(module);
        let Some(name) = rest.first() else {
            found.push(Meaning::Own(module.to_vec()));
            return;
        };
        let after = rest.get(1..).unwrap_or_default();
        if scope.is_some_and(|s| s.children.contains(name)) {
            let inner = [module, std::slice::from_ref(name)].concat();
            self.step(from, &inner, after, depth, found);
            return;
        }
        let before = found.len();
        self.aliases(from, module, name, after, depth, found);
        if found.len() == before {
            found.push(Meaning::Own([module, rest].concat()));
        }
    }

    /// Follows what a name was imported as in a module, directly or by a glob of another module, as far as `from` can
    /// see it.
    fn aliases(
        &self,
        from: &[String],
        module: &[String],
        name: &str,
        rest: &[String],
        depth: usize,
        found: &mut Vec<Meaning>,
    ) {
        let (Some(scope), Some(depth)) = (self.scopes.get(module), depth.checked_sub(1)) else {
            return;
        };
        let inside = from.starts_with(module);
        let targets = scope.aliases.get(name).into_iter().flatten();
        for target in targets.filter(|t| inside || t.public) {
            let mut path = target.path.clone();
            path.segments.extend_from_slice(rest);
            self.follow(module, &path, depth, Some(name), found);
        }
        for glob in scope.globs.iter().filter(|t| inside || t.public) {
            let mut targets = Vec::new();
            self.follow(module, &glob.path, depth, None, &mut targets);
            for target in targets {
                if let Meaning::Own(inner) = target
                    && inner != module
                    && self.has(&inner, name)
                {
                    let path = [&[name.to_owned()], rest].concat();
                    self.step(module, &inner, &path, depth, found);
                }
            }
        }
    }

    /// Whether a module has a child or an import of this name, or globs that may bring one.
    fn has(&self, module: &[String], name: &str) -> bool {
        self.scopes.get(module).is_some_and(|s| {
            s.children.contains(name) || s.aliases.contains_key(name) || !s.globs.is_empty()
        })
    }
}

/// A path of another crate, or of our own by its name (in `main.rs`).
fn other(segments: Vec<String>) -> Meaning {
    match segments.split_first() {
        Some((first, rest)) if first == "wangxun" => Meaning::Own(rest.to_vec()),
        _ => Meaning::Other(segments),
    }
}

/// Names that are crates: of the manifest, of the language, our own, and some that may come.
static CRATES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    const MANIFEST: &str = include_str!("../../../Cargo.toml");
    let keys = MANIFEST.lines().filter_map(|line| line.split_once('='));
    let listed = keys.map(|(key, _)| key.trim().replace('-', "_"));
    let others = ["std", "core", "alloc", "wangxun", "rand", "headless_chrome"];
    listed.chain(others.map(str::to_owned)).collect()
});

fn is_crate(name: &str) -> bool {
    CRATES.contains(name)
}

//! Plain lists of names: one per line, and the form of a hosts file.

use super::{head_lines, lifted_line};
use crate::model::takedown::action::Scope;
use crate::model::takedown::list::TakedownList;
use crate::model::takedown::target::TargetKind;
use std::collections::BTreeSet;

/// Names of active entries with this scope, sorted.
fn of_scope(list: &TakedownList, scope: Scope) -> BTreeSet<&str> {
    list.active()
        .filter(|e| e.draft().scope == scope)
        .filter(|e| is_name(e.target().kind()))
        .map(|e| e.target().value())
        .collect()
}

fn is_name(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Domain | TargetKind::Subdomain)
}

fn lifted(list: &TakedownList, text: &mut String) {
    for entry in list.lifted().filter(|e| is_name(e.target().kind())) {
        text.push_str(&format!("# {}\n", lifted_line(entry)));
    }
}

/// One name per line, first those with everything beneath them. What no longer holds stands in remarks.
pub fn domains(list: &TakedownList) -> String {
    let mut text = String::new();
    for line in head_lines(list, "domains") {
        text.push_str(&format!("# {line}\n"));
    }
    for (scope, title) in [
        (Scope::Subtree, "the name and everything beneath it"),
        (Scope::Exact, "this name alone"),
    ] {
        text.push_str(&format!("# {title}:\n"));
        for name in of_scope(list, scope) {
            text.push_str(name);
            text.push('\n');
        }
    }
    lifted(list, &mut text);
    text
}

/// A hosts file. It knows no wildcards: of a name with everything beneath it, the name and its `www` are blocked.
pub fn hosts(list: &TakedownList) -> String {
    let mut text = String::new();
    let form = "hosts; names beneath others cannot be blocked here, use the zone";
    for line in head_lines(list, form) {
        text.push_str(&format!("# {line}\n"));
    }
    let mut names: BTreeSet<String> = of_scope(list, Scope::Exact)
        .into_iter()
        .map(str::to_owned)
        .collect();
    for tree in of_scope(list, Scope::Subtree) {
        names.insert(tree.to_owned());
        if !tree.starts_with("www.") {
            names.insert(format!("www.{tree}"));
        }
    }
    for name in names {
        text.push_str(&format!("0.0.0.0 {name}\n"));
    }
    lifted(list, &mut text);
    text
}

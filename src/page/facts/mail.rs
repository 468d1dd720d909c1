//! Mail addresses.

use super::found::Found;
use crate::model::identity::{FactCheck, FactKind};

/// Looks at every `@`.
pub(super) fn addresses(found: &mut Found<'_>) {
    let text = found.text();
    for (at, _) in text.match_indices('@') {
        let local = text[..at]
            .bytes()
            .rev()
            .take(64)
            .take_while(|b| {
                b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'%')
            })
            .count();
        let domain = text[at + 1..]
            .bytes()
            .take(120)
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
            .count();
        let domain = text[at + 1..at + 1 + domain].trim_end_matches(['.', '-']);
        let start = at - local;
        let name = text[start..at].trim_start_matches(['.', '-', '%']);
        let start = at - name.len();
        if name.is_empty() || !is_domain(domain) {
            continue;
        }
        let value = format!("{name}@{domain}").to_ascii_lowercase();
        let check = if matches!(
            domain,
            "example.com" | "example.org" | "xxx.com" | "domain.com"
        ) {
            FactCheck::Template
        } else {
            FactCheck::None
        };
        let parts = vec![("domain", domain.to_ascii_lowercase())];
        found.add(
            FactKind::Email,
            start..at + 1 + domain.len(),
            value,
            check,
            parts,
        );
    }
}

/// At least two labels, the last of letters.
fn is_domain(domain: &str) -> bool {
    let Some((rest, last)) = domain.rsplit_once('.') else {
        return false;
    };
    last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphabetic())
        && !matches!(
            last.to_ascii_lowercase().as_str(),
            "png" | "jpg" | "gif" | "js" | "css" | "svg" | "webp"
        )
        && rest.split('.').all(|label| !label.is_empty())
}

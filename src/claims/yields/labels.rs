//! Labels: the word that says what an amount is, before or after it.

use super::amounts::Amount;
use super::scope::Scope;
use super::vocabulary::Role;

/// The word that names what the amount is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    pub(super) index: usize,
    /// Bytes between it and the amount.
    pub(super) distance: usize,
    pub(super) before: bool,
}

/// What stands on one side of an amount.
#[derive(Debug, Clone, Copy)]
enum Found {
    Label(Label),
    /// A word that makes the amount no yield, at this distance.
    NotYield(usize),
    Nothing,
}

/// How far a label may stand before its amount, in bytes (twelve characters).
pub(super) const REACH_BEFORE: usize = 36;
/// How far it may stand after.
const REACH_AFTER: usize = 18;

/// The nearer of the labels before and after; `None` when there is none or a figure of another kind is nearer.
pub(super) fn label_of(scope: &Scope<'_>, amount: &Amount) -> Option<Label> {
    let before = look_before(scope, amount);
    let after = look_after(scope, amount);
    match (before, after) {
        (Found::Label(a), Found::Label(b)) => Some(if a.distance <= b.distance.max(6) {
            a
        } else {
            b
        }),
        (Found::Label(a), Found::NotYield(not)) => (a.distance <= not.max(6)).then_some(a),
        (Found::NotYield(not), Found::Label(b)) => (b.distance < not).then_some(b),
        (Found::Label(a), Found::Nothing) => Some(a),
        (Found::Nothing, Found::Label(b)) => Some(b),
        _ => None,
    }
}

fn look_before(scope: &Scope<'_>, amount: &Amount) -> Found {
    for (index, token) in scope
        .tokens
        .iter()
        .enumerate()
        .take(amount.first)
        .rev()
        .take(12)
    {
        let distance = amount.start - token.end;
        if distance > REACH_BEFORE {
            return Found::Nothing;
        }
        match token.role() {
            Some(Role::Full | Role::Comma) => return Found::Nothing,
            Some(Role::Line) if !scope.is_blank(token.end, amount.start) => return Found::Nothing,
            Some(Role::NotYield) => return Found::NotYield(distance),
            Some(Role::Unit(_) | Role::PerPrefix(_)) => return Found::Nothing,
            Some(Role::Yuan) if !scope.is_minimum(token.end) => return Found::Nothing,
            None if token.number().is_some_and(|n| n >= 1000.0) && !scope.is_minimum(token.end) => {
                return Found::Nothing;
            }
            Some(role) if is_label(role) => {
                return Found::Label(Label {
                    index,
                    distance,
                    before: true,
                });
            }
            Some(Role::Back | Role::Gain) if distance == 0 && scope.is_return_verb(token) => {
                return Found::Label(Label {
                    index,
                    distance,
                    before: true,
                });
            }
            _ => {}
        }
    }
    Found::Nothing
}

fn look_after(scope: &Scope<'_>, amount: &Amount) -> Found {
    for (index, token) in scope
        .tokens
        .iter()
        .enumerate()
        .skip(amount.last + 1)
        .take(5)
    {
        let distance = token.start.saturating_sub(amount.end);
        if distance > REACH_AFTER {
            return Found::Nothing;
        }
        match token.role() {
            Some(Role::Full | Role::Comma | Role::Unit(_)) | None => return Found::Nothing,
            Some(Role::NotYield) if distance <= 9 => return Found::NotYield(distance),
            // A card names its figure on the next line; in a table the next line begins with another row's name.
            Some(Role::Line)
                if !scope.is_blank(amount.end, token.start) || !begins_line(scope, amount) =>
            {
                return Found::Nothing;
            }
            Some(role) if is_label(role) && distance <= REACH_AFTER => {
                return Found::Label(Label {
                    index,
                    distance,
                    before: false,
                });
            }
            _ => {}
        }
    }
    Found::Nothing
}

/// Whether nothing stands before an amount on its line.
fn begins_line(scope: &Scope<'_>, amount: &Amount) -> bool {
    let before = scope.text.get(..amount.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim().is_empty()
}

fn is_label(role: Role) -> bool {
    matches!(
        role,
        Role::Basis(_) | Role::Label | Role::YearlyLabel | Role::Subsidy
    )
}

/// In a list (6个月8%、12个月10%) the later amounts share the first one's label.
pub(super) fn inherited(
    scope: &Scope<'_>,
    amount: &Amount,
    last: Option<(usize, Label, Role)>,
) -> Option<Label> {
    let (last_token, label, _) = last?;
    let between = scope.tokens.get(last_token + 1..amount.first)?;
    let listed = between.len() <= 8
        && between.iter().all(|t| {
            !matches!(
                t.role(),
                Some(Role::Full | Role::Line | Role::NotYield | Role::Yuan)
            )
        });
    let own_term = scope
        .duration_before(amount.first)
        .is_some_and(|(_, gap)| gap <= 6);
    let joined = scope
        .tokens
        .get(last_token)
        .and_then(|t| scope.text.get(t.end..amount.start))
        .is_some_and(|gap| matches!(gap.trim(), "、" | "/" | "和" | "或" | "及" | "+"));
    let with_unit = amount.unit.is_some() || scope.is_term_and_slash(label.index, amount.first);
    (listed && with_unit && (own_term || joined)).then_some(Label {
        distance: REACH_BEFORE,
        ..label
    })
}

//! `who.toml`: words around names.

use super::check::{Fault, check_words};
use crate::model::who::{SpeakerWords, WhoWords};
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    speaker: Speaker,
    #[serde(default)]
    operator: Operator,
    #[serde(default)]
    payee: Payee,
    #[serde(default)]
    raising: Raising,
    #[serde(default)]
    loan: Loan,
    custody: Custody,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Speaker {
    reserved: Vec<String>,
    unreserved: Vec<String>,
    generic: Vec<String>,
    role_after: Vec<String>,
    yardstick: Vec<String>,
    not_before: Vec<String>,
    not_after: Vec<String>,
    person: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Operator {
    before: Vec<String>,
    after: Vec<String>,
    partner: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Payee {
    before: Vec<String>,
    roles: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Raising {
    public: Vec<String>,
    restricted: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Loan {
    annual: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Custody {
    claims: Vec<String>,
    before: Vec<String>,
}

pub(super) fn read(name: &str, text: &str, faults: &mut Vec<Fault>) -> WhoWords {
    let file: File = super::word_files::parse(name, text, faults);
    let s = &file.speaker;
    for (field, words) in [
        ("speaker.reserved", &s.reserved),
        ("speaker.unreserved", &s.unreserved),
        ("speaker.generic", &s.generic),
        ("speaker.role_after", &s.role_after),
        ("speaker.yardstick", &s.yardstick),
        ("speaker.not_before", &s.not_before),
        ("speaker.not_after", &s.not_after),
        ("speaker.person", &s.person),
        ("operator.before", &file.operator.before),
        ("operator.after", &file.operator.after),
        ("operator.partner", &file.operator.partner),
        ("payee.before", &file.payee.before),
        ("payee.roles", &file.payee.roles),
        ("raising.public", &file.raising.public),
        ("raising.restricted", &file.raising.restricted),
        ("loan.annual", &file.loan.annual),
        ("custody.claims", &file.custody.claims),
        ("custody.before", &file.custody.before),
    ] {
        check_words(name, 0, field, words, faults);
    }
    WhoWords {
        speaker: SpeakerWords {
            reserved: file.speaker.reserved,
            unreserved: file.speaker.unreserved,
            generic: file.speaker.generic,
            role_after: file.speaker.role_after,
            yardstick: file.speaker.yardstick,
            not_before: file.speaker.not_before,
            not_after: file.speaker.not_after,
            person: file.speaker.person,
        },
        operator_before: file.operator.before,
        operator_after: file.operator.after,
        partner: file.operator.partner,
        payee_before: file.payee.before,
        payee_roles: file.payee.roles,
        public: file.raising.public,
        restricted: file.raising.restricted,
        annual: file.loan.annual,
        custody: file.custody.claims,
        custody_before: file.custody.before,
    }
}

//! The fields of the search index.

use super::tokens::CUTTER;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// The fields by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// Evidence id.
    pub(super) id: Field,
    /// Text record, masked.
    pub(super) text: Field,
    /// Title of the page, masked.
    pub(super) title: Field,
    /// Final address and address asked for, masked.
    pub(super) url: Field,
    /// Host and the domains above it.
    pub(super) domain: Field,
    /// Platform of the patrol list.
    pub(super) platform: Field,
    /// Names of brand, operator and payee.
    pub(super) subject: Field,
    /// ICP numbers.
    pub(super) icp: Field,
    /// Case numbers.
    pub(super) case: Field,
    /// Digests of package and payloads.
    pub(super) digest: Field,
    /// Rules that fired.
    pub(super) rule: Field,
    /// Begin of the capture, milliseconds since 1970.
    pub(super) captured: Field,
    /// Score, 0 to 100.
    pub(super) score: Field,
}

impl Fields {
    /// The fields and the schema that they make.
    pub(super) fn schema() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let cut = |stored: bool| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(CUTTER)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            let options = TextOptions::default().set_indexing_options(indexing);
            if stored {
                options.set_stored()
            } else {
                options
            }
        };
        let fields = Self {
            id: schema.add_text_field("id", STRING | STORED),
            text: schema.add_text_field("text", cut(true)),
            title: schema.add_text_field("title", cut(true)),
            url: schema.add_text_field("url", cut(true)),
            domain: schema.add_text_field("domain", STRING),
            platform: schema.add_text_field("platform", cut(true)),
            subject: schema.add_text_field("subject", cut(true)),
            icp: schema.add_text_field("icp", STRING),
            case: schema.add_text_field("case", STRING | STORED),
            digest: schema.add_text_field("digest", STRING),
            rule: schema.add_text_field("rule", STRING | STORED),
            captured: schema.add_i64_field("captured", INDEXED | FAST | STORED),
            score: schema.add_f64_field("score", INDEXED | FAST | STORED),
        };
        (fields, schema.build())
    }
}

//! How a step is told: one line for people, or one JSON line with its `step`.

use crate::cli::arguments::Format;
use crate::cli::exit::Trouble;
use crate::cli::output::Output;
use serde_json::{Map, Value};
use std::fmt::Display;

/// Tells of steps.
pub struct Steps {
    format: Format,
}

impl Steps {
    /// In this form.
    pub fn new(format: Format) -> Self {
        Self { format }
    }

    /// Whether steps are told as JSON.
    pub fn are_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Tells of one step: `step` is its word, `label` its name, `facts` an object.
    pub fn tell(
        &self,
        step: &str,
        label: &str,
        line: impl Display,
        facts: Value,
    ) -> Result<(), Trouble> {
        if !self.are_json() {
            return Output.line(format!("{label}  {line}"));
        }
        let mut all = Map::new();
        all.insert("step".to_owned(), step.into());
        if let Value::Object(facts) = facts {
            all.extend(facts);
        }
        Output.json_line(&all)
    }
}

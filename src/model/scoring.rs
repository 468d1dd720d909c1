//! How named parts become a score, from `lexicons/score.toml`.

use super::finding::Colour;

/// Weights, caps and colours of the score.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scoring {
    /// The named parts in the order shown.
    pub parts: Vec<Part>,
    /// Points from which a score is red.
    pub red: f64,
    /// Points from which it is orange; below, any points are yellow.
    pub orange: f64,
}

/// One named part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its name in stored forms, such as `compliance`.
    pub name: String,
    /// Its name for officers, in Chinese.
    pub label: String,
    /// Points of one unit (a degree of severity, a further page, ...).
    pub unit: f64,
    /// Points at most.
    pub most: f64,
}

impl Scoring {
    /// The part of this name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|p| p.name == name)
    }

    /// Points of one unit of a part; 1 for a part that the file does not know.
    pub fn unit(&self, name: &str) -> f64 {
        self.part(name).map_or(1.0, |p| p.unit)
    }

    /// The colour of a sum.
    pub fn colour(&self, total: f64) -> Colour {
        match total {
            t if t <= 0.0 => Colour::Green,
            t if t >= self.red => Colour::Red,
            t if t >= self.orange => Colour::Orange,
            _ => Colour::Yellow,
        }
    }
}

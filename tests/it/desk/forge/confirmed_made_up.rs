//! A `Confirmed` out of nothing: its fields are private.

use wangxun::model::determination::{Confirmed, Determination};

fn forge(determination: Determination) -> Confirmed {
    Confirmed {
        determination,
        keys: [String::new(), String::new()],
    }
}

fn main() {}

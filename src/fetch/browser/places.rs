//! Where things stand on a shown page: their boxes, asked for by CSS paths while the page is still open.

use crate::model::image::PixelBox;
use crate::model::rendering::PagePlace;
use serde_json::Value;
use std::fmt;
use url::Url;

/// Places asked for on one page.
const MOST: usize = 200;

/// Which: from the document and its address to CSS paths.
pub struct Places(Box<Paths>);

/// CSS paths for a document and its address.
type Paths = dyn Fn(&str, &Url) -> Vec<String> + Send + Sync;

impl Places {
    /// Asks for what `paths` gives.
    pub fn new(paths: impl Fn(&str, &Url) -> Vec<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(paths))
    }

    /// The paths for a document.
    pub(super) fn paths(&self, dom: &str, url: &Url) -> Vec<String> {
        let mut paths = (self.0)(dom, url);
        paths.truncate(MOST);
        paths
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Places")
    }
}

/// The script that measures these paths.
pub(super) fn script(paths: &[String]) -> String {
    let paths = Value::from(paths.to_vec());
    format!(
        "({paths}).map((path) => {{ try {{ const found = document.querySelector(path); if (!found) return null; \
         const box = found.getBoundingClientRect(); \
         return [box.left + scrollX, box.top + scrollY, box.width, box.height]; }} catch (e) {{ return null; }} }})"
    )
}

/// The places of an answer to it; what has no size or no place is left out.
pub(super) fn places(paths: Vec<String>, answer: &Value) -> Vec<PagePlace> {
    let boxes = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    let measured = paths.into_iter().zip(boxes).filter_map(|(path, measured)| {
        let length = |at: usize| {
            let length = measured.get(at)?.as_f64().filter(|l| l.is_finite())?;
            Some(length.clamp(0.0, 1e6).round() as u32)
        };
        let place = PixelBox {
            x: length(0)?,
            y: length(1)?,
            width: length(2)?,
            height: length(3)?,
        };
        (place.area() > 0).then_some(PagePlace { path, place })
    });
    measured.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_measured_is_left_out() {
        let paths = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let answer = json!([[1.4, 2.6, 30, 40], null, [0, 0, 0, 9], ["x", 1, 2, 3]]);
        let found = places(paths, &answer);
        assert_eq!(found.len(), 1);
        let place = found.first().expect("one").place;
        assert_eq!(
            (place.x, place.y, place.width, place.height),
            (1, 3, 30, 40)
        );
    }

    #[test]
    fn paths_cannot_break_out_of_the_script() {
        let script = script(&["\"]);alert(1)//".to_owned()]);
        assert!(script.starts_with(r#"(["\"]);alert(1)//"])"#), "{script}");
    }
}

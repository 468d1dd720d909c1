//! Images of a page as they are stored: the `urn:images:` record of a capture (format `wangxun-images/1`), and the list in a
//! manifest.

use crate::model::image::{
    ArchivedImage, ImageKind, ImageReading, PixelBox, QrCode, SeenImage, TextLine,
};
use serde::{Deserialize, Serialize};
use url::Url;

/// Name and version of the record's format.
pub const IMAGES_FORMAT: &str = "wangxun-images/1";

/// All images of a page that were looked at, or were not, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageImages {
    /// [`IMAGES_FORMAT`].
    pub format: String,
    /// The images, in the order of the page.
    pub images: Vec<StoredImage>,
}

/// One image of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredImage {
    /// Its address; `data:` and its digest for one in the page itself.
    pub address: String,
    /// `img`, `background` or `poster`.
    pub kind: String,
    /// CSS path of the element.
    pub path: String,
    /// Number of the advertisement slot it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<u32>,
    /// The link that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Why it was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_seen: Option<String>,
    /// What was read in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<StoredReading>,
    /// Where the archive of the run keeps its exchange; none for an image in the page itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<StoredPlaceOfImage>,
    /// In a manifest: whether its exchange is in the package.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_package: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// What was read in an image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredReading {
    /// SHA-256 of the image file, lower-case hex.
    pub sha256: String,
    /// Bytes of the image file.
    pub bytes: u64,
    /// `png`, `jpeg`, `webp`, `gif`; empty when it could not be told.
    pub format: String,
    /// Width in pixels; 0 when unknown.
    pub width: u32,
    /// Height in pixels; 0 when unknown.
    pub height: u32,
    /// Perceptual hash: 256 bits in hex, near in Hamming distance for images that look alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<String>,
    /// What read the text; empty where nothing did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reader: String,
    /// Why no text was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Lines of text. Read by a machine: to be held against the image by eye.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<StoredLine>,
    /// QR codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<StoredCode>,
}

/// One line of text in an image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredLine {
    /// The text.
    pub text: String,
    /// How sure the reader is, 0 to 100.
    pub confidence: f32,
    /// Left, top, width, height in pixels of the image.
    pub place: [u32; 4],
    /// Number of its paragraph.
    pub paragraph: u32,
}

/// One QR code in an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCode {
    /// What it says.
    pub payload: String,
    /// Left, top, width, height in pixels of the image.
    pub place: [u32; 4],
}

/// Where the archive of a run keeps an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPlaceOfImage {
    /// The name under which it was captured.
    pub visit: String,
    /// Name of the WARC file.
    pub file: String,
    /// Where its records begin.
    pub offset: u64,
    /// Their bytes.
    pub length: u64,
    /// Record id of the response, without angle brackets.
    pub response: String,
    /// SHA-256 of the response's payload, lower-case hex.
    pub payload_sha256: String,
}

impl From<&[SeenImage]> for PageImages {
    fn from(images: &[SeenImage]) -> Self {
        Self {
            format: IMAGES_FORMAT.to_owned(),
            images: images.iter().map(Into::into).collect(),
        }
    }
}

impl PageImages {
    /// The images; those that cannot be had back are left out.
    pub fn images(&self) -> Vec<SeenImage> {
        self.images.iter().filter_map(StoredImage::image).collect()
    }
}

impl From<&SeenImage> for StoredImage {
    fn from(image: &SeenImage) -> Self {
        Self {
            address: image.address.clone(),
            kind: image.kind.code().to_owned(),
            path: image.path.clone(),
            slot: image.slot,
            link: image.link.as_ref().map(Url::to_string),
            not_seen: image.outcome.as_ref().err().cloned(),
            reading: image.outcome.as_ref().ok().map(Into::into),
            archived: image.archived.as_ref().map(|place| StoredPlaceOfImage {
                visit: place.visit.clone(),
                file: place.file.clone(),
                offset: place.offset,
                length: place.length,
                response: place.response_id.clone(),
                payload_sha256: place.payload_sha256.clone(),
            }),
            in_package: false,
        }
    }
}

impl StoredImage {
    /// The image, if all that must be there is.
    pub fn image(&self) -> Option<SeenImage> {
        let outcome = match (&self.reading, &self.not_seen) {
            (Some(reading), _) => Ok(reading.reading()?),
            (None, Some(why)) => Err(why.clone()),
            (None, None) => return None,
        };
        Some(SeenImage {
            address: self.address.clone(),
            kind: ImageKind::ALL.into_iter().find(|k| k.code() == self.kind)?,
            path: self.path.clone(),
            slot: self.slot,
            link: self.link.as_deref().and_then(|l| Url::parse(l).ok()),
            outcome,
            archived: self.archived.as_ref().map(|place| ArchivedImage {
                visit: place.visit.clone(),
                file: place.file.clone(),
                offset: place.offset,
                length: place.length,
                response_id: place.response.clone(),
                payload_sha256: place.payload_sha256.clone(),
            }),
        })
    }
}

fn stored_box(place: &PixelBox) -> [u32; 4] {
    [place.x, place.y, place.width, place.height]
}

fn pixel_box([x, y, width, height]: [u32; 4]) -> PixelBox {
    PixelBox {
        x,
        y,
        width,
        height,
    }
}

impl From<&ImageReading> for StoredReading {
    fn from(reading: &ImageReading) -> Self {
        let line = |line: &TextLine| StoredLine {
            text: line.text.clone(),
            // Tenths are what the reader knows; JSON has no word for what is no number.
            confidence: Some((line.confidence * 10.0).round() / 10.0)
                .filter(|c| c.is_finite())
                .unwrap_or(0.0),
            place: stored_box(&line.place),
            paragraph: line.paragraph,
        };
        let code = |code: &QrCode| StoredCode {
            payload: code.payload.clone(),
            place: stored_box(&code.place),
        };
        Self {
            sha256: hex::encode(reading.sha256),
            bytes: reading.bytes,
            format: reading.format.clone(),
            width: reading.width,
            height: reading.height,
            look: reading.look.map(hex::encode),
            reader: reading.reader.clone(),
            unread: reading.unread.clone(),
            lines: reading.lines.iter().map(line).collect(),
            codes: reading.codes.iter().map(code).collect(),
        }
    }
}

impl StoredReading {
    /// The reading; none when a digest cannot be read.
    pub fn reading(&self) -> Option<ImageReading> {
        let digest = |text: &str| {
            let mut bytes = [0u8; 32];
            hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
        };
        let line = |line: &StoredLine| TextLine {
            text: line.text.clone(),
            confidence: line.confidence,
            place: pixel_box(line.place),
            paragraph: line.paragraph,
        };
        let code = |code: &StoredCode| QrCode {
            payload: code.payload.clone(),
            place: pixel_box(code.place),
        };
        Some(ImageReading {
            sha256: digest(&self.sha256)?,
            bytes: self.bytes,
            format: self.format.clone(),
            width: self.width,
            height: self.height,
            look: self.look.as_deref().and_then(digest),
            lines: self.lines.iter().map(line).collect(),
            codes: self.codes.iter().map(code).collect(),
            unread: self.unread.clone(),
            reader: self.reader.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_back_as_they_were() {
        let reading = ImageReading {
            format: "png".to_owned(),
            width: 640,
            height: 960,
            look: Some([7; 32]),
            lines: vec![TextLine {
                text: "保本".to_owned(),
                confidence: 91.5,
                place: pixel_box([1, 2, 3, 4]),
                paragraph: 9,
            }],
            codes: vec![QrCode {
                payload: "http://a.test/".to_owned(),
                place: pixel_box([5, 6, 7, 8]),
            }],
            reader: "reader 1".to_owned(),
            ..ImageReading::unread([3; 32], 9, "")
        };
        let seen = SeenImage {
            address: "http://a.test/p.png".to_owned(),
            kind: ImageKind::Background,
            path: "body > div".to_owned(),
            slot: Some(2),
            link: Url::parse("http://b.test/").ok(),
            outcome: Ok(reading),
            archived: Some(ArchivedImage {
                visit: "image-1".to_owned(),
                file: "r-00001.warc.gz".to_owned(),
                offset: 10,
                length: 20,
                response_id: "urn:uuid:x".to_owned(),
                payload_sha256: "00".to_owned(),
            }),
        };
        let missed = SeenImage {
            outcome: Err("robots.txt".to_owned()),
            archived: None,
            ..seen.clone()
        };
        let all = [seen, missed];
        let stored = PageImages::from(all.as_slice());
        let json = serde_json::to_string(&stored).expect("json");
        let back: PageImages = serde_json::from_str(&json).expect("reads back");
        assert_eq!(back.images(), all);
    }
}

//! WARC 1.1 (ISO 28500:2017), written record by record and read as a stream.
//!
//! [`member`] makes one gzip member per record, [`headers`] holds named fields, [`encode`] turns a capture into its
//! records, [`decode`] turns the records back into the capture, [`reader`] reads anybody's files.

pub mod decode;
pub mod encode;
pub mod error;
pub mod headers;
pub mod http;
pub(crate) mod images;
pub mod member;
pub mod reader;
pub(crate) mod rendering;
pub(crate) mod resource;
pub(crate) mod stated;

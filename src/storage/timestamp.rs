//! Trusted time: tokens of time-stamp authorities (RFC 3161) beside sealed packages.
//!
//! [`request`] makes the question, [`token`] judges an answer, [`stamp`] puts it beside the package and tells later what
//! lies there. The question is sent by the room that speaks HTTP; nothing here uses the network or believes an answer
//! unseen.

pub mod request;
mod signer;
pub mod stamp;
pub mod token;

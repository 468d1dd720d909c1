//! Images to text and QR payloads.

mod posters;

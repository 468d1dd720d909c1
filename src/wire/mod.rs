//! Serde forms of what is stored or sent, with versions. Keepers, export, corridors and doors share them.

pub mod access;
pub mod ad;
pub mod alert;
pub mod capture_mark;
pub mod custody;
pub mod custody_record;
pub mod custody_state;
pub mod environment;
pub mod file_digest;
pub mod frontier;
pub mod image;
pub mod import;
pub mod item_images;
pub mod item_page;
pub mod item_row;
pub mod journal_entry;
pub mod manifest;
pub mod page_info;
pub mod reaudit;
pub mod rows;
pub mod site_row;
pub mod verdict;
pub mod wacz;
pub mod who;

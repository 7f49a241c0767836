//! What this domain keeps about people: files are the organisation's and stay, without the name of who brought them.

use kernel::privacy::{Erasure, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[PersonRows::of_member("file", "created_by", "Files they attached")
    .exported("files", &["name", "media_type", "size", "sha256", "created_at", "deleted_at"], &[])
    .erased(Erasure::Pseudonym("they belong to the records of the organisation"))];

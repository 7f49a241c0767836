//! What this domain keeps about people.

use kernel::privacy::{Erasure, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[PersonRows::of_member(
    "record_comment",
    "created_by",
    "Comments they wrote on records other than items",
)
.exported(
    "record_comments",
    &["record_kind", "record_id", "body", "created_at", "updated_at", "deleted_at"],
    &[],
)
.erased(Erasure::Pseudonym("others answered them, and decisions were made by them"))];

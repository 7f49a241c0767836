//! What this domain keeps about people: webhooks are the organisation's and stay, without the name of who made them.

use kernel::privacy::PersonRows;

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    PersonRows::by("webhook", "created_by", "Webhooks they made"),
    PersonRows::by("webhook", "updated_by", "Webhooks they changed"),
    PersonRows::by("incoming_hook", "created_by", "Incoming hooks they made"),
    PersonRows::by("incoming_hook", "updated_by", "Incoming hooks they changed"),
];

//! What this domain keeps about people: time is accounted for by the organisation and stays, without the name.

use kernel::privacy::{Erasure, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    PersonRows::of_member("time_entry", "member_id", "Time they logged")
        .exported(
            "time_entries",
            &["item_id", "day", "minutes", "note", "created_at", "updated_at", "deleted_at"],
            &["version"],
        )
        .erased(Erasure::Pseudonym("the work is accounted for by it")),
    PersonRows::of_member("time_day", "member_id", "Days on which they logged time")
        .not_exported("the entries in the export say it"),
    PersonRows::of_member("timer", "member_id", "The timer that runs for them").exported(
        "timers",
        &["item_id", "started_at"],
        &[],
    ),
];

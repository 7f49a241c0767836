//! What this domain keeps about people: work that was planned stays without the name, what people arranged goes with them.

use kernel::privacy::{Erasure, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    PersonRows::of_member("event", "organiser_id", "Events they made")
        .exported(
            "events",
            &[
                "id",
                "title",
                "place",
                "note",
                "shared",
                "starts_at",
                "ends_at",
                "starts_on",
                "ends_on",
                "created_at",
                "updated_at",
                "deleted_at",
            ],
            &["version"],
        )
        .erased(Erasure::Pseudonym("others are invited to them")),
    PersonRows::of_member("event_guest", "member_id", "Events they are invited to").exported(
        "invitations",
        &["event_id", "answer", "answered_at"],
        &[],
    ),
    PersonRows::of_member("booking", "member_id", "Bookings of their time")
        .exported(
            "bookings",
            &[
                "id",
                "team_id",
                "item_id",
                "note",
                "state",
                "minutes",
                "starts_at",
                "ends_at",
                "created_at",
                "updated_at",
            ],
            &["job_type_id", "step_id", "version"],
        )
        .erased(Erasure::Pseudonym("the work is planned by it")),
    PersonRows::by("booking", "created_by", "Bookings they made"),
];

//! What this domain keeps about people.

use kernel::privacy::PersonRows;

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    PersonRows::of_member("notification", "member_id", "What they were told of").exported(
        "notifications",
        &[
            "kind",
            "reason",
            "title",
            "excerpt",
            "path",
            "created_at",
            "in_app",
            "read_at",
            "held_back",
            "mail",
            "mailed_at",
        ],
        &["id", "actor_id", "record_id", "source_id"],
    ),
    PersonRows::of_member("notification", "actor_id", "What others were told of that they did")
        .not_exported("it is in the inboxes of others; the audit log in the export says what they did"),
    PersonRows::of_member("notification_setting", "member_id", "What they want to be told of").exported(
        "notification_settings",
        &["place_id", "kind", "in_app", "mail", "push"],
        &[],
    ),
    PersonRows::of_member("push_subscription", "member_id", "Browsers in which they are told").exported(
        "push_subscriptions",
        &["device", "created_at", "told_at"],
        &["id", "endpoint", "public_key", "secret"],
    ),
    PersonRows::of_member("notification_mute", "member_id", "Until when they are left alone").exported(
        "notification_mute",
        &["muted_until"],
        &[],
    ),
];

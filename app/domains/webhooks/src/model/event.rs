//! What a webhook can be told of: the catalogue of events by area.
//!
//! Domains record events without knowing who listens, so the catalogue stands here, as the log's list of areas stands with
//! the log. A test reads the sources and fails on an event that is recorded and not listed.

/// Everything.
pub const EVERYTHING: &str = "*";

/// What a webhook gets when somebody tries it. It is never recorded, and nobody has to ask for it.
pub const TEST: &str = "webhook.test";

/// What came by an incoming hook. [`EVERYTHING`] leaves it out, or two programs could keep each other busy for ever.
pub const RECEIVED: &str = "hook.received";

/// The events of one area.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// What the kinds of its events begin with.
    pub key: &'static str,
    /// The name on a page.
    pub label: &'static str,
    /// What can happen, without the area.
    pub acts: &'static [&'static str],
}

impl Area {
    /// What can happen, as in `item.moved`.
    pub fn kinds(&self) -> impl Iterator<Item = String> + use<> {
        let key = self.key;
        self.acts.iter().map(move |act| format!("{key}.{act}"))
    }

    /// All of it, as in `item.*`.
    pub fn pattern(&self) -> String {
        format!("{}.*", self.key)
    }
}

/// Every area, those that programs mostly ask for first.
pub const AREAS: &[Area] = &[
    Area {
        key: "item",
        label: "Items",
        acts: &[
            "created",
            "edited",
            "moved",
            "deleted",
            "restored",
            "decided",
            "delegated",
            "decision_withdrawn",
            "reminded",
            "commented",
            "comment_deleted",
            "comment_restored",
            "file_added",
            "file_refused",
            "file_deleted",
            "file_restored",
            "file_shared",
            "time_logged",
            "time_changed",
            "time_deleted",
            "time_restored",
            "rule_called",
            "clock_paused",
            "clock_resumed",
            "escalated",
        ],
    },
    Area {
        key: "rule",
        label: "Automation rules",
        acts: &["created", "changed", "deleted", "restored", "retried"],
    },
    Area {
        key: "workflow",
        label: "Workflows",
        acts: &[
            "created",
            "published",
            "migrated",
            "draft_discarded",
            "form_opened",
            "form_changed",
            "form_closed",
            "form_link_renewed",
        ],
    },
    Area {
        key: "booking",
        label: "Bookings",
        acts: &["created", "planned", "unplanned", "moved", "changed", "finished", "cancelled", "restored"],
    },
    Area {
        key: "event",
        label: "Events in the calendar",
        acts: &["created", "changed", "deleted", "restored", "answered"],
    },
    Area { key: "job_type", label: "Job types", acts: &["created", "changed", "deleted", "restored"] },
    Area {
        key: "file",
        label: "Files elsewhere",
        acts: &["added", "refused", "deleted", "restored", "shared"],
    },
    Area { key: "client", label: "Clients", acts: &["created", "updated", "deleted", "restored"] },
    Area { key: "project", label: "Projects", acts: &["created", "updated", "deleted", "restored"] },
    Area { key: "comment", label: "Comments on clients", acts: &["written", "deleted", "restored"] },
    Area {
        key: "conversation",
        label: "Conversations",
        acts: &["started", "renamed", "members_added", "member_removed", "left"],
    },
    Area {
        key: "member",
        label: "Members",
        acts: &[
            "invited",
            "invited_again",
            "joined",
            "role_changed",
            "role_given",
            "role_taken",
            "suspended",
            "reactivated",
            "removed",
            "restored",
            "left",
            "profile_changed",
            "hours_changed",
            "picture_set",
            "picture_removed",
            "home_brand_set",
            "logged_out",
        ],
    },
    Area {
        key: "team",
        label: "Teams",
        acts: &[
            "created",
            "updated",
            "deleted",
            "restored",
            "member_added",
            "member_removed",
            "capacity_changed",
            "member_capacity_changed",
            "hours_changed",
        ],
    },
    Area { key: "role", label: "Roles", acts: &["created", "updated", "removed", "restored"] },
    Area {
        key: "organisation",
        label: "Organisation",
        acts: &[
            "created",
            "updated",
            "deleted",
            "restored",
            "logo_set",
            "logo_removed",
            "default_brand_set",
            "factor_required",
            "factor_optional",
            "audit_exported",
            "hours_changed",
        ],
    },
    Area {
        key: "brand",
        label: "Brands",
        acts: &["created", "updated", "removed", "restored", "logo_set", "logo_removed"],
    },
    Area { key: "person", label: "Personal data", acts: &["exported", "erased"] },
    Area { key: "support", label: "Support", acts: &["allowed", "withdrawn", "entered", "left"] },
    Area { key: "mail", label: "Mail", acts: &["sent_again"] },
    Area { key: "job", label: "Background jobs", acts: &["retried", "discarded", "restored"] },
    Area { key: "key", label: "API keys", acts: &["created", "revoked"] },
    Area {
        key: "webhook",
        label: "Webhooks",
        acts: &[
            "created",
            "updated",
            "secret_rotated",
            "paused",
            "resumed",
            "replayed",
            "deleted",
            "restored",
        ],
    },
    Area {
        key: "hook",
        label: "Incoming hooks",
        acts: &["created", "updated", "secret_rotated", "deleted", "restored", "received"],
    },
];

/// Says an act in words: `comment_deleted` is "Comment deleted".
pub fn words(act: &str) -> String {
    let mut letters = act.chars();
    match letters.next() {
        Some(first) => format!("{}{}", first.to_uppercase(), letters.as_str().replace('_', " ")),
        None => String::new(),
    }
}

/// Says what a webhook is told of in a few words.
pub fn summary(events: &[String]) -> String {
    match events {
        [one] if one == EVERYTHING => "everything".to_owned(),
        [one] => match AREAS.iter().find(|area| area.pattern() == *one) {
            Some(area) => format!("all of {}", area.label.to_lowercase()),
            None => one.clone(),
        },
        many => format!("{} kinds of events", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_event_stands_twice_and_the_test_is_none() {
        let kinds: Vec<String> = AREAS.iter().flat_map(Area::kinds).collect();
        assert_eq!(kinds.iter().collect::<BTreeSet<_>>().len(), kinds.len());
        assert!(kinds.contains(&RECEIVED.to_owned()) && !kinds.contains(&TEST.to_owned()));
    }

    #[test]
    fn events_are_said_in_words() {
        assert_eq!(words("comment_deleted"), "Comment deleted");
        assert_eq!(summary(&["*".into()]), "everything");
        assert_eq!(summary(&["team.*".into()]), "all of teams");
        assert_eq!(summary(&["team.created".into()]), "team.created");
        assert_eq!(summary(&["team.*".into(), "item.moved".into()]), "2 kinds of events");
    }
}

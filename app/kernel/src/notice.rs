//! Telling members of something: the vocabulary that domains tell with, and that the inbox shows.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Permission;

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NoticeKind {
    /// Somebody gave an item to them.
    Assigned,
    /// An item waits for their decision.
    Approval,
    /// Somebody named them in a comment.
    Mentioned,
    /// Somebody commented on something that they have to do with.
    Commented,
    /// Somebody commented on another record than an item where they took part, or named them there.
    Discussed,
    /// Something that they have to do with was moved, finished, or got another due day.
    Changed,
    /// An item of theirs is due soon, today, or was due.
    Due,
    /// An item has used so much of the time that it may take in its step.
    Limit,
    /// A project that they belong to was changed.
    Project,
    /// Somebody wrote to them.
    Messaged,
    /// Somebody wants them at an event.
    Invited,
    /// An event that they are invited to was moved, changed, or called off.
    Rescheduled,
    /// Somebody said whether they come to an event of theirs.
    Answered,
    /// They were given a booking, or one of theirs was moved or called off.
    Booked,
}

impl NoticeKind {
    /// All of them, the most pressing first.
    pub const ALL: &'static [NoticeKind] = &[
        NoticeKind::Approval,
        NoticeKind::Assigned,
        NoticeKind::Due,
        NoticeKind::Limit,
        NoticeKind::Mentioned,
        NoticeKind::Commented,
        NoticeKind::Discussed,
        NoticeKind::Changed,
        NoticeKind::Project,
        NoticeKind::Messaged,
        NoticeKind::Invited,
        NoticeKind::Rescheduled,
        NoticeKind::Answered,
        NoticeKind::Booked,
    ];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "item.assigned",
            NoticeKind::Approval => "item.approval",
            NoticeKind::Mentioned => "comment.mentioned",
            NoticeKind::Commented => "comment.added",
            NoticeKind::Discussed => "comment.discussed",
            NoticeKind::Changed => "item.changed",
            NoticeKind::Due => "item.due",
            NoticeKind::Limit => "item.limit",
            NoticeKind::Project => "project.changed",
            NoticeKind::Messaged => "message.received",
            NoticeKind::Invited => "event.invited",
            NoticeKind::Rescheduled => "event.changed",
            NoticeKind::Answered => "event.answered",
            NoticeKind::Booked => "booking.changed",
        }
    }

    /// As the settings name it.
    pub fn label(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "Assignments",
            NoticeKind::Approval => "Approvals",
            NoticeKind::Mentioned => "Mentions",
            NoticeKind::Commented => "Comments",
            NoticeKind::Discussed => "Comments on clients",
            NoticeKind::Changed => "Updates",
            NoticeKind::Due => "Due days",
            NoticeKind::Limit => "Time limits",
            NoticeKind::Project => "Projects",
            NoticeKind::Messaged => "Messages",
            NoticeKind::Invited => "Invitations",
            NoticeKind::Rescheduled => "Changes of events",
            NoticeKind::Answered => "Answers to invitations",
            NoticeKind::Booked => "Bookings",
        }
    }

    /// When it comes, in a sentence.
    pub fn when(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "Somebody gives you an item.",
            NoticeKind::Approval => {
                "An item waits for you to approve it, or somebody reminds you of one that does."
            }
            NoticeKind::Mentioned => "Somebody names you in a comment, with an @ before your name.",
            NoticeKind::Commented => {
                "Somebody comments on an item that is yours, that you added, or that you commented on."
            }
            NoticeKind::Discussed => {
                "Somebody comments on a client that you commented on, or names you there, with an @ before your name."
            }
            NoticeKind::Changed => {
                "Somebody moves or finishes an item that is yours, that you added, or that you commented on, or gives \
                 it another due day."
            }
            NoticeKind::Due => "An item of yours is due on the next working day or today, or is late.",
            NoticeKind::Limit => {
                "An item has used much of the time that it may take in its step, or all of it, and you are to be told."
            }
            NoticeKind::Project => {
                "Somebody changes a project, or ends it, in which you have a role, or in whose client you have one."
            }
            NoticeKind::Messaged => "Somebody writes to you, or in a group that you have not muted.",
            NoticeKind::Invited => "Somebody invites you to an event.",
            NoticeKind::Rescheduled => {
                "Somebody moves, changes or calls off an event that you are invited to."
            }
            NoticeKind::Answered => "Somebody says whether they come to an event of yours.",
            NoticeKind::Booked => "Somebody books you for a job, or moves or calls off a booking of yours.",
        }
    }

    /// What who did it has done, between their name and the record.
    pub fn verb(self) -> &'static str {
        match self {
            NoticeKind::Assigned => "assigned to you",
            NoticeKind::Approval => "asks you to approve",
            NoticeKind::Mentioned => "named you in",
            NoticeKind::Commented | NoticeKind::Discussed => "commented on",
            NoticeKind::Changed | NoticeKind::Project => "updated",
            NoticeKind::Due => "reminds you of",
            NoticeKind::Limit => "watches the time of",
            NoticeKind::Messaged => "wrote in",
            NoticeKind::Invited => "invited you to",
            NoticeKind::Rescheduled => "changed",
            NoticeKind::Answered => "answered your invitation to",
            NoticeKind::Booked => "planned your booking for",
        }
    }

    /// Who it comes from when no member is known who did it.
    pub fn nobody(self) -> &'static str {
        match self {
            NoticeKind::Due | NoticeKind::Limit => "Mediap",
            NoticeKind::Assigned
            | NoticeKind::Approval
            | NoticeKind::Mentioned
            | NoticeKind::Commented
            | NoticeKind::Discussed
            | NoticeKind::Changed
            | NoticeKind::Project
            | NoticeKind::Messaged
            | NoticeKind::Invited
            | NoticeKind::Rescheduled
            | NoticeKind::Answered
            | NoticeKind::Booked => "Somebody",
        }
    }

    /// Whether it belongs to a place, such as a process, where one may want to be told differently.
    pub fn has_place(self) -> bool {
        match self {
            NoticeKind::Assigned
            | NoticeKind::Approval
            | NoticeKind::Mentioned
            | NoticeKind::Commented
            | NoticeKind::Changed
            | NoticeKind::Due
            | NoticeKind::Limit => true,
            NoticeKind::Discussed
            | NoticeKind::Project
            | NoticeKind::Messaged
            | NoticeKind::Invited
            | NoticeKind::Rescheduled
            | NoticeKind::Answered
            | NoticeKind::Booked => false,
        }
    }

    /// How it is told to who has not chosen.
    pub fn usual(self) -> Ways {
        let push = match self {
            NoticeKind::Assigned
            | NoticeKind::Approval
            | NoticeKind::Mentioned
            | NoticeKind::Discussed
            | NoticeKind::Due
            | NoticeKind::Limit
            | NoticeKind::Messaged
            | NoticeKind::Invited
            | NoticeKind::Rescheduled
            | NoticeKind::Booked => true,
            NoticeKind::Commented | NoticeKind::Changed | NoticeKind::Project | NoticeKind::Answered => false,
        };
        // Others wait for an approval.
        let mail = if self == NoticeKind::Approval { ByMail::AtOnce } else { ByMail::Daily };
        Ways { in_app: true, mail, push }
    }

    /// What one must be allowed to see to be told; none when every member may.
    pub fn permission(self) -> Option<Permission> {
        match self {
            NoticeKind::Assigned
            | NoticeKind::Approval
            | NoticeKind::Mentioned
            | NoticeKind::Commented
            | NoticeKind::Changed
            | NoticeKind::Due
            | NoticeKind::Limit => Some(Permission::ItemView),
            NoticeKind::Discussed => Some(Permission::ClientView),
            NoticeKind::Project => Some(Permission::ProjectView),
            NoticeKind::Messaged => None,
            NoticeKind::Invited | NoticeKind::Rescheduled | NoticeKind::Answered | NoticeKind::Booked => {
                Some(Permission::CalendarView)
            }
        }
    }
}

/// When a mail tells of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByMail {
    /// Never.
    Off,
    /// At once, unless they have seen it by then.
    AtOnce,
    /// In the morning, with everything else that they have not seen.
    Daily,
}

impl ByMail {
    /// All of them.
    pub const ALL: &'static [ByMail] = &[ByMail::Off, ByMail::AtOnce, ByMail::Daily];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            ByMail::Off => "off",
            ByMail::AtOnce => "at_once",
            ByMail::Daily => "daily",
        }
    }
}

impl FromStr for ByMail {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        ByMail::ALL.iter().copied().find(|when| when.key() == key).ok_or(())
    }
}

/// The ways by which a member is told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// In the inbox.
    pub in_app: bool,
    /// By mail.
    pub mail: ByMail,
    /// On the devices where they have turned it on.
    pub push: bool,
}

impl Ways {
    /// Not at all.
    pub const NONE: Ways = Ways { in_app: false, mail: ByMail::Off, push: false };
}

/// Why this member is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// It is theirs to do.
    Assignee,
    /// They were named.
    Named,
    /// They added it.
    Author,
    /// They wrote in it.
    TookPart,
    /// It was sent to them.
    Addressed,
    /// They have a role in it.
    Belongs,
    /// They are to approve it.
    Approver,
    /// They are invited to it.
    Guest,
    /// They do it.
    Booked,
}

impl Reason {
    /// All of them.
    pub const ALL: &'static [Reason] = &[
        Reason::Assignee,
        Reason::Named,
        Reason::Author,
        Reason::TookPart,
        Reason::Addressed,
        Reason::Belongs,
        Reason::Approver,
        Reason::Guest,
        Reason::Booked,
    ];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            Reason::Assignee => "assignee",
            Reason::Named => "named",
            Reason::Author => "author",
            Reason::TookPart => "took_part",
            Reason::Addressed => "addressed",
            Reason::Belongs => "belongs",
            Reason::Approver => "approver",
            Reason::Guest => "guest",
            Reason::Booked => "booked",
        }
    }

    /// As the inbox says it.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::Assignee => "it is assigned to you",
            Reason::Named => "you were named",
            Reason::Author => "you added it",
            Reason::TookPart => "you commented on it",
            Reason::Addressed => "it was sent to you",
            Reason::Belongs => "you have a role in it",
            Reason::Approver => "you are to approve it",
            Reason::Guest => "you are invited to it",
            Reason::Booked => "you are booked for it",
        }
    }
}

impl FromStr for NoticeKind {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        NoticeKind::ALL.iter().copied().find(|kind| kind.key() == key).ok_or(())
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        Reason::ALL.iter().copied().find(|reason| reason.key() == key).ok_or(())
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(feature = "ssr")]
pub(crate) use told::sweep;
#[cfg(feature = "ssr")]
pub use told::{MAIL, Notice, PUSH, attention, unread};

#[cfg(feature = "ssr")]
mod told;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for kind in NoticeKind::ALL {
            assert_eq!(kind.key().parse(), Ok(*kind));
        }
        for reason in Reason::ALL {
            assert_eq!(reason.key().parse(), Ok(*reason));
        }
        for when in ByMail::ALL {
            assert_eq!(when.key().parse(), Ok(*when));
        }
        assert!("item.flown".parse::<NoticeKind>().is_err());
    }
}

//! The nouns.

use chrono::{DateTime, Utc};
use kernel::{MemberId, NoticeKind, NotificationId, PushSubscriptionId, Reason, Ways};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One notice to one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What happened.
    pub kind: NoticeKind,
    /// Why this member is told.
    pub reason: Reason,
    /// Who did it.
    pub actor_id: Option<MemberId>,
    /// The record it is about.
    pub record_id: Uuid,
    /// The page that shows it.
    pub path: String,
    /// The record, as it was called then.
    pub title: String,
    /// The beginning of what was written, if anything was.
    pub excerpt: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// Whether the member has seen it.
    pub read: bool,
    /// How much more of the kind the same person told them within the hour, which they were not told one by one.
    pub held_back: i64,
}

/// What happened to one record, the newest first. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The newest.
    pub newest: Notification,
    /// The older ones.
    pub older: Vec<Notification>,
}

impl Thread {
    /// How many the member has not seen.
    pub fn unread(&self) -> usize {
        self.all().filter(|notification| !notification.read).count()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Notification> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

/// What the inbox shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// By record, the newest first.
    pub threads: Vec<Thread>,
    /// How many notifications the member has not seen, also those that are not shown.
    pub unread: i64,
    /// Where the older ones begin, if there are more.
    pub older: Option<DateTime<Utc>>,
    /// Until when nothing asks for attention.
    pub muted_until: Option<DateTime<Utc>>,
}

impl Inbox {
    /// Keeps what `shown` has that was read meanwhile and is not in here any more: what somebody looks at does not
    /// vanish because something else is new.
    pub fn keep_read(&mut self, shown: &Self) {
        let gone = |thread: &&Thread| {
            thread.unread() == 0
                && self.threads.iter().all(|it| it.newest.record_id != thread.newest.record_id)
        };
        let kept: Vec<Thread> = shown.threads.iter().filter(gone).cloned().collect();
        self.threads.extend(kept);
        self.threads.sort_by_key(|thread| std::cmp::Reverse(thread.newest.created_at));
    }
}

/// Which notifications are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// What has not been seen.
    Unread,
    /// Everything.
    All,
}

/// How a member wants to be told, and when not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The place they were asked for; none for everywhere.
    pub place: Option<Uuid>,
    /// Each kind, and the ways that hold for it.
    pub kinds: Vec<(NoticeKind, Ways)>,
    /// Whether the place they were asked for has ways of its own.
    pub differs: bool,
    /// Until when nothing asks for attention.
    pub muted_until: Option<DateTime<Utc>>,
    /// The browsers in which they are told, the newest first.
    pub devices: Vec<Device>,
    /// What a browser subscribes with.
    pub push_key: String,
    /// Where mails go.
    pub email: String,
}

/// A browser in which a member is told, also while no page is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: PushSubscriptionId,
    /// The address at its push service, by which a browser knows itself.
    pub endpoint: String,
    /// Such as "Firefox on Linux".
    pub name: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// A part of the organisation in which somebody may want to be told differently, such as a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// For how long to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mute {
    /// For an hour.
    Hour,
    /// Until eight in the morning, in the member's own time.
    Tomorrow,
    /// For seven days.
    Week,
    /// Not any more.
    Off,
}

//! Pure decisions.

use chrono::{DateTime, Days, Duration, Utc};
use kernel::{NoticeKind, Today, Ways};
use uuid::Uuid;

use crate::model::{Mute, Notification, Thread};

/// The hour, in the member's own time, at which a mail tells what they have not seen.
const MORNING: u32 = 7;

/// Puts what is about the same record together. Both the threads and what is in them stay in the order given.
pub fn threads(notifications: Vec<Notification>) -> Vec<Thread> {
    let mut threads: Vec<Thread> = Vec::new();
    for notification in notifications {
        match threads.iter_mut().find(|thread| thread.newest.record_id == notification.record_id) {
            Some(thread) => thread.older.push(notification),
            None => threads.push(Thread { newest: notification, older: Vec::new() }),
        }
    }
    threads
}

/// When somebody who wants to be left alone can be told again; none at once.
pub fn muted_until(mute: Mute, today: Today) -> Option<DateTime<Utc>> {
    match mute {
        Mute::Hour => Some(today.now + Duration::hours(1)),
        Mute::Tomorrow => {
            let morning = today.date().checked_add_days(Days::new(1))?.and_hms_opt(8, 0, 0)?.and_utc();
            Some(morning - Duration::seconds(today.offset_secs.into()))
        }
        Mute::Week => Some(today.now + Duration::weeks(1)),
        Mute::Off => None,
    }
}

/// Up to when the mail of today's morning tells; nothing before the morning.
pub fn morning(today: Today) -> Option<DateTime<Utc>> {
    let morning = today.date().and_hms_opt(MORNING, 0, 0)?.and_utc();
    let morning = morning - Duration::seconds(today.offset_secs.into());
    (morning <= today.now).then_some(morning)
}

/// The ways that hold for a kind: what was chosen in the place wins over what was chosen everywhere. `chosen` has what is
/// everywhere (all zeros) first.
pub fn ways(kind: NoticeKind, chosen: &[(Uuid, NoticeKind, Ways)]) -> Ways {
    chosen.iter().rfind(|(_, of, _)| *of == kind).map_or_else(|| kind.usual(), |(_, _, ways)| *ways)
}

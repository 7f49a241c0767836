//! Pure decisions.

use chrono::{DateTime, Days, Duration, Utc};
use kernel::Today;

use crate::model::{Mute, Notification, Thread};

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

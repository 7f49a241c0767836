//! Notifications for other programs: those of the member that the key acts as, and of nobody else.

mod kind;
mod setting;

use chrono::{DateTime, Utc};
use kernel::{MemberId, NotificationId, Permission};
use rest::{Answer, Call, Filter, Json, List, Needs, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use self::kind::NoticeKey;
use crate::{acts, model, repo::Part};

/// What a program must be given.
const USE: Needs = Needs::May(Permission::NoticeUse);

/// What is published, kind by kind.
pub fn routes() -> Vec<Routes> {
    vec![notifications(), setting::routes()]
}

fn notifications() -> Routes {
    Routes::new("Notifications", "What the member is told of: their inbox, which nobody else sees.")
        .list("/notifications", "List notifications", USE, USE, list)
        .read("/notifications/count", "Count notifications", USE, count)
        .post("/notifications/mark", "Mark notifications", USE, mark)
        .post("/notifications/mark-all", "Mark all notifications as read", USE, mark_all)
        .post("/notifications/unmark-all", "Take back that all were marked as read", USE, unmark_all)
        .read("/notifications/{notification}", "Read a notification", USE, read)
        .put("/notifications/{notification}/read", "Mark a notification as read", USE, mark_read)
        .remove("/notifications/{notification}/read", "Mark a notification as unread", USE, mark_unread)
}

/// Something that the member is told of.
#[derive(Debug, Serialize, ToSchema)]
struct Notification {
    id: NotificationId,
    /// What happened: `item.assigned`, `comment.mentioned`, `comment.discussed` or `message.received`.
    #[schema(example = "item.assigned")]
    kind: &'static str,
    /// Why this member is told: `assignee`, `named`, `author`, `took_part` or `addressed`.
    #[schema(example = "assignee")]
    reason: &'static str,
    /// Who did it; none for the program itself.
    actor: Option<MemberId>,
    /// The record it is about.
    record: Uuid,
    /// The page that shows it, below the address of the program.
    #[schema(example = "/items/UC-414")]
    path: String,
    /// The record, as it was called then.
    #[schema(example = "UC-414 Volvo V60 B4 Momentum")]
    title: String,
    /// The beginning of what was written, if anything was; else empty.
    #[schema(example = "The tyres come tomorrow.")]
    excerpt: String,
    created_at: DateTime<Utc>,
    /// Whether the member has seen it.
    read: bool,
    /// How much more of the kind the same person told them within the hour, which they were not told one by one.
    #[schema(minimum = 0)]
    held_back: i64,
}

impl Record for Notification {}

impl From<model::Notification> for Notification {
    fn from(notification: model::Notification) -> Self {
        Notification {
            id: notification.id,
            kind: notification.kind.key(),
            reason: notification.reason.key(),
            actor: notification.actor_id,
            record: notification.record_id,
            path: notification.path,
            title: notification.title,
            excerpt: notification.excerpt,
            created_at: notification.created_at,
            read: notification.read,
            held_back: notification.held_back,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct NotificationFilter {
    /// Only what the member has seen, or only what they have not.
    read: Option<bool>,
    /// Only of this kind.
    #[param(inline, example = "item.assigned")]
    kind: Option<NoticeKey>,
    /// Only about this record.
    record: Option<Uuid>,
}

impl Filter for NotificationFilter {
    // The youngest comes first, unless it is asked for the oldest.
    const SORTS: &'static [&'static str] = &["age"];
}

/// How much there is.
#[derive(Debug, Serialize, ToSchema)]
struct NotificationCount {
    /// What the member has not seen, counted as far as a hundred.
    #[schema(minimum = 0, maximum = 100)]
    unread: i64,
    /// The same as the inbox asks for attention: none while the member is not to be disturbed.
    #[schema(minimum = 0, maximum = 100)]
    attention: i64,
}

impl Record for NotificationCount {}

/// Notifications to be marked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotificationMark {
    /// Which. Those that are not the member's stay as they are.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<NotificationId>,
    /// Whether they have been seen.
    read: bool,
}

/// That all were marked at once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllMarked {
    /// When: it takes that back.
    at: DateTime<Utc>,
}

impl Record for AllMarked {}

async fn list(call: Call<(), List<NotificationFilter>>) -> Answer<Page<Notification>> {
    let limit = call.input.limit;
    let mut found = acts::list(&call.cx, &part(&call.input)?, limit + 1).await?;
    let more = limit < found.len();
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(cursor);
    Ok(Page { data: found.into_iter().map(Notification::from).collect(), next })
}

fn part(list: &List<NotificationFilter>) -> Answer<Part> {
    let NotificationFilter { read, kind, record } = &list.filter;
    Ok(Part {
        read: *read,
        kind: kind.map(|kind| kind.0),
        record: *record,
        after: list.after.as_deref().map(read_cursor).transpose()?,
        oldest_first: list.descending,
    })
}

fn cursor(last: &model::Notification) -> String {
    format!("{}_{}", last.created_at.timestamp_micros(), last.id)
}

fn read_cursor(text: &str) -> Answer<(DateTime<Utc>, NotificationId)> {
    let read = |text: &str| {
        let (at, id) = text.split_once('_')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
    };
    read(text).ok_or_else(|| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })
}

async fn read(call: Call<NotificationId>) -> Answer<Notification> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn count(call: Call) -> Answer<NotificationCount> {
    Ok(NotificationCount {
        unread: kernel::unread(&call.cx).await?,
        attention: kernel::attention(&call.cx).await?,
    })
}

async fn mark(call: Call<(), Json<NotificationMark>>) -> Answer<()> {
    let NotificationMark { ids, read } = &call.input.0;
    Ok(acts::mark(&call.cx, ids, *read).await?)
}

async fn mark_all(call: Call) -> Answer<AllMarked> {
    Ok(AllMarked { at: acts::mark_all(&call.cx).await? })
}

async fn unmark_all(call: Call<(), Json<AllMarked>>) -> Answer<()> {
    Ok(acts::unmark_all(&call.cx, call.input.0.at).await?)
}

async fn mark_read(call: Call<NotificationId>) -> Answer<Notification> {
    mark_one(call, true).await
}

async fn mark_unread(call: Call<NotificationId>) -> Answer<Notification> {
    mark_one(call, false).await
}

async fn mark_one(call: Call<NotificationId>, read: bool) -> Answer<Notification> {
    let found = acts::get(&call.cx, call.path).await?;
    // What was seen before stays seen since then.
    if found.read != read {
        acts::mark(&call.cx, &[found.id], read).await?;
    }
    Ok(Notification { read, ..found.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let at = DateTime::from_timestamp_micros(1_764_323_783_123_456).unwrap();
        let id = NotificationId::from(Uuid::from_u128(7));
        assert_eq!(read_cursor(&format!("{}_{id}", at.timestamp_micros())).unwrap(), (at, id));
        for text in ["", "_", "7", "x_00000000-0000-0000-0000-000000000007", "7_7"] {
            assert!(read_cursor(text).is_err(), "{text}");
        }
    }
}

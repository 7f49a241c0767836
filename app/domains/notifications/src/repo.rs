//! SQL.

pub mod delivery;
pub mod device;

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, MemberId, NoticeKind, NotificationId, Reason, Ways};
use uuid::Uuid;

use crate::model::{Notification, Shown};

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Row {
    id: NotificationId,
    kind: String,
    reason: String,
    actor_id: Option<MemberId>,
    record_id: Uuid,
    path: String,
    title: String,
    excerpt: String,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
    held_back: i64,
}

impl Row {
    /// None for what only a newer program knows.
    pub(crate) fn read(self) -> Option<Notification> {
        Some(Notification {
            id: self.id,
            kind: self.kind.parse().ok()?,
            reason: self.reason.parse().unwrap_or(Reason::TookPart),
            actor_id: self.actor_id,
            record_id: self.record_id,
            path: self.path,
            title: self.title,
            excerpt: self.excerpt,
            created_at: self.created_at,
            read: self.read_at.is_some(),
            held_back: self.held_back,
        })
    }
}

/// The member's notifications before an instant, the newest first.
pub async fn list(
    cx: &Cx,
    shown: Shown,
    before: Option<DateTime<Utc>>,
    most: usize,
) -> Result<Vec<Notification>> {
    let query = sql(
        "select id, kind, reason, actor_id, record_id, path, title, excerpt, created_at, read_at, held_back
         from notification
         where organisation_id = $1 and member_id = $2 and in_app ",
    )
    .bind(cx.organisation_id())
    .bind(cx.member_id());
    let mut query = query.push(" and kind in ").push_list(NoticeKind::visible(cx).map(NoticeKind::key));
    if shown == Shown::Unread {
        query = query.push(" and read_at is null");
    }
    if let Some(before) = before {
        query = query.push(" and created_at < ").push_bind(before);
    }
    let rows: Vec<Row> = query.push(" order by created_at desc, id desc ").limit(most).all(cx.db()).await?;
    Ok(rows.into_iter().filter_map(Row::read).collect())
}

/// Which of the member's notifications to read.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Only seen ones, or only others.
    pub read: Option<bool>,
    /// Only of this kind.
    pub kind: Option<NoticeKind>,
    /// Only about this record.
    pub record: Option<Uuid>,
    /// From behind this one on, which was told at that instant.
    pub after: Option<(DateTime<Utc>, NotificationId)>,
    /// The oldest first.
    pub oldest_first: bool,
}

/// Some of the member's notifications, the newest first unless it is said otherwise.
pub async fn part(cx: &Cx, part: &Part, most: usize) -> Result<Vec<Notification>> {
    let query = sql(
        "select id, kind, reason, actor_id, record_id, path, title, excerpt, created_at, read_at, held_back
         from notification
         where organisation_id = $1 and member_id = $2 and in_app ",
    )
    .bind(cx.organisation_id())
    .bind(cx.member_id());
    let kinds = NoticeKind::visible(cx).filter(|kind| part.kind.is_none_or(|wanted| *kind == wanted));
    let mut query = query.push(" and kind in ").push_list(kinds.map(NoticeKind::key));
    match part.read {
        Some(true) => query = query.push(" and read_at is not null"),
        Some(false) => query = query.push(" and read_at is null"),
        None => {}
    }
    if let Some(record) = part.record {
        query = query.push(" and record_id = ").push_bind(record);
    }
    if let Some((at, id)) = part.after {
        let behind =
            if part.oldest_first { " and (created_at, id) > (" } else { " and (created_at, id) < (" };
        query = query.push(behind).push_bind(at).push(", ").push_bind(id).push(")");
    }
    let order =
        if part.oldest_first { " order by created_at, id " } else { " order by created_at desc, id desc " };
    let rows: Vec<Row> = query.push(order).limit(most).all(cx.db()).await?;
    Ok(rows.into_iter().filter_map(Row::read).collect())
}

/// One of the member's notifications.
pub async fn find(cx: &Cx, id: NotificationId) -> Result<Option<Notification>> {
    let row: Option<Row> = sql(
        "select id, kind, reason, actor_id, record_id, path, title, excerpt, created_at, read_at, held_back
         from notification
         where organisation_id = $1 and member_id = $2 and id = $3 and in_app and kind in ",
    )
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(id)
    .push_list(NoticeKind::visible(cx).map(NoticeKind::key))
    .optional(cx.db())
    .await?;
    Ok(row.and_then(Row::read))
}

/// Notes that the member has seen some, or has not.
pub async fn mark(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    ids: &[NotificationId],
    read_at: Option<DateTime<Utc>>,
) -> Result<u64> {
    sql("update notification set read_at = $3 where organisation_id = $1 and member_id = $2 and id in ")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(read_at)
        .push_list(ids.iter().copied())
        .execute(on)
        .await
}

/// Notes that the member has seen everything at once.
pub async fn mark_all(on: impl Into<Writer<'_>>, cx: &Cx, read_at: DateTime<Utc>) -> Result<u64> {
    sql("update notification set read_at = $3
         where organisation_id = $1 and member_id = $2 and read_at is null")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(read_at)
    .execute(on)
    .await
}

/// Takes back what [`mark_all`] noted at this instant.
pub async fn unmark_all(on: impl Into<Writer<'_>>, cx: &Cx, read_at: DateTime<Utc>) -> Result<u64> {
    sql("update notification set read_at = null
         where organisation_id = $1 and member_id = $2 and read_at = $3")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(read_at)
    .execute(on)
    .await
}

/// Notes that the member has seen what leads to a page.
pub async fn mark_path(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    path: &str,
    read_at: DateTime<Utc>,
) -> Result<u64> {
    sql("update notification set read_at = $4
         where organisation_id = $1 and member_id = $2 and path = $3 and read_at is null")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(path)
    .bind(read_at)
    .execute(on)
    .await
}

/// The ways that the member has chosen, everywhere and in one place. All zeros is everywhere, and comes first.
pub async fn chosen(cx: &Cx, place: Option<Uuid>) -> Result<Vec<(Uuid, NoticeKind, Ways)>> {
    let rows: Vec<(Uuid, String, bool, String, bool)> = sql("select place_id, kind, in_app, mail, push
         from notification_setting
         where organisation_id = $1 and member_id = $2 and place_id in ($3, $4)
         order by place_id")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(Uuid::nil())
    .bind(place.unwrap_or_default())
    .all(cx.db())
    .await?;
    let read = |(place, kind, in_app, mail, push): (_, String, _, String, _)| {
        let kind: NoticeKind = kind.parse().ok()?;
        let mail = mail.parse().unwrap_or(kind.usual().mail);
        Some((place, kind, Ways { in_app, mail, push }))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Notes by which ways the member wants to be told of a kind, in one place or everywhere.
pub async fn choose(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    place: Option<Uuid>,
    kind: NoticeKind,
    ways: Ways,
) -> Result<()> {
    sql("insert into notification_setting (organisation_id, member_id, place_id, kind, in_app, mail, push)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (organisation_id, member_id, place_id, kind)
         do update set in_app = $5, mail = $6, push = $7")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(place.unwrap_or_default())
    .bind(kind.key())
    .bind(ways.in_app)
    .bind(ways.mail.key())
    .bind(ways.push)
    .exactly_one(on)
    .await
}

/// Lets what holds everywhere hold in a place too.
pub async fn choose_as_everywhere(on: impl Into<Writer<'_>>, cx: &Cx, place: Uuid) -> Result<u64> {
    sql("delete from notification_setting
         where organisation_id = $1 and member_id = $2 and place_id = $3 and place_id <> $4")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(place)
    .bind(Uuid::nil())
    .execute(on)
    .await
}

/// Until when the member is to be left alone, if they still are.
pub async fn muted_until(on: impl Into<On<'_>>, cx: &Cx) -> Result<Option<DateTime<Utc>>> {
    let found: Option<(DateTime<Utc>,)> = sql("select muted_until from notification_mute
         where organisation_id = $1 and member_id = $2 and $3 < muted_until")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(cx.now())
    .optional(on)
    .await?;
    Ok(found.map(|(until,)| until))
}

/// Leaves the member alone until an instant.
pub async fn mute(on: impl Into<Writer<'_>>, cx: &Cx, until: DateTime<Utc>) -> Result<()> {
    sql("insert into notification_mute (organisation_id, member_id, muted_until) values ($1, $2, $3)
         on conflict (organisation_id, member_id) do update set muted_until = $3")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(until)
    .exactly_one(on)
    .await
}

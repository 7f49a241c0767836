//! SQL of what is told beyond the inbox. `cx` is always whom it is told to.

use chrono::{DateTime, Utc};
use db::{On, Reader, Result, Writer, sql};
use kernel::{Cx, MemberId, NoticeKind, NotificationId, OrganisationId};
use uuid::Uuid;

use super::Row;
use crate::model::Notification;

/// A notification that its member has not seen, and may know of.
pub async fn unseen(on: impl Into<On<'_>>, cx: &Cx, id: NotificationId) -> Result<Option<Notification>> {
    let row: Option<Row> = sql(
        "select id, kind, reason, actor_id, record_id, path, title, excerpt, created_at, read_at, held_back
             from notification
             where organisation_id = $1 and member_id = $2 and id = $3 and read_at is null and kind in ",
    )
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(id)
    .push_list(NoticeKind::visible(cx).map(NoticeKind::key))
    .optional(on)
    .await?;
    Ok(row.and_then(Row::read))
}

/// Takes what is to be mailed at once about a record, so that nobody else mails it.
pub async fn take_at_once(on: impl Into<On<'_>>, cx: &Cx, record_id: Uuid) -> Result<Vec<Notification>> {
    let query = sql("update notification set mailed_at = $3
         where organisation_id = $1 and member_id = $2 and record_id = $4 and mail = 'at_once'
           and mailed_at is null and read_at is null and kind in ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(cx.now())
    .bind(record_id)
    .push_list(NoticeKind::visible(cx).map(NoticeKind::key));
    taken(query, on).await
}

/// Takes what is to be mailed with everything else of the time before an instant.
pub async fn take_daily(on: impl Into<On<'_>>, cx: &Cx, before: DateTime<Utc>) -> Result<Vec<Notification>> {
    let query = sql("update notification set mailed_at = $3
         where organisation_id = $1 and member_id = $2 and created_at < $4 and mail = 'daily'
           and mailed_at is null and read_at is null and kind in ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(cx.now())
    .bind(before)
    .push_list(NoticeKind::visible(cx).map(NoticeKind::key));
    taken(query, on).await
}

/// The newest first.
async fn taken(query: db::Query, on: impl Into<On<'_>>) -> Result<Vec<Notification>> {
    let rows: Vec<Row> = query
        .push(
            " returning id, kind, reason, actor_id, record_id, path, title, excerpt, created_at, read_at, held_back",
        )
        .all(on)
        .await?;
    let mut taken: Vec<_> = rows.into_iter().filter_map(Row::read).collect();
    taken.sort_by_key(|one| std::cmp::Reverse((one.created_at, one.id)));
    Ok(taken)
}

/// Leaves it for the mail of the morning: the member is not to be disturbed now.
pub async fn put_off(on: impl Into<Writer<'_>>, cx: &Cx, id: NotificationId) -> Result<u64> {
    sql("update notification set mail = 'daily'
         where organisation_id = $1 and member_id = $2 and id = $3 and mail = 'at_once' and mailed_at is null")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(id)
    .execute(on)
    .await
}

/// The members for whom something waits that is mailed in the morning.
pub async fn who_waits(reader: &Reader, organisation: OrganisationId) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId,)> = sql("select distinct member_id from notification
         where organisation_id = $1 and mail = 'daily' and mailed_at is null and read_at is null
         order by member_id")
    .bind(organisation)
    .all(reader)
    .await?;
    Ok(rows.into_iter().map(|(member,)| member).collect())
}

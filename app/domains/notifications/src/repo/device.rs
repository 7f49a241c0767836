//! SQL of the browsers in which members are told.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{Cx, PushSubscriptionId};

use crate::model::Device;

/// A browser as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    /// Where its push service takes messages.
    pub endpoint: String,
    /// What messages are encrypted for.
    pub public_key: Vec<u8>,
    /// And what it shares with us.
    pub secret: Vec<u8>,
}

/// Notes a browser. One that another member of the organisation used before is this one's now.
pub async fn put(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: PushSubscriptionId,
    kept: &Kept,
    device: &str,
) -> Result<()> {
    sql("insert into push_subscription
           (id, organisation_id, member_id, endpoint, public_key, secret, device, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (organisation_id, endpoint)
         do update set member_id = $3, public_key = $5, secret = $6, device = $7, created_at = $8")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(kept.endpoint.as_str())
    .bind(kept.public_key.clone())
    .bind(kept.secret.clone())
    .bind(device)
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// The member's browsers, the newest first.
pub async fn list(cx: &Cx) -> Result<Vec<Device>> {
    let rows: Vec<(PushSubscriptionId, String, String, DateTime<Utc>)> =
        sql("select id, endpoint, device, created_at from push_subscription
             where organisation_id = $1 and member_id = $2 order by created_at desc, id desc")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .all(cx.db())
        .await?;
    let read = |(id, endpoint, name, created_at)| Device { id, endpoint, name, created_at };
    Ok(rows.into_iter().map(read).collect())
}

/// How many browsers the member has.
pub async fn count(on: impl Into<On<'_>>, cx: &Cx) -> Result<i64> {
    let (count,): (i64,) =
        sql("select count(*) from push_subscription where organisation_id = $1 and member_id = $2")
            .bind(cx.organisation_id())
            .bind(cx.member_id())
            .one(on)
            .await?;
    Ok(count)
}

/// Forgets one of the member's browsers.
pub async fn delete(on: impl Into<Writer<'_>>, cx: &Cx, id: PushSubscriptionId) -> Result<u64> {
    sql("delete from push_subscription where organisation_id = $1 and member_id = $2 and id = $3")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(id)
        .execute(on)
        .await
}

/// One of the member's browsers.
pub async fn find(cx: &Cx, id: PushSubscriptionId) -> Result<Option<Kept>> {
    sql("select endpoint, public_key, secret from push_subscription
         where organisation_id = $1 and member_id = $2 and id = $3")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .bind(id)
    .optional(cx.db())
    .await
}

/// Notes that a browser was told.
pub async fn told(on: impl Into<Writer<'_>>, cx: &Cx, id: PushSubscriptionId) -> Result<u64> {
    sql("update push_subscription set told_at = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(cx.now())
        .execute(on)
        .await
}

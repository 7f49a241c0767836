//! Where a person is logged in, and ending that.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{OrNotFound, Result, SessionId, Visit, agent};
use serde_json::json;

use crate::{
    account::{event, event::Kind},
    factor::model::Device,
    session::{Origin, challenge, repo},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: SessionId,
    user_agent: String,
    address: String,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
}

/// The sessions of the person, the present one first, then by last use.
pub(crate) async fn list(visit: &Visit) -> Result<Vec<Device>> {
    let session = visit.require_session()?;
    let now = visit.now();
    let rows: Vec<Row> = sql("select id, user_agent, address, created_at, seen_at
         from session
         where account_id = $1 and $2 < expires_at and $3 < created_at
         order by seen_at desc, id desc
         limit 100")
    .bind(session.account_id)
    .bind(now)
    .bind(now - repo::AT_MOST)
    .all(visit.db())
    .await?;
    let mut devices: Vec<Device> = rows
        .into_iter()
        .map(|row| Device {
            id: row.id,
            name: agent::name(&row.user_agent),
            is_mobile: agent::is_mobile(&row.user_agent),
            address: row.address,
            created_at: row.created_at,
            seen_at: row.seen_at,
            is_this: row.id == session.id,
        })
        .collect();
    devices.sort_by_key(|device| !device.is_this);
    Ok(devices)
}

/// Ends one session of the person. One that is not theirs does not exist.
pub async fn end(visit: &Visit, origin: &Origin, id: SessionId) -> Result<()> {
    let session = visit.require_session()?;
    let mut tx = visit.begin().await?;
    let ended: Option<(String,)> =
        sql("delete from session where id = $1 and account_id = $2 returning user_agent")
            .bind(id)
            .bind(session.account_id)
            .optional(&mut tx)
            .await?;
    let (user_agent,) = ended.or_not_found()?;
    let data = json!({ "device": agent::name(&user_agent) });
    event::note(&mut tx, visit, origin, session.account_id, Kind::DeviceLoggedOut, data).await?;
    tx.commit().await
}

/// Ends all sessions of the person but the present one.
pub async fn end_others(visit: &Visit, origin: &Origin) -> Result<()> {
    let session = visit.require_session()?;
    let mut tx = visit.begin().await?;
    repo::delete_all(&mut tx, session.account_id, Some(session.id)).await?;
    challenge::revoke(&mut tx, session.account_id).await?;
    event::note(&mut tx, visit, origin, session.account_id, Kind::LoggedOutElsewhere, json!({})).await?;
    tx.commit().await
}

//! The log in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{Cx, MemberId, Result};

use crate::audit::model::AuditEntry;

/// Which entries to read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The member who acted.
    pub actor: Option<MemberId>,
    /// The part of the kind before the dot.
    pub area: Option<String>,
    /// Not older than this.
    pub from: Option<DateTime<Utc>>,
    /// Older than this.
    pub until: Option<DateTime<Utc>>,
    /// With a smaller number than this.
    pub before: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    kind: String,
    created_at: DateTime<Utc>,
    actor: Option<String>,
    supporter: Option<String>,
    member_subject: Option<String>,
    team_subject: Option<String>,
    data: serde_json::Value,
}

/// At most `limit` entries, the newest first.
pub async fn list(cx: &Cx, wanted: &Wanted, limit: usize) -> Result<Vec<AuditEntry>> {
    let mut query = sql("select e.number, e.kind, e.created_at, e.data,
           actor.name as actor,
           case when e.supporter_id is null then null else coalesce(supporter.name, 'Erased person') end as supporter,
           subject.name as member_subject, t.name as team_subject
         from audit e
         left join member am on am.organisation_id = e.organisation_id and am.id = e.actor_id
         left join account actor on actor.id = am.account_id
         left join account supporter on supporter.id = e.supporter_id
         left join member sm
           on e.subject_kind = 'member' and sm.organisation_id = e.organisation_id and sm.id = e.subject_id
         left join account subject on subject.id = sm.account_id
         left join team t
           on e.subject_kind = 'team' and t.organisation_id = e.organisation_id and t.id = e.subject_id
         where e.organisation_id = ")
    .push_bind(cx.organisation_id());
    if let Some(actor) = wanted.actor {
        query = query.push(" and e.actor_id = ").push_bind(actor);
    }
    if let Some(area) = &wanted.area {
        query = query.push(" and e.kind like ").push_bind(format!("{area}.%"));
    }
    if let Some(from) = wanted.from {
        query = query.push(" and e.created_at >= ").push_bind(from);
    }
    if let Some(until) = wanted.until {
        query = query.push(" and e.created_at < ").push_bind(until);
    }
    if let Some(before) = wanted.before {
        query = query.push(" and e.number < ").push_bind(before);
    }
    let rows: Vec<Row> = query.push(" order by e.number desc").limit(limit).all(cx.db()).await?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        let nothing = row.data.as_object().is_some_and(serde_json::Map::is_empty);
        AuditEntry {
            number: row.number,
            at: row.created_at,
            actor: row.actor,
            supporter: row.supporter,
            kind: row.kind,
            subject: row.member_subject.or(row.team_subject),
            facts: if nothing { String::new() } else { row.data.to_string() },
        }
    }
}

/// Everybody who is or was a member, by name.
pub async fn actors(cx: &Cx) -> Result<Vec<(MemberId, String)>> {
    Ok(sql("select m.id, a.name
            from member m
            join account a on a.id = m.account_id
            where m.organisation_id = $1
            order by a.name, m.id
            limit 5000")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?)
}

//! The log in the database.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{Cx, MemberId, Result};
use uuid::Uuid;

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
    /// With a larger number than this.
    pub after: Option<i64>,
    /// The oldest first.
    pub oldest_first: bool,
}

/// An entry as the database has it, with names.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    /// Its place in the log, from 1.
    pub number: i64,
    /// What was done, as `team.created`.
    pub kind: String,
    /// When it was done.
    pub created_at: DateTime<Utc>,
    /// Who did it; none for the program itself.
    pub actor_id: Option<MemberId>,
    /// Their name.
    pub actor: Option<String>,
    /// Who of support did it in their name.
    pub supporter: Option<String>,
    /// What kind of record it was done to.
    pub subject_kind: String,
    /// The record.
    pub subject_id: Uuid,
    member_subject: Option<String>,
    team_subject: Option<String>,
    /// Further facts.
    pub data: serde_json::Value,
}

impl Entry {
    /// The name of the record, if it is a member or a team.
    pub fn subject(&self) -> Option<&str> {
        self.member_subject.as_deref().or(self.team_subject.as_deref())
    }
}

/// At most `limit` entries, the newest first unless it is said otherwise.
pub async fn list(cx: &Cx, wanted: &Wanted, limit: usize) -> Result<Vec<Entry>> {
    let mut query = sql("select e.number, e.kind, e.created_at, e.data, e.actor_id, e.subject_kind, e.subject_id,
           actor.name as actor,
           case when e.supporter_id is null then null else coalesce(supporter.name, 'Erased person') end as supporter,
           case when sm.state = 'invited' then subject.email else subject.name end as member_subject,
           t.name as team_subject
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
        let pattern = format!("{}.%", area.replace('_', "!_"));
        query = query.push(" and e.kind like ").push_bind(pattern).push(" escape '!'");
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
    if let Some(after) = wanted.after {
        query = query.push(" and e.number > ").push_bind(after);
    }
    let order = if wanted.oldest_first { " order by e.number" } else { " order by e.number desc" };
    Ok(query.push(order).limit(limit).all(cx.db()).await?)
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        let nothing = entry.data.as_object().is_some_and(serde_json::Map::is_empty);
        AuditEntry {
            number: entry.number,
            at: entry.created_at,
            subject: entry.subject().map(str::to_owned),
            actor: entry.actor,
            supporter: entry.supporter,
            kind: entry.kind,
            facts: if nothing { String::new() } else { entry.data.to_string() },
        }
    }
}

/// Everybody who is or was a member, by name.
pub async fn actors(cx: &Cx) -> Result<Vec<(MemberId, String)>> {
    Ok(sql("select m.id, case when m.state = 'invited' then a.email else a.name end as name
            from member m
            join account a on a.id = m.account_id
            where m.organisation_id = $1
            order by 2, m.id
            limit 5000")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await?)
}

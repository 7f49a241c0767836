//! The list of items by hand: the statements that the interface for other programs runs for the same call, and JSON.
#![expect(clippy::disallowed_methods, reason = "the point of this program is to use sqlx as it is")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::query_as;
use uuid::Uuid;

/// How many items a page has.
const PAGE: usize = 50;

/// What is asked: the same as of the interface.
#[derive(Debug, Deserialize)]
pub struct Asked {
    workflow: String,
    priority: i64,
    after: String,
}

impl Asked {
    /// Where the page before ended.
    fn cursor(&self) -> Option<(DateTime<Utc>, Uuid)> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(&self.after).ok()?).ok()?;
        let (id, micros) = text.split_once('.')?;
        Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
    }
}

/// What a key says: organisation and key. The whole of it is compared with what is stored.
pub struct Token {
    organisation: Uuid,
    key: Uuid,
    hash: Vec<u8>,
}

impl Token {
    /// Reads it out of `Authorization`.
    pub fn read(header: &str) -> Option<Self> {
        let text = header.strip_prefix("Bearer ")?;
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix("mdp_")?).ok()?;
        let (organisation, rest) = bytes.split_first_chunk::<16>()?;
        let (key, _) = rest.split_first_chunk::<16>()?;
        Some(Token {
            organisation: Uuid::from_bytes(*organisation),
            key: Uuid::from_bytes(*key),
            hash: Sha256::digest(text.as_bytes()).to_vec(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct Shown {
    token_hash: Vec<u8>,
    account_id: Uuid,
}

#[derive(sqlx::FromRow)]
struct Place {
    role: String,
}

#[derive(sqlx::FromRow)]
struct Step {
    workflow_id: Uuid,
    step_id: Uuid,
    step_name: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    title: String,
    tag: String,
    step_id: Uuid,
    step_since: DateTime<Utc>,
    priority: i64,
    assignee_id: Option<Uuid>,
    due_on: Option<NaiveDate>,
    amount: Option<i64>,
    version: i64,
    data: serde_json::Value,
    created_at: DateTime<Utc>,
    created_by: Option<Uuid>,
    updated_at: DateTime<Utc>,
}

/// A page, as it is sent.
#[derive(Serialize)]
pub struct Page {
    data: Vec<Item>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Item {
    key: String,
    id: Uuid,
    workflow: String,
    number: i64,
    title: String,
    step: Uuid,
    step_name: String,
    step_since: DateTime<Utc>,
    priority: i64,
    assignee: Option<Uuid>,
    due_on: Option<NaiveDate>,
    tag: String,
    amount: Option<i64>,
    data: serde_json::Value,
    created_at: DateTime<Utc>,
    created_by: Option<Uuid>,
    updated_at: DateTime<Utc>,
    version: i64,
}

fn page(asked: &Asked, steps: &[Step], mut rows: Vec<Row>) -> Page {
    let more = PAGE < rows.len();
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more);
    let next =
        next.map(|row| URL_SAFE_NO_PAD.encode(format!("{}.{}", row.id, row.updated_at.timestamp_micros())));
    let item = |row: Row| Item {
        key: format!("{}-{}", asked.workflow, row.number),
        id: row.id,
        workflow: asked.workflow.clone(),
        number: row.number,
        title: row.title,
        step: row.step_id,
        step_name: steps
            .iter()
            .find(|step| step.step_id == row.step_id)
            .map(|step| step.step_name.clone())
            .unwrap_or_default(),
        step_since: row.step_since,
        priority: row.priority,
        assignee: row.assignee_id,
        due_on: row.due_on,
        tag: row.tag,
        amount: row.amount,
        data: row.data,
        created_at: row.created_at,
        created_by: row.created_by,
        updated_at: row.updated_at,
        version: row.version,
    };
    Page { data: rows.into_iter().map(item).collect(), next }
}

macro_rules! statements {
    ($engine:ident, $pool:ty) => {
        /// The statements on one engine.
        pub mod $engine {
            use super::*;

            /// Reads a page; nothing if the key opens nothing, or what is asked cannot be read.
            pub async fn items(
                pool: &$pool,
                token: &Token,
                asked: &Asked,
            ) -> Result<Option<Page>, sqlx::Error> {
                let Some((updated_at, id)) = asked.cursor() else { return Ok(None) };
                let shown: Option<Shown> = query_as(
                    "select k.name, k.personal, k.token_hash, k.permissions, m.account_id, k.used_at
                     from api_key k
                     join member m on m.organisation_id = k.organisation_id and m.id = k.member_id
                     where k.organisation_id = $1 and k.id = $2 and k.revoked_at is null
                       and (k.expires_at is null or $3 < k.expires_at)",
                )
                .bind(token.organisation)
                .bind(token.key)
                .bind(Utc::now())
                .fetch_optional(pool)
                .await?;
                let Some(shown) = shown.filter(|shown| shown.token_hash == token.hash) else {
                    return Ok(None);
                };
                let places: Vec<Place> = query_as(
                    "select m.id as member_id, m.role,
                       o.id as organisation_id, o.name as organisation_name,
                       coalesce(a.time_zone, o.time_zone) as time_zone, o.clock, o.week_start, o.language, o.currency,
                       o.working_days, b.id as brand_id, b.name as brand_name, b.accent as brand_accent,
                       b.logo is not null as brand_has_logo, b.version as brand_version,
                       o.require_mfa and m.state <> 'robot' and not exists (
                         select f.account_id from second_factor f where f.account_id = $3
                       ) and not ($4 and exists (select p.id from passkey p where p.account_id = $3)) as barred,
                       coalesce((select h.number from outbox_head h where h.organisation_id = o.id), 0) as heard,
                       g.role_key, g.scope_kind, g.scope_id, r.permissions
                     from member m
                     join organisation o on o.id = m.organisation_id and o.deleted_at is null
                     join account a on a.id = m.account_id
                     left join brand b on b.id = coalesce(
                       (select x.id from brand x
                        where x.id = m.chosen_brand_id and x.organisation_id = o.id and x.deleted_at is null),
                       (select x.id from brand x
                        where x.id = m.brand_id and x.organisation_id = o.id and x.deleted_at is null),
                       (select x.id from brand x
                        where x.id = o.default_brand_id and x.organisation_id = o.id and x.deleted_at is null))
                     left join member_grant g on g.organisation_id = m.organisation_id and g.member_id = m.id
                     left join role r
                       on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
                     where m.organisation_id = $1 and m.account_id = $2 and m.state in ('active', 'robot')
                       and m.deleted_at is null",
                )
                .bind(token.organisation)
                .bind(shown.account_id)
                .bind(shown.account_id)
                .bind(true)
                .fetch_all(pool)
                .await?;
                if !places.iter().any(|place| place.role != "guest") {
                    return Ok(None);
                }
                let steps: Vec<Step> = query_as(
                    "select w.id as workflow_id, w.name as workflow_name, w.key, w.item_noun,
                       s.id as step_id, s.name as step_name, s.kind, s.team_id, s.wip_limit, s.item_count,
                       t.id as transition_id, t.to_step_id, t.name as transition_name, t.rework,
                       t.position as transition_position
                     from workflow w
                     left join step s on s.organisation_id = w.organisation_id and s.workflow_id = w.id
                     left join transition t on t.organisation_id = s.organisation_id and t.from_step_id = s.id
                     where w.organisation_id = $1 and w.deleted_at is null and w.key = $2
                     order by w.id, s.position, s.id",
                )
                .bind(token.organisation)
                .bind(&asked.workflow)
                .fetch_all(pool)
                .await?;
                let Some(workflow) = steps.first().map(|step| step.workflow_id) else { return Ok(None) };
                let rows = query_as(
                    "select i.id, i.number, i.title, i.tag, i.step_id, i.step_since, i.priority, i.assignee_id, i.due_on,
                       i.amount, i.comment_count, i.version, i.workflow_id, i.data, i.created_at, i.created_by,
                       i.updated_at
                     from item i
                     where i.organisation_id = $1 and i.workflow_id in ($2) and i.deleted_at is null
                       and priority >= $3 and (i.updated_at, i.id) < ($4, $5)
                     order by i.updated_at desc, i.id desc
                     limit 51",
                )
                .bind(token.organisation)
                .bind(workflow)
                .bind(asked.priority)
                .bind(updated_at)
                .bind(id)
                .fetch_all(pool)
                .await?;
                Ok(Some(page(asked, &steps, rows)))
            }
        }
    };
}

statements!(on_sqlite, sqlx::SqlitePool);
statements!(on_postgres, sqlx::PgPool);

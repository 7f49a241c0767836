//! The statements of the board page, as the program runs them; once for each engine.
#![expect(clippy::disallowed_methods, reason = "the point of this program is to use sqlx as it is")]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::{AssertSqlSafe, query_as};
use uuid::Uuid;

/// How many cards a column shows.
const COLUMN_LIMIT: i64 = 40;

/// Everything the page shows.
pub struct Board {
    /// Who looks.
    pub viewer: Viewer,
    /// Where they look.
    pub place: Place,
    /// The organisations and brands to switch between.
    pub choices: Vec<Choice>,
    /// Names of people and teams.
    pub directory: Vec<Entry>,
    /// The entries of the side navigation.
    pub workflows: Vec<Summary>,
    /// The workflow with its steps and transitions, a row for each transition.
    pub whole: Vec<Whole>,
    /// The cards of all columns.
    pub cards: Vec<Card>,
}

/// The session and the person.
#[derive(sqlx::FromRow)]
pub struct Viewer {
    account_id: Uuid,
    organisation_id: Option<Uuid>,
    with_passkey: bool,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
}

/// The membership and the organisation.
#[derive(sqlx::FromRow)]
pub struct Place {
    member_id: Uuid,
    /// The organisation's name.
    pub organisation_name: String,
}

/// An organisation or a brand to switch to.
#[derive(sqlx::FromRow)]
pub struct Choice {
    /// Its name.
    pub name: String,
}

/// A member or a team.
#[derive(sqlx::FromRow)]
pub struct Entry {
    /// The membership or the team.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The colour.
    pub category: i64,
    /// Whether it is a team.
    pub is_team: bool,
}

/// A workflow in the side navigation.
#[derive(sqlx::FromRow)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Its letters.
    pub key: String,
    /// Its open items.
    pub open_count: i64,
}

/// The workflow, a step, and a way out of it.
#[derive(sqlx::FromRow)]
pub struct Whole {
    /// The workflow's name.
    pub workflow_name: String,
    /// Its letters.
    pub key: String,
    /// The step.
    pub step_id: Uuid,
    /// The step's name.
    pub step_name: String,
    kind: String,
    /// Its team.
    pub team_id: Option<Uuid>,
    /// Its items.
    pub item_count: i64,
    /// Where the transition leads.
    pub to_step_id: Option<Uuid>,
    /// What it is called.
    pub transition_name: Option<String>,
}

/// A card.
#[derive(Deserialize, sqlx::FromRow)]
pub struct Card {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its plate.
    pub tag: String,
    /// Where it is.
    pub step_id: Uuid,
    /// Since when.
    pub step_since: DateTime<Utc>,
    /// How pressing it is.
    pub priority: i64,
    /// Who works on it.
    pub assignee_id: Option<Uuid>,
    /// When it is due.
    pub due_on: Option<NaiveDate>,
    /// What it costs.
    pub amount: Option<i64>,
    /// Its comments.
    pub comment_count: i64,
    /// Its version.
    pub version: i64,
}

/// The columns of a card.
macro_rules! card {
    () => {
        "id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount, comment_count, version"
    };
}

/// A text of all cards for each step, in SQLite; `$1` is the organisation, then one step each.
fn all_steps(steps: &[(Uuid, bool)]) -> String {
    let column = |((_, done), number): (&(Uuid, bool), usize)| {
        let order = if *done { "step_since desc, id desc" } else { "step_since, id" };
        format!(
            "select json_group_array(json_array(nullif(hex(id), ''), number, title, tag, nullif(hex(step_id), ''), step_since, \
             priority, nullif(hex(assignee_id), ''), due_on, amount, comment_count, version)) from (select {} from item \
             where organisation_id = $1 and step_id = ${number} and deleted_at is null order by {order} \
             limit {COLUMN_LIMIT}) as step_cards",
            card!()
        )
    };
    steps.iter().zip(2..).map(column).collect::<Vec<_>>().join(" union all ")
}

/// A row for each card, in PostgreSQL; `$1` is the organisation, then one step each, those that end items last.
fn step_by_step(steps: &[(Uuid, bool)]) -> String {
    let part = |done: bool| {
        let order = if done { "step_since desc, id desc" } else { "step_since, id" };
        let numbers = steps.iter().zip(2..).filter(|((_, it), _)| *it == done);
        let numbers = numbers.map(|(_, number)| format!("${number}")).collect::<Vec<_>>().join(", ");
        format!(
            "select c.* from step s cross join lateral (select {} from item where organisation_id = s.organisation_id \
             and step_id = s.id and deleted_at is null order by {order} limit {COLUMN_LIMIT}) c \
             where s.organisation_id = $1 and s.id in ({numbers})",
            card!()
        )
    };
    format!("{} union all {}", part(false), part(true))
}

async fn cards_as_text(
    pool: &sqlx::SqlitePool,
    organisation: Option<Uuid>,
    steps: &[(Uuid, bool)],
) -> Result<Vec<Card>, sqlx::Error> {
    let mut query = query_as(AssertSqlSafe(all_steps(steps))).bind(organisation);
    for (step, _) in steps {
        query = query.bind(*step);
    }
    let texts: Vec<(String,)> = query.fetch_all(pool).await?;
    let mut cards = Vec::new();
    for (text,) in texts {
        let column: Vec<Card> =
            serde_json::from_str(&text).map_err(|cause| sqlx::Error::Decode(cause.into()))?;
        cards.extend(column);
    }
    Ok(cards)
}

async fn cards_as_rows(
    pool: &sqlx::PgPool,
    organisation: Option<Uuid>,
    steps: &[(Uuid, bool)],
) -> Result<Vec<Card>, sqlx::Error> {
    let mut query = query_as(AssertSqlSafe(step_by_step(steps))).bind(organisation);
    for (step, _) in steps {
        query = query.bind(*step);
    }
    query.fetch_all(pool).await
}

/// The steps, each once, and whether items end there.
fn steps(whole: &[Whole]) -> Vec<(Uuid, bool)> {
    let mut steps: Vec<_> = whole.iter().map(|row| (row.step_id, row.kind == "done")).collect();
    steps.dedup();
    steps
}

macro_rules! statements {
    ($engine:ident, $pool:ty, $cards:path) => {
        /// The statements on one engine.
        pub mod $engine {
            use super::*;

            /// Reads everything that the page shows; nothing if the session or the workflow does not exist.
            pub async fn board(
                pool: &$pool,
                token: Vec<u8>,
                key: &str,
            ) -> Result<Option<Board>, sqlx::Error> {
                let viewer: Option<Viewer> = query_as(
                    "select s.id, s.account_id, a.name, a.email, s.organisation_id, s.seen_at, s.created_at, s.proved_at,
                       s.with_passkey, s.support_access_id
                     from session s
                     join account a on a.id = s.account_id
                     where s.token_hash = $1 and $2 < s.expires_at and $3 < s.created_at",
                )
                .bind(token)
                .bind(Utc::now())
                .bind(Utc::now() - TimeDelta::days(90))
                .fetch_optional(pool)
                .await?;
                let Some(viewer) = viewer else { return Ok(None) };
                let place: Option<Place> = query_as(
                    "select m.id as member_id, m.role,
                       o.id as organisation_id, o.name as organisation_name,
                       coalesce(a.time_zone, o.time_zone) as time_zone, o.clock, o.week_start, o.language, o.currency,
                       o.working_days, b.id as brand_id, b.name as brand_name, b.accent as brand_accent,
                       b.logo is not null as brand_has_logo, b.version as brand_version,
                       o.require_mfa and m.state <> 'robot' and not exists (
                         select f.account_id from second_factor f where f.account_id = $3
                       ) and not ($4 and exists (select p.id from passkey p where p.account_id = $3)) as barred,
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
                     where m.organisation_id = $1 and m.account_id = $2 and m.state = 'active' and m.deleted_at is null",
                )
                .bind(viewer.organisation_id)
                .bind(viewer.account_id)
                .bind(viewer.account_id)
                .bind(viewer.with_passkey)
                .fetch_optional(pool)
                .await?;
                let Some(place) = place else { return Ok(None) };
                let choices = query_as(
                    "select o.id, o.name, o.logo is not null as has_logo, cast(null as text) as accent,
                       o.version, false as chosen
                     from member m
                     join organisation o on o.id = m.organisation_id
                     join member self on self.organisation_id = $1 and self.id = $2
                     where m.account_id = self.account_id and m.state = 'active' and m.deleted_at is null and o.deleted_at is null
                     union all
                     select b.id, b.name, b.logo is not null, b.accent, b.version, m.chosen_brand_id is not distinct from b.id
                     from brand b
                     join member m on m.organisation_id = b.organisation_id and m.id = $2
                     where b.organisation_id = $1 and b.deleted_at is null
                     order by 2, 1
                     limit 400",
                )
                .bind(viewer.organisation_id)
                .bind(place.member_id)
                .fetch_all(pool)
                .await?;
                let directory = query_as(
                    "select m.id, a.name, m.category, false as is_team, m.state = 'active' and m.deleted_at is null as active,
                       case when m.state = 'invited' then 0 else a.avatar_version end as avatar
                     from member m
                     join account a on a.id = m.account_id
                     where m.organisation_id = $1
                     union all
                     select id, name, category, true, true, 0
                     from team
                     where organisation_id = $1 and deleted_at is null
                     order by 2, 1",
                )
                .bind(viewer.organisation_id)
                .fetch_all(pool)
                .await?;
                let workflows = query_as(
                    "select w.id, w.name, w.key,
                       cast(coalesce(sum(case when s.kind = 'done' then 0 else s.item_count end), 0) as bigint) as open_count
                     from workflow w
                     left join step s on s.workflow_id = w.id
                     where w.organisation_id = $1 and w.deleted_at is null
                     group by w.id, w.name, w.key
                     order by w.name, w.id",
                )
                .bind(viewer.organisation_id)
                .fetch_all(pool)
                .await?;
                let whole: Vec<Whole> = query_as(
                    "select w.id as workflow_id, w.name as workflow_name, w.key, w.item_noun,
                       s.id as step_id, s.name as step_name, s.kind, s.team_id, s.wip_limit, s.item_count,
                       t.id as transition_id, t.to_step_id, t.name as transition_name, t.rework,
                       t.position as transition_position
                     from workflow w
                     left join step s on s.organisation_id = w.organisation_id and s.workflow_id = w.id
                     left join transition t on t.organisation_id = s.organisation_id and t.from_step_id = s.id
                     where w.organisation_id = $1 and w.deleted_at is null and w.key = $2
                     order by s.position, s.id",
                )
                .bind(viewer.organisation_id)
                .bind(key)
                .fetch_all(pool)
                .await?;
                if whole.is_empty() {
                    return Ok(None);
                }
                let cards = $cards(pool, viewer.organisation_id, &steps(&whole)).await?;
                Ok(Some(Board { viewer, place, choices, directory, workflows, whole, cards }))
            }
        }
    };
}

statements!(on_sqlite, sqlx::SqlitePool, cards_as_text);
statements!(on_postgres, sqlx::PgPool, cards_as_rows);

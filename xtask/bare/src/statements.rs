//! The statements of the board page, as the program runs them; once for each engine.
#![expect(clippy::disallowed_methods, reason = "the point of this program is to use sqlx as it is")]

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// How many cards a column shows.
const COLUMN_LIMIT: i64 = 40;

/// Everything the page shows.
pub struct Board {
    /// Who looks.
    pub viewer: Viewer,
    /// The organisations to switch between.
    pub organisations: Vec<Organisation>,
    /// Names of people.
    pub people: Vec<Person>,
    /// Names of teams.
    pub teams: Vec<Team>,
    /// The entries of the side navigation.
    pub workflows: Vec<Summary>,
    /// The workflow's head.
    pub head: Head,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Its transitions.
    pub transitions: Vec<Transition>,
    /// The cards of all columns.
    pub cards: Vec<Card>,
    /// Saved views.
    pub views: Vec<View>,
}

/// The session, the person and the organisation.
#[derive(sqlx::FromRow)]
pub struct Viewer {
    account_id: Uuid,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    member_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    /// The organisation's name.
    pub organisation_name: Option<String>,
}

/// An organisation to switch to.
#[derive(sqlx::FromRow)]
pub struct Organisation {
    /// Its name.
    pub name: String,
}

/// A member.
#[derive(sqlx::FromRow)]
pub struct Person {
    /// The membership.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The colour.
    pub category: i64,
}

/// A team.
#[derive(sqlx::FromRow)]
pub struct Team {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its colour.
    pub category: i64,
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

/// The workflow.
#[derive(sqlx::FromRow)]
pub struct Head {
    id: Uuid,
    /// Its name.
    pub name: String,
    /// Its letters.
    pub key: String,
}

/// A step.
#[derive(sqlx::FromRow)]
pub struct Step {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    kind: String,
    /// Its team.
    pub team_id: Option<Uuid>,
    /// Its items.
    pub item_count: i64,
}

/// A transition.
#[derive(sqlx::FromRow)]
pub struct Transition {
    /// Where from.
    pub from_step_id: Uuid,
    /// Where to.
    pub to_step_id: Uuid,
    /// What it is called.
    pub name: String,
}

/// A card.
#[derive(sqlx::FromRow)]
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

/// A saved view.
#[derive(sqlx::FromRow)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its filter.
    pub query: String,
}

/// The cards of all columns in one statement; `$1` is the organisation, then one step each.
fn columns(steps: &[Step]) -> String {
    const CARD: &str = "id, number, title, tag, step_id, step_since, priority, assignee_id, due_on, amount, \
                        comment_count, version";
    let column = |(step, number): (&Step, usize)| {
        let order = if step.kind == "done" { "step_since desc, id desc" } else { "step_since, id" };
        format!(
            "select {CARD} from (select {CARD} from item where organisation_id = $1 and step_id = ${number} \
             and deleted_at is null order by {order} limit {COLUMN_LIMIT}) as step_cards"
        )
    };
    steps.iter().zip(2..).map(column).collect::<Vec<_>>().join(" union all ")
}

macro_rules! statements {
    ($engine:ident, $pool:ty) => {
        /// The statements on one engine.
        pub mod $engine {
            use super::*;
            use sqlx::{AssertSqlSafe, query_as};

            /// Reads everything that the page shows; nothing if the session or the workflow does not exist.
            pub async fn board(pool: &$pool, token: Vec<u8>, key: &str) -> Result<Option<Board>, sqlx::Error> {
                let viewer: Option<Viewer> = query_as(
                    "select s.id, s.account_id, a.name, a.email, s.seen_at,
                       m.id as member_id, m.role,
                       o.id as organisation_id, o.name as organisation_name,
                       o.time_zone, o.clock, o.week_start, o.language, o.currency
                     from session s
                     join account a on a.id = s.account_id
                     left join organisation o on o.id = s.organisation_id and o.deleted_at is null
                     left join member m
                       on m.organisation_id = o.id and m.account_id = s.account_id
                       and m.state = 'active' and m.deleted_at is null
                     where s.token_hash = $1 and $2 < s.expires_at",
                )
                .bind(token)
                .bind(Utc::now())
                .fetch_optional(pool)
                .await?;
                let Some(viewer) = viewer else { return Ok(None) };
                let organisations = query_as(
                    "select o.id, o.name, o.logo is not null as has_logo
                     from member m
                     join organisation o on o.id = m.organisation_id
                     where m.account_id = $1 and m.state = 'active' and m.deleted_at is null and o.deleted_at is null
                     order by o.name, o.id
                     limit 200",
                )
                .bind(viewer.account_id)
                .fetch_all(pool)
                .await?;
                let people = query_as(
                    "select m.id, a.name, m.category, m.state = 'active' and m.deleted_at is null as active
                     from member m
                     join account a on a.id = m.account_id
                     where m.organisation_id = $1
                     order by a.name, m.id",
                )
                .bind(viewer.organisation_id)
                .fetch_all(pool)
                .await?;
                let teams = query_as(
                    "select id, name, category
                     from team
                     where organisation_id = $1 and deleted_at is null
                     order by name",
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
                let head: Option<Head> = query_as(
                    "select id, name, key, item_noun
                     from workflow
                     where organisation_id = $1 and key = $2 and deleted_at is null",
                )
                .bind(viewer.organisation_id)
                .bind(key)
                .fetch_optional(pool)
                .await?;
                let Some(head) = head else { return Ok(None) };
                let steps: Vec<Step> = query_as(
                    "select id, name, kind, team_id, wip_limit, item_count
                     from step
                     where organisation_id = $1 and workflow_id = $2
                     order by position",
                )
                .bind(viewer.organisation_id)
                .bind(head.id)
                .fetch_all(pool)
                .await?;
                let transitions = query_as(
                    "select id, from_step_id, to_step_id, name, rework
                     from transition
                     where organisation_id = $1 and workflow_id = $2
                     order by position, id",
                )
                .bind(viewer.organisation_id)
                .bind(head.id)
                .fetch_all(pool)
                .await?;
                let columns = columns(&steps);
                let mut query = query_as(AssertSqlSafe(columns)).bind(viewer.organisation_id);
                for step in &steps {
                    query = query.bind(step.id);
                }
                let cards = query.fetch_all(pool).await?;
                let views = query_as(
                    "select id, name, shared, member_id = $3 as mine, layout, query
                     from saved_view
                     where organisation_id = $1 and workflow_id = $2 and deleted_at is null and (shared or member_id = $3)
                     order by lower(name), id
                     limit 100",
                )
                .bind(viewer.organisation_id)
                .bind(head.id)
                .bind(viewer.member_id)
                .fetch_all(pool)
                .await?;
                Ok(Some(Board { viewer, organisations, people, teams, workflows, head, steps, transitions, cards, views }))
            }
        }
    };
}

statements!(on_sqlite, sqlx::SqlitePool);
statements!(on_postgres, sqlx::PgPool);

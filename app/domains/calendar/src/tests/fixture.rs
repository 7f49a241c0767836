//! A team that can be booked, an item to book for, and people who do.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, sql};
use kernel::{
    BookingId, Cx, JobTypeId, MemberId, OpeningsFound, Permission, Record, RecordFound, RecordKind,
    RecordName, RecordNames, Role, TeamId, Topic, testing::TestClock,
};
use uuid::Uuid;

use crate::{
    acts::{
        booking::{self, Form},
        job_type,
    },
    model::BookingCard,
    repo::job_type::Said,
    rules::Span,
};

/// An item that everybody sees.
pub(super) const ITEM: Uuid = Uuid::from_u128(101);

const KINDS: &[RecordKind] =
    &[RecordKind { kind: "item", page: "/items/", max_file_bytes: None, by_key, by_id, names: Some(names) }];

fn by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    by_id(cx, if key == "UC-101" { ITEM } else { Uuid::nil() })
}

fn by_id(cx: &Cx, id: Uuid) -> RecordFound<'_> {
    let visible = cx.may(Permission::ItemView) && id == ITEM;
    let topic = Topic::of(Permission::ItemView, "workflow/1".into());
    let record = Record { id, topic, may_change: true, may_comment: false };
    Box::pin(async move { Ok(visible.then_some(record)) })
}

fn names<'a>(_: &'a Cx, ids: &'a [Uuid]) -> RecordNames<'a> {
    let name = |id: &Uuid| RecordName { id: *id, key: "UC-101".to_owned(), title: "Volvo V60".to_owned() };
    let visible = ids.iter().filter(|id| **id == ITEM).map(name).collect();
    Box::pin(async move { Ok(visible) })
}

/// People work from eight to four, UTC, on every day.
fn openings<'a>(_: db::On<'a>, _: &'a Cx, _: Option<TeamId>, within: Span) -> OpeningsFound<'a> {
    let days = within.0.date_naive().iter_days().take_while(move |day| *day <= within.1.date_naive());
    let open = days.filter_map(move |day| {
        let opens = day.and_hms_opt(8, 0, 0)?.and_utc().max(within.0);
        let closes = day.and_hms_opt(16, 0, 0)?.and_utc().min(within.1);
        (opens < closes).then_some((opens, closes))
    });
    let open = open.collect();
    Box::pin(async move { Ok(open) })
}

/// See the module. It is Friday 21 November 2025, nine in the morning in Stockholm; the team has two members, Marek and Anna.
pub(super) struct World {
    pub(super) owner: Cx,
    pub(super) marek: Cx,
    pub(super) anna: Cx,
    pub(super) team: TeamId,
    pub(super) inspection: JobTypeId,
    pub(super) clock: Arc<TestClock>,
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let site = kernel::testing::site(db, clock.clone()).with_record_kinds(KINDS).with_openings(openings);
        let owner = Cx::test_on(site, "Nordvik Cars").await;
        item(&owner).await;
        let marek = owner.colleague("Marek Havel", Role::Member).await;
        let anna = owner.colleague("Anna Lind", Role::Member).await;
        let team = team(&owner, 7, "Testers", &[&marek, &anna]).await;
        let said = Said { name: "Inspection".into(), team_id: team, minutes: 90 };
        let inspection = job_type::add(&owner, Ok(job_type::Form(said))).await.unwrap().id;
        World { owner, marek, anna, team, inspection, clock }
    }

    /// Books an inspection.
    pub(super) async fn book(&self, cx: &Cx, starts: &str, minutes: i64) -> kernel::Result<BookingCard> {
        booking::add(cx, &self.inspection.to_string(), "", Ok(form(starts, minutes, None)), None).await
    }
}

pub(super) fn form(starts: &str, minutes: i64, member: Option<MemberId>) -> Form {
    let starts = (!starts.is_empty()).then(|| at(starts));
    Form { starts, minutes: Some(minutes), member, note: String::new() }
}

/// `2025-11-24 09:00`
pub(super) fn at(text: &str) -> DateTime<Utc> {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc()
}

pub(super) fn hours(count: i64) -> TimeDelta {
    TimeDelta::hours(count)
}

/// A team of these.
pub(super) async fn team(cx: &Cx, number: u128, name: &str, members: &[&Cx]) -> TeamId {
    let (id, now) = (TeamId::from(Uuid::from_u128(number)), cx.now());
    let mut tx = cx.begin().await.unwrap();
    sql("insert into team (id, organisation_id, name, category, bookable, created_at, updated_at)
         values ($1, $2, $3, 1, true, $4, $4)")
    .bind(id)
    .bind(cx.organisation_id())
    .bind(name)
    .bind(now)
    .exactly_one(&mut tx)
    .await
    .unwrap();
    for member in members {
        sql("insert into team_member (organisation_id, team_id, member_id, created_at) values ($1, $2, $3, $4)")
            .bind(cx.organisation_id())
            .bind(id)
            .bind(member.member_id())
            .bind(now)
            .exactly_one(&mut tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    id
}

async fn item(cx: &Cx) {
    let (organisation, now) = (cx.organisation_id(), cx.now());
    let place = Uuid::from_u128(5);
    let mut tx = cx.begin().await.unwrap();
    sql("insert into workflow (id, organisation_id, name, key, created_at, updated_at)
         values ($1, $2, 'Used cars', 'UC', $3, $3)")
    .bind(place)
    .bind(organisation)
    .bind(now)
    .exactly_one(&mut tx)
    .await
    .unwrap();
    sql("insert into step (id, organisation_id, workflow_id, position, name, kind, created_at, updated_at)
         values ($1, $2, $1, 1, 'Test', 'start', $3, $3)")
    .bind(place)
    .bind(organisation)
    .bind(now)
    .exactly_one(&mut tx)
    .await
    .unwrap();
    sql("insert into item
           (id, organisation_id, workflow_id, number, title, step_id, step_since, data, created_at, updated_at)
         values ($1, $2, $3, 101, 'Volvo V60', $3, $4, $5, $4, $4)")
    .bind(ITEM)
    .bind(organisation)
    .bind(place)
    .bind(now)
    .bind(serde_json::json!({}))
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// So many more members who can be booked.
pub(super) async fn more_members(cx: &Cx, team: TeamId, count: usize) {
    for number in 0..count {
        let colleague = cx.colleague(&format!("Colleague {number}"), Role::Member).await;
        let mut tx = cx.begin().await.unwrap();
        sql("insert into team_member (organisation_id, team_id, member_id, created_at) values ($1, $2, $3, $4)")
            .bind(cx.organisation_id())
            .bind(team)
            .bind(colleague.member_id())
            .bind(cx.now())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

/// Says whether a team can be booked.
pub(super) async fn set_bookable(cx: &Cx, team: TeamId, bookable: bool) {
    let mut tx = cx.begin().await.unwrap();
    sql("update team set bookable = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(team)
        .bind(bookable)
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// What a member was told, in the order in which it was: kind, title and text.
pub(super) async fn told(cx: &Cx) -> Vec<(String, String, String)> {
    let rows =
        sql("select kind, title, excerpt from notification where organisation_id = $1 and member_id = $2
         order by created_at, id")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .all(cx.db())
        .await
        .unwrap();
    cx.visit().rest().await;
    rows
}

/// The kinds of what was recorded of bookings and events.
pub(super) async fn recorded(cx: &Cx) -> Vec<String> {
    let rows: Vec<(String,)> = sql("select kind from audit
         where organisation_id = $1 and (kind like 'booking.%' or kind like 'event.%') order by number")
    .bind(cx.organisation_id())
    .all(cx.db())
    .await
    .unwrap();
    cx.visit().rest().await;
    rows.into_iter().map(|(kind,)| kind).collect()
}

/// How a booking stands.
pub(super) async fn state(cx: &Cx, id: BookingId) -> String {
    let (state,): (String,) = sql("select state from booking where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .one(cx.db())
        .await
        .unwrap();
    cx.visit().rest().await;
    state
}

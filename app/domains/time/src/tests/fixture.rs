//! Items to spend time on, and people who do.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use db::{Db, sql};
use kernel::{
    Cx, ItemId, Permission, Record, RecordFound, RecordKind, RecordName, RecordNames, Role, Topic,
    testing::TestClock,
};
use uuid::Uuid;

use crate::{
    acts::{self, Form},
    model::TimeEntry,
};

/// Two items that everybody sees, and one that nobody does.
pub(super) const ONE: Uuid = Uuid::from_u128(101);
pub(super) const TWO: Uuid = Uuid::from_u128(102);
pub(super) const HIDDEN: Uuid = Uuid::from_u128(103);

const KINDS: &[RecordKind] =
    &[RecordKind { kind: "item", page: "/items/", max_file_bytes: None, by_key, by_id, names: Some(names) }];

fn by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    by_id(cx, key.strip_prefix("UC-").and_then(|it| it.parse().ok()).map_or(Uuid::nil(), Uuid::from_u128))
}

fn by_id(cx: &Cx, id: Uuid) -> RecordFound<'_> {
    let visible = cx.may(Permission::ItemView);
    Box::pin(async move {
        let known = visible && [ONE, TWO].contains(&id);
        let topic = Topic::of(Permission::ItemView, "workflow/1".into());
        Ok(known.then_some(Record { id, topic, may_change: true, may_comment: false }))
    })
}

fn names<'a>(_: &'a Cx, ids: &'a [Uuid]) -> RecordNames<'a> {
    let name = |id: &Uuid| RecordName {
        id: *id,
        key: format!("UC-{}", id.as_u128()),
        title: "Volvo V60".to_owned(),
    };
    let visible = ids.iter().filter(|id| [ONE, TWO].contains(id)).map(name).collect();
    Box::pin(async move { Ok(visible) })
}

/// See the module. It is Friday 21 November 2025, nine in the morning.
pub(super) struct World {
    pub(super) owner: Cx,
    pub(super) marek: Cx,
    pub(super) clock: Arc<TestClock>,
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        let clock = TestClock::new();
        let site = kernel::testing::site(db, clock.clone()).with_record_kinds(KINDS);
        let owner = Cx::test_on(site, "Nordvik Cars").await;
        items(&owner).await;
        let marek = owner.colleague("Marek Havel", Role::Member).await;
        World { owner, marek, clock }
    }

    pub(super) fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }
}

async fn items(cx: &Cx) {
    let (organisation, now) = (cx.organisation_id(), cx.now());
    let place = Uuid::from_u128(7);
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
    for (number, id) in (101_i64..).zip([ONE, TWO, HIDDEN]) {
        sql("insert into item
               (id, organisation_id, workflow_id, number, title, step_id, step_since, data, created_at, updated_at)
             values ($1, $2, $3, $4, 'Volvo V60', $3, $5, $6, $5, $5)")
        .bind(id)
        .bind(organisation)
        .bind(place)
        .bind(number)
        .bind(now)
        .bind(serde_json::json!({}))
        .exactly_one(&mut tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn form(at: &str, minutes: i64) -> Form {
    Form { day: day(at), minutes, note: String::new() }
}

/// Logs time on the first item.
pub(super) async fn log(cx: &Cx, at: &str, minutes: i64) -> TimeEntry {
    acts::log(cx, "UC-101", form(at, minutes), None).await.unwrap()
}

/// The sum of the first item.
pub(super) async fn sum(cx: &Cx) -> i64 {
    acts::of_item(cx, "UC-101").await.unwrap().sum
}

/// The entries of the audit log and what open pages were told of.
pub(super) async fn told(cx: &Cx) -> (Vec<String>, Vec<(String, Uuid)>) {
    let log: Vec<(String,)> = sql("select kind from audit where organisation_id = $1 order by number")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await
        .unwrap();
    let news: Vec<(String, Uuid)> =
        sql("select topic, subject_id from outbox where organisation_id = $1 and kind like 'item.%'
             order by number")
        .bind(cx.organisation_id())
        .all(cx.db())
        .await
        .unwrap();
    cx.visit().rest().await;
    (log.into_iter().map(|(kind,)| kind).collect(), news)
}

pub(super) fn item(id: Uuid) -> ItemId {
    id.into()
}

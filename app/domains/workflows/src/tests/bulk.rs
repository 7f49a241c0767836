//! The same with many items, on both engines.

mod programs;

use chrono::{Days, Duration};
use db::{both, sql, testing};
use kernel::{Cx, Error, ItemId, Role, testing::TestClock};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::api::{dealership, dealership_of};
use crate::{
    acts::{self, approval as deciding, bulk, item},
    approval::{Approval, Verdict},
    bulk::{BULK_MAX, BulkAct, Done, by_reason},
    filter::{Filter, Sort},
    model::{Act, Item, Move, StepKind, Workflow},
    repo,
};

async fn workflow(cx: &Cx) -> Workflow {
    acts::workflow::find(cx, "UC").await.unwrap()
}

/// The items of the step at this place.
async fn items_at(cx: &Cx, place: usize) -> Vec<Item> {
    let step = workflow(cx).await.steps[place].id;
    repo::item::in_step(cx.db(), cx.organisation_id(), step, 1_000).await.unwrap()
}

fn ids(items: &[Item]) -> Vec<ItemId> {
    items.iter().map(|item| item.card.id).collect()
}

fn picks(items: &[Item]) -> Vec<(ItemId, i64)> {
    items.iter().map(|item| (item.card.id, item.card.version)).collect()
}

async fn now(cx: &Cx, id: ItemId) -> Option<Item> {
    repo::item::find(cx.db(), cx.organisation_id(), id).await.unwrap().map(|(_, item)| item)
}

/// Every step says how many items it has.
async fn counts_hold(cx: &Cx) {
    for step in workflow(cx).await.steps {
        let there = repo::item::in_step(cx.db(), cx.organisation_id(), step.id, 1_000).await.unwrap().len();
        assert_eq!(step.item_count, i64::try_from(there).unwrap(), "{}", step.name);
    }
}

both!(many_items_move_as_each_would_alone_and_come_back_as_one, |db| {
    let cx = dealership(&db, "Nordvik Cars", 120).await;
    let flow = workflow(&cx).await;
    let (first, published) = (items_at(&cx, 0).await, items_at(&cx, 3).await);
    let to = BulkAct::Move { to: flow.steps[1].id };
    let mut empty = first[0].clone();
    empty.data.remove("mileage");
    assert!(repo_update(&cx, &empty).await);
    let chosen: Vec<Item> = items_at(&cx, 0).await.into_iter().chain(published.clone()).collect();

    let outlook = bulk::look(&cx, flow.head.id, to, &ids(&chosen)).await.unwrap();
    assert_eq!(outlook.go.len(), first.len() - 1);
    let reasons: Vec<(&str, usize)> =
        by_reason(&outlook.stay).into_iter().map(|(reason, group)| (reason, group.len())).collect();
    let no_way = format!("No way leads there from {}", flow.steps[3].name);
    assert!(reasons.contains(&("Mileage not filled in", 1)), "{reasons:?}");
    assert!(reasons.contains(&(no_way.as_str(), published.len())), "{reasons:?}");

    let done = bulk::run(&cx, flow.head.id, to, &picks(&chosen), None).await.unwrap();
    assert_eq!(done.keys, outlook.keys);
    assert_eq!(done.stay, outlook.stay);
    counts_hold(&cx).await;
    let moved = now(&cx, first[1].card.id).await.unwrap();
    assert_eq!(moved.card.step_id, flow.steps[1].id);
    let history = repo::activity::list(cx.db(), cx.organisation_id(), moved.card.id).await.unwrap();
    assert!(matches!(&history[0].act, Act::Moved(Move { undo: false, .. })), "{history:?}");

    let undone = bulk::undo(&cx, done.id).await.unwrap();
    assert_eq!((undone.keys.len(), undone.stay.len()), (done.keys.len(), 0));
    counts_hold(&cx).await;
    assert_eq!(now(&cx, first[1].card.id).await.unwrap().card.step_id, flow.steps[0].id);
    assert!(matches!(bulk::undo(&cx, done.id).await, Err(Error::Conflict(_))), "once");
});

async fn repo_update(cx: &Cx, item: &Item) -> bool {
    let mut tx = cx.begin().await.unwrap();
    let changed = repo::item::update(&mut tx, cx, item.card.version, item).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

both!(what_was_changed_since_is_left_as_it_is_and_named, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 0).await;
    let seen = picks(&chosen);
    // Oskar is faster with the first.
    item::move_to(&oskar, chosen[0].card.id, flow.steps[1].id, chosen[0].card.version, None).await.unwrap();
    let to = BulkAct::Move { to: flow.steps[1].id };
    let done = bulk::run(&cx, flow.head.id, to, &seen, None).await.unwrap();
    assert_eq!(done.keys.len(), chosen.len() - 1);
    assert_eq!(done.stay.len(), 1);
    assert_eq!(done.stay[0].reason, "Changed meanwhile");
    assert_eq!(done.stay[0].key, flow.head.item_key(chosen[0].card.number));
    assert_eq!(done.sentence(), format!("{} moved, 1 stayed", chosen.len() - 1));

    // And gives another one a day afterwards.
    let other = now(&cx, chosen[1].card.id).await.unwrap();
    let day = BulkAct::Due { on: Some(cx.today().date() + Days::new(400)) };
    bulk::run(&oskar, flow.head.id, day, &picks(std::slice::from_ref(&other)), None).await.unwrap();
    let undone = bulk::undo(&cx, done.id).await.unwrap();
    assert_eq!(undone.keys.len(), chosen.len() - 2);
    let key = flow.head.item_key(other.card.number);
    assert!(undone.stay.iter().map(|stay| &stay.key).eq([&key]));
    let said = format!("1 could not be taken back. {key} was changed meanwhile. Look at it again.");
    assert!(undone.sentence().ends_with(&said), "{}", undone.sentence());
    assert_eq!(now(&cx, other.card.id).await.unwrap().card.step_id, flow.steps[1].id);
    counts_hold(&cx).await;
});

both!(sent_again_with_its_key_it_is_done_once_and_answers_the_same, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 0).await;
    let (to, key) = (BulkAct::Move { to: flow.steps[1].id }, Some(Uuid::from_u128(7)));
    let first = bulk::run(&cx, flow.head.id, to, &picks(&chosen), key).await.unwrap();
    let second = bulk::run(&cx, flow.head.id, to, &picks(&chosen), key).await.unwrap();
    assert_eq!(first, second);
    let history = repo::activity::list(cx.db(), cx.organisation_id(), chosen[0].card.id).await.unwrap();
    assert_eq!(history.iter().filter(|entry| matches!(entry.act, Act::Moved(_))).count(), 1);
    counts_hold(&cx).await;
});

both!(people_days_and_the_bin_work_alike, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let flow = workflow(&cx).await;
    let before = items_at(&cx, 1).await;
    let day = cx.today().date() + Days::new(9);
    let acts = [
        BulkAct::Assign { to: Some(oskar.member_id()) },
        BulkAct::Due { on: Some(day) },
        BulkAct::Due { on: None },
        BulkAct::Delete,
    ];
    for act in acts {
        let chosen = items_at(&cx, 1).await;
        let done = bulk::run(&cx, flow.head.id, act, &picks(&chosen), None).await.unwrap();
        assert!(!done.keys.is_empty(), "{act:?}");
        for item in &chosen {
            let item = now(&cx, item.card.id).await;
            match act {
                BulkAct::Delete => assert_eq!(item, None),
                BulkAct::Assign { to } => assert_eq!(item.unwrap().card.assignee_id, to),
                BulkAct::Due { on } => assert_eq!(item.unwrap().card.due_on, on),
                BulkAct::Move { .. } => unreachable!(),
            }
        }
        counts_hold(&cx).await;
        // Done again there is nothing to do.
        if act != BulkAct::Delete {
            let outlook = bulk::look(&cx, flow.head.id, act, &ids(&chosen)).await.unwrap();
            assert_eq!((outlook.go.len(), outlook.stay.len()), (0, chosen.len()));
        }
        let undone = bulk::undo(&cx, done.id).await.unwrap();
        assert_eq!((undone.keys.len(), undone.stay), (done.keys.len(), Vec::new()), "{act:?}");
        counts_hold(&cx).await;
        for was in &before {
            let is = now(&cx, was.card.id).await.unwrap().card;
            assert_eq!((is.assignee_id, is.due_on), (was.card.assignee_id, was.card.due_on), "{act:?}");
        }
    }
});

both!(one_who_is_brought_back_by_hand_is_named, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 1).await;
    let done = bulk::run(&cx, flow.head.id, BulkAct::Delete, &picks(&chosen), None).await.unwrap();
    item::restore(&cx, chosen[0].card.id).await.unwrap();
    item::restore(&cx, chosen[1].card.id).await.unwrap();
    item::delete(&cx, chosen[1].card.id, None).await.unwrap();
    let undone = bulk::undo(&cx, done.id).await.unwrap();
    assert_eq!(undone.keys.len(), chosen.len() - 2);
    let reasons: Vec<&str> = undone.stay.iter().map(|stay| stay.reason.as_str()).collect();
    assert_eq!(reasons, ["Brought back already", "Changed meanwhile"]);
    counts_hold(&cx).await;
    // What is in the bin stays and says so.
    item::delete(&cx, chosen[0].card.id, None).await.unwrap();
    let act = BulkAct::Due { on: Some(cx.today().date()) };
    let outlook = bulk::look(&cx, flow.head.id, act, &ids(&chosen[..1])).await.unwrap();
    assert_eq!(outlook.stay[0].reason, "Deleted meanwhile");
});

both!(what_waits_to_be_approved_stays, |db| {
    let clock = TestClock::new();
    let cx = Cx::test_on(kernel::testing::site(&db, clock.clone()), "Nordvik Cars").await;
    let cx = dealership_of(cx, 60).await;
    let flow = workflow(&cx).await;
    let mut opened = acts::design::open(&cx, "UC").await.unwrap();
    let rule = Approval { approvers: vec![cx.member_id()], ..Approval::default() };
    opened.definition.steps[1].approval = Some(rule);
    let (here, before) = (flow.steps[1].id, flow.steps[0].id);
    opened.definition.connect(here, before, "Send back");
    let kept = acts::design::save(&cx, flow.head.id, 0, opened.definition).await.unwrap();
    acts::design::publish(&cx, flow.head.id, kept.version, &Default::default()).await.unwrap();

    let asked = items_at(&cx, 1).await;
    let on = BulkAct::Move { to: flow.steps[3].id };
    let outlook = bulk::look(&cx, flow.head.id, on, &ids(&asked)).await.unwrap();
    assert_eq!(outlook.go, Vec::new());
    assert!(outlook.stay.iter().all(|stay| stay.reason == "Waits to be approved in Test and inspect"));

    // Many come there at once; one is decided before it is taken back.
    let chosen = items_at(&cx, 0).await;
    let to = BulkAct::Move { to: flow.steps[1].id };
    let outlook = bulk::look(&cx, flow.head.id, to, &ids(&chosen)).await.unwrap();
    assert!(outlook.notes.iter().any(|note| note.contains("wait to be approved")), "{:?}", outlook.notes);
    let done = bulk::run(&cx, flow.head.id, to, &picks(&chosen), None).await.unwrap();
    clock.pass(Duration::minutes(30));
    let one = now(&cx, chosen[0].card.id).await.unwrap();
    let answer = deciding::Answer {
        version: one.card.version,
        verdict: Verdict::Refused,
        reason: "It is not clean.".into(),
        to: None,
    };
    deciding::decide(&cx, one.card.id, answer, None).await.unwrap();
    let undone = bulk::undo(&cx, done.id).await.unwrap();
    assert_eq!((undone.keys.len(), undone.stay.len()), (done.keys.len() - 1, 1));
    counts_hold(&cx).await;
});

both!(after_an_hour_it_is_not_taken_back_as_one, |db| {
    let clock = TestClock::new();
    let cx = Cx::test_on(kernel::testing::site(&db, clock.clone()), "Nordvik Cars").await;
    let cx = dealership_of(cx, 30).await;
    let flow = workflow(&cx).await;
    let to = BulkAct::Move { to: flow.steps[1].id };
    let done = bulk::run(&cx, flow.head.id, to, &picks(&items_at(&cx, 0).await), None).await.unwrap();
    clock.pass(Duration::minutes(61));
    let Err(Error::Conflict(text)) = bulk::undo(&cx, done.id).await else { panic!("taken back") };
    assert!(text.contains("more than an hour"), "{text}");
    counts_hold(&cx).await;
});

both!(a_full_column_is_told_before_it_is_done, |db| {
    let cx = dealership(&db, "Nordvik Cars", 300).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 0).await;
    let then = flow.steps[1].item_count + i64::try_from(chosen.len()).unwrap();
    assert!(flow.steps[1].wip_limit.unwrap() < then, "the test needs more items");
    let to = BulkAct::Move { to: flow.steps[1].id };
    let outlook = bulk::look(&cx, flow.head.id, to, &ids(&chosen)).await.unwrap();
    assert_eq!(outlook.notes, [format!("Test and inspect will hold {then} items. Its limit is 24.")]);
    assert_eq!(outlook.go.len(), chosen.len());
});

/// Every item of the workflow.
async fn everything(cx: &Cx) -> Vec<Item> {
    let mut all = Vec::new();
    for place in 0..workflow(cx).await.steps.len() {
        all.extend(items_at(cx, place).await);
    }
    all
}

both!(more_than_a_slice_is_still_one_act, |db| {
    let cx = dealership(&db, "Nordvik Cars", 230).await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let flow = workflow(&cx).await;
    let all = everything(&cx).await;
    let seen = picks(&all);
    let (act, key) = (BulkAct::Assign { to: Some(oskar.member_id()) }, Some(Uuid::from_u128(9)));
    // It ends after some of them, and is sent again.
    let some = bulk::run(&cx, flow.head.id, act, &seen[..150], key).await.unwrap();
    assert_eq!((some.keys.len(), some.stay.len()), (150, 0));
    let done = bulk::run(&cx, flow.head.id, act, &seen, key).await.unwrap();
    assert_eq!((done.id, done.keys.len(), done.stay.len()), (some.id, 230, 0));
    let other = bulk::run(&cx, flow.head.id, BulkAct::Delete, &seen, key).await;
    assert!(matches!(other, Err(Error::Conflict(_))), "{other:?}");
    let undone = bulk::undo(&cx, done.id).await.unwrap();
    assert_eq!((undone.keys.len(), undone.stay), (230, Vec::new()));
    for was in &all {
        assert_eq!(now(&cx, was.card.id).await.unwrap().card.assignee_id, was.card.assignee_id);
    }
    assert!(matches!(bulk::undo(&cx, done.id).await, Err(Error::Conflict(_))), "once");
    // Nor is it done once more.
    let again = bulk::run(&cx, flow.head.id, act, &seen, key).await.unwrap();
    assert_eq!(again, done);
    assert_eq!(now(&cx, all[0].card.id).await.unwrap().card.assignee_id, all[0].card.assignee_id);
});

both!(what_went_on_because_of_it_stays_and_says_so, |db| {
    let cx = dealership(&db, "Nordvik Cars", 60).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 1).await;
    let day = BulkAct::Due { on: Some(cx.today().date() + Days::new(400)) };
    let done = bulk::run(&cx, flow.head.id, day, &picks(&chosen), None).await.unwrap();
    let mut tx = cx.begin().await.unwrap();
    sql("update item set step_id = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(chosen[0].card.id)
        .bind(flow.steps[2].id)
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let undone = bulk::undo(&cx, done.id).await.unwrap();
    assert_eq!(undone.keys.len(), chosen.len() - 1);
    let key = flow.head.item_key(chosen[0].card.number);
    assert_eq!(undone.stay[0].why, format!("{key} went on to {} because of it.", flow.steps[2].name));
});

both!(after_a_week_it_is_forgotten, |db| {
    let clock = TestClock::new();
    let cx = Cx::test_on(kernel::testing::site(&db, clock.clone()), "Nordvik Cars").await;
    let cx = dealership_of(cx, 30).await;
    let flow = workflow(&cx).await;
    let to = BulkAct::Move { to: flow.steps[1].id };
    let done = bulk::run(&cx, flow.head.id, to, &picks(&items_at(&cx, 0).await), None).await.unwrap();
    bulk::sweep(cx.visit().site()).await.unwrap();
    clock.pass(Duration::days(8));
    assert!(matches!(bulk::undo(&cx, done.id).await, Err(Error::Conflict(_))));
    bulk::sweep(cx.visit().site()).await.unwrap();
    assert_eq!(bulk::undo(&cx, done.id).await, Err(Error::NotFound));
});

/// Two bulk acts over the same items, single moves and a publication at the same time: each is done or says that others were
/// faster, and nobody waits for somebody who waits for them.
async fn all_at_once(db: db::Db) {
    let cx = dealership(&db, "Nordvik Cars", 400).await;
    let flow = workflow(&cx).await;
    let (here, next) = (items_at(&cx, 0).await, items_at(&cx, 1).await);
    let mut others = Vec::new();
    for name in ["Ada", "Ben", "Cleo", "Dan"] {
        others.push(cx.colleague(name, Role::Owner).await);
    }
    let opened = acts::design::open(&cx, "UC").await.unwrap();
    let kept = acts::design::save(&cx, flow.head.id, 0, opened.definition).await.unwrap();
    let nowhere = acts::design::Onward::default();
    let (on, further) = (flow.steps[1].id, flow.steps[3].id);
    let many = async |cx: &Cx, items: &[Item], to| {
        bulk::run(cx, flow.head.id, BulkAct::Move { to }, &picks(items), None).await
    };
    let each = async |cx: &Cx, items: &[Item], to| {
        for item in items.iter().rev() {
            let moved = item::move_to(cx, item.card.id, to, item.card.version, None).await;
            assert!(matches!(moved, Ok(_) | Err(Error::Conflict(_))), "{moved:?}");
        }
    };
    let (one, two, (), (), published) = tokio::join!(
        many(&others[0], &here, on),
        many(&others[1], &here, on),
        each(&others[2], &here, on),
        each(&others[3], &next, further),
        acts::design::publish(&cx, flow.head.id, kept.version, &nowhere),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(matches!(published, Ok(_) | Err(Error::Conflict(_))), "{published:?}");
    assert_eq!(one.keys.len() + one.stay.len(), here.len());
    assert!(one.keys.iter().all(|key| !two.keys.contains(key)), "moved twice");
    for item in &here {
        assert_eq!(now(&cx, item.card.id).await.unwrap().card.step_id, on);
    }
    counts_hold(&cx).await;
}

#[tokio::test]
async fn bulk_acts_and_single_ones_at_once_on_postgres() {
    testing::postgres(all_at_once).await;
}

/// Sixteen people move items of their own to and fro: nobody waits for somebody who waits for them.
async fn each_their_own(db: db::Db) {
    let cx = dealership(&db, "Nordvik Cars", 400).await;
    let flow = workflow(&cx).await;
    let (here, on) = (items_at(&cx, 0).await, flow.steps[1].id);
    let mut people = JoinSet::new();
    for (number, own) in here.chunks(here.len().div_ceil(16)).map(<[Item]>::to_vec).enumerate() {
        let colleague = cx.colleague(&format!("Mover {number}"), Role::Owner).await;
        people.spawn(async move {
            for item in own {
                let moved =
                    item::move_to(&colleague, item.card.id, on, item.card.version, None).await.unwrap();
                item::undo_move(&colleague, moved.id, moved.version).await.unwrap();
            }
        });
    }
    people.join_all().await;
    assert_eq!(items_at(&cx, 0).await.len(), here.len());
    counts_hold(&cx).await;
}

#[tokio::test]
async fn many_people_move_items_of_their_own_on_postgres() {
    testing::postgres(each_their_own).await;
}

/// How many news of a topic open pages were told.
async fn told(cx: &Cx, topic: &str) -> i64 {
    let (count,): (i64,) = sql("select count(*) from outbox where organisation_id = $1 and topic = $2")
        .bind(cx.organisation_id())
        .bind(topic)
        .one(cx.db())
        .await
        .unwrap();
    count
}

both!(pages_are_told_once, |db| {
    let cx = dealership(&db, "Nordvik Cars", 120).await;
    let flow = workflow(&cx).await;
    let topic = crate::api::topic(flow.head.id);
    let before = told(&cx, &topic).await;
    let to = BulkAct::Move { to: flow.steps[1].id };
    let done = bulk::run(&cx, flow.head.id, to, &picks(&items_at(&cx, 0).await), None).await.unwrap();
    assert!(1 < done.keys.len());
    assert_eq!(told(&cx, &topic).await, before + 1);
});

both!(who_may_not_do_it_with_one_may_not_with_many, |db| {
    let cx = dealership(&db, "Nordvik Cars", 30).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 0).await;
    let to = BulkAct::Move { to: flow.steps[1].id };
    let done = bulk::run(&cx, flow.head.id, to, &picks(&chosen), None).await.unwrap();

    let guest = cx.colleague("Gun Guest", Role::Guest).await;
    for act in [to, BulkAct::Assign { to: None }, BulkAct::Due { on: None }, BulkAct::Delete] {
        assert!(matches!(
            bulk::look(&guest, flow.head.id, act, &ids(&chosen)).await,
            Err(Error::Forbidden(_))
        ));
        let run = bulk::run(&guest, flow.head.id, act, &picks(&chosen), None).await;
        assert!(matches!(run, Err(Error::Forbidden(_))));
    }
    // Another organisation finds neither the workflow nor what was done.
    let other = dealership(&db, "Halden Studio", 30).await;
    assert_eq!(bulk::look(&other, flow.head.id, to, &ids(&chosen)).await, Err(Error::NotFound));
    assert_eq!(bulk::run(&other, flow.head.id, to, &picks(&chosen), None).await, Err(Error::NotFound));
    assert_eq!(bulk::undo(&other, done.id).await, Err(Error::NotFound));
    // Nor does it change items of others that are sent as its own.
    let own = workflow(&other).await;
    let theirs = BulkAct::Move { to: own.steps[1].id };
    let outlook = bulk::look(&other, own.head.id, theirs, &ids(&chosen)).await.unwrap();
    assert!(outlook.go.is_empty() && outlook.stay.iter().all(|stay| stay.key.is_empty()));
    // Nobody takes back what another did.
    let oskar = cx.colleague("Oskar Berg", Role::Owner).await;
    assert_eq!(bulk::undo(&oskar, done.id).await, Err(Error::NotFound));
});

both!(what_makes_no_sense_is_refused_with_a_reason, |db| {
    let cx = dealership(&db, "Nordvik Cars", 30).await;
    let flow = workflow(&cx).await;
    let chosen = items_at(&cx, 0).await;
    let nowhere = BulkAct::Move { to: cx.new_id() };
    assert!(bulk::look(&cx, flow.head.id, nowhere, &ids(&chosen)).await.unwrap_err().field("to").is_some());
    let to = BulkAct::Move { to: flow.steps[1].id };
    assert!(bulk::look(&cx, flow.head.id, to, &[]).await.unwrap_err().field("items").is_some());
    let many: Vec<ItemId> = (0..=BULK_MAX).map(|_| cx.new_id()).collect();
    assert!(bulk::look(&cx, flow.head.id, to, &many).await.unwrap_err().field("items").is_some());
    let stranger = BulkAct::Assign { to: Some(cx.new_id()) };
    let refused = bulk::run(&cx, flow.head.id, stranger, &picks(&chosen), None).await.unwrap_err();
    assert!(refused.field("assignee_id").is_some());
    let foreseen = bulk::look(&cx, flow.head.id, stranger, &ids(&chosen)).await.unwrap_err();
    assert_eq!(foreseen, refused);
    // Named twice, it is done once.
    let twice: Vec<_> = picks(&chosen).into_iter().chain(picks(&chosen)).collect();
    let done: Done = bulk::run(&cx, flow.head.id, to, &twice, None).await.unwrap();
    assert_eq!(done.keys.len(), chosen.len());
});

both!(all_that_fit_a_filter_are_found_in_the_order_of_the_list, |db| {
    let cx = dealership(&db, "Nordvik Cars", 120).await;
    let flow = workflow(&cx).await;
    let done = flow.steps.iter().find(|step| step.kind == StepKind::Done).unwrap();
    let filter = Filter { step: Some(done.id), ..Filter::default() };
    let found = bulk::find(&cx, "UC", &filter, Sort::default()).await.unwrap();
    assert_eq!(i64::try_from(found.len()).unwrap(), done.item_count);
    let all = bulk::find(&cx, "UC", &Filter::default(), Sort::default()).await.unwrap();
    assert_eq!(all.len(), 120);
});

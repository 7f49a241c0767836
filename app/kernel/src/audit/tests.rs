//! One chain, whoever writes and whoever forges.

use db::{Db, both};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Cx;

fn event(data: Value) -> Event {
    Event { kind: "team.created", subject_kind: "team", subject_id: Uuid::nil(), topic: None, data }
}

async fn written(db: &Db, count: usize) -> Cx {
    let cx = Cx::test(db, "Nordvik Cars").await;
    for number in 0..count {
        let mut tx = cx.begin().await.unwrap();
        tx.record(event(json!({ "b": number, "a": ["ö", null, 1.5], "c": { "z": true, "y": "" } })))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    cx
}

async fn verified(cx: &Cx) -> Verified {
    verify(cx.visit().site(), cx.organisation_id()).await.unwrap()
}

both!(a_chain_that_nobody_touched_is_whole, |db| {
    let cx = written(&db, 5).await;
    let found = verified(&cx).await;
    assert_eq!((found.entries, found.fault, found.head.len()), (5, None, 64));
    let other = Cx::test(&db, "Halden Studio").await;
    assert_eq!(verified(&other).await.entries, 0);
});

both!(an_act_that_is_taken_back_leaves_no_gap, |db| {
    let cx = written(&db, 2).await;
    let mut tx = cx.begin().await.unwrap();
    tx.record(event(json!({}))).await.unwrap();
    drop(tx);
    let mut tx = cx.begin().await.unwrap();
    tx.record(event(json!({}))).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((verified(&cx).await.entries, verified(&cx).await.fault), (3, None));
});

both!(acts_at_the_same_moment_stand_in_one_chain, |db| {
    let cx = written(&db, 1).await;
    let acts = (0..20).map(|number| {
        let cx = cx.clone();
        tokio::spawn(async move {
            let mut tx = cx.begin().await.unwrap();
            // One by one and several together.
            for _ in 0..number % 3 + 1 {
                tx.record(event(json!({ "number": number }))).await.unwrap();
            }
            tx.commit().await.unwrap();
        })
    });
    for act in acts.collect::<Vec<_>>() {
        act.await.unwrap();
    }
    assert_eq!((verified(&cx).await.entries, verified(&cx).await.fault), (40, None));
});

both!(nothing_can_be_changed_or_deleted, |db| {
    let cx = written(&db, 1).await;
    for statement in [
        "update audit set kind = 'nothing' where organisation_id = $1",
        "delete from audit where organisation_id = $1",
    ] {
        let mut tx = cx.begin().await.unwrap();
        let done = sql(statement).bind(cx.organisation_id()).execute(&mut tx).await;
        assert!(done.is_err(), "{statement}");
    }
});

both!(as owner: every_change_and_every_gap_is_found, |db| {
    // Somebody with all rights on the database takes the guard away first.
    for guard in GUARDS {
        sql(guard).execute(&db).await.ok();
    }
    let forge = async |statement: &'static str, expected: Fault| {
        let cx = written(&db, 5).await;
        let mut tx = cx.begin().await.unwrap();
        sql(statement).bind(cx.organisation_id()).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(verified(&cx).await.fault, Some(expected), "{statement}");
    };
    forge("update audit set kind = 'x' where organisation_id = $1 and number = 3", Fault::Changed(3)).await;
    forge("update audit set data = '{}' where organisation_id = $1 and number = 5", Fault::Changed(5)).await;
    forge("update audit set actor_id = null where organisation_id = $1 and number = 1", Fault::Changed(1)).await;
    let added = "update audit set supporter_id = actor_id where organisation_id = $1 and number = 2";
    forge(added, Fault::Changed(2)).await;
    forge("delete from audit where organisation_id = $1 and number = 2", Fault::Missing(2)).await;
    forge("delete from audit where organisation_id = $1 and number = 1", Fault::Missing(1)).await;
    let cut = Fault::CutOff { found: 4, expected: 5 };
    forge("delete from audit where organisation_id = $1 and number = 5", cut).await;
    let lost = Fault::CutOff { found: 5, expected: 0 };
    forge("delete from audit_head where organisation_id = $1", lost).await;
});

const GUARDS: [&str; 3] = [
    "drop trigger audit_no_update",
    "drop trigger audit_no_delete",
    "alter table audit disable trigger user",
];

proptest! {
    #[test]
    fn the_order_of_keys_does_not_matter(pairs in proptest::collection::btree_map("[a-z]{0,4}", any::<i64>(), 0..6)) {
        let forth: Value = pairs.iter().map(|(key, value)| (key.clone(), Value::from(*value))).collect();
        let back: Value = pairs.iter().rev().map(|(key, value)| (key.clone(), Value::from(*value))).collect();
        let (mut one, mut other) = (String::new(), String::new());
        canonical(&forth, &mut one);
        canonical(&back, &mut other);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_differs_is_hashed_differently(one in "[a-c]{0,3}", two in "[a-c]{0,3}", moved in 0_usize..3) {
        // Letters that move from one column to the next must not read the same.
        let entry = |kind: &str, subject_kind: &str| Entry {
            number: 1,
            kind: kind.to_owned(),
            subject_kind: subject_kind.to_owned(),
            subject_id: Uuid::nil(),
            actor_id: None,
            supporter_id: None,
            request_id: String::new(),
            data: json!({}),
            created_at: DateTime::UNIX_EPOCH,
        };
        let whole = format!("{one}{two}");
        let at = moved.min(whole.len());
        let same = at == one.len();
        let organisation = OrganisationId::from(Uuid::nil());
        let first = entry(&one, &two).hash(organisation, &ORIGIN);
        let second = entry(&whole[..at], &whole[at..]).hash(organisation, &ORIGIN);
        prop_assert_eq!(first == second, same);
    }
}

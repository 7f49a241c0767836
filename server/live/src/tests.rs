//! The outbox on both engines, and hubs as several servers on one database would have them.

use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use db::{Db, Known, Scope, both, sql};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{Doing, Hearers, Hub, Listener, NewNews, Presence, Told, outbox};

const HERE: Uuid = Uuid::from_u128(0xA);
const THERE: Uuid = Uuid::from_u128(0xB);

fn at(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 11, 21, hour, 0, 0).unwrap()
}

async fn organisations(db: &Db) {
    for id in [HERE, THERE] {
        let mut tx = db.begin_in(Scope::organisation(id)).await.unwrap();
        sql("insert into organisation (id, name, time_zone, created_at, updated_at) values ($1, 'One', 'UTC', $2, $2)")
            .bind(id)
            .bind(at(8))
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

fn moved(item: u128) -> NewNews {
    NewNews {
        topic: "workflow/1".into(),
        kind: "item.moved",
        subject_id: Uuid::from_u128(item),
        hearers: Hearers::Permission("item.view".into()),
    }
}

/// Commits news of as many items.
async fn happen(db: &Db, organisation: Uuid, items: std::ops::Range<u128>) {
    let mut tx = db.begin_in(Scope::organisation(organisation)).await.unwrap();
    let news: Vec<NewNews> = items.map(moved).collect();
    outbox::append(&mut tx, organisation, at(9), &news).await.unwrap();
    tx.commit().await.unwrap();
}

async fn told(listener: &mut Listener) -> Told {
    timeout(Duration::from_secs(10), listener.next()).await.expect("nothing was told").unwrap()
}

/// The items that the next so many news are about.
async fn items(listener: &mut Listener, count: usize) -> Vec<u128> {
    let mut items = Vec::new();
    while items.len() < count {
        match told(listener).await {
            Told::News(news) => items.push(news.subject_id.as_u128()),
            other => panic!("{other:?}"),
        }
    }
    items
}

async fn silent(listener: &mut Listener) -> bool {
    timeout(Duration::from_millis(50), listener.next()).await.is_err()
}

both!(each_organisation_has_a_sequence_without_gaps_also_when_many_write, |db| {
    organisations(&db).await;
    let writers: Vec<_> = (0..8_u128)
        .map(|writer| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    happen(&db, if writer % 2 == 0 { HERE } else { THERE }, writer..writer + 2).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for organisation in [HERE, THERE] {
        let reader = db.reader(Scope::organisation(organisation));
        let news = outbox::after(&reader, organisation, 0, 1_000).await.unwrap();
        assert_eq!(news.iter().map(|news| news.number).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
        assert_eq!(outbox::head(&reader, organisation).await.unwrap(), 40);
        let (first, second) = (&news[0], &news[1]);
        assert_eq!(
            second.subject_id.as_u128(),
            first.subject_id.as_u128() + 1,
            "one commit's news stay together"
        );
    }
});

both!(what_is_taken_back_leaves_no_number, |db| {
    organisations(&db).await;
    let mut tx = db.begin_in(Scope::organisation(HERE)).await.unwrap();
    outbox::append(&mut tx, HERE, at(9), &[moved(1)]).await.unwrap();
    tx.rollback().await.unwrap();
    happen(&db, HERE, 2..3).await;
    let reader = db.reader(Scope::organisation(HERE));
    let news = outbox::after(&reader, HERE, 0, 10).await.unwrap();
    assert_eq!(
        news.iter().map(|news| (news.number, news.subject_id.as_u128())).collect::<Vec<_>>(),
        [(1, 2)]
    );
});

both!(a_listener_hears_its_own_organisation_in_order, |db| {
    organisations(&db).await;
    let hub = Hub::new(db.clone());
    let mut listener = hub.listen(HERE, None).await.unwrap();
    happen(&db, THERE, 100..101).await;
    hub.follow(THERE);
    for number in 1..=20 {
        happen(&db, HERE, number..number + 1).await;
        hub.follow(HERE);
    }
    assert_eq!(items(&mut listener, 20).await, (1..=20).collect::<Vec<_>>());
    assert!(silent(&mut listener).await);
    assert_eq!(hub.listeners(), 1);
    drop(listener);
    assert_eq!(hub.listeners(), 0);
});

both!(who_was_away_hears_what_came_meanwhile_from_any_server, |db| {
    organisations(&db).await;
    happen(&db, HERE, 1..4).await;
    let other = Hub::new(db.clone());
    let mut listener = other.listen(HERE, Some(1)).await.unwrap();
    happen(&db, HERE, 4..5).await;
    other.follow(HERE);
    assert_eq!(items(&mut listener, 3).await, [2, 3, 4]);
    assert!(silent(&mut listener).await, "nothing is told twice");
});

both!(who_was_away_for_long_looks_again, |db| {
    organisations(&db).await;
    happen(&db, HERE, 0..300).await;
    let hub = Hub::new(db.clone());
    let mut listener = hub.listen(HERE, Some(5)).await.unwrap();
    assert_eq!(told(&mut listener).await, Told::Missed(300));
    happen(&db, HERE, 300..301).await;
    hub.follow(HERE);
    assert_eq!(items(&mut listener, 1).await, [300]);
    let mut ahead = hub.listen(HERE, Some(999)).await.unwrap();
    assert_eq!(told(&mut ahead).await, Told::Missed(301), "a number of another database");
});

both!(what_was_swept_away_is_looked_at_again, |db| {
    organisations(&db).await;
    happen(&db, HERE, 1..4).await;
    let mut tx = db.begin_in(Scope::organisation(HERE)).await.unwrap();
    assert_eq!(outbox::sweep(&mut tx, HERE, at(9)).await.unwrap(), 0);
    assert_eq!(outbox::sweep(&mut tx, HERE, at(10)).await.unwrap(), 3);
    tx.commit().await.unwrap();
    let hub = Hub::new(db.clone());
    assert!(silent(&mut hub.listen(HERE, Some(3)).await.unwrap()).await);
    let mut listener = hub.listen(HERE, Some(1)).await.unwrap();
    assert_eq!(told(&mut listener).await, Told::Missed(3));
    happen(&db, HERE, 4..5).await;
    hub.follow(HERE);
    assert_eq!(items(&mut listener, 1).await, [4]);
});

both!(a_slow_listener_reads_on_by_itself, |db| {
    organisations(&db).await;
    let hub = Hub::new(db.clone());
    let mut slow = hub.listen(HERE, None).await.unwrap();
    let mut quick = hub.listen(HERE, None).await.unwrap();
    for number in 0..30 {
        happen(&db, HERE, number * 10..number * 10 + 10).await;
        hub.follow(HERE);
        assert_eq!(items(&mut quick, 10).await.len(), 10);
    }
    assert_eq!(told(&mut slow).await, Told::Missed(300), "far behind, it looks at everything again");
    assert!(silent(&mut slow).await);
});

both!(what_another_process_commits_is_heard_within_seconds, |db| {
    organisations(&db).await;
    let hub = Hub::new(db.clone());
    let attending = hub.clone();
    let attending = tokio::spawn(async move { attending.attend().await });
    let mut listener = hub.listen(HERE, None).await.unwrap();
    // Its first look is over by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    happen(&db, HERE, 1..2).await;
    assert_eq!(items(&mut listener, 1).await, [1]);
    attending.abort();
});

both!(who_is_at_a_record_is_told_and_known, |db| {
    organisations(&db).await;
    let hub = Hub::new(db.clone());
    let me = Uuid::from_u128(7);
    let be = async |doing| {
        let hearers = Hearers::Everyone;
        let presence = Presence { topic: "item/1".into(), member_id: me, doing, hearers };
        hub.appear(HERE, presence).await.unwrap();
    };
    be(Doing::Looking).await;
    assert_eq!(hub.present(HERE, "item/1"), [(me, Doing::Looking)], "also while nobody listens");
    be(Doing::Gone).await;
    let mut listener = hub.listen(HERE, None).await.unwrap();
    be(Doing::Looking).await;
    be(Doing::Looking).await;
    be(Doing::Typing).await;
    assert_eq!(hub.present(HERE, "item/1"), [(me, Doing::Typing)]);
    let there = Doing::Pointing { x: -20, y: 300 };
    be(there).await;
    be(there).await;
    be(Doing::Gone).await;
    assert_eq!(hub.present(HERE, "item/1"), []);
    let mut seen = Vec::new();
    for _ in 0..4 {
        match told(&mut listener).await {
            Told::Present(present) => seen.push(present.people.clone()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, [vec![(me, Doing::Looking)], vec![(me, Doing::Typing)], vec![(me, there)], vec![]]);
    assert!(silent(&mut listener).await, "what changes nothing is not told");
});

both!(what_is_told_to_some_members_is_a_row_for_each, |db| {
    organisations(&db).await;
    let members = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let to = |members: &[Uuid]| NewNews { hearers: Hearers::Members(members.to_vec()), ..moved(7) };
    let mut tx = db.begin_in(Scope::organisation(HERE)).await.unwrap();
    let news = [to(&members), to(&[]), moved(8)];
    outbox::append(&mut tx, HERE, at(9), &news).await.unwrap();
    outbox::append(&mut tx, HERE, at(9), &[to(&[])]).await.unwrap();
    tx.commit().await.unwrap();
    let news = outbox::after(&db.reader(Scope::organisation(HERE)), HERE, 0, 9).await.unwrap();
    let told: Vec<_> = news.into_iter().map(|news| (news.number, news.hearers)).collect();
    let everybody = Hearers::Permission("item.view".into());
    let [one, other] = members.map(Hearers::Member);
    assert_eq!(told, [(1, one), (2, other), (3, everybody)], "without a gap");
});

both!(who_hears_of_a_record_may_change_while_somebody_is_there, |db| {
    organisations(&db).await;
    let hub = Hub::new(db.clone());
    let mut listener = hub.listen(HERE, None).await.unwrap();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for hearers in [vec![one], vec![one, other]] {
        let hearers = Hearers::Members(hearers);
        let member_id = if hearers == Hearers::Members(vec![one]) { one } else { other };
        let presence = Presence { topic: "conversation/1".into(), member_id, doing: Doing::Looking, hearers };
        hub.appear(HERE, presence.clone()).await.unwrap();
        let Told::Present(present) = told(&mut listener).await else { panic!("nobody is there") };
        assert_eq!(present.hearers, presence.hearers);
    }
});

both!(rights_that_another_process_changes_are_heard_of, |db| {
    organisations(&db).await;
    let (hub, other) = (Hub::new(db.clone()), db.apart());
    let rename = async |text, commits| {
        let mut tx = other.begin_in(Scope::organisation(HERE)).await.unwrap();
        sql(text).bind(HERE).exactly_one(&mut tx).await.unwrap();
        if commits { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
    };
    let attending = tokio::spawn(async move { hub.attend().await });
    // A beginning changes the number, too: something may have been missed before.
    let mut known = db.changes(Known::Rights);
    if db.listen(&[db::known::CHANNEL]).await.unwrap().is_some() {
        while db.changes(Known::Rights) == known {
            tokio::task::yield_now().await;
        }
        known = db.changes(Known::Rights);
        rename("update organisation set name = 'Two' where id = $1", true).await;
        while db.changes(Known::Rights) == known {
            tokio::task::yield_now().await;
        }
        known = db.changes(Known::Rights);
    }
    rename("update organisation set name = 'Three' where id = $1", false).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(db.changes(Known::Rights), known, "what was taken back is told to nobody");
    attending.abort();
});

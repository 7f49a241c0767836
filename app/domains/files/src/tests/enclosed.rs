//! What records of other domains may enclose, and what happens to it when they go.

use db::both;
use kernel::{Cx, Error, FileId, Role, Topic};
use uuid::Uuid;

use super::fixture::{KEY, MOST_BYTES, World, declared};
use crate::{ENCLOSURES, acts, model::State, rules::Limits};

/// The record of the fixture.
const RECORD: (&str, Uuid) = ("item", Uuid::from_u128(1));

async fn taken(cx: &Cx, record: (&str, Uuid), files: &[FileId]) -> Vec<FileId> {
    cx.visit().rest().await;
    let mut tx = cx.begin().await.unwrap();
    let found = (ENCLOSURES.take)(&mut tx, cx, record, files).await.unwrap();
    tx.commit().await.unwrap();
    found
}

async fn there(cx: &Cx, files: &[FileId]) -> Vec<FileId> {
    let found = (ENCLOSURES.there)(cx.db().into(), cx, files).await.unwrap();
    cx.visit().rest().await;
    found
}

both!(only_its_own_person_encloses_a_file_that_is_here, |db| {
    let world = World::new(&db).await;
    let colleague = world.cx.colleague("Petra Planner", Role::Member).await;
    let stranger = Cx::test_on(world.cx.visit().site().clone(), "Halden Bilar").await;
    let ready = world.upload("a.txt", b"ready").await;
    let scanning = world.send("b.txt", b"being looked at").await;
    let begun =
        acts::begin(&world.cx, Limits { max_bytes: MOST_BYTES }, "item", KEY, &declared("c.txt", 9)).await;
    let coming = begun.unwrap().id;
    let mut found = taken(&world.cx, RECORD, &[ready, scanning, coming, Uuid::from_u128(9).into()]).await;
    found.sort_unstable();
    assert_eq!(found, [ready, scanning]);
    for (cx, record) in [
        (&colleague, RECORD),
        (&stranger, RECORD),
        (&world.cx, ("conversation", RECORD.1)),
        (&world.cx, ("item", Uuid::from_u128(2))),
    ] {
        assert!(taken(cx, record, &[ready, scanning]).await.is_empty(), "{record:?}");
    }
    assert_eq!(there(&colleague, &[ready]).await, [ready]);
    assert!(there(&stranger, &[ready]).await.is_empty());
    acts::delete(&world.cx, ready, None).await.unwrap();
    assert!(taken(&world.cx, RECORD, &[ready]).await.is_empty());
    assert!(there(&world.cx, &[ready]).await.is_empty());
});

both!(files_go_with_what_encloses_them_and_can_come_back, |db| {
    let world = World::new(&db).await;
    let (one, other) = (world.upload("a.txt", b"one").await, world.upload("b.txt", b"other").await);
    let mut tx = world.cx.begin().await.unwrap();
    let topic = Topic::everyone("workflow/1");
    (ENCLOSURES.delete)(&mut tx, &world.cx, topic, &[one, Uuid::from_u128(9).into()]).await.unwrap();
    tx.commit().await.unwrap();
    let left: Vec<FileId> = world.files().await.into_iter().map(|file| file.id).collect();
    assert_eq!(left, [other]);
    assert_eq!(world.log().await, ["item.file_added", "item.file_added", "item.file_deleted"]);
    acts::restore(&world.cx, one).await.unwrap();
    assert!(world.files().await.iter().all(|file| file.state == State::Ready));
});

both!(nobody_else_sees_a_file_before_it_is_enclosed, |db| {
    let world = World::new(&db).await;
    let colleague = world.cx.colleague("Petra Planner", Role::Member).await;
    let bytes = b"not yet";
    let size = i64::try_from(bytes.len()).unwrap();
    let declared = acts::Declared { held: true, ..declared("a.txt", size) };
    let limits = Limits { max_bytes: MOST_BYTES };
    let id = acts::begin(&world.cx, limits, "item", KEY, &declared).await.unwrap().id;
    let alike = acts::Declared { held: false, ..declared };
    assert_ne!(acts::begin(&world.cx, limits, "item", KEY, &alike).await.unwrap().id, id);
    world.put(id, 0, bytes).await.unwrap();
    acts::complete(&world.cx, id, "").await.unwrap();
    world.work().await;
    let seen = async |cx: &Cx| {
        let listed =
            acts::list(cx, limits, "item", KEY).await.unwrap().files.iter().any(|file| file.id == id);
        let answers = [
            acts::get(cx, id).await.is_ok(),
            acts::download(cx, id).await.is_ok(),
            acts::require_of(cx, "item", KEY, id).await.is_ok(),
            acts::share(cx, id).await.is_ok(),
        ];
        cx.visit().rest().await;
        assert_eq!(answers, [listed; 4]);
        listed
    };
    assert!(seen(&world.cx).await);
    assert!(!seen(&colleague).await);
    assert_eq!(acts::delete(&colleague, id, None).await, Err(Error::NotFound));
    assert_eq!(taken(&world.cx, RECORD, &[id]).await, [id]);
    assert!(seen(&colleague).await);
});

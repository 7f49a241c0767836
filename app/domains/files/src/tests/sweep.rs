//! What nobody needs goes, and nothing else.

use std::time::{Duration as StdDuration, SystemTime};

use chrono::Duration;
use db::both;
use store::Key;
use uuid::Uuid;

use super::fixture::{KEY, World, declared};
use crate::{
    acts,
    model::State,
    rules::Limits,
    sweep::{Swept, sweep},
};

/// Makes every object look as if it had been written long before the clock of the tests.
fn age(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            age(&path);
        } else {
            let old = SystemTime::UNIX_EPOCH + StdDuration::from_secs(1_000_000_000);
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        }
    }
}

both!(an_upload_that_was_left_goes_with_its_chunks, |db| {
    let world = World::new(&db).await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.txt", 8)).await.unwrap();
    world.put(upload.id, 0, b"1234").await.unwrap();
    world.clock.pass(Duration::hours(47));
    assert_eq!(sweep(&world.desk).await.unwrap(), Swept::default());
    world.clock.pass(Duration::hours(2));
    assert_eq!(sweep(&world.desk).await.unwrap(), Swept { uploads: 1, ..Swept::default() });
    assert_eq!((world.files().await.len(), world.objects()), (0, 0));
});

both!(a_deleted_file_goes_when_its_time_is_over, |db| {
    let world = World::new(&db).await;
    let (gone, kept) = (world.upload("a.txt", b"text").await, world.upload("b.txt", b"more").await);
    acts::delete(&world.cx, gone, None).await.unwrap();
    world.clock.pass(Duration::days(29));
    assert_eq!(sweep(&world.desk).await.unwrap(), Swept::default());
    world.clock.pass(Duration::days(2));
    assert_eq!(sweep(&world.desk).await.unwrap(), Swept { files: 1, ..Swept::default() });
    assert!(acts::restore(&world.cx, gone).await.is_err());
    assert_eq!(world.bytes(kept).await, b"more");
    assert_eq!(world.objects(), 1);
});

both!(an_object_without_a_row_goes_and_one_with_a_row_stays, |db| {
    let world = World::new(&db).await;
    let kept = world.upload("a.txt", b"text").await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("b.txt", 8)).await.unwrap();
    world.put(upload.id, 0, b"1234").await.unwrap();
    let organisation = world.cx.organisation_id().uuid();
    for key in [
        Key::file(organisation, Uuid::from_u128(7)),
        Key::preview(organisation, Uuid::from_u128(8)),
        Key::part(organisation, upload.id.uuid(), Uuid::from_u128(9)),
    ] {
        world.desk.store.put(&key, b"left behind".to_vec()).await.unwrap();
    }
    assert_eq!(world.objects(), 5);
    assert_eq!(sweep(&world.desk).await.unwrap().orphans, 0, "they are young");
    age(&world.folder());
    assert_eq!(sweep(&world.desk).await.unwrap(), Swept { orphans: 3, ..Swept::default() });
    assert_eq!(world.objects(), 2);
    assert_eq!(world.bytes(kept).await, b"text");
    world.put(upload.id, 4, b"5678").await.unwrap();
});

both!(a_file_whose_job_was_given_up_is_looked_at_again, |db| {
    let world = World::new(&db).await;
    let id = world.send("a.txt", b"text").await;
    let mut tx = world.cx.begin().await.unwrap();
    db::sql("delete from job where kind = 'file.finish'").execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    world.clock.pass(Duration::hours(25));
    assert_eq!(sweep(&world.desk).await.unwrap(), Swept { retried: 1, ..Swept::default() });
    world.work().await;
    assert_eq!(world.files().await[0].state, State::Ready);
    assert_eq!(world.bytes(id).await, b"text");
});

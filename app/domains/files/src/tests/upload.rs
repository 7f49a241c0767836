//! Uploads: chunk by chunk, broken off, given up, and what nobody else may.

use chrono::Duration;
use db::both;
use kernel::{Error, Role};

use super::fixture::{FIXED, KEY, MOST_BYTES, World, declared};
use crate::{
    acts::{self, Refusal},
    model::State,
    rules::Limits,
};

both!(what_was_sent_is_what_is_downloaded, |db| {
    let world = World::new(&db).await;
    let bytes: Vec<u8> = (0..250_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
    let id = world.upload("../../data.bin", &bytes).await;
    let files = world.files().await;
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].name.as_str(), files[0].state, files[0].size), ("data.bin", State::Ready, 250_000));
    assert_eq!(files[0].media_type, "application/octet-stream");
    assert_eq!(world.bytes(id).await, bytes);
    assert_eq!(world.objects(), 1, "the chunks are gone");
    assert_eq!(world.log().await, ["item.file_added"]);
});

both!(an_upload_goes_on_where_it_broke_off, |db| {
    let world = World::new(&db).await;
    let begin = async || {
        acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("long.txt", 10)).await.unwrap()
    };
    let upload = begin().await;
    assert_eq!(world.put(upload.id, 0, b"01234").await.unwrap(), 5);
    // The answer got lost, so the chunk is sent again; then a later one comes first.
    for at in [0, 7] {
        assert!(matches!(world.put(upload.id, at, b"xx").await, Err(Refusal::Elsewhere(5))), "{at}");
    }
    // A reload: the same file is chosen again.
    let again = begin().await;
    assert_eq!((again.id, again.received), (upload.id, 5));
    assert_eq!(acts::find(&world.cx, upload.id).await.unwrap(), again);
    let early = acts::complete(&world.cx, upload.id, "").await.unwrap_err();
    assert!(matches!(early, Error::Conflict(_)), "{early}");
    assert_eq!(world.put(upload.id, 5, b"56789").await.unwrap(), 10);
    acts::complete(&world.cx, upload.id, "").await.unwrap();
    acts::complete(&world.cx, upload.id, "").await.unwrap();
    world.work().await;
    assert_eq!(world.bytes(upload.id).await, b"0123456789");
});

both!(a_file_that_was_changed_begins_anew, |db| {
    let world = World::new(&db).await;
    let file = declared("a.txt", 8);
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &file).await.unwrap();
    world.put(upload.id, 0, b"1234").await.unwrap();
    let changed = acts::Declared { modified: file.modified + 1, ..file };
    let other = acts::begin(&world.cx, Limits::default(), "item", KEY, &changed).await.unwrap();
    assert_eq!((other.id == upload.id, other.received), (false, 0));
});

both!(of_two_tabs_one_sends_a_chunk, |db| {
    let world = World::new(&db).await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.txt", 8)).await.unwrap();
    let (one, two) = tokio::join!(world.put(upload.id, 0, b"AAAA"), world.put(upload.id, 0, b"BBBBBB"));
    let received = match (&one, &two) {
        (Ok(received), Err(Refusal::Elsewhere(at))) | (Err(Refusal::Elsewhere(at)), Ok(received)) => {
            assert_eq!(at, received);
            *received
        }
        other => panic!("{other:?}"),
    };
    let rest = usize::try_from(8 - received).unwrap();
    world.put(upload.id, usize::try_from(received).unwrap(), &b"CCCC"[..rest]).await.unwrap();
    acts::complete(&world.cx, upload.id, "").await.unwrap();
    world.work().await;
    let text = String::from_utf8(world.bytes(upload.id).await).unwrap();
    assert!(["AAAACCCC", "BBBBBBCC"].contains(&text.as_str()), "{text}");
    assert_eq!(world.objects(), 1);
});

both!(a_chunk_that_is_too_large_or_damaged_leaves_nothing, |db| {
    let world = World::new(&db).await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.txt", 4)).await.unwrap();
    assert!(matches!(world.put(upload.id, 0, b"12345").await, Err(Refusal::TooLarge)));
    assert!(matches!(world.put(upload.id, 0, b"").await, Err(Refusal::Damaged)));
    let chunk = acts::Chunk {
        position: 0,
        sha256: Some(vec![0; 32]),
        body: futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"1234"))]),
    };
    let damaged = acts::put_chunk(&world.cx, &world.desk.store, upload.id, chunk).await;
    assert!(matches!(damaged, Err(Refusal::Damaged)), "{damaged:?}");
    let chunk = acts::Chunk {
        position: 0,
        sha256: None,
        body: futures::stream::iter([
            Ok(bytes::Bytes::from_static(b"12")),
            Err(std::io::Error::other("the line broke")),
        ]),
    };
    let broken = acts::put_chunk(&world.cx, &world.desk.store, upload.id, chunk).await;
    assert!(matches!(broken, Err(Refusal::Damaged)), "{broken:?}");
    assert_eq!(acts::find(&world.cx, upload.id).await.unwrap().received, 0);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(world.objects(), 0);
});

both!(an_upload_is_its_persons_own, |db| {
    let world = World::new(&db).await;
    let upload = acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.txt", 4)).await.unwrap();
    let other = world.cx.colleague("Bo Berg", Role::Admin).await;
    assert_eq!(acts::find(&other, upload.id).await.unwrap_err(), Error::NotFound);
    assert!(matches!(
        world.put_as(&other, upload.id, 0, b"1234").await,
        Err(Refusal::Failed(Error::NotFound))
    ));
    assert_eq!(acts::complete(&other, upload.id, "").await.unwrap_err(), Error::NotFound);
    assert_eq!(acts::cancel(&other, upload.id).await.unwrap_err(), Error::NotFound);
    assert_eq!(acts::list(&other, Limits::default(), "item", KEY).await.unwrap().files, []);
    world.put(upload.id, 0, b"1234").await.unwrap();
    acts::cancel(&world.cx, upload.id).await.unwrap();
    assert_eq!(world.files().await, []);
    world.work().await;
    assert_eq!(world.objects(), 0, "the chunks of an upload that was given up go");
});

both!(who_may_not_change_the_record_adds_nothing, |db| {
    let world = World::new(&db).await;
    let begin =
        async |key| acts::begin(&world.cx, Limits::default(), "item", key, &declared("a.txt", 4)).await;
    assert!(matches!(begin(FIXED).await, Err(Error::Forbidden(_))));
    assert_eq!(begin("UC-404").await.unwrap_err(), Error::NotFound);
    let unknown = acts::begin(&world.cx, Limits::default(), "planet", KEY, &declared("a.txt", 4)).await;
    assert_eq!(unknown.unwrap_err(), Error::NotFound);
    let id = world.upload("a.txt", b"text").await;
    let guest = world.cx.colleague("Gil Guest", Role::Guest).await;
    acts::download(&guest, id).await.unwrap();
    for refused in [
        acts::delete(&guest, id, None).await,
        acts::restore(&guest, id).await,
        acts::share(&guest, id).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
});

both!(what_is_deleted_comes_back, |db| {
    let world = World::new(&db).await;
    let id = world.upload("a.txt", b"text").await;
    let link = acts::share(&world.cx, id).await.unwrap().address;
    acts::delete(&world.cx, id, None).await.unwrap();
    acts::delete(&world.cx, id, None).await.unwrap();
    assert_eq!(world.files().await, []);
    assert_eq!(acts::download(&world.cx, id).await.unwrap_err(), Error::NotFound);
    let key = link.split_once("key=").unwrap().1;
    assert_eq!(acts::shared(&world.desk.site, id, key).await.unwrap_err(), Error::NotFound);
    acts::restore(&world.cx, id).await.unwrap();
    assert_eq!(world.bytes(id).await, b"text");
    let log = ["item.file_added", "item.file_shared", "item.file_deleted", "item.file_restored"];
    assert_eq!(world.log().await, log);
});

both!(a_link_opens_one_file_for_a_week, |db| {
    let world = World::new(&db).await;
    let (id, other) = (world.upload("a b.txt", b"text").await, world.upload("b.txt", b"more").await);
    let link = acts::share(&world.cx, id).await.unwrap().address;
    let start = format!("http://mediap.test/shared/{id}/a%20b.txt?key=");
    let key = link.strip_prefix(&start).unwrap_or_else(|| panic!("{link}"));
    let site = &world.desk.site;
    assert_eq!(acts::shared(site, id, key).await.unwrap().size, 4);
    assert_eq!(acts::shared(site, other, key).await.unwrap_err(), Error::NotFound);
    let mut forged = key.to_owned();
    forged.pop();
    for wrong in ["", "x", forged.as_str()] {
        assert_eq!(acts::shared(site, id, wrong).await.unwrap_err(), Error::NotFound, "{wrong}");
    }
    world.clock.pass(Duration::days(7));
    assert_eq!(acts::shared(site, id, key).await.unwrap_err(), Error::NotFound);
});

both!(another_organisation_sees_nothing, |db| {
    let world = World::new(&db).await;
    let id = world.upload("a.txt", b"text").await;
    let stranger = kernel::Cx::test_on(world.desk.site.clone(), "Halden Studio").await;
    assert_eq!(acts::download(&stranger, id).await.unwrap_err(), Error::NotFound);
    assert_eq!(acts::delete(&stranger, id, None).await.unwrap_err(), Error::NotFound);
    assert_eq!(acts::list(&stranger, Limits::default(), "item", KEY).await.unwrap().files, []);
});

both!(a_use_may_take_less_than_the_server, |db| {
    let world = World::new(&db).await;
    let begin =
        async |size| acts::begin(&world.cx, Limits::default(), "item", KEY, &declared("a.bin", size)).await;
    begin(MOST_BYTES).await.unwrap();
    let refused = begin(MOST_BYTES + 1).await.unwrap_err();
    assert!(refused.field("size").is_some_and(|words| words.contains("64 MB at most")), "{refused}");
    let files = acts::list(&world.cx, Limits { max_bytes: 1_000 }, "item", KEY).await.unwrap();
    assert_eq!(files.max_bytes, 1_000, "nor more than the server");
});

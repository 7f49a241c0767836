//! What people tell about themselves, and who sees it.

use std::io::Cursor;

use db::{both, sql};
use kernel::{Cx, Directory, Error, Role};

use super::fixture::World;
use crate::person::acts::{self, Form};

fn form() -> Form {
    Form {
        name: " Marek  Havel ".into(),
        title: "Test driver".into(),
        location: "Brno".into(),
        time_zone: "America/New_York".into(),
        bio: "Drives.\r\nTests.".into(),
    }
}

fn photo() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image::RgbImage::new(640, 480).write_to(&mut file, image::ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

both!(a_profile_changes_once_per_version, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let marek = cx.colleague("Marek", Role::Member).await;
    acts::update(&marek, 1, &form()).await.unwrap();
    let own = acts::own(&marek).await.unwrap();
    assert_eq!((own.name.as_str(), own.title.as_str(), own.version), ("Marek Havel", "Test driver", 2));
    assert_eq!(own.bio, "Drives.\nTests.");
    assert_eq!(own.time_zone.as_deref(), Some("America/New_York"));
    assert!(matches!(acts::update(&marek, 1, &form()).await, Err(Error::Conflict(_))));

    let card = acts::card(&cx, marek.member_id()).await.unwrap();
    assert_eq!((card.location.as_str(), card.time_zone.as_str()), ("Brno", "America/New_York"));
    assert_eq!(card.local.offset_secs, -5 * 3600);
});

both!(all_wrong_fields_of_a_profile_are_named_at_once, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let wrong = Form {
        name: " ".into(),
        title: "x".repeat(81),
        location: "x".repeat(81),
        time_zone: "Europe/Nordvik".into(),
        bio: "x".repeat(501),
    };
    let error = acts::update(&cx, 1, &wrong).await.unwrap_err();
    for field in ["name", "title", "location", "time_zone", "bio"] {
        assert!(error.field(field).is_some(), "{field}");
    }
});

both!(dates_follow_a_persons_own_zone, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let cx = world.visit(&token).await.member().unwrap();
    let usual = cx.membership().settings.time_zone.clone();
    acts::update(&cx, acts::own(&cx).await.unwrap().version, &form()).await.unwrap();
    let cx = world.visit(&token).await.member().unwrap();
    assert_eq!(cx.membership().settings.time_zone, "America/New_York");
    assert_eq!(cx.today().offset_secs, -5 * 3600);
    // The organisation keeps its own.
    assert_eq!(acts::own(&cx).await.unwrap().organisation_zone, usual);
    assert_eq!(crate::organisation::acts::get(&cx).await.unwrap().settings.time_zone, usual);
    let back = Form { time_zone: String::new(), ..form() };
    acts::update(&cx, acts::own(&cx).await.unwrap().version, &back).await.unwrap();
    assert_eq!(world.visit(&token).await.member().unwrap().membership().settings.time_zone, usual);
});

both!(a_picture_is_for_those_who_share_an_organisation, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let other = Cx::test(&db, "Halden").await;
    let id = marek.member_id();
    assert_eq!(crate::avatar(cx.visit(), id).await.unwrap(), None);
    acts::set_avatar(&marek, photo()).await.unwrap();
    for visit in [cx.visit(), marek.visit()] {
        let picture = crate::avatar(visit, id).await.unwrap().unwrap();
        assert!(picture.bytes.starts_with(b"RIFF") && picture.media_type == "image/webp");
    }
    for visit in [other.visit(), &World::new(&db).nobody()] {
        assert_eq!(crate::avatar(visit, id).await.unwrap(), None);
    }
    let directory = Directory::load(&cx).await.unwrap();
    let address = directory.person(id).unwrap().picture().unwrap();
    assert!(address.starts_with(&format!("/avatar/{id}?v=")), "{address}");
    assert_eq!(directory.person(cx.member_id()).unwrap().picture(), None);

    acts::remove_avatar(&marek).await.unwrap();
    assert_eq!(crate::avatar(cx.visit(), id).await.unwrap(), None);
    assert_eq!(Directory::load(&cx).await.unwrap().person(id).unwrap().picture(), None);
});

both!(what_is_no_picture_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec();
    for file in [Vec::new(), svg, photo().into_iter().take(50).collect(), vec![0; 1600 * 1024]] {
        assert!(acts::set_avatar(&cx, file).await.unwrap_err().field("avatar").is_some());
    }
});

both!(who_has_not_joined_shows_nothing_of_themselves, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let other = Cx::test(&db, "Halden").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    acts::set_avatar(&marek, photo()).await.unwrap();
    assert_eq!(acts::card(&other, marek.member_id()).await, Err(Error::NotFound));
    let mut tx = cx.begin().await.unwrap();
    sql("update member set state = 'invited' where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(marek.member_id())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(acts::card(&cx, marek.member_id()).await, Err(Error::NotFound));
    assert_eq!(crate::avatar(cx.visit(), marek.member_id()).await.unwrap(), None);
    let directory = Directory::load(&cx).await.unwrap();
    assert_eq!(directory.person(marek.member_id()).unwrap().picture(), None);
});

//! Brands: managing them, working in one, and what browsers load of them.

use std::io::Cursor;

use db::{both, sql};
use kernel::{BrandId, Cx, Error, Role};

use super::fixture::{World, events};
use crate::{brand::acts, organisation, session};

fn png() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image::RgbImage::new(300, 300).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn names(cx: &Cx) -> Vec<String> {
    acts::list(cx).await.unwrap().into_iter().map(|row| row.brand.name).collect()
}

/// The brand whose colours a person's pages have, as the next request finds it.
async fn active(world: &World, token: &str) -> Option<BrandId> {
    let cx = world.visit(token).await.member().unwrap();
    let viewer = session::acts::viewer(&cx).await.unwrap();
    assert_eq!(viewer.brand, cx.membership().brand);
    viewer.brand.map(|brand| brand.id)
}

both!(a_brand_is_added_changed_removed_and_restored, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let id = acts::create(&cx, "  Nordvik  Trucks ", "#C2561B").await.unwrap();
    acts::create(&cx, "Nordvik Cars", "0b6e8e").await.unwrap();
    assert_eq!(names(&cx).await, ["Nordvik Cars", "Nordvik Trucks"]);

    acts::update(&cx, id, 1, "Trucks", "#fa0").await.unwrap();
    let card = acts::card(&cx, id).await.unwrap();
    assert_eq!((card.brand.name.as_str(), card.brand.accent.as_str()), ("Trucks", "#ffaa00"));
    assert_eq!(card.brand.version, 2);

    acts::set_home(&cx, cx.member_id(), Some(id)).await.unwrap();
    assert_eq!(acts::remove(&cx, id, 2).await.unwrap().name, "Trucks");
    assert_eq!(names(&cx).await, ["Nordvik Cars"]);
    assert_eq!(acts::card(&cx, id).await, Err(Error::NotFound));
    assert_eq!(acts::switch(&cx, Some(id)).await, Err(Error::NotFound));
    acts::restore(&cx, id).await.unwrap();
    assert_eq!(acts::restore(&cx, id).await, Err(Error::NotFound));
    assert_eq!(acts::card(&cx, id).await.unwrap().people, [cx.member_id()], "it comes back with its people");
    assert_eq!(
        events(&cx).await,
        [
            "brand.created",
            "brand.created",
            "brand.removed",
            "brand.restored",
            "brand.updated",
            "member.home_brand_set"
        ]
    );
});

both!(two_brands_never_have_one_name, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let other = Cx::test(&db, "Halden").await;
    acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    let cars = acts::create(&cx, "Cars", "#0b6e8e").await.unwrap();
    assert!(acts::create(&cx, "TRUCKS", "#c2561b").await.unwrap_err().field("name").is_some());
    assert!(acts::update(&cx, cars, 1, "trucks", "#c2561b").await.unwrap_err().field("name").is_some());
    acts::create(&other, "Trucks", "#c2561b").await.unwrap();
    // A removed one frees its name, and then cannot come back under it.
    acts::remove(&cx, cars, 1).await.unwrap();
    acts::create(&cx, "cars", "#c2561b").await.unwrap();
    assert!(matches!(acts::restore(&cx, cars).await, Err(Error::Conflict(_))));
});

both!(what_is_no_name_and_no_colour_is_said_at_once, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    for accent in ["", "red", "#12345", "#0b6e8e;}", "url(x)"] {
        let wrong = acts::create(&cx, " ", accent).await.unwrap_err();
        assert!(wrong.field("name").is_some() && wrong.field("accent").is_some(), "{accent}");
    }
    assert_eq!(names(&cx).await, [""; 0]);
});

both!(a_stale_change_of_a_brand_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let id = acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    acts::update(&cx, id, 1, "Lorries", "#c2561b").await.unwrap();
    assert!(matches!(acts::update(&cx, id, 1, "Vans", "#c2561b").await, Err(Error::Conflict(_))));
    assert!(matches!(acts::remove(&cx, id, 1).await, Err(Error::Conflict(_))));
    assert_eq!(names(&cx).await, ["Lorries"]);
});

both!(a_brand_of_another_organisation_does_not_exist, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let other = Cx::test(&db, "Halden").await;
    let own = acts::create(&cx, "Cars", "#0b6e8e").await.unwrap();
    let foreign = acts::create(&other, "Films", "#c2561b").await.unwrap();
    acts::set_logo(&other, foreign, png()).await.unwrap();
    for refused in [
        acts::card(&cx, foreign).await.map(drop),
        acts::update(&cx, foreign, 1, "Ours", "#0b6e8e").await,
        acts::set_logo(&cx, foreign, png()).await,
        acts::remove_logo(&cx, foreign).await,
        acts::remove(&cx, foreign, 1).await.map(drop),
        acts::restore(&cx, foreign).await,
        acts::set_default(&cx, Some(foreign)).await,
        acts::set_home(&cx, cx.member_id(), Some(foreign)).await,
        acts::set_home(&cx, other.member_id(), Some(own)).await,
        acts::switch(&cx, Some(foreign)).await,
    ] {
        assert_eq!(refused, Err(Error::NotFound));
    }
    let nobody = World::new(&db).nobody();
    for visit in [cx.visit(), &nobody] {
        assert_eq!(crate::brand_style(visit, foreign).await.unwrap(), None);
        assert_eq!(crate::brand_logo(visit, foreign).await.unwrap(), None);
    }
    assert!(crate::brand_style(other.visit(), foreign).await.unwrap().is_some());
    assert!(crate::brand_logo(other.visit(), foreign).await.unwrap().is_some());
});

both!(members_see_brands_and_switch_but_do_not_manage, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let member = cx.colleague("Marek Havel", Role::Member).await;
    let id = acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    assert_eq!(names(&member).await, ["Trucks"]);
    acts::switch(&member, Some(id)).await.unwrap();
    for refused in [
        acts::create(&member, "Cars", "#0b6e8e").await.map(drop),
        acts::update(&member, id, 1, "Vans", "#0b6e8e").await,
        acts::set_logo(&member, id, png()).await,
        acts::remove_logo(&member, id).await,
        acts::remove(&member, id, 1).await.map(drop),
        acts::restore(&member, id).await,
        acts::set_default(&member, Some(id)).await,
        acts::set_home(&member, member.member_id(), Some(id)).await,
    ] {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
});

both!(pages_have_the_brand_one_switched_to_else_the_home_else_the_default, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let cx = world.visit(&token).await.member().unwrap();
    assert_eq!(active(&world, &token).await, None);

    let mut ids = Vec::new();
    for name in ["Default", "Home", "Chosen"] {
        ids.push(acts::create(&cx, name, "#0b6e8e").await.unwrap());
    }
    assert_eq!(active(&world, &token).await, None, "a brand alone changes nothing");
    acts::set_default(&cx, Some(ids[0])).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[0]));
    acts::set_home(&cx, cx.member_id(), Some(ids[1])).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[1]));
    acts::switch(&cx, Some(ids[2])).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[2]));
    // A new log-in remembers it.
    let again = world.log_in("elsa@nordvik.example").await;
    assert_eq!(active(&world, &again).await, Some(ids[2]));

    // What is removed no longer counts, and counts again when it is back.
    acts::remove(&cx, ids[2], 1).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[1]));
    acts::remove(&cx, ids[1], 1).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[0]));
    acts::restore(&cx, ids[2]).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[2]));
    acts::switch(&cx, None).await.unwrap();
    assert_eq!(active(&world, &token).await, Some(ids[0]));
    let list = acts::list(&cx).await.unwrap();
    let default = list.iter().find(|row| row.is_default).unwrap();
    assert_eq!(default.brand.id, ids[0]);
    acts::set_default(&cx, None).await.unwrap();
    assert_eq!(active(&world, &token).await, None);
    // The settings of the organisation are another form; nobody's change there was lost by this.
    assert_eq!(organisation::acts::get(&cx).await.unwrap().version, 1);
});

both!(a_logo_is_a_picture_and_has_a_version, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let id = acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec();
    for file in [Vec::new(), svg, png().into_iter().take(50).collect(), vec![0; 600 * 1024]] {
        assert!(acts::set_logo(&cx, id, file).await.unwrap_err().field("logo").is_some());
    }
    assert_eq!(acts::card(&cx, id).await.unwrap().brand.logo(), None);
    acts::set_logo(&cx, id, png()).await.unwrap();
    let brand = acts::card(&cx, id).await.unwrap().brand;
    assert_eq!(brand.logo(), Some(format!("/brand/{id}/logo?v=2")));
    let logo = crate::brand_logo(cx.visit(), id).await.unwrap().unwrap();
    assert!(logo.bytes.starts_with(b"\x89PNG") && logo.media_type == "image/png");
    acts::remove_logo(&cx, id).await.unwrap();
    assert_eq!(crate::brand_logo(cx.visit(), id).await.unwrap(), None);
    assert_eq!(acts::card(&cx, id).await.unwrap().brand.logo(), None);
});

both!(the_style_sheet_follows_the_colour, |db| {
    let cx = Cx::test(&db, "Nordvik").await;
    let id = acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    let first = crate::brand_style(cx.visit(), id).await.unwrap().unwrap();
    acts::update(&cx, id, 1, "Trucks", "#2f7d4f").await.unwrap();
    let second = crate::brand_style(cx.visit(), id).await.unwrap().unwrap();
    assert_eq!((first.version, second.version), (1, 2));
    assert_ne!(first.css, second.css);
    // Who no longer belongs to the organisation gets nothing.
    let mut tx = cx.begin().await.unwrap();
    sql("update member set state = 'suspended' where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(crate::brand_style(cx.visit(), id).await.unwrap(), None);
});

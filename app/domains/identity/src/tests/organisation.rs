//! Settings and logo.

use db::both;
use kernel::{Cx, Error, HourClock, Role, WeekStart};

use super::fixture::{World, events};
use crate::organisation::acts::{self, Form};

fn form() -> Form {
    Form {
        name: "Nordvik Cars AB".into(),
        time_zone: "America/New_York".into(),
        clock: "12h".into(),
        week_start: "sunday".into(),
        language: "sv".into(),
        currency: "usd".into(),
        working_days: vec![1, 2, 4, 8],
    }
}

both!(settings_govern_the_next_request, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let cx = world.visit(&token).await.member().unwrap();
    acts::update(&cx, 1, &form()).await.unwrap();

    let cx = world.visit(&token).await.member().unwrap();
    let membership = cx.membership();
    assert_eq!(membership.organisation_name, "Nordvik Cars AB");
    assert_eq!(membership.settings.clock, HourClock::H12);
    assert_eq!(membership.settings.week_start, WeekStart::Sunday);
    assert_eq!((membership.settings.language.as_str(), membership.settings.currency.as_str()), ("sv", "USD"));
    assert_eq!(membership.settings.working_days.count(), 4);
    assert_eq!(cx.today().offset_secs, -5 * 3600);
    assert_eq!(events(&cx).await, ["organisation.created", "organisation.updated"]);
});

both!(all_wrong_settings_are_named_at_once, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let wrong = Form {
        name: String::new(),
        time_zone: "Europe/Nordvik".into(),
        clock: "13h".into(),
        week_start: "someday".into(),
        language: "tlh".into(),
        currency: "XXX".into(),
        working_days: Vec::new(),
    };
    let error = acts::update(&cx, 1, &wrong).await.unwrap_err();
    for field in ["name", "time_zone", "clock", "week_start", "language", "currency", "working_days"] {
        assert!(error.field(field).is_some(), "{field}");
    }
});

both!(a_stale_change_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    acts::update(&cx, 1, &form()).await.unwrap();
    assert!(matches!(acts::update(&cx, 1, &form()).await, Err(Error::Conflict(_))));
    assert_eq!(acts::get(&cx).await.unwrap().version, 2);
});

both!(members_see_settings_but_do_not_change_them, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let member = cx.colleague("Marek Havel", Role::Member).await;
    assert_eq!(acts::get(&member).await.unwrap().name, "Nordvik Cars");
    assert!(matches!(acts::update(&member, 1, &form()).await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::set_logo(&member, Vec::new()).await, Err(Error::Forbidden(_))));
    assert!(matches!(acts::remove_logo(&member).await, Err(Error::Forbidden(_))));
});

both!(a_logo_is_for_members_only, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await;
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(300, 300).write_to(&mut file, image::ImageFormat::Jpeg).unwrap();
    acts::set_logo(&cx, file.into_inner()).await.unwrap();
    assert!(acts::get(&cx).await.unwrap().has_logo);

    let id = cx.organisation_id();
    let logo = crate::logo(cx.visit(), id).await.unwrap().unwrap();
    assert_eq!(logo.media_type, "image/png");
    assert!(logo.bytes.starts_with(b"\x89PNG"));
    assert_eq!(crate::logo(other.visit(), id).await.unwrap(), None);
    assert_eq!(crate::logo(&World::new(&db).nobody(), id).await.unwrap(), None);

    acts::remove_logo(&cx).await.unwrap();
    assert_eq!(crate::logo(cx.visit(), id).await.unwrap(), None);
});

both!(creating_an_organisation_needs_a_session_and_sound_values, |db| {
    let world = World::new(&db);
    let nobody = acts::create(&world.nobody(), "Nordvik", "Europe/Stockholm", "SEK").await;
    assert_eq!(nobody, Err(Error::Unauthenticated));
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let wrong = acts::create(cx.visit(), "", "Nowhere", "").await.unwrap_err();
    for field in ["name", "time_zone", "currency"] {
        assert!(wrong.field(field).is_some(), "{field}");
    }
});

//! The command line's part: first account, demo data, tidying.

use db::both;
use kernel::Error;

use super::fixture::{World, origin};
use crate::{demo, session::acts::log_in};

both!(the_first_account_comes_from_the_command_line, |db| {
    let world = World::new(&db);
    assert!(crate::is_empty(&world.site).await.unwrap());
    let create =
        || crate::create_admin(&world.site, "ada@site.example", "Ada Berg", "Site", "seven silver spanners");
    let id = create().await.unwrap();
    assert!(!crate::is_empty(&world.site).await.unwrap());
    let started =
        log_in(&world.nobody(), &origin(), "ada@site.example", "seven silver spanners").await.unwrap();
    let started = started.into_started().unwrap();
    assert_eq!(world.visit(&started.token).await.member().unwrap().organisation_id(), id);
    assert!(create().await.unwrap_err().field("email").is_some());
});

both!(the_demo_is_written_once, |db| {
    let world = World::new(&db);
    let seeded = demo::seed(&world.site).await.unwrap();
    assert_eq!(seeded.nordvik.members.len(), 13);
    assert_eq!(
        seeded.nordvik.teams.keys().map(String::as_str).collect::<Vec<_>>(),
        ["Mechanics", "Photo", "Sales", "Testers"]
    );
    assert_eq!(seeded.nordvik.members["elsa"], seeded.nordvik.owner);
    assert_eq!(seeded.nordvik.log_ins[0], "elsa@nordvik.example");
    assert_eq!((seeded.halden.members.len(), seeded.halden.teams.len()), (2, 1));
    let again = demo::seed(&world.site).await.unwrap_err();
    assert_eq!(again, Error::Conflict(demo::ALREADY_SEEDED.into()));
});

both!(the_demo_organisations_do_not_see_each_other, |db| {
    let world = World::new(&db);
    let seeded = demo::seed(&world.site).await.unwrap();
    let started = log_in(&world.nobody(), &origin(), "elsa@nordvik.example", demo::PASSWORD).await.unwrap();
    let started = started.into_started().unwrap();
    let elsa = world.visit(&started.token).await.member().unwrap();
    let viewer = crate::session::acts::viewer(&elsa).await.unwrap();
    assert_eq!(viewer.organisations.len(), 1);
    assert_eq!(viewer.organisation.name, "Nordvik Cars");
    assert_eq!(viewer.settings.currency, "SEK");
    assert_eq!(viewer.directory.people.len(), 13);
    assert!(viewer.directory.person(seeded.halden.owner).is_none());
    let colours: Vec<(&str, i64)> =
        viewer.directory.teams.iter().map(|team| (team.name.as_str(), team.category)).collect();
    assert_eq!(colours, [("Mechanics", 2), ("Photo", 5), ("Sales", 1), ("Testers", 4)]);
    assert!(log_in(&world.nobody(), &origin(), "leo@halden.example", demo::PASSWORD).await.is_ok());
});

both!(tidying_keeps_what_lives, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", None).await;
    let token = world.log_in("elsa@nordvik.example").await;
    crate::sweep(&world.site).await.unwrap();
    assert!(world.visit(&token).await.session().is_some());
});

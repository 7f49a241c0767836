//! Job types and places, on both engines.

use db::both;
use kernel::{Cx, Error};

use super::fixture::{World, more_members, set_bookable, team};
use crate::{
    acts::job_type::{self, Form},
    repo::job_type::Said,
};

both!(job_types_are_made_changed_taken_away_and_brought_back, |db| {
    let world = World::new(&db).await;
    let said = |name: &str, minutes| Ok(Form(Said { name: name.into(), team_id: world.team, minutes }));
    let made = job_type::add(&world.owner, said("Test drive", 30)).await.unwrap();
    let taken = job_type::add(&world.owner, said("test DRIVE", 30)).await.unwrap_err();
    assert_eq!(taken.field("name"), Some("Another job type has this name."));
    let changed = job_type::change(&world.owner, made.id, 1, said("Test drive", 45)).await.unwrap();
    assert_eq!((changed.minutes, changed.version), (45, 2));
    let late = job_type::change(&world.owner, made.id, 1, said("Test drive", 60)).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    job_type::delete(&world.owner, made.id, None).await.unwrap();
    assert_eq!(job_type::get(&world.owner, made.id).await.unwrap_err(), Error::NotFound);
    let second = job_type::add(&world.owner, said("Test drive", 30)).await.unwrap();
    assert!(matches!(job_type::restore(&world.owner, made.id).await, Err(Error::Conflict(_))));
    job_type::delete(&world.owner, second.id, Some(7)).await.unwrap_err();
    job_type::delete(&world.owner, second.id, Some(1)).await.unwrap();
    assert_eq!(job_type::restore(&world.owner, made.id).await.unwrap().minutes, 45);
    let names: Vec<_> =
        job_type::list(&world.marek).await.unwrap().job_types.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["Inspection", "Test drive"]);
});

both!(only_who_plans_says_what_can_be_booked, |db| {
    let world = World::new(&db).await;
    let said = |team_id| Ok(Form(Said { name: "Test drive".into(), team_id, minutes: 30 }));
    assert!(matches!(job_type::add(&world.marek, said(world.team)).await, Err(Error::Forbidden(_))));
    let other = Cx::test(&db, "Halden Studio").await;
    let foreign = job_type::add(&other, said(world.team)).await.unwrap_err();
    assert_eq!(foreign.field("team"), Some("Choose the team that does it."));
    assert!(Form::read("", "x", "").unwrap_err().field("team").is_some());
});

both!(a_team_has_a_place_for_each_member_who_can_be_booked, |db| {
    let world = World::new(&db).await;
    team(&world.owner, 8, "Nobody", &[]).await;
    let counts = async || -> Vec<(i64, i64)> {
        let list = job_type::list(&world.marek).await.unwrap();
        list.teams.iter().map(|team| (team.places, team.minutes)).collect()
    };
    assert_eq!(counts().await, [(0, 0), (2, 960)], "by name");
    more_members(&world.owner, world.team, 1).await;
    assert_eq!(counts().await, [(0, 0), (3, 1_440)]);
    set_bookable(&world.owner, world.team, false).await;
    assert_eq!(counts().await, [(0, 0); 2]);
});

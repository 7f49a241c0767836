//! What teams can be booked for.

use db::both;
use kernel::{Cx, Error, Role};

use crate::team::{acts, rules};

both!(a_team_has_hours_and_its_members_may_differ, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let oskar = cx.colleague("Oskar Berg", Role::Member).await;
    let team = acts::create(&cx, "Mechanics", None).await.unwrap();
    for member in [cx.member_id(), oskar.member_id()] {
        acts::add_member(&cx, team, member).await.unwrap();
    }
    assert_eq!(rules::per_day(&acts::list(&cx).await.unwrap()[0]), 0, "not bookable at first");

    acts::set_capacity(&cx, team, 1, true, "7.5").await.unwrap();
    acts::set_member_capacity(&cx, team, oskar.member_id(), "4").await.unwrap();
    let list = acts::list(&oskar).await.unwrap();
    assert!(list[0].bookable);
    assert_eq!((list[0].minutes_per_day, rules::per_day(&list[0])), (450, 690));

    acts::set_member_capacity(&cx, team, oskar.member_id(), " ").await.unwrap();
    assert_eq!(rules::per_day(&acts::list(&cx).await.unwrap()[0]), 900);
});

both!(hours_that_are_none_change_nothing, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let team = acts::create(&cx, "Mechanics", None).await.unwrap();
    acts::add_member(&cx, team, cx.member_id()).await.unwrap();
    for hours in ["25", "7.1", "", "many"] {
        assert!(acts::set_capacity(&cx, team, 1, true, hours).await.unwrap_err().field("hours").is_some());
    }
    let wrong = acts::set_member_capacity(&cx, team, cx.member_id(), "-1").await.unwrap_err();
    assert!(wrong.field("hours").is_some());
    assert_eq!(acts::list(&cx).await.unwrap()[0].minutes_per_day, 480);
});

both!(a_stale_change_of_hours_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let team = acts::create(&cx, "Mechanics", None).await.unwrap();
    acts::set_capacity(&cx, team, 1, true, "8").await.unwrap();
    assert!(matches!(acts::set_capacity(&cx, team, 1, false, "2").await, Err(Error::Conflict(_))));
});

both!(hours_are_for_those_who_manage_teams_of_their_own_organisation, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await;
    let member = cx.colleague("Marek Havel", Role::Member).await;
    let team = acts::create(&cx, "Mechanics", None).await.unwrap();
    acts::add_member(&cx, team, member.member_id()).await.unwrap();
    assert!(matches!(acts::set_capacity(&member, team, 1, true, "8").await, Err(Error::Forbidden(_))));
    let own = acts::set_member_capacity(&member, team, member.member_id(), "1").await;
    assert!(matches!(own, Err(Error::Forbidden(_))));
    assert_eq!(acts::set_capacity(&other, team, 1, true, "8").await, Err(Error::NotFound));
    let foreign = acts::set_member_capacity(&other, team, member.member_id(), "1").await;
    assert_eq!(foreign, Err(Error::NotFound));
    // Who is not in the team has no hours in it.
    let nobody = acts::set_member_capacity(&cx, team, cx.member_id(), "1").await;
    assert_eq!(nobody, Err(Error::NotFound));
});

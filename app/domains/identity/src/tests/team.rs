//! Teams.

use db::both;
use kernel::{Cx, Error, Role};

use super::fixture::events;
use crate::team::acts;

both!(a_team_gets_members_and_loses_them, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let team = acts::create(&cx, "  Testers ", None).await.unwrap();
    acts::add_member(&cx, team, marek.member_id()).await.unwrap();
    acts::add_member(&cx, team, marek.member_id()).await.unwrap();
    let list = acts::list(&cx).await.unwrap();
    assert_eq!((list[0].name.as_str(), list[0].category, list[0].members.len()), ("Testers", 1, 1));
    acts::remove_member(&cx, team, marek.member_id()).await.unwrap();
    assert_eq!(acts::list(&cx).await.unwrap()[0].members, []);
    assert_eq!(
        events(&cx).await,
        ["team.created", "team.member_added", "team.member_added", "team.member_removed"]
    );
});

both!(teams_get_colours_in_the_order_of_the_palette, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    for name in ["A", "B", "C", "D"] {
        acts::create(&cx, name, None).await.unwrap();
    }
    let colours: Vec<i64> = acts::list(&cx).await.unwrap().iter().map(|team| team.category).collect();
    assert_eq!(colours, [1, 4, 2, 5]);
});

both!(two_teams_never_have_one_name, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await;
    acts::create(&cx, "Testers", None).await.unwrap();
    let sales = acts::create(&cx, "Sales", None).await.unwrap();
    let twice = acts::create(&cx, "TESTERS", None).await.unwrap_err();
    assert_eq!(twice.field("name"), Some("Another team has this name."));
    assert!(acts::update(&cx, sales, 1, "testers", 1).await.unwrap_err().field("name").is_some());
    acts::create(&other, "Testers", None).await.unwrap();
});

both!(a_deleted_team_comes_back_with_its_members, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let team = acts::create(&cx, "Testers", None).await.unwrap();
    acts::add_member(&cx, team, cx.member_id()).await.unwrap();
    acts::delete(&cx, team, 1).await.unwrap();
    assert_eq!(acts::list(&cx).await.unwrap(), []);
    assert_eq!(acts::add_member(&cx, team, cx.member_id()).await, Err(Error::NotFound));
    acts::restore(&cx, team).await.unwrap();
    assert_eq!(acts::list(&cx).await.unwrap()[0].members.len(), 1);
    assert_eq!(acts::restore(&cx, team).await, Err(Error::NotFound));
});

both!(a_deleted_team_whose_name_is_taken_says_so, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let old = acts::create(&cx, "Testers", None).await.unwrap();
    acts::delete(&cx, old, 1).await.unwrap();
    acts::create(&cx, "Testers", None).await.unwrap();
    assert!(matches!(acts::restore(&cx, old).await, Err(Error::Conflict(_))));
});

both!(a_stale_change_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let team = acts::create(&cx, "Testers", None).await.unwrap();
    acts::update(&cx, team, 1, "Test drivers", 4).await.unwrap();
    assert!(matches!(acts::update(&cx, team, 1, "Drivers", 4).await, Err(Error::Conflict(_))));
    assert!(matches!(acts::delete(&cx, team, 1).await, Err(Error::Conflict(_))));
    assert_eq!(acts::list(&cx).await.unwrap()[0].name, "Test drivers");
});

both!(a_team_of_another_organisation_does_not_exist, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await;
    let editors = acts::create(&other, "Editors", None).await.unwrap();
    let own = acts::create(&cx, "Testers", None).await.unwrap();
    assert_eq!(acts::update(&cx, editors, 1, "Ours", 1).await, Err(Error::NotFound));
    assert_eq!(acts::delete(&cx, editors, 1).await, Err(Error::NotFound));
    assert_eq!(acts::restore(&cx, editors).await, Err(Error::NotFound));
    assert_eq!(acts::add_member(&cx, editors, cx.member_id()).await, Err(Error::NotFound));
    assert_eq!(acts::remove_member(&cx, editors, other.member_id()).await, Err(Error::NotFound));
    // Neither does its member.
    assert_eq!(acts::add_member(&cx, own, other.member_id()).await, Err(Error::NotFound));
    assert_eq!(acts::list(&cx).await.unwrap().len(), 1);
    assert_eq!(acts::list(&other).await.unwrap()[0].name, "Editors");
});

both!(members_do_not_manage_teams, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let team = acts::create(&cx, "Testers", None).await.unwrap();
    let member = cx.colleague("Marek Havel", Role::Member).await;
    assert_eq!(acts::list(&member).await.unwrap().len(), 1);
    for refused in [
        acts::create(&member, "Sales", None).await.map(drop),
        acts::update(&member, team, 1, "Sales", 1).await,
        acts::delete(&member, team, 1).await.map(drop),
        acts::restore(&member, team).await,
        acts::add_member(&member, team, member.member_id()).await,
        acts::remove_member(&member, team, member.member_id()).await,
    ] {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
});

both!(a_colour_is_one_of_the_palette, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let wrong = acts::create(&cx, "", Some(11)).await.unwrap_err();
    assert!(wrong.field("name").is_some() && wrong.field("category").is_some());
});

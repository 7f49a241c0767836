//! Roles, states and the list.

use db::both;
use kernel::{Cx, Error, Role};

use super::fixture::{World, again, events, version_of};
use crate::member::{acts, model::State};

both!(the_list_finds_people, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    for name in ["Åsa Öberg", "anna Kask", "Marek Havel"] {
        cx.colleague(name, Role::Member).await;
    }
    Cx::test(&db, "Halden Studio").await.colleague("Anna Halden", Role::Member).await;
    let names = async |search: &str| {
        let list = acts::list(&cx, search, 50).await.unwrap();
        list.members.into_iter().map(|member| member.name).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["anna Kask", "Marek Havel", "Olle Owner", "Åsa Öberg"]);
    assert_eq!(names("ÖBERG").await, ["Åsa Öberg"]);
    assert_eq!(names("anna").await, ["anna Kask"]);
    assert!(names("nobody").await.is_empty());
    let first = acts::list(&cx, "", 2).await.unwrap();
    assert_eq!((first.members.len(), first.found, first.people), (2, 4, 4));
});

both!(the_last_owner_stays, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let petra = cx.colleague("Petra Ek", Role::Member).await;
    let alone = acts::change_role(&cx, cx.member_id(), 1, Role::Member).await.unwrap_err();
    assert_eq!(
        alone,
        Error::Conflict("Olle Owner is the only owner. Make somebody else an owner first.".into())
    );

    acts::change_role(&cx, petra.member_id(), 1, Role::Owner).await.unwrap();
    acts::change_role(&cx, cx.member_id(), 1, Role::Member).await.unwrap();
    let petra = again(&petra).await;
    assert_eq!(petra.membership().role, Role::Owner);
    assert!(acts::change_role(&petra, petra.member_id(), 2, Role::Admin).await.is_err());
    let olle = again(&cx).await;
    assert!(matches!(acts::remove(&olle, petra.member_id(), 2).await, Err(Error::Forbidden(_))));
});

both!(an_owner_who_is_suspended_does_not_count, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let second = cx.colleague("Petra Ek", Role::Owner).await;
    acts::suspend(&cx, second.member_id(), 1).await.unwrap();
    assert!(acts::change_role(&cx, cx.member_id(), 1, Role::Admin).await.is_err());
});

both!(two_owners_who_remove_each_other_at_once_leave_one, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = cx.colleague("Petra Ek", Role::Owner).await;
    let (first, second) =
        tokio::join!(acts::remove(&cx, other.member_id(), 1), acts::remove(&other, cx.member_id(), 1));
    // The second finds itself still allowed by its old context, but nobody would be left.
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
});

both!(admins_do_not_touch_owners, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let admin = cx.colleague("Petra Ek", Role::Admin).await;
    let member = cx.colleague("Marek Havel", Role::Member).await;
    assert!(matches!(acts::suspend(&admin, cx.member_id(), 1).await, Err(Error::Forbidden(_))));
    assert!(matches!(
        acts::change_role(&admin, admin.member_id(), 1, Role::Owner).await,
        Err(Error::Forbidden(_))
    ));
    assert!(matches!(
        acts::change_role(&member, member.member_id(), 1, Role::Admin).await,
        Err(Error::Forbidden(_))
    ));
    acts::change_role(&admin, member.member_id(), 1, Role::Admin).await.unwrap();
});

both!(nobody_keeps_themselves_out, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    cx.colleague("Petra Ek", Role::Owner).await;
    assert!(matches!(acts::suspend(&cx, cx.member_id(), 1).await, Err(Error::Conflict(_))));
    assert!(matches!(acts::remove(&cx, cx.member_id(), 1).await, Err(Error::Conflict(_))));
});

both!(a_suspended_member_has_no_context_until_reactivated, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let elsa = world.visit(&token).await.member().unwrap();
    let petra = elsa.colleague("Petra Ek", Role::Owner).await;
    acts::suspend(&petra, elsa.member_id(), 1).await.unwrap();

    let visit = world.visit(&token).await;
    assert!(visit.session().is_some());
    assert!(matches!(visit.member(), Err(Error::Forbidden(_))));

    acts::reactivate(&petra, elsa.member_id(), 2).await.unwrap();
    assert!(world.visit(&token).await.member().is_ok());
    assert_eq!(events(&elsa).await, ["member.reactivated", "member.suspended", "organisation.created"]);
});

both!(a_removed_member_comes_back_as_they_were, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Admin).await;
    let team = crate::team::acts::create(&cx, "Testers", None).await.unwrap();
    crate::team::acts::add_member(&cx, team, marek.member_id()).await.unwrap();

    acts::remove(&cx, marek.member_id(), 1).await.unwrap();
    assert_eq!(acts::list(&cx, "marek", 50).await.unwrap().members, []);
    assert_eq!(acts::suspend(&cx, marek.member_id(), 2).await, Err(Error::NotFound));
    // Old records still name them.
    let directory = kernel::Directory::load(&cx).await.unwrap();
    assert!(!directory.person(marek.member_id()).unwrap().active);

    acts::restore(&cx, marek.member_id()).await.unwrap();
    let list = acts::list(&cx, "marek", 50).await.unwrap();
    assert_eq!(list.members[0].role, Role::Admin);
    assert_eq!(list.members[0].state, State::Active);
    assert_eq!(list.members[0].teams, [team]);
});

both!(a_stale_change_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    acts::change_role(&cx, marek.member_id(), 1, Role::Admin).await.unwrap();
    let stale = acts::suspend(&cx, marek.member_id(), 1).await.unwrap_err();
    assert!(matches!(&stale, Error::Conflict(text) if text.contains("Marek Havel")), "{stale:?}");
    assert_eq!(version_of(&cx, marek.member_id()).await, 2);
});

both!(a_member_of_another_organisation_does_not_exist, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await.colleague("Maja Halden", Role::Member).await;
    let id = other.member_id();
    assert_eq!(acts::change_role(&cx, id, 1, Role::Admin).await, Err(Error::NotFound));
    assert_eq!(acts::suspend(&cx, id, 1).await, Err(Error::NotFound));
    assert_eq!(acts::reactivate(&cx, id, 1).await, Err(Error::NotFound));
    assert_eq!(acts::remove(&cx, id, 1).await, Err(Error::NotFound));
    assert_eq!(acts::restore(&cx, id).await, Err(Error::NotFound));
    assert_eq!(acts::invite_again(&cx, id).await, Err(Error::NotFound));
});

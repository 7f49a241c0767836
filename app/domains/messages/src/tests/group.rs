//! Groups, on both engines.

use db::both;
use kernel::{Cx, Error, Membership, Permission, PermissionSet, Role};
use uuid::Uuid;

use super::api::{by, lines, send, texts, told};
use crate::{api, model::Kind, records::CONVERSATION};

/// What the outbox tells to whom: kind and hearer, oldest first.
async fn news(cx: &Cx) -> Vec<(String, Option<Uuid>)> {
    let news = db::sql(
        "select kind, hearer_id from outbox
         where organisation_id = $1 and topic like 'conversation/%' order by number",
    )
    .bind(cx.organisation_id())
    .all(cx.db())
    .await
    .unwrap();
    cx.visit().rest().await;
    news
}

both!(a_group_has_a_title_and_members_who_come_and_go, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let marek = olle.colleague("Marek Member", Role::Member).await;
    let members = vec![petra.member_id(), petra.member_id(), olle.member_id()];
    let id = by(&olle, api::start_group(" Auction \n cars ".into(), members)).await.unwrap();
    let head = lines(&petra).await.remove(0).head;
    assert_eq!((head.kind, head.title.as_str(), head.members.len()), (Kind::Group, "Auction cars", 2));
    send(&petra, id, "Before Marek").await;
    assert_eq!(by(&marek, api::load_conversation(id, None)).await.map(drop), Err(Error::NotFound));

    by(&petra, api::add_to_group(id, vec![marek.member_id(), olle.member_id()])).await.unwrap();
    assert_eq!(texts(&marek, id).await, ["Before Marek"], "who joins sees the whole history");
    assert_eq!(by(&marek, api::count_unread()).await, Ok(0), "which is not new to them");
    send(&olle, id, "Welcome").await;
    assert_eq!(by(&marek, api::count_unread()).await, Ok(1));

    let refused = by(&petra, api::remove_from_group(id, marek.member_id())).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(_)), "{refused:?}");
    by(&olle, api::remove_from_group(id, marek.member_id())).await.unwrap();
    assert_eq!(by(&marek, api::load_conversation(id, None)).await.map(drop), Err(Error::NotFound));
    assert!(lines(&marek).await.is_empty() && by(&marek, api::count_unread()).await == Ok(0));
    send(&olle, id, "Without Marek").await;
    assert!(told(&marek).await.is_empty(), "nor is anything of it left in their inbox");
    assert_eq!(by(&olle, api::remove_from_group(id, marek.member_id())).await, Err(Error::NotFound));

    by(&petra, api::add_to_group(id, vec![marek.member_id()])).await.unwrap();
    assert_eq!(texts(&marek, id).await.len(), 3, "who comes back sees everything again");
    for cx in [&olle, &petra, &marek] {
        by(cx, api::leave_group(id)).await.unwrap();
        assert_eq!(by(cx, api::leave_group(id)).await, Err(Error::NotFound));
    }
    let gone: (bool,) = db::sql("select deleted_at is not null from conversation where organisation_id = $1")
        .bind(olle.organisation_id())
        .one(olle.db())
        .await
        .unwrap();
    assert!(gone.0, "nobody is in it any more");
});

both!(a_group_is_renamed_by_who_saw_its_name, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::start_group("Cars".into(), vec![petra.member_id()])).await.unwrap();
    by(&petra, api::rename_group(id, 1, "Vehicles".into())).await.unwrap();
    let late = by(&olle, api::rename_group(id, 1, "Autos".into())).await.unwrap_err();
    assert!(matches!(late, Error::Conflict(_)), "{late:?}");
    let talk = by(&olle, api::load_conversation(id, None)).await.unwrap();
    assert_eq!((talk.head.title.as_str(), talk.version), ("Vehicles", 2));
    for title in ["", "  ", &"x".repeat(81)] {
        let error = by(&olle, api::rename_group(id, 2, title.into())).await.unwrap_err();
        assert!(error.field("title").is_some(), "{error:?}");
    }
    let direct = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    for refused in [
        by(&olle, api::rename_group(direct, 1, "Us".into())).await,
        by(&olle, api::leave_group(direct)).await,
        by(&olle, api::add_to_group(direct, vec![petra.member_id()])).await,
    ] {
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }
});

both!(a_group_is_started_with_people_who_are_there, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let elsewhere = Cx::test(&db, "Halden").await;
    let alone = by(&olle, api::start_group("Me".into(), vec![olle.member_id()])).await.unwrap_err();
    assert!(alone.field("members").is_some(), "{alone:?}");
    let both = vec![petra.member_id(), elsewhere.member_id()];
    assert_eq!(by(&olle, api::start_group("Us".into(), both)).await, Err(Error::NotFound));
    let many = (0..100).map(|number| Uuid::from_u128(number).into()).collect();
    let many = by(&olle, api::start_group("All".into(), many)).await.unwrap_err();
    assert!(many.field("members").is_some(), "{many:?}");
    assert!(lines(&petra).await.is_empty());
});

both!(only_members_hear_of_a_conversation, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let marek = olle.colleague("Marek Member", Role::Member).await;
    let hearers = |kind: &str, members: &[&Cx]| -> Vec<(String, Option<Uuid>)> {
        members.iter().map(|cx| (kind.to_owned(), Some(cx.member_id().uuid()))).collect()
    };
    let id = by(&olle, api::start_group("Cars".into(), vec![petra.member_id()])).await.unwrap();
    let mut expected = hearers("message.conversation", &[&olle, &petra]);
    let sorted = |mut news: Vec<(String, Option<Uuid>)>| {
        news.sort();
        news
    };
    assert_eq!(sorted(news(&olle).await), sorted(expected.clone()));

    let sent = send(&olle, id, "Hello").await;
    expected.extend(hearers("message.added", &[&olle, &petra]));
    by(&petra, api::mark_read(id, sent.number)).await.unwrap();
    expected.extend(hearers("message.read", &[&petra]));
    by(&petra, api::mark_read(id, sent.number)).await.unwrap();
    by(&olle, api::edit_message(sent.id, "Hello!".into())).await.unwrap();
    expected.extend(hearers("message.changed", &[&olle, &petra]));
    by(&petra, api::mute_conversation(id, true)).await.unwrap();
    expected.extend(hearers("message.conversation", &[&petra]));
    by(&petra, api::add_to_group(id, vec![marek.member_id()])).await.unwrap();
    expected.extend(hearers("message.conversation", &[&olle, &petra, &marek]));
    by(&marek, api::leave_group(id)).await.unwrap();
    expected.extend(hearers("message.conversation", &[&olle, &petra, &marek]));
    send(&olle, id, "Marek has left").await;
    expected.extend(hearers("message.added", &[&olle, &petra]));
    assert_eq!(sorted(news(&olle).await), sorted(expected));
});

both!(who_writes_is_seen_by_members, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    by(&petra, api::be_at_conversation(id, kernel::Doing::Looking)).await.unwrap();
    let mut people = by(&olle, api::be_at_conversation(id, kernel::Doing::Typing)).await.unwrap();
    people.sort_by_key(|(id, _)| *id);
    let mut expected =
        [(olle.member_id(), kernel::Doing::Typing), (petra.member_id(), kernel::Doing::Looking)];
    expected.sort_by_key(|(id, _)| *id);
    assert_eq!(people, expected);
});

both!(the_demo_is_a_conversation_of_two_and_a_group, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let marek = olle.colleague("Marek Member", Role::Member).await;
    let (owner, planner, worker) = (olle.member_id(), petra.member_id(), marek.member_id());
    crate::demo::seed(&olle, &crate::demo::Plan { owner, planner, worker }).await.unwrap();
    let titles: Vec<_> = lines(&petra).await.into_iter().map(|line| (line.head.title, line.unread)).collect();
    assert_eq!(titles, [("Auction cars".to_owned(), 0), (String::new(), 0)]);
    assert_eq!(lines(&marek).await.len(), 1);
    assert!(told(&petra).await.is_empty());
});

both!(what_hangs_on_a_conversation_is_seen_by_programs_that_were_given_messages, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Guest).await;
    let id = by(&olle, api::start_group("Auction".into(), vec![petra.member_id()])).await.unwrap();
    let finds = async |cx: &Cx| {
        let found = (CONVERSATION.by_id)(cx, id.uuid()).await.unwrap().is_some();
        cx.visit().rest().await;
        found
    };
    assert!(finds(&olle).await && finds(&petra).await);
    let program = |permission| {
        let permissions = PermissionSet::of(&[permission]);
        let membership = Membership { permissions, ..petra.membership().clone() };
        Cx::system(petra.visit().site(), "a program", membership)
    };
    assert!(finds(&program(Permission::MessageUse)).await);
    assert!(!finds(&program(Permission::DirectoryView)).await);
});

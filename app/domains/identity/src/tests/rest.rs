//! What is published for other programs: that it is of one piece, and what it reads page by page.

use std::collections::BTreeSet;

use db::both;
use kernel::{Cx, Error, Letter, Mail, MailId, Permission, Role};

use super::fixture::events;
use crate::{
    audit::{self, repo::Wanted as Entries},
    brand, outbox,
    outbox::{model::MailState, repo::Wanted as Mails},
    rest::routes,
    role, team,
};

#[test]
fn every_route_has_a_name_and_an_address_of_its_own() {
    let parts = routes();
    let tags: BTreeSet<_> = parts.iter().map(|part| part.tag).collect();
    assert_eq!(tags.len(), parts.len());
    let api = rest::Api::new(parts);
    assert_eq!(rest::clashes(&api), [""; 0]);
    let (mut names, mut places) = (BTreeSet::new(), BTreeSet::new());
    for route in api.routes() {
        assert!(names.insert(route.summary), "two routes are called {}", route.summary);
        assert!(places.insert((route.method.clone(), route.path.clone())), "{route:?} is there twice");
    }
    let document = serde_json::to_value(rest::document(&api, "1.0", "http://mediap.test")).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for path in ["/me", "/members/{member}/grants", "/audit/verification", "/mails/{mail}/send-again"] {
        assert!(paths.contains_key(path), "{path}");
    }
    // Every schema that is named is there.
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document["components"]["schemas"].get(name).is_some(), "there is no schema {name}");
    }
}

both!(the_log_is_read_page_by_page_from_both_ends, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    for name in ["A", "B", "C", "D", "E"] {
        team::acts::create(&cx, name, None).await.unwrap();
    }
    brand::acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    let read = async |wanted: Entries, limit: usize| {
        let entries = audit::acts::entries(&cx, &wanted, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.number).collect::<Vec<_>>()
    };
    assert_eq!(read(Entries::default(), 4).await, [6, 5, 4, 3]);
    assert_eq!(read(Entries { before: Some(3), ..Entries::default() }, 4).await, [2, 1]);
    let oldest = Entries { oldest_first: true, ..Entries::default() };
    assert_eq!(read(oldest.clone(), 4).await, [1, 2, 3, 4]);
    assert_eq!(read(Entries { after: Some(4), ..oldest }, 4).await, [5, 6]);
    let brands = Entries { area: Some("brand".into()), ..Entries::default() };
    assert_eq!(read(brands, 4).await, [6]);
    // A line stands for itself, not for any letter.
    assert_eq!(read(Entries { area: Some("b_and".into()), ..Entries::default() }, 4).await, [0; 0]);
    let later = Entries { from: Some(cx.now() + chrono::Duration::seconds(1)), ..Entries::default() };
    assert_eq!(read(later, 4).await, [0; 0]);

    let entry = audit::acts::entries(&cx, &Entries::default(), 6).await.unwrap().pop().unwrap();
    assert_eq!((entry.kind.as_str(), entry.subject_kind.as_str()), ("team.created", "team"));
    assert_eq!((entry.actor_id, entry.subject()), (Some(cx.member_id()), Some("A")));
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let refused = audit::acts::entries(&marek, &Entries::default(), 1).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
});

both!(mails_are_read_page_by_page_from_both_ends, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let mut ids: Vec<MailId> = Vec::new();
    for number in 0..5 {
        let mut tx = cx.begin().await.unwrap();
        let mail = Mail {
            key: format!("test/{number}"),
            to: format!("bo{number}@nordvik.example"),
            subject: "Hello".into(),
            letter: Letter::to("Bo").says("Hi."),
        };
        tx.send(&mail).await.unwrap();
        tx.commit().await.unwrap();
        let newest = outbox::acts::mails(&cx, &Mails::default(), 1).await.unwrap();
        ids.push(newest[0].id);
    }
    let read = async |wanted: Mails| {
        let mails = outbox::acts::mails(&cx, &wanted, 2).await.unwrap();
        mails.into_iter().map(|mail| mail.id).collect::<Vec<_>>()
    };
    assert_eq!(read(Mails::default()).await, [ids[4], ids[3]]);
    assert_eq!(read(Mails { before: Some(ids[1]), ..Mails::default() }).await, [ids[0]]);
    let oldest = Mails { oldest_first: true, ..Mails::default() };
    assert_eq!(read(oldest.clone()).await, [ids[0], ids[1]]);
    assert_eq!(read(Mails { after: Some(ids[3]), ..oldest }).await, [ids[4]]);
    let sent = Mails { state: Some(MailState::Sent), ..Mails::default() };
    assert_eq!(read(sent).await, []);
    let words = Mails { text: Some("BO3@".into()), ..Mails::default() };
    assert_eq!(read(words).await, [ids[3]]);
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    assert!(matches!(outbox::acts::mails(&marek, &Mails::default(), 1).await, Err(Error::Forbidden(_))));
});

both!(a_grant_is_found_by_its_id, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let given = role::acts::give(&cx, marek.member_id(), "workflow_manager", "organisation").await.unwrap();
    let (member, grant) = role::acts::grant(&marek, given.id).await.unwrap();
    assert_eq!((member, grant.id, grant.role.as_str()), (marek.member_id(), given.id, "workflow_manager"));
    assert_eq!(role::acts::grants(&marek, marek.member_id()).await.unwrap(), [grant]);
    let guest = cx.colleague("Gus Guest", Role::Guest).await;
    assert!(matches!(role::acts::grant(&guest, given.id).await, Err(Error::Forbidden(_))));
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(role::acts::grant(&stranger, given.id).await, Err(Error::NotFound));
    assert_eq!(role::acts::grants(&stranger, marek.member_id()).await, Err(Error::NotFound));
    role::acts::take(&cx, given.id).await.unwrap();
    assert_eq!(role::acts::grant(&cx, given.id).await, Err(Error::NotFound));
});

both!(a_role_is_found_by_its_id_while_it_is_there, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let form = role::acts::Form {
        name: "Reader".into(),
        permissions: vec![Permission::ReportView.key().into()],
        ..Default::default()
    };
    let id = role::acts::create(&cx, &form).await.unwrap();
    role::acts::give(&cx, marek.member_id(), &id.to_string(), "organisation").await.unwrap();
    let card = role::acts::get(&marek, id).await.unwrap();
    assert_eq!((card.key, card.name.as_str(), card.holders, card.version), (id.to_string(), "Reader", 1, 1));
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(role::acts::get(&stranger, id).await, Err(Error::NotFound));
    role::acts::remove(&cx, id, 1).await.unwrap();
    assert_eq!(role::acts::get(&cx, id).await, Err(Error::NotFound));
});

both!(a_member_leaves_the_brand_that_is_named_and_no_other, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let trucks = brand::acts::create(&cx, "Trucks", "#c2561b").await.unwrap();
    let cars = brand::acts::create(&cx, "Cars", "#0b6e8e").await.unwrap();
    brand::acts::set_home(&cx, marek.member_id(), Some(trucks)).await.unwrap();
    let people = async |id| brand::acts::with_people(&cx, id).await.unwrap().1;
    brand::acts::leave_home(&cx, marek.member_id(), cars).await.unwrap();
    assert_eq!((people(trucks).await, people(cars).await), (vec![marek.member_id()], Vec::new()));
    brand::acts::leave_home(&cx, marek.member_id(), trucks).await.unwrap();
    brand::acts::leave_home(&cx, marek.member_id(), trucks).await.unwrap();
    assert_eq!(people(trucks).await, []);
    let told = events(&cx).await;
    assert_eq!(told.iter().filter(|kind| *kind == "member.home_brand_set").count(), 2);
    let refused = brand::acts::leave_home(&marek, marek.member_id(), trucks).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let stranger = Cx::test(&db, "Halden Studio").await;
    let foreign = brand::acts::leave_home(&stranger, marek.member_id(), trucks).await;
    assert_eq!(foreign, Err(Error::NotFound));
    assert_eq!(brand::acts::list_with_people(&marek).await.unwrap().len(), 2);
});

both!(hours_are_set_in_minutes_too, |db| {
    use team::capacity::{set_member_minutes, set_minutes};
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let id = team::acts::create(&cx, "Mechanics", None).await.unwrap();
    team::acts::add_member(&cx, id, marek.member_id()).await.unwrap();
    // Whatever the version is: the state is as it says afterwards.
    for _ in 0..2 {
        set_minutes(&cx, id, true, 450).await.unwrap();
        set_member_minutes(&cx, id, marek.member_id(), Some(240)).await.unwrap();
    }
    let team = team::acts::get(&cx, id).await.unwrap();
    assert_eq!((team.bookable, team.minutes_per_day, team.members[0].minutes), (true, 450, Some(240)));
    set_member_minutes(&cx, id, marek.member_id(), None).await.unwrap();
    assert_eq!(team::acts::get(&cx, id).await.unwrap().members[0].minutes, None);
    for minutes in [-15, 7, 1455] {
        let wrong = set_minutes(&cx, id, true, minutes).await.unwrap_err();
        assert!(wrong.field("minutes_per_day").is_some(), "{minutes}");
        let wrong = set_member_minutes(&cx, id, marek.member_id(), Some(minutes)).await.unwrap_err();
        assert!(wrong.field("minutes_per_day").is_some(), "{minutes}");
    }
    assert!(matches!(set_minutes(&marek, id, true, 450).await, Err(Error::Forbidden(_))));
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(set_minutes(&stranger, id, true, 450).await, Err(Error::NotFound));
    let foreign = set_member_minutes(&stranger, id, marek.member_id(), None).await;
    assert_eq!(foreign, Err(Error::NotFound));
});

//! Inviting and joining.

use chrono::Duration;
use db::both;
use kernel::{Cx, Error, Role};

use super::fixture::{PASSWORD, World, events, origin, version_of};
use crate::{
    member::{
        acts::{self, Accepted, Invite, accept_invitation, invitation, invite, invite_again},
        model::State,
    },
    session::acts::log_in,
};

fn form(email: &str) -> Invite {
    Invite { email: email.into(), role: "member".into(), ..Invite::default() }
}

async fn owner(world: &World) -> Cx {
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    world.visit(&token).await.member().unwrap()
}

both!(a_new_person_joins_by_invitation, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    let team = crate::team::acts::create(&elsa, "Testers", None).await.unwrap();
    let marek = Invite { team: Some(team), ..form("marek.havel@nordvik.example") };
    let id = invite(&elsa, &marek).await.unwrap();

    let mail = world.mail_to("marek.havel@nordvik.example").await;
    assert_eq!(mail.subject, "Elsa Lindqvist invites you to Nordvik Cars");
    let token = world.token_sent_to("marek.havel@nordvik.example").await;
    for _ in 0..2 {
        // Looking, as a mail program does, uses nothing up.
        let seen = invitation(&world.nobody(), &token).await.unwrap();
        assert_eq!((seen.organisation.as_str(), seen.name.as_str()), ("Nordvik Cars", "Marek Havel"));
        assert!(seen.is_new);
    }
    let incomplete =
        accept_invitation(&world.nobody(), &origin(), &token, Some(""), Some("short")).await.unwrap_err();
    assert!(incomplete.field("name").is_some() && incomplete.field("password").is_some());

    let accepted = accept_invitation(&world.nobody(), &origin(), &token, Some("Marek Havel"), Some(PASSWORD))
        .await
        .unwrap();
    let Accepted::Begun(begun) = accepted else { panic!("a new person is logged in") };
    let started = begun.into_started().unwrap();
    let cx = world.visit(&started.token).await.member().unwrap();
    assert_eq!((cx.member_id(), cx.membership().role), (id, Role::Member));
    assert!(acts::list(&elsa, "testers", 50).await.unwrap().members.iter().any(|member| member.id == id));
    assert!(accept_invitation(&world.nobody(), &origin(), &token, None, None).await.is_err());
    assert_eq!(
        events(&elsa).await,
        ["member.invited", "member.joined", "organisation.created", "team.created"]
    );
});

both!(an_invited_membership_has_no_context, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    world.person("Petra Ek", "petra@nordvik.example", None).await;
    invite(&elsa, &form("petra@nordvik.example")).await.unwrap();
    let session = world.log_in("petra@nordvik.example").await;
    let visit = world.visit(&session).await;
    assert!(visit.session().unwrap().membership.is_none());
    assert_eq!(
        crate::session::acts::switch_organisation(&visit, elsa.organisation_id()).await,
        Err(Error::NotFound)
    );

    // She is logged in, so joining goes on at once, in a session of its own.
    let token = world.token_sent_to("petra@nordvik.example").await;
    assert!(!invitation(&visit, &token).await.unwrap().is_new);
    let accepted = accept_invitation(&visit, &origin(), &token, None, None).await.unwrap();
    let Accepted::Begun(begun) = accepted else { panic!("she is logged in already") };
    let started = begun.into_started().unwrap();
    assert!(world.visit(&started.token).await.member().is_ok());
    assert!(world.visit(&session).await.session().is_none());
});

both!(a_person_with_a_password_joins_and_then_logs_in, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    world.person("Petra Ek", "petra@nordvik.example", None).await;
    invite(&elsa, &form("petra@nordvik.example")).await.unwrap();
    let token = world.token_sent_to("petra@nordvik.example").await;
    // The link is in somebody's hands who is logged in as another person.
    let accepted =
        accept_invitation(elsa.visit(), &origin(), &token, Some("Mallory"), Some("a password of mallory"))
            .await;
    assert!(matches!(accepted, Ok(Accepted::LogIn(_))), "{accepted:?}");
    let session = world.log_in("petra@nordvik.example").await;
    let visit = world.visit(&session).await;
    assert_eq!(visit.session().unwrap().name, "Petra Ek");
    assert!(visit.member().is_ok());
});

both!(a_person_who_comes_in_by_a_provider_joins_without_a_password, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    world.person("Petra Ek", "petra@nordvik.example", None).await;
    db::sql("update account set password_hash = '' where email = $1")
        .bind("petra@nordvik.example")
        .exactly_one(world.nobody().site().db())
        .await
        .unwrap();
    invite(&elsa, &form("petra@nordvik.example")).await.unwrap();
    let token = world.token_sent_to("petra@nordvik.example").await;
    let nobody = world.nobody();
    assert!(!invitation(&nobody, &token).await.unwrap().is_new, "nothing is asked of them");
    let accepted = accept_invitation(&nobody, &origin(), &token, None, None).await;
    assert!(matches!(accepted, Ok(Accepted::LogIn(_))), "{accepted:?}");
});

both!(an_invitation_replaces_the_password_of_an_unconfirmed_sign_up, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    // Somebody signs up with an address that is not theirs, before its owner is invited.
    let stranger = crate::account::acts::SignUp {
        name: "Mallory".into(),
        email: "petra@nordvik.example".into(),
        password: "a password of mallory".into(),
        ..Default::default()
    };
    crate::account::acts::sign_up(&world.nobody(), &origin(), &stranger).await.unwrap();
    invite(&elsa, &form("petra@nordvik.example")).await.unwrap();
    let token = world.token_sent_to("petra@nordvik.example").await;
    accept_invitation(&world.nobody(), &origin(), &token, Some("Petra Ek"), Some(PASSWORD)).await.unwrap();
    let old = log_in(&world.nobody(), &origin(), "petra@nordvik.example", &stranger.password).await;
    assert!(old.is_err());
    world.log_in("petra@nordvik.example").await;
});

both!(an_invitation_that_was_taken_back_is_dead, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    let id = invite(&elsa, &form("marek@nordvik.example")).await.unwrap();
    let token = world.token_sent_to("marek@nordvik.example").await;
    acts::remove(&elsa, id, version_of(&elsa, id).await).await.unwrap();
    assert!(matches!(invitation(&world.nobody(), &token).await, Err(Error::Conflict(_))));
    let accepted = accept_invitation(&world.nobody(), &origin(), &token, Some("Marek"), Some(PASSWORD)).await;
    assert!(matches!(accepted, Err(Error::Conflict(_))));
});

both!(an_invitation_expires_and_can_be_sent_again, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    let id = invite(&elsa, &form("marek@nordvik.example")).await.unwrap();
    let first = world.token_sent_to("marek@nordvik.example").await;
    world.clock.pass(Duration::days(14));
    assert!(invitation(&world.nobody(), &first).await.is_err());
    // Whoever sends it once more shows that it is them, as for everything that gives rights.
    assert_eq!(invite_again(&elsa, id).await.unwrap_err(), Error::ProveAgain);
    let token = world.log_in("elsa@nordvik.example").await;
    let elsa = world.visit(&token).await.member().unwrap();
    invite_again(&elsa, id).await.unwrap();
    let second = world.token_sent_to("marek@nordvik.example").await;
    assert!(invitation(&world.nobody(), &second).await.is_ok());
    let list = acts::list(&elsa, "", 50).await.unwrap();
    assert_eq!((list.people, list.invited), (1, 1));
});

both!(nobody_is_invited_twice, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    invite(&elsa, &form("marek@nordvik.example")).await.unwrap();
    let twice = invite(&elsa, &form("Marek@nordvik.example")).await.unwrap_err();
    assert_eq!(
        twice.field("email"),
        Some("marek@nordvik.example is invited already. Send it again from the list.")
    );
    let oneself = invite(&elsa, &form("elsa@nordvik.example")).await.unwrap_err();
    assert_eq!(oneself.field("email"), Some("Elsa Lindqvist is a member already."));
});

both!(somebody_who_was_removed_can_be_invited_anew, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    let team = crate::team::acts::create(&elsa, "Testers", None).await.unwrap();
    let id = invite(&elsa, &Invite { team: Some(team), ..form("marek@nordvik.example") }).await.unwrap();
    acts::remove(&elsa, id, version_of(&elsa, id).await).await.unwrap();
    let again =
        invite(&elsa, &Invite { role: "admin".into(), ..form("marek@nordvik.example") }).await.unwrap();
    // Records of old keep naming the same member; rights of old do not come back.
    assert_eq!(again, id);
    let list = acts::list(&elsa, "marek", 50).await.unwrap();
    assert_eq!(list.members[0].role, Role::Admin);
    assert_eq!(list.members[0].state, State::Invited);
    assert_eq!(list.members[0].teams, []);
});

both!(invitations_use_up_nothing_that_a_person_may_ask_for, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    world.person("Petra Ek", "petra@nordvik.example", None).await;
    let id = invite(&elsa, &form("petra@nordvik.example")).await.unwrap();
    for _ in 0..9 {
        invite_again(&elsa, id).await.unwrap();
    }
    // One inbox gets no flood.
    assert!(matches!(invite_again(&elsa, id).await, Err(Error::TooMany { .. })));
    let sent = world.mails().await.len();
    crate::account::acts::request_reset(&world.nobody(), &origin(), "petra@nordvik.example").await.unwrap();
    crate::session::link::ask(&world.nobody(), &origin(), "petra@nordvik.example").await.unwrap();
    assert_eq!(world.mails().await.len(), sent + 2);
    // Nor the other way round: who asks for mails can still be invited.
    for _ in 0..4 {
        crate::account::acts::request_reset(&world.nobody(), &origin(), "bo@nordvik.example").await.unwrap();
    }
    invite(&elsa, &form("bo@nordvik.example")).await.unwrap();
});

both!(who_has_not_joined_is_known_by_their_address_only, |db| {
    let world = World::new(&db);
    let elsa = owner(&world).await;
    world.person("Petra Ek", "petra@nordvik.example", Some("Halden Studio")).await;
    let team = crate::team::acts::create(&elsa, "Testers", None).await.unwrap();
    let id = invite(&elsa, &Invite { team: Some(team), ..form("petra@nordvik.example") }).await.unwrap();
    let listed = async || acts::list(&elsa, "petra", 50).await.unwrap().members.remove(0);
    assert_eq!(listed().await.name, "petra@nordvik.example");
    assert!(acts::list(&elsa, "ek", 50).await.unwrap().members.is_empty(), "nor can it be searched for");
    assert_eq!(acts::get(&elsa, id).await.unwrap().name, "petra@nordvik.example");
    assert_eq!(crate::role::acts::rights(&elsa, id).await.unwrap().name, "petra@nordvik.example");
    assert_eq!(crate::privacy::acts::plan(&elsa, id).await.unwrap().name, "petra@nordvik.example");
    assert_eq!(crate::team::acts::list(&elsa).await.unwrap()[0].members[0].name, "petra@nordvik.example");
    let log = crate::audit::acts::list(&elsa, &Default::default()).await.unwrap();
    let told: Vec<_> = log.entries.iter().filter_map(|entry| entry.subject.as_deref()).collect();
    assert!(told.contains(&"petra@nordvik.example") && !told.contains(&"Petra Ek"), "{told:?}");
    assert!(log.actors.iter().all(|(_, name)| name != "Petra Ek"), "{:?}", log.actors);
    let given = crate::role::acts::give(&elsa, id, "workflow_manager", "organisation").await.unwrap();
    assert_eq!(given.member_name, "petra@nordvik.example");
    assert_eq!(invite_again(&elsa, id).await.unwrap().name, "petra@nordvik.example");
    for refused in [
        acts::suspend(&elsa, id, version_of(&elsa, id).await).await.map(drop),
        acts::log_out(&elsa, &origin(), id).await.map(drop),
    ] {
        assert!(matches!(&refused, Err(Error::Conflict(text)) if !text.contains("Petra")), "{refused:?}");
    }
    // The mail is for herself, and calls her by her name.
    let mail = world.mail_to("petra@nordvik.example").await;
    assert!(mail.text.contains("Petra Ek"), "{}", mail.text);

    let token = world.token_sent_to("petra@nordvik.example").await;
    accept_invitation(&world.nobody(), &origin(), &token, None, None).await.unwrap();
    assert_eq!(listed().await.name, "Petra Ek");
    assert_eq!(acts::list(&elsa, "ek", 50).await.unwrap().members.len(), 1);
});

both!(only_those_who_may_invite, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let member = cx.colleague("Marek Havel", Role::Member).await;
    let admin = cx.colleague("Petra Ek", Role::Admin).await;
    let refused = invite(&member, &form("anna@nordvik.example")).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)));
    let owner = Invite { role: "owner".into(), ..form("anna@nordvik.example") };
    assert!(matches!(invite(&admin, &owner).await, Err(Error::Forbidden(_))));
    assert!(invite(&admin, &form("anna@nordvik.example")).await.is_ok());
    let no_role = Invite { role: "emperor".into(), ..form("bo@nordvik.example") };
    assert!(invite(&admin, &no_role).await.unwrap_err().field("role").is_some());
});

both!(a_team_of_another_organisation_cannot_be_given, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await;
    let editors = crate::team::acts::create(&other, "Editors", None).await.unwrap();
    let strange = Invite { team: Some(editors), ..form("anna@nordvik.example") };
    assert_eq!(invite(&cx, &strange).await, Err(Error::NotFound));
});

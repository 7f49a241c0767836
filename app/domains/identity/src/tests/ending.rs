//! Leaving an organisation, and deleting one.

use chrono::Duration;
use db::both;
use kernel::{Cx, Error, MemberId, Role};

use super::fixture::{World, events, origin, version_of};
use crate::{
    member::{self, model::State},
    organisation::{ending, registry},
    session::acts::switch_organisation,
};

const ELSA: &str = "elsa@nordvik.example";
const MAJA: &str = "maja@halden.example";

async fn inside(world: &World, token: &str) -> Cx {
    world.visit(token).await.member().unwrap()
}

both!(whoever_leaves_is_out_with_the_next_request, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    world.person("Maja Halden", MAJA, Some("Halden Studio")).await;
    let elsa = inside(&world, &world.log_in(ELSA).await).await;
    let invite = member::acts::Invite { email: MAJA.into(), role: "admin".into(), ..Default::default() };
    let id: MemberId = member::acts::invite(&elsa, &invite).await.unwrap();
    let token = world.token_sent_to(MAJA).await;
    let maja = world.log_in(MAJA).await;
    let visit = world.visit(&maja).await;
    let accepted = member::acts::accept_invitation(&visit, &origin(), &token, None, None).await.unwrap();
    let member::acts::Accepted::Begun(begun) = accepted else { panic!("she is logged in already") };
    // In a session of its own, which goes on in the organisation that she has joined.
    let maja = begun.into_started().unwrap().token;
    let cx = inside(&world, &maja).await;
    assert_eq!(cx.organisation_id(), elsa.organisation_id());

    assert!(ending::leave(&cx, false).await.unwrap_err().field("confirmed").is_some());
    ending::leave(&cx, true).await.unwrap();
    // Where else they work they go on.
    let cx = inside(&world, &maja).await;
    assert_eq!(cx.membership().organisation_name, "Halden Studio");
    let back = switch_organisation(&world.visit(&maja).await, elsa.organisation_id()).await;
    assert_eq!(back.unwrap_err(), Error::NotFound);
    assert!(events(&elsa).await.contains(&"member.left".to_owned()));
    // Taking the removal back gives no right: they are asked anew.
    member::acts::restore(&elsa, id).await.unwrap();
    let found = member::acts::get(&elsa, id).await.unwrap();
    assert_eq!((found.state, found.role), (State::Invited, Role::Guest));
    let back = switch_organisation(&world.visit(&maja).await, elsa.organisation_id()).await;
    assert_eq!(back.unwrap_err(), Error::NotFound);
});

both!(the_only_owner_stays, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    let token = world.log_in(ELSA).await;
    let elsa = inside(&world, &token).await;
    assert!(matches!(ending::leave(&elsa, true).await, Err(Error::Conflict(_))));
    let version = version_of(&elsa, elsa.member_id()).await;
    assert_eq!(inside(&world, &token).await.member_id(), elsa.member_id(), "{version}");
    world.clock.pass(Duration::hours(1));
    let elsa = inside(&world, &token).await;
    assert_eq!(ending::leave(&elsa, true).await, Err(Error::ProveAgain));
    assert_eq!(ending::delete(&elsa, "Nordvik Cars").await, Err(Error::ProveAgain));
});

both!(a_deleted_organisation_is_there_for_nobody_until_it_is_brought_back, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", ELSA, Some("Nordvik Cars")).await;
    world.person("Maja Halden", MAJA, Some("Halden Studio")).await;
    let token = world.log_in(ELSA).await;
    let elsa = inside(&world, &token).await;
    let admin = elsa.colleague("Petra Ek", Role::Admin).await;
    assert!(matches!(ending::delete(&admin, "Nordvik Cars").await, Err(Error::Forbidden(_))));
    for wrong in ["", "nordvik cars", "Halden Studio"] {
        assert!(ending::delete(&elsa, wrong).await.unwrap_err().field("name").is_some(), "{wrong}");
    }
    world.clock.pass(Duration::milliseconds(1));
    ending::delete(&elsa, " Nordvik Cars ").await.unwrap();
    assert!(world.visit(&token).await.member().is_err());
    let again = world.log_in(ELSA).await;
    assert!(world.visit(&again).await.member().is_err());
    // Others notice nothing.
    inside(&world, &world.log_in(MAJA).await).await;

    let all = registry::list(&world.site).await.unwrap();
    let found: Vec<_> = all.iter().map(|one| (one.name.as_str(), one.deleted_at.is_some())).collect();
    assert_eq!(found, [("Halden Studio", false), ("Nordvik Cars", true)]);
    assert!(registry::restore(&world.site, elsa.organisation_id()).await.unwrap());
    assert!(!registry::restore(&world.site, elsa.organisation_id()).await.unwrap());
    assert_eq!(world.mail_to(ELSA).await.subject, "Nordvik Cars was deleted");
    let elsa = inside(&world, &world.log_in(ELSA).await).await;
    let log = events(&elsa).await;
    for kind in ["organisation.deleted", "organisation.restored"] {
        assert!(log.contains(&kind.to_owned()), "{log:?}");
    }
});

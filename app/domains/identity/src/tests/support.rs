//! Support acting as a member.

use chrono::Duration;
use db::both;
use kernel::{
    Cx, Error, Role, Visit,
    privacy::{ROWS, Subject},
};

use super::fixture::{PASSWORD, World, events, origin};
use crate::{
    account, brand, factor, key, member, organisation, role,
    session::{acts as session, prove},
    support::{acts, model::Leave, staff},
    team,
};

const OWNER: &str = "elsa@nordvik.example";
const SAM: &str = "sam@support.example";

/// An organisation with an owner and a member, and somebody of support.
struct Desk {
    world: World,
    owner: Cx,
    member: Cx,
    sam: String,
}

impl Desk {
    async fn new(db: &db::Db) -> Self {
        let world = World::new(db);
        world.person("Elsa Lindqvist", OWNER, Some("Nordvik Cars")).await;
        world.person("Sam Rivers", SAM, None).await;
        staff::set(&world.site, SAM, true).await.unwrap();
        let owner = world.visit(&world.log_in(OWNER).await).await.member().unwrap();
        let member = owner.colleague("Marek Havel", Role::Member).await;
        let sam = world.log_in(SAM).await;
        Desk { world, owner, member, sam }
    }

    async fn leave(&self, by: &Cx, about: &Cx) -> Leave {
        acts::allow(by, &origin(), about.member_id(), 1, "No cards on the board").await.unwrap()
    }

    /// Sam acts as the member of a leave, and this is the visit of their next request.
    async fn act(&self, leave: &Leave) -> (String, Visit) {
        let visit = self.world.visit(&self.sam).await;
        let token = acts::begin(&visit, &origin(), self.owner.organisation_id(), leave.id).await.unwrap();
        let visit = self.world.visit(&token).await;
        (token, visit)
    }
}

both!(support_acts_as_a_member_who_gave_leave_and_both_names_are_recorded, |db| {
    let desk = Desk::new(&db).await;
    let leave = desk.leave(&desk.owner, &desk.owner).await;
    assert!(desk.world.mail_to(SAM).await.text.contains(&leave.link));
    let (_, visit) = desk.act(&leave).await;
    let cx = visit.member().unwrap();
    assert_eq!((cx.member_id(), cx.membership().role), (desk.owner.member_id(), Role::Owner));
    let viewer = session::viewer(&cx).await.unwrap();
    assert_eq!(viewer.name, "Elsa Lindqvist");
    let said = viewer.acting.unwrap();
    assert!(said.starts_with("Sam Rivers, you act as Elsa Lindqvist in Nordvik Cars until"), "{said}");
    assert!(desk.world.mail_to(OWNER).await.text.contains("Sam Rivers"));

    team::acts::create(&cx, "Sales", None).await.unwrap();
    let log = crate::audit::acts::list(&desk.owner, &Default::default()).await.unwrap().entries;
    let of = |kind: &str| {
        let entry = log.iter().find(|entry| entry.kind == kind).unwrap();
        (entry.actor.clone().unwrap(), entry.supporter.clone())
    };
    assert_eq!(of("team.created"), ("Elsa Lindqvist".into(), Some("Sam Rivers".into())));
    assert_eq!(of("support.entered"), ("Elsa Lindqvist".into(), Some("Sam Rivers".into())));
    assert_eq!(of("support.allowed"), ("Elsa Lindqvist".into(), None));
    let found = kernel::audit::verify(&desk.world.site, desk.owner.organisation_id()).await.unwrap();
    assert_eq!(found.fault, None);
});

both!(what_somebody_did_as_support_is_counted_where_they_did_it, |db| {
    let desk = Desk::new(&db).await;
    let leave = desk.leave(&desk.owner, &desk.owner).await;
    desk.act(&leave).await;
    let elsewhere = Cx::test(&db, "Halden Studio").await;
    let sam = desk.world.visit(&desk.world.log_in(SAM).await).await;
    let sam = sam.session().unwrap();
    let rows = ROWS.iter().find(|rows| rows.column == "supporter_id").unwrap();
    for (cx, expected) in [(&desk.owner, 1), (&elsewhere, 0)] {
        let subject = Subject {
            organisation: cx.organisation_id(),
            member: cx.member_id(),
            account: sam.account_id,
            name: sam.name.clone(),
            email: sam.email.clone(),
        };
        assert_eq!(rows.count(cx.db(), &subject).await.unwrap(), expected);
    }
});

both!(only_the_member_or_an_owner_gives_leave, |db| {
    let desk = Desk::new(&db).await;
    let admin = desk.owner.colleague("Petra Ek", Role::Admin).await;
    let by = async |cx: &Cx, about: &Cx| acts::allow(cx, &origin(), about.member_id(), 1, "Look").await;
    assert!(matches!(by(&admin, &desk.member).await, Err(Error::Forbidden(_))));
    assert!(matches!(by(&desk.member, &desk.owner).await, Err(Error::Forbidden(_))));
    by(&desk.member, &desk.member).await.unwrap();
    by(&desk.owner, &desk.member).await.unwrap();
    assert!(matches!(acts::leaves(&admin, desk.member.member_id()).await, Err(Error::Forbidden(_))));
    assert_eq!(acts::leaves(&desk.owner, desk.member.member_id()).await.unwrap().leaves.len(), 2);
    for (hours, reason) in [(2, "Look"), (0, "Look"), (1, " "), (1, &*"x".repeat(501))] {
        let refused = acts::allow(&desk.member, &origin(), desk.member.member_id(), hours, reason).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{hours} {reason}");
    }
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert!(matches!(by(&stranger, &desk.member).await, Err(Error::NotFound)));
});

both!(leave_ends_by_time_by_hand_and_with_the_site_role, |db| {
    let desk = Desk::new(&db).await;
    let leave = desk.leave(&desk.member, &desk.member).await;
    let (token, visit) = desk.act(&leave).await;
    assert!(visit.member().is_ok());
    acts::withdraw(&desk.owner, leave.id).await.unwrap();
    assert!(desk.world.visit(&token).await.member().is_err());
    let consents =
        crate::consent::repo::list(desk.member.visit(), desk.member.visit().session().unwrap().account_id);
    let consent = consents.await.unwrap().remove(0);
    assert!(consent.withdrawn_at.is_some() && consent.text.contains("Chosen: 1 hour."), "{}", consent.text);

    let leave = desk.leave(&desk.member, &desk.member).await;
    let own = desk.world.visit(&token).await;
    let token = acts::begin(&own, &origin(), desk.owner.organisation_id(), leave.id).await.unwrap();
    assert!(desk.world.visit(&token).await.member().is_ok());
    staff::set(&desk.world.site, SAM, false).await.unwrap();
    let visit = desk.world.visit(&token).await;
    assert!(visit.member().is_err() && visit.session().unwrap().acting.is_none());
    staff::set(&desk.world.site, SAM, true).await.unwrap();
    assert!(desk.world.visit(&token).await.member().is_ok());
    desk.world.clock.pass(Duration::hours(1));
    assert!(desk.world.visit(&token).await.member().is_err());
});

both!(a_leave_is_nothing_for_whoever_is_not_of_support, |db| {
    let desk = Desk::new(&db).await;
    let leave = desk.leave(&desk.owner, &desk.owner).await;
    let organisation = desk.owner.organisation_id();
    let member = desk.member.visit();
    assert!(matches!(acts::offer(member, organisation, leave.id).await, Err(Error::NotFound)));
    assert!(matches!(acts::begin(member, &origin(), organisation, leave.id).await, Err(Error::NotFound)));
    let nobody = desk.world.nobody();
    assert!(matches!(acts::offer(&nobody, organisation, leave.id).await, Err(Error::Unauthenticated)));
    let sam = desk.world.visit(&desk.sam).await;
    let other = Cx::test(&db, "Halden Studio").await.organisation_id();
    assert!(matches!(acts::offer(&sam, other, leave.id).await, Err(Error::NotFound)));
    assert_eq!(acts::offer(&sam, organisation, leave.id).await.unwrap().reason, "No cards on the board");
});

both!(who_acts_as_a_member_cannot_touch_the_account_nor_what_asks_for_the_person, |db| {
    let desk = Desk::new(&db).await;
    let leave = desk.leave(&desk.owner, &desk.owner).await;
    let (token, visit) = desk.act(&leave).await;
    let cx = visit.member().unwrap();
    let refused =
        |result: kernel::Result<()>| assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");
    refused(
        account::acts::change_password(&visit, &origin(), PASSWORD, "grey otters swim 77").await.map(drop),
    );
    refused(factor::acts::begin_app(&visit).await);
    refused(prove::prove(&visit, &origin(), PASSWORD, "").await.map(drop));
    refused(session::switch_organisation(&visit, cx.organisation_id()).await);
    refused(organisation::acts::require_factor(&cx, true).await.map(drop));
    refused(acts::allow(&cx, &origin(), cx.member_id(), 72, "More time").await.map(drop));
    refused(acts::withdraw(&cx, leave.id).await);
    // People and roles ask for the person, too.
    let marek = desk.member.member_id();
    let invite = member::acts::Invite {
        email: "sam@elsewhere.example".into(),
        role: "owner".into(),
        ..Default::default()
    };
    refused(member::acts::invite(&cx, &invite).await.map(drop));
    refused(member::acts::change_role(&cx, marek, 1, Role::Owner).await.map(drop));
    refused(member::acts::suspend(&cx, marek, 1).await.map(drop));
    refused(member::acts::reactivate(&cx, marek, 1).await.map(drop));
    refused(member::acts::remove(&cx, marek, 1).await.map(drop));
    refused(member::acts::restore(&cx, marek).await);
    refused(member::acts::invite_again(&cx, marek).await.map(drop));
    refused(role::acts::give(&cx, marek, "workflow_manager", "organisation").await.map(drop));
    let sales = team::acts::create(&desk.owner, "Sales", None).await.unwrap();
    refused(team::acts::delete(&cx, sales, 1).await.map(drop));
    let trucks = brand::acts::create(&desk.owner, "Trucks", "#c2561b").await.unwrap();
    refused(brand::acts::remove(&cx, trucks, 1).await.map(drop));
    let form = key::acts::Form {
        name: "Mine".into(),
        personal: false,
        permissions: vec!["item.view".into()],
        days: 1,
    };
    refused(key::acts::create(&cx, &form).await.map(drop));
    // One at a time.
    let other = desk.leave(&desk.member, &desk.member).await;
    refused(acts::begin(&visit, &origin(), cx.organisation_id(), other.id).await.map(drop));
    // The token from before is dead.
    assert!(desk.world.visit(&desk.sam).await.session().is_none());

    acts::stop(&visit).await.unwrap();
    let after = desk.world.visit(&token).await;
    assert_eq!(after.session().unwrap().name, "Sam Rivers");
    assert!(after.member().is_err());
    assert!(events(&desk.owner).await.contains(&"support.left".to_owned()));
    acts::stop(&after).await.unwrap();
});

both!(support_proves_who_it_is_and_has_the_factor_that_the_organisation_asks_for, |db| {
    let desk = Desk::new(&db).await;
    let leave = desk.leave(&desk.owner, &desk.owner).await;
    let organisation = desk.owner.organisation_id();
    desk.world.clock.pass(Duration::minutes(11));
    let begin = async |token: &str| {
        acts::begin(&desk.world.visit(token).await, &origin(), organisation, leave.id).await
    };
    assert!(matches!(begin(&desk.sam).await, Err(Error::ProveAgain)));
    let sam = desk.world.log_in(SAM).await;
    let owner = desk.world.log_in(OWNER).await;
    desk.world.enrol(&owner).await;
    let owner = desk.world.visit(&owner).await.member().unwrap();
    organisation::acts::require_factor(&owner, true).await.unwrap();
    assert!(matches!(begin(&sam).await, Err(Error::Forbidden(_))));
    desk.world.enrol(&sam).await;
    let token = begin(&sam).await.unwrap();
    assert!(desk.world.visit(&token).await.member().is_ok());
});

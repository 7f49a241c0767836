//! Keys of programs: what they open, for whom, and for how long; and the robots that keys of the organisation act as.

use chrono::Duration;
use db::both;
use kernel::{ApiKeyId, Cx, Error, Permission, PermissionSet, Role, Scope, Visit};

use super::fixture::{World, again, events, origin, version_of};
use crate::{
    key::{
        acts::{self, Form, authenticate},
        model::{KeyCard, NewKey},
    },
    licence, member, organisation, privacy, role, team,
};

/// A site with an organisation and its owner, all by one clock.
async fn world(db: &db::Db) -> (World, Cx) {
    let world = World::new(db);
    let owner = Cx::test_on(world.site.clone(), "Nordvik Cars").await;
    (world, owner)
}

fn form(personal: bool, permissions: &[Permission]) -> Form {
    Form {
        name: "Accounting".into(),
        personal,
        permissions: permissions.iter().map(|permission| permission.key().to_owned()).collect(),
        days: 30,
    }
}

async fn key(cx: &Cx, personal: bool, permissions: &[Permission]) -> NewKey {
    acts::create(cx, &form(personal, permissions)).await.unwrap()
}

/// The program that shows this token, as its next call finds it.
async fn program(world: &World, token: &str) -> Option<Cx> {
    let (agent, reader) = authenticate(&world.site, token).await.unwrap()?;
    Some(Visit::by_agent(world.site.clone(), "test", agent, reader).member().unwrap())
}

async fn own(cx: &Cx) -> Vec<ApiKeyId> {
    acts::list(cx).await.unwrap().own.iter().map(|key| key.id).collect()
}

async fn others(cx: &Cx) -> Vec<KeyCard> {
    acts::list(cx).await.unwrap().others
}

both!(a_personal_key_acts_as_the_person_with_no_more_than_was_chosen, |db| {
    let (world, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let made = key(&marek, true, &[Permission::ItemView, Permission::ItemMove]).await;
    assert!(made.token.starts_with("mdp_"), "{}", made.token);
    let card = acts::list(&marek).await.unwrap().own.remove(0);
    assert_eq!((card.id, card.name.as_str(), card.personal), (made.id, "Accounting", true));
    assert_eq!((card.member_id, card.created_by), (marek.member_id(), marek.member_id()));
    assert_eq!((card.expires_at, card.used_at), (Some(marek.now() + Duration::days(30)), None));

    let program = program(&world, &made.token).await.unwrap();
    assert_eq!(program.member_id(), marek.member_id());
    assert_eq!(program.membership().role, Role::Member);
    let chosen = PermissionSet::of(&[Permission::ItemView, Permission::ItemMove]);
    assert_eq!(program.membership().permissions, chosen);
    assert!(program.visit().session().is_none() && program.require_recent().is_ok());
    assert_eq!(program.visit().agent().unwrap().name, "Accounting");
    assert_eq!(acts::list(&marek).await.unwrap().own[0].used_at, Some(marek.now()));
    assert_eq!(events(&owner).await, ["key.created"]);
});

both!(a_key_of_the_organisation_acts_as_a_robot, |db| {
    let (world, owner) = world(&db).await;
    let made = key(&owner, false, &[Permission::TeamManage, Permission::DirectoryView]).await;
    let program = program(&world, &made.token).await.unwrap();
    assert_ne!(program.member_id(), owner.member_id());
    assert_eq!(program.membership().role, Role::Guest);
    let chosen = PermissionSet::of(&[Permission::TeamManage, Permission::DirectoryView]);
    assert_eq!(program.membership().permissions, chosen);
    assert_eq!(
        member::repo::oneself(&program).await.unwrap(),
        ("Accounting".into(), None),
        "nobody is told an address that nothing reaches"
    );
    assert_eq!(
        member::repo::oneself(&owner).await.unwrap().1,
        owner.visit().session().map(|it| it.email.clone())
    );

    // What it does is recorded as its own, and its name can be read afterwards.
    team::acts::create(&program, "Testers", None).await.unwrap();
    let log = crate::audit::acts::list(&owner, &Default::default()).await.unwrap().entries;
    assert_eq!((log[0].kind.as_str(), log[0].actor.as_deref()), ("team.created", Some("Accounting")));
    assert!(log[0].facts.contains(r#""by_key":"Accounting""#), "{}", log[0].facts);
    let directory = kernel::Directory::load(&owner).await.unwrap();
    let robot = directory.person(program.member_id()).unwrap();
    assert_eq!((robot.name.as_str(), robot.active), ("Accounting", false));
});

both!(only_who_manages_keys_makes_one_of_the_organisation, |db| {
    let (_, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let refused = acts::create(&marek, &form(false, &[Permission::ItemView])).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    key(&owner.colleague("Petra Ek", Role::Admin).await, false, &[Permission::ItemView]).await;
});

both!(nobody_makes_a_key_that_may_do_more_than_they_may, |db| {
    let (_, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let admin = owner.colleague("Petra Ek", Role::Admin).await;
    for (cx, personal, permission) in [
        (&marek, true, Permission::MemberManage),
        (&admin, true, Permission::BankEdit),
        (&admin, false, Permission::PersonErase),
    ] {
        let refused =
            acts::create(cx, &form(personal, &[Permission::ItemView, permission])).await.unwrap_err();
        let text = refused.field("permissions").unwrap();
        assert_eq!(text, format!("You do not have {} yourself.", permission.key()));
    }
    let nothing = acts::create(&marek, &form(true, &[])).await.unwrap_err();
    assert_eq!(nothing.field("permissions"), Some("Choose what the key may be used for."));
    let unknown = Form { permissions: vec!["item.fly".into()], ..form(true, &[]) };
    let unknown = acts::create(&marek, &unknown).await.unwrap_err();
    assert_eq!(unknown.field("permissions"), Some("There is no permission item.fly."));
    for days in [0, -1, 367] {
        let wrong = Form { name: " ".into(), days, ..form(true, &[Permission::ItemView]) };
        let wrong = acts::create(&marek, &wrong).await.unwrap_err();
        assert!(wrong.field("days").is_some() && wrong.field("name").is_some(), "{days}");
    }
    assert!(own(&marek).await.is_empty() && others(&owner).await.is_empty());
});

both!(making_a_key_asks_who_is_there, |db| {
    let (world, owner) = world(&db).await;
    world.clock.pass(Duration::minutes(10));
    for personal in [true, false] {
        let refused = acts::create(&owner, &form(personal, &[Permission::ItemView])).await;
        assert_eq!(refused, Err(Error::ProveAgain));
    }
    assert!(own(&owner).await.is_empty());
});

both!(only_the_right_token_opens, |db| {
    let (world, owner) = world(&db).await;
    let made = key(&owner, true, &[Permission::ItemView]).await;
    let second = key(&owner, true, &[Permission::ItemView]).await;
    assert!(program(&world, &made.token).await.is_some());
    // The names of one key with the secret of another, and the same with other names.
    let mixed = format!("{}{}", &made.token[..47], &second.token[47..]);
    let last = made.token.chars().last().unwrap();
    let changed = format!("{}{}", &made.token[..89], if last == 'A' { 'B' } else { 'A' });
    let upper = made.token.to_uppercase();
    for wrong in ["", "mdp_", "nonsense", &mixed, &changed, &upper, &made.token[..80]] {
        assert!(program(&world, wrong).await.is_none(), "{wrong}");
    }
    // The tables hold no token.
    let (hash,): (Vec<u8>,) =
        db::sql("select token_hash from api_key where organisation_id = $1 and id = $2")
            .bind(owner.organisation_id())
            .bind(made.id)
            .one(owner.db())
            .await
            .unwrap();
    assert_eq!(hash.len(), 32);
});

both!(a_key_ends_by_time_and_by_hand, |db| {
    let (world, owner) = world(&db).await;
    let short = Form { days: 1, ..form(true, &[Permission::ItemView]) };
    let short = acts::create(&owner, &short).await.unwrap();
    let long = key(&owner, true, &[Permission::ItemView]).await;
    world.clock.pass(Duration::days(1) - Duration::seconds(1));
    assert!(program(&world, &short.token).await.is_some());
    world.clock.pass(Duration::seconds(1));
    assert!(program(&world, &short.token).await.is_none());
    assert!(program(&world, &long.token).await.is_some());

    // Withdrawing one asks for nothing: it only takes away.
    acts::revoke(&owner, long.id).await.unwrap();
    assert!(program(&world, &long.token).await.is_none());
    acts::revoke(&owner, long.id).await.unwrap();
    assert_eq!(events(&owner).await, ["key.created", "key.created", "key.revoked"], "once is enough");
    let cards = acts::list(&owner).await.unwrap().own;
    assert!(cards.iter().all(|card| !card.counts(owner.now())));
    assert_eq!(cards.iter().map(|card| card.id).collect::<Vec<_>>(), [long.id, short.id], "newest first");
});

both!(a_personal_key_opens_as_long_as_the_person_may_come_in, |db| {
    let (world, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let id = marek.member_id();
    let made = key(&marek, true, &[Permission::ItemView, Permission::ItemMove]).await;
    member::acts::suspend(&owner, id, 1).await.unwrap();
    assert!(program(&world, &made.token).await.is_none());
    member::acts::reactivate(&owner, id, 2).await.unwrap();
    assert!(program(&world, &made.token).await.is_some());
    // What the person lost, the key lost too.
    member::acts::change_role(&owner, id, 3, Role::Guest).await.unwrap();
    assert!(program(&world, &made.token).await.unwrap().membership().permissions.is_empty());
    member::acts::remove(&owner, id, 4).await.unwrap();
    assert!(program(&world, &made.token).await.is_none());
});

both!(a_second_factor_is_asked_of_people_and_not_of_robots, |db| {
    let (world, owner) = world(&db).await;
    let personal = key(&owner, true, &[Permission::ItemView]).await;
    let robot = key(&owner, false, &[Permission::ItemView]).await;
    let mut tx = owner.begin().await.unwrap();
    organisation::repo::require_factor(&mut tx, &owner, true).await.unwrap();
    tx.commit().await.unwrap();
    assert!(program(&world, &personal.token).await.is_none());
    assert!(program(&world, &robot.token).await.is_some());
});

both!(what_counts_in_one_team_counts_for_the_key_there_only, |db| {
    let (world, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let testers = team::acts::create(&owner, "Testers", None).await.unwrap();
    let sales = team::acts::create(&owner, "Sales", None).await.unwrap();
    let scope = Scope::Team(testers).to_string();
    role::acts::give(&owner, marek.member_id(), "team_leader", &scope).await.unwrap();
    role::acts::give(&owner, marek.member_id(), "workflow_manager", &Scope::Team(sales).to_string())
        .await
        .unwrap();
    let marek = again(&marek).await;
    // He may not manage teams everywhere, so a key of his may be for that, and one of the organisation may not.
    let made = key(&marek, true, &[Permission::TeamManage, Permission::ItemView]).await;
    let program = program(&world, &made.token).await.unwrap();
    assert_eq!(program.membership().permissions, PermissionSet::of(&[Permission::ItemView]));
    let grants: Vec<_> = program.membership().grants.iter().map(|it| (it.scope, it.permissions)).collect();
    let chosen = PermissionSet::of(&[Permission::TeamManage, Permission::ItemView]);
    assert!(grants.iter().all(|(_, permissions)| permissions.is_within(chosen)), "{grants:?}");
    assert!(program.may_in(Permission::TeamManage, Scope::Team(testers)));
    assert!(!program.may_in(Permission::TeamManage, Scope::Team(sales)));
    assert!(!program.may_in(Permission::CalendarPlan, Scope::Team(testers)), "he may, but the key may not");
    team::acts::add_member(&program, testers, owner.member_id()).await.unwrap();
    let elsewhere = team::acts::add_member(&program, sales, owner.member_id()).await;
    assert!(matches!(elsewhere, Err(Error::Forbidden(_))), "{elsewhere:?}");
});

both!(a_key_makes_no_key_that_may_do_more, |db| {
    let (world, owner) = world(&db).await;
    let few = [Permission::ApiManage, Permission::ItemView];
    for personal in [true, false] {
        let made = key(&owner, personal, &few).await;
        let program = program(&world, &made.token).await.unwrap();
        let more = acts::create(&program, &form(false, &[Permission::ItemView, Permission::ItemMove])).await;
        assert!(more.unwrap_err().field("permissions").is_some());
        let same = key(&program, false, &few).await;
        let next = self::program(&world, &same.token).await.unwrap();
        assert!(next.membership().permissions.is_within(PermissionSet::of(&few)));
        let own = acts::create(&program, &form(true, &[Permission::ItemView])).await;
        assert_eq!(own.is_ok(), personal, "a robot is no person");
        if let Ok(own) = own {
            let next = self::program(&world, &own.token).await.unwrap();
            assert_eq!(next.member_id(), owner.member_id());
            assert_eq!(next.membership().permissions, PermissionSet::of(&[Permission::ItemView]));
        }
    }
    // Without the permission there is none of the organisation at all.
    let made = key(&owner, true, &[Permission::ItemView]).await;
    let program = program(&world, &made.token).await.unwrap();
    let refused = acts::create(&program, &form(false, &[Permission::ItemView])).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
});

both!(a_key_gives_no_role_that_may_do_more, |db| {
    let (world, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await.member_id();
    let made = key(&owner, true, &[Permission::RoleManage, Permission::MemberManage]).await;
    let program = program(&world, &made.token).await.unwrap();
    for refused in [
        role::acts::give(&program, marek, "workflow_manager", "organisation").await.map(drop),
        member::acts::change_role(&program, marek, 1, Role::Owner).await.map(drop),
        member::acts::change_role(&program, marek, 1, Role::Admin).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
});

both!(a_key_is_withdrawn_by_its_owner_and_by_who_manages_keys, |db| {
    let (world, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let anna = owner.colleague("Anna Berg", Role::Member).await;
    let admin = owner.colleague("Petra Ek", Role::Admin).await;
    let stranger = Cx::test_on(world.site.clone(), "Halden Studio").await;
    let (first, second) =
        (key(&marek, true, &[Permission::ItemView]).await, key(&marek, true, &[Permission::ItemView]).await);
    let robot = key(&owner, false, &[Permission::ItemView]).await;
    for id in [first.id, robot.id] {
        assert_eq!(acts::revoke(&anna, id).await, Err(Error::NotFound));
        assert_eq!(acts::revoke(&stranger, id).await, Err(Error::NotFound));
    }
    assert_eq!(acts::revoke(&marek, robot.id).await, Err(Error::NotFound));
    assert_eq!(acts::revoke(&marek, marek.new_id()).await, Err(Error::NotFound));
    acts::revoke(&marek, first.id).await.unwrap();
    acts::revoke(&admin, second.id).await.unwrap();
    acts::revoke(&admin, robot.id).await.unwrap();
    for made in [first, second, robot] {
        assert!(program(&world, &made.token).await.is_none());
    }
});

both!(everybody_sees_their_own_keys_and_who_manages_them_all, |db| {
    let (_, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let anna = owner.colleague("Anna Berg", Role::Member).await;
    let mine = key(&marek, true, &[Permission::ItemView]).await.id;
    let robot = key(&owner, false, &[Permission::ItemView]).await.id;
    assert_eq!((own(&marek).await, others(&marek).await.len()), (vec![mine], 0));
    assert_eq!((own(&anna).await, others(&anna).await.len()), (Vec::new(), 0));
    let all: Vec<_> = others(&owner).await.iter().map(|key| key.id).collect();
    assert_eq!((own(&owner).await, all), (Vec::new(), vec![robot, mine]));
});

both!(a_robot_is_no_member_that_anybody_lists_counts_or_changes, |db| {
    let (world, owner) = world(&db).await;
    let before = role::acts::list(&owner).await.unwrap();
    let made = key(&owner, false, &[Permission::ItemView]).await;
    let robot = program(&world, &made.token).await.unwrap().member_id();
    let list = member::acts::list(&owner, "", 50).await.unwrap();
    assert_eq!((list.people, list.found, list.members.len()), (1, 1, 1));
    assert_eq!(member::acts::get(&owner, robot).await, Err(Error::NotFound));
    assert_eq!(role::acts::list(&owner).await.unwrap(), before, "nobody more is a guest");
    assert_eq!(licence::repo::count_members(owner.db(), owner.organisation_id()).await.unwrap(), 1);
    assert_eq!(crate::person::acts::card(&owner, robot).await.map(drop), Err(Error::NotFound));
    // No mail goes to it.
    let reached = crate::reach(&world.site, owner.organisation_id(), robot).await.unwrap();
    assert!(reached.is_none());
    assert!(crate::reach(&world.site, owner.organisation_id(), owner.member_id()).await.unwrap().is_some());

    let team = team::acts::create(&owner, "Testers", None).await.unwrap();
    let brand = crate::brand::acts::create(&owner, "Trucks", "#c2561b").await.unwrap();
    let version = version_of(&owner, robot).await;
    for refused in [
        member::acts::change_role(&owner, robot, version, Role::Owner).await.map(drop),
        member::acts::suspend(&owner, robot, version).await.map(drop),
        member::acts::reactivate(&owner, robot, version).await.map(drop),
        member::acts::remove(&owner, robot, version).await.map(drop),
        member::acts::restore(&owner, robot).await,
        member::acts::invite_again(&owner, robot).await.map(drop),
        member::acts::log_out(&owner, &origin(), robot).await.map(drop),
        role::acts::give(&owner, robot, "workflow_manager", "organisation").await.map(drop),
        role::acts::rights(&owner, robot).await.map(drop),
        team::acts::add_member(&owner, team, robot).await,
        crate::brand::acts::set_home(&owner, robot, Some(brand)).await,
        privacy::acts::export(&owner, robot).await.map(drop),
        privacy::acts::plan(&owner, robot).await.map(drop),
        crate::support::acts::allow(&owner, &origin(), robot, 1, "Look").await.map(drop),
    ] {
        assert_eq!(refused, Err(Error::NotFound));
    }
    assert_eq!(version_of(&owner, robot).await, version);
    // Its address is none that anybody is invited by, here or elsewhere.
    let (email,): (String,) = db::sql(
        "select a.email from member m join account a on a.id = m.account_id
         where m.organisation_id = $1 and m.id = $2",
    )
    .bind(owner.organisation_id())
    .bind(robot)
    .one(owner.db())
    .await
    .unwrap();
    let other = Cx::test_on(world.site.clone(), "Halden Studio").await;
    for cx in [&owner, &other] {
        let form = member::acts::Invite { email: email.clone(), role: "member".into(), ..Default::default() };
        let refused = member::acts::invite(cx, &form).await.unwrap_err();
        assert_eq!(refused.field("email"), Some("No mail can reach this address."));
    }
    assert_eq!(world.mails().await.len(), 0);
});

both!(a_program_manages_people_in_the_name_of_its_key, |db| {
    let (world, owner) = world(&db).await;
    let marek = owner.colleague("Marek Havel", Role::Member).await;
    let may = Role::Member.permissions().iter().chain([Permission::MemberManage, Permission::SessionEnd]);
    let made = key(&owner, true, &may.collect::<Vec<_>>()).await;
    let program = program(&world, &made.token).await.unwrap();
    let form = member::acts::Invite {
        email: "anna@nordvik.example".into(),
        role: "member".into(),
        ..Default::default()
    };
    let anna = member::acts::invite(&program, &form).await.unwrap();
    let mail = world.mail_to("anna@nordvik.example").await;
    assert_eq!(mail.subject, "Accounting invites you to Nordvik Cars");
    member::acts::invite_again(&program, anna).await.unwrap();
    member::acts::log_out(&program, &origin(), marek.member_id()).await.unwrap();
    member::acts::suspend(&program, marek.member_id(), 1).await.unwrap();
    member::acts::reactivate(&program, marek.member_id(), 2).await.unwrap();
    member::acts::remove(&program, marek.member_id(), 3).await.unwrap();
    member::acts::restore(&program, marek.member_id()).await.unwrap();
    assert_eq!(version_of(&owner, marek.member_id()).await, 5);
    // An owner is beyond it, since it may do less.
    let refused = member::acts::suspend(&program, owner.member_id(), 1).await;
    assert!(
        matches!(refused, Err(Error::Conflict(_))),
        "it acts as the owner, who does not suspend themselves"
    );
    let second = owner.colleague("Olga Ek", Role::Owner).await;
    let refused = member::acts::suspend(&program, second.member_id(), 1).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
});

//! Roles, grants, and what follows from them.

use db::{both, sql};
use kernel::{Cx, Error, GrantId, MemberId, Permission, Role, RoleId, Scope};

use super::fixture::{World, again, events};
use crate::role::{
    acts::{self, Form},
    model::{EVERYWHERE, Kind},
};

fn form(name: &str, permissions: &[Permission]) -> Form {
    let permissions = permissions.iter().map(|permission| permission.key().to_owned()).collect();
    Form { name: name.into(), description: String::new(), permissions }
}

async fn only_grant(cx: &Cx, member: MemberId) -> GrantId {
    acts::rights(cx, member).await.unwrap().grants[0].id
}

async fn holders(cx: &Cx, key: &str) -> i64 {
    acts::list(cx).await.unwrap().iter().find(|role| role.key == key).unwrap().holders
}

both!(a_role_gives_and_its_removal_takes, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    assert!(matches!(
        crate::team::acts::create(&marek, "Photo", None).await,
        Err(Error::Forbidden(text)) if text.contains("managing teams")
    ));
    let role = acts::create(&cx, &form("Test drive lead", &[Permission::TeamManage])).await.unwrap();
    acts::give(&cx, marek.member_id(), &role.to_string(), EVERYWHERE).await.unwrap();
    assert_eq!(holders(&cx, &role.to_string()).await, 1);
    let marek = again(&marek).await;
    crate::team::acts::create(&marek, "Photo", None).await.unwrap();

    acts::remove(&cx, role, 1).await.unwrap();
    assert!(!again(&marek).await.may(Permission::TeamManage));
    assert_eq!(acts::rights(&cx, marek.member_id()).await.unwrap().grants, []);
    assert!(acts::list(&cx).await.unwrap().iter().all(|role| role.kind != Kind::Custom));

    acts::restore(&cx, role).await.unwrap();
    assert!(again(&marek).await.may(Permission::TeamManage));
    acts::take(&cx, only_grant(&cx, marek.member_id()).await).await.unwrap();
    assert!(!again(&marek).await.may(Permission::TeamManage));
    assert!(again(&marek).await.may(Permission::ItemMove));
    assert_eq!(
        events(&cx).await,
        [
            "member.role_given",
            "member.role_taken",
            "role.created",
            "role.removed",
            "role.restored",
            "team.created"
        ]
    );
});

both!(a_change_counts_from_the_next_request_on, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let elsa = world.visit(&token).await.member().unwrap();
    let petra = elsa.colleague("Petra Ek", Role::Owner).await;
    crate::member::acts::change_role(&petra, elsa.member_id(), 1, Role::Guest).await.unwrap();
    let member = world.visit(&token).await.member().unwrap();
    assert_eq!(member.membership().permissions, Role::Guest.permissions());
    // A guest knows nobody's name but their own.
    let viewer = crate::session::acts::viewer(&member).await.unwrap();
    assert_eq!(viewer.directory.people.len(), 1);

    let team = crate::team::acts::create(&petra, "Testers", None).await.unwrap();
    let custom = acts::create(&petra, &form("Reader", &[Permission::ReportView])).await.unwrap();
    acts::give(&petra, elsa.member_id(), "workflow_manager", EVERYWHERE).await.unwrap();
    acts::give(&petra, elsa.member_id(), &custom.to_string(), EVERYWHERE).await.unwrap();
    acts::give(&petra, elsa.member_id(), "team_leader", &Scope::Team(team).to_string()).await.unwrap();
    let member = world.visit(&token).await.member().unwrap();
    assert!(member.may(Permission::WorkflowPublish) && member.may(Permission::ReportView));
    assert!(!member.may(Permission::TeamManage) && member.may_in(Permission::TeamManage, Scope::Team(team)));
    let viewer = crate::session::acts::viewer(&member).await.unwrap();
    assert_eq!(viewer.grants, member.membership().grants);
    assert!(viewer.may_in(Permission::TeamManage, Scope::Team(team)) && !viewer.may(Permission::TeamManage));

    acts::update(&petra, custom, 1, &form("Reader", &[Permission::AuditView])).await.unwrap();
    let member = world.visit(&token).await.member().unwrap();
    assert!(member.may(Permission::AuditView));
    acts::remove(&petra, custom, 2).await.unwrap();
    assert!(!world.visit(&token).await.member().unwrap().may(Permission::AuditView));
    // Grants of a suspended member give nothing, like everything of theirs.
    crate::member::acts::suspend(&petra, elsa.member_id(), 2).await.unwrap();
    assert!(world.visit(&token).await.member().is_err());
});

both!(a_team_leader_changes_one_team_only, |db| {
    use crate::team::acts as teams;
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let testers = teams::create(&cx, "Testers", None).await.unwrap();
    let sales = teams::create(&cx, "Sales", None).await.unwrap();
    acts::give(&cx, marek.member_id(), "team_leader", &Scope::Team(testers).to_string()).await.unwrap();
    let marek = again(&marek).await;
    teams::update(&marek, testers, 1, "Test drivers", 4).await.unwrap();
    teams::add_member(&marek, testers, cx.member_id()).await.unwrap();
    teams::remove_member(&marek, testers, cx.member_id()).await.unwrap();
    for refused in [
        teams::update(&marek, sales, 1, "Shop", 1).await,
        teams::add_member(&marek, sales, marek.member_id()).await,
        teams::remove_member(&marek, sales, marek.member_id()).await,
        teams::create(&marek, "Photo", None).await.map(drop),
        teams::delete(&marek, testers, 2).await.map(drop),
        teams::restore(&marek, testers).await,
    ] {
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
});

both!(nobody_gives_more_than_they_have, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let admin = cx.colleague("Petra Ek", Role::Admin).await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let other = cx.colleague("Oskar Berg", Role::Member).await;
    let forbidden =
        |result: Result<(), Error>| assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");

    forbidden(acts::give(&admin, marek.member_id(), "finance_officer", EVERYWHERE).await.map(drop));
    forbidden(acts::create(&admin, &form("Bank", &[Permission::BankEdit])).await.map(drop));
    forbidden(acts::give(&admin, admin.member_id(), "consultant", EVERYWHERE).await.map(drop));
    forbidden(acts::give(&admin, cx.member_id(), "consultant", EVERYWHERE).await.map(drop));
    acts::give(&cx, marek.member_id(), "finance_officer", EVERYWHERE).await.unwrap();
    forbidden(acts::take(&admin, only_grant(&cx, marek.member_id()).await).await.map(drop));
    let bank = acts::create(&cx, &form("Bank", &[Permission::BankEdit])).await.unwrap();
    forbidden(acts::update(&admin, bank, 1, &form("Bank", &[])).await);
    forbidden(acts::remove(&admin, bank, 1).await.map(drop));

    // Somebody who manages roles by a further role raises neither themselves nor anybody else.
    let keeper = acts::create(&cx, &form("Keeper", &[Permission::RoleManage, Permission::MemberManage]))
        .await
        .unwrap();
    acts::give(&cx, other.member_id(), &keeper.to_string(), EVERYWHERE).await.unwrap();
    let other = again(&other).await;
    forbidden(
        acts::update(&other, keeper, 1, &form("Keeper", &[Permission::RoleManage, Permission::AuditView]))
            .await,
    );
    forbidden(acts::give(&other, other.member_id(), "team_leader", EVERYWHERE).await.map(drop));
    forbidden(acts::give(&other, marek.member_id(), "team_leader", EVERYWHERE).await.map(drop));
    forbidden(crate::member::acts::change_role(&other, marek.member_id(), 1, Role::Admin).await.map(drop));
    forbidden(crate::member::acts::change_role(&other, other.member_id(), 1, Role::Owner).await.map(drop));
    forbidden(crate::member::acts::suspend(&other, admin.member_id(), 1).await.map(drop));
    acts::give(&other, marek.member_id(), &keeper.to_string(), EVERYWHERE).await.unwrap();
    // An owner may change their own.
    acts::give(&cx, cx.member_id(), "consultant", EVERYWHERE).await.unwrap();
});

both!(a_member_without_the_permission_is_refused, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let guest = cx.colleague("Gitte Gast", Role::Guest).await;
    let role = acts::create(&cx, &form("Reader", &[])).await.unwrap();
    acts::give(&cx, guest.member_id(), &role.to_string(), EVERYWHERE).await.unwrap();
    let grant = only_grant(&cx, guest.member_id()).await;
    for who in [&marek, &guest] {
        for refused in [
            acts::create(who, &form("Mine", &[])).await.map(drop),
            acts::update(who, role, 1, &form("Mine", &[])).await,
            acts::remove(who, role, 1).await.map(drop),
            acts::restore(who, role).await,
            acts::give(who, guest.member_id(), "consultant", EVERYWHERE).await.map(drop),
            acts::take(who, grant).await.map(drop),
        ] {
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        }
    }
    assert_eq!(acts::list(&marek).await.unwrap().len(), kernel::BuiltIn::ALL.len() + 1);
    assert!(acts::list(&guest).await.is_err() && acts::rights(&guest, marek.member_id()).await.is_err());
});

both!(two_living_roles_never_have_one_name, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let lead = acts::create(&cx, &form("Lead", &[])).await.unwrap();
    assert!(acts::create(&cx, &form("LEAD", &[])).await.unwrap_err().field("name").is_some());
    acts::remove(&cx, lead, 1).await.unwrap();
    let second = acts::create(&cx, &form("lead", &[])).await.unwrap();
    assert!(matches!(acts::restore(&cx, lead).await, Err(Error::Conflict(_))));
    assert!(matches!(acts::update(&cx, second, 7, &form("Leader", &[])).await, Err(Error::Conflict(_))));
    acts::update(&cx, second, 1, &form("Leader", &[])).await.unwrap();
    acts::restore(&cx, lead).await.unwrap();
    assert_eq!(acts::restore(&cx, lead).await, Err(Error::NotFound));
    assert_eq!(acts::remove(&cx, RoleId::from(cx.member_id().uuid()), 1).await, Err(Error::NotFound));
});

both!(a_role_is_held_once_in_each_place, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await.member_id();
    let team = Scope::Team(crate::team::acts::create(&cx, "Testers", None).await.unwrap()).to_string();
    let custom = acts::create(&cx, &form("Lead", &[])).await.unwrap().to_string();
    for role in ["team_leader", custom.as_str()] {
        for place in [EVERYWHERE, team.as_str()] {
            acts::give(&cx, marek, role, place).await.unwrap();
            let twice = acts::give(&cx, marek, role, place).await;
            assert!(matches!(twice, Err(Error::Conflict(_))), "{role} {place} {twice:?}");
        }
    }
    assert_eq!(acts::rights(&cx, marek).await.unwrap().grants.len(), 4);
    assert_eq!((holders(&cx, "team_leader").await, holders(&cx, &custom).await), (1, 1));
    assert_eq!((holders(&cx, "owner").await, holders(&cx, "standard_user").await), (1, 1));
});

both!(what_cannot_be_given_is_said_at_the_field, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await.member_id();
    for role in ["owner", "admin", "standard_user", "nonsense"] {
        let error = acts::give(&cx, marek, role, EVERYWHERE).await.unwrap_err();
        assert!(error.field("role").is_some(), "{role} {error:?}");
    }
    assert!(acts::give(&cx, marek, "consultant", "moon").await.unwrap_err().field("scope").is_some());
    let nowhere = Scope::Project(marek.uuid().into()).to_string();
    assert_eq!(acts::give(&cx, marek, "consultant", &nowhere).await, Err(Error::NotFound));
    let unknown = Form { name: "X".into(), permissions: vec!["item.fly".into()], ..Form::default() };
    assert!(acts::create(&cx, &unknown).await.unwrap_err().field("permissions").is_some());
});

both!(roles_of_another_organisation_do_not_exist, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let other = Cx::test(&db, "Halden Studio").await;
    let leo = other.colleague("Leo Sund", Role::Member).await.member_id();
    let marek = cx.colleague("Marek Havel", Role::Member).await.member_id();
    let role = acts::create(&other, &form("Editor in chief", &[Permission::ContentEdit])).await.unwrap();
    let team = crate::team::acts::create(&other, "Editors", None).await.unwrap();
    acts::give(&other, leo, &role.to_string(), EVERYWHERE).await.unwrap();
    let grant = only_grant(&other, leo).await;
    let gone = Err(Error::NotFound);
    assert_eq!(acts::update(&cx, role, 1, &form("Ours", &[])).await, gone);
    assert_eq!(acts::remove(&cx, role, 1).await.map(drop), gone);
    assert_eq!(acts::restore(&cx, role).await, gone);
    assert_eq!(acts::rights(&cx, leo).await.map(drop), gone);
    assert_eq!(acts::give(&cx, leo, "consultant", EVERYWHERE).await.map(drop), gone);
    assert_eq!(acts::give(&cx, marek, &role.to_string(), EVERYWHERE).await.map(drop), gone);
    assert_eq!(acts::give(&cx, marek, "team_leader", &Scope::Team(team).to_string()).await.map(drop), gone);
    assert_eq!(acts::take(&cx, grant).await.map(drop), gone);
    assert_eq!(acts::rights(&other, leo).await.unwrap().grants.len(), 1);
    assert!(acts::list(&cx).await.unwrap().iter().all(|role| role.kind != Kind::Custom));
});

both!(who_is_invited_again_begins_without_further_roles, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let token = world.log_in("elsa@nordvik.example").await;
    let elsa = world.visit(&token).await.member().unwrap();
    let marek = elsa.colleague("Marek Havel", Role::Member).await;
    let email = marek.visit().session().unwrap().email.clone();
    acts::give(&elsa, marek.member_id(), "workflow_manager", EVERYWHERE).await.unwrap();
    crate::member::acts::remove(&elsa, marek.member_id(), 1).await.unwrap();
    assert_eq!(holders(&elsa, "workflow_manager").await, 0);
    let invite = crate::member::acts::Invite { email, role: "guest".into(), ..Default::default() };
    assert_eq!(crate::member::acts::invite(&elsa, &invite).await, Ok(marek.member_id()));
    assert_eq!(acts::rights(&elsa, marek.member_id()).await.unwrap().grants, []);
});

both!(the_database_keeps_what_makes_no_sense_out, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    for (key, kind, scoped) in [
        (None, "organisation", false),
        (Some("consultant"), "organisation", true),
        (Some("consultant"), "team", false),
        (Some("consultant"), "moon", true),
    ] {
        let mut tx = cx.begin().await.unwrap();
        let refused = sql("insert into member_grant
               (id, organisation_id, member_id, role_key, scope_kind, scope_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(cx.new_id::<GrantId>())
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(key)
        .bind(kind)
        .bind(scoped.then(|| cx.member_id().uuid()))
        .bind(cx.now())
        .execute(&mut tx)
        .await;
        assert!(matches!(refused, Err(db::Error::Constraint { .. })), "{key:?} {kind} {scoped} {refused:?}");
    }
    let account = cx.visit().session().unwrap().account_id;
    let site = |role: &'static str| {
        sql("update account set site_role = $2 where id = $1").bind(account).bind(role).execute(&db)
    };
    for role in kernel::SiteRole::ALL {
        site(role.key()).await.unwrap();
    }
    assert!(site("emperor").await.is_err());
    let nobody =
        sql("update member set role = 'emperor' where organisation_id = $1").bind(cx.organisation_id());
    let mut tx = cx.begin().await.unwrap();
    assert!(nobody.execute(&mut tx).await.is_err());
});

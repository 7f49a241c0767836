//! Clients and projects through the acts, on both engines.

use db::{both, sql};
use kernel::{BuiltIn, ClientId, Cx, Error, Permission, PermissionSet, ProjectId, Role, Scope, ScopedGrant};
use serde_json::Value;

use crate::{
    acts::{self, project},
    model::{Form, ProjectForm, State},
    places,
    repo::client::Wanted,
};

fn form(name: &str) -> Form {
    Form {
        name: name.into(),
        email: "office@client.example".into(),
        tax_id: Some("SE556000000101".into()),
        hourly_rate: Some(Some(95_050)),
        ..Form::default()
    }
}

fn plan(name: &str) -> ProjectForm {
    ProjectForm { name: name.into(), note: String::new(), state: State::Active }
}

async fn add(cx: &Cx, name: &str) -> (ClientId, ProjectId) {
    cx.visit().rest().await;
    let client = acts::create(cx, &form(name)).await.unwrap();
    (client, project::create(cx, client, &plan(&format!("{name}'s fleet"))).await.unwrap())
}

/// A guest with these permissions in one place.
async fn guest(cx: &Cx, name: &str, scope: Scope, permissions: PermissionSet) -> Cx {
    cx.visit().rest().await;
    let mut membership = cx.colleague(name, Role::Guest).await.membership().clone();
    membership.grants = vec![ScopedGrant { scope, permissions }];
    Cx::system(cx.visit().site(), "test", membership)
}

async fn names(cx: &Cx, text: &str) -> Vec<String> {
    let wanted = Wanted { text: text.into(), limit: 50, ..Wanted::default() };
    let names = acts::list(cx, &wanted).await.unwrap().clients.into_iter().map(|row| row.name).collect();
    cx.visit().rest().await;
    names
}

both!(clients_are_listed_by_name_page_by_page, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    for name in ["Strand", "berg_dal", "Åkeri", "Fjord"] {
        acts::create(&cx, &form(name)).await.unwrap();
    }
    let all = names(&cx, "").await;
    assert_eq!(all.len(), 4);
    assert_eq!(names(&cx, "G_D").await, ["berg_dal"]);
    assert_eq!(names(&cx, "%").await, [""; 0]);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let wanted = Wanted { limit: 1, after: after.take(), ..Wanted::default() };
        let page = acts::list(&cx, &wanted).await.unwrap();
        seen.extend(page.clients.into_iter().map(|row| row.name));
        match page.next {
            Some(next) => after = Some(next.parse().unwrap()),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let taken = acts::create(&cx, &form("STRAND")).await.unwrap_err();
    assert!(taken.field("name").is_some(), "{taken:?}");
});

both!(a_change_names_the_version_and_a_deletion_can_be_undone, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (client, fleet) = add(&cx, "Fjord").await;
    acts::update(&cx, client, 1, &form("Fjord Taxi")).await.unwrap();
    assert!(matches!(acts::update(&cx, client, 1, &form("Late")).await, Err(Error::Conflict(_))));
    let done = ProjectForm { state: State::Done, ..plan("Fleet") };
    project::update(&cx, fleet, 1, &done).await.unwrap();
    assert!(matches!(project::update(&cx, fleet, 1, &done).await, Err(Error::Conflict(_))));

    let page = acts::page(&cx, client).await.unwrap();
    assert_eq!((page.client.name.as_str(), page.projects[0].state), ("Fjord Taxi", State::Done));
    cx.visit().rest().await;
    acts::delete(&cx, client, 2).await.unwrap();
    assert_eq!(acts::get(&cx, client).await.unwrap_err(), Error::NotFound);
    assert_eq!(project::get(&cx, fleet).await.unwrap_err(), Error::NotFound);
    assert!(project::list(&cx, None).await.unwrap().is_empty());
    cx.visit().rest().await;
    // The name is free meanwhile, and taken again when the client comes back.
    let other = acts::create(&cx, &form("Fjord Taxi")).await.unwrap();
    assert!(matches!(acts::restore(&cx, client).await, Err(Error::Conflict(_))));
    acts::delete(&cx, other, 1).await.unwrap();
    acts::restore(&cx, client).await.unwrap();
    assert_eq!(project::list(&cx, None).await.unwrap().len(), 1);
    cx.visit().rest().await;
    project::delete(&cx, fleet, 2).await.unwrap();
    assert_eq!(project::get(&cx, fleet).await.unwrap_err(), Error::NotFound);
    cx.visit().rest().await;
    assert_eq!(project::restore(&cx, fleet).await.unwrap(), client);
});

both!(who_belongs_to_a_project_is_told_of_it, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let ((fjord, fleet), (strand, _)) = (add(&cx, "Fjord").await, add(&cx, "Strand").await);
    let mut people = Vec::new();
    for (name, role, scope) in [
        ("Vera", BuiltIn::ClientViewer, Scope::Client(fjord)),
        ("Paula", BuiltIn::ProjectManager, Scope::Project(fleet)),
        ("Otto", BuiltIn::ClientOwner, Scope::Client(strand)),
    ] {
        let person = guest(&cx, name, scope, role.permissions()).await;
        let mut tx = cx.begin().await.unwrap();
        sql("insert into member_grant (id, organisation_id, member_id, role_key, scope_kind, scope_id, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(cx.new_id::<uuid::Uuid>())
        .bind(cx.organisation_id())
        .bind(person.member_id())
        .bind(role.key())
        .bind(scope.kind())
        .bind(scope.id())
        .bind(cx.now())
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        people.push(person);
    }
    let same = plan("Fjord's fleet");
    project::update(&cx, fleet, 1, &same).await.unwrap();
    let done = ProjectForm { state: State::Done, ..same };
    project::update(&people[1], fleet, 2, &done).await.unwrap();
    let mut told = Vec::new();
    for person in &people {
        person.visit().rest().await;
        told.push(kernel::unread(person).await.unwrap());
    }
    assert_eq!(told, [1, 0, 0], "who belongs to it, but not who did it, and nobody of elsewhere");
});

both!(who_belongs_to_one_client_sees_that_client_only, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let ((fjord, fleet), (strand, bus)) = (add(&cx, "Fjord").await, add(&cx, "Strand").await);
    let viewer = guest(&cx, "Vera", Scope::Client(fjord), BuiltIn::ClientViewer.permissions()).await;
    assert_eq!(names(&viewer, "").await, ["Fjord"]);
    assert_eq!(names(&viewer, "Strand").await, [""; 0]);
    assert_eq!(acts::page(&viewer, fjord).await.unwrap().projects.len(), 1);
    assert_eq!(acts::page(&viewer, strand).await.unwrap_err(), Error::NotFound);
    let seen: Vec<_> = project::list(&viewer, None).await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(seen, [fleet]);
    assert_eq!(project::get(&viewer, bus).await.unwrap_err(), Error::NotFound);
    assert_eq!(project::of_client(&viewer, strand).await.unwrap_err(), Error::NotFound);
    let offered = (places::CLIENT.list)(&viewer).await.unwrap();
    assert_eq!(offered.len(), 1);
    viewer.visit().rest().await;
    assert!(matches!(acts::update(&viewer, fjord, 1, &form("X")).await, Err(Error::Forbidden(_))));

    // Who manages one client changes that one only, and adds none.
    let manages = PermissionSet::of(&[
        Permission::ClientView,
        Permission::ClientManage,
        Permission::ProjectView,
        Permission::ProjectManage,
    ]);
    let manager = guest(&cx, "Mats", Scope::Client(fjord), manages).await;
    let plain = Form { tax_id: None, hourly_rate: None, ..form("Fjord Taxi") };
    acts::update(&manager, fjord, 1, &plain).await.unwrap();
    assert_eq!(acts::update(&manager, strand, 1, &plain).await.unwrap_err(), Error::NotFound);
    assert_eq!(project::create(&manager, strand, &plan("X")).await.unwrap_err(), Error::NotFound);
    assert_eq!(project::delete(&manager, bus, 1).await.unwrap_err(), Error::NotFound);
    project::create(&manager, fjord, &plan("Tyres")).await.unwrap();
    assert!(matches!(acts::create(&manager, &plain).await, Err(Error::Forbidden(_))));

    // Who belongs to one project sees that project, and not even its client.
    let helper = guest(&cx, "Hilde", Scope::Project(fleet), manages).await;
    assert_eq!(names(&helper, "").await, [""; 0]);
    assert_eq!(project::list(&helper, None).await.unwrap().len(), 1);
    assert_eq!(acts::get(&helper, fjord).await.unwrap_err(), Error::NotFound);
    helper.visit().rest().await;
    project::update(&helper, fleet, 1, &plan("Fleet")).await.unwrap();

    // A grant for a client that is deleted opens nothing.
    cx.visit().rest().await;
    acts::delete(&cx, fjord, 2).await.unwrap();
    assert_eq!(names(&viewer, "").await, [""; 0]);
    assert!(project::list(&viewer, None).await.unwrap().is_empty());
    assert!(project::list(&helper, None).await.unwrap().is_empty());

    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(acts::get(&stranger, strand).await.unwrap_err(), Error::NotFound);
    stranger.visit().rest().await;
    assert_eq!(acts::delete(&stranger, strand, 1).await.unwrap_err(), Error::NotFound);
});

both!(finance_facts_are_for_finance_only, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (fjord, _) = add(&cx, "Fjord").await;
    let finance = acts::get(&cx, fjord).await.unwrap().finance.unwrap();
    assert_eq!((finance.tax_id.as_str(), finance.hourly_rate), ("SE556000000101", Some(95_050)));
    assert_eq!(finance.currency, Some(cx.membership().settings.currency.clone()));

    let set = PermissionSet::of(&[Permission::ClientView, Permission::ClientManage]);
    let manager = guest(&cx, "Mats", Scope::Client(fjord), set).await;
    assert_eq!(acts::get(&manager, fjord).await.unwrap().finance, None);
    let all = acts::whole_list(&manager, &Wanted { limit: 9, ..Wanted::default() }).await.unwrap().0;
    assert!(all.iter().all(|client| client.finance.is_none()));
    manager.visit().rest().await;
    for wrong in [
        Form { tax_id: None, ..form("Fjord") },
        Form { hourly_rate: None, ..form("Fjord") },
        Form { hourly_rate: Some(None), tax_id: None, ..form("Fjord") },
    ] {
        assert!(matches!(acts::update(&manager, fjord, 1, &wrong).await, Err(Error::Forbidden(_))));
    }
    // What the form does not name stays.
    acts::update(&manager, fjord, 1, &Form { tax_id: None, hourly_rate: None, ..form("Fjord Taxi") })
        .await
        .unwrap();
    assert_eq!(acts::get(&cx, fjord).await.unwrap().finance, Some(finance));

    let set = PermissionSet::of(&[Permission::FinanceView, Permission::FinanceEdit]).union(set);
    let books = guest(&cx, "Britt", Scope::Client(fjord), set).await;
    let secret = Form { tax_id: Some("SE999".into()), hourly_rate: Some(None), ..form("Fjord Taxi") };
    acts::update(&books, fjord, 2, &secret).await.unwrap();
    assert_eq!(acts::get(&books, fjord).await.unwrap().finance.unwrap().hourly_rate, None);
    cx.visit().rest().await;
    let told: Vec<(String, Value)> =
        sql("select kind, data from audit where organisation_id = $1 order by number")
            .bind(cx.organisation_id())
            .all(cx.db())
            .await
            .unwrap();
    let last = &told.last().unwrap().1;
    assert_eq!(last["changed"], serde_json::json!(["tax_id", "hourly_rate"]));
    for (kind, data) in &told {
        let text = data.to_string();
        assert!(!["SE556", "SE999", "95050"].iter().any(|secret| text.contains(secret)), "{kind}: {text}");
    }
});

both!(news_of_a_client_are_for_who_may_see_it, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (fjord, fleet) = add(&cx, "Fjord").await;
    let (strand, _) = add(&cx, "Strand").await;
    let set = BuiltIn::ClientViewer.permissions();
    let viewer = guest(&cx, "Vera", Scope::Client(fjord), set).await;
    let helper = guest(&cx, "Hilde", Scope::Project(fleet), set).await;
    let told: Vec<(String, Option<String>)> =
        sql("select kind, permission from outbox where organisation_id = $1 order by number")
            .bind(cx.organisation_id())
            .all(cx.db())
            .await
            .unwrap();
    let heard = |cx: &Cx| {
        let keys = told.iter().filter_map(|(kind, key)| Some((kind.as_str(), key.clone()?)));
        let heard = keys.filter(|(_, key)| cx.hears(&live::Hearers::Permission(key.clone())));
        heard.map(|(kind, _)| kind.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(heard(&cx).len(), 4, "{told:?}");
    assert_eq!(heard(&viewer), ["client.created", "project.created"], "nothing of {strand}");
    assert_eq!(heard(&helper), ["project.created"]);
});

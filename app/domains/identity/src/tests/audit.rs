//! The audit log as it is read and taken away.

use chrono::Duration;
use db::both;
use kernel::{Cx, Error, Role};

use super::fixture::World;
use crate::{
    audit::{
        acts::{export, list, verify},
        model::AuditFilter,
    },
    member, team,
};

async fn kinds(cx: &Cx, filter: AuditFilter) -> Vec<String> {
    let page = list(cx, &filter).await.unwrap();
    page.entries.into_iter().map(|entry| entry.kind).collect()
}

both!(the_newest_entry_comes_first_with_names, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    let testers = team::acts::create(&cx, "Testers", None).await.unwrap();
    team::acts::add_member(&cx, testers, marek.member_id()).await.unwrap();
    member::acts::change_role(&cx, marek.member_id(), 1, Role::Admin).await.unwrap();
    let page = list(&cx, &AuditFilter::default()).await.unwrap();
    let told: Vec<_> = page
        .entries
        .iter()
        .map(|entry| (entry.number, entry.kind.as_str(), entry.actor.as_deref(), entry.subject.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (3, "member.role_changed", Some("Olle Owner"), Some("Marek Havel")),
            (2, "team.member_added", Some("Olle Owner"), Some("Testers")),
            (1, "team.created", Some("Olle Owner"), Some("Testers")),
        ]
    );
    assert!(page.entries[0].facts.contains("admin") && !page.older);
    assert_eq!(page.actors.len(), 2);
});

both!(a_filter_finds_person_area_and_days, |db| {
    let world = World::new(&db);
    world.person("Elsa Lindqvist", "elsa@nordvik.example", Some("Nordvik Cars")).await;
    let cx = world.visit(&world.log_in("elsa@nordvik.example").await).await.member().unwrap();
    team::acts::create(&cx, "Testers", None).await.unwrap();
    world.clock.pass(Duration::days(2));
    team::acts::create(&cx, "Sales", None).await.unwrap();
    let filter = |area: &str, from: &str, until: &str| AuditFilter {
        area: area.into(),
        from: from.into(),
        until: until.into(),
        ..AuditFilter::default()
    };
    assert_eq!(kinds(&cx, filter("organisation", "", "")).await, ["organisation.created"]);
    assert_eq!(kinds(&cx, filter("team", "2025-11-23", "")).await, ["team.created"]);
    assert_eq!(kinds(&cx, filter("", "", "2025-11-22")).await.len(), 2);
    assert_eq!(kinds(&cx, filter("", "2025-11-22", "2025-11-22")).await, [""; 0]);
    let older = AuditFilter { before: Some(2), ..AuditFilter::default() };
    assert_eq!(kinds(&cx, older).await, ["organisation.created"]);
    let nobody = AuditFilter { actor: cx.organisation_id().to_string(), ..AuditFilter::default() };
    assert_eq!(kinds(&cx, nobody).await, [""; 0]);
    // What somebody makes up in the address filters nothing, and is never run as SQL.
    assert_eq!(kinds(&cx, filter("%' or 1=1 --", "yesterday", "2025-99-99")).await.len(), 3);
});

both!(nobody_else_reads_it, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    team::acts::create(&cx, "Testers", None).await.unwrap();
    let marek = cx.colleague("Marek Havel", Role::Member).await;
    for refused in [
        list(&marek, &AuditFilter::default()).await.err(),
        verify(&marek).await.err(),
        export(&marek, &AuditFilter::default()).await.err(),
    ] {
        assert!(matches!(refused, Some(Error::Forbidden(_))), "{refused:?}");
    }
    let other = Cx::test(&db, "Halden Studio").await;
    assert_eq!(kinds(&other, AuditFilter::default()).await, [""; 0]);
});

both!(an_export_holds_every_entry_and_leaves_one, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    team::acts::create(&cx, "=cmd()", None).await.unwrap();
    let mut export = export(&cx, &AuditFilter::default()).await.unwrap();
    let mut lines = String::new();
    while let Some(part) = export.next().await.unwrap() {
        lines.push_str(&part);
    }
    let lines: Vec<_> = lines.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("organisation.audit_exported"), "{}", lines[0]);
    assert!(lines[1].contains("\"'=cmd()\""), "{}", lines[1]);
    assert_eq!(verify(&cx).await.unwrap().fault, None);
});

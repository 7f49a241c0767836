//! Keys: who makes them, what they open, and when they stop.

use chrono::Duration;
use db::{both, sql};
use kernel::{Cx, Error, Permission, PermissionSet, Role};

use crate::key::acts::{self, Form};

fn form(personal: bool, permissions: &[&str]) -> Form {
    Form {
        name: "Report".into(),
        personal,
        permissions: permissions.iter().map(|key| (*key).to_owned()).collect(),
        days: 30,
    }
}

/// What somebody who shows this token may do; nothing when it opens nothing.
async fn opens(cx: &Cx, token: &str) -> Option<PermissionSet> {
    let found = acts::authenticate(cx.visit().site(), token).await.unwrap();
    found.map(|(agent, _)| agent.membership.permissions)
}

async fn change(cx: &Cx, text: &'static str) {
    let mut tx = cx.begin().await.unwrap();
    sql(text).bind(cx.organisation_id()).bind(cx.now()).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

both!(a_key_may_do_what_was_chosen_as_far_as_its_member_may, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let olle = cx.colleague("Olle Olsson", Role::Member).await;
    let made = acts::create(&olle, &form(true, &["item.view", "item.move"])).await.unwrap();
    let both = PermissionSet::of(&[Permission::ItemView, Permission::ItemMove]);
    assert_eq!(opens(&cx, &made.token).await, Some(both));
    // What they may do less from now on, their key may not either.
    change(
        &cx,
        "update member set role = 'guest', updated_at = $2 where organisation_id = $1 and role = 'member'",
    )
    .await;
    assert_eq!(opens(&cx, &made.token).await, Some(PermissionSet::NONE));
    change(&cx, "update member set state = 'suspended', updated_at = $2 where organisation_id = $1 and role = 'guest'")
        .await;
    assert_eq!(opens(&cx, &made.token).await, None);
});

both!(nobody_makes_a_key_that_may_do_more_than_they, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let olle = cx.colleague("Olle Olsson", Role::Member).await;
    for wrong in [&["people.manage"][..], &["nonsense"], &[]] {
        let refused = acts::create(&olle, &form(true, wrong)).await.unwrap_err();
        assert!(refused.field("permissions").is_some(), "{refused}");
    }
    assert!(matches!(acts::create(&olle, &form(false, &["item.view"])).await, Err(Error::Forbidden(_))));
    for (name, days) in [("", 30), ("Report", 0), ("Report", 367)] {
        let form = Form { name: name.into(), days, ..form(true, &["item.view"]) };
        assert!(matches!(acts::create(&olle, &form).await, Err(Error::Invalid(_))));
    }
    // Nor does a key make one that may do more than itself.
    let narrow = acts::create(&cx, &form(false, &["organisation.api", "item.view"])).await.unwrap();
    let (agent, reader) = acts::authenticate(cx.visit().site(), &narrow.token).await.unwrap().unwrap();
    let robot = kernel::Visit::by_agent(cx.visit().site().clone(), "test", agent, reader).member().unwrap();
    assert!(acts::create(&robot, &form(false, &["item.view"])).await.is_ok());
    assert!(acts::create(&robot, &form(false, &["people.manage"])).await.is_err());
    assert!(matches!(acts::create(&robot, &form(true, &["item.view"])).await, Err(Error::Forbidden(_))));
});

both!(a_key_of_the_organisation_acts_as_a_robot_that_is_no_colleague, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let before = crate::member::repo::list(&cx).await.unwrap().len();
    let made = acts::create(&cx, &form(false, &["item.view"])).await.unwrap();
    assert_eq!(opens(&cx, &made.token).await, Some(PermissionSet::of(&[Permission::ItemView])));
    assert_eq!(crate::member::repo::list(&cx).await.unwrap().len(), before);
    let directory = kernel::Directory::load(&cx).await.unwrap();
    let robot = directory.people.iter().find(|person| person.name == "Report").unwrap();
    assert!(!robot.active, "records name it, and nobody gives it work");
    let touched =
        crate::member::acts::log_out_everywhere(&cx, &crate::session::Origin::default(), robot.id).await;
    assert_eq!(touched, Err(Error::NotFound));
});

both!(a_key_that_has_ended_or_is_another_one_opens_nothing, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let olle = cx.colleague("Olle Olsson", Role::Member).await;
    let made = acts::create(&olle, &form(true, &["item.view"])).await.unwrap();
    let stranger = Cx::test(&db, "Halden Studio").await;
    let mut wrong = made.token.clone();
    let last = if wrong.ends_with('A') { 'B' } else { 'A' };
    wrong.replace_range(60..61, &last.to_string());
    for token in ["", "mdp_", &wrong, &made.token[..40]] {
        assert_eq!(opens(&cx, token).await, None, "{token}");
    }
    // Colleagues do not see it, who manages keys withdraws it, and others know nothing of it.
    let petra = cx.colleague("Petra Planner", Role::Member).await;
    assert!(acts::list(&petra).await.unwrap().own.is_empty());
    for other in [&petra, &stranger] {
        assert_eq!(acts::revoke(other, made.id).await, Err(Error::NotFound));
    }
    let all = acts::list(&cx).await.unwrap();
    assert_eq!((all.own.len(), all.others.len()), (0, 1));
    acts::revoke(&cx, made.id).await.unwrap();
    assert_eq!(opens(&cx, &made.token).await, None);

    let short = acts::create(&olle, &form(true, &["item.view"])).await.unwrap();
    assert!(opens(&cx, &short.token).await.is_some());
    assert!(
        acts::list(&olle).await.unwrap().own.iter().any(|key| key.id == short.id && key.used_at.is_some())
    );
    change(&cx, "update api_key set expires_at = $2 where organisation_id = $1").await;
    assert_eq!(opens(&cx, &short.token).await, None);
    assert!(
        acts::list(&olle).await.unwrap().own.iter().all(|key| !key.counts(cx.now() + Duration::seconds(1)))
    );
});

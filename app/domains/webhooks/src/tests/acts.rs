//! Making, changing, removing webhooks and incoming hooks.

use chrono::Duration;
use db::{both, sql};
use kernel::{Cx, Error, Role};
use uuid::Uuid;

use super::fixture::{Receiver, World, event, form, tell};
use crate::{
    acts::{delivery, incoming, webhook},
    model::{DeliveryFilter, HookKind},
};

both!(a_webhook_is_made_changed_deleted_and_brought_back, |db| {
    let world = World::new(&db).await;
    let cx = &world.cx;
    let made = world.webhook("https://example.com/hooks", &["item.moved", "item.*"]).await;
    assert!(made.secret.starts_with("whsec_"));
    let card = world.card(made.id).await;
    assert_eq!((card.name.as_str(), card.url.as_str()), ("Accounting", "https://example.com/hooks"));
    assert_eq!((card.events.clone(), card.version, card.is_told()), (vec!["item.*".to_owned()], 1, true));

    let change =
        webhook::Form { name: "Books".into(), active: false, ..form("https://example.org/", &["*"]) };
    assert!(matches!(webhook::update(cx, made.id, 7, &change).await, Err(Error::Conflict(_))));
    webhook::update(cx, made.id, 1, &change).await.unwrap();
    let card = world.card(made.id).await;
    assert_eq!((card.name.as_str(), card.active, card.version), ("Books", false, 2));
    webhook::resume(cx, made.id).await.unwrap();
    webhook::resume(cx, made.id).await.unwrap();
    assert!(world.card(made.id).await.is_told());

    assert!(matches!(webhook::delete(cx, made.id, 1).await, Err(Error::Conflict(_))));
    webhook::delete(cx, made.id, 3).await.unwrap();
    assert_eq!(webhook::get(cx, made.id).await, Err(Error::NotFound));
    assert!(webhook::list(cx).await.unwrap().is_empty());
    assert_eq!(webhook::rotate(cx, made.id).await, Err(Error::NotFound));
    assert_eq!(delivery::test(cx, made.id).await, Err(Error::NotFound));
    webhook::restore(cx, made.id).await.unwrap();
    assert_eq!(webhook::restore(cx, made.id).await, Err(Error::NotFound));
    assert_eq!(webhook::list(cx).await.unwrap().len(), 1);
    assert_eq!(
        world.log().await,
        ["webhook.created", "webhook.updated", "webhook.resumed", "webhook.deleted", "webhook.restored"]
    );
});

both!(every_wrong_field_is_said_at_once, |db| {
    let world = World::new(&db).await;
    let wrong = webhook::Form { name: " ".into(), ..form("http://example.com", &["item.flown"]) };
    let error = webhook::create(&world.cx, &wrong).await.unwrap_err();
    for field in ["name", "url", "events"] {
        assert!(error.field(field).is_some(), "{field}: {error:?}");
    }
});

both!(an_address_of_this_machine_is_for_a_program_that_is_known_nowhere_else, |db| {
    let local = World::new(&db).await;
    local.webhook("http://127.0.0.1:9000/hook", &["*"]).await;
    let elsewhere = Cx::test(&db, "Halden Studio").await;
    for url in ["http://127.0.0.1:9000/hook", "https://localhost/"] {
        let error = webhook::create(&elsewhere, &form(url, &["*"])).await.unwrap_err();
        assert!(error.field("url").is_some(), "{error:?}");
    }
});

both!(secrets_stand_sealed_and_change_only_for_who_just_proved_who_they_are, |db| {
    let world = World::new(&db).await;
    let made = world.webhook("https://example.com/hooks", &["*"]).await;
    let hook = incoming::create(&world.cx, "Shop", "standard").await.unwrap();
    let kept: Vec<(String,)> = sql("select secret from webhook where organisation_id = $1
         union all select secret from incoming_hook where organisation_id = $1")
    .bind(world.cx.organisation_id())
    .all(world.cx.db())
    .await
    .unwrap();
    let hook_secret = hook.secret.unwrap();
    for (sealed,) in kept {
        assert!(sealed.starts_with("v1:test:"), "{sealed}");
        for secret in [&made.secret, &hook_secret] {
            assert!(!sealed.contains(secret.trim_start_matches("whsec_")));
        }
    }
    let rotated = webhook::rotate(&world.cx, made.id).await.unwrap();
    assert_ne!(rotated.secret, made.secret);
    let until = world.card(made.id).await.rotating_until;
    assert_eq!(until, Some(world.cx.now() + Duration::hours(24)));

    world.clock.pass(Duration::minutes(11));
    let again = form("https://example.com/", &["*"]);
    assert_eq!(webhook::create(&world.cx, &again).await.unwrap_err(), Error::ProveAgain);
    assert_eq!(webhook::rotate(&world.cx, made.id).await.unwrap_err(), Error::ProveAgain);
    assert_eq!(incoming::create(&world.cx, "Shop", "token").await.unwrap_err(), Error::ProveAgain);
    assert_eq!(incoming::rotate(&world.cx, hook.id).await.unwrap_err(), Error::ProveAgain);
    webhook::update(&world.cx, made.id, 2, &again).await.unwrap();
});

both!(nobody_else_sees_or_touches_them, |db| {
    let world = World::new(&db).await;
    let receiver = Receiver::start().await;
    let made = world.webhook(&receiver.url, &["item.*"]).await;
    let hook = incoming::create(&world.cx, "Shop", "standard").await.unwrap();
    world.happens("item.moved").await;
    let sent = world.deliveries(made.id).await[0].id;

    let member = world.cx.colleague("Mia Member", Role::Member).await;
    let refused =
        |result: Result<(), Error>| assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");
    let stranger = Cx::test_on(world.site.clone(), "Halden Studio").await;
    let unknown = |result: Result<(), Error>| assert_eq!(result, Err(Error::NotFound));
    for (cx, is_member) in [(&member, true), (&stranger, false)] {
        let check = |result| if is_member { refused(result) } else { unknown(result) };
        check(webhook::get(cx, made.id).await.map(drop));
        check(webhook::update(cx, made.id, 1, &form("https://example.com/", &["*"])).await);
        check(webhook::delete(cx, made.id, 1).await);
        check(webhook::resume(cx, made.id).await);
        check(webhook::restore(cx, made.id).await);
        check(webhook::rotate(cx, made.id).await.map(drop));
        check(delivery::test(cx, made.id).await.map(drop));
        check(delivery::details(cx, made.id, &DeliveryFilter::default()).await.map(drop));
        check(delivery::get(cx, sent).await.map(drop));
        check(delivery::replay(cx, sent).await.map(drop));
        check(delivery::replay_failed(cx, made.id, cx.now()).await.map(drop));
        check(incoming::get(cx, hook.id).await.map(drop));
        check(incoming::update(cx, hook.id, 1, "Shop", true).await);
        check(incoming::delete(cx, hook.id, 1).await);
        check(incoming::restore(cx, hook.id).await);
        check(incoming::rotate(cx, hook.id).await.map(drop));
        check(incoming::events(cx, hook.id, None, false, 10).await.map(drop));
    }
    refused(webhook::list(&member).await.map(drop));
    refused(webhook::create(&member, &form("https://example.com/", &["*"])).await.map(drop));
    refused(incoming::create(&member, "Shop", "standard").await.map(drop));
    assert!(webhook::list(&stranger).await.unwrap().is_empty());
    assert!(incoming::list(&stranger).await.unwrap().is_empty());
    let admin = world.cx.colleague("Ada Admin", Role::Admin).await;
    assert_eq!(webhook::list(&admin).await.unwrap().len(), 1);

    tell(&stranger, &event("item.moved")).await;
    assert_eq!(world.deliveries(made.id).await.len(), 1, "what happens elsewhere is not told here");
});

both!(there_are_not_too_many, |db| {
    let world = World::new(&db).await;
    for _ in 0..50 {
        world.webhook("https://example.com/", &["*"]).await;
        incoming::create(&world.cx, "Shop", "token").await.unwrap();
    }
    let more = webhook::create(&world.cx, &form("https://example.com/", &["*"])).await;
    assert!(matches!(more, Err(Error::Conflict(_))), "{more:?}");
    let more = incoming::create(&world.cx, "Shop", "token").await;
    assert!(matches!(more, Err(Error::Conflict(_))), "{more:?}");
});

both!(an_incoming_hook_is_made_changed_deleted_and_brought_back, |db| {
    let world = World::new(&db).await;
    let cx = &world.cx;
    assert!(incoming::create(cx, "", "pigeon").await.unwrap_err().field("kind").is_some());
    let signed = incoming::create(cx, "Shop", "standard").await.unwrap();
    let base = format!("http://127.0.0.1:3000/webhooks/{}/{}", cx.organisation_id(), signed.id);
    assert_eq!(signed.url, base);
    let plain = incoming::create(cx, "Blog", "token").await.unwrap();
    assert!(plain.secret.is_none() && plain.url.contains(&format!("{}.", plain.id)), "{plain:?}");
    let hooks = incoming::list(cx).await.unwrap();
    let kinds: Vec<_> = hooks.iter().map(|hook| (hook.name.as_str(), hook.kind)).collect();
    assert_eq!(kinds, [("Blog", HookKind::Token), ("Shop", HookKind::Standard)]);

    assert!(matches!(incoming::update(cx, plain.id, 9, "Blog", false).await, Err(Error::Conflict(_))));
    incoming::update(cx, plain.id, 1, "Journal", false).await.unwrap();
    let changed = incoming::get(cx, plain.id).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.active, changed.version), ("Journal", false, 2));
    let rotated = incoming::rotate(cx, plain.id).await.unwrap();
    assert_ne!(rotated.url, plain.url);
    assert!(incoming::get(cx, plain.id).await.unwrap().rotating_until.is_some());
    incoming::delete(cx, plain.id, 3).await.unwrap();
    assert_eq!(incoming::get(cx, plain.id).await.unwrap_err(), Error::NotFound);
    incoming::restore(cx, plain.id).await.unwrap();
    assert_eq!(incoming::restore(cx, plain.id).await, Err(Error::NotFound));
    assert_eq!(incoming::get(cx, Uuid::nil()).await.unwrap_err(), Error::NotFound);
    assert_eq!(
        world.log().await,
        [
            "hook.created",
            "hook.created",
            "hook.updated",
            "hook.secret_rotated",
            "hook.deleted",
            "hook.restored"
        ]
    );
});

both!(each_column_that_points_to_a_person_has_a_rule, |db| {
    let world = World::new(&db).await;
    let keys = db::testing::foreign_keys(world.site.db()).await;
    let ours = |table: &str| table.starts_with("webhook") || table.starts_with("incoming_");
    let pointing: Vec<_> =
        keys.into_iter().filter(|(table, _, target)| ours(table) && target == "member").collect();
    assert_eq!(pointing.len(), 4);
    for (table, column, _) in pointing {
        let ruled = crate::privacy::ROWS.iter().any(|rows| rows.table == table && rows.column == column);
        assert!(ruled, "{table}.{column}");
    }
});

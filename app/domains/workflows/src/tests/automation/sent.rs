//! Rules that something sets off which came from another program.

use kernel::{BuiltIn, Error, HookId, Membership, Permission};
use serde_json::{Value, json};

use super::{
    hook::{finds, order, received},
    *,
};
use crate::{
    acts::automation::{TriedOn, came_last, dry_run, get, page, retry, turn, update},
    automation::{Adds, By, Hooked, TALK_MAX},
    tests::rest::{get as get_page, post},
};

impl World {
    async fn send(&self, hook: HookId, body: Value) {
        let id: uuid::Uuid = self.owner.new_id();
        self.sends(hook, &id.to_string(), body.to_string().as_bytes()).await;
        self.work().await;
    }

    async fn last_run(&self) -> Run {
        self.runs().await.pop().unwrap()
    }

    /// Changes a webhook as its own domain does.
    async fn alter(&self, hook: HookId, change: &'static str) {
        let mut tx = self.owner.begin().await.unwrap();
        sql(change).bind(self.owner.organisation_id()).bind(hook).exactly_one(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn by_amount() -> By {
    By::Field("amount".into())
}

fn titled(fields: &[(&str, &str)]) -> Adds {
    let fields = fields.iter().map(|(key, at)| ((*key).to_owned(), (*at).to_owned()));
    Adds { title: "/order/title".into(), fields: fields.collect() }
}

both!(what_comes_acts_on_the_item_that_it_names, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let then = vec![
        note("{/order/status}"),
        Action::Comment { text: "{title} is {/order/status}, {/order/parcels} parcels".into() },
    ];
    world.rule("By key", finds(hook, By::Key, "/order/ref", None), "amount < 100", then).await;
    let other = world.hook("Elsewhere").await;
    world.rule("Elsewhere", finds(other, By::Key, "/order/ref", None), "", say("elsewhere")).await;
    let item = world.add("Tyres", "7").await;
    let body = json!({ "order": { "ref": " ta-1 ", "status": "shipped", "parcels": 2 } });
    world.sends(hook, "msg_1", body.to_string().as_bytes()).await;
    assert_eq!(world.states().await, [of("By key", State::Waiting)]);
    world.work().await;
    let run = world.last_run().await;
    assert_eq!((run.state, run.item_id, run.item_key.as_str()), (State::Done, Some(item.card.id), "TA-1"));
    assert_eq!(run.log.cause, "Shop sent msg_1");
    assert_eq!(run.log.came, [("/order/ref".to_owned(), "ta-1".to_owned())]);
    assert_eq!(run.log.found, "It names TA-1.");
    assert_eq!(run.log.done, ["NOTE: shipped", "Commented: Tyres is shipped, 2 parcels"]);
    assert_eq!(run.chain.links().len(), 1);
    let page = world.page(&item).await;
    assert_eq!(page.item.data["note"], "shipped");
    let comment = &page.comments[0];
    assert_eq!((comment.created_by, comment.rule.as_str()), (None, "By key"), "nobody has a hand in it");

    // By a field, as its form reads it; of several the newest that is open.
    world.rule("By amount", finds(hook, by_amount(), "/sum", None), "", say("paid")).await;
    let (newer, newest) = (world.add("Rims", "1 200").await, world.add("Bolts", "1200").await);
    world.go(&newest, "In progress").await;
    world.go(&newest, "Done").await;
    world.send(hook, json!({ "order": { "ref": "TA-99" }, "sum": "1,200" })).await;
    let runs = world.runs().await;
    let of = |name: &str| runs.iter().rev().find(|run| run.rule_name == name).unwrap();
    assert_eq!(of("By amount").item_id, Some(newer.card.id));
    assert_eq!(of("By amount").log.found, "TA-2 has AMOUNT 1,200.");
    assert_eq!(
        (of("By key").state, of("By key").log.why.as_str()),
        (State::Failed, "There is no TA-99 in Tasks.")
    );
    world.add("Nuts", "1200").await;
    world.send(hook, json!({ "order": { "ref": "TA-3" }, "sum": 1200 })).await;
    let runs = world.runs().await;
    let of = |name: &str| runs.iter().rev().find(|run| run.rule_name == name).unwrap();
    assert_eq!(of("By amount").log.found, "TA-4 has AMOUNT 1200. It is the newest of several that are open.");
    assert_eq!(of("By key").log.why, "TA-3 is done already.");
});

both!(where_none_is_found_one_is_added, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let adds = titled(&[("note", "/order/status")]);
    let on = finds(hook, by_amount(), "/order/number", Some(adds));
    world.rule("Order", on, "priority < 4", say("{/order/status}")).await;
    world.rule("Greet", Trigger::Created, "", say("hello")).await;
    let body =
        |status: &str| json!({ "order": { "number": 4711, "title": "Four\ntyres", "status": status } });
    world.send(hook, body("paid")).await;
    let runs = world.runs().await;
    let [first, second] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!((first.state, first.item_key.as_str()), (State::Done, "TA-1"));
    assert_eq!(first.log.found, "No open task has AMOUNT 4711.");
    assert_eq!(first.log.done, ["Added TA-1 Four tyres", "Commented: paid"]);
    assert_eq!(first.log.set_off, ["Greet"]);
    assert_eq!(second.chain.shown(), "Order \u{2192} Greet", "its chain begins with what came");
    let made = item::page(&world.owner, "TA-1").await.unwrap();
    assert_eq!((&made.item.data["amount"], &made.item.data["note"]), (&json!(4711), &json!("paid")));
    assert_eq!(made.item.created_by, None);
    // The second time it is there.
    world.send(hook, body("shipped")).await;
    assert_eq!(world.last_run().await.log.found, "TA-1 has AMOUNT 4711.");
    assert_eq!(item::page(&world.owner, "TA-1").await.unwrap().comments.len(), 3);

    // Where the condition does not hold, there is nothing for which one would be added.
    let on = Trigger::Webhook(Hooked { hook, finds: None, adds: Some(titled(&[])) });
    world.rule("Never", on, "amount > 5", Vec::new()).await;
    world.send(hook, body("sent back")).await;
    let run = world.runs().await.into_iter().find(|run| run.rule_name == "Never").unwrap();
    assert_eq!((run.state, run.item_id), (State::Skipped, None));
    assert_eq!(run.log.decision, "The condition does not hold.");
    assert!(item::page(&world.owner, "TA-2").await.is_err());
});

both!(each_that_came_adds_one_where_it_says_so, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let on = Trigger::Webhook(Hooked { hook, finds: None, adds: Some(titled(&[("amount", "/order/sum")])) });
    world.rule("New", on, "", Vec::new()).await;
    for sum in [5, 5] {
        world.send(hook, json!({ "order": { "title": "Tyres", "sum": sum } })).await;
    }
    assert_eq!(
        world.runs().await.iter().map(|run| run.item_key.as_str()).collect::<Vec<_>>(),
        ["TA-1", "TA-2"]
    );
    world.send(hook, json!({ "order": { "title": "Tyres", "sum": "many" } })).await;
    let run = world.last_run().await;
    assert_eq!((run.state, run.item_key.as_str()), (State::Failed, ""));
    assert!(
        run.log.why.starts_with("The task cannot be added.") && run.log.why.contains("AMOUNT"),
        "{:?}",
        run.log
    );
    world.send(hook, json!({ "order": { "title": " ", "sum": 5 } })).await;
    assert!(world.last_run().await.log.why.contains("Give it a title"), "{:?}", world.last_run().await.log);
});

both!(what_cannot_be_read_is_said_and_can_be_tried_again, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    world.rule("Paid", finds(hook, by_amount(), "/number", None), "", say("{/status}")).await;
    world.sends(hook, "bad", b"number=7").await;
    world.work().await;
    let run = world.last_run().await;
    assert_eq!((run.state, run.item_id), (State::Failed, None));
    assert!(run.log.why.starts_with("What came is no JSON:"), "{}", run.log.why);
    assert!(!run.log.why.contains("number=7"), "what came is not told on");
    let wrong = [
        (json!({}), "There is nothing at /number in what came."),
        (json!({ "number": null }), "What stands at /number is empty, so no item is found by it."),
        (json!({ "number": { "is": 7 } }), "What stands at /number is not one value."),
        (json!({ "number": "7\u{0}" }), "What stands at /number has signs that cannot be kept."),
        (json!({ "number": 8, "status": "paid" }), "No open task has AMOUNT 8."),
    ];
    for (body, why) in wrong {
        world.send(hook, body).await;
        assert_eq!(world.last_run().await.log.why, why);
    }
    world.send(hook, json!({ "number": "seven" })).await;
    assert!(world.last_run().await.log.why.contains("AMOUNT is a whole number"));
    // What is read while it acts leaves nothing half done, and the log names the item.
    let item = world.add("Tyres", "7").await;
    world.send(hook, json!({ "number": 7 })).await;
    let run = world.last_run().await;
    assert_eq!((run.state, run.item_id), (State::Failed, Some(item.card.id)));
    assert_eq!(
        run.log.why,
        "Number 1 could not be done, so nothing was. There is nothing at /status in what came."
    );
    // The item comes later than its message.
    let waits = world.runs().await.into_iter().find(|run| run.log.why.contains("AMOUNT 8")).unwrap();
    let late = world.add("Rims", "8").await;
    retry(&world.owner, waits.id).await.unwrap();
    world.work().await;
    let again = automation::get_run(&world.owner, waits.id).await.unwrap();
    assert_eq!((again.state, again.item_id, again.attempts), (State::Done, Some(late.card.id), 2));
    // What came is forgotten earlier than what rules did.
    retry(&world.owner, run.id).await.unwrap();
    let mut tx = world.owner.begin().await.unwrap();
    sql("delete from incoming_event where organisation_id = $1 and hook_id = $2")
        .bind(world.owner.organisation_id())
        .bind(hook)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.work().await;
    let lost = automation::get_run(&world.owner, run.id).await.unwrap();
    assert_eq!((lost.state, lost.log.why.as_str()), (State::Failed, "What came is not kept any more."));
});

both!(what_came_sets_off_once, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    world.rule("Paid", finds(hook, By::Key, "/ref", None), "", say("paid")).await;
    world.add("Tyres", "7").await;
    let event = world.sends(hook, "msg_1", br#"{"ref":"TA-1"}"#).await;
    // Handled once more, as by a job whose end was not written down.
    let mut tx = world.owner.begin().await.unwrap();
    tx.record(received(hook, event)).await.unwrap();
    tx.commit().await.unwrap();
    let run = world.runs().await.remove(0).id;
    world.owner.visit().rest().await;
    let cx = world.owner.visit().site().in_one("test", world.owner.organisation_id()).await.unwrap().unwrap();
    let (one, other) = tokio::join!(automation::run(&cx, run, 1), automation::run(&cx, run, 1));
    one.unwrap();
    other.unwrap();
    world.work().await;
    assert_eq!(world.states().await, [of("Paid", State::Done)]);
    assert_eq!(item::page(&world.owner, "TA-1").await.unwrap().comments.len(), 1);
});

both!(two_programs_do_not_talk_for_ever, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    world.rule("Answer", finds(hook, By::Key, "/ref", None), "", vec![Action::Call]).await;
    let item = world.add("Tyres", "7").await;
    for number in 0..=TALK_MAX {
        world.sends(hook, &number.to_string(), br#"{"ref":"TA-1"}"#).await;
    }
    world.work().await;
    let runs = world.runs().await;
    let stopped: Vec<&Run> = runs.iter().filter(|run| run.state == State::Stopped).collect();
    let [one] = stopped.as_slice() else { panic!("{stopped:?}") };
    assert_eq!(one.log.why, "Stopped: Answer was set off 60 times within an hour for TA-1 by what came.");
    assert_eq!(one.item_id, Some(item.card.id));
    world.clock.pass(chrono::Duration::minutes(61));
    world.send(hook, json!({ "ref": "TA-1" })).await;
    assert_eq!(world.last_run().await.state, State::Done);
});

both!(a_webhook_that_is_off_or_gone_is_said, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let id = world.rule("Paid", finds(hook, By::Key, "/ref", None), "", say("paid")).await;
    assert_eq!(page(&world.owner, "TA").await.unwrap().faults, []);
    let off = "update incoming_hook set active = not active where organisation_id = $1 and id = $2";
    world.alter(hook, off).await;
    let faults = page(&world.owner, "TA").await.unwrap().faults;
    assert_eq!(faults, [(id, "The incoming webhook Shop is off, so nothing comes.".to_owned())]);
    let gone = "update incoming_hook set deleted_at = created_at where organisation_id = $1 and id = $2";
    world.alter(hook, gone).await;
    let faults = page(&world.owner, "TA").await.unwrap().faults;
    assert_eq!(faults, [(id, "Its incoming webhook was deleted.".to_owned())]);
    let opened = design::open(&world.owner, "TA").await.unwrap();
    let found = opened.faults.iter().find(|found| found.text.contains("Its incoming webhook was deleted."));
    assert!(found.is_some_and(|found| !found.blocks), "{:?}", opened.faults);
    // It can be turned off, and not be written anew.
    turn(&world.owner, id, 1, false).await.unwrap();
    let rule = get(&world.owner, id).await.unwrap().1.rule;
    let error = update(&world.owner, id, 2, Rule { name: "Other".into(), ..rule }, true).await.unwrap_err();
    assert!(error.field("hook").is_some(), "{error:?}");
});

both!(who_may_not_see_webhooks_writes_no_rule_that_reads_them, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let on = finds(hook, By::Key, "/ref", None);
    let id = world.rule("Paid", on.clone(), "", say("paid")).await;
    let publishes = kernel::PermissionSet::of(&[Permission::WorkflowPublish]);
    let designs = BuiltIn::ProcessDesigner.permissions().union(publishes);
    let membership = Membership { permissions: designs, ..world.marek.membership().clone() };
    let designer = Cx::system(world.owner.visit().site(), "test", membership);
    let refused = |error: Error| assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
    let rule = Rule { name: "Mine".into(), on, when: String::new(), then: say("{/secret}") };
    refused(automation::create(&designer, "TA", rule.clone(), true).await.unwrap_err());
    refused(update(&designer, id, 1, rule, true).await.unwrap_err());
    refused(came_last(&designer, hook).await.unwrap_err());
    let seen = page(&designer, "TA").await.unwrap();
    assert_eq!((seen.hooks, seen.faults.len()), (None, 0));
    turn(&designer, id, 1, false).await.unwrap();
    world.sends(hook, "msg_1", &order(7)).await;
    let (text, places) = came_last(&world.owner, hook).await.unwrap().unwrap();
    assert_eq!(text.as_bytes(), order(7));
    assert_eq!(places[0], ("/number".to_owned(), "7".to_owned()));
    assert_eq!(page(&world.owner, "TA").await.unwrap().hooks.unwrap()[0].name, "Shop");
});

both!(what_could_come_is_tried_and_nothing_is_done, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let on = finds(hook, by_amount(), "/order/number", Some(titled(&[])));
    let id = world.rule("Order", on, "", say("{/order/title}")).await;
    world.rule("Greet", Trigger::Created, "", say("hello")).await;
    let body = br#"{"order":{"number":7,"title":"Tyres"}}"#;
    let (state, log) = dry_run(&world.owner, id, TriedOn::Sent(body)).await.unwrap();
    assert_eq!(
        (state, log.done.as_slice()),
        (State::Done, ["Added TA-1 Tyres".to_owned(), "Commented: Tyres".to_owned()].as_slice())
    );
    assert_eq!((log.set_off, log.found.as_str()), (vec!["Greet".to_owned()], "No open task has AMOUNT 7."));
    let (state, log) = dry_run(&world.owner, id, TriedOn::Sent(b"{}")).await.unwrap();
    assert_eq!((state, log.why.as_str()), (State::Failed, "There is nothing at /order/number in what came."));
    let broken = dry_run(&world.owner, id, TriedOn::Sent(b"{")).await.unwrap_err();
    assert!(broken.field("body").is_some(), "{broken:?}");
    world.add("Tyres", "7").await;
    world.work().await;
    let (_, log) = dry_run(&world.owner, id, TriedOn::Sent(body)).await.unwrap();
    assert_eq!(log.found, "TA-1 has AMOUNT 7.");
    let wrong = dry_run(&world.owner, id, TriedOn::Item("TA-1")).await.unwrap_err();
    assert!(wrong.field("body").is_some(), "{wrong:?}");
    assert_eq!(world.states().await, [of("Greet", State::Done)]);
    assert_eq!(item::page(&world.owner, "TA-1").await.unwrap().comments.len(), 1);
});

both!(what_is_wrong_about_such_a_rule_is_said_where_it_is, |db| {
    let world = World::new(&db).await;
    let hook = world.hook("Shop").await;
    let on = |by: By, at: &str, adds: Option<Adds>| finds(hook, by, at, adds);
    let adds = |title: &str, key: &str, at: &str| {
        Some(Adds { title: title.into(), fields: BTreeMap::from([(key.to_owned(), at.to_owned())]) })
    };
    let none: HookId = world.owner.new_id();
    let wrong = [
        ("hook", finds(none, By::Key, "/ref", None)),
        ("finds", on(By::Key, "ref", None)),
        ("finds", on(By::Key, "/a~b", None)),
        ("finds", on(By::Field("x".into()), "/ref", None)),
        ("finds", Trigger::Webhook(Hooked { hook, finds: None, adds: None })),
        ("adds", on(By::Key, "/ref", adds("title", "note", "/note"))),
        ("adds", on(By::Key, "/ref", adds("/title", "x", "/note"))),
        ("adds", on(By::Key, "/ref", adds("/title", "note", "note"))),
    ];
    for (field, on) in wrong {
        let rule = Rule { name: "R".into(), on, when: String::new(), then: say("hello") };
        let error = automation::create(&world.owner, "TA", rule.clone(), true).await.unwrap_err();
        assert!(error.field(field).is_some(), "{rule:?}: {error:?}");
    }
    // Where nothing comes, there is nothing to read.
    let rule = Rule { name: "R".into(), on: Trigger::Created, when: String::new(), then: say("{/ref}") };
    let error = automation::create(&world.owner, "TA", rule, true).await.unwrap_err();
    assert!(error.field("then[0]").is_some(), "{error:?}");
    let only =
        Rule { name: "R".into(), on: on(By::Key, "/ref", None), when: String::new(), then: Vec::new() };
    let error = automation::create(&world.owner, "TA", only, true).await.unwrap_err();
    assert!(error.field("then").is_some(), "{error:?}");
});

both!(programs_write_try_and_follow_such_rules, |db| {
    let world = World::new(&db).await;
    let (cx, hook) = (&world.owner, world.hook("Shop").await);
    let on = json!({ "webhook": { "hook": hook, "finds": { "by": "key", "at": "/ref" } } });
    let rule = json!({
        "name": "Paid", "active": true, "on": on, "then": [{ "comment": { "text": "{/status}" } }]
    });
    let made = post(cx, "/workflows/TA/rules", None, rule).await;
    assert_eq!((made.status, &made.body["on"]), (201, &on), "{made:?}");
    let at = made.location.trim_start_matches("/api/v1").to_owned();
    world.add("Tyres", "7").await;
    let sent = json!({ "sent": { "ref": "TA-1", "status": "paid" } });
    let tried = post(cx, &format!("{at}/try"), None, sent).await;
    assert_eq!((tried.status, &tried.body["state"]), (200, &json!("done")), "{tried:?}");
    assert_eq!(tried.body["log"]["found"], "It names TA-1.");
    let neither = post(cx, &format!("{at}/try"), None, json!({})).await;
    assert_eq!((neither.status, &neither.body["errors"][0]["field"]), (422, &json!("item")), "{neither:?}");
    world.sends(hook, "msg_1", b"no").await;
    world.work().await;
    let runs = get_page(cx, "/workflows/TA/runs").await.body;
    assert_eq!(
        (&runs["data"][0]["item"], &runs["data"][0]["state"]),
        (&Value::Null, &json!("failed")),
        "{runs}"
    );
});

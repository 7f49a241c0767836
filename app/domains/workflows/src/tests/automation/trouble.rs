//! Rules that set each other off, that cannot act, and that are changed meanwhile.

use jobs::MAX_ATTEMPTS;
use kernel::{BuiltIn, Error, Membership};

use super::*;
use crate::acts::automation::{TriedOn, delete, dry_run, get, page, restore, retry, turn, update};

both!(a_circle_stops_at_the_first_repeat, |db| {
    let world = World::new(&db).await;
    let number = || Action::Set { field: "amount".into(), value: "7".into() };
    let amount = Trigger::Changed(Part::Field("amount".into()));
    let noted = Trigger::Changed(Part::Field("note".into()));
    // Each run gives another value, so that only the chain ends it.
    world.rule("A", amount.clone(), "", vec![note("x")]).await;
    world.rule("B", noted, "", vec![Action::Prioritise { priority: Priority::new(4) }]).await;
    world.rule("C", Trigger::Changed(Part::Priority), "", vec![number()]).await;
    let found = page(&world.owner, "TA").await.unwrap().cycles;
    let names: Vec<&str> = found[0].iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!((found.len(), names), (1, vec!["A", "B", "C"]));
    let item = world.add("Tyres", "1").await;
    world
        .change(&item, |form| form.data = item::Sent::Texts(BTreeMap::from([("amount".into(), "2".into())])))
        .await;
    world.work().await;
    assert_eq!(
        world.states().await,
        [of("A", State::Done), of("B", State::Done), of("C", State::Done), of("A", State::Stopped)]
    );
    let runs = world.runs().await;
    let said =
        "Stopped: A \u{2192} B \u{2192} C \u{2192} A. A has acted in this chain already and would go round.";
    assert_eq!(runs[3].log.why, said);
    assert_eq!(runs[0].log.set_off, ["B"]);
    assert_eq!(runs[1].log.cause, "The NOTE of TA-1 changed, by the rule A".replace("The NOTE", "NOTE"));
    assert_eq!(world.now(&item).await.data["amount"], 7);
});

both!(a_rule_that_adds_items_does_not_add_them_for_ever, |db| {
    let world = World::new(&db).await;
    let here = world.workflow("TA").await.head.id;
    let create = Action::Create { workflow: here, title: "Again {title}".into(), fields: BTreeMap::new() };
    world.rule("Again", Trigger::Created, "", vec![create]).await;
    world.add("Tyres", "1").await;
    world.work().await;
    assert_eq!(world.states().await, [of("Again", State::Done), of("Again", State::Stopped)]);
});

both!(what_fails_leaves_nothing_half_done_and_is_tried_again, |db| {
    let world = World::new(&db).await;
    let marek = world.marek.member_id();
    let then =
        vec![note("half"), Action::Comment { text: "half".into() }, Action::Assign(Gives::Member(marek))];
    let id = world.rule("Give", Trigger::Created, "", then).await;
    world.rule("Other", Trigger::Created, "", say("done")).await;
    let suspend = async |state: &str| {
        let mut tx = world.owner.begin().await.unwrap();
        sql("update member set state = $3 where organisation_id = $1 and id = $2")
            .bind(world.owner.organisation_id())
            .bind(marek)
            .bind(state)
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    suspend("suspended").await;
    let item = world.add("Tyres", "1").await;
    world.work().await;
    let mut states = world.states().await;
    states.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert_eq!(states, [of("Give", State::Failed), of("Other", State::Done)]);
    let run = world.runs().await.into_iter().find(|run| run.rule_id == id).unwrap();
    assert_eq!(
        run.log.why,
        "Number 3 could not be done, so nothing was. Marek Havel is no active member any more."
    );
    assert_eq!((run.log.done.len(), run.attempts), (0, 1));
    let now = world.page(&item).await;
    assert!(now.item.data.get("note").is_none(), "nothing of it is kept");
    assert_eq!(now.comments.len(), 1);
    let trying =
        retry(&world.owner, world.runs().await.iter().find(|run| run.rule_id != id).unwrap().id).await;
    assert!(matches!(trying, Err(Error::Conflict(_))), "{trying:?}");

    suspend("active").await;
    retry(&world.owner, run.id).await.unwrap();
    world.work().await;
    let again = automation::get_run(&world.owner, run.id).await.unwrap();
    assert_eq!((again.state, again.attempts, again.log.done.len()), (State::Done, 2, 3));
    assert_eq!(world.now(&item).await.card.assignee_id, Some(marek));
});

both!(what_is_gone_is_said, |db| {
    let world = World::new(&db).await;
    let done = world.step("Done").await;
    world.rule("Far", Trigger::Created, "", vec![Action::Move { to: done }]).await;
    let errands = world.workflow("ER").await.head.id;
    let create = Action::Create { workflow: errands, title: "{note}".into(), fields: BTreeMap::new() };
    world.rule("Empty", Trigger::Created, "", vec![create]).await;
    let item = world.add("Tyres", "1").await;
    world.work().await;
    let runs = world.runs().await;
    let of = |name: &str| runs.iter().find(|run| run.rule_name == name).unwrap();
    assert_eq!(of("Far").state, State::Failed);
    assert!(of("Far").log.why.contains("the workflow leads to In progress only"), "{:?}", of("Far").log);
    assert!(of("Empty").log.why.contains("Give it a title"), "{:?}", of("Empty").log);

    // The field goes with a design.
    world.rule("Note", Trigger::Changed(Part::Title), "note == \"x\"", vec![note("y")]).await;
    let mut opened = design::open(&world.owner, "TA").await.unwrap();
    let fields = opened.definition.fields.as_mut().unwrap();
    fields.retain(|field| field.key != "note");
    let id = opened.live.head.id;
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();
    world.change(&item, |form| form.title = "Rims".into()).await;
    world.work().await;
    let run = world.runs().await.pop().unwrap();
    assert_eq!(run.state, State::Failed);
    assert!(run.log.why.starts_with("The condition cannot be read."), "{}", run.log.why);

    // The item goes before the rule comes to it.
    world.rule("Gone", Trigger::Created, "", say("gone")).await;
    let item = world.add("Valve", "1").await;
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    world.work().await;
    let run = world.runs().await.into_iter().find(|run| run.rule_name == "Gone").unwrap();
    assert_eq!((run.state, run.log.why.as_str()), (State::Skipped, "The item was deleted."));
});

both!(rules_are_kept_changed_turned_deleted_and_brought_back, |db| {
    let world = World::new(&db).await;
    let id = world.rule("Old", Trigger::Created, "", say("old")).await;
    let (_, kept) = get(&world.owner, id).await.unwrap();
    let new = Rule { name: "New".into(), ..kept.rule.clone() };
    let changed = update(&world.owner, id, kept.version, new.clone(), true).await.unwrap();
    assert_eq!((changed.version, changed.rule.name.as_str()), (2, "New"));
    let late = update(&world.owner, id, kept.version, new, true).await.unwrap_err();
    assert!(matches!(late, Error::Conflict(_)), "{late:?}");
    // Off, nothing is noted; on, it is.
    turn(&world.owner, id, 2, false).await.unwrap();
    world.add("One", "1").await;
    turn(&world.owner, id, 3, true).await.unwrap();
    world.add("Two", "1").await;
    // What waits is let be when the rule is off by then.
    turn(&world.owner, id, 4, false).await.unwrap();
    world.work().await;
    let runs = world.runs().await;
    assert_eq!(
        (runs.len(), runs[0].state, runs[0].log.why.as_str()),
        (1, State::Skipped, "The rule was turned off.")
    );
    delete(&world.owner, id, Some(5)).await.unwrap();
    assert_eq!(get(&world.owner, id).await.unwrap_err(), Error::NotFound);
    assert_eq!(page(&world.owner, "TA").await.unwrap().rules, []);
    assert_eq!(world.runs().await.len(), 1, "what it did is still known");
    restore(&world.owner, id).await.unwrap();
    assert!(!get(&world.owner, id).await.unwrap().1.active);
    // Who may not design may not look.
    let refused = page(&world.marek, "TA").await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
});

both!(what_is_wrong_about_a_rule_is_said_where_it_is, |db| {
    let world = World::new(&db).await;
    let good = || Rule { name: "R".into(), on: Trigger::Created, when: String::new(), then: say("hello") };
    let nowhere = StepId::from(uuid::Uuid::from_u128(4_711));
    let nobody = MemberId::from(uuid::Uuid::from_u128(4_711));
    let none = WorkflowId::from(uuid::Uuid::from_u128(4_711));
    let does = |action: Action| Rule { then: vec![Action::Call, action], ..good() };
    let wrong = [
        ("name", Rule { name: " ".into(), ..good() }),
        ("step", Rule { on: Trigger::Entered { step: nowhere }, ..good() }),
        ("part", Rule { on: Trigger::Changed(Part::Field("x".into())), ..good() }),
        ("when", Rule { when: "amount >".into(), ..good() }),
        ("when", Rule { when: "size(note)".into(), ..good() }),
        ("then", Rule { then: Vec::new(), ..good() }),
        ("then", Rule { then: vec![Action::Call; 11], ..good() }),
        ("then[1]", does(Action::Comment { text: "{nothing}".into() })),
        ("then[1]", does(Action::Comment { text: " ".into() })),
        ("then[1]", does(Action::Set { field: "amount".into(), value: "many".into() })),
        ("then[1]", does(Action::Set { field: "x".into(), value: "many".into() })),
        ("then[1]", does(Action::Move { to: nowhere })),
        ("then[1]", does(Action::Assign(Gives::Member(nobody)))),
        ("then[1]", does(Action::Due { days: 99_999 })),
        ("then[1]", does(Action::Create { workflow: none, title: "T".into(), fields: BTreeMap::new() })),
    ];
    for (field, rule) in wrong {
        let error = automation::create(&world.owner, "TA", rule.clone(), true).await.unwrap_err();
        assert!(error.field(field).is_some(), "{rule:?}: {error:?}");
    }
    automation::create(&world.owner, "TA", good(), true).await.unwrap();
});

both!(a_dry_run_tells_and_does_nothing, |db| {
    let world = World::new(&db).await;
    let then = vec![
        Action::Set { field: "amount".into(), value: "9".into() },
        Action::Mail { whom: Whom::Creator, subject: "S".into(), text: "T".into() },
    ];
    let id = world.rule("Try", Trigger::Changed(Part::Title), "amount > 100", then).await;
    world.rule("Next", Trigger::Changed(Part::Field("amount".into())), "", say("next")).await;
    let (large, small) = (world.add("Large", "500").await, world.add("Small", "5").await);
    world.work().await;
    let (state, log) = dry_run(&world.owner, id, TriedOn::Item("TA-1")).await.unwrap();
    assert_eq!(
        (state, log.done.as_slice()),
        (State::Done, ["AMOUNT: 9".to_owned(), "Sent a mail to Olle Owner: S".to_owned()].as_slice())
    );
    assert_eq!(log.set_off, ["Next"]);
    let (state, log) = dry_run(&world.owner, id, TriedOn::Item(" TA-2 ")).await.unwrap();
    assert_eq!((state, log.decision.as_str()), (State::Skipped, "The condition does not hold."));
    world.work().await;
    assert_eq!(world.runs().await, []);
    assert_eq!(world.now(&large).await.data["amount"], 500);
    assert_eq!(world.now(&small).await.card.version, small.card.version);
    assert_eq!(kernel::testing::mails(world.owner.visit().site()).await.len(), 0);
    for key in ["TA-99", "ER-1", "nonsense"] {
        let error = dry_run(&world.owner, id, TriedOn::Item(key)).await.unwrap_err();
        assert!(error.field("item").is_some(), "{key}: {error:?}");
    }
});

both!(who_only_designs_keeps_rules_that_are_off, |db| {
    let world = World::new(&db).await;
    let designs = BuiltIn::ProcessDesigner.permissions();
    let membership = Membership { permissions: designs, ..world.marek.membership().clone() };
    let designer = Cx::system(world.owner.visit().site(), "test", membership);
    let refused = |error: Error| assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
    let rule = |name: &str| Rule {
        name: name.into(),
        on: Trigger::Created,
        when: String::new(),
        then: vec![Action::Comment { text: "hello".into() }],
    };
    refused(automation::create(&designer, "TA", rule("On"), true).await.unwrap_err());
    let off = automation::create(&designer, "TA", rule("Off"), false).await.unwrap();
    let kept = update(&designer, off, 1, rule("Still off"), false).await.unwrap();
    refused(turn(&designer, off, kept.version, true).await.unwrap_err());
    world.add("Tyres", "1").await;
    dry_run(&designer, off, TriedOn::Item("TA-1")).await.unwrap();
    turn(&world.owner, off, kept.version, true).await.unwrap();
    refused(turn(&designer, off, 3, false).await.unwrap_err());
    refused(update(&designer, off, 3, rule("Other"), true).await.unwrap_err());
    refused(delete(&designer, off, None).await.unwrap_err());
    let item = world.add("Rims", "1").await;
    world.work().await;
    refused(retry(&designer, world.runs().await[0].id).await.unwrap_err());
    delete(&world.owner, off, None).await.unwrap();
    refused(restore(&designer, off).await.unwrap_err());

    // What a rule wrote is deleted by who clears up, and by nobody else.
    let comment = world.page(&item).await.comments[0].id;
    assert_eq!(acts::comment::delete(&designer, comment).await.unwrap_err(), Error::NotFound);
    acts::comment::delete(&world.owner, comment).await.unwrap();
    assert_eq!(world.page(&item).await.comments.len(), 0);
    acts::comment::restore(&world.owner, comment).await.unwrap();
    assert_eq!(world.page(&item).await.comments.len(), 1);
});

both!(what_rules_did_is_for_who_may_see_items, |db| {
    let world = World::new(&db).await;
    world.rule("Say", Trigger::Created, "", say("hello")).await;
    let item = world.add("Tyres", "1").await;
    world.work().await;
    let run = world.runs().await.remove(0);
    assert_eq!(run.item_title.as_deref(), Some("Tyres"));
    let designs = kernel::PermissionSet::of(&[kernel::Permission::WorkflowDesign]);
    let membership = Membership { permissions: designs, ..world.marek.membership().clone() };
    let blind = Cx::system(world.owner.visit().site(), "test", membership);
    let refused = automation::runs(&blind, "TA", Asked::default(), 10).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
    let refused = automation::get_run(&blind, run.id).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
    item::delete(&world.owner, item.card.id, None).await.unwrap();
    assert_eq!(world.runs().await[0].item_title, None);
});

both!(a_run_whose_job_dies_fails_and_can_be_tried_again, |db| {
    let world = World::new(&db).await;
    let id = world.rule("Say", Trigger::Created, "", say("hello")).await;
    let item = world.add("Tyres", "1").await;
    let run = world.runs().await.remove(0).id;
    let define = async |text: &str| {
        let mut tx = world.owner.begin().await.unwrap();
        sql("update automation_rule set definition = $3 where organisation_id = $1 and id = $2")
            .bind(world.owner.organisation_id())
            .bind(id)
            .bind(serde_json::from_str::<serde_json::Value>(text).unwrap())
            .exactly_one(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    define("{}").await;
    world.owner.visit().rest().await;
    let site = world.owner.visit().site();
    let cx = site.in_one("test", world.owner.organisation_id()).await.unwrap().unwrap();
    automation::run(&cx, run, MAX_ATTEMPTS - 1).await.unwrap_err();
    assert_eq!(world.runs().await[0].state, State::Waiting);
    world.owner.visit().rest().await;
    automation::run(&cx, run, MAX_ATTEMPTS).await.unwrap_err();
    let failed = world.runs().await.remove(0);
    assert_eq!((failed.state, failed.attempts), (State::Failed, MAX_ATTEMPTS));
    assert!(failed.log.why.starts_with("It was tried 8 times, and nothing was done."), "{}", failed.log.why);
    define(r#"{"name":"Say","on":"created","when":"","then":[{"comment":{"text":"hello"}}]}"#).await;
    retry(&world.owner, run).await.unwrap();
    world.work().await;
    assert_eq!(world.states().await, [of("Say", State::Done)]);
    assert_eq!(world.page(&item).await.comments.len(), 1);
});

both!(what_spreads_too_far_stops, |db| {
    let world = World::new(&db).await;
    let errands = world.workflow("ER").await.head.id;
    let fetch =
        || Action::Create { workflow: errands, title: "Fetch {title}".into(), fields: BTreeMap::new() };
    world.rule("Many", Trigger::Created, "", (0..10).map(|_| fetch()).collect()).await;
    for number in 0..11 {
        let then = vec![Action::Prioritise { priority: Priority::new(3) }];
        let rule = Rule { name: format!("R{number}"), on: Trigger::Created, when: String::new(), then };
        automation::create(&world.owner, "ER", rule, true).await.unwrap();
    }
    world.add("Tyres", "1").await;
    world.work().await;
    let asked = Asked { oldest_first: true, ..Asked::default() };
    let runs = automation::runs(&world.owner, "ER", asked, 1_000).await.unwrap().runs;
    let count = |state: State| runs.iter().filter(|run| run.state == state).count();
    assert_eq!((count(State::Done), count(State::Stopped)), (100, 10));
    let why = &runs.iter().find(|run| run.state == State::Stopped).unwrap().log.why;
    assert!(why.ends_with("100 runs have followed from one; no more do."), "{why}");
});

both!(what_comes_back_after_a_wait_stops, |db| {
    use crate::automatic::{Automatic, Unit, Wait};
    let world = World::new(&db).await;
    let mut opened = design::open(&world.owner, "TA").await.unwrap();
    let (todo, progress) = (world.step("To do").await, world.step("In progress").await);
    let definition = &mut opened.definition;
    for step in definition.steps.iter_mut().filter(|step| step.id == progress) {
        step.automatic = Some(Automatic::Wait(Wait::For { amount: 10, unit: Unit::Minutes }));
    }
    definition.transitions.retain(|way| (way.from, way.to) != (progress, todo));
    for way in definition.transitions.iter_mut().filter(|way| way.from == progress) {
        way.guard = "amount > 100".into();
    }
    definition.transitions.push(crate::definition::TransitionDefinition {
        from: progress,
        to: todo,
        name: "Again".into(),
        rework: false,
        refuses: false,
        guard: String::new(),
    });
    let id: WorkflowId = opened.live.head.id;
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();
    world.rule("On", Trigger::Entered { step: todo }, "", vec![Action::Move { to: progress }]).await;
    assert_eq!(page(&world.owner, "TA").await.unwrap().cycles.len(), 1);
    world.add("Tyres", "1").await;
    for _ in 0..30 {
        world.work().await;
        world.clock.pass(chrono::Duration::minutes(11));
    }
    let runs = world.runs().await;
    let last = runs.last().unwrap();
    assert_eq!((runs.len(), last.state), (26, State::Stopped), "one by hand, 24 by themselves");
    assert!(last.log.why.contains("24 times within a day for TA-1"), "{}", last.log.why);
});

both!(a_design_says_which_rules_it_breaks, |db| {
    let world = World::new(&db).await;
    world.rule("Note", Trigger::Changed(Part::Title), "note == \"x\"", say("hello")).await;
    assert_eq!(page(&world.owner, "TA").await.unwrap().faults, []);
    let mut opened = design::open(&world.owner, "TA").await.unwrap();
    opened.definition.fields.as_mut().unwrap().retain(|field| field.key != "note");
    let id: WorkflowId = opened.live.head.id;
    let kept = design::save(&world.owner, id, opened.version, opened.definition).await.unwrap();
    let found: Vec<_> = kept.faults.iter().filter(|found| found.text.contains("The rule Note")).collect();
    assert!(found.len() == 1 && !found[0].blocks, "{:?}", kept.faults);
    design::publish(&world.owner, id, kept.version, &Default::default()).await.unwrap();
    let faults = page(&world.owner, "TA").await.unwrap().faults;
    assert!(faults.len() == 1 && faults[0].1.starts_with("Its condition cannot be read."), "{faults:?}");
});

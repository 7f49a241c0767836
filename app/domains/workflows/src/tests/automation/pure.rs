//! Rules without a database: chains end, circles are found, texts are filled in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{NaiveDate, NaiveTime};
use kernel::{ItemId, RuleId, StepId, WorkflowId, WorkingDays};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    automatic::Shown,
    automation::{
        Action, Adds, By, Chain, DEPTH_MAX, Days, Finds, Hooked, Known, Link, Part, Rule, Schedule, Sent,
        Stop, Trigger, cycles, filled, is_place, names_in, places_in,
    },
    model::{Step, StepKind, Transition, Workflow, WorkflowHead},
};

fn rule_id(number: usize) -> RuleId {
    Uuid::from_u128(u128::try_from(number).unwrap()).into()
}

fn item_id(number: usize) -> ItemId {
    Uuid::from_u128(1_000_000 + u128::try_from(number).unwrap()).into()
}

fn link(rule: usize, item: usize) -> Link {
    Link { rule: rule_id(rule), name: format!("R{rule}"), item: item_id(item), key: format!("TA-{item}") }
}

/// Which rules each rule sets off, and on which it makes a new item for them.
fn graphs() -> impl Strategy<Value = Vec<Vec<(usize, bool)>>> {
    (1_usize..6).prop_flat_map(|rules| {
        prop::collection::vec(prop::collection::vec((0..rules, any::<bool>()), 0..4), rules)
    })
}

proptest! {
    /// Whatever sets off what: it ends, no chain is too deep, and no rule acts twice on an item in a chain.
    #[test]
    fn every_chain_ends(graph in graphs(), start in 0_usize..6) {
        let start = start % graph.len();
        let mut waiting = VecDeque::from([(Chain::default().and(link(start, 0)).0, start, 0_usize)]);
        let mut items = 1;
        let mut runs = 0;
        while let Some((chain, rule, item)) = waiting.pop_front() {
            runs += 1;
            // Each of five rules once in a chain, and up to three ways from one to the next.
            prop_assert!(runs < 4_000, "it does not end");
            prop_assert!(chain.links().len() <= DEPTH_MAX);
            let pairs: BTreeSet<(RuleId, ItemId)> =
                chain.links().iter().map(|link| (link.rule, link.item)).collect();
            prop_assert_eq!(pairs.len(), chain.links().len());
            for (next, makes) in &graph[rule] {
                let on = if *makes { items += 1; items } else { item };
                let (further, stop) = chain.and(link(*next, on));
                match stop {
                    None => waiting.push_back((further, *next, on)),
                    Some(stop) => {
                        let said = further.explain(stop);
                        prop_assert!(said.starts_with("Stopped: R"), "{}", said);
                    }
                }
            }
        }
    }

    /// A text without braces is what it was, and filling in is never lost.
    #[test]
    fn texts_are_filled_in(text in "[a-z {}]{0,40}") {
        let again = filled(&text, |_| None);
        prop_assert_eq!(&again, &text);
        // What is filled in is no name between the braces that are left.
        let marked = filled(&text, |_| Some("+".to_owned()));
        prop_assert_eq!(names_in(&marked).len(), 0);
    }
}

#[test]
fn the_first_repeat_stops_with_its_reason() {
    let (chain, stop) = Chain::default().and(link(1, 0));
    assert_eq!(stop, None);
    let (chain, stop) = chain.and(link(2, 0));
    assert_eq!(stop, None);
    let (stopped, stop) = chain.and(link(1, 0));
    assert_eq!(stop, Some(Stop::Repeat));
    assert_eq!(
        stopped.explain(Stop::Repeat),
        "Stopped: R1 \u{2192} R2 \u{2192} R1. R1 has acted in this chain already and would go round."
    );
    // The same rule on an item that the chain made goes round as well.
    assert_eq!(chain.and(link(2, 7)).1, Some(Stop::Repeat));
    assert_eq!(chain.and(link(3, 7)).1, None);
}

#[test]
fn too_many_stop() {
    let mut chain = Chain::default();
    for rule in 0..DEPTH_MAX {
        let (next, stop) = chain.and(link(rule, 0));
        assert_eq!(stop, None);
        chain = next;
    }
    assert_eq!(chain.and(link(99, 0)).1, Some(Stop::Deep));
}

fn step(number: u128) -> Step {
    Step {
        id: Uuid::from_u128(number).into(),
        origin_id: None,
        name: format!("S{number}"),
        kind: StepKind::Work,
        team_id: None,
        wip_limit: None,
        item_count: 0,
        version: 0,
        approval: None,
        automatic: None,
        does: None,
        gives: None,
        sla: None,
        booking: None,
    }
}

fn workflow() -> Workflow {
    let way = |number: u128, from: u128, to: u128| Transition {
        id: Uuid::from_u128(number).into(),
        from_step_id: Uuid::from_u128(from).into(),
        to_step_id: Uuid::from_u128(to).into(),
        name: "On".into(),
        rework: false,
        refuses: false,
        guard: String::new(),
    };
    let head = WorkflowHead {
        id: WorkflowId::from(Uuid::from_u128(50)),
        name: "Tasks".into(),
        key: "TA".into(),
        item_noun: "task".into(),
    };
    let steps = vec![step(1), step(2), step(3)];
    Workflow {
        head,
        steps,
        transitions: vec![way(10, 1, 2), way(11, 2, 3)],
        kept: Vec::new(),
        automated: true,
    }
}

fn circles(rules: &[(Trigger, Action)]) -> Vec<Vec<RuleId>> {
    let workflow = workflow();
    let rules: Vec<Rule> = rules
        .iter()
        .map(|(on, then)| Rule {
            name: "R".into(),
            on: on.clone(),
            when: String::new(),
            then: vec![then.clone()],
        })
        .collect();
    let known: Vec<Known<'_>> = rules
        .iter()
        .enumerate()
        .map(|(number, rule)| Known { id: rule_id(number), workflow: &workflow, rule })
        .collect();
    cycles(&known)
}

#[test]
fn circles_are_found_before_they_happen() {
    let set = |key: &str| Action::Set { field: key.into(), value: "1".into() };
    let changed = |key: &str| Trigger::Changed(Part::Field(key.into()));
    let at = |number: u128| StepId::from(Uuid::from_u128(number));
    assert_eq!(circles(&[(changed("a"), set("b")), (changed("b"), set("c"))]), Vec::<Vec<RuleId>>::new());
    assert_eq!(circles(&[(changed("a"), set("a"))]), [[rule_id(0)]]);
    assert_eq!(
        circles(&[(changed("a"), set("b")), (changed("b"), set("c")), (changed("c"), set("a"))]),
        [[rule_id(0), rule_id(1), rule_id(2)]]
    );
    let entered = Trigger::Entered { step: at(3) };
    let left = Trigger::Left { step: at(2) };
    assert_eq!(circles(&[(entered, Action::Move { to: at(3) })]), [[rule_id(0)]]);
    assert_eq!(circles(&[(left, Action::Move { to: at(3) })]), [[rule_id(0)]]);
    assert!(circles(&[(Trigger::Left { step: at(1) }, Action::Move { to: at(3) })]).is_empty());
    let here = WorkflowId::from(Uuid::from_u128(50));
    let create = Action::Create { workflow: here, title: "T".into(), fields: BTreeMap::new() };
    assert_eq!(circles(&[(Trigger::Created, create.clone())]), [[rule_id(0)]]);
    assert_eq!(circles(&[(Trigger::Entered { step: at(1) }, create.clone())]), [[rule_id(0)]]);
    assert!(circles(&[(Trigger::Entered { step: at(2) }, create)]).is_empty());
    assert!(circles(&[(Trigger::Overdue, Action::Due { days: 1 })]).is_empty());
}

#[test]
fn texts_say_what_they_name() {
    let find = |name: &str| (name == "title").then(|| "Tyres {key}".to_owned());
    assert_eq!(filled("{title}: {what} {} { title} {title", find), "Tyres {key}: {what} {} { title} {title");
    assert_eq!(names_in("{title} {what} {a b} {{key}}"), ["title", "what", "key"]);
}

#[test]
fn the_clock_sets_off_on_its_days_from_its_time_on() {
    let schedule = |days| Schedule { days, at: NaiveTime::from_hms_opt(8, 30, 0).unwrap(), step: None };
    let at = |day: u32, hour: u32| {
        NaiveDate::from_ymd_opt(2025, 11, day).unwrap().and_hms_opt(hour, 30, 0).unwrap()
    };
    let working = WorkingDays::default();
    let day = |day: u32| NaiveDate::from_ymd_opt(2025, 11, day);
    // Friday the 21st and Saturday the 22nd.
    assert_eq!(schedule(Days::Every).last_due(at(22, 8), working), day(22));
    assert_eq!(
        schedule(Days::Every).last_due(at(22, 7), working),
        day(21),
        "nobody may have looked yesterday"
    );
    assert_eq!(schedule(Days::Working).last_due(at(21, 20), working), day(21));
    assert_eq!(schedule(Days::Working).last_due(at(22, 20), working), day(21));
    assert_eq!(schedule(Days::Working).last_due(at(23, 20), working), None);
    assert_eq!(schedule(Days::Friday).last_due(at(21, 8), working), day(21));
    assert_eq!(schedule(Days::Friday).last_due(at(21, 7), working), None);
    assert_eq!(schedule(Days::Monday).last_due(at(21, 8), working), None);
    let late = Schedule { at: NaiveTime::from_hms_opt(23, 58, 0).unwrap(), ..schedule(Days::Friday) };
    assert_eq!(late.last_due(at(22, 0), working), day(21));
}

#[test]
fn circles_go_on_through_waits() {
    let mut workflow = workflow();
    let at = |number: u128| StepId::from(Uuid::from_u128(number));
    let rule = Rule {
        name: "R".into(),
        on: Trigger::Entered { step: at(3) },
        when: String::new(),
        then: vec![Action::Move { to: at(2) }],
    };
    let found = |workflow: &Workflow| cycles(&[Known { id: rule_id(0), workflow, rule: &rule }]).len();
    assert_eq!(found(&workflow), 0);
    let waits = Shown { kind: crate::automatic::Kind::Wait, words: String::new(), awaits: String::new() };
    workflow.steps[1].does = Some(waits);
    assert_eq!(found(&workflow), 1);
}

#[test]
fn rules_are_read_as_they_are_written() {
    let rule = Rule {
        name: "R".into(),
        on: Trigger::Changed(Part::Field("amount".into())),
        when: "amount > 5".into(),
        then: vec![Action::Call, Action::Due { days: 3 }],
    };
    let text = serde_json::to_value(&rule).unwrap();
    assert_eq!(
        text,
        serde_json::json!({
            "name": "R", "on": { "changed": { "field": "amount" } }, "when": "amount > 5",
            "then": ["call", { "due": { "days": 3 } }]
        })
    );
    assert_eq!(serde_json::from_value::<Rule>(text).unwrap(), rule);
}

#[test]
fn what_came_is_read_by_places() {
    let body = serde_json::json!({
        "order": { "number": 4711, "paid": true, "note": null, "lines": ["a", "b"], "of": { "a/b": 1, "m~n": 2 } },
        "at": [{ "day": "2025-11-24" }], "deep": [[1], [2]]
    });
    let sent = Sent::read(body.to_string().as_bytes()).unwrap();
    let text = |place: &str| sent.text(place).unwrap();
    assert_eq!((text("/order/number"), text("/order/paid")), ("4711".to_owned(), "true".to_owned()));
    assert_eq!((text("/order/note"), text("/order/lines")), (String::new(), "a\nb".to_owned()));
    assert_eq!((text("/order/of/a~1b"), text("/order/of/m~0n")), ("1".to_owned(), "2".to_owned()));
    assert_eq!(text("/at/0/day"), "2025-11-24");
    for nothing in ["/order/x", "/at/1/day", "/order/number/x", "/order", "/deep", ""] {
        assert!(sent.text(nothing).is_err(), "{nothing}");
    }
    // Whatever is shown can be read.
    let places = sent.places();
    assert_eq!(places.len(), 10);
    for (place, value) in places {
        assert!(is_place(&place));
        assert_eq!(text(&place), value);
    }
    assert!(Sent::read(b"").is_err() && Sent::read(b"{\"a\":").is_err());
}

#[test]
fn texts_read_places_of_what_came() {
    assert_eq!(
        names_in("{/order/number} {title} {/a b} {/a~2} {order/x}"),
        ["/order/number", "title", "/a b"]
    );
    assert_eq!(places_in("{title} {/a}").collect::<Vec<_>>(), ["/a"]);
    let find = |name: &str| (name == "/a").then(|| "{title}".to_owned());
    assert_eq!(filled("{/a} {/b}", find), "{title} {/b}", "what came names nothing");
    assert!(is_place("/") && is_place("/a~0b~1c"));
    for no in ["", "a", "/a~", "/a{b", "/a\n", &format!("/{}", "x".repeat(200))] {
        assert!(!is_place(no), "{no}");
    }
}

proptest! {
    /// Nothing that a program sends is too much for reading it.
    #[test]
    fn anything_can_come(body in prop::collection::vec(any::<u8>(), 0..200), place in "[/a-z0-9~]{0,12}") {
        if let Ok(sent) = Sent::read(&body) {
            let _ = sent.text(&place);
            for (place, _) in sent.places() {
                prop_assert!(is_place(&place));
            }
        }
    }
}

#[test]
fn webhooks_are_read_as_they_are_written() {
    let hook = kernel::HookId::from(Uuid::from_u128(7));
    let finds = Finds { by: By::Field("amount".into()), at: "/n".into() };
    let adds = Adds { title: "/t".into(), fields: BTreeMap::new() };
    let on = Trigger::Webhook(Hooked { hook, finds: Some(finds), adds: Some(adds) });
    let text = serde_json::to_value(&on).unwrap();
    assert_eq!(
        text,
        serde_json::json!({ "webhook": {
            "hook": hook, "finds": { "by": { "field": "amount" }, "at": "/n" }, "adds": { "title": "/t", "fields": {} }
        } })
    );
    assert_eq!(serde_json::from_value::<Trigger>(text).unwrap(), on);
    let by_key = serde_json::json!({ "webhook": { "hook": hook, "finds": { "by": "key", "at": "/n" } } });
    let read: Trigger = serde_json::from_value(by_key.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), by_key);
    assert!(!read.adds() && on.adds());
}

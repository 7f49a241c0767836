//! Forms that are filled in: kinds of fields, conditions, and what who may do where.

pub(super) mod any;
mod corners;
mod file;
mod signature;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use db::both;
use kernel::{Cx, Error, FieldId, Role, StepId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::rest::{Answer, get, patch, post};
use crate::{
    acts::{
        design::{self, NewWorkflow},
        item::{self, Form, Sent},
    },
    definition::{Definition, StepDefinition, check},
    form::{self, Access, Is, May, Place, Test, When},
    guard::{Builtins, Guard, formula},
    model::{Act, Change, Field, FieldKind, Priority, Values},
    rules,
};

pub(super) fn id<I: From<Uuid>>(number: u128) -> I {
    Uuid::from_u128(number).into()
}

pub(super) fn field(key: &str, kind: FieldKind) -> Field {
    let number = key.bytes().map(u128::from).fold(7, |sum, byte| sum * 31 + byte);
    Field::new(id::<FieldId>(number), None, key, &key.to_uppercase(), kind)
}

pub(super) fn offering(key: &str, kind: FieldKind, choices: &[&str]) -> Field {
    Field { choices: choices.iter().map(|choice| (*choice).to_owned()).collect(), ..field(key, kind) }
}

pub(super) fn test(key: &str, is: Is, value: &str) -> Test {
    Test { field: key.into(), is, value: value.into() }
}

pub(super) fn shown_when(mut field: Field, tests: Vec<Test>) -> Field {
    field.terms.show_when = Some(When { any: false, tests });
    field
}

pub(super) fn computed(key: &str, formula: &str) -> Field {
    let mut made = field(key, FieldKind::Computed);
    made.terms.formula = formula.into();
    made
}

fn values(data: Value) -> Values {
    data.as_object().unwrap().clone()
}

#[test]
fn what_is_hidden_counts_as_empty_for_the_others() {
    let fields = [
        offering("colour", FieldKind::Choice, &["Red", "Blue"]),
        shown_when(field("shade", FieldKind::Text), vec![test("colour", Is::Same, "Red")]),
        shown_when(field("why", FieldKind::Text), vec![test("shade", Is::Filled, "")]),
        shown_when(field("else", FieldKind::Text), vec![test("shade", Is::Empty, "")]),
    ];
    let hidden = |data| form::hidden(&fields, &values(data)).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(hidden(json!({})), "shade why");
    assert_eq!(hidden(json!({ "colour": "Red" })), "why");
    assert_eq!(hidden(json!({ "colour": "Red", "shade": "dark" })), "else");
    assert_eq!(hidden(json!({ "colour": "Blue", "shade": "dark" })), "shade why");
}

#[test]
fn conditions_ask_what_their_fields_can_answer() {
    let fields = [
        field("amount", FieldKind::Money),
        field("due", FieldKind::Date),
        field("at", FieldKind::DateTime),
        offering("tags", FieldKind::Choices, &["a", "b"]),
        field("ok", FieldKind::Flag),
        field("plate", FieldKind::Plate),
    ];
    let data = values(json!({
        "amount": 50_000, "due": "2026-03-01", "at": "2026-03-01T23:30:00+01:00", "tags": ["b"], "ok": true, "plate": "ABC 1",
    }));
    let holds = |key: &str, is, value: &str| {
        let when = When { any: false, tests: vec![test(key, is, value)] };
        when.holds(|key| {
            let field = fields.iter().find(|field| field.key == key)?;
            Some((field, data.get(key)))
        })
    };
    for (key, is, value, expected) in [
        ("amount", Is::More, "499", true),
        ("amount", Is::More, "500", false),
        ("amount", Is::Same, "500.00", true),
        ("amount", Is::Less, "1 000", true),
        ("due", Is::Less, "2026-03-02", true),
        ("due", Is::More, "2026-03-01", false),
        ("at", Is::More, "2026-02-28", true),
        ("tags", Is::Has, "b", true),
        ("tags", Is::Lacks, "a", true),
        ("ok", Is::Filled, "", true),
        ("plate", Is::Same, "abc 1", true),
        ("nothing", Is::Empty, "", false),
    ] {
        assert_eq!(holds(key, is, value), expected, "{key} {is:?} {value}");
    }
}

#[test]
fn the_checks_find_conditions_and_formulas_that_go_wrong() {
    let mut made = Definition::default();
    made.steps.push(StepDefinition::new(id(1), "One"));
    made.fields = Some(vec![
        shown_when(field("a", FieldKind::Text), vec![test("b", Is::Filled, "")]),
        shown_when(field("b", FieldKind::Text), vec![test("c", Is::Filled, "")]),
        shown_when(field("c", FieldKind::Text), vec![test("a", Is::Filled, "")]),
        shown_when(field("d", FieldKind::Text), vec![test("gone", Is::Filled, "")]),
        shown_when(field("e", FieldKind::Text), vec![test("f", Is::Same, "Green")]),
        offering("f", FieldKind::Choice, &["Red"]),
        computed("g", "h + 1"),
        computed("h", "g * 2"),
        shown_when(field("i", FieldKind::Text), vec![test("h", Is::Filled, "")]),
        shown_when(field("j", FieldKind::Text), Vec::new()),
        field("k", FieldKind::Checklist),
    ]);
    let said: Vec<String> = check(&made).into_iter().map(|finding| finding.text).collect();
    for expected in [
        "A is shown only if it is shown: its conditions go round.",
        "C is shown only if it is shown: its conditions go round.",
        "The condition under which D is shown asks for a field that is not there.",
        "The condition under which E is shown compares F with something that it can never hold.",
        "G is worked out of itself: formulas go round.",
        "The condition under which I is shown asks for H, which is worked out only when the item is saved.",
        "Say when J is shown.",
        "K has no points to tick.",
    ] {
        assert!(said.iter().any(|text| text == expected), "{expected}: {said:#?}");
    }
}

#[test]
fn what_is_said_of_a_role_goes_first() {
    let mut made = field("a", FieldKind::Text);
    let rule = |step: u128, role, may| Access { step: id(step), role, may };
    made.terms.access = vec![
        rule(1, Some(Role::Admin), May::Required),
        rule(1, None, May::Read),
        rule(2, Some(Role::Guest), May::Hidden),
    ];
    let may = |step: u128, role| Place { step: id(step), role }.may(&made);
    assert_eq!(may(1, Some(Role::Member)), May::Read);
    assert_eq!(may(1, Some(Role::Admin)), May::Required);
    assert_eq!(may(1, None), May::Read);
    assert_eq!(may(2, Some(Role::Member)), May::Edit);
    assert_eq!(may(2, Some(Role::Guest)), May::Hidden);
    assert_eq!(may(3, Some(Role::Guest)), May::Edit);
}

#[test]
fn formulas_are_worked_out_of_what_counts() {
    let mut total = computed("total", "net + freight");
    total.terms.money = true;
    let fields = [
        field("net", FieldKind::Money),
        field("by_ship", FieldKind::Flag),
        shown_when(field("freight", FieldKind::Money), vec![test("by_ship", Is::Filled, "")]),
        total,
        computed("each", "total / count"),
        field("count", FieldKind::Number),
        offering("done", FieldKind::Checklist, &["a", "b", "c", "d"]),
        computed("share", "size(done) * 25"),
        computed("round", "round_2 + 1"),
        computed("round_2", "round"),
    ];
    let fill = |data: Value| {
        let mut data = values(data);
        let why = formula::fill(&fields, &mut data);
        (data, why)
    };
    let all = json!({ "net": 10_050, "by_ship": true, "freight": 2_000, "count": 7, "done": ["b", "d"] });
    let (data, why) = fill(all);
    assert_eq!((&data["total"], &data["each"], &data["share"]), (&json!(120.5), &json!(17.21), &json!(50)));
    assert_eq!(rules::show_value(&fields[3], data.get("total"), "SEK", &Default::default()), "SEK 120.50");
    assert_eq!(why["round_2"], "It is worked out of itself.");
    // What a condition hides does not count, though it is still there.
    let (data, why) = fill(json!({ "net": 10_050, "freight": 2_000, "count": 0 }));
    assert_eq!(data.get("total"), None);
    assert_eq!(why["total"], "FREIGHT is empty.");
    assert_eq!(why["each"], "TOTAL is empty.");
    let (_, why) = fill(json!({ "net": 1, "by_ship": true, "freight": 1, "count": 0 }));
    assert_eq!(why["each"], "It divides by zero.");
    for (text, fault) in [
        ("", "Write what is worked out"),
        ("net > 3", "is a number"),
        ("nett", "Did you mean `net`?"),
        ("priority", "There is no field called `priority`"),
        ("done", "is a number"),
    ] {
        let said = formula::Formula::parse(text, &fields).unwrap_err().to_string();
        assert!(said.contains(fault), "{text}: {said}");
    }
}

#[test]
fn conditions_of_ways_read_lists_moments_and_what_is_worked_out() {
    let fields = [
        offering("tags", FieldKind::Choices, &["Red", "Blue"]),
        field("at", FieldKind::DateTime),
        field("owner", FieldKind::Person),
        field("net", FieldKind::Money),
        computed("gross", "net * 1.25"),
    ];
    let data = values(json!({
        "tags": ["Red"], "at": "2026-03-01T14:30:00+01:00", "owner": "0191f0e0-0000-7000-8000-000000000001", "net": 40_000,
    }));
    let builtins = Builtins { today: "2026-02-27".parse().unwrap(), ..Builtins::default() };
    let holds = |text: &str| {
        let guard = Guard::parse(text, &fields).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        guard.evaluate(&formula::seen(&fields, &data), &builtins)
    };
    for text in [
        "\"Red\" in tags",
        "tags.contains(\"Red\") && !tags.contains(\"Blue\")",
        "size(tags) == 1",
        "at < today + 7",
        "at > \"2026-03-01\" && at < \"2026-03-02\"",
        "at == \"2026-03-01 14:30\"",
        "owner != null",
        "gross == 500",
    ] {
        assert!(holds(text).holds, "{text}: {:?}", holds(text));
    }
    let said = Guard::parse("\"Green\" in tags", &fields).unwrap_err().to_string();
    assert!(said.contains("has no choice \"Green\""), "{said}");
    assert!(Guard::parse("tags == \"Red\"", &fields).is_err());
    assert!(Guard::parse("tags", &fields).is_err());
}

#[test]
fn a_checklist_is_done_when_all_is_ticked() {
    let list = Field { required: true, ..offering("done", FieldKind::Checklist, &["a", "b"]) };
    let may = |data| rules::may_leave(id(1), None, std::slice::from_ref(&list), &values(data));
    assert!(may(json!({})).is_err());
    assert!(may(json!({ "done": ["a"] })).is_err());
    assert!(may(json!({ "done": ["a", "b"] })).is_ok());
}

/// A workflow with a form of every new kind in its first step.
async fn made(cx: &Cx) -> (kernel::WorkflowId, Vec<StepId>) {
    let new = NewWorkflow {
        name: "Visits".into(),
        key: "VI".into(),
        item_noun: "visit".into(),
        template: "plain".into(),
    };
    design::create(cx, new).await.unwrap();
    publish(cx, |made| {
        let first = made.steps[0].id;
        let mut needed = field("reason", FieldKind::Text);
        needed.terms.require_when = Some(When { any: false, tests: vec![test("colours", Is::Has, "Red")] });
        let mut total = computed("total", "net * 2");
        total.terms.money = true;
        let mut later = field("later", FieldKind::Text);
        later.terms.access = vec![
            Access { step: first, role: None, may: May::Read },
            Access { step: made.steps[1].id, role: Some(Role::Owner), may: May::Required },
        ];
        let fields = vec![
            field("at", FieldKind::DateTime),
            offering("colours", FieldKind::Choices, &["Red", "Blue", "Green; light"]),
            field("owner", FieldKind::Person),
            field("team", FieldKind::Team),
            offering("done", FieldKind::Checklist, &["Call", "Write"]),
            field("net", FieldKind::Money),
            total,
            shown_when(field("shade", FieldKind::Text), vec![test("colours", Is::Has, "Blue")]),
            needed,
            later,
        ];
        made.fields = Some(fields);
    })
    .await
    .unwrap();
    let workflow = crate::acts::workflow::find(cx, "VI").await.unwrap();
    (workflow.head.id, workflow.steps.iter().map(|step| step.id).collect())
}

pub(super) async fn publish(cx: &Cx, change: impl FnOnce(&mut Definition)) -> Result<(), Error> {
    let mut opened = design::open(cx, "VI").await.unwrap();
    let id = opened.live.head.id;
    change(&mut opened.definition);
    let kept = design::save(cx, id, opened.version, opened.definition).await?;
    design::publish(cx, id, kept.version, &Default::default()).await.map(drop)
}

fn texts(data: &[(&str, &str)]) -> Form {
    let data = data.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    Form {
        title: "A visit".into(),
        priority: Priority::default(),
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: Sent::Texts(data.collect()),
    }
}

pub(super) fn mistakes(error: Error) -> BTreeMap<String, String> {
    let Error::Invalid(mistakes) = error else { panic!("{error:?}") };
    mistakes.into_iter().map(|mistake| (mistake.field, mistake.message)).collect()
}

both!(a_form_of_every_kind_is_filled_in, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (workflow, steps) = made(&cx).await;
    let anna = cx.colleague("Anna Lind", Role::Member).await;
    let owner = anna.member_id().to_string();
    let filled = texts(&[
        ("at", "2026-07-01T09:00"),
        ("colours", ""),
        ("colours/1", "Blue"),
        ("colours/0", "Red"),
        ("owner", &owner),
        ("done", ""),
        ("done/1", "Write"),
        ("net", "100.50"),
        ("shade", "dark"),
    ]);
    let (_, item) = item::create(&cx, workflow, filled, "").await.unwrap();
    let page = item::page(&cx, "VI-1").await.unwrap();
    let expected = json!({
        "at": "2026-07-01T09:00:00+02:00", "colours": ["Red", "Blue"], "owner": owner, "done": ["Write"], "net": 10_050,
        "total": 201, "shade": "dark",
    });
    assert_eq!(Value::Object(page.item.data), expected);
    let answer = get(&cx, "/items/VI-1").await;
    assert_eq!(answer.body["data"], expected);
    assert_eq!(get(&cx, "/items?workflow=VI").await.body["data"][0]["data"], expected);

    // Blue goes, and the shade with it; the history has both.
    let version = page.item.card.version;
    let fewer = texts(&[("colours", ""), ("colours/0", "Red"), ("shade", "dark"), ("owner", "")]);
    item::save(&cx, item.card.id, version, fewer, None).await.unwrap();
    let page = item::page(&cx, "VI-1").await.unwrap();
    assert_eq!(page.item.data.get("shade"), None);
    let Act::Edited { changes } = &page.activity[0].act else { panic!() };
    let said: Vec<String> =
        changes.iter().map(|Change { label, from, to }| format!("{label}: {from} > {to}")).collect();
    assert_eq!(said, ["COLOURS: Red, Blue > Red", "OWNER: Anna Lind > ", "SHADE: dark > "]);

    // Red asks for the reason, and the next step of owners for what the first does not let them write.
    let version = page.item.card.version;
    let stays = item::move_to(&cx, item.card.id, steps[1], version, None).await.unwrap_err();
    assert!(stays.to_string().contains("Fill in REASON before"), "{stays}");
    item::save(&cx, item.card.id, version, texts(&[("reason", "because")]), None).await.unwrap();
    let card = item::move_to(&cx, item.card.id, steps[1], version + 1, None).await.unwrap();
    let stays = item::move_to(&cx, item.card.id, steps[2], card.version, None).await.unwrap_err();
    assert!(stays.to_string().contains("Fill in LATER before"), "{stays}");
    // It is not asked of others.
    item::move_to(&anna, item.card.id, steps[2], card.version, None).await.unwrap();
});

both!(a_form_refuses_what_it_does_not_ask_for, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let (workflow, _) = made(&cx).await;
    let refused = |data: Vec<(&'static str, &'static str)>| {
        let cx = cx.clone();
        async move { mistakes(item::create(&cx, workflow, texts(&data), "").await.unwrap_err()) }
    };
    for (data, key, why) in [
        (vec![("speed", "1")], "speed", "There is no field \"speed\" in this workflow."),
        (vec![("net/0", "1")], "net/0", "There is no field"),
        (vec![("colours/900", "Red")], "colours/900", "There is no field"),
        (
            vec![("shade", "dark")],
            "shade",
            "SHADE is not asked for with these values: it is shown only if COLOURS includes Blue.",
        ),
        (vec![("later", "now")], "later", "LATER can only be read in this step."),
        (vec![("total", "7")], "total", "TOTAL is worked out and cannot be filled in."),
        (vec![("at", "soon")], "at", "AT is a day and a time"),
        (
            vec![("at", "2026-03-29T02:30")],
            "at",
            "There is no 02:30 on 2026-03-29: clocks are put forward then.",
        ),
        (vec![("colours", ""), ("colours/0", "Pink")], "colours", "Choose among the values of COLOURS."),
        (
            vec![("owner", "0191f0e0-0000-7000-8000-000000000001")],
            "owner",
            "Choose a member of the organisation",
        ),
        (vec![("team", "us")], "team", "Choose a team of the organisation"),
    ] {
        let said = refused(data).await;
        let key = format!("data[{key}]");
        assert!(said.get(&key).is_some_and(|text| text.contains(why)), "{key}: {said:?}");
    }
    let count = get(&cx, "/items?workflow=VI").await.body["data"].as_array().unwrap().len();
    assert_eq!(count, 0, "nothing of it is kept");

    // Programs send values as they are kept.
    let sent = json!({
        "workflow": "VI", "title": "A visit",
        "data": { "at": "2026-01-10T12:00:00Z", "colours": ["Green; light", "Red"], "done": [] },
    });
    let Answer { status, body, .. } = post(&cx, "/items", None, sent).await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(
        body["data"],
        json!({ "at": "2026-01-10T13:00:00+01:00", "colours": ["Red", "Green; light"] })
    );
    for (data, field) in [
        (json!({ "shade": "dark" }), "data[shade]"),
        (json!({ "later": "x" }), "data[later]"),
        (json!({ "total": 3 }), "data[total]"),
        (json!({ "colours": "Red, Blue" }), "data[colours]"),
        (json!({ "colours": [1] }), "data[colours]"),
        (json!({ "done": ["Sing"] }), "data[done]"),
        (json!({ "at": 5 }), "data[at]"),
    ] {
        let answer = patch(&cx, "/items/VI-1", "\"1\"", json!({ "data": data })).await;
        assert_eq!((answer.status, &answer.body["errors"][0]["field"]), (422, &json!(field)), "{answer:?}");
    }
});

both!(a_key_is_not_used_anew_for_values_of_another_kind, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    made(&cx).await;
    publish(&cx, |made| made.remove_field(made.form().iter().find(|it| it.key == "net").unwrap().id))
        .await
        .unwrap_err();
    let opened = design::open(&cx, "VI").await.unwrap();
    design::discard(&cx, opened.live.head.id, opened.version).await.unwrap();
    publish(&cx, |made| {
        made.fields.iter_mut().for_each(|all| all.retain(|it| !["net", "total"].contains(&it.key.as_str())));
    })
    .await
    .unwrap();
    let again = |kind| {
        move |made: &mut Definition| {
            made.add_field(id(77), None);
            made.name_field(id(77), "Net".into(), false);
            made.change_field(id(77), |field| field.kind = kind);
        }
    };
    let refused = publish(&cx, again(FieldKind::Text)).await.unwrap_err().to_string();
    assert!(refused.contains("Items hold values of another kind under net"), "{refused}");
    let opened = design::open(&cx, "VI").await.unwrap();
    design::discard(&cx, opened.live.head.id, opened.version).await.unwrap();
    publish(&cx, again(FieldKind::Money)).await.unwrap();
});

both!(rules_by_step_follow_their_steps, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    made(&cx).await;
    publish(&cx, |made| {
        made.splice_step(1, id(8));
        made.steps[2].name = "Between".into();
        let later = made.form().iter().find(|it| it.key == "later").unwrap().id;
        made.change_field(later, |field| {
            field.terms.access.push(Access { step: id(8), role: None, may: May::Hidden });
        });
    })
    .await
    .unwrap();
    let now = design::open(&cx, "VI").await.unwrap().definition;
    let steps: BTreeSet<StepId> = now.steps.iter().map(|step| step.id).collect();
    let later = now.form().iter().find(|it| it.key == "later").unwrap();
    assert_eq!(later.terms.access.len(), 3);
    assert!(later.terms.access.iter().all(|rule| steps.contains(&rule.step)));
    let between = later.terms.access.iter().find(|rule| rule.may == May::Hidden).unwrap().step;
    let mut fewer = now.clone();
    fewer.remove_step(between);
    fewer.validate().unwrap();
});

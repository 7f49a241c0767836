//! Decisions about moves and values.

use kernel::{Error, FieldId, StepId, TransitionId, WorkflowId};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    form::value::Around,
    model::{Field, FieldKind, Step, StepKind, Transition, Values, Workflow, WorkflowHead, parse_item_key},
    rules::{self, Refusal},
};

fn id<I: From<Uuid>>(number: u128) -> I {
    Uuid::from_u128(number).into()
}

fn step(number: u128, name: &str, kind: StepKind) -> Step {
    Step {
        id: id(number),
        origin_id: None,
        name: name.into(),
        kind,
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

fn way(number: u128, from: u128, to: u128, rework: bool) -> Transition {
    Transition {
        id: id::<TransitionId>(number),
        from_step_id: id(from),
        to_step_id: id(to),
        name: "Go".into(),
        rework,
        refuses: false,
        guard: String::new(),
    }
}

/// Draft (1) → Review (2) → Done (3), and back from Review to Draft.
fn workflow() -> Workflow {
    Workflow {
        head: WorkflowHead {
            id: id::<WorkflowId>(9),
            name: "Posts".into(),
            key: "PO".into(),
            item_noun: "post".into(),
        },
        steps: vec![
            step(1, "Draft", StepKind::Start),
            step(2, "Review", StepKind::Work),
            step(3, "Done", StepKind::Done),
        ],
        transitions: vec![way(11, 1, 2, false), way(12, 2, 1, true), way(13, 2, 3, false)],
        kept: Vec::new(),
        automated: false,
    }
}

fn field(key: &str, kind: FieldKind) -> Field {
    Field {
        required: true,
        choices: vec!["Petrol".into(), "Diesel".into()],
        ..Field::new(id::<FieldId>(50), Some(id(2)), key, &key.to_uppercase(), kind)
    }
}

#[test]
fn an_item_goes_where_a_transition_leads() {
    let workflow = workflow();
    assert_eq!(rules::way(&workflow, id(1), id(2), None).unwrap().id, id::<TransitionId>(11));
    assert_eq!(rules::way(&workflow, id(2), id(1), None).unwrap().id, id::<TransitionId>(12));
}

#[test]
fn a_refusal_says_where_it_may_go_instead() {
    let workflow = workflow();
    let refusal = rules::way(&workflow, id(1), id(3), None).unwrap_err();
    assert_eq!(refusal.sentence("PO-1", "Draft"), "From Draft the workflow leads to Review only.");
    let refusal = rules::way(&workflow, id(3), id(1), None).unwrap_err();
    assert_eq!(refusal.sentence("PO-1", "Done"), "PO-1 ends in Done.");
    assert_eq!(rules::way(&workflow, id(1), id(1), None).unwrap_err(), Refusal::Here);
}

#[test]
fn forward_moves_ask_for_required_values_and_ways_back_do_not() {
    let workflow = workflow();
    let fields = [field("fuel", FieldKind::Choice)];
    let forward = rules::way(&workflow, id(2), id(3), None).unwrap();
    let back = rules::way(&workflow, id(2), id(1), None).unwrap();
    let missing = rules::may_take(forward, None, &fields, &Values::new()).unwrap_err();
    assert_eq!(missing.sentence("PO-1", "Review"), "Fill in FUEL before PO-1 leaves Review.");
    assert!(rules::may_take(back, None, &fields, &Values::new()).is_ok());
    let data = json!({ "fuel": "Diesel" }).as_object().cloned().unwrap();
    assert!(rules::may_take(forward, None, &fields, &data).is_ok());
}

#[test]
fn all_mistakes_of_a_form_are_reported_at_once() {
    let fields = [field("mileage", FieldKind::Number), field("fuel", FieldKind::Choice)];
    let error = rules::read_values(
        &fields,
        &Values::new(),
        |key| match key {
            "mileage" => Some("far"),
            _ => Some("Coal"),
        },
        &Around::LOOSE,
    )
    .unwrap_err();
    let Error::Invalid(mistakes) = error else { panic!("{error:?}") };
    assert_eq!(
        mistakes.iter().map(|m| m.field.as_str()).collect::<Vec<_>>(),
        ["data[mileage]", "data[fuel]"]
    );
}

#[test]
fn a_field_the_form_does_not_send_keeps_its_value_and_an_empty_one_loses_it() {
    let fields = [field("a", FieldKind::Text), field("b", FieldKind::Text)];
    let before = json!({ "a": "old", "b": "old" }).as_object().cloned().unwrap();
    let after =
        rules::read_values(&fields, &before, |key| (key == "a").then_some(""), &Around::LOOSE).unwrap();
    assert_eq!(Value::Object(after), json!({ "b": "old" }));
}

#[test]
fn values_of_programs_are_taken_as_they_are_kept() {
    let fields = [
        field("text", FieldKind::Text),
        field("plate", FieldKind::Plate),
        field("number", FieldKind::Number),
        field("money", FieldKind::Money),
        field("date", FieldKind::Date),
        field("choice", FieldKind::Choice),
        field("flag", FieldKind::Flag),
    ];
    let values = |value: Value| value.as_object().cloned().unwrap();
    let kept = values(json!({
        "text": "a", "plate": "ABC 1", "number": -7, "money": 1_890_050, "date": "2025-11-24",
        "choice": "Diesel", "flag": true,
    }));
    assert_eq!(rules::take_values(&fields, &Values::new(), &kept, &Around::LOOSE).unwrap(), kept);
    let none = values(json!({ "text": " ", "number": null, "flag": false, "plate": "abc 1" }));
    let left = rules::take_values(&fields, &kept, &none, &Around::LOOSE).unwrap();
    assert_eq!(
        left,
        values(json!({ "plate": "ABC 1", "money": 1_890_050, "date": "2025-11-24", "choice": "Diesel" }))
    );
    let wrong = values(json!({
        "text": 1, "plate": [], "number": 1.5, "money": "18,900", "date": "24.11.2025", "choice": "Coal",
        "flag": "yes", "colour": "red",
    }));
    let Err(Error::Invalid(mistakes)) = rules::take_values(&fields, &kept, &wrong, &Around::LOOSE) else {
        panic!()
    };
    assert_eq!(mistakes.len(), wrong.len(), "{mistakes:?}");
}

#[test]
fn amounts_are_read_the_way_people_write_them() {
    for (text, minor) in [
        ("18900", Some(1_890_000)),
        ("18 900", Some(1_890_000)),
        ("18,900", Some(1_890_000)),
        ("18.900,50", Some(1_890_050)),
        ("18,900.5", Some(1_890_050)),
        ("-3,05", Some(-305)),
        ("1e9", None),
        ("", None),
        ("SEK 3", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(rules::parse_money(text), minor, "{text}");
    }
    assert_eq!(rules::show_money(1_890_050, "SEK"), "SEK 18,900.50");
    assert_eq!(rules::show_money(-5, "SEK"), "SEK \u{2212}0.05");
}

#[test]
fn item_keys_have_letters_and_a_positive_number() {
    assert_eq!(parse_item_key("UC-414"), Some(("UC", 414)));
    assert_eq!(parse_item_key(" uc-1 "), Some(("uc", 1)));
    for text in ["UC", "-4", "UC-0", "UC--1", "UC-x", "UC-99999999999999999999"] {
        assert_eq!(parse_item_key(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_as_money_is_read_back(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
        let shown = rules::show_money(minor, "");
        prop_assert_eq!(rules::parse_money(&shown), Some(minor));
    }

    #[test]
    fn reading_never_panics(text in ".{0,40}") {
        let _ = rules::parse_money(&text);
        let _ = rules::parse_number(&text);
        let _ = parse_item_key(&text);
        let _ = rules::read_title(&text);
    }

    #[test]
    fn a_way_exists_exactly_where_a_transition_does(from in 1_u128..4, to in 1_u128..4) {
        let workflow = workflow();
        let (from, to): (StepId, StepId) = (id(from), id(to));
        let drawn = workflow.transitions.iter().any(|way| way.from_step_id == from && way.to_step_id == to);
        prop_assert_eq!(rules::way(&workflow, from, to, None).is_ok(), drawn);
    }
}

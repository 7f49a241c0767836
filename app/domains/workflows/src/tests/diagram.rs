//! Drawings: where steps stand, how they are moved, and how they go through the clipboard.

use std::collections::BTreeSet;

use kernel::StepId;
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    approval::{Approval, Need},
    definition::{Definition, NAME_MAX, Place, STEPS_MAX, StepDefinition},
    diagram::{
        self, GRID,
        arrange::{Direction, Line, neighbour, on_grid, snap},
        fragment::Fragment,
        rect,
        route::Rect,
        text_width,
    },
};

fn id(number: u128) -> StepId {
    Uuid::from_u128(number + 1).into()
}

/// Steps at these places.
fn drawn(places: &[(i32, i32)]) -> Definition {
    let mut made = Definition { name: "Posts".into(), item_noun: "post".into(), ..Definition::default() };
    for (number, (x, y)) in (0..).zip(places) {
        let place = Some(Place { x: *x, y: *y });
        made.steps
            .push(StepDefinition { place, ..StepDefinition::new(id(number), &format!("Step {number}")) });
    }
    made
}

fn all(definition: &Definition) -> BTreeSet<StepId> {
    definition.steps.iter().map(|step| step.id).collect()
}

/// Ids that no step has.
fn fresh() -> impl FnMut() -> StepId {
    let mut next = 1_000_000;
    move || {
        next += 1;
        id(next)
    }
}

fn overlapping(definition: &Definition) -> bool {
    let rects: Vec<Rect> = definition.steps.iter().map(rect).collect();
    rects
        .iter()
        .enumerate()
        .any(|(place, one)| rects.iter().skip(place + 1).any(|other| one.overlaps(*other)))
}

#[test]
fn a_step_without_a_place_gets_one_and_what_is_there_makes_room() {
    let mut made = drawn(&[(0, 0), (0, 120), (300, 120)]);
    made.splice_step(0, id(50));
    made.insert_step(None, id(51));
    made.settle();
    assert!(made.steps.iter().all(|step| step.place.is_some()));
    assert!(!overlapping(&made), "{:?}", made.steps);
    // It stands below the step that it follows.
    assert_eq!(made.step(id(50)).unwrap().place.unwrap().x, made.step(id(0)).unwrap().place.unwrap().x);
}

#[test]
fn steps_snap_to_each_other_and_else_to_the_grid() {
    let box_at = |x, y| Rect { x, y, width: 188.0, height: 54.0 };
    let (by, guides) = snap(box_at(104.0, 333.0), &[box_at(100.0, 0.0)]);
    assert_eq!((by.0, guides.len()), (-4.0, 1));
    assert!(guides[0].upright && guides[0].from == 0.0 && guides[0].to == 387.0, "{guides:?}");
    assert_eq!(by.1, -3.0);
    let (by, guides) = snap(box_at(113.0, 337.0), &[box_at(900.0, 900.0)]);
    assert_eq!((by, guides), ((-3.0, 3.0), vec![]));
}

#[test]
fn arrows_go_to_what_lies_there() {
    let made = drawn(&[(0, 0), (0, 120), (300, 120), (-250, 480), (20, 480)]);
    let from = |number: usize, direction| neighbour(&made, rect(&made.steps[number]), direction);
    assert_eq!(from(0, Direction::Down), Some(id(1)));
    assert_eq!(from(1, Direction::Right), Some(id(2)));
    assert_eq!(from(1, Direction::Down), Some(id(4)));
    assert_eq!(from(4, Direction::Left), Some(id(3)));
    assert_eq!(from(0, Direction::Up), None);
    // Nothing lies straight to the right of the first: what lies on that side at all is better than nothing.
    assert_eq!(from(0, Direction::Right), Some(id(2)));
}

#[test]
fn steps_are_brought_in_line_and_spread() {
    let mut made = drawn(&[(0, 0), (30, 100), (90, 400)]);
    let steps = all(&made);
    made.align(&steps, Line::Left);
    assert!(made.steps.iter().all(|step| step.place.unwrap().x == 0));
    made.distribute(&steps, true);
    let tops: Vec<i32> = made.steps.iter().map(|step| step.place.unwrap().y).collect();
    assert_eq!(tops, [0, 200, 400]);
    made.align(&steps, Line::Middle);
    assert!(made.steps.iter().all(|step| step.place.unwrap().y == 200));
}

#[test]
fn space_is_made_beyond_a_line() {
    let mut made = drawn(&[(0, 0), (0, 120), (300, 120)]);
    made.make_space(true, 60.0, 50);
    made.make_space(false, 200.0, -20);
    let places: Vec<_> = made.steps.iter().map(|step| step.place.unwrap()).map(|it| (it.x, it.y)).collect();
    assert_eq!(places, [(0, 0), (0, 170), (280, 170)]);
}

#[test]
fn steps_go_through_the_clipboard_as_text() {
    let mut made = drawn(&[(0, 0), (0, 120), (300, 120)]);
    made.connect(id(0), id(1), "Start");
    made.connect(id(1), id(0), "Put back");
    made.connect(id(1), id(2), "Finish");
    made.steps[1].approval = Some(Approval { need: Need::All, ..Approval::default() });
    made.transitions[0].guard = "priority > 2".into();
    made.refuse(id(0), id(1));
    let text = Fragment::of(&made, &BTreeSet::from([id(0), id(1)])).unwrap().text();
    let mut other = drawn(&[(0, 0)]);
    let new = Fragment::read(&text).unwrap().put_into(&mut other, Some(Place { x: 500, y: 40 }), fresh());
    assert_eq!((other.steps.len(), new.len(), other.transitions.len()), (3, 2, 2));
    // A name that is taken gets a number; the one that is free stays.
    assert_eq!(other.steps[1].name, "Step 2");
    assert_eq!(other.steps[2].name, "Step 1");
    assert_eq!(other.steps[1].place, Some(Place { x: 500, y: 40 }));
    assert_eq!(other.steps[2].place, Some(Place { x: 500, y: 160 }));
    assert_eq!(other.transitions.iter().map(|way| way.rework).collect::<Vec<_>>(), [false, true]);
    let way = &other.transitions[0];
    assert_eq!((way.guard.as_str(), way.refuses), ("priority > 2", true));
    assert_eq!(other.steps[2].approval, made.steps[1].approval);
    assert!(other.validate().is_ok());

    // What nobody could keep is left out.
    made.steps[1].approval = Some(Approval { need: Need::AtLeast(900), ..Approval::default() });
    made.transitions[0].guard = "x".repeat(2_000);
    let text = Fragment::of(&made, &BTreeSet::from([id(0), id(1)])).unwrap().text();
    let mut other = drawn(&[]);
    Fragment::read(&text).unwrap().put_into(&mut other, None, fresh());
    assert!(other.validate().is_ok());
}

#[test]
fn other_text_is_no_steps() {
    for text in ["", "hello", "{}", "[1, 2]", r#"{"kind":"else","steps":[],"transitions":[]}"#, "\u{0}"] {
        assert_eq!(Fragment::read(text), None, "{text}");
    }
}

#[test]
fn pasting_never_makes_more_steps_than_there_may_be() {
    let mut full = drawn(&vec![(0, 0); STEPS_MAX - 1]);
    let some = Fragment::of(&drawn(&[(0, 0), (0, 120)]), &BTreeSet::from([id(0), id(1)])).unwrap();
    assert_eq!(some.put_into(&mut full, None, fresh()).len(), 1);
    assert!(full.validate().is_ok());
}

#[test]
fn what_has_a_place_stays_when_only_the_rest_is_arranged() {
    let mut made = drawn(&[(40, 40), (700, 10)]);
    made.splice_step(1, id(9));
    let found = diagram::arranged(&made, Some(&BTreeSet::from([id(9)])));
    assert_eq!(found.len(), 1);
    made.put(&found);
    assert!(!overlapping(&made));
    assert_eq!(made.steps[0].place, Some(Place { x: 40, y: 40 }));
}

#[test]
fn wider_text_is_wider() {
    assert!(text_width("lil", 13) < text_width("mom", 13));
    assert!(text_width("Sold", 11) < text_width("Sold", 13));
    assert_eq!(text_width("", 13), 0);
}

fn places() -> impl Strategy<Value = Vec<(i32, i32)>> {
    proptest::collection::vec((-2_000..2_000, -2_000..2_000), 1..12)
}

proptest! {
    #[test]
    fn arranging_overlaps_nothing_and_keeps_the_rest(
        places in places(),
        ways in proptest::collection::vec((0_u128..12, 0_u128..12), 0..20),
        only in proptest::collection::btree_set(0_u128..12, 0..12),
    ) {
        let mut made = drawn(&places);
        for (from, to) in ways {
            made.connect(id(from), id(to), "Go");
        }
        let whole = diagram::arranged(&made, None);
        prop_assert_eq!(whole.len(), made.steps.len());
        // All stand on one grid.
        let off = |place: &Place| (place.x.rem_euclid(GRID), place.y.rem_euclid(GRID));
        prop_assert!(whole.iter().all(|(_, place)| off(place) == off(&whole[0].1)));
        let before = made.clone();
        let only: BTreeSet<StepId> = only.into_iter().map(id).collect();
        let part = diagram::arranged(&made, Some(&only));
        made.put(&part);
        for (old, new) in before.steps.iter().zip(&made.steps) {
            prop_assert!(only.contains(&old.id) || old.place == new.place);
        }
        made.put(&whole);
        prop_assert!(!overlapping(&made));
        prop_assert!(made.validate().is_ok());
    }

    #[test]
    fn a_snapped_box_is_never_far_from_the_pointer(x in -1e4..1e4, y in -1e4..1e4, places in places()) {
        let others: Vec<Rect> = drawn(&places).steps.iter().map(rect).collect();
        let ((by_x, by_y), guides) = snap(Rect { x, y, width: 188.0, height: 54.0 }, &others);
        prop_assert!(by_x.abs() <= 7.0 && by_y.abs() <= 7.0);
        prop_assert!(guides.len() <= 2);
        prop_assert!((f64::from(on_grid(x)) - x).abs() <= 5.0);
    }

    #[test]
    fn whatever_text_is_pasted_the_design_can_be_kept(
        name in ".{0,80}",
        limit in any::<i64>(),
        x in any::<i32>(),
        y in any::<i32>(),
        twice in any::<bool>(),
    ) {
        let step = serde_json::json!({
            "id": Uuid::from_u128(7), "name": name, "ends": false, "team_id": null, "wip_limit": limit,
            "place": { "x": x, "y": y },
        });
        let steps = if twice { vec![step.clone(), step] } else { vec![step] };
        let way = serde_json::json!({
            "from": Uuid::from_u128(7), "to": Uuid::from_u128(8), "name": name, "rework": true,
        });
        let text = serde_json::json!({ "kind": "mediap/steps", "steps": steps, "transitions": [way] });
        let mut made = drawn(&[(0, 0)]);
        if let Some(read) = Fragment::read(&text.to_string()) {
            read.put_into(&mut made, Some(Place { x: 10, y: 10 }), fresh());
        }
        prop_assert!(made.validate().is_ok(), "{:?}", made.validate());
        prop_assert!(made.steps.iter().all(|step| step.name.chars().count() <= NAME_MAX));
    }
}

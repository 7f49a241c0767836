//! Designs: what the checks find, and what changing one never breaks.

use std::collections::BTreeSet;

use kernel::StepId;
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    approval::{Approval, Need},
    definition::{
        Definition, Place, StepDefinition, TransitionDefinition, changes, check, difference::Difference,
        leftovers, template::TEMPLATES,
    },
    model::{Step, StepKind, Transition, Workflow, WorkflowHead},
};

fn id(number: usize) -> StepId {
    Uuid::from_u128(u128::try_from(number).unwrap() + 1).into()
}

fn step(number: usize, ends: bool) -> StepDefinition {
    StepDefinition { ends, ..StepDefinition::new(id(number), &format!("Step {number}")) }
}

/// Steps of which those in `ends` are ends, and ways by their places.
fn design(count: usize, ends: &[usize], ways: &[(usize, usize)]) -> Definition {
    let mut made = Definition { name: "Posts".into(), item_noun: "post".into(), ..Definition::default() };
    made.steps = (0..count).map(|number| step(number, ends.contains(&number))).collect();
    for (from, to) in ways {
        made.connect(id(*from), id(*to), "Go");
    }
    made
}

fn blocking(definition: &Definition) -> Vec<(Option<StepId>, String)> {
    check(definition).into_iter().filter(|one| one.blocks).map(|one| (one.step, one.text)).collect()
}

#[test]
fn a_whole_design_can_be_published() {
    assert_eq!(blocking(&design(3, &[2], &[(0, 1), (1, 2), (1, 0)])), []);
}

#[test]
fn each_fault_is_said_at_its_place() {
    let unreachable = design(3, &[2], &[(0, 2), (1, 2)]);
    let found = blocking(&unreachable);
    assert!(
        found.len() == 1 && found[0].0 == Some(id(1)) && found[0].1.contains("cannot be reached"),
        "{found:?}"
    );

    // Two steps that lead to each other only are no way out.
    let found = blocking(&design(4, &[3], &[(0, 1), (1, 2), (2, 1), (0, 3)]));
    let dead: Vec<Option<StepId>> = found.iter().map(|(step, _)| *step).collect();
    assert_eq!(dead, [Some(id(1)), Some(id(2))]);
    assert!(found.iter().all(|(_, text)| text.contains("dead end")));

    let found = blocking(&design(2, &[], &[(0, 1)]));
    assert!(found.iter().any(|(step, text)| step.is_none() && text.contains("No step ends")), "{found:?}");

    let mut twice = design(2, &[1], &[(0, 1)]);
    twice.steps[1].name = " step 0".into();
    twice.transitions[0].name = " ".into();
    let found = blocking(&twice);
    assert!(found.iter().any(|(_, text)| text.contains("Two steps are called")), "{found:?}");
    assert!(found.iter().any(|(_, text)| text.contains("has no name")), "{found:?}");
    assert!(blocking(&Definition::default()).len() >= 3);
}

#[test]
fn what_cannot_be_a_workflow_is_not_even_kept() {
    let good = design(2, &[1], &[(0, 1)]);
    assert!(good.validate().is_ok());
    let broken: [fn(&mut Definition); 6] = [
        |it| it.steps[1].id = it.steps[0].id,
        |it| it.transitions[0].to = id(7),
        |it| it.transitions[0].to = it.transitions[0].from,
        |it| it.transitions.push(it.transitions[0].clone()),
        |it| it.name = "x".repeat(61),
        |it| it.steps[0].wip_limit = Some(0),
    ];
    for (number, breaks) in broken.into_iter().enumerate() {
        let mut bad = good.clone();
        breaks(&mut bad);
        assert!(bad.validate().is_err(), "{number}");
    }
}

#[test]
fn every_template_can_be_published() {
    for template in TEMPLATES {
        let ends: Vec<usize> =
            template.steps.iter().enumerate().filter(|(_, step)| step.ends).map(|(place, _)| place).collect();
        let ways: Vec<(usize, usize)> = (0..)
            .zip(template.steps)
            .flat_map(|(from, step)| step.ways.iter().map(move |(to, _)| (from, *to)))
            .collect();
        let made = design(template.steps.len(), &ends, &ways);
        assert_eq!(made.transitions.len(), ways.len(), "{}", template.name);
        assert_eq!(blocking(&made), [], "{}", template.name);
        assert!(template.fields.iter().all(|field| field.step < template.steps.len()), "{}", template.name);
        let keys: BTreeSet<&str> = template.fields.iter().map(|field| field.key).collect();
        assert_eq!(keys.len(), template.fields.len(), "{}", template.name);
    }
}

fn running(definition: &Definition) -> Workflow {
    let steps = definition.steps.iter().map(|step| Step {
        id: step.id,
        origin_id: None,
        name: step.name.clone(),
        kind: if step.ends { StepKind::Done } else { StepKind::Work },
        team_id: None,
        wip_limit: None,
        item_count: 1,
        version: 0,
        approval: None,
        automatic: None,
        does: None,
        gives: None,
        sla: None,
        booking: None,
    });
    let ways = definition.transitions.iter().map(|way| Transition {
        id: Uuid::nil().into(),
        from_step_id: way.from,
        to_step_id: way.to,
        name: way.name.clone(),
        rework: way.rework,
        refuses: way.refuses,
        guard: way.guard.clone(),
    });
    Workflow {
        head: WorkflowHead {
            id: Uuid::nil().into(),
            name: definition.name.clone(),
            key: "PO".into(),
            item_noun: definition.item_noun.clone(),
        },
        steps: steps.collect(),
        transitions: ways.collect(),
        kept: Vec::new(),
        automated: false,
    }
}

#[test]
fn items_of_a_step_that_goes_are_offered_the_way_they_would_have_taken() {
    let live = running(&design(4, &[3], &[(0, 1), (1, 3), (0, 2), (2, 3)]));
    let mut made = Definition::from(&live);
    made.remove_step(id(1));
    let gone = leftovers(&live, &made);
    assert_eq!((gone.len(), gone[0].step, gone[0].to), (1, id(1), Some(id(3))));
    // Without a way that is left, the next step in order.
    made.remove_step(id(3));
    assert_eq!(leftovers(&live, &made)[0].to, Some(id(2)));
}

prop_compose! {
    fn any_design()(count in 1..8_usize)(
        count in Just(count),
        ends in prop::collection::vec(0..count, 0..3),
        ways in prop::collection::vec((0..count, 0..count), 0..20),
    ) -> Definition {
        design(count, &ends, &ways)
    }
}

/// Whether an item can go from one step to another, found by trying every walk.
fn leads(definition: &Definition, from: StepId, to: impl Fn(StepId) -> bool) -> bool {
    let mut here = BTreeSet::from([from]);
    for _ in 0..definition.steps.len() {
        let next: Vec<StepId> =
            definition.transitions.iter().filter(|way| here.contains(&way.from)).map(|way| way.to).collect();
        here.extend(next);
    }
    here.into_iter().any(to)
}

proptest! {
    #[test]
    fn the_checks_block_exactly_what_cannot_run(made in any_design()) {
        let first = made.steps[0].id;
        let ends = |id: StepId| made.step(id).is_some_and(|step| step.ends);
        let runs = made.steps.iter().any(|step| step.ends)
            && made.steps.iter().all(|step| leads(&made, first, |id| id == step.id) && leads(&made, step.id, ends));
        prop_assert_eq!(blocking(&made).is_empty(), runs);
    }

    #[test]
    fn changing_a_design_keeps_it_whole(
        made in any_design(),
        acts in prop::collection::vec((0..5_u8, 0..10_usize, 0..10_usize), 0..30),
    ) {
        let mut changed = made;
        for (number, (act, one, other)) in acts.into_iter().enumerate() {
            match act {
                0 => changed.insert_step(Some(one), id(100 + number)),
                1 => changed.remove_step(changed.steps.get(one).map_or(id(0), |step| step.id)),
                2 => changed.move_step(one, isize::try_from(other).unwrap() - 5),
                3 => changed.splice_step(one, id(100 + number)),
                _ => {
                    let ids = [one, other].map(|at| changed.steps.get(at).map_or(id(0), |step| step.id));
                    changed.connect(ids[0], ids[1], "Go");
                }
            }
            prop_assert!(changed.validate().is_ok());
        }
        prop_assert_eq!(serde_json::from_value::<Definition>(serde_json::json!(&changed)).unwrap(), changed);
    }

    #[test]
    fn items_go_only_where_something_is_left(made in any_design(), gone in prop::collection::vec(0..8_usize, 0..8)) {
        let live = running(&made);
        let mut changed = made.clone();
        for number in gone {
            changed.remove_step(id(number));
        }
        let left = leftovers(&live, &changed);
        prop_assert_eq!(left.len(), made.steps.len() - changed.steps.len());
        for one in left {
            prop_assert_eq!(one.to.is_some(), !changed.steps.is_empty());
            prop_assert!(one.to.is_none_or(|to| changed.step(to).is_some()));
        }
    }
}

#[test]
fn a_step_behind_another_stands_between_it_and_the_next() {
    let mut made = design(3, &[2], &[(0, 1), (1, 2), (1, 0)]);
    made.splice_step(0, id(9));
    let ways = |from| made.ways_out(id(from)).map(|way| way.to).collect::<Vec<_>>();
    assert_eq!((ways(0), ways(9)), (vec![id(9)], vec![id(1)]));
    made.steps[1].name = "Between".into();
    assert_eq!(blocking(&made), []);
    // Where several ways lead forward, nobody knows which.
    let mut made = design(3, &[1, 2], &[(0, 1), (0, 2)]);
    made.splice_step(0, id(9));
    assert_eq!(made.transitions.len(), 2);
}

#[test]
fn a_way_to_an_earlier_step_leads_back() {
    let made = design(3, &[2], &[(0, 1), (1, 0), (1, 2)]);
    let back: Vec<&TransitionDefinition> = made.transitions.iter().filter(|way| way.rework).collect();
    assert_eq!((back.len(), back[0].to), (1, id(0)));
}

#[test]
fn what_differs_between_two_designs_is_found_part_by_part() {
    let before = design(4, &[3], &[(0, 1), (1, 2), (2, 3), (2, 0)]);
    assert_eq!(Difference::between(&before, &before), Difference::default());
    assert_eq!(Difference::default().summary(), "nothing differs");
    let mut after = before.clone();
    after.remove_step(id(1));
    after.steps.push(step(7, true));
    after.connect(id(0), id(2), "At once");
    after.steps[0].wip_limit = Some(3);
    after.steps[1].place = Some(Place { x: 10, y: 20 });
    after.transitions.iter_mut().find(|way| way.to == id(3)).unwrap().guard = "rework < 2".into();
    let found = Difference::between(&before, &after);
    assert_eq!(found.new_steps, BTreeSet::from([id(7)]));
    assert_eq!(found.changed_steps, BTreeSet::from([id(0)]));
    assert_eq!(found.gone_steps.iter().map(|step| step.id).collect::<Vec<_>>(), [id(1)]);
    assert_eq!(found.new_ways, BTreeSet::from([(id(0), id(2))]));
    assert_eq!(found.changed_ways, BTreeSet::from([(id(2), id(3))]));
    assert_eq!(found.gone_ways.len(), 2);
    assert_eq!(found.summary(), "2 new, 2 changed, 3 gone");
}

#[test]
fn an_approval_needs_people_and_ways_for_both_outcomes() {
    let mut made = design(3, &[2], &[(0, 1), (1, 2), (1, 0)]);
    let before = made.clone();
    made.steps[1].approval = Some(Approval::default());
    assert_eq!(blocking(&made), []);
    assert_eq!(changes(&before, &made), ["Step 1 needs an approval now."]);
    let doubts: Vec<String> = check(&made).into_iter().map(|one| one.text).collect();
    assert!(doubts.iter().any(|text| text.contains("Nobody is named who approves in Step 1")), "{doubts:?}");

    let says = |made: &Definition, text: &str| {
        let found = blocking(made);
        assert!(found.iter().any(|(_, said)| said.contains(text)), "{found:?}");
    };
    let mut lost = made.clone();
    lost.transitions.retain(|way| !way.rework);
    says(&lost, "for what is refused");
    lost.connect(id(1), id(0), "Back");
    assert_eq!(blocking(&lost), []);
    let mut stuck = made.clone();
    stuck.refuse(id(1), id(2));
    says(&stuck, "for what is approved");
    let mut few = made.clone();
    let approvers = vec![Uuid::from_u128(9).into()];
    few.steps[1].approval = Some(Approval { approvers, need: Need::AtLeast(2), four_eyes: false });
    says(&few, "asks for 2 approvals, and 1 decide");
    let mut end = made.clone();
    end.steps[2].approval = Some(Approval::default());
    says(&end, "nothing left to approve");
    made.steps[1].approval = Some(Approval { need: Need::AtLeast(51), ..Approval::default() });
    assert!(made.validate().is_err());
}

#[test]
fn ways_that_may_all_be_closed_and_ways_that_are_never_taken_are_doubted() {
    let mut made = design(4, &[2, 3], &[(0, 1), (1, 2), (1, 3), (1, 0)]);
    for way in made.transitions.iter_mut().filter(|way| way.from == id(1) && !way.rework) {
        way.guard = "amount > 5".into();
    }
    let doubts = |made: &Definition| -> Vec<String> {
        check(made).into_iter().filter(|one| !one.blocks).map(|one| one.text).collect()
    };
    assert!(doubts(&made)[0].contains("Each way on from Step 1 has a condition"), "{:?}", doubts(&made));
    made.steps[1].approval =
        Some(Approval { approvers: vec![Uuid::from_u128(9).into()], ..Approval::default() });
    made.transitions.iter_mut().for_each(|way| way.guard.clear());
    made.transitions.iter_mut().find(|way| way.to == id(3)).unwrap().name = "Sell".into();
    assert!(doubts(&made)[0].contains("never takes Sell"), "{:?}", doubts(&made));
    assert_eq!(blocking(&made), []);
}

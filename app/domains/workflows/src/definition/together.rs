//! Whether the parts that steps send along all their ways come together again.

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;

use super::{Definition, Finding, StepDefinition, way_to};
use crate::{automatic::Automatic, quorum::Quorum};

/// Where a step sends parts, and where they come together.
struct Split<'a> {
    step: &'a StepDefinition,
    ways: usize,
    /// What each part can come to before it has come together with others.
    apart: BTreeSet<StepId>,
    /// The steps where they come together first.
    joins: BTreeSet<StepId>,
}

/// What is wrong or doubtful about it.
pub(super) fn check(definition: &Definition, found: &mut Vec<Finding>) {
    let next = next(definition);
    let parallel = |step: &&StepDefinition| step.automatic == Some(Automatic::Parallel) && !step.ends;
    let splits: Vec<Split<'_>> =
        definition.steps.iter().filter(parallel).map(|step| split(definition, &next, step)).collect();
    for split in &splits {
        check_split(definition, split, found);
    }
    for step in &definition.steps {
        let Some(Automatic::Join(needs)) = step.automatic else { continue };
        check_join(step, needs, &splits, found);
    }
}

/// Where the parts that a step sends come together first, or may when one more does, and what the way there is called.
pub(super) fn join_of(definition: &Definition, from: StepId) -> Option<(StepId, String)> {
    let next = next(definition);
    let start = definition.ways_out(from).find(|way| !way.is_for_refused())?.to;
    let ahead = spread(&next, start, &BTreeSet::new());
    let is_join = |step: &&StepDefinition| matches!(step.automatic, Some(Automatic::Join(_)));
    let join = definition.steps.iter().filter(is_join).find(|step| ahead.contains(&step.id))?;
    Some((join.id, way_to(&join.name)))
}

fn check_split(definition: &Definition, split: &Split<'_>, found: &mut Vec<Finding>) {
    let name = split.step.name.trim();
    let mut say = |blocks, text: String| found.push(Finding { blocks, step: Some(split.step.id), text });
    match split.ways {
        // That none leads on is said of every step that sends items on.
        0 => return,
        1 => return say(true, format!("{name} sends a part along one way only. Let two or more lead on.")),
        _ if split.joins.is_empty() => {
            return say(
                true,
                format!(
                    "What {name} sends never comes together. Let each of its ways lead to the same join."
                ),
            );
        }
        _ => {}
    }
    if split.apart.contains(&split.step.id) {
        say(
            true,
            format!("A part that {name} sends can come to {name} again before the parts have come together."),
        );
    }
    let ends = definition.steps.iter().filter(|step| step.ends && split.apart.contains(&step.id));
    for end in ends {
        let end = end.name.trim();
        say(false, format!("A part that {name} sends can end in {end}: the others do not wait for it then."));
    }
}

fn check_join(step: &StepDefinition, needs: Quorum, splits: &[Split<'_>], found: &mut Vec<Finding>) {
    let name = step.name.trim();
    let mut of = splits.iter().filter(|split| split.joins.contains(&step.id)).peekable();
    if of.peek().is_none() {
        let text = format!("Nothing sends parts to {name}, so that items only pass by there.");
        found.push(Finding { blocks: false, step: Some(step.id), text });
    }
    let Quorum::AtLeast(count) = needs else { return };
    for split in of.filter(|split| usize::try_from(count).is_ok_and(|count| split.ways < count)) {
        let text =
            format!("{name} waits for {count} parts, and {} sends {}.", split.step.name.trim(), split.ways);
        found.push(Finding { blocks: true, step: Some(step.id), text });
    }
}

fn split<'a>(
    definition: &'a Definition,
    next: &BTreeMap<StepId, Vec<StepId>>,
    step: &'a StepDefinition,
) -> Split<'a> {
    let starts: Vec<StepId> =
        definition.ways_out(step.id).filter(|way| !way.is_for_refused()).map(|way| way.to).collect();
    let joins: BTreeSet<StepId> = definition
        .steps
        .iter()
        .filter(|step| matches!(step.automatic, Some(Automatic::Join(_))))
        .map(|step| step.id)
        .collect();
    let none = BTreeSet::new();
    let common = starts
        .iter()
        .map(|start| &spread(next, *start, &none) & &joins)
        .reduce(|all, of_one| &all & &of_one)
        .unwrap_or_default();
    let apart: BTreeSet<StepId> = starts.iter().flat_map(|start| spread(next, *start, &common)).collect();
    let joins = &apart & &common;
    Split { step, ways: starts.len(), apart: &apart - &joins, joins }
}

/// What lies along the ways from a step, and that itself; not what lies behind one of `borders`.
fn spread(
    next: &BTreeMap<StepId, Vec<StepId>>,
    from: StepId,
    borders: &BTreeSet<StepId>,
) -> BTreeSet<StepId> {
    let (mut known, mut open) = (BTreeSet::from([from]), vec![from]);
    while let Some(step) = open.pop() {
        if borders.contains(&step) {
            continue;
        }
        for &to in next.get(&step).into_iter().flatten() {
            if known.insert(to) {
                open.push(to);
            }
        }
    }
    known
}

fn next(definition: &Definition) -> BTreeMap<StepId, Vec<StepId>> {
    let mut next: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for way in &definition.transitions {
        next.entry(way.from).or_default().push(way.to);
    }
    next
}

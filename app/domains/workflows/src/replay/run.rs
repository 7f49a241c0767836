//! How one item after the other goes through a design.

use std::collections::{BTreeMap, BTreeSet};

use kernel::StepId;

use super::{NAMED_MAX, Replay, Spans, StepReplay, Stuck, Why};
use crate::{
    automatic::{Automatic, Unit, Wait},
    definition::{Definition, StepDefinition, TransitionDefinition},
    guard::{Builtins, Guard},
    model::Values,
    quorum::Quorum,
};

/// An item comes to so many steps at most before it is said that it goes round.
const LEGS_MAX: usize = 500;

/// A finished item.
#[derive(Debug, Clone)]
pub struct Past {
    /// What people call it.
    pub key: String,
    /// The values that it had in the end, with what is worked out.
    pub values: Values,
    /// What conditions read besides.
    pub builtins: Builtins,
    /// The steps where it was, in the order of time, with the seconds that it was there. The last is where it ended.
    pub stays: Vec<(StepId, i64)>,
}

impl Past {
    fn took(&self) -> i64 {
        self.stays.iter().map(|(_, seconds)| seconds).sum()
    }
}

/// A way of the design.
#[derive(Debug)]
struct Way<'a> {
    drawn: &'a TransitionDefinition,
    condition: Condition,
}

/// To whom a way is open.
#[derive(Debug)]
enum Condition {
    /// To all.
    None,
    /// To those for whom this holds.
    Holds(Guard),
    /// To nobody: it cannot be read.
    Unreadable,
}

impl Way<'_> {
    fn is_open(&self, past: &Past) -> bool {
        match &self.condition {
            Condition::None => true,
            Condition::Holds(guard) => guard.evaluate(&past.values, &past.builtins).holds,
            Condition::Unreadable => false,
        }
    }
}

/// A design that items go through.
#[derive(Debug)]
struct Course<'a> {
    definition: &'a Definition,
    steps: BTreeMap<StepId, &'a StepDefinition>,
    ways: BTreeMap<StepId, Vec<Way<'a>>>,
    /// How long half of the stays in a step were at most.
    usual: BTreeMap<StepId, i64>,
    /// How often items went from one step to another.
    habits: BTreeMap<(StepId, StepId), i64>,
}

/// Where an item is on its way through the design.
#[derive(Debug, Clone, Copy)]
struct Place {
    step: StepId,
    /// Which of its stays that was.
    stay: Option<usize>,
    /// The stays before this one are behind it.
    from: usize,
}

/// What became of an item.
#[derive(Debug, Default)]
struct Walk {
    path: Vec<StepId>,
    seconds: i64,
}

impl<'a> Course<'a> {
    /// A design, for items that went as these.
    fn new(definition: &'a Definition, pasts: &[Past]) -> Self {
        let mut ways: BTreeMap<StepId, Vec<Way<'a>>> = BTreeMap::new();
        for drawn in &definition.transitions {
            let condition = match drawn.guard.trim() {
                "" => Condition::None,
                text => Guard::parse(text, definition.form()).map_or(Condition::Unreadable, Condition::Holds),
            };
            ways.entry(drawn.from).or_default().push(Way { drawn, condition });
        }
        let mut stays: BTreeMap<StepId, Vec<i64>> = BTreeMap::new();
        let mut habits: BTreeMap<(StepId, StepId), i64> = BTreeMap::new();
        for past in pasts {
            for (step, seconds) in &past.stays {
                stays.entry(*step).or_default().push(*seconds);
            }
            for (from, to) in past.stays.iter().zip(past.stays.iter().skip(1)) {
                *habits.entry((from.0, to.0)).or_default() += 1;
            }
        }
        let usual =
            stays.into_iter().filter_map(|(step, mut all)| Some((step, share(&mut all, 50)?))).collect();
        let steps = definition.steps.iter().map(|step| (step.id, step)).collect();
        Course { definition, steps, ways, usual, habits }
    }

    /// Lets an item go from the first step to an end, or says where it stays.
    fn walk(&self, past: &Past) -> Result<Walk, (StepId, Why)> {
        let mut walk = Walk::default();
        let Some(first) = self.definition.steps.first() else { return Ok(walk) };
        let place = arrive(past, first.id, 0);
        (_, walk.seconds) = self.go(past, place, false, &mut walk)?;
        Ok(walk)
    }

    /// Lets an item go on from a place to an end, or to a step where parts come together, which is given, and so are the seconds
    /// until there.
    fn go(
        &self,
        past: &Past,
        mut place: Place,
        is_part: bool,
        walk: &mut Walk,
    ) -> Result<(Option<StepId>, i64), (StepId, Why)> {
        let mut seconds = 0;
        loop {
            let Some(step) = self.steps.get(&place.step) else { return Ok((None, seconds)) };
            let joins = matches!(step.automatic, Some(Automatic::Join(_)));
            if joins && is_part {
                return Ok((Some(step.id), seconds));
            }
            if LEGS_MAX <= walk.path.len() {
                return Err((step.id, Why::Round));
            }
            walk.path.push(step.id);
            if step.ends {
                return Ok((None, seconds));
            }
            if step.automatic == Some(Automatic::Parallel) {
                let (join, took) = self.part(past, step, place, walk)?;
                seconds += was(past, place).unwrap_or(took);
                place = arrive(past, join, place.from);
                continue;
            }
            seconds += self.stay(past, step, place);
            let to = self.choose(past, step, place).ok_or((step.id, Why::Closed))?;
            place = arrive(past, to, place.from);
        }
    }

    /// Sends a part along each open way, and gives the step where they come together and when enough of them are there.
    fn part(
        &self,
        past: &Past,
        step: &StepDefinition,
        place: Place,
        walk: &mut Walk,
    ) -> Result<(StepId, i64), (StepId, Why)> {
        let (mut times, mut join) = (Vec::new(), None);
        let open: Vec<StepId> = self.open(past, step).map(|way| way.drawn.to).collect();
        for to in open {
            let (met, seconds) = self.go(past, arrive(past, to, place.from), true, walk)?;
            // What ends on its way is not waited for.
            if met.is_some() {
                times.push(seconds);
            }
            join = join.or(met);
        }
        let join = join.ok_or((step.id, Why::Closed))?;
        times.sort_unstable();
        let needed = match self.steps.get(&join).and_then(|step| step.automatic.as_ref()) {
            Some(Automatic::Join(Quorum::Any)) => 1,
            Some(Automatic::Join(Quorum::AtLeast(count))) => usize::try_from(*count).unwrap_or(usize::MAX),
            _ => times.len(),
        };
        let last = needed.checked_sub(1).and_then(|last| times.get(last));
        last.map(|seconds| (join, *seconds)).ok_or((join, Why::Closed))
    }

    /// How long an item stays in a step.
    fn stay(&self, past: &Past, step: &StepDefinition, place: Place) -> i64 {
        match &step.automatic {
            Some(Automatic::Wait(Wait::For { amount, unit })) => span(*amount, *unit),
            Some(does) if does.passes() => 0,
            _ => was(past, place).or_else(|| self.usual.get(&step.id).copied()).unwrap_or_default(),
        }
    }

    /// The open ways that lead on from a step.
    fn open(&self, past: &Past, step: &StepDefinition) -> impl Iterator<Item = &Way<'a>> {
        let ways = self.ways.get(&step.id).into_iter().flatten();
        ways.filter(move |way| !way.drawn.is_for_refused() && way.is_open(past))
    }

    /// Where an item goes on to. Whoever chose once would choose the same again: the open way to where it was next. Where it never
    /// was, the way that most went, and else the first that leads forward.
    fn choose(&self, past: &Past, step: &StepDefinition, place: Place) -> Option<StepId> {
        if step.automatic.is_some() {
            // Ways without a condition come last.
            let mut open: Vec<&Way<'_>> = self.open(past, step).collect();
            open.sort_by_key(|way| matches!(way.condition, Condition::None));
            return open.first().map(|way| way.drawn.to);
        }
        let next = |to: StepId| past.stays.iter().skip(place.from).position(|(step, _)| *step == to);
        // What was refused then is refused again.
        let ways = self.ways.get(&step.id).into_iter().flatten().filter(|way| way.is_open(past));
        let to: BTreeSet<StepId> = ways.map(|way| way.drawn.to).collect();
        let again = to.iter().filter_map(|to| Some((next(*to)?, *to))).min();
        if let Some((_, to)) = again {
            return Some(to);
        }
        let forward: Vec<StepId> = self.open(past, step).map(|way| way.drawn.to).collect();
        // Of several that as many went, the first: the last of the reversed.
        let count = |to: &StepId| self.habits.get(&(step.id, *to)).copied().unwrap_or_default();
        forward.into_iter().rev().max_by_key(count)
    }
}

/// Lets an item come to a step: the next of its stays there is the one that is done again.
fn arrive(past: &Past, step: StepId, from: usize) -> Place {
    let stay = past.stays.iter().skip(from).position(|(there, _)| *there == step).map(|at| from + at);
    Place { step, stay, from: stay.map_or(from, |at| at + 1) }
}

/// How long an item was where it is now, if it was there.
fn was(past: &Past, place: Place) -> Option<i64> {
    place.stay.and_then(|at| past.stays.get(at)).map(|(_, seconds)| *seconds)
}

/// A span of time in seconds.
fn span(amount: u32, unit: Unit) -> i64 {
    let one = match unit {
        Unit::Minutes => 60,
        Unit::Hours => 3_600,
        Unit::Days => 86_400,
        Unit::Weeks => 604_800,
    };
    i64::from(amount) * one
}

/// The value that so many of a hundred do not exceed.
fn share(all: &mut [i64], percent: usize) -> Option<i64> {
    all.sort_unstable();
    let place = (all.len() * percent).div_ceil(100).checked_sub(1)?;
    all.get(place).copied()
}

fn spans(mut all: Vec<i64>) -> Spans {
    Spans { median: share(&mut all, 50), p85: share(&mut all, 85) }
}

/// Lets finished items go through a design.
pub fn replay(definition: &Definition, pasts: &[Past]) -> Replay {
    let course = Course::new(definition, pasts);
    let (mut before, mut after, mut other) = (Vec::new(), Vec::new(), 0);
    let mut visits: BTreeMap<StepId, (i64, i64)> = BTreeMap::new();
    let mut stuck: BTreeMap<(StepId, Why), Vec<&str>> = BTreeMap::new();
    for past in pasts {
        for (step, _) in &past.stays {
            visits.entry(*step).or_default().0 += 1;
        }
        match course.walk(past) {
            Ok(walk) => {
                for step in &walk.path {
                    visits.entry(*step).or_default().1 += 1;
                }
                let went = past.stays.iter().map(|(step, _)| *step);
                other += i64::from(!went.eq(walk.path.iter().copied()));
                before.push(past.took());
                after.push(walk.seconds);
            }
            Err(where_and_why) => stuck.entry(where_and_why).or_default().push(&past.key),
        }
    }
    let step_of = |step: &StepDefinition| {
        let (before, after) = visits.get(&step.id).copied().unwrap_or_default();
        let stay = match &step.automatic {
            Some(Automatic::Wait(Wait::For { amount, unit })) => Some(span(*amount, *unit)),
            Some(does) if does.passes() => Some(0),
            _ if step.ends => Some(0),
            _ => course.usual.get(&step.id).copied(),
        };
        StepReplay { step: step.id, name: step.name.clone(), before, after, stay }
    };
    let stuck = stuck.iter().map(|((step, why), keys)| Stuck {
        step: definition.step(*step).map(|step| step.name.clone()).unwrap_or_default(),
        count: count(keys.len()),
        keys: keys.iter().take(NAMED_MAX).map(|key| (*key).to_owned()).collect(),
        why: *why,
    });
    Replay {
        items: count(pasts.len()),
        ended: count(after.len()),
        other,
        steps: definition.steps.iter().map(step_of).collect(),
        stuck: stuck.collect(),
        before: spans(before),
        after: spans(after),
        ..Replay::default()
    }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

//! Where items spend their time, and how they run through their workflow: figures out of what happened to them.
//!
//! Everything here is pure. An item's life is a chain of *stays*, one in each step that it came to; what was taken back
//! never happened. An item that stands in a last step is *finished*, and its life ends where that stay begins. Spans of
//! time are whole seconds, without the time that an item was in the bin.

mod life;
mod period;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use kernel::StepId;
use serde::{Deserialize, Serialize};

pub use life::{Handed, History, Life, Move, Stay};
pub use period::{PERIODS, Period, USUAL, read_days};

use crate::{
    diagram::picture::Picture,
    model::{Step, StepKind, Workflow},
};

/// How many items the figures are made from at most.
pub const ITEMS_MAX: i64 = 20_000;
/// What all steps together are called that the workflow has no more.
pub const EARLIER: &str = "Steps of earlier versions";
/// How many open items of a step are listed with their age, the oldest first.
pub const AGED: usize = 60;
/// As many bars the cycle times are sorted into at most.
const BARS: i64 = 16;

/// What is said where there are more items than [`ITEMS_MAX`].
pub fn more() -> String {
    let most = ui::number::grouped(ITEMS_MAX);
    format!(
        "There are more. These figures are made from {most}: the open ones that have been in their step longest, and those \
         that were finished last."
    )
}

/// What the page of insights shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insights {
    /// The workflow.
    pub workflow: Workflow,
    /// Its figures.
    pub report: Report,
    /// Whether there are more items than the figures are made from.
    pub cut: bool,
    /// Its drawing, unless it is too large to be looked at as a whole.
    pub picture: Option<Picture>,
}

/// What of a workflow the figures need.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// Its steps in order.
    pub steps: Vec<StepId>,
    /// Those of them where items end.
    pub ends: BTreeSet<StepId>,
    /// Its ways.
    pub ways: Vec<(StepId, StepId)>,
    /// Whether histories tell when items were somebody's.
    pub tells_work: bool,
}

impl Map {
    /// That of a workflow.
    pub fn new(workflow: &Workflow, tells_work: bool) -> Self {
        let ends = workflow.all_steps().filter(|step| step.kind == StepKind::Done).map(Step::root);
        Map {
            steps: workflow.steps.iter().map(|step| step.id).collect(),
            ends: ends.collect(),
            ways: workflow.transitions.iter().map(|way| (way.from_step_id, way.to_step_id)).collect(),
            tells_work,
        }
    }
}

/// What the items of a workflow did in some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How many days.
    pub days: i64,
    /// The first of them.
    pub first: NaiveDate,
    /// The last, which is today.
    pub last: NaiveDate,
    /// How many items were open or finished in these days.
    pub items: i64,
    /// Each step in order; then, if items were there, those that the workflow has no more, as one.
    pub steps: Vec<StepFigures>,
    /// Each way of the workflow in order, then those that items went without one.
    pub ways: Vec<WayFigures>,
    /// How many items were finished, by day or by week.
    pub finished: Vec<Bar>,
    /// How long they took from their beginning to their end.
    pub cycle: Cycle,
    /// The open items of each step that has any, in the order of the steps.
    pub ageing: Vec<Ageing>,
}

/// What happened in a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFigures {
    /// The step; none for all that the workflow has no more.
    pub step: Option<StepId>,
    /// How often an item came, new ones too.
    pub visits: i64,
    /// How often by a way back.
    pub reworked: i64,
    /// How often one left.
    pub left: i64,
    /// How long items were here in these days, all together.
    pub total: i64,
    /// For how much of that they were somebody's, where that is known.
    pub worked: Option<i64>,
    /// Half of the stays that ended were no longer.
    pub median: Option<i64>,
    /// 85 of a hundred were no longer.
    pub p85: Option<i64>,
}

impl StepFigures {
    /// For how much of its time items waited here for somebody, where that is known.
    pub fn waited(&self) -> Option<i64> {
        Some(self.total - self.worked?)
    }
}

/// How often items went a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayFigures {
    /// Where from; none for a step that the workflow has no more.
    pub from: Option<StepId>,
    /// Where to.
    pub to: Option<StepId>,
    /// Whether the workflow has such a way. Items return without one to whoever sent them back, and leave a step that is
    /// taken away.
    pub drawn: bool,
    /// How often.
    pub count: i64,
    /// How often as a way back.
    pub reworked: i64,
}

/// Some days, and how many items were finished in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// How many.
    pub count: i64,
}

/// How long items took that were finished.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// How many were.
    pub count: i64,
    /// Half of them took no longer.
    pub median: Option<i64>,
    /// 85 of a hundred took no longer.
    pub p85: Option<i64>,
    /// How wide a bar is.
    pub width: i64,
    /// How many items took from 0 to 1 width, from 1 to 2, and so on.
    pub bars: Vec<i64>,
}

/// The open items of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ageing {
    /// The step.
    pub step: StepId,
    /// How many there are.
    pub count: i64,
    /// How many of them are older than 85 of a hundred became here.
    pub old: i64,
    /// The oldest, [`AGED`] at most.
    pub items: Vec<Aged>,
}

/// An open item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aged {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// How long it has been in its step.
    pub age: i64,
    /// Whether that is longer than 85 of a hundred stays that ended.
    pub old: bool,
}

/// What is summed up of a step.
#[derive(Default)]
struct Sums {
    visits: i64,
    reworked: i64,
    lengths: Vec<i64>,
    total: Duration,
    worked: Duration,
}

impl Report {
    /// What these items did, which are all that were open or finished in these days.
    pub fn new(map: &Map, histories: &[History], period: &Period) -> Report {
        let known: BTreeSet<StepId> = map.steps.iter().copied().collect();
        let known = |id: StepId| known.contains(&id).then_some(id);
        let mut sums: BTreeMap<Option<StepId>, Sums> = BTreeMap::new();
        let mut ways: BTreeMap<(Option<StepId>, Option<StepId>), (i64, i64)> = BTreeMap::new();
        let mut finished = period.spans();
        let mut cycles = Vec::new();
        let mut open: BTreeMap<StepId, Vec<Aged>> = BTreeMap::new();
        let mut items = 0;
        for history in histories {
            let life = Life::new(history, &map.ends, period.until());
            if life.finished.is_none_or(|at| period.holds(at)) {
                items += 1;
            }
            for stay in &life.stays {
                let step = sums.entry(known(stay.step)).or_default();
                let (from, until) = period.part(stay.from, stay.until);
                step.total += history.lasted(from, until);
                step.worked += history.worked(from, until);
                if !stay.still && period.holds(stay.until) {
                    step.lengths.push(history.lasted(stay.from, stay.until).num_seconds());
                }
                if !period.holds(stay.from) {
                    continue;
                }
                step.visits += 1;
                step.reworked += i64::from(stay.rework);
                if let Some(before) = stay.before {
                    let way = ways.entry((known(before), known(stay.step))).or_default();
                    *way = (way.0 + 1, way.1 + i64::from(stay.rework));
                }
            }
            match (life.finished, life.stays.last()) {
                (Some(at), _) if period.holds(at) => {
                    cycles.push(history.lasted(life.began(), at).num_seconds());
                    let day = period.day(at);
                    if let Some(bar) = finished.iter_mut().find(|bar| day <= bar.until) {
                        bar.count += 1;
                    }
                }
                (None, Some(stay)) => open.entry(stay.step).or_default().push(Aged {
                    number: history.number,
                    title: history.title.clone(),
                    age: history.lasted(stay.from, stay.until).num_seconds(),
                    old: false,
                }),
                _ => {}
            }
        }
        let earlier = sums.contains_key(&None).then_some(None);
        let steps = map.steps.iter().copied().map(Some).chain(earlier);
        let steps: Vec<StepFigures> =
            steps.map(|id| figures(id, sums.remove(&id).unwrap_or_default(), map.tells_work)).collect();
        let ageing = steps.iter().filter_map(|step| {
            let id = step.step?;
            Some(ageing(id, step.p85, open.remove(&id)?))
        });
        Report {
            days: period.days,
            first: period.first(),
            last: period.last(),
            items,
            ageing: ageing.collect(),
            ways: all_ways(map, ways),
            steps,
            finished,
            cycle: cycle(cycles),
        }
    }
}

fn figures(step: Option<StepId>, mut sums: Sums, tells_work: bool) -> StepFigures {
    sums.lengths.sort_unstable();
    StepFigures {
        step,
        visits: sums.visits,
        reworked: sums.reworked,
        left: count(sums.lengths.len()),
        total: sums.total.num_seconds(),
        worked: tells_work.then(|| sums.worked.num_seconds()),
        median: percentile(&sums.lengths, 50),
        p85: percentile(&sums.lengths, 85),
    }
}

fn all_ways(map: &Map, mut gone: BTreeMap<(Option<StepId>, Option<StepId>), (i64, i64)>) -> Vec<WayFigures> {
    let figures = |(from, to), (count, reworked), drawn| WayFigures { from, to, drawn, count, reworked };
    let mut ways = Vec::new();
    for (from, to) in &map.ways {
        let way = (Some(*from), Some(*to));
        ways.push(figures(way, gone.remove(&way).unwrap_or_default(), true));
    }
    ways.extend(gone.into_iter().map(|(way, counts)| figures(way, counts, false)));
    ways
}

fn ageing(step: StepId, p85: Option<i64>, mut items: Vec<Aged>) -> Ageing {
    items.sort_unstable_by_key(|item| (-item.age, item.number));
    for item in &mut items {
        item.old = p85.is_some_and(|usual| usual < item.age);
    }
    let old = items.iter().filter(|item| item.old).count();
    let all = items.len();
    items.truncate(AGED);
    Ageing { step, count: count(all), old: count(old), items }
}

fn cycle(mut times: Vec<i64>) -> Cycle {
    times.sort_unstable();
    let Some(longest) = times.last().copied() else { return Cycle::default() };
    let width = width(longest);
    let mut bars = vec![0; usize::try_from(longest / width + 1).unwrap_or(1)];
    for time in &times {
        if let Some(bar) = usize::try_from(time / width).ok().and_then(|place| bars.get_mut(place)) {
            *bar += 1;
        }
    }
    let (median, p85) = (percentile(&times, 50), percentile(&times, 85));
    Cycle { count: count(times.len()), median, p85, width, bars }
}

/// A round span of which few reach up to the longest.
fn width(longest: i64) -> i64 {
    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;
    let round =
        [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY];
    let fits = |width: &i64| longest / width < BARS;
    round.into_iter().find(fits).unwrap_or_else(|| {
        let months = longest / (30 * DAY * BARS) + 1;
        months * 30 * DAY
    })
}

/// The smallest of the values, which stand in order, than which so many of a hundred are no larger.
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied()
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

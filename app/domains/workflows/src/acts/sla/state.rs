//! How clocks stand, and why.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use db::On;
use kernel::{Cx, Directory, MemberId, OrNotFound, Result, TeamId};

use super::{budget, threshold};
use crate::{
    acts::item,
    hours::{Calendar, spans_text},
    model::{Item, Workflow},
    repo::{
        self,
        sla::{Clock, Still},
    },
    sla::{
        Counts, EarlierDays, ExplainedDay, ExplainedPause, ExplainedRung, Explanation, ItemClock, Ledger,
        Pause,
    },
};

/// As many days an explanation has.
const DAYS_MAX: usize = 62;

/// The time that a clock counts in a step of this team.
pub(super) async fn calendar(
    on: impl Into<On<'_>>,
    cx: &Cx,
    clock: &Clock,
    team: Option<TeamId>,
) -> Result<Calendar> {
    calendar_of(on, cx, clock.sla.counts, team, clock.holder_id).await
}

/// The time that counts for a member of a team; for the team where it is nobody's, or the organisation where there is none.
pub(super) async fn calendar_of(
    on: impl Into<On<'_>>,
    cx: &Cx,
    counts: Counts,
    team: Option<TeamId>,
    member: Option<MemberId>,
) -> Result<Calendar> {
    let hours = crate::acts::hours::load(on, cx).await?;
    let (offsets, zone) = (cx.visit().site().offsets(), hours.time_zone.clone());
    let offset_at = move |at| offsets(&zone, at);
    Ok(match counts {
        Counts::AllHours => Calendar::always(offset_at),
        Counts::WorkingHours => {
            let (week, holidays) = hours.of(team, member);
            Calendar::of_hours(week, holidays, offset_at)
        }
    })
}

/// How much a clock has used.
pub(super) fn used(clock: &Clock, calendar: &Calendar, now: DateTime<Utc>) -> TimeDelta {
    let running = clock.running_since.map_or(TimeDelta::zero(), |since| calendar.elapsed(since, now));
    TimeDelta::microseconds(clock.used_micros) + running
}

/// When a clock began and stood still, or since it counts by the hours by which it does.
pub(super) fn ledger(clock: &Clock, pauses: &[Still]) -> Ledger {
    let since = clock.counts_since();
    let pauses = pauses.iter().map(Still::span).filter(|pause| pause.until.is_none_or(|until| since < until));
    Ledger { since, pauses: pauses.map(|pause| Pause { from: pause.from.max(since), ..pause }).collect() }
}

/// What is known of a clock.
struct Known {
    clock: Clock,
    calendar: Calendar,
    pauses: Vec<Still>,
    now: DateTime<Utc>,
}

impl Known {
    async fn load(cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Option<Self>> {
        let Some(step) = workflow.step(item.card.step_id).filter(|step| step.sla.is_some()) else {
            return Ok(None);
        };
        let organisation_id = cx.organisation_id();
        let clock = repo::sla::open(cx.db(), organisation_id, item.card.id).await?;
        let Some(clock) = clock.filter(|clock| clock.step_id == step.id) else { return Ok(None) };
        let pauses = repo::sla::pauses(cx.db(), organisation_id, clock.id).await?;
        let calendar = calendar(cx.db(), cx, &clock, step.team_id).await?;
        Ok(Some(Known { clock, calendar, pauses, now: cx.now() }))
    }

    fn used(&self) -> TimeDelta {
        used(&self.clock, &self.calendar, self.now)
    }

    /// When so much is used, if the clock runs on.
    fn at(&self, budget: TimeDelta) -> Option<DateTime<Utc>> {
        let since = self.clock.running_since?;
        self.calendar.due(since, budget - TimeDelta::microseconds(self.clock.used_micros))
    }

    fn item_clock(&self, cx: &Cx) -> ItemClock {
        let sla = &self.clock.sla;
        let last = self.pauses.last().filter(|_| self.clock.running_since.is_none());
        let due_at = self.due();
        ItemClock {
            minutes: sla.minutes,
            counts: sla.counts,
            left_secs: (budget(sla) - self.used()).num_seconds(),
            paused: last.map(|last| (last.from_at, last.reason.clone())),
            due_at,
            due: due_at.map(|at| cx.local(at)),
        }
    }

    /// When all is used: also when it was, where that was since it last stood still.
    fn due(&self) -> Option<DateTime<Utc>> {
        let left = budget(&self.clock.sla) - TimeDelta::microseconds(self.clock.used_micros);
        if left < TimeDelta::zero() { None } else { self.at(budget(&self.clock.sla)) }
    }
}

/// How the clock of an item stands, if it has one where it is.
pub async fn of_item(cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Option<ItemClock>> {
    Ok(Known::load(cx, workflow, item).await?.map(|known| known.item_clock(cx)))
}

/// The same for the item called `key`.
pub async fn find(cx: &Cx, key: &str) -> Result<ItemClock> {
    let (workflow, item) = item::find(cx, key).await?;
    of_item(cx, &workflow, &item).await?.or_not_found()
}

/// Why the item called `key` is due when it is.
pub async fn explain(cx: &Cx, key: &str) -> Result<Explanation> {
    let (workflow, item) = item::find(cx, key).await?;
    let known = Known::load(cx, &workflow, &item).await?.or_not_found()?;
    let organisation_id = cx.organisation_id();
    let reached = repo::sla::reached(cx.db(), organisation_id, known.clock.id).await?;
    let reached: BTreeMap<String, DateTime<Utc>> = reached.into_iter().collect();
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let hours = crate::acts::hours::load(cx.db(), cx).await?;
    let hours_of = match known.clock.sla.counts {
        Counts::AllHours => String::new(),
        Counts::WorkingHours => {
            let directory = Directory::load(cx).await?;
            let holder = known.clock.holder_id.filter(|holder| hours.is_said_by(*holder));
            let person = holder.and_then(|holder| directory.person(holder)).map(|person| person.name.clone());
            // By the organisation's where the team is gone.
            let team = step.team_id.and_then(|team| directory.team(team)).map(|team| team.name.clone());
            person.or(team).unwrap_or_else(|| cx.membership().organisation_name.clone())
        }
    };
    let (earlier, days) = days(&known);
    let local = |at: DateTime<Utc>| known.calendar.local(at);
    // Each goes on from the one below it: the way there is walked once, and ends where none is reached any more.
    let used = TimeDelta::microseconds(known.clock.used_micros);
    let mut place = known.clock.running_since.map(|since| (since, used));
    let rungs = known.clock.sla.ladder().into_iter().map(|rung| {
        let needed = threshold(&known.clock.sla, rung);
        place =
            place.and_then(|(from, used)| Some((known.calendar.due(from, needed - used)?, used.max(needed))));
        let fired = reached.get(&rung.key()).copied();
        let at = place.map(|(at, _)| at).filter(|_| fired.is_none());
        ExplainedRung { rung, fired: fired.map(local), at: at.map(local) }
    });
    Ok(Explanation {
        used_secs: known.used().num_seconds(),
        hours_of,
        time_zone: hours.time_zone,
        settled: known.clock.settled_at.map(|at| (local(at), known.clock.settled_micros / 1_000_000)),
        since: local(known.clock.started_at),
        days,
        earlier,
        pauses: known.pauses.iter().map(|pause| shown(pause, local)).collect(),
        rungs: rungs.collect(),
        clock: known.item_clock(cx),
    })
}

fn shown(pause: &Still, local: impl Fn(DateTime<Utc>) -> NaiveDateTime) -> ExplainedPause {
    ExplainedPause {
        from: local(pause.from_at),
        until: pause.until_at.map(local),
        reason: pause.reason.clone(),
    }
}

/// What each day added, and what those to come will add until all is used. Of many days the oldest are taken together.
fn days(known: &Known) -> (Option<EarlierDays>, Vec<ExplainedDay>) {
    let Known { clock, calendar, now, .. } = known;
    let runs = ledger(clock, &known.pauses).runs(*now);
    let to_come = known.due().filter(|due| now < due).map(|due| (*now, due));
    let last = to_come.map_or(*now, |(_, due)| due);
    let (first, last) = (calendar.local(clock.counts_since()).date(), calendar.local(last).date());
    // What is used and what is to come from the beginning of a day to that of another.
    let sums = |from: NaiveDate, until: NaiveDate| {
        let (from, until) = (calendar.midnight(from), calendar.midnight(until));
        let within = |(begins, ends): (DateTime<Utc>, DateTime<Utc>)| {
            calendar.elapsed(begins.max(from), ends.min(until))
        };
        let used: TimeDelta = runs.iter().map(|run| within(*run)).sum();
        (used.num_seconds(), to_come.map_or(0, |run| within(run).num_seconds()))
    };
    let all = first.iter_days().take_while(|day| *day <= last);
    let folded = all.clone().count().saturating_sub(DAYS_MAX);
    let day = |on: NaiveDate| {
        let (used_secs, left_secs) = sums(on, on.succ_opt().unwrap_or(on));
        let holiday = calendar.holiday(on).map(str::to_owned);
        ExplainedDay { on, hours: spans_text(calendar.spans(on)), holiday, used_secs, left_secs }
    };
    let days: Vec<ExplainedDay> = all.skip(folded).map(day).collect();
    let earlier = days.first().filter(|_| folded != 0).map(|shown| {
        let (used_secs, left_secs) = sums(first, shown.on);
        EarlierDays { count: folded, used_secs, left_secs }
    });
    (earlier, days)
}

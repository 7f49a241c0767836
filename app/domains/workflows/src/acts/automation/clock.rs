//! Rules that the clock sets off: at a time of day, and for items whose due day has passed.

use chrono::{Days, Duration};
use kernel::{Cx, OrNotFound, Result, Site};

use super::note::set_off;
use crate::{
    acts::{gate, item::counted},
    automation::{KEPT_DAYS, Schedule, Trigger},
    guard::Guard,
    repo::{self, automation::Clocked},
};

/// The job that looks at the clock.
pub const JOB: &str = "rules.clock";

/// How many days after its due day an item still sets a rule off: the workers may have been away.
const LATE: u64 = 7;
/// As many items are looked at in one unit of work.
const PAGE: usize = 200;

/// Sets off what the clock sets off now, in every organisation. What fails in one keeps it from no other, and is tried again with
/// the whole.
pub async fn tick(site: &Site) -> Result<()> {
    let mut done = Ok(());
    for cx in site.in_each(JOB).await? {
        let today = cx.today().date();
        for clocked in repo::automation::clocked(cx.db(), cx.organisation_id(), today).await? {
            let fired = match &clocked.rule.rule.on {
                Trigger::Overdue => overdue(&cx, &clocked).await,
                Trigger::Schedule(schedule) => scheduled(&cx, &clocked, schedule).await,
                _ => Ok(()),
            };
            if let Err(error) = fired {
                tracing::error!(organisation = %cx.organisation_id(), %error, "The clock did not set off a rule");
                done = Err(error);
            }
        }
    }
    done
}

/// Sets a rule off for each item whose due day has passed since the rule is on.
async fn overdue(cx: &Cx, clocked: &Clocked) -> Result<()> {
    let today = cx.today().date();
    let since = cx.local(clocked.active_since).date();
    let earliest = today.checked_sub_days(Days::new(LATE)).unwrap_or(today);
    let Some(yesterday) = today.pred_opt() else { return Ok(()) };
    loop {
        let mut tx = cx.begin().await?;
        let (organisation_id, rule) = (cx.organisation_id(), clocked.rule.id);
        let span = (since.max(earliest), yesterday);
        let late = repo::automation::overdue(&mut tx, organisation_id, clocked.workflow_id, rule, span, PAGE)
            .await?;
        let workflow =
            repo::workflow::find(&mut tx, organisation_id, clocked.workflow_id).await?.or_not_found()?;
        let mut begun = 0;
        for (id, due_on) in &late {
            let Some((_, item)) = repo::item::find(&mut tx, organisation_id, *id).await? else { continue };
            let cause = format!("{} was due on {due_on}", workflow.head.item_key(item.card.number));
            let day = Some(due_on.to_string());
            let run = set_off(&mut tx, cx, &workflow, &item, &clocked.rule, cause, day).await?;
            begun += usize::from(run.is_some());
        }
        tx.commit().await?;
        // Where nothing was begun the next page is the same.
        if late.len() < PAGE || begun == 0 {
            return Ok(());
        }
    }
}

/// Sets a rule off for each of its items that meets its condition, once on a day.
///
/// Items that do not meet it are left out, so that the log is not full of them. Each page of items is a unit of work of its own.
/// The day is noted at the end: where the program ends before that, the items that were looked at are not set off for it again.
async fn scheduled(cx: &Cx, clocked: &Clocked, schedule: &Schedule) -> Result<()> {
    let local = cx.local(cx.now());
    let Some(day) = schedule.last_due(local, cx.membership().settings.working_days) else { return Ok(()) };
    // Whoever turns it on in the afternoon does not mean this morning.
    let is_before = day.and_time(schedule.at) < cx.local(clocked.active_since);
    if is_before || clocked.fired_on.is_some_and(|fired| day <= fired) {
        return Ok(());
    }
    let organisation_id = cx.organisation_id();
    let kept = &clocked.rule;
    let time = schedule.at.format("%H:%M");
    let cause =
        if day == local.date() { format!("It was {time}") } else { format!("It was {time} on {day}") };
    let mut after = None;
    loop {
        let mut tx = cx.begin().await?;
        let ids = repo::automation::open_items(
            &mut tx,
            organisation_id,
            clocked.workflow_id,
            schedule.step,
            after,
            PAGE,
        )
        .await?;
        let workflow =
            repo::workflow::find(&mut tx, organisation_id, clocked.workflow_id).await?.or_not_found()?;
        let fields = repo::workflow::fields(&mut tx, organisation_id, clocked.workflow_id).await?;
        let guard = match kept.rule.when.as_str() {
            "" => None,
            // What is wrong about it is written down by the run of each item.
            text => Guard::parse(text, &fields).ok(),
        };
        for id in &ids {
            let Some((_, item)) = repo::item::find(&mut tx, organisation_id, *id).await? else { continue };
            if let Some(guard) = &guard {
                let builtins = gate::builtins_for(&mut tx, cx, &item, guard.text()).await?;
                let verdict = guard.evaluate(&counted(&mut tx, cx, &fields, &item.data).await?, &builtins);
                if !verdict.holds && verdict.fault.is_none() {
                    continue;
                }
            }
            let once = Some(format!("{day} {time}"));
            set_off(&mut tx, cx, &workflow, &item, kept, cause.clone(), once).await?;
        }
        let is_last = ids.len() < PAGE;
        if is_last {
            repo::automation::fire(&mut tx, organisation_id, kept.id, kept.version, day).await?;
        }
        tx.commit().await?;
        if is_last {
            return Ok(());
        }
        after = ids.last().copied();
    }
}

/// Forgets runs that are older than [`KEPT_DAYS`]. Call it every hour or so.
pub async fn sweep(site: &Site) -> Result<()> {
    for cx in site.in_each("rules.sweep").await? {
        let before = cx.now() - Duration::days(KEPT_DAYS);
        let mut tx = cx.begin().await?;
        repo::automation::sweep(&mut tx, cx.organisation_id(), before).await?;
        tx.commit().await?;
    }
    Ok(())
}

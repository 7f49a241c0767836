//! The figures of a workflow: to be seen, and to be taken away.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use db::Reader;
use kernel::{Cx, Error, Permission, Result};
use sheet::{Cell, Sheet};

use super::{
    design::{apart, placed},
    workflow::by_key,
};
use crate::{
    definition::Definition,
    diagram::picture::Picture,
    insight::{EARLIER, History, ITEMS_MAX, Insights, Life, Map, Period, Report, StepFigures, more},
    model::{Step, StepKind, Workflow},
    repo::{
        self,
        insight::{ASSIGNEE, Wanted},
    },
};

/// How many steps a workflow has at most whose drawing is shown as a whole.
const DRAWN_MAX: usize = 300;

/// What was read of a workflow.
struct Read {
    workflow: Workflow,
    map: Map,
    period: Period,
    histories: Vec<History>,
    cut: bool,
}

/// The figures of the workflow whose items are called `key-…`, of so many days.
pub async fn insights(cx: &Cx, key: &str, days: i64) -> Result<Insights> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let on = snapshot(&cx).await;
    let Read { workflow, map, period, histories, cut } = read(&cx, &on, key, days).await?;
    let drawn =
        if DRAWN_MAX < workflow.steps.len() { None } else { Some(running(&cx, &on, &workflow).await?) };
    drop(on);
    let drawn = match drawn {
        Some(running) => Some(placed(&cx, running).await?),
        None => None,
    };
    let work = move || (Report::new(&map, &histories, &period), drawn.as_ref().map(Picture::of));
    let (report, picture) = apart(&cx, work).await?;
    Ok(Insights { workflow, report, cut, picture })
}

/// A file of the figures, with its type: `items.csv`, `steps.csv`, or both as `insights.xlsx`.
pub async fn file(cx: &Cx, key: &str, name: &str, days: i64) -> Result<(&'static str, Vec<u8>)> {
    const CSV: &str = "text/csv; charset=utf-8";
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let cx = cx.clone().require(Permission::ItemExport)?;
    if !["items.csv", "steps.csv", "insights.xlsx"].contains(&name) {
        return Err(Error::NotFound);
    }
    let tables = tables(&cx, key, days).await?;
    let name = name.to_owned();
    let work = move || {
        let [items, steps] = &tables;
        match name.as_str() {
            "items.csv" => Ok((CSV, sheet::csv(items).into_bytes())),
            "steps.csv" => Ok((CSV, sheet::csv(steps).into_bytes())),
            _ => sheet::xlsx(&tables).map(|bytes| (XLSX, bytes)),
        }
    };
    apart(&cx, work).await?.map_err(|cause| {
        let reference = cx.visit().request_id().to_owned();
        tracing::error!(request.id = %reference, error = %cause, "A workbook could not be written");
        Error::Internal { reference }
    })
}

/// The figures as tables: one of items and one of steps. Who may see the items and download them may have it.
pub async fn tables(cx: &Cx, key: &str, days: i64) -> Result<[Sheet; 2]> {
    let cx = cx.clone().require(Permission::ItemView)?.require(Permission::ItemExport)?;
    let on = snapshot(&cx).await;
    let read = read(&cx, &on, key, days).await?;
    drop(on);
    let clocks = cx.clone();
    let work = move || {
        let report = Report::new(&read.map, &read.histories, &read.period);
        [items(&clocks, &read), steps(&read.workflow, &report)]
    };
    apart(&cx, work).await
}

/// All that the figures are made of is read as it was at one moment.
pub(super) async fn snapshot(cx: &Cx) -> Reader {
    cx.visit().rest().await;
    cx.db().snapshot()
}

async fn read(cx: &Cx, on: &Reader, key: &str, days: i64) -> Result<Read> {
    let workflow = by_key(on, cx, key).await?;
    let fields = repo::workflow::fields(on, cx.organisation_id(), workflow.head.id).await?;
    // The history tells values by their labels: a field of this one would be taken for whom the item was given to.
    let tells_work = fields.iter().all(|field| field.label != ASSIGNEE);
    let map = Map::new(&workflow, tells_work);
    let period = period(cx, days);
    let (ends, open): (Vec<_>, Vec<_>) =
        workflow.all_steps().partition(|step: &&Step| step.kind == StepKind::Done);
    let ids = |steps: Vec<&Step>| steps.into_iter().map(|step| step.id).collect::<Vec<_>>();
    let (ends, open) = (ids(ends), ids(open));
    let wanted = Wanted {
        open: &open,
        ends: &ends,
        since: period.from(),
        limit: usize::try_from(ITEMS_MAX).unwrap_or(0),
    };
    let (mut histories, cut) = repo::insight::histories(on, cx.organisation_id(), wanted).await?;
    for history in &mut histories {
        history.step = workflow.root(history.step);
    }
    Ok(Read { workflow, map, period, histories, cut })
}

/// So many days up to today, by the organisation's clocks.
pub(super) fn period(cx: &Cx, days: i64) -> Period {
    let midnight = |day: NaiveDate| cx.instant(day.and_time(NaiveTime::MIN));
    Period::new(days, cx.today(), cx.membership().settings.week_start, midnight)
}

/// The design as it runs; steps that were never drawn stand nowhere.
async fn running(cx: &Cx, on: &Reader, workflow: &Workflow) -> Result<Definition> {
    let organisation_id = cx.organisation_id();
    let number = repo::design::number(on, organisation_id, workflow.head.id).await?;
    let published = repo::design::version(on, organisation_id, workflow.head.id, number).await?;
    Ok(published.iter().fold(Definition::from(workflow), Definition::filled_up_from))
}

/// Tenths of hours.
fn hours(seconds: i64) -> Cell {
    Cell::Tenths((seconds + 180) / 360)
}

/// A line for each item that was open or finished in these days, and one more where that is not all of them.
fn items(cx: &Cx, Read { workflow, map, period, histories, cut }: &Read) -> Sheet {
    let moment = |at: DateTime<Utc>| Cell::Moment(cx.local(at));
    let row = |history: &History| {
        let life = Life::new(history, &map.ends, period.until());
        let shown = life.finished.is_none_or(|at| period.from() <= at);
        let step = workflow.step(history.step).map(|step| step.name.clone());
        let stay = life.stays.last().filter(|stay| stay.still);
        shown.then(|| {
            vec![
                Cell::Text(workflow.head.item_key(history.number)),
                Cell::Text(history.title.clone()),
                moment(history.created_at),
                life.finished.map_or(Cell::Empty, moment),
                life.finished.map_or(Cell::Empty, |at| hours(history.lasted(life.began(), at).num_seconds())),
                step.into(),
                // What is done grows no older.
                stay.filter(|_| life.finished.is_none())
                    .map_or(Cell::Empty, |stay| hours(history.lasted(stay.from, stay.until).num_seconds())),
                Cell::Whole(life.reworks()),
            ]
        })
    };
    let head =
        vec!["Key", "Title", "Created", "Finished", "Cycle time (h)", "Step", "Age in step (h)", "Sent back"];
    let mut rows: Vec<Vec<Cell>> = histories.iter().filter_map(row).collect();
    if *cut {
        let mut last = vec![Cell::Empty, Cell::Text(more())];
        last.resize(head.len(), Cell::Empty);
        rows.push(last);
    }
    Sheet { name: "Items", head, rows }
}

/// A line for each step.
fn steps(workflow: &Workflow, report: &Report) -> Sheet {
    let row = |figures: &StepFigures| {
        let step = figures.step.and_then(|id| workflow.step(id));
        let span = |seconds: Option<i64>| seconds.map_or(Cell::Empty, hours);
        let ends = step.is_some_and(|step| step.kind == StepKind::Done);
        vec![
            Cell::Text(step.map_or(EARLIER, |step| &step.name).to_owned()),
            Cell::Whole(step.map_or(0, |step| workflow.items_in(step.id))),
            Cell::Whole(figures.visits),
            Cell::Whole(figures.reworked),
            Cell::Whole(figures.left),
            span(figures.median),
            span(figures.p85),
            span(Some(figures.total).filter(|_| !ends)),
            span(figures.worked.filter(|_| !ends)),
            span(figures.waited().filter(|_| !ends)),
        ]
    };
    Sheet {
        name: "Steps",
        head: vec![
            "Step",
            "Here now",
            "Visits",
            "Came back",
            "Left",
            "Median time (h)",
            "85 % within (h)",
            "Total time (h)",
            "Work time (h)",
            "Wait time (h)",
        ],
        rows: report.steps.iter().map(row).collect(),
    }
}

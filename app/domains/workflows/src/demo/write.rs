//! Writes a process and its items, many rows a statement.

use chrono::{DateTime, Days, Duration, Utc};
use db::{Arg, Query, sql};
use kernel::{Cx, Directory, ItemId, MemberId, OrNotFound, Result, StepId, Tx, WorkflowId};
use serde_json::Value;
use uuid::Uuid;

use super::{
    dice::Dice,
    plan::{Process, StepPlan},
};
use crate::{
    acts::sla,
    definition::{Definition, StepDefinition, TransitionDefinition},
    diagram::arranged,
    form::FileNames,
    model::{Act, Change, Field, Move, StepKind},
    repo, rules,
};

/// Items written in one transaction.
const BATCH: i64 = 2_000;
/// Rows written in one statement; 20 columns of 100 rows stay far below both engines' limits.
const ROWS: usize = 100;
/// As many items of a step with a limit have a clock, as if it had been set while the others were there.
const CLOCKS: usize = 200;
/// How far back the history goes.
const DAYS: i64 = 90;

pub(super) async fn workflow(cx: &Cx, process: &Process, items: i64) -> Result<()> {
    let mut tx = cx.begin().await?;
    let (workflow_id, steps) = definition(&mut tx, cx, process, items).await?;
    let fields = repo::workflow::fields(&mut tx, cx.organisation_id(), workflow_id).await?;
    tx.commit().await?;

    let mut counts = vec![0; steps.len()];
    let mut from = 0;
    while from < items {
        let until = (from + BATCH).min(items);
        let mut rows = Rows::default();
        for index in from..until {
            let place =
                item(cx, process, workflow_id, &steps, &fields, index, items, &mut rows).or_not_found()?;
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
        let mut tx = cx.begin().await?;
        rows.write(&mut tx).await?;
        tx.commit().await?;
        from = until;
    }

    let mut tx = cx.begin().await?;
    for (id, count) in steps.iter().zip(counts) {
        repo::workflow::count_step(&mut tx, cx.organisation_id(), *id, count).await?;
    }
    start_clocks(&mut tx, cx, workflow_id).await?;
    tx.commit().await
}

/// Lets the clocks of items run that are in steps with a limit, since they came there.
async fn start_clocks(tx: &mut Tx, cx: &Cx, workflow_id: WorkflowId) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let workflow = repo::workflow::find(&mut *tx, organisation_id, workflow_id).await?.or_not_found()?;
    for step in workflow.steps.iter().filter(|step| step.sla.is_some()) {
        for id in repo::item::ids_in_step(&mut *tx, organisation_id, step.id, None, CLOCKS).await? {
            let (_, item) = repo::item::find(&mut *tx, organisation_id, id).await?.or_not_found()?;
            sla::start_at(tx, cx, &workflow, &item, item.card.step_since).await?;
        }
    }
    Ok(())
}

async fn definition(
    tx: &mut Tx,
    cx: &Cx,
    process: &Process,
    items: i64,
) -> Result<(WorkflowId, Vec<StepId>)> {
    let workflow_id = cx.new_id();
    let now = cx.now();
    sql("insert into workflow (id, organisation_id, name, key, item_noun, next_number, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8)")
    .bind(workflow_id)
    .bind(cx.organisation_id())
    .bind(process.name)
    .bind(process.key)
    .bind(process.noun)
    .bind(process.first_number + items)
    .bind(now)
    .bind(cx.member_id())
    .exactly_one(&mut *tx)
    .await?;
    let steps: Vec<StepId> = process.steps.iter().map(|_| cx.new_id()).collect();
    let made = drawn(cx, process, &steps);
    repo::design::write_steps(tx, cx, workflow_id, None, &made).await?;
    repo::design::write_transitions(tx, cx, workflow_id, None, &made).await?;
    repo::design::write_fields(tx, cx, workflow_id, &[], &made).await?;
    repo::design::insert_version(&mut *tx, cx, workflow_id, 1, &made).await?;
    Ok((workflow_id, steps))
}

/// The design of a process whose steps have these ids.
fn drawn(cx: &Cx, process: &Process, ids: &[StepId]) -> Definition {
    let steps = process.steps.iter().zip(ids).map(|(step, id)| StepDefinition {
        id: *id,
        name: step.name.to_owned(),
        ends: step.kind == StepKind::Done,
        team_id: step.team.as_ref().map(|team| team.id),
        wip_limit: step.wip_limit,
        approval: step.approval.clone(),
        automatic: None,
        gives: None,
        sla: step.sla.clone(),
        booking: None,
        instructions: step.instructions.to_owned(),
        place: None,
    });
    let transitions = process.ways.iter().filter_map(|way| {
        Some(TransitionDefinition {
            from: *ids.get(way.from)?,
            to: *ids.get(way.to)?,
            name: way.name.to_owned(),
            rework: way.rework,
            refuses: false,
            guard: way.guard.to_owned(),
        })
    });
    let fields = process.fields.iter().map(|field| Field {
        unit: field.unit.to_owned(),
        required: field.required,
        choices: field.choices.iter().map(|choice| (*choice).to_owned()).collect(),
        terms: (field.terms)(ids),
        ..Field::new(
            cx.new_id(),
            field.step.and_then(|place| ids.get(place).copied()),
            field.key,
            field.label,
            field.kind,
        )
    });
    let mut made = Definition {
        base: 0,
        name: process.name.to_owned(),
        item_noun: process.noun.to_owned(),
        steps: steps.collect(),
        transitions: transitions.collect(),
        fields: Some(fields.collect()),
    };
    made.put(&arranged(&made, None));
    made
}

/// Rows waiting to be written.
#[derive(Default)]
struct Rows {
    items: Vec<Vec<Arg>>,
    activities: Vec<Vec<Arg>>,
    comments: Vec<Vec<Arg>>,
}

impl Rows {
    async fn write(self, tx: &mut Tx) -> Result<()> {
        insert(
            tx,
            "insert into item (id, organisation_id, workflow_id, number, title, tag, step_id, step_since, priority,
               assignee_id, due_on, amount, comment_count, data, created_at, created_by, updated_at) values ",
            self.items,
        )
        .await?;
        insert(
            tx,
            "insert into activity (id, organisation_id, item_id, kind, actor_id, data, created_at) values ",
            self.activities,
        )
        .await?;
        insert(
            tx,
            "insert into comment (id, organisation_id, item_id, body, created_at, created_by, updated_at) values ",
            self.comments,
        )
        .await
    }
}

async fn insert(tx: &mut Tx, head: &'static str, rows: Vec<Vec<Arg>>) -> Result<()> {
    for rows in rows.chunks(ROWS) {
        let mut query: Query = sql(head);
        for (index, row) in rows.iter().enumerate() {
            query = query.push(if index == 0 { "" } else { ", " }).push_list(row.iter().cloned());
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Lets one item live from its arrival to now. Gives the place of the step it is in.
#[expect(clippy::too_many_arguments, reason = "the scene an item lives in; used once")]
fn item(
    cx: &Cx,
    process: &Process,
    workflow_id: WorkflowId,
    steps: &[StepId],
    fields: &[Field],
    index: i64,
    items: i64,
    rows: &mut Rows,
) -> Option<usize> {
    let mut dice = Dice::new(process.first_number + index);
    let (title, mut data) = (process.begin)(&mut dice);
    // Older items have come further: the share of each step counts from the end of the process.
    let rank = index * 100 / items.max(1);
    let place = place_for(&process.steps, rank, &mut dice);
    let path = path(process, place, &mut dice);

    // Walk back from now to know when the item came.
    let now = cx.now();
    let dwell: Vec<Duration> = path
        .iter()
        .filter_map(|place| process.steps.get(*place))
        .map(|step| Duration::minutes((step.stay.num_minutes() * dice.between(20, 160)) / 100))
        .collect();
    let travelled: Duration = dwell.iter().sum();
    let age = Duration::minutes((items - index) * DAYS * 24 * 60 / items.max(1));
    let mut at: DateTime<Utc> = now - age.max(travelled).min(Duration::days(DAYS + 30));
    // What the walk does not fill is spent in the last step.
    let id: ItemId = Uuid::new_v7(stamp(at)).into();
    let created_at = at;
    let organisation_id = cx.organisation_id();
    let mut actor = someone(process, 0, &mut dice);
    let created_by = actor;
    let mut activity = |at: DateTime<Utc>, actor: Option<MemberId>, act: &Act| {
        rows.activities.push(vec![
            Uuid::new_v7(stamp(at)).into(),
            organisation_id.into(),
            id.into(),
            act.kind().into(),
            actor.into(),
            repo::activity::data(act).into(),
            at.into(),
        ]);
    };
    activity(
        at,
        actor,
        &Act::Created {
            step: process.steps.first()?.name.into(),
            public_form: false,
            part_of: String::new(),
        },
    );
    for (leg, places) in path.windows(2).enumerate() {
        let [from, to] = places else { continue };
        at += dwell.get(leg).copied().unwrap_or_default();
        actor = someone(process, *from, &mut dice);
        let before = data.clone();
        (process.work)(&mut dice, *from, &mut data);
        let (currency, nobody) = (&cx.membership().settings.currency, Directory::default());
        let changes = rules::changes(fields, &before, &data, currency, &nobody, &FileNames::new());
        if !changes.is_empty() {
            activity(
                at - Duration::minutes(dice.between(2, 9)),
                actor,
                &Act::Edited { changes: changes.into_iter().collect::<Vec<Change>>() },
            );
        }
        let rework = process.ways.iter().any(|way| (way.from, way.to) == (*from, *to) && way.rework);
        activity(
            at,
            actor,
            &Act::Moved(Move {
                rework,
                ..Move::new(
                    (*steps.get(*from)?, process.steps.get(*from)?.name),
                    (*steps.get(*to)?, process.steps.get(*to)?.name),
                )
            }),
        );
    }
    let step = process.steps.get(place)?;
    let done = step.kind == StepKind::Done;
    if done || step.approval.is_some() || dice.chance(85) {
        (process.work)(&mut dice, place, &mut data);
    }
    if done {
        data.insert("sold_on".into(), Value::String(at.date_naive().to_string()));
    }

    let mut comments = 0;
    while comments < 4 && dice.chance(if comments == 0 { 32 } else { 38 }) {
        let Some(remark) = dice.pick(process.remarks) else { break };
        let said = created_at + (now - created_at) * i32::try_from(dice.between(1, 95)).unwrap_or(1) / 100;
        rows.comments.push(vec![
            Uuid::new_v7(stamp(said)).into(),
            organisation_id.into(),
            id.into(),
            (*remark).into(),
            said.into(),
            someone(process, place, &mut dice).or(created_by).into(),
            said.into(),
        ]);
        comments += 1;
    }

    let (tag, amount) = rules::summary(fields, &data);
    data.remove("estimate");
    let today = cx.today().date();
    let due = dice.between(-2, 9);
    let due_on = match due {
        _ if done || dice.chance(12) => None,
        ..=-1 => today.checked_sub_days(Days::new(due.unsigned_abs())),
        days => today.checked_add_days(Days::new(days.unsigned_abs())),
    };
    let assignee = if dice.chance(82) { someone(process, place, &mut dice) } else { None };
    let priority = match dice.between(1, 100) {
        1..=4 if !done => 4,
        1..=20 => 3,
        21..=60 => 2,
        61..=85 => 1,
        _ => 0,
    };
    rows.items.push(vec![
        id.into(),
        organisation_id.into(),
        workflow_id.into(),
        (process.first_number + index).into(),
        title.into(),
        tag.into(),
        (*steps.get(place)?).into(),
        at.into(),
        priority.into(),
        assignee.into(),
        due_on.into(),
        amount.into(),
        comments.into(),
        Value::Object(data).into(),
        created_at.into(),
        created_by.into(),
        at.into(),
    ]);
    Some(place)
}

/// The place whose share of the items the rank falls into, now and then one off, so that numbers mix.
fn place_for(steps: &[StepPlan], rank: i64, dice: &mut Dice) -> usize {
    let mut sum = 0;
    let rank = (rank + dice.between(-6, 6)).clamp(0, 99);
    for (place, step) in steps.iter().enumerate().rev() {
        sum += step.share;
        if rank < sum {
            return place;
        }
    }
    0
}

/// A walk along the transitions from the first step to `end`; some items are sent back on their way. It passes no step where
/// somebody would have had to decide.
fn path(process: &Process, end: usize, dice: &mut Dice) -> Vec<usize> {
    let mut path = vec![0];
    let mut here = 0;
    while here != end {
        let decides = |place: usize| process.steps.get(place).is_some_and(|step| step.approval.is_some());
        let forward: Vec<usize> = process
            .ways
            .iter()
            .filter(|way| way.from == here && !way.rework && way.to <= end)
            .map(|way| way.to)
            .filter(|to| *to == end || !decides(*to))
            .collect();
        let Some(next) = dice.pick(&forward).copied() else { break };
        let back = process.ways.iter().find(|way| way.from == next && way.rework && way.to == here);
        if next != end && back.is_some() && path.len() < 5 && dice.chance(18) {
            path.push(next);
            path.push(here);
            continue;
        }
        path.push(next);
        here = next;
    }
    path
}

fn someone(process: &Process, place: usize, dice: &mut Dice) -> Option<MemberId> {
    let team = process.steps.get(place)?.team.as_ref()?;
    dice.pick(&team.members).copied()
}

/// Ids of the past carry the time they stand for, so that order by id is order in time.
fn stamp(at: DateTime<Utc>) -> uuid::Timestamp {
    uuid::Timestamp::from_unix(uuid::NoContext, at.timestamp().unsigned_abs(), at.timestamp_subsec_nanos())
}

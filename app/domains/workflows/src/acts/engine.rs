//! What the workflow does by itself: with items that come to a step, that are changed there, or whose wait is over.

pub mod part;

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use jobs::NewJob;
use kernel::{
    Cx, Directory, Error, ItemId, MemberId, NoticeKind, OrNotFound, Reason, Result, StepId, Tx, WorkflowId,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Source, approval, gate,
    item::{around, as_clocks_show, as_written, concerned, counted, put, write_changes},
    sla, tell,
};
use crate::{
    automatic::{Automatic, Deed, Gives, Unit, Wait, Whom},
    form::{self, value::Clocks},
    model::{Act, Field, FieldKind, Item, Move, Step, StepKind, Values, Workflow},
    repo::{self, decision::Carry},
    rules,
    timer::{FOLLOW, WAKE},
};

/// As many items of a step are looked at in one job when what it does changes.
const PAGE: usize = 200;

/// Why an item is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Because {
    /// It came to the step.
    Came,
    /// The step began to do something while it is there.
    Began,
    /// It has waited in the step as long as it should.
    Waited,
    /// It, or the workflow, was changed while it is in the step.
    Changed,
    /// Enough of its parts have come.
    Together,
}

/// Takes an item that came to a step as far as it goes by itself. Gives it, and those who have to decide of it now.
pub(super) async fn arrive(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    carry: Option<Carry>,
) -> Result<(Item, Vec<MemberId>)> {
    run(tx, cx, workflow, item, Because::Came, carry).await
}

/// The same for an item that was changed where it is: it may be able to go on now, or wait for another day.
pub(super) async fn changed(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: Item) -> Result<Item> {
    let does = workflow.step(item.card.step_id).and_then(|step| step.automatic.as_ref());
    let is_over = item.wakes_at.is_some_and(|at| at <= cx.now());
    match does {
        None => Ok(item),
        // A wait that never began is not one that goes on.
        Some(Automatic::Wait(Wait::For { .. })) if item.wakes_at.is_some() && !is_over => Ok(item),
        Some(_) => Ok(run(tx, cx, workflow, item, Because::Changed, None).await?.0),
    }
}

/// Lets an item go on whose wait is over, if it still waits.
pub async fn wake(cx: &Cx, item_id: ItemId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let Some((workflow_id, item)) = repo::item::find(&mut tx, cx.organisation_id(), item_id).await? else {
        return Ok(());
    };
    let workflow = repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await?;
    let Some(workflow) = workflow else { return Ok(()) };
    let does = workflow.step(item.card.step_id).and_then(|step| step.automatic.as_ref());
    let Some(Automatic::Wait(wait)) = does else { return Ok(()) };
    hold(&mut tx, cx, &item).await?;
    let item = rest(&mut tx, cx, &workflow, wait, item).await?;
    if item.wakes_at.is_some_and(|at| at <= cx.now()) {
        run(&mut tx, cx, &workflow, item, Because::Waited, None).await?;
    }
    tx.commit().await
}

/// Keeps others from moving or changing an item meanwhile. Who was faster is looked at when the job is done again.
pub(super) async fn hold(tx: &mut Tx, cx: &Cx, item: &Item) -> Result<()> {
    if repo::decision::hold(tx, cx.organisation_id(), item.card.id, item.card.version).await? {
        return Ok(());
    }
    Err(Error::Conflict("It was changed at the same moment.".into()))
}

/// Lets an item be looked at then.
async fn call(tx: &mut Tx, item_id: ItemId, at: DateTime<Utc>) -> Result<()> {
    tx.enqueue(NewJob::new(WAKE, json!({ "item": item_id })).at(at)).await?;
    Ok(())
}

/// Takes an item as far as it goes, and lets its clock run where it is then.
async fn run(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    item: Item,
    because: Because,
    carry: Option<Carry>,
) -> Result<(Item, Vec<MemberId>)> {
    let (item, asked) = go(tx, cx, workflow, item, because, carry).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    if step.kind == StepKind::Done {
        part::ended(tx, cx, workflow, &item).await?;
    }
    sla::start(tx, cx, workflow, &item).await?;
    Ok((item, asked))
}

/// Lets an item go on whose parts have come together.
async fn go_on(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: Item) -> Result<()> {
    Box::pin(run(tx, cx, workflow, item, Because::Together, None)).await?;
    Ok(())
}

async fn go(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    mut item: Item,
    mut because: Because,
    mut carry: Option<Carry>,
) -> Result<(Item, Vec<MemberId>)> {
    let mut passed = BTreeSet::new();
    loop {
        let step = workflow.step(item.card.step_id).or_not_found()?;
        if because == Because::Came {
            item = give(tx, cx, workflow, step, item).await?;
        }
        let Some(does) = &step.automatic else {
            let asked = approval::arrive(tx, cx, workflow, &item, carry.take()).await?;
            return Ok((item, asked));
        };
        if let Automatic::Wait(wait) = does
            && because != Because::Waited
        {
            item = rest(tx, cx, workflow, wait, item).await?;
            if item.wakes_at.is_none_or(|at| cx.now() < at) {
                return Ok((item, Vec::new()));
            }
        }
        if !passed.insert(step.id) {
            let why = format!("It came back to {} without anybody doing anything.", step.name);
            stuck(tx, cx, workflow, &item, &why).await?;
            return Ok((item, Vec::new()));
        }
        if let Automatic::Act(deeds) = does
            && matches!(because, Because::Came | Because::Began)
        {
            let done = act(tx, cx, workflow, step, item, deeds).await?;
            item = done.0;
            if let Err(why) = done.1 {
                stuck(tx, cx, workflow, &item, &why).await?;
                return Ok((item, Vec::new()));
            }
        }
        if because != Because::Together {
            if matches!(does, Automatic::Join(_))
                && because == Because::Came
                && part::join(tx, cx, workflow, &item).await?
            {
                return Ok((item, Vec::new()));
            }
            if does.gathers()
                && let Some(item) = part::wait(tx, cx, workflow, step, &item).await?
            {
                return Ok((item, Vec::new()));
            }
        }
        match gate::way_on(tx, cx, workflow, &item, None).await? {
            Ok((way, read)) => {
                let to = workflow.step(way.to_step_id).or_not_found()?;
                let along = Move {
                    by_itself: true,
                    because: read,
                    returns_to: item.returns_to,
                    ..Move::new((step.id, &step.name), (to.id, &to.name))
                };
                // While it only passes by, it may still return to who sent it back.
                let returns_to = item.returns_to.filter(|id| *id != to.id);
                item = put(tx, cx, workflow, item, returns_to, along).await?.0;
                because = Because::Came;
                // That was for the step before.
                carry = None;
            }
            Err(why) => {
                // Who changes it looks at it anyway.
                if because != Because::Changed {
                    stuck(tx, cx, workflow, &item, &why).await?;
                }
                return Ok((item, Vec::new()));
            }
        }
    }
}

/// Lets an item wait in its step.
async fn rest(tx: &mut Tx, cx: &Cx, workflow: &Workflow, wait: &Wait, item: Item) -> Result<Item> {
    let seen = match wait {
        Wait::Until { .. } => {
            let fields =
                repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id)
                    .await?;
            form::visible(&fields, &counted(&mut *tx, cx, &fields, &item.data).await?)
        }
        Wait::For { .. } => Values::new(),
    };
    let wakes_at = until(cx, wait, item.card.step_since, &seen);
    if wakes_at != item.wakes_at {
        repo::item::set_wake(&mut *tx, cx.organisation_id(), item.card.id, wakes_at).await?;
        if let Some(at) = wakes_at.filter(|at| cx.now() < *at) {
            call(tx, item.card.id, at).await?;
        }
    }
    Ok(Item { wakes_at, ..item })
}

/// Until when an item waits that came to its step then, with the values that count; none where its day is not known. Days begin
/// by the clocks of the organisation.
fn until(cx: &Cx, wait: &Wait, since: DateTime<Utc>, data: &Values) -> Option<DateTime<Utc>> {
    let later = |days: u32| {
        let then = Clocks::local(cx, since).checked_add_days(Days::new(days.into()))?;
        Some(Clocks::instant(cx, then))
    };
    match wait {
        Wait::For { amount, unit: Unit::Minutes } => {
            since.checked_add_signed(Duration::minutes((*amount).into()))
        }
        Wait::For { amount, unit: Unit::Hours } => {
            since.checked_add_signed(Duration::hours((*amount).into()))
        }
        Wait::For { amount, unit: Unit::Days } => later(*amount),
        Wait::For { amount, unit: Unit::Weeks } => later(amount.saturating_mul(7)),
        Wait::Until { field } => {
            let text = data.get(field)?.as_str()?;
            let moment = || DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
            let day = text.parse::<NaiveDate>().ok();
            day.map_or_else(moment, |day| Some(Clocks::instant(cx, day.and_time(NaiveTime::MIN))))
        }
    }
}

/// Gives an item to whom its step says. Where there is nobody, it stays whose it is.
async fn give(tx: &mut Tx, cx: &Cx, workflow: &Workflow, step: &Step, item: Item) -> Result<Item> {
    let Some(gives) = &step.gives else { return Ok(item) };
    let to = whom(tx, cx, step, gives, &item).await?;
    if to.is_none() && *gives != Gives::Nobody || to == item.card.assignee_id {
        return Ok(item);
    }
    let mut given = item.clone();
    given.card.assignee_id = to;
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    Ok(write_changes(tx, cx, workflow, &fields, &item, given).await?.0)
}

/// To whom an item in a step is given, if there is anybody.
pub(super) async fn whom(
    tx: &mut Tx,
    cx: &Cx,
    step: &Step,
    gives: &Gives,
    item: &Item,
) -> Result<Option<MemberId>> {
    let organisation_id = cx.organisation_id();
    let named = |key: &str| item.data.get(key)?.as_str()?.parse().ok();
    let one = match gives {
        Gives::Nobody => None,
        Gives::Member(id) => Some(*id),
        Gives::Creator => item.created_by,
        Gives::Field(key) => named(key),
        Gives::LeastLoaded => repo::giving::least_loaded(&mut *tx, organisation_id, step.team_id).await?,
        Gives::InTurn => repo::giving::in_turn(&mut *tx, organisation_id, step).await?,
    };
    Ok(match one {
        Some(id) => repo::decision::active(&mut *tx, organisation_id, &[id]).await?.pop(),
        None => None,
    })
}

/// Does with an item what its step does, or says what cannot be done.
async fn act(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    step: &Step,
    item: Item,
    deeds: &[Deed],
) -> Result<(Item, Result<(), String>)> {
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    let directory = if deeds.iter().any(|deed| names_somebody(deed, &fields)) {
        Some(Directory::read(&mut *tx, cx.organisation_id()).await?)
    } else {
        None
    };
    let mut done = item.clone();
    done.data = as_clocks_show(cx, &fields, &item.data);
    for deed in deeds {
        match deed {
            Deed::Set { field, value } => {
                let Some(known) = fields.iter().find(|known| known.key == *field) else {
                    return Ok((
                        item,
                        Err(format!("{} fills in {field}, which is no field now.", step.name)),
                    ));
                };
                let only = std::slice::from_ref(known);
                let sent = |key: &str| (key == known.key).then_some(value.as_str());
                match rules::read_values(only, &done.data, sent, &around(cx, directory.as_ref())) {
                    Ok(data) => done.data = data,
                    Err(error) => return Ok((item, Err(error.to_string()))),
                }
            }
            Deed::Due { days } => {
                done.card.due_on =
                    Clocks::local(cx, cx.now()).date().checked_add_days(Days::new((*days).into()));
            }
            Deed::Tell(_) => {}
        }
    }
    if let Some(why) = fills_in_hidden(&fields, deeds, &done.data) {
        return Ok((item, Err(format!("{} {why}", step.name))));
    }
    // What it hides by that is not kept, as where people do it.
    done.data =
        as_written(&item.data, form::visible(&fields, &done.data), &as_clocks_show(cx, &fields, &item.data));
    (done.card.tag, done.card.amount) = rules::summary(&fields, &done.data);
    if done != item {
        done = write_changes(tx, cx, workflow, &fields, &item, done).await?.0;
    }
    for deed in deeds {
        let Deed::Tell(whom) = deed else { continue };
        let to = match whom {
            Whom::Assignee => done.card.assignee_id.map(|id| (id, Reason::Assignee)).into_iter().collect(),
            Whom::Creator => done.created_by.map(|id| (id, Reason::Author)).into_iter().collect(),
            Whom::Team => {
                let team = repo::decision::of_team(&mut *tx, cx.organisation_id(), step.team_id).await?;
                team.into_iter().map(|id| (id, Reason::Addressed)).collect()
            }
            Whom::Member(id) => vec![(*id, Reason::Addressed)],
        };
        let text = format!("It came to {}", step.name);
        let source = Source { kind: NoticeKind::Changed, source_id: cx.new_id::<Uuid>(), text: &text };
        tell(tx, cx, &workflow.head, &done.card, source, to).await?;
    }
    Ok((done, Ok(())))
}

/// Whether a deed fills in a member or a team.
fn names_somebody(deed: &Deed, fields: &[Field]) -> bool {
    let Deed::Set { field, .. } = deed else { return false };
    let is_it =
        |known: &Field| known.key == *field && matches!(known.kind, FieldKind::Person | FieldKind::Team);
    fields.iter().any(is_it)
}

/// Why deeds cannot fill in what they should, where conditions hide it with these values, as the end of a sentence.
fn fills_in_hidden(fields: &[Field], deeds: &[Deed], data: &Values) -> Option<String> {
    let hidden = form::hidden(fields, data);
    deeds.iter().find_map(|deed| {
        let Deed::Set { field, .. } = deed else { return None };
        let known = fields.iter().find(|known| known.key == *field && hidden.contains(field))?;
        let is_filled = !form::is_empty(data.get(field));
        is_filled.then(|| {
            let why = form::why_hidden(known, fields);
            format!("fills in {}, which is not asked for with these values: {why}.", known.label)
        })
    })
}

/// Writes down that an item does not go on by itself, and tells who has to do with it.
async fn stuck(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: &Item, why: &str) -> Result<()> {
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let act = Act::Stuck { step: step.name.clone(), why: why.to_owned() };
    let entry = repo::activity::insert(&mut *tx, cx, item.card.id, &act).await?;
    let to = concerned(tx, cx, item).await?;
    let text = format!("It does not go on from {} by itself. {why}", step.name);
    let source = Source { kind: NoticeKind::Changed, source_id: entry, text: &text };
    tell(tx, cx, &workflow.head, &item.card, source, to).await
}

/// What a job does that lets the items of a step follow a published design.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Follow {
    step: StepId,
    /// When it was published: items that are in the step since then came by it.
    published_at: DateTime<Utc>,
    /// Whether the step began to do something else.
    begins: bool,
    /// The last item that was looked at.
    after: Option<ItemId>,
}

/// Lets the items of a workflow follow a published design, soon: those in steps that do something by themselves, and those
/// that came to another step since theirs is gone.
pub(super) async fn published(
    tx: &mut Tx,
    cx: &Cx,
    before: &Workflow,
    id: WorkflowId,
    at: DateTime<Utc>,
) -> Result<()> {
    let Some(now) = repo::workflow::find(&mut *tx, cx.organisation_id(), id).await? else { return Ok(()) };
    let dissolved = before.steps.iter().any(|old| now.step(old.id).is_none() && 0 < old.item_count);
    let did = |step: StepId| before.step(step).and_then(|old| old.automatic.as_ref());
    for step in now.steps.iter().filter(|step| 0 < step.item_count) {
        let does = step.automatic.as_ref();
        let waited = matches!(did(step.id), Some(Automatic::Wait(_)));
        if waited && !matches!(does, Some(Automatic::Wait(_))) {
            repo::item::forget_wakes(&mut *tx, cx.organisation_id(), step.id).await?;
        }
        if does.is_none() && !(dissolved && step.gives.is_some()) {
            continue;
        }
        let begins = does.map(std::mem::discriminant) != did(step.id).map(std::mem::discriminant);
        follow_on(tx, Follow { step: step.id, published_at: at, begins, after: None }).await?;
    }
    Ok(())
}

/// Lets the items of a step follow what it does, soon, where some came to it at that instant without being moved.
pub(super) async fn came(tx: &mut Tx, cx: &Cx, step: &Step, at: DateTime<Utc>) -> Result<()> {
    if !matches!(step.automatic, Some(Automatic::Wait(_))) {
        repo::item::forget_wakes(&mut *tx, cx.organisation_id(), step.id).await?;
    }
    if step.automatic.is_none() && step.gives.is_none() {
        return Ok(());
    }
    follow_on(tx, Follow { step: step.id, published_at: at, begins: false, after: None }).await
}

async fn follow_on(tx: &mut Tx, follow: Follow) -> Result<()> {
    tx.enqueue(NewJob::new(FOLLOW, json!(follow))).await?;
    Ok(())
}

/// Looks at some items of a step, each in a unit of work of its own, and leaves the others to the next job.
pub async fn follow(cx: &Cx, follow: Follow) -> Result<()> {
    let ids = repo::item::ids_in_step(cx.db(), cx.organisation_id(), follow.step, follow.after, PAGE).await?;
    for id in &ids {
        let mut tx = cx.begin().await?;
        let Some((workflow_id, item)) = repo::item::find(&mut tx, cx.organisation_id(), *id).await? else {
            continue;
        };
        let workflow =
            repo::workflow::find(&mut tx, cx.organisation_id(), workflow_id).await?.or_not_found()?;
        let Some(step) = workflow.step(item.card.step_id).filter(|step| step.id == follow.step) else {
            continue;
        };
        hold(&mut tx, cx, &item).await?;
        let came = item.card.step_since == follow.published_at;
        if step.automatic.is_some() {
            let because = match (came, follow.begins) {
                (true, _) => Because::Came,
                (false, true) => Because::Began,
                (false, false) => Because::Changed,
            };
            run(&mut tx, cx, &workflow, item, because, None).await?;
        } else if came {
            // Who has to decide there is told by publishing itself.
            give(&mut tx, cx, &workflow, step, item).await?;
        }
        tx.commit().await?;
    }
    if ids.len() < PAGE {
        return Ok(());
    }
    let mut tx = cx.begin().await?;
    follow_on(&mut tx, Follow { after: ids.last().copied(), ..follow }).await?;
    tx.commit().await
}

/// Lets an item that was brought back wait on, or go on where it can.
pub(super) async fn restored(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: Item) -> Result<()> {
    let item = changed(tx, cx, workflow, item).await?;
    match item.wakes_at.filter(|at| cx.now() < *at) {
        // Its timer may have found nothing meanwhile.
        Some(at) => call(tx, item.card.id, at).await,
        None => Ok(()),
    }
}

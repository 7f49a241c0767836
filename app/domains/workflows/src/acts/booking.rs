//! Bookings that steps ask for: the calendar is told when items come and go, and says how their bookings stand.

use std::{collections::BTreeSet, pin::Pin};

use db::On;
use jobs::NewJob;
use kernel::{
    BOOKING_DONE, BookingStanding, BookingWish, Cx, Event, ItemBooking, ItemId, JobTypeId, OrNotFound,
    Permission, Result, StepId, Topic, Tx, WorkflowId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    approval::place,
    engine::hold,
    gate,
    item::{Passage, carry_out},
};
use crate::{
    api::topic,
    booking::{BookingNeed, JobType, NeededBooking, Stands, stands},
    definition::{Definition, Finding, StepDefinition},
    interchange::called,
    model::{Item, Step, Workflow},
    repo,
    rules::Refusal,
    timer::{BOOKED, BOOKINGS},
};

/// As many items are looked at in one job when steps ask for something else.
const PAGE: usize = 200;
/// What a history says of an item that went on by itself.
const BECAUSE: &str = "its booking is done";

/// Asks for what a step needs, of an item that came there.
pub(super) async fn want(tx: &mut Tx, cx: &Cx, step: &Step, item: ItemId) -> Result<()> {
    let Some(BookingNeed { job_type, minutes }) = step.booking else { return Ok(()) };
    let wish = BookingWish { item_id: item, step_id: Some(step.root()), job_type_id: job_type, minutes };
    cx.want_booking(tx, wish).await
}

/// The same of an item that did not come anew: what was done there stays done.
pub(super) async fn want_again(tx: &mut Tx, cx: &Cx, step: &Step, item: ItemId) -> Result<()> {
    let Some(need) = step.booking else { return Ok(()) };
    let bookings = cx.bookings_of((&mut *tx).into(), item).await?;
    match stands(&bookings, step.root(), need.job_type) {
        Stands::Wanted => want(tx, cx, step, item).await,
        Stands::Booked(_) | Stands::Done => Ok(()),
    }
}

/// Tells the page of an item that stays where it is what is booked for it now.
pub(super) fn tell(tx: &mut Tx, workflow_id: WorkflowId, item: ItemId) {
    tx.tell(Topic::of(Permission::ItemView, topic(workflow_id)), "item.booked", item.uuid());
}

/// Asks no more for what a step needed, of an item that left it.
pub(super) async fn let_go(tx: &mut Tx, cx: &Cx, step: &Step, item: ItemId) -> Result<()> {
    match step.booking {
        Some(_) => cx.let_go_of_bookings(tx, item, step.root()).await,
        None => Ok(()),
    }
}

/// The same of an item that was deleted in a step.
pub(super) async fn deleted(tx: &mut Tx, cx: &Cx, item: ItemId, step: StepId) -> Result<()> {
    match repo::workflow::booked_as(&mut *tx, cx.organisation_id(), step).await? {
        Some(root) => cx.let_go_of_bookings(tx, item, root).await,
        None => Ok(()),
    }
}

/// Why an item does not go forward from a step, if its booking there has no time yet. What cannot be booked any more keeps nothing.
pub(super) async fn refusal(
    mut tx: Option<&mut Tx>,
    cx: &Cx,
    step: &Step,
    item: ItemId,
) -> Result<Option<Refusal>> {
    let Some(need) = step.booking else { return Ok(None) };
    let bookings = cx.bookings_of(place(&mut tx, cx), item).await?;
    if stands(&bookings, step.root(), need.job_type).lets_go() {
        return Ok(None);
    }
    let known = cx.job_types(place(&mut tx, cx)).await?;
    let known = known.into_iter().find(|known| known.id == need.job_type);
    Ok(known.map(|known| Refusal::Unbooked { what: known.name }))
}

/// The booking that an item needs where it is, if it needs one that there can be.
pub(super) async fn of_item(cx: &Cx, workflow: &Workflow, item: &Item) -> Result<Option<NeededBooking>> {
    let here = workflow.step(item.card.step_id);
    let Some((step, need)) = here.and_then(|step| Some((step, step.booking?))) else { return Ok(None) };
    let known = cx.job_types(cx.db().into()).await?;
    let Some(known) = known.into_iter().find(|known| known.id == need.job_type) else { return Ok(None) };
    let bookings = cx.bookings_of(cx.db().into(), item.card.id).await?;
    let stands = stands(&bookings, step.root(), need.job_type);
    Ok(Some(NeededBooking { what: known.name, stands }))
}

/// What is wrong about the bookings that a design asks for.
pub(super) async fn faults(on: impl Into<On<'_>>, cx: &Cx, design: &Definition) -> Result<Vec<Finding>> {
    let known = known_for(on, cx, design).await?;
    Ok(unknown(design, &known))
}

/// What can be booked, where a design asks for anything.
pub(super) async fn known_for(on: impl Into<On<'_>>, cx: &Cx, design: &Definition) -> Result<Vec<JobType>> {
    if design.steps.iter().all(|step| step.booking.is_none()) {
        return Ok(Vec::new());
    }
    Ok(cx.job_types(on.into()).await?.into_iter().map(JobType::from).collect())
}

fn is_known(need: &BookingNeed, known: &[JobType]) -> bool {
    known.iter().any(|known| known.id == need.job_type)
}

/// The steps of a design that ask for what cannot be booked.
pub(super) fn unknown(design: &Definition, known: &[JobType]) -> Vec<Finding> {
    let asks = design.steps.iter().filter(|step| step.booking.is_some_and(|need| !is_known(&need, known)));
    let finding = |step: &StepDefinition| Finding {
        blocks: true,
        step: Some(step.id),
        text: format!(
            "The job type that {} needs a booking of is gone. Choose another one.",
            step.name.trim()
        ),
    };
    asks.map(finding).collect()
}

/// Takes bookings out of a design that there cannot be here, and says so.
pub(super) fn without_unknown(design: &mut Definition, known: &[JobType]) -> Option<String> {
    let mut steps = Vec::new();
    for step in &mut design.steps {
        if step.booking.is_some_and(|need| !is_known(&need, known)) {
            step.booking = None;
            steps.push(called(&step.name));
        }
    }
    let named = steps.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match steps.len() {
        0 => return None,
        1..=5 => String::new(),
        count => format!(" and {} more", count - 5),
    };
    Some(format!("Bookings of job types that are not known here were left out, in {named}{more}."))
}

/// Lets items go on whose booking is done, soon. A [`kernel::OnEvent`].
pub fn on_event<'a>(
    tx: &'a mut Tx,
    _: &'a Cx,
    event: &'a Event,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        let named = |name: &str| event.data.get(name).and_then(Value::as_str);
        let item = named("item").and_then(|id| id.parse().ok());
        let step = named("step").and_then(|id| id.parse().ok());
        if let (BOOKING_DONE, Some(item), Some(step)) = (event.kind, item, step) {
            // Not at once: who moves an item holds it and then its bookings, who finishes a booking the other way round.
            tx.enqueue(NewJob::new(BOOKED, json!(Finished { item, step }))).await?;
        }
        Ok(())
    })
}

/// A booking that is done.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Finished {
    /// What it was for.
    item: ItemId,
    /// The step that asked for it, as histories call it.
    step: StepId,
}

/// Lets an item go on whose booking is done, if it still is in the step that asked for it and only one way is open.
pub async fn finished(cx: &Cx, Finished { item, step }: Finished) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let mut tx = cx.begin().await?;
    let Some((workflow_id, item)) = repo::item::find(&mut tx, organisation_id, item).await? else {
        return Ok(());
    };
    // Nobody publishes meanwhile: what is counted at the end is as it is read here.
    repo::workflow::hold(&mut tx, cx, workflow_id).await?;
    hold(&mut tx, cx, &item).await?;
    let Some(workflow) = repo::workflow::find(&mut tx, organisation_id, workflow_id).await? else {
        return Ok(());
    };
    let is_it = |here: &&Step| here.root() == step && here.approval.is_none() && here.automatic.is_none();
    let here = workflow.step(item.card.step_id).filter(is_it);
    let Some(need) = here.and_then(|here| here.booking) else { return Ok(()) };
    let bookings = cx.bookings_of((&mut tx).into(), item.card.id).await?;
    if stands(&bookings, step, need.job_type) != Stands::Done {
        return Ok(());
    }
    let Some((way, read)) = gate::only_way_on(&mut tx, cx, &workflow, &item).await? else { return Ok(()) };
    let to = workflow.step(way.to_step_id).or_not_found()?;
    let because = if read.is_empty() { BECAUSE.to_owned() } else { format!("{BECAUSE}, and {read}") };
    carry_out(&mut tx, cx, &workflow, item, to, Passage::by_itself(because)).await?;
    tx.commit().await
}

/// What a job does that lets the bookings of items follow a published design.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Follow {
    /// The step in which the items were, as histories call it.
    step: StepId,
    /// The items. They may have gone on since then, so that they are not asked for anew.
    items: Vec<ItemId>,
}

/// Lets the bookings of the items of a workflow follow a published design, soon.
pub(super) async fn published(tx: &mut Tx, cx: &Cx, before: &Workflow, id: WorkflowId) -> Result<()> {
    let Some(now) = repo::workflow::find(&mut *tx, cx.organisation_id(), id).await? else { return Ok(()) };
    let dissolved = before.steps.iter().any(|old| now.step(old.id).is_none() && 0 < old.item_count);
    let asks = |step: &Step| step.booking.map(|need| need.job_type);
    for step in now.steps.iter().filter(|step| 0 < step.item_count) {
        let receives = dissolved && step.booking.is_some();
        if receives || before.step(step.id).and_then(asks) != asks(step) {
            follow_on(tx, cx, step).await?;
        }
    }
    Ok(())
}

/// The same for the items that are in a step now, if it asks for a booking: they come there or leave it without being moved.
pub(super) async fn look_soon(tx: &mut Tx, cx: &Cx, step: &Step) -> Result<()> {
    if step.booking.is_some() { follow_on(tx, cx, step).await } else { Ok(()) }
}

async fn follow_on(tx: &mut Tx, cx: &Cx, step: &Step) -> Result<()> {
    let mut after = None;
    loop {
        let items = repo::item::ids_in_step(&mut *tx, cx.organisation_id(), step.id, after, PAGE).await?;
        let Some(last) = items.last().copied() else { return Ok(()) };
        let is_all = items.len() < PAGE;
        tx.enqueue(NewJob::new(BOOKINGS, json!(Follow { step: step.root(), items }))).await?;
        if is_all {
            return Ok(());
        }
        after = Some(last);
    }
}

/// Lets the bookings of some items follow where they are now, each in a unit of work of its own.
pub async fn follow(cx: &Cx, follow: Follow) -> Result<()> {
    for id in follow.items {
        let mut tx = cx.begin().await?;
        look(&mut tx, cx, id, follow.step).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Lets an item that was in a step ask for what it needs where it is, and for nothing else.
async fn look(tx: &mut Tx, cx: &Cx, id: ItemId, step: StepId) -> Result<()> {
    let organisation_id = cx.organisation_id();
    let Some((workflow_id, item)) = repo::item::find(&mut *tx, organisation_id, id).await? else {
        return cx.let_go_of_bookings(tx, id, step).await;
    };
    hold(tx, cx, &item).await?;
    let Some(workflow) = repo::workflow::find(&mut *tx, organisation_id, workflow_id).await? else {
        return Ok(());
    };
    let here = workflow.step(item.card.step_id).or_not_found()?;
    let needed = here.booking.map(|need| (here.root(), need.job_type));
    let bookings = cx.bookings_of((&mut *tx).into(), id).await?;
    let astray = astray(&bookings, [step, here.root()], needed);
    for step in &astray {
        cx.let_go_of_bookings(tx, id, *step).await?;
    }
    let lacks = needed.is_some_and(|(step, job_type)| stands(&bookings, step, job_type) == Stands::Wanted);
    if lacks {
        want(tx, cx, here, id).await?;
    }
    if lacks || !astray.is_empty() {
        tell(tx, workflow_id, id);
    }
    Ok(())
}

/// Those of two steps for which something is booked, and not done, that is not needed.
fn astray(
    bookings: &[ItemBooking],
    steps: [StepId; 2],
    needed: Option<(StepId, JobTypeId)>,
) -> BTreeSet<StepId> {
    let is_open = |one: &&ItemBooking| one.standing != BookingStanding::Done;
    let is_needed = |step: StepId, one: &ItemBooking| needed == Some((step, one.job_type_id));
    let of_step = |one: &ItemBooking| {
        let step = one.step_id.filter(|step| steps.contains(step))?;
        (!is_needed(step, one)).then_some(step)
    };
    bookings.iter().filter(is_open).filter_map(of_step).collect()
}

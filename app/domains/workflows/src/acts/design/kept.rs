//! Items that stay on the version that they are on when another is published, and that go on with it later.

use std::collections::BTreeMap;

use kernel::{Cx, Error, OrNotFound, Permission, Result, StepId, Tx, WorkflowId};
use serde_json::json;

use super::{event, guard::still_apart};
use crate::{
    acts::{approval, booking, engine, sla},
    automatic::Automatic,
    definition::newcomers,
    model::{Act, Field, Move, Step, StepKind, Workflow},
    repo,
};

/// Lets the items that are not done stay on the version that runs, which has this number. Tells how many there are.
pub(super) async fn stay(
    tx: &mut Tx,
    cx: &Cx,
    live: &Workflow,
    fields: &[Field],
    number: i64,
) -> Result<i64> {
    let open: Vec<&Step> = live.steps.iter().filter(|step| step.kind != StepKind::Done).collect();
    let ids: Vec<StepId> = open.iter().map(|step| step.id).collect();
    // In the order in which everybody holds rows.
    repo::kept::hold_items(tx, cx, &ids).await?;
    repo::workflow::hold_steps(tx, cx, live.head.id).await?;
    let own = repo::kept::copy(tx, cx, live, fields, number).await?;
    let mut stayed = 0;
    for step in &open {
        let to = own.get(&step.id).copied().or_not_found()?;
        stayed += repo::kept::change_version(tx, cx, step.id, to).await?;
        approval::change_step(tx, cx, step, to).await?;
    }
    repo::kept::bring_along(tx, cx, &own).await?;
    repo::kept::sweep(tx, cx, live.head.id).await?;
    Ok(stayed)
}

/// Lets the items that stay on an earlier version go on with the one that runs: each in the step that its own goes on as, or
/// where `moves` says. Gives how many there were.
pub async fn take_up(cx: &Cx, id: WorkflowId, number: i64, moves: &BTreeMap<StepId, StepId>) -> Result<i64> {
    let cx = cx.clone().require(Permission::WorkflowPublish)?;
    let (organisation_id, at) = (cx.organisation_id(), cx.now());
    let mut tx = cx.begin().await?;
    // Nobody publishes meanwhile.
    repo::workflow::hold(&mut tx, &cx, id).await?;
    let live = repo::workflow::find(&mut tx, organisation_id, id).await?.or_not_found()?;
    let version = live.kept.iter().find(|version| version.number == number);
    let Some(version) = version else {
        return Err(Error::Conflict(format!("No item stays on version {number} any more.")));
    };
    let ids: Vec<StepId> = version.steps.iter().map(|step| step.id).collect();
    repo::kept::hold_items(&mut tx, &cx, &ids).await?;
    repo::workflow::hold_steps(&mut tx, &cx, id).await?;

    let mut same = BTreeMap::new();
    let mut came: BTreeMap<StepId, i64> = BTreeMap::new();
    for (step, best) in version.steps.iter().zip(newcomers(&live, version)) {
        let chosen = moves.get(&step.id).copied().or(best.to);
        let to = chosen.and_then(|id| live.step(id)).filter(|to| live.runs(to.id));
        let to = to.ok_or_else(|| {
            Error::Conflict(format!("Choose a step of the workflow for the items of {}.", step.name))
        })?;
        let does = |step: &Step| step.automatic.as_ref().map(std::mem::discriminant);
        let gathers = step.automatic.as_ref().is_some_and(Automatic::gathers);
        if gathers && 0 < step.item_count && (to.id != step.root() || does(step) != does(to)) {
            return Err(still_apart(step));
        }
        booking::look_soon(&mut tx, &cx, step).await?;
        let count = if to.id == step.root() {
            same.insert(step.id, to.id);
            let count = repo::kept::change_version(&mut tx, &cx, step.id, to.id).await?;
            approval::change_step(&mut tx, &cx, step, to.id).await?;
            count
        } else {
            approval::dissolved(&mut tx, &cx, step).await?;
            repo::sla::withdraw(&mut tx, &cx, step.id).await?;
            let ended = [step, to].iter().all(|step| step.kind == StepKind::Done);
            let along = Move { ended, ..Move::new((step.root(), &step.name), (to.id, &to.name)) };
            repo::design::empty_step(&mut tx, &cx, step.id, (to.id, at), &Act::Moved(along)).await?
        };
        *came.entry(to.id).or_default() += count;
    }
    repo::kept::bring_along(&mut tx, &cx, &same).await?;
    repo::kept::forget_returns(&mut tx, &cx, &ids).await?;
    repo::kept::sweep(&mut tx, &cx, id).await?;

    let now = repo::workflow::find(&mut tx, organisation_id, id).await?.or_not_found()?;
    for step in now.steps.iter().filter(|step| came.get(&step.id).is_some_and(|count| 0 < *count)) {
        // What decides, limits and drives them may be another one.
        approval::ask_all(&mut tx, &cx, &now, step).await?;
        engine::came(&mut tx, &cx, step, at).await?;
        sla::came(&mut tx, step).await?;
        booking::look_soon(&mut tx, &cx, step).await?;
    }
    let count: i64 = came.values().sum();
    let data = json!({ "name": now.head.name, "number": number, "items": count });
    tx.record(event("workflow.migrated", id, data)).await?;
    tx.commit().await?;
    Ok(count)
}

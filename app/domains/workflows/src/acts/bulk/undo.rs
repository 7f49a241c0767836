//! Taking back what was done with many items.

use std::collections::BTreeMap;

use chrono::Duration;
use kernel::{Cx, Error, ItemId, OrNotFound, Permission, Result, Tx, WorkflowId};
use uuid::Uuid;

use super::{Case, SLICE, TRIES, changed, gone, tell_pages};
use crate::{
    acts::item::{self, take_back},
    bulk::{BulkAct, Stay, Undone},
    model::Item,
    repo::{
        self,
        bulk::{Back, Touched},
    },
};

/// How long it can be taken back.
const UNDO_FOR: Duration = Duration::hours(1);

/// Takes back what one did with many items, as one. Items that were changed since stay as they are, and are named. Where it was
/// broken off, it goes on when it is asked for again.
pub async fn undo(cx: &Cx, id: Uuid) -> Result<Undone> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let mut begun = false;
    let mut tries = 1;
    loop {
        match undo_slice(&cx, id, begun).await {
            Ok(Some(items)) => return Ok(undone(items)),
            Ok(None) => (begun, tries) = (true, 1),
            Err(Error::Conflict(_)) if begun && tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// What came of taking back all of them.
fn undone(items: Vec<Touched>) -> Undone {
    let mut undone = Undone { keys: Vec::new(), stay: Vec::new() };
    for Touched { id, key, back, .. } in items {
        match back {
            Some(Back::Stays { reason, why }) => undone.stay.push(Stay { id, key, reason, why }),
            Some(Back::Done) | None => undone.keys.push(key),
        }
    }
    undone
}

/// Takes back the next slice of them. Gives all of them once nothing is left to be taken back.
async fn undo_slice(cx: &Cx, id: Uuid, begun: bool) -> Result<Option<Vec<Touched>>> {
    let mut tx = cx.begin().await?;
    let mut kept = repo::bulk::hold(&mut tx, cx, id).await?.or_not_found()?;
    let cx = cx.clone().require(kept.act.0.permission())?;
    let left = kept.items.0.iter().filter(|one| one.back.is_none()).count();
    if !begun {
        if kept.undone_at.is_some() && left == 0 {
            return Err(Error::Conflict("It was taken back already.".into()));
        }
        if UNDO_FOR < cx.now() - kept.created_at {
            return Err(Error::Conflict(
                "It was done more than an hour ago and cannot be taken back as one any more.".into(),
            ));
        }
    }
    repo::bulk::set_undone(&mut tx, &cx, id).await?;
    let mut slice: BTreeMap<ItemId, &mut Touched> = BTreeMap::new();
    for one in kept.items.0.iter_mut().filter(|one| one.back.is_none()).take(SLICE) {
        slice.insert(one.id, one);
    }
    if !slice.is_empty() {
        if kept.act.0 == BulkAct::Delete {
            out_of_the_bin(&mut tx, &cx, kept.workflow_id, &mut slice).await?;
        } else {
            as_before(&mut tx, &cx, kept.workflow_id, kept.act.0, &mut slice).await?;
        }
        repo::bulk::update(&mut tx, &cx, id, &kept.items.0, &kept.stays.0).await?;
        tell_pages(&mut tx, kept.workflow_id);
    }
    tx.commit().await?;
    Ok((left <= SLICE).then_some(kept.items.0))
}

/// Brings back what is in the bin as it was put there.
async fn out_of_the_bin(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    slice: &mut BTreeMap<ItemId, &mut Touched>,
) -> Result<()> {
    let ids: Vec<ItemId> = slice.keys().copied().collect();
    repo::workflow::hold(tx, cx, workflow_id).await?;
    let traces = repo::item::traces(&mut *tx, cx, workflow_id, &ids, true).await?;
    repo::workflow::hold_steps(tx, cx, workflow_id).await?;
    for (item_id, _, version, deleted) in traces {
        let Some(one) = slice.remove(&item_id) else { continue };
        let key = &one.key;
        let stays = |reason: &str, why: String| Back::Stays { reason: reason.to_owned(), why };
        one.back = Some(if !deleted {
            stays("Brought back already", format!("{key} was brought back already."))
        } else if version != one.version {
            stays("Changed meanwhile", format!("{key} was brought back and deleted anew since."))
        } else {
            item::bring_back(tx, cx, item_id).await?;
            Back::Done
        });
    }
    for one in std::mem::take(slice).into_values() {
        let Stay { reason, why, .. } = gone(one.id, one.key.clone());
        one.back = Some(Back::Stays { reason, why });
    }
    Ok(())
}

/// Makes items what they were before, those that are as they were left.
async fn as_before(
    tx: &mut Tx,
    cx: &Cx,
    workflow_id: WorkflowId,
    act: BulkAct,
    slice: &mut BTreeMap<ItemId, &mut Touched>,
) -> Result<()> {
    let ids: Vec<ItemId> = slice.keys().copied().collect();
    let mut case = Case::read(Some(&mut *tx), cx, workflow_id, act, &ids).await?;
    for Stay { id, reason, why, .. } in std::mem::take(&mut case.stay) {
        if let Some(one) = slice.remove(&id) {
            one.back = Some(Back::Stays { reason, why });
        }
    }
    for item in std::mem::take(&mut case.items) {
        let Some(one) = slice.remove(&item.card.id) else { continue };
        if item.card.version != one.version {
            let Stay { reason, why, .. } = changed(&item, one.key.clone());
            one.back = Some(Back::Stays { reason, why });
            continue;
        }
        one.back = Some(match back(tx, cx, &case, item, one).await? {
            Ok(()) => Back::Done,
            Err(why) => Back::Stays { reason: "Cannot be taken back any more".to_owned(), why },
        });
    }
    Ok(())
}

/// Makes an item what it was before.
async fn back(tx: &mut Tx, cx: &Cx, case: &Case, item: Item, before: &Touched) -> Result<Result<(), String>> {
    let mut edited = item.clone();
    let went_on = before.step_id.is_some_and(|step| step != item.card.step_id);
    match case.act {
        BulkAct::Move { .. } => {
            return Ok(take_back(tx, cx, &case.workflow, item, UNDO_FOR).await?.map(drop));
        }
        // What it did by itself there is done.
        BulkAct::Assign { .. } | BulkAct::Due { .. } if went_on => {
            let here =
                case.workflow.step(item.card.step_id).map_or("another step", |step| step.name.as_str());
            return Ok(Err(format!("{} went on to {here} because of it.", before.key)));
        }
        BulkAct::Assign { .. } => edited.card.assignee_id = before.assignee_id,
        BulkAct::Due { .. } => edited.card.due_on = before.due_on,
        BulkAct::Delete => return Ok(Ok(())),
    }
    item::edit(tx, cx, &case.workflow, case.fields(&item), &item, edited).await?;
    Ok(Ok(()))
}

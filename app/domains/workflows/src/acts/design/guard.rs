//! What publishing refuses, since items would lose something by it.

use kernel::{Cx, Error, Result, Tx, WorkflowId};

use crate::{
    automatic::Automatic,
    definition::Definition,
    form::Column,
    model::{Field, Step, Workflow},
    repo,
};

/// Refuses to take a step away, or to let it do something else, where items wait for their parts.
pub(super) fn keep_together(live: &Workflow, made: &Definition) -> Result<()> {
    let does = |automatic: Option<&Automatic>| automatic.map(std::mem::discriminant);
    let is_lost = |step: &&Step| {
        let gathers = step.automatic.as_ref().is_some_and(Automatic::gathers);
        let then = made.step(step.id).and_then(|step| step.automatic.as_ref());
        gathers && 0 < step.item_count && does(then) != does(step.automatic.as_ref())
    };
    live.steps.iter().find(is_lost).map_or(Ok(()), |step| Err(still_apart(step)))
}

/// What is said where items wait for their parts.
pub(super) fn still_apart(step: &Step) -> Error {
    let items = if step.item_count == 1 { "An item waits" } else { "Items wait" };
    Error::Conflict(format!(
        "{items} in {} for parts that are on their way. Let it stay as it is until they have come together, or let items stay on their version.",
        step.name
    ))
}

/// Refuses to let a field hold something else than what items have in it.
pub(super) fn keep_kinds(fields: &[Field], made: &Definition) -> Result<()> {
    let differs = |old: &&Field| {
        let is_other = made.field(old.id).is_some_and(|new| new.kind != old.kind || new.key != old.key);
        is_other || made.form().iter().any(|new| new.key == old.key && new.kind != old.kind)
    };
    if let Some(old) = fields.iter().find(differs) {
        return Err(Error::Conflict(format!(
            "Items hold values of another kind under {}, of {}. Add a field of another name beside it.",
            old.key, old.label
        )));
    }
    let tables = fields.iter().flat_map(|old| Some((old, made.field(old.id)?)));
    for (old, new) in tables {
        let is_other = |column: &&Column| {
            let of_same_key = old.terms.columns.iter().filter(|known| known.key == column.key);
            of_same_key.into_iter().any(|known| known.kind != column.kind)
        };
        if let Some(column) = new.terms.columns.iter().find(is_other) {
            return Err(Error::Conflict(format!(
                "Rows of {} hold values of another kind under {}. Add a column of another name beside it.",
                old.label, column.key
            )));
        }
    }
    Ok(())
}

/// Refuses to use a key anew under which items may still hold what a field of another kind left there.
pub(super) async fn keep_old_kinds(
    tx: &mut Tx,
    cx: &Cx,
    id: WorkflowId,
    fields: &[Field],
    made: &Definition,
) -> Result<()> {
    let is_new = |field: &&Field| fields.iter().all(|old| old.key != field.key);
    if !made.form().iter().any(|field| is_new(&field)) {
        return Ok(());
    }
    let mut before = i64::MAX;
    loop {
        let forms = repo::design::old_forms(&mut *tx, cx.organisation_id(), id, before).await?;
        let Some((oldest, _)) = forms.last() else { return Ok(()) };
        before = *oldest;
        for new in made.form().iter().filter(is_new) {
            let mut fields = forms.iter().flat_map(|(_, fields)| fields);
            if let Some(old) = fields.find(|old| old.key == new.key && old.kind != new.kind) {
                return Err(Error::Conflict(format!(
                    "Items hold values of another kind under {}, of {}, which was in the form before. Call {} otherwise.",
                    old.key, old.label, new.label
                )));
            }
        }
    }
}

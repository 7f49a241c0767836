//! Versions that items stay on: their steps, ways and fields as rows beside those that run.

use std::collections::BTreeMap;

use db::{Result, sql};
use kernel::{Cx, FieldId, ItemId, StepId, TransitionId, Tx, WorkflowId};
use serde_json::json;

use super::workflow::count_step;
use crate::model::{Field, Workflow};

/// Keeps the steps, ways and fields of a workflow as it runs as the version with this number, with no items yet. Gives the
/// steps that stand for those that go on.
pub async fn copy(
    tx: &mut Tx,
    cx: &Cx,
    live: &Workflow,
    fields: &[Field],
    number: i64,
) -> Result<BTreeMap<StepId, StepId>> {
    let organisation_id = cx.organisation_id();
    let own: BTreeMap<StepId, StepId> = live.steps.iter().map(|step| (step.id, cx.new_id())).collect();
    let owned = |id: StepId| own.get(&id).copied().unwrap_or(id);
    for (id, copy) in &own {
        sql("insert into step
               (organisation_id, id, edition, workflow_id, origin_id, position, name, kind, team_id, wip_limit, approval,
                automatic, gives, turn_member_id, sla, booking, instructions, created_at, updated_at, version)
             select organisation_id, $3, $4, workflow_id, id, position, name, kind, team_id, wip_limit, approval,
               automatic, gives, turn_member_id, sla, booking, instructions, created_at, updated_at, version
             from step
             where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(*id)
        .bind(*copy)
        .bind(number)
        .exactly_one(&mut *tx)
        .await?;
    }
    for (position, way) in (0_i64..).zip(&live.transitions) {
        sql("insert into transition
               (id, organisation_id, workflow_id, from_step_id, to_step_id, name, rework, refuses, guard, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(cx.new_id::<TransitionId>())
        .bind(organisation_id)
        .bind(live.head.id)
        .bind(owned(way.from_step_id))
        .bind(owned(way.to_step_id))
        .bind(&way.name)
        .bind(way.rework)
        .bind(way.refuses)
        .bind(&way.guard)
        .bind(position)
        .exactly_one(&mut *tx)
        .await?;
    }
    for field in fields {
        let mut terms = field.terms.clone();
        for rule in &mut terms.access {
            rule.step = owned(rule.step);
        }
        sql("insert into field
               (organisation_id, id, edition, step_id, terms, workflow_id, position, key, label, kind, unit, required, choices)
             select organisation_id, $3, $4, $5, $6, workflow_id, position, key, label, kind, unit, required, choices
             from field
             where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(field.id)
        .bind(cx.new_id::<FieldId>())
        .bind(number)
        .bind(field.step_id.map(owned))
        .bind(json!(terms))
        .exactly_one(&mut *tx)
        .await?;
    }
    Ok(own)
}

/// Keeps others from changing items in these steps until the transaction ends, deleted ones too.
pub async fn hold_items(tx: &mut Tx, cx: &Cx, steps: &[StepId]) -> Result<()> {
    let lock = db::dialect::for_no_key_update(cx.db().engine());
    if !lock.is_empty() {
        let _: Vec<(ItemId,)> = sql("select id from item where organisation_id = $1 and step_id in ")
            .bind(cx.organisation_id())
            .push_list(steps.iter().copied())
            .push(" order by id")
            .push(lock)
            .all(tx)
            .await?;
    }
    Ok(())
}

/// Lets the items of a step, deleted ones too, stay where they are in another version of it. Tells how many there are that
/// are not deleted. For them nothing happens; who saw them before looks at them again.
pub async fn change_version(tx: &mut Tx, cx: &Cx, from: StepId, to: StepId) -> Result<i64> {
    let organisation_id = cx.organisation_id();
    let moved: Vec<(bool,)> = sql("update item
         set step_id = $3, version = version + 1
         where organisation_id = $1 and step_id = $2
         returning deleted_at is null")
    .bind(organisation_id)
    .bind(from)
    .bind(to)
    .all(&mut *tx)
    .await?;
    let alive = i64::try_from(moved.iter().filter(|(alive,)| *alive).count()).unwrap_or(i64::MAX);
    count_step(&mut *tx, organisation_id, from, -alive).await?;
    count_step(&mut *tx, organisation_id, to, alive).await?;
    Ok(alive)
}

/// Lets what is known of the items that are in these steps now, each by the step that it was before, go on with them: their
/// clocks, what was decided of them, and where they return to.
pub async fn bring_along(tx: &mut Tx, cx: &Cx, steps: &BTreeMap<StepId, StepId>) -> Result<()> {
    for (from, to) in steps {
        for query in [
            "update decision set step_id = $3 where organisation_id = $1 and step_id = $2 and item_id in ",
            "update sla_clock set step_id = $3 where organisation_id = $1 and step_id = $2 and item_id in ",
            "update item set returns_to_step_id = $3 where organisation_id = $1 and returns_to_step_id = $2 and id in ",
        ] {
            sql(query)
                .bind(cx.organisation_id())
                .bind(*from)
                .bind(*to)
                .push("(select i.id from item i where i.organisation_id = $1 and i.step_id in ")
                .push_list(steps.values().copied())
                .push(")")
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

/// Lets no item return to a step of a version that it stayed on.
pub async fn forget_returns(tx: &mut Tx, cx: &Cx, steps: &[StepId]) -> Result<()> {
    sql("update item set returns_to_step_id = null where organisation_id = $1 and returns_to_step_id in ")
        .bind(cx.organisation_id())
        .push_list(steps.iter().copied())
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets the versions of a workflow that no item is on any more, not even a deleted one.
pub async fn sweep(tx: &mut Tx, cx: &Cx, id: WorkflowId) -> Result<()> {
    let empty: Vec<(i64,)> = sql("select distinct s.edition
         from step s
         where s.organisation_id = $1 and s.workflow_id = $2 and s.edition <> 0
           and not exists (select 1 from step t join item i on i.organisation_id = t.organisation_id and i.step_id = t.id
             where t.organisation_id = $1 and t.workflow_id = $2 and t.edition = s.edition)")
    .bind(cx.organisation_id())
    .bind(id)
    .all(&mut *tx)
    .await?;
    for (number,) in empty {
        for query in [
            "delete from transition where organisation_id = $1 and workflow_id = $2 and from_step_id in
               (select id from step where organisation_id = $1 and workflow_id = $2 and edition = $3)",
            "delete from field where organisation_id = $1 and workflow_id = $2 and edition = $3",
            "delete from step where organisation_id = $1 and workflow_id = $2 and edition = $3",
        ] {
            sql(query).bind(cx.organisation_id()).bind(id).bind(number).execute(&mut *tx).await?;
        }
    }
    Ok(())
}

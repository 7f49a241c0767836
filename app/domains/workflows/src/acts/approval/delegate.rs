//! Handing a decision on to somebody else, and taking it back.

use kernel::{Cx, Error, ItemId, MemberId, OrNotFound, Permission, Result};
use serde_json::json;

use super::{arrive, ask, asked, let_go, may_decide, state::state};
use crate::{
    acts::{
        item::{load, words},
        item_event,
    },
    model::Act,
    repo,
};

/// Lets somebody else decide of an item where it is, in place of the member or of whom the member decides for. Whom that
/// takes it back to decides themselves again.
pub async fn delegate(cx: &Cx, item_id: ItemId, version: i64, deputy_id: MemberId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let mut tx = cx.begin().await?;
    let held = repo::decision::hold(&mut tx, cx.organisation_id(), item_id, version).await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    if !held {
        return Err(words::changed_meanwhile(&mut tx, &cx, &workflow, &item).await?);
    }
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let before = state(&cx, Some(&mut tx), &workflow, &item).await?.ok_or_else(|| {
        Error::Conflict(format!("{} has nothing to be approved.", workflow.head.item_key(item.card.number)))
    })?;
    may_decide(&before, &cx)?;
    let Some(whose) = before.whose else {
        return Err(Error::Conflict("You help out here: nobody's decision is yours to hand on.".into()));
    };
    let refuse = |message: &str| Err(Error::invalid("deputy_id", message));
    if before.kept_out.contains(&deputy_id) {
        return refuse("Two pairs of eyes are asked for: they added it or brought it here.");
    }
    let known = repo::decision::active(&mut tx, cx.organisation_id(), &[deputy_id]).await?;
    if known.is_empty() || deputy_id == cx.member_id() {
        return refuse("Choose another member of the organisation.");
    }
    if deputy_id == whose {
        repo::delegation::delete(&mut tx, cx.organisation_id(), &item.card, whose).await?;
    } else {
        repo::delegation::set(&mut tx, &cx, &item.card, whose, deputy_id).await?;
    }
    let after = state(&cx, Some(&mut tx), &workflow, &item).await?.or_not_found()?;
    let decides = after.stand_ins.iter().find(|(of, _)| *of == whose).map_or(whose, |(_, deputy)| *deputy);
    if decides == cx.member_id() {
        // They handed it to whom they decide for, or are away in a circle.
        return refuse("It would come back to you: they are away, and you decide for them.");
    }
    let act = Act::Delegated {
        step: step.name.clone(),
        to: words::name_of(&mut tx, &cx, deputy_id).await?,
        instead_of: match before.for_whom {
            Some(id) => words::name_of(&mut tx, &cx, id).await?,
            None => String::new(),
        },
    };
    repo::activity::insert(&mut tx, &cx, item_id, &act).await?;
    let data = json!({ "step": step.name, "member": whose, "to": deputy_id });
    tx.record(item_event("item.delegated", workflow.head.id, item_id, data)).await?;
    let before = asked(&mut tx, &cx, &before).await?;
    let mut newly = asked(&mut tx, &cx, &after).await?;
    newly.retain(|id| !before.contains(id));
    ask(&mut tx, &cx, &workflow, &item.card, step, newly).await?;
    tx.commit().await
}

/// Takes back what the member handed on: they decide themselves again.
pub async fn take_back(cx: &Cx, item_id: ItemId) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let mut tx = cx.begin().await?;
    let (workflow, item) = load(&mut tx, &cx, item_id).await?;
    let step = workflow.step(item.card.step_id).or_not_found()?;
    let held = repo::decision::hold(&mut tx, cx.organisation_id(), item_id, item.card.version).await?;
    let open = state(&cx, Some(&mut tx), &workflow, &item)
        .await?
        .is_some_and(|it| it.standing.waiting.contains(&cx.member_id()));
    let me = cx.member_id();
    if !held || !open || !repo::delegation::delete(&mut tx, cx.organisation_id(), &item.card, me).await? {
        return Err(Error::Conflict("There is nothing of yours to take back any more.".into()));
    }
    let act = Act::Delegated { step: step.name.clone(), to: String::new(), instead_of: String::new() };
    repo::activity::insert(&mut tx, &cx, item_id, &act).await?;
    let data = json!({ "step": step.name, "member": me, "to": me });
    tx.record(item_event("item.delegated", workflow.head.id, item_id, data)).await?;
    // Whoever it was handed to is not asked any more.
    let_go(&mut tx, &item).await?;
    arrive(&mut tx, &cx, &workflow, &item, None).await?;
    tx.commit().await
}

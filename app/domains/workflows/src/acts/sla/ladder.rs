//! What happens at the rungs.

use kernel::{Cx, MemberId, NoticeKind, Reason, Result, Tx};

use crate::{
    acts::{
        Source, approval,
        item::{words, write_changes},
        item_event, tell,
    },
    model::{Act, Item, Step, Workflow},
    repo,
    sla::{Escalation, Rung, Sla, duration},
};

/// Does what a rung of a limit says, and writes down what that was.
pub(super) async fn climb(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    step: &Step,
    item: Item,
    (sla, rung): (&Sla, Rung),
) -> Result<Item> {
    let organisation_id = cx.organisation_id();
    let (item, to, what) = match rung.does {
        Escalation::Remind => {
            let to = whom_to_remind(tx, cx, workflow, step, &item).await?;
            let what = said(tx, cx, &to, "reminded").await?;
            (item, to, what)
        }
        Escalation::TellTeam => {
            let team = repo::decision::of_team(&mut *tx, organisation_id, step.team_id).await?;
            let what = said(tx, cx, &team, "told").await?;
            (item, team, what)
        }
        Escalation::TellManagers => {
            let managers = repo::decision::helpers(&mut *tx, organisation_id).await?;
            let what = said(tx, cx, &managers, "told").await?;
            (item, managers, what)
        }
        Escalation::Tell(id) => {
            let member = repo::decision::active(&mut *tx, organisation_id, &[id]).await?;
            let what = said(tx, cx, &member, "told").await?;
            (item, member, what)
        }
        Escalation::GiveTo(id) => match repo::decision::active(&mut *tx, organisation_id, &[id]).await?.pop()
        {
            Some(id) if item.card.assignee_id == Some(id) => {
                let what = format!("{} had it already", words::name_of(tx, cx, id).await?);
                (item, vec![id], what)
            }
            Some(id) => {
                // Who is given it is told that anyway.
                let before: Vec<MemberId> = item.card.assignee_id.into_iter().collect();
                let what = format!("It was given to {}", words::name_of(tx, cx, id).await?);
                (give(tx, cx, workflow, item, Some(id)).await?, before, what)
            }
            None => (item, Vec::new(), "Nobody could be given it: the member is gone".to_owned()),
        },
        Escalation::TakeAway => {
            let before: Vec<MemberId> = item.card.assignee_id.into_iter().collect();
            let what = match item.card.assignee_id {
                Some(id) => format!("It was taken from {}", words::name_of(tx, cx, id).await?),
                None => "It was nobody's already".to_owned(),
            };
            (give(tx, cx, workflow, item, None).await?, before, what)
        }
    };
    let act = Act::Escalated { step: step.name.clone(), percent: rung.percent, what };
    let entry = repo::activity::insert(&mut *tx, cx, item.card.id, &act).await?;
    let data = repo::activity::data(&act);
    tx.record(item_event("item.escalated", workflow.head.id, item.card.id, data)).await?;
    let text = match rung.percent {
        percent if percent < 100 => format!("{percent} % of its time in {} is used", step.name),
        100 => format!("Its time in {} is used up", step.name),
        percent => format!("It is late in {}: {percent} % of its time", step.name),
    };
    let text = format!("{text} ({})", duration(i64::from(sla.minutes) * 60));
    let source = Source { kind: NoticeKind::Limit, source_id: entry, text: &text };
    let reason = |id: MemberId| {
        if item.card.assignee_id == Some(id) { Reason::Assignee } else { Reason::Addressed }
    };
    let to = to.into_iter().map(|id| (id, reason(id))).collect();
    tell(tx, cx, &workflow.head, &item.card, source, to).await?;
    Ok(item)
}

/// Who is to be reminded: those who have to decide, who works on it, or the team.
async fn whom_to_remind(
    tx: &mut Tx,
    cx: &Cx,
    workflow: &Workflow,
    step: &Step,
    item: &Item,
) -> Result<Vec<MemberId>> {
    if step.approval.is_some() {
        return approval::who_decides(tx, cx, workflow, item).await;
    }
    let organisation_id = cx.organisation_id();
    let own = repo::decision::active(&mut *tx, organisation_id, item.card.assignee_id.as_slice()).await?;
    if !own.is_empty() {
        return Ok(own);
    }
    Ok(repo::decision::of_team(tx, organisation_id, step.team_id).await?)
}

/// What became of it, with names where there are few.
async fn said(tx: &mut Tx, cx: &Cx, to: &[MemberId], done: &str) -> Result<String> {
    Ok(match to {
        [] => format!("Nobody was there to be {done}"),
        [one] => format!("{} was {done}", words::name_of(tx, cx, *one).await?),
        [one, other] => {
            let (one, other) = (words::name_of(tx, cx, *one).await?, words::name_of(tx, cx, *other).await?);
            format!("{one} and {other} were {done}")
        }
        many => format!("{} people were {done}", many.len()),
    })
}

/// Gives an item to somebody, or to nobody.
async fn give(tx: &mut Tx, cx: &Cx, workflow: &Workflow, item: Item, to: Option<MemberId>) -> Result<Item> {
    if item.card.assignee_id == to {
        return Ok(item);
    }
    let fields =
        repo::workflow::fields_at(&mut *tx, cx.organisation_id(), workflow, item.card.step_id).await?;
    let mut given = item.clone();
    given.card.assignee_id = to;
    Ok(write_changes(tx, cx, workflow, &fields, &item, given).await?.0)
}

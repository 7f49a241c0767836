//! What a design that is not published yet would have made of finished items.

use kernel::{Cx, OrNotFound, Permission, Result, WorkflowId};

use super::{
    design::{apart, with_form},
    insight::{period, snapshot},
    item::as_clocks_show,
};
use crate::{
    guard::{Builtins, formula::Formulas},
    insight::{History, Life, Map, Stay},
    model::StepKind,
    replay::{ITEMS_MAX, Past, Replay, replay},
    repo::{self, insight::Wanted},
};

/// Replays the items that were finished in so many days through the draft of a workflow, or through what runs while there is
/// none. Nothing is changed.
pub async fn draft(cx: &Cx, id: WorkflowId, days: i64) -> Result<Replay> {
    let cx = cx.clone().require(Permission::WorkflowDesign)?;
    let organisation_id = cx.organisation_id();
    let on = snapshot(&cx).await;
    let workflow = repo::workflow::find(&on, organisation_id, id).await?.or_not_found()?;
    let fields = repo::workflow::fields(&on, organisation_id, id).await?;
    let drafted = repo::design::draft(&on, organisation_id, id).await?;
    let definition = drafted.map_or_else(|| (&workflow).into(), |draft| draft.definition.0);
    let definition = with_form(definition, &workflow, &fields);
    let period = period(&cx, days);
    let ends: Vec<_> =
        workflow.all_steps().filter(|step| step.kind == StepKind::Done).map(|step| step.id).collect();
    let wanted = Wanted { open: &[], ends: &ends, since: period.from(), limit: ITEMS_MAX };
    let (histories, cut) = repo::insight::histories(&on, organisation_id, wanted).await?;
    let mut values = repo::insight::ended(&on, organisation_id, wanted).await?;
    drop(on);
    let days = period.last().signed_duration_since(period.first()).num_days() + 1;
    let clocks = cx.clone();
    let work = move || {
        let map = Map::new(&workflow, false);
        let form = definition.form();
        let formulas = Formulas::of(form);
        let past = |mut history: History| {
            let ended = values.remove(&history.number)?;
            history.step = workflow.root(history.step);
            let life = Life::new(&history, &map.ends, period.until());
            let finished = life.finished?;
            let today = clocks.local(finished).date();
            let data = as_clocks_show(&clocks, form, &ended.data.0);
            let builtins = Builtins {
                title: history.title.clone(),
                priority: ended.priority,
                assigned: history.assigned,
                overdue: ended.due_on.is_some_and(|day| day < today),
                rework: life.reworks(),
                today,
            };
            let lasted = |stay: &Stay| history.lasted(stay.from, stay.until).num_seconds();
            Some(Past {
                key: workflow.head.item_key(history.number),
                values: formulas.seen(&data),
                builtins,
                stays: life.stays.iter().map(|stay| (workflow.root(stay.step), lasted(stay))).collect(),
            })
        };
        let pasts: Vec<Past> = histories.into_iter().filter_map(past).collect();
        replay(&definition, &pasts)
    };
    Ok(Replay { days, cut, ..apart(&cx, work).await? })
}

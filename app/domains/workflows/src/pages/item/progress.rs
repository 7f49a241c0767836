//! Where an item stands in its process, and how long it took to get there.

use kernel::{StepId, Viewer};
use leptos::prelude::*;
use ui::StepGlyph;

use crate::{
    model::{Act, Activity, Card, Move, StepKind, Workflow},
    rules,
};

/// The steps as a strip: behind it, here, ahead of it, with the time spent in each.
pub(super) fn progress(
    workflow: &Workflow,
    card: &Card,
    activity: &[Activity],
    viewer: &Viewer,
) -> impl IntoView + use<> {
    let here = workflow.place(card.step_id);
    let spent = time_spent(activity, viewer.today.now);
    let beside = workflow.steps_beside(card.step_id);
    let steps = beside
        .iter()
        .map(|step| {
            let place = workflow.place(step.id);
            let done = step.kind == StepKind::Done;
            let (class, glyph) = match place.cmp(&here) {
                std::cmp::Ordering::Less if spent.iter().any(|(id, _)| *id == step.root()) => {
                    ("is-done", ui::Step::Done)
                }
                std::cmp::Ordering::Equal if done => ("is-done", ui::Step::Done),
                std::cmp::Ordering::Equal => ("is-current", workflow.glyph(step)),
                _ => ("", ui::Step::Waiting),
            };
            let team = step.team_id.and_then(|id| viewer.directory.team(id)).map(|team| team.name.clone());
            let note = spent
                .iter()
                .find(|(id, _)| *id == step.root())
                .filter(|_| !done)
                .map(|(_, minutes)| {
                    let time = rules::show_span(*minutes);
                    if place == here { format!("{time} so far") } else { time }
                })
                .or(team);
            let current = (place == here).then_some("step");
            view! {
                <li class=class aria-current=current>
                    <span class="step-strip-name">
                        <StepGlyph step=glyph/>
                        <span>{step.name.clone()}</span>
                    </span>
                    <span class="step-strip-note">{note}</span>
                </li>
            }
        })
        .collect_view();
    let total = beside.len();
    view! {
        <ol class="step-strip" aria-label=format!("Step {here} of {total}")>{steps}</ol>
    }
}

/// Minutes spent in each step, from the history; newest entry first.
fn time_spent(activity: &[Activity], now: chrono::DateTime<chrono::Utc>) -> Vec<(StepId, i64)> {
    let mut spent: Vec<(StepId, i64)> = Vec::new();
    let mut until = now;
    let mut add = |id: StepId, minutes: i64| match spent.iter_mut().find(|(step, _)| *step == id) {
        Some((_, sum)) => *sum += minutes,
        None => spent.push((id, minutes)),
    };
    let mut first = None;
    for entry in activity {
        match &entry.act {
            Act::Moved(Move { from, to, .. }) => {
                add(*to, (until - entry.created_at).num_minutes());
                until = entry.created_at;
                first = Some(*from);
            }
            Act::Created { .. } => {
                if let Some(id) = first {
                    add(id, (until - entry.created_at).num_minutes());
                }
            }
            _ => {}
        }
    }
    spent
}

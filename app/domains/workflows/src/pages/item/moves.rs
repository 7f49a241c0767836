//! Moving an item from its own page: plain forms, so that it works before and without scripts.

use kernel::{Permission, Role, TransitionId, Viewer};
use leptos::prelude::*;
use ui::{Button, ButtonKind, ButtonVariant, FormError, LinkButton, StepGlyph, TeamTag, error_of};

use super::acts::Acts;
use crate::{
    approval::Verdict,
    model::{Field, Item, Step, Transition, Workflow},
    rules::{self, Refusal},
};

/// Where an item may go from where it is, as far as the workflow says.
struct Opening {
    name: String,
    step: Step,
    /// The way that leads there; none straight back to who sent it back.
    way: Option<Transition>,
    rework: bool,
}

impl Opening {
    fn refusal(
        &self,
        role: Role,
        fields: &[Field],
        item: &Item,
        closed: &[(TransitionId, String)],
        unbooked: Option<&Refusal>,
    ) -> Option<Refusal> {
        let unbooked = || unbooked.filter(|_| !self.rework).cloned();
        match &self.way {
            Some(way) => match closed.iter().find(|(id, _)| *id == way.id) {
                Some((_, why)) => Some(Refusal::Closed { why: why.clone() }),
                None => rules::may_take(way, Some(role), fields, &item.data).err().or_else(unbooked),
            },
            None => {
                rules::may_leave(item.card.step_id, Some(role), fields, &item.data).err().or_else(unbooked)
            }
        }
    }
}

/// Straight back to who sent it back first, then the ways of the workflow.
fn openings(workflow: &Workflow, item: &Item, decided: Option<Verdict>) -> Vec<Opening> {
    let approves = workflow.step(item.card.step_id).is_some_and(|step| step.approval.is_some());
    // Its ways on are those of its parts.
    let gathers = rules::gathers(workflow, item.card.step_id);
    let straight = rules::returning(workflow, item).and_then(|id| workflow.step(id)).map(|step| Opening {
        name: "Straight back".into(),
        step: step.clone(),
        way: None,
        rework: false,
    });
    let straight_to = straight.as_ref().map(|opening| opening.step.id);
    let ways = workflow
        .ways_out(item.card.step_id)
        .filter(|way| Some(way.to_step_id) != straight_to)
        .filter(|way| !gathers || way.rework)
        .filter(|way| !approves || way.is_for_refused() == (decided == Some(Verdict::Refused)))
        .filter_map(|way| Some((way, workflow.step(way.to_step_id)?)))
        .map(|(way, step)| Opening {
            name: way.name.clone(),
            step: step.clone(),
            way: Some(way.clone()),
            rework: way.rework,
        });
    straight.into_iter().chain(ways).collect()
}

/// On a phone the next move stands above the bottom bar; the others are one tap away.
#[component]
pub(super) fn NextMove(
    workflow: Workflow,
    fields: Vec<Field>,
    item: Item,
    closed: Vec<(TransitionId, String)>,
    /// That it needs a booking first, if it does.
    unbooked: Option<Refusal>,
    /// What is decided of it where somebody approves.
    decided: Option<Verdict>,
    viewer: Viewer,
    acts: Acts,
) -> impl IntoView {
    let card = item.card.clone();
    let action = acts.moving;
    let next = openings(&workflow, &item, decided)
        .into_iter()
        .find(|opening| {
            !opening.rework
                && opening.refusal(viewer.role, &fields, &item, &closed, unbooked.as_ref()).is_none()
        })
        .filter(|_| viewer.may(Permission::ItemMove));
    let form = next.map(|Opening { name, step, .. }| {
        let (item_id, to, version) = (card.id.to_string(), step.id.to_string(), card.version.to_string());
        let label = format!("{name}: {}", step.name);
        view! {
            <ActionForm action=action attr:class="item-act">
                <input type="hidden" name="item_id" value=item_id/>
                <input type="hidden" name="to_step_id" value=to/>
                <input type="hidden" name="version" value=version/>
                <input type="hidden" name="key" prop:value=acts.act_key/>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=action.pending()>
                    {label}
                </Button>
            </ActionForm>
        }
    });
    let approves = workflow.step(card.step_id).is_some_and(|step| step.approval.is_some());
    let waits = approves && decided.is_none();
    view! {
        <div class="item-acts">
            {if waits {
                view! { <LinkButton href="#approval" icon="stamp">"Approval"</LinkButton> }.into_any()
            } else {
                view! {
                    {form}
                    <LinkButton href="#moves" icon="arrow-right-left">"Moves"</LinkButton>
                }
                .into_any()
            }}
        </div>
    }
}

/// Where the item may go from here; what is in the way stands beside it.
#[component]
pub(super) fn Moves(
    workflow: Workflow,
    fields: Vec<Field>,
    item: Item,
    closed: Vec<(TransitionId, String)>,
    /// That it needs a booking first, if it does.
    unbooked: Option<Refusal>,
    /// What is decided of it where somebody approves.
    decided: Option<Verdict>,
    viewer: Viewer,
    acts: Acts,
) -> impl IntoView {
    let card = item.card.clone();
    let key = format!("{}-{}", workflow.head.key, card.number);
    let action = acts.moving;
    let error = error_of(action.value());
    let may = viewer.may(Permission::ItemMove);
    let openings = openings(&workflow, &item, decided);
    let ends = openings.is_empty();
    let rows = openings
        .into_iter()
        .map(|opening| {
            let refusal = opening.refusal(viewer.role, &fields, &item, &closed, unbooked.as_ref());
            let why = refusal.map(|refusal| {
                let here = workflow.step(card.step_id).map(|step| step.name.clone()).unwrap_or_default();
                refusal.sentence(&key, &here)
            });
            let closed = why.is_some() || !may;
            let Opening { name: note, step, .. } = opening;
            let (glyph, name) = (workflow.glyph(&step), step.name.clone());
            let (item_id, to, version) = (card.id.to_string(), step.id.to_string(), card.version.to_string());
            view! {
                <li>
                    <ActionForm action=action>
                        <input type="hidden" name="item_id" value=item_id/>
                        <input type="hidden" name="to_step_id" value=to/>
                        <input type="hidden" name="version" value=version/>
                        <input type="hidden" name="key" prop:value=acts.act_key/>
                        <button type="submit" class="move" disabled=closed>
                            <StepGlyph step=glyph/>
                            <span>{name}</span>
                            <span class="move-note">{note}</span>
                        </button>
                    </ActionForm>
                    {why.map(|why| view! { <p class="move-why">{why}</p> })}
                </li>
            }
        })
        .collect_view();
    let here: Option<Step> = workflow.step(card.step_id).cloned();
    let team = here.as_ref().and_then(|step| step.team_id).and_then(|id| viewer.directory.team(id)).cloned();
    view! {
        <section>
            <div class="section-head"><h2>"Possible moves"</h2></div>
            <FormError error/>
            {if ends {
                view! { <p class="quiet">"The process ends here."</p> }.into_any()
            } else {
                view! { <ul class="moves">{rows}</ul> }.into_any()
            }}
            {team
                .map(|team| {
                    view! {
                        <p class="moves-team">
                            <TeamTag name=team.name category=team.category/> <span>"works on it now"</span>
                        </p>
                    }
                })}
        </section>
    }
}

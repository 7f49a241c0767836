//! Moving an item from its own page: plain forms, so that it works before and without scripts.

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use ui::{Button, ButtonKind, ButtonVariant, FormError, LinkButton, StepGlyph, TeamTag, error_of};

use super::acts::Acts;
use crate::{
    model::{Field, Item, Step, Workflow},
    rules,
};

/// On a phone the next move stands above the bottom bar; the others are one tap away.
#[component]
pub(super) fn NextMove(
    workflow: Workflow,
    fields: Vec<Field>,
    item: Item,
    viewer: Viewer,
    acts: Acts,
) -> impl IntoView {
    let card = item.card.clone();
    let action = acts.moving;
    let next = workflow
        .ways_out(card.step_id)
        .filter(|way| !way.rework && rules::may_take(way, &fields, &item.data).is_ok())
        .find_map(|way| Some((way, workflow.step(way.to_step_id)?)))
        .filter(|_| viewer.may(Permission::ItemMove));
    let form = next.map(|(way, step)| {
        let (item_id, to, version) = (card.id.to_string(), step.id.to_string(), card.version.to_string());
        let label = format!("{}: {}", way.name, step.name);
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
    view! {
        <div class="item-acts">
            {form}
            <LinkButton href="#moves" icon="arrow-right-left">"Moves"</LinkButton>
        </div>
    }
}

/// Where the item may go from here; what is in the way stands beside it.
#[component]
pub(super) fn Moves(
    workflow: Workflow,
    fields: Vec<Field>,
    item: Item,
    viewer: Viewer,
    acts: Acts,
) -> impl IntoView {
    let card = item.card.clone();
    let key = format!("{}-{}", workflow.head.key, card.number);
    let action = acts.moving;
    let error = error_of(action.value());
    let may = viewer.may(Permission::ItemMove);
    let rows = workflow
        .ways_out(card.step_id)
        .filter_map(|way| {
            let step = workflow.step(way.to_step_id)?;
            let missing = rules::may_take(way, &fields, &item.data).err();
            let why = missing.map(|refusal| {
                let here = workflow.step(card.step_id).map(|step| step.name.clone()).unwrap_or_default();
                refusal.sentence(&key, &here)
            });
            let closed = why.is_some() || !may;
            let (glyph, name, note) = (workflow.glyph(step), step.name.clone(), way.name.clone());
            let (item_id, to, version) = (card.id.to_string(), step.id.to_string(), card.version.to_string());
            Some(view! {
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
            })
        })
        .collect_view();
    let ends = workflow.ways_out(card.step_id).next().is_none();
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

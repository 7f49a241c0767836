//! One item: where it is, its data, what happened to it, and where it may go.

mod acts;
mod approval;
mod clock;
mod form;
mod history;
mod moves;
mod parts;
mod progress;
mod why;
mod writing;

use kernel::{ItemId, Permission, PermissionSet, Viewer, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Breadcrumbs, Company, Crumb, Filing, Menu, MenuItem, Others, Pill, Plate, PriorityGlyph, Skeleton, Tone,
    TopBar, Wait, use_toaster, words::Language,
};

use self::{
    acts::Acts,
    approval::ApprovalPanel,
    clock::ClockPanel,
    form::ItemForm,
    history::{History, Shown},
    moves::{Moves, NextMove},
    parts::{PartOf, Parts},
    progress::progress,
    why::Why,
};
use super::frame::PageError;
use crate::{
    api,
    booking::NeededBooking,
    form::file,
    model::{FieldKind, Item, ItemPage, Outcome},
    parts::{
        company::AT_ITEM,
        live::{OnNews, use_live},
        recent::{self, Recent},
    },
    rules,
};

/// `/items/:key`
#[component]
pub fn ItemDetailsPage(
    /// What is attached to the item with this key, and the files that fields of its form hold.
    attached: fn(Memo<String>) -> Filing,
) -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let attached = StoredValue::new(attached(key));
    let shown = Memo::new(move |_| query.with(|query| Shown::from_query(query.get_str("show"))));
    let page = kernel::page_data(move || key.get(), |key| async move { api::load_item(key).await });
    let viewer = use_viewer();
    let acts = Acts::new(page, key);
    // Not in the content, which is drawn anew after each change: the connection would be, too.
    let place = Memo::new(move |_| {
        acts.loaded.with(|page| {
            let page = page.as_ref()?;
            Some((page.workflow.head.id, page.item.card.id))
        })
    });
    use_live(
        move || place.get().map(|(workflow_id, _)| api::topic(workflow_id)),
        OnNews {
            changed: Callback::new(move |changed| {
                if place.get_untracked().is_some_and(|(_, id)| id == changed) {
                    acts.reload();
                    attached.with_value(|attached| attached.slot.reload.run(()));
                }
            }),
            missed: Callback::new(move |()| {
                acts.reload();
                attached.with_value(|attached| attached.slot.reload.run(()));
            }),
        },
    );
    // What was shared with the program, to be looked at before it is sent.
    Effect::new(move |_| {
        if let Some(text) = query.with(|query| query.get("comment")) {
            acts.draft.set(text);
        }
    });
    Effect::new(move |_| {
        let Some(Ok(viewer)) = viewer.get() else { return };
        if let Some(seen) = acts.loaded.with(|page| page.as_ref().map(|page| seen(page, &viewer))) {
            recent::note(viewer.member_id, seen);
        }
    });
    let company = Company::new(&AT_ITEM, Memo::new(move |_| place.get().map(|(_, id)| id.uuid())));
    view! {
        <Wait
            fallback=|| view! { <Skeleton rows=10/> }
            content=move || async move {
                match (viewer.await, page.await) {
                    (Ok(viewer), Ok(loaded)) => {
                        // Before its form is shown, whose fields have files in them.
                        if loaded.fields.iter().any(|field| field.kind == FieldKind::File)
                            && let Some(files) = attached.try_with_value(|attached| attached.ready.run(()))
                        {
                            files.await;
                        }
                        acts.loaded.set(Some(loaded));
                        let content = move || {
                            let (viewer, shown) = (viewer.clone(), shown.get());
                            acts.loaded.get().map(|loaded| view! { <ItemView loaded viewer shown acts company attached/> })
                        };
                        content.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || page.refetch()/> }.into_any()
                    }
                }
            }
        />
    }
}

/// The item as it can still be read without a network.
fn seen(page: &ItemPage, viewer: &Viewer) -> Recent {
    let ItemPage { workflow, fields, item, .. } = page;
    let card = &item.card;
    let assignee = card.assignee_id.and_then(|id| viewer.directory.person(id));
    let facts = fields.iter().map(|field| {
        let value = item.data.get(&field.key);
        (field.label.clone(), rules::show_value(field, value, &viewer.settings.currency, &viewer.directory))
    });
    Recent {
        key: format!("{}-{}", workflow.head.key, card.number),
        title: card.title.clone(),
        step: workflow.step(card.step_id).map(|step| step.name.clone()).unwrap_or_default(),
        assignee: assignee.map(|person| person.name.clone()).unwrap_or_default(),
        due: card.due_on.map(|day| day.to_string()).unwrap_or_default(),
        facts: facts.filter(|(_, value)| !value.is_empty()).collect(),
    }
}

#[component]
fn ItemView(
    loaded: ItemPage,
    viewer: Viewer,
    shown: Shown,
    acts: Acts,
    company: Company,
    attached: StoredValue<Filing>,
) -> impl IntoView {
    let ItemPage {
        workflow,
        fields,
        item,
        activity,
        comments,
        approval,
        closed,
        waits_until,
        clock,
        booking,
        instructions,
        not_worked_out,
        gone,
        whole,
        parts,
    } = loaded;
    // What has come together with others is only read.
    let is_over = whole.as_ref().is_some_and(|whole| {
        whole.outcome == Some(Outcome::Joined) && whole.workflow_key == workflow.head.key
    });
    let mut viewer = viewer;
    if is_over {
        viewer.permissions = viewer.permissions.intersection(PermissionSet::of(&[Permission::ItemView]));
    }
    let decided = approval.as_ref().and_then(|approval| approval.standing.outcome);
    let waits = approval.is_some() && decided.is_none();
    let card = item.card.clone();
    // What may be done with it is judged without files that are gone.
    let judged = Item { data: file::without(&fields, &item.data, &gone), ..item.clone() };
    let key = format!("{}-{}", workflow.head.key, card.number);
    let board = format!("/workflows/{}", workflow.head.key);
    let title = format!("{key} {}", card.title);
    let id = card.id;
    let created = created_line(&item, &viewer);
    let crumb_key = key.clone();
    let (head, board_crumb) = (workflow.head.clone(), board.clone());
    let name = head.name.clone();
    let kept = workflow.kept_version(card.step_id).map(|version| version.number);
    let progress = progress(&workflow, &card, &activity, &viewer);
    let ways = workflow.clone();
    let more = viewer
        .may(Permission::ItemDelete)
        .then(|| view! { <More item_id=id noun=head.item_noun.clone() acts/> });
    let approval = approval.map(|approval| {
        let (workflow, item, viewer) = (workflow.clone(), item.clone(), viewer.clone());
        view! { <ApprovalPanel workflow item approval closed=closed.clone() viewer acts/> }
    });
    let unbooked = booking.as_ref().and_then(NeededBooking::refusal);
    let why = view! {
        <Why
            workflow=workflow.clone()
            fields=fields.clone()
            item=judged.clone()
            activity=activity.clone()
            closed=closed.clone()
            waits_until
            booking=booking.clone()
            viewer=viewer.clone()
        />
    };
    let clock = clock.map(|clock| {
        let (key, item, viewer) = (key.clone(), item.clone(), viewer.clone());
        view! { <ClockPanel key item clock viewer acts/> }
    });
    let parts = (!parts.is_empty()).then(|| view! { <Parts parts viewer=viewer.clone()/> });
    let others = view! { <Others company viewer=viewer.clone()/> };
    view! {
        <Title text=title/>
        <TopBar
            title=key.clone()
            back=board.clone()
            path=move || {
                view! {
                    <Breadcrumbs icon="square-kanban">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb href=board_crumb>{name}</Crumb>
                        <Crumb>{crumb_key}</Crumb>
                    </Breadcrumbs>
                }
            }
        >
            {others}
            {more}
        </TopBar>
        <div class="item-page">
            <div class="item-main">
                <header>
                    <p class="item-meta">
                        <PriorityGlyph priority=card.priority.glyph()/>
                        <span>{key.clone()}</span>
                        <span>{created}</span>
                        {kept.map(|number| view! { <Pill>{format!("Version {number}")}</Pill> })}
                    </p>
                    <h1 class="item-title">
                        {card.title.clone()}
                        {(!card.tag.is_empty()).then(|| view! { <Plate text=card.tag.clone()/> })}
                    </h1>
                    {whole.map(|whole| view! { <PartOf whole/> })}
                </header>
                {progress}
                <ItemForm
                    workflow=workflow.clone()
                    fields=fields.clone()
                    item=item.clone()
                    viewer=viewer.clone()
                    instructions
                    not_worked_out
                    filing=attached.get_value()
                    gone
                    acts
                />
                {attached.with_value(|attached| attached.slot.content.run())}
                <History
                    item_id=id
                    path=format!("/items/{key}")
                    activity
                    comments
                    shown
                    viewer=viewer.clone()
                    acts
                    company
                />
            </div>
            {(!is_over)
                .then(|| {
                    view! {
                        <NextMove
                            workflow=workflow.clone()
                            fields=fields.clone()
                            item=judged.clone()
                            closed=closed.clone()
                            unbooked=unbooked.clone()
                            decided
                            viewer=viewer.clone()
                            acts
                        />
                    }
                })}
            <aside id="moves" class="item-rail" aria-label="Moves">
                {(!is_over).then_some(why)}
                {parts}
                {clock}
                {approval}
                {(!waits && !is_over).then(|| view! { <Moves workflow=ways fields item=judged closed unbooked decided viewer acts/> })}
            </aside>
        </div>
    }
}

fn created_line(item: &Item, viewer: &Viewer) -> String {
    let language = Language::from_tag(&viewer.settings.language);
    let day = viewer.today.local(item.created_at).date_naive();
    let day = ui::when::short_date(day, viewer.today.date(), language);
    match item.created_by.and_then(|id| viewer.directory.person(id)) {
        Some(person) => format!("added {day} by {}", person.name),
        None => format!("added {day}"),
    }
}

/// Acts on the whole item.
#[component]
fn More(item_id: ItemId, noun: String, acts: Acts) -> impl IntoView {
    let toaster = use_toaster();
    let copy = move |_| {
        let address = window().location().href().unwrap_or_default();
        ui::copy_to_clipboard(address, toaster);
    };
    view! {
        <Menu id="item-more" label="More" align_end=true>
            <MenuItem icon="link" on_click=copy>"Copy link"</MenuItem>
            <MenuItem
                icon="trash-2"
                tone=Tone::Danger
                on_click=move |_| {
                    acts.delete.dispatch(api::DeleteItem { item_id });
                }
            >
                {format!("Delete {noun}")}
            </MenuItem>
        </Menu>
    }
}

//! One item: where it is, its data, what happened to it, and where it may go.

mod moves;
mod progress;

use kernel::{Permission, Viewer, use_viewer};
use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use ui::{
    Breadcrumbs, Button, ButtonKind, ButtonVariant, Choice, Crumb, DateField, FormError, Menu, MenuItem,
    Pill, Plate, PriorityGlyph, SelectField, Skeleton, TextField, Toast, Tone, TopBar, error_of, field_error,
    use_toaster, words::Language,
};

use self::{
    moves::{Moves, NextMove},
    progress::progress,
};
use super::frame::PageError;
use crate::{
    api,
    model::{Card, Field, ItemPage, Priority, Workflow},
    parts::{
        field::FieldControl,
        history::{History, Shown},
        live::{OnNews, use_live},
        people::assignees,
    },
};

/// `/items/:key`
#[component]
pub fn ItemDetailsPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let shown = Memo::new(move |_| query.with(|query| Shown::from_query(query.get_str("show"))));
    let page = Resource::new_blocking(move || key.get(), |key| async move { api::load_item(key).await });
    let viewer = use_viewer();
    let reload = Callback::new(move |()| page.refetch());
    view! {
        <Transition fallback=|| view! { <Skeleton rows=10/> }>
            {move || {
                let shown = shown.get();
                Suspend::new(async move {
                    match (viewer.await, page.await) {
                        (Ok(viewer), Ok(loaded)) => view! { <ItemView loaded viewer shown reload/> }.into_any(),
                        (Err(error), _) | (_, Err(error)) => view! { <PageError error retry=reload/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn ItemView(loaded: ItemPage, viewer: Viewer, shown: Shown, reload: Callback<()>) -> impl IntoView {
    let ItemPage { workflow, fields, item, activity, comments } = loaded;
    let card = item.card.clone();
    let key = format!("{}-{}", workflow.head.key, card.number);
    let board = format!("/workflows/{}", workflow.head.key);
    let title = format!("{key} {}", card.title);
    let id = card.id;
    let on_news = Callback::new(move |changed| {
        if changed == id {
            reload.run(());
        }
    });
    use_live(api::topic(workflow.head.id), OnNews { changed: on_news, missed: reload });
    let created = created_line(&item, &viewer);
    let crumb_key = key.clone();
    let (head, board_crumb) = (workflow.head.clone(), board.clone());
    let name = head.name.clone();
    let progress = progress(&workflow, &card, &activity, &viewer);
    let ways = workflow.clone();
    let more = viewer
        .may(Permission::ItemEdit)
        .then(|| view! { <More card=card.clone() key=key.clone() board=board.clone() noun=head.item_noun.clone()/> });
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
            {more}
        </TopBar>
        <div class="item-page">
            <div class="item-main">
                <header>
                    <p class="item-meta">
                        <PriorityGlyph priority=card.priority.glyph()/>
                        <span>{key.clone()}</span>
                        <span>{created}</span>
                    </p>
                    <h1 class="item-title">
                        {card.title.clone()}
                        {(!card.tag.is_empty()).then(|| view! { <Plate text=card.tag.clone()/> })}
                    </h1>
                </header>
                {progress}
                <ItemForm workflow=workflow.clone() fields=fields.clone() item=item.clone() viewer=viewer.clone() reload/>
                <History
                    item_id=id
                    path=format!("/items/{key}")
                    activity
                    comments
                    shown
                    viewer=viewer.clone()
                    reload
                />
            </div>
            <NextMove workflow=workflow.clone() fields=fields.clone() item=item.clone() viewer=viewer.clone() reload/>
            <aside id="moves" class="item-rail" aria-label="Moves">
                <Moves workflow=ways fields=fields item=item viewer=viewer reload/>
            </aside>
        </div>
    }
}

fn created_line(item: &crate::model::Item, viewer: &Viewer) -> String {
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
fn More(card: Card, key: String, board: String, noun: String) -> impl IntoView {
    let toaster = use_toaster();
    let navigate = use_navigate();
    let delete = ServerAction::<api::DeleteItem>::new();
    let restore = ServerAction::<api::RestoreItem>::new();
    let id = card.id;
    let deleted = key.clone();
    let back = format!("/items/{key}");
    let go = navigate.clone();
    Effect::new(move |_| match delete.value().get() {
        Some(Ok(())) => {
            navigate(&board, Default::default());
            toaster.show(Toast::new(format!("{deleted} deleted")).undo(move || {
                restore.dispatch(api::RestoreItem { item_id: id });
            }));
        }
        Some(Err(error)) => {
            toaster.show(Toast::failed(error.to_string()));
        }
        None => {}
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = restore.value().get() {
            go(&back, Default::default());
        }
    });
    let copy = move |_| {
        let address = window().location().href().unwrap_or_default();
        ui::copy_to_clipboard(address, toaster);
    };
    view! {
        <Menu id="item-more" label="More" align_end=true>
            <MenuItem icon="link" on:click=copy>"Copy link"</MenuItem>
            <MenuItem
                icon="trash-2"
                tone=Tone::Danger
                on:click=move |_| {
                    delete.dispatch(api::DeleteItem { item_id: id });
                }
            >
                {format!("Delete {noun}")}
            </MenuItem>
        </Menu>
    }
}

/// The data of the item. With scripts every change saves itself; without, there is the button.
#[component]
fn ItemForm(
    workflow: Workflow,
    fields: Vec<Field>,
    item: crate::model::Item,
    viewer: Viewer,
    reload: Callback<()>,
) -> impl IntoView {
    let card = item.card.clone();
    let save = ServerAction::<api::SaveItem>::new();
    let form = NodeRef::<html::Form>::new();
    let error = error_of(save.value());
    let version = RwSignal::new(card.version);
    let again = StoredValue::new(false);
    let loaded = card.version;
    Effect::new(move |_| {
        if let Some(Ok(card)) = save.value().get() {
            version.set(card.version);
            if again.get_value() {
                again.set_value(false);
                submit(form);
            } else if loaded < card.version {
                reload.run(());
            }
        }
    });
    let change = move |_| {
        if save.pending().get_untracked() {
            again.set_value(true);
        } else {
            submit(form);
        }
    };
    let status = move || {
        if save.pending().get() {
            Some(view! { <span>"Saving"</span> }.into_any())
        } else if error.with(Option::is_some) {
            Some(view! { <Pill tone=Tone::Danger>"Not saved"</Pill> }.into_any())
        } else if save.value().with(Option::is_some) {
            Some(view! { <span>"Saved"</span> }.into_any())
        } else {
            None
        }
    };
    let place = workflow.place(card.step_id);
    let step_name = workflow.step(card.step_id).map(|step| step.name.clone()).unwrap_or_default();
    let currency = viewer.settings.currency.clone();
    // What earlier steps asked for stays at hand; what later ones will ask for is not in the way yet.
    let groups: Vec<(String, bool, Vec<Field>)> = workflow
        .steps
        .iter()
        .filter(|step| workflow.place(step.id) <= place)
        .map(|step| {
            let here = step.id == card.step_id;
            let fields = fields.iter().filter(|field| field.step_id == Some(step.id)).cloned().collect();
            (step.name.clone(), here, fields)
        })
        .filter(|(_, _, fields): &(String, bool, Vec<Field>)| !fields.is_empty())
        .collect();
    let data = StoredValue::new(item.data.clone());
    let controls = move |fields: Vec<Field>, currency: String| {
        fields
            .into_iter()
            .map(|field| {
                let value = data.with_value(|data| data.get(&field.key).cloned());
                view! { <FieldControl field value currency=currency.clone() error/> }
            })
            .collect_view()
    };
    let (mut current, mut earlier) = (Vec::new(), Vec::new());
    for (name, here, fields) in groups {
        if here {
            current.push(controls(fields, currency.clone()));
        } else {
            let controls = controls(fields, currency.clone());
            earlier.push(view! {
                <details class="form-earlier">
                    <summary>{name}</summary>
                    <div class="form-grid">{controls}</div>
                </details>
            });
        }
    }
    let priorities: Vec<Choice> = Priority::ALL
        .into_iter()
        .map(|priority| Choice::new(priority.level().to_string(), priority.label()))
        .collect();
    let people = assignees(&viewer.directory, card.assignee_id);
    let assignee = card.assignee_id.map(|id| id.to_string()).unwrap_or_default();
    let may = viewer.may(Permission::ItemEdit);
    view! {
        <ActionForm action=save node_ref=form attr:class="panel-card" on:change=change>
            <header>
                <h2>{step_name}</h2>
                <span role="status" class="is-end">{status}</span>
            </header>
            <fieldset class="panel-card-body" disabled=!may>
                <legend class="visually-hidden">"Data"</legend>
                <input type="hidden" name="item_id" value=card.id.to_string()/>
                <input type="hidden" name="version" prop:value=move || version.get().to_string() value=card.version.to_string()/>
                <FormError error/>
                <div class="form-grid">
                    <div class="form-wide">
                        <TextField
                            name="title"
                            label="Title"
                            value=card.title.clone()
                            required=true
                            maxlength=200
                            error=field_error(error, "title")
                        />
                    </div>
                    <SelectField
                        name="assignee_id"
                        label="Assignee"
                        options=people
                        value=assignee
                        error=field_error(error, "assignee_id")
                    />
                    <SelectField name="priority" label="Priority" options=priorities value=card.priority.level().to_string()/>
                    <DateField
                        name="due_on"
                        label="Due"
                        value=card.due_on
                        today=viewer.today.date()
                        error=field_error(error, "due_on")
                    />
                    {current}
                </div>
                {earlier}
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Secondary pending=save.pending()>
                        "Save"
                    </Button>
                </div>
            </fieldset>
        </ActionForm>
    }
}

fn submit(form: NodeRef<html::Form>) {
    if let Some(form) = form.get_untracked() {
        form.request_submit().ok();
    }
}

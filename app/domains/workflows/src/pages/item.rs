//! One item: where it is, its data, what happened to it, and where it may go.

use kernel::{Permission, StepId, Viewer, use_viewer};
use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use ui::{
    Breadcrumbs, Button, ButtonKind, ButtonVariant, Choice, Crumb, DateField, FormError, LinkButton, Menu,
    MenuItem, Pill, Plate, PriorityGlyph, SelectField, Skeleton, StepGlyph, TeamTag, TextField, Toast, Tone,
    TopBar, error_of, field_error, use_toaster, words::Language,
};

use super::frame::PageError;
use crate::{
    api,
    model::{Act, Activity, Card, Field, ItemPage, Priority, Step, StepKind, Workflow},
    parts::{
        field::FieldControl,
        history::{History, Shown},
        live::{OnNews, use_live},
        people::assignees,
    },
    rules,
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

/// The steps as a strip: behind it, here, ahead of it, with the time spent in each.
fn progress(
    workflow: &Workflow,
    card: &Card,
    activity: &[Activity],
    viewer: &Viewer,
) -> impl IntoView + use<> {
    let here = workflow.place(card.step_id);
    let spent = time_spent(activity, viewer.today.now);
    let steps = workflow
        .steps
        .iter()
        .map(|step| {
            let place = workflow.place(step.id);
            let done = step.kind == StepKind::Done;
            let (class, glyph) = match place.cmp(&here) {
                std::cmp::Ordering::Less if spent.iter().any(|(id, _)| *id == step.id) => {
                    ("is-done", ui::Step::Done)
                }
                std::cmp::Ordering::Equal if done => ("is-done", ui::Step::Done),
                std::cmp::Ordering::Equal => ("is-current", workflow.glyph(step)),
                _ => ("", ui::Step::Waiting),
            };
            let team = step.team_id.and_then(|id| viewer.directory.team(id)).map(|team| team.name.clone());
            let note = spent
                .iter()
                .find(|(id, _)| *id == step.id)
                .filter(|_| !done)
                .map(|(_, minutes)| {
                    let time = duration_text(*minutes);
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
    let total = workflow.steps.len();
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
            Act::Moved { from, to, .. } => {
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

/// `35 min`, `6 h`, `1.4 d`.
fn duration_text(minutes: i64) -> String {
    match minutes {
        ..60 => format!("{} min", minutes.max(0)),
        60..1440 => format!("{} h", minutes / 60),
        _ => {
            let tenths = minutes * 10 / 1440;
            if tenths % 10 == 0 {
                format!("{} d", tenths / 10)
            } else {
                format!("{}.{} d", tenths / 10, tenths % 10)
            }
        }
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

/// The act of moving: a toast with the way back, and the page as it is afterwards.
fn use_move(workflow: &Workflow, card: &Card, reload: Callback<()>) -> ServerAction<api::MoveItem> {
    let toaster = use_toaster();
    let action = ServerAction::<api::MoveItem>::new();
    let undo = ServerAction::<api::UndoMove>::new();
    let key = format!("{}-{}", workflow.head.key, card.number);
    let names: Vec<(StepId, String)> =
        workflow.steps.iter().map(|step| (step.id, step.name.clone())).collect();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(card)) => {
            let to = names
                .iter()
                .find(|(id, _)| *id == card.step_id)
                .map(|(_, name)| name.clone())
                .unwrap_or_default();
            toaster.show(Toast::new(format!("{key} moved to {to}")).undo(move || {
                undo.dispatch(api::UndoMove { item_id: card.id, version: card.version });
            }));
            reload.run(());
        }
        // A conflict means that the page is behind; show both the words and the new state.
        Some(Err(error)) => {
            toaster.show(Toast::failed(error.to_string()));
            reload.run(());
        }
        None => {}
    });
    Effect::new(move |_| {
        if undo.value().get().is_some() {
            reload.run(());
        }
    });
    action
}

/// On a phone the next move stands above the bottom bar; the others are one tap away.
#[component]
fn NextMove(
    workflow: Workflow,
    fields: Vec<Field>,
    item: crate::model::Item,
    viewer: Viewer,
    reload: Callback<()>,
) -> impl IntoView {
    let card = item.card.clone();
    let action = use_move(&workflow, &card, reload);
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
fn Moves(
    workflow: Workflow,
    fields: Vec<Field>,
    item: crate::model::Item,
    viewer: Viewer,
    reload: Callback<()>,
) -> impl IntoView {
    let card = item.card.clone();
    let key = format!("{}-{}", workflow.head.key, card.number);
    let action = use_move(&workflow, &card, reload);
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

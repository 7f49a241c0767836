//! Adding an item: a plain form that works without scripts.

use kernel::{Viewer, use_viewer};
use leptos::{html::Div, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use ui::{
    Banner, Breadcrumbs, Button, ButtonKind, ButtonVariant, Choice, Crumb, DateField, FormError, LinkButton,
    SelectField, Skeleton, TextArea, TextField, Tone, TopBar, Wait, error_of, field_error, on_answer,
};

use super::frame::PageError;
use crate::{
    api,
    form::{May, Place},
    model::{Field, Priority, Values, Workflow},
    parts::{
        browser,
        draft::{self, Draft},
        field::FieldControl,
        people::assignees,
        sheet::{Names, Sheet, Strays},
    },
};

/// The control of the title.
const TITLE: &str = "new-title";

/// `/workflows/:key/new`
#[component]
pub fn NewItemPage() -> impl IntoView {
    let params = use_params_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let given = Given::read(&use_query_map().read_untracked());
    let form = kernel::page_data(move || key.get(), |key| async move { api::load_form(key).await });
    let viewer = use_viewer();
    view! {
        <Wait fallback=|| view! { <Skeleton rows=6/> } content=move || async move {
                match (viewer.await, form.await) {
                    (Ok(viewer), Ok((workflow, fields))) => view! { <NewItem workflow fields viewer given=given.get_value()/> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || form.refetch()/> }.into_any()
                    }
                }
            }/>
    }
}

/// What the address says of the new item: another program shared it.
#[derive(Clone, Default)]
struct Given {
    title: String,
    note: String,
    /// Whether files wait in the browser for its page.
    shared: bool,
}

impl Given {
    fn read(query: &ParamsMap) -> StoredValue<Self> {
        let get = |name| query.get(name).unwrap_or_default();
        StoredValue::new(Given {
            title: get("title"),
            note: get("note"),
            shared: query.get("shared").is_some(),
        })
    }
}

#[component]
fn NewItem(workflow: Workflow, fields: Vec<Field>, viewer: Viewer, given: Given) -> impl IntoView {
    let create = ServerAction::<api::CreateItem>::new();
    let error = error_of(create.value());
    let head = workflow.head.clone();
    let title = format!("New {}", head.item_noun);
    let board = format!("/workflows/{}", head.key);
    let (name, crumb_title, crumb_board) = (head.name.clone(), title.clone(), board.clone());
    let step_name = workflow.steps.first().map(|step| step.name.clone()).unwrap_or_default();
    // What another program shared is kept there.
    let keeps = given.title.is_empty() && given.note.is_empty() && !given.shared;
    let (member, key) = (viewer.member_id, StoredValue::new(head.key.clone()));
    let keep = move |draft: Option<&Draft>| {
        if keeps {
            key.with_value(|key| draft::keep(member, key, draft));
        }
    };
    let begun = RwSignal::new(None::<Draft>);
    Effect::new(move |_| {
        let found = key.with_value(|key| draft::find(member, key)).filter(|_| keeps);
        if found.is_some() {
            begun.set(found);
            browser::show(TITLE);
        }
    });
    on_answer(create, move |answer| {
        if answer.is_ok() {
            keep(None);
        }
    });
    let body = NodeRef::<Div>::new();
    let shown = StoredValue::new((workflow, fields, viewer, given));
    let questions = move || {
        let (workflow, fields, viewer, given) = shown.get_value();
        let draft = begun.get();
        let anew = move |_| {
            keep(None);
            begun.set(None);
            browser::show(TITLE);
        };
        let note = draft.is_some().then(|| {
            view! {
                <Banner
                    tone=Tone::Info
                    actions=move || view! { <Button variant=ButtonVariant::Ghost on_click=anew>"Begin anew"</Button> }
                >
                    "What you had begun here is back."
                </Banner>
            }
        });
        view! {
            {note}
            <Questions workflow fields viewer given draft=draft.unwrap_or_default() error body/>
        }
    };
    let written = move |_: web_sys::Event| {
        if let Some(body) = body.get_untracked() {
            keep(Some(&Draft::of(&body)));
        }
    };
    view! {
        <Title text=title.clone()/>
        <TopBar
            title=title.clone()
            back=board.clone()
            path=move || {
                view! {
                    <Breadcrumbs icon="square-kanban">
                        <Crumb href="/workflows">"Workflows"</Crumb>
                        <Crumb href=crumb_board>{name}</Crumb>
                        <Crumb>{crumb_title}</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="page">
            <ActionForm action=create attr:class="panel-card">
                <header>
                    <h2>{title}</h2>
                    <span class="is-end">{format!("begins in {step_name}")}</span>
                </header>
                <div class="panel-card-body" node_ref=body on:input=written on:change=written>
                    {questions}
                    <div class="form-actions">
                        <LinkButton href=board variant=ButtonVariant::Ghost>"Cancel"</LinkButton>
                        <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending()>
                            {format!("Add {}", head.item_noun)}
                        </Button>
                    </div>
                </div>
            </ActionForm>
        </div>
    }
}

/// What is asked of a new item, with what was begun of it.
#[component]
fn Questions(
    workflow: Workflow,
    fields: Vec<Field>,
    viewer: Viewer,
    given: Given,
    draft: Draft,
    error: Signal<Option<kernel::Error>>,
    /// What holds the controls.
    body: NodeRef<Div>,
) -> impl IntoView {
    let head = workflow.head;
    let all = fields.clone();
    let place = workflow.steps.first().map(|step| Place { step: step.id, role: Some(viewer.role) });
    let is_asked = |field: &Field| {
        field.step_id.is_none_or(|id| place.is_some_and(|place| place.step == id))
            || place.is_some_and(|place| place.may(field) == May::Required)
    };
    let fields: Vec<Field> = fields.into_iter().filter(is_asked).collect();
    let sheet =
        Sheet::new(all, Values::new(), place, Names::of(&viewer), error).about(head.key).typed(draft.data());
    let controls = fields.into_iter().map(|field| view! { <FieldControl sheet field/> }).collect_view();
    let look = move |_: web_sys::Event| {
        if let Some(body) = body.get_untracked() {
            sheet.look(&body);
        }
    };
    let priorities: Vec<Choice> = Priority::ALL
        .into_iter()
        .map(|priority| Choice::new(priority.level().to_string(), priority.label()))
        .collect();
    let people = assignees(&viewer.directory, None);
    let text = |name| draft.text(name).map(str::to_owned);
    view! {
        <input type="hidden" name="workflow_id" value=head.id.to_string()/>
        {given.shared.then(|| view! { <input type="hidden" name="brought[files]" value="true"/> })}
        <FormError error/>
        <Strays sheet/>
        <div class="form-grid" on:input=look on:change=look>
            <div class="form-wide">
                <TextField
                    name="title"
                    id=TITLE
                    label="Title"
                    required=true
                    maxlength=200
                    autofocus=true
                    value=text("title").unwrap_or(given.title)
                    error=field_error(error, "title")
                />
            </div>
            {controls}
            <SelectField
                name="assignee_id"
                label="Assignee"
                options=people
                value=text("assignee_id").unwrap_or_default()
                error=field_error(error, "assignee_id")
            />
            <SelectField
                name="priority"
                label="Priority"
                options=priorities
                value=text("priority").unwrap_or_else(|| "2".into())
            />
            <DateField
                name="due_on"
                label="Due"
                today=viewer.today.date()
                value=text("due_on").and_then(|day| day.parse().ok())
                error=field_error(error, "due_on")
            />
            {(!given.note.is_empty()).then(|| view! {
                <div class="form-wide">
                    <TextArea
                        name="brought[note]"
                        label="First comment"
                        value=given.note
                        rows=4
                        maxlength=10_000
                        error=field_error(error, "body")
                    />
                </div>
            })}
        </div>
    }
}

//! Adding an item: a plain form that works without scripts.

use kernel::{Viewer, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use ui::{
    Breadcrumbs, Button, ButtonKind, ButtonVariant, Choice, Crumb, DateField, FormError, LinkButton,
    SelectField, Skeleton, TextArea, TextField, TopBar, Wait, error_of, field_error,
};

use wasm_bindgen::JsCast;

use super::frame::PageError;
use crate::{
    api,
    form::{May, Place},
    model::{Field, Priority, Values, Workflow},
    parts::{
        field::FieldControl,
        people::assignees,
        sheet::{Names, Sheet, Strays},
    },
};

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
    let first = workflow.steps.first().cloned();
    let all = fields.clone();
    let place = first.as_ref().map(|step| Place { step: step.id, role: Some(viewer.role) });
    let is_asked = |field: &Field| {
        field.step_id.is_none_or(|id| place.is_some_and(|place| place.step == id))
            || place.is_some_and(|place| place.may(field) == May::Required)
    };
    let fields: Vec<Field> = fields.into_iter().filter(is_asked).collect();
    let sheet = Sheet::new(all, Values::new(), place, Names::of(&viewer), error).about(head.key.clone());
    let controls = fields.into_iter().map(|field| view! { <FieldControl sheet field/> }).collect_view();
    let look = move |event: web_sys::Event| {
        let holder = event.current_target().and_then(|holder| holder.dyn_into::<web_sys::Element>().ok());
        if let Some(holder) = holder {
            sheet.look(&holder);
        }
    };
    let priorities: Vec<Choice> = Priority::ALL
        .into_iter()
        .map(|priority| Choice::new(priority.level().to_string(), priority.label()))
        .collect();
    let people = assignees(&viewer.directory, None);
    let (name, crumb_title, crumb_board) = (head.name.clone(), title.clone(), board.clone());
    let step_name = first.map(|step| step.name).unwrap_or_default();
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
                <div class="panel-card-body" on:input=look on:change=look>
                    <input type="hidden" name="workflow_id" value=head.id.to_string()/>
                    {given.shared.then(|| view! { <input type="hidden" name="brought[files]" value="true"/> })}
                    <FormError error/>
                    <Strays sheet/>
                    <div class="form-grid">
                        <div class="form-wide">
                            <TextField
                                name="title"
                                label="Title"
                                required=true
                                maxlength=200
                                autofocus=true
                                value=given.title
                                error=field_error(error, "title")
                            />
                        </div>
                        {controls}
                        <SelectField
                            name="assignee_id"
                            label="Assignee"
                            options=people
                            error=field_error(error, "assignee_id")
                        />
                        <SelectField name="priority" label="Priority" options=priorities value="2"/>
                        <DateField
                            name="due_on"
                            label="Due"
                            today=viewer.today.date()
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

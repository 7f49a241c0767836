//! Saved views: a menu of them, and saving the present one.

use kernel::{Error, Result, WorkflowId};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use ui::{
    ButtonSize, ButtonVariant, FormError, IconButton, Later, Load, Popover, SplitLoaderError, Toast, Trigger,
    html, use_toaster, words::use_words,
};

use crate::{api, model::SavedView, parts::filters::form_data};

/// The saved views of the workflow of a page.
#[derive(Clone)]
struct Saved {
    workflow_id: WorkflowId,
    workflow_key: String,
    /// Grows when a view is saved.
    changes: RwSignal<i64>,
}

/// Tells [`Views`] and [`SaveView`] below whose views they are.
pub fn provide_views(workflow_id: WorkflowId, workflow_key: String) {
    provide_context(Saved { workflow_id, workflow_key, changes: RwSignal::new(0) });
}

/// The button that opens the saved views; they are fetched when it is first pressed.
#[component]
pub fn Views() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Popover
            id="views"
            label="Views"
            trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "bookmark".into())
            align_end=true
            open=open
        >
            <Later wanted=open part=ui::later!(news: views_menu => ViewsMenu)/>
        </Popover>
    }
}

#[component]
fn ViewsMenu() -> impl IntoView {
    let toaster = use_toaster();
    let Saved { workflow_id, workflow_key, changes } = expect_context();
    let views = kernel::page_data(move || changes.get(), move |_| api::list_views(workflow_id));
    let row = move |view: SavedView, base: &str| {
        let href = view.address(base);
        let (id, name) = (view.id, view.name.clone());
        let label = format!("Delete view {name}");
        let delete = move |_| {
            let name = name.clone();
            spawn_local(async move {
                match api::delete_view(id).await {
                    Ok(()) => {
                        let said = format!("View {name} deleted");
                        toaster.undoable(said, move || api::restore_view(id), move |()| views.refetch());
                        views.refetch();
                    }
                    Err(error) => {
                        toaster.show(Toast::failed(error.to_string()));
                    }
                }
            });
        };
        view! {
            <li class="view-row">
                <a href=href class="view-link">
                    <span>{view.name.clone()}</span>
                    {view.shared.then(|| view! { <span class="view-note">"shared"</span> })}
                </a>
                {view
                    .mine
                    .then(|| {
                        view! { <IconButton icon="trash-2" label=label size=ButtonSize::Small on_click=delete/> }
                    })}
            </li>
        }
    };
    let base = format!("/workflows/{workflow_key}");
    view! {
        <Load resource=views rows=2 let:views>
            {if views.is_empty() {
                view! { <p class="view-empty">"No saved views. Set a filter, then choose Save view."</p> }.into_any()
            } else {
                let rows = views.into_iter().map(|view| row(view, &base)).collect_view();
                view! { <ul class="view-list">{rows}</ul> }.into_any()
            }}
        </Load>
    }
}

/// Saves the filter of the page under a name. The form is plain text, as that of the filter: it carries no code of its
/// own, and works before there is any.
#[component]
pub fn SaveView(
    /// Which page of the workflow it is.
    layout: &'static str,
    /// The page's query string.
    query: String,
) -> impl IntoView {
    let (toaster, words) = (use_toaster(), use_words());
    let open = RwSignal::new(false);
    let error = RwSignal::new(None::<Error>);
    let Saved { workflow_id, changes, .. } = expect_context();
    let form = form(workflow_id, layout, &query);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(data) = form_data(&event) else { return };
        let name = data.get("name").as_string().unwrap_or_default();
        let (query, shared) = (query.clone(), data.has("shared"));
        let sent = Sent { workflow_id, name, layout, query, shared };
        let saved = Callback::new(move |answer: Result<String>| match answer {
            Ok(name) => {
                error.try_set(None);
                open.try_set(false);
                changes.try_update(|changes| *changes += 1);
                toaster.show(Toast::new(format!("View {name} saved")));
            }
            Err(refused) => {
                error.try_set(Some(refused));
            }
        });
        spawn_local(async move {
            if save(sent, saved).await.is_err() {
                toaster.show(Toast::failed(words.not_fetched));
            }
        });
    };
    let wrong = move || {
        let text = error.with(|error| Some(error.as_ref()?.field("name")?.to_owned()))?;
        Some(view! { <div class="is-invalid"><p class="field-note" role="alert">{text}</p></div> })
    };
    view! {
        <Popover id="save-view" label="Save view" trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "bookmark-plus".into()) open=open>
            <FormError error/>
            <div on:submit=send inner_html=form></div>
            {wrong}
        </Popover>
    }
}

/// What the form holds.
struct Sent {
    workflow_id: WorkflowId,
    name: String,
    layout: &'static str,
    query: String,
    shared: bool,
}

/// Sends the form, and gives the name of the view. Its code comes with that of the menu.
#[leptos::wasm_split::wasm_split(news, wasm_split_path = leptos::wasm_split, fallible)]
fn save(sent: Sent, saved: Callback<Result<String>>) -> std::result::Result<(), SplitLoaderError> {
    spawn_local(async move {
        let Sent { workflow_id, name, layout, query, shared } = sent;
        let answer = api::save_view(workflow_id, name, layout.to_owned(), Some(query), shared).await;
        saved.try_run(answer.map(|view| view.name));
    });
    Ok(())
}

fn form(workflow_id: WorkflowId, layout: &str, query: &str) -> String {
    let mut form =
        format!("<form class=\"filter-form\" method=\"post\" action=\"{}\">", api::SaveView::url());
    for (name, value) in
        [("workflow_id", workflow_id.to_string().as_str()), ("layout", layout), ("query", query)]
    {
        form.push_str("<input type=\"hidden\" name=\"");
        form.push_str(name);
        form.push_str("\" value=\"");
        html::push_escaped(&mut form, value);
        form.push_str("\">");
    }
    html::push_text_field(&mut form, "name", "Name", "", "bookmark", 60);
    form.push_str(concat!(
        "<label class=\"choice\"><input type=\"checkbox\" class=\"checkbox\" name=\"shared\" value=\"true\">",
        "<span class=\"choice-text\">Everybody in the organisation sees it</span></label>",
        "<div class=\"filter-actions\"><button type=\"submit\" class=\"button is-primary\">",
        "<span class=\"button-label\">Save view</span></button></div></form>",
    ));
    form
}

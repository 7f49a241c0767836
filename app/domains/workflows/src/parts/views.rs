//! Saved views: a menu of them, and saving the present one.

use kernel::WorkflowId;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, Checkbox, FormError, IconButton, Popover, TextField,
    Toast, Trigger, error_of, field_error, use_toaster,
};

use crate::{api, model::SavedView};

/// The saved views of a workflow.
#[component]
pub fn Views(
    /// The letters before its items' numbers.
    workflow_key: String,
    /// The views.
    views: kernel::PageData<Vec<SavedView>>,
) -> impl IntoView {
    let toaster = use_toaster();
    let remove = ServerAction::<api::DeleteView>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            views.refetch();
        }
    });
    let row = move |view: SavedView, base: &str| {
        let path = if view.layout == "list" { format!("{base}/list") } else { base.to_owned() };
        let href = if view.query.is_empty() { path } else { format!("{path}?{}", view.query) };
        let (id, name) = (view.id, view.name.clone());
        let label = format!("Delete view {name}");
        let delete = move |_| {
            remove.dispatch(api::DeleteView { view_id: id });
            toaster.undoable(
                format!("View {name} deleted"),
                move || api::restore_view(id),
                move |()| views.refetch(),
            );
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
    view! {
        <Popover id="views" label="Views" trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "bookmark".into()) align_end=true>
            <Transition>
                {move || {
                    let base = format!("/workflows/{workflow_key}");
                    Suspend::new(async move {
                        let views = views.await.unwrap_or_default();
                        if views.is_empty() {
                            view! {
                                <p class="view-empty">
                                    "No saved views. Set a filter, then choose Save view."
                                </p>
                            }
                            .into_any()
                        } else {
                            let rows = views.into_iter().map(|view| row(view, &base)).collect_view();
                            view! { <ul class="view-list">{rows}</ul> }.into_any()
                        }
                    })
                }}
            </Transition>
        </Popover>
    }
}

/// What pages do when a view was saved.
#[derive(Clone, Copy)]
pub struct OnSaved(pub Callback<()>);

/// Saves the filter of the page under a name. Its code is fetched where there is a filter.
pub fn save_view(workflow_id: WorkflowId, layout: &'static str, query: String) -> impl IntoView {
    #[leptos::wasm_split::wasm_split(saving, wasm_split_path = leptos::wasm_split, fallible)]
    fn part(
        workflow_id: WorkflowId,
        layout: &'static str,
        query: String,
    ) -> std::result::Result<AnyView, ui::SplitLoaderError> {
        Ok(view! { <SaveView workflow_id layout query/> }.into_any())
    }

    #[cfg(not(target_family = "wasm"))]
    leptos::prefetch_lazy_fn_on_server("saving");
    Suspend::new(async move { part(workflow_id, layout, query).await.unwrap_or_else(|_| ().into_any()) })
}

#[component]
fn SaveView(
    /// The workflow.
    workflow_id: WorkflowId,
    /// `board` or `list`.
    layout: &'static str,
    /// The page's query string.
    query: String,
) -> impl IntoView {
    let toaster = use_toaster();
    let save = ServerAction::<api::SaveView>::new();
    let open = RwSignal::new(false);
    let error = error_of(save.value());
    let saved = use_context::<OnSaved>();
    Effect::new(move |_| {
        if let Some(Ok(view)) = save.value().get() {
            open.set(false);
            if let Some(OnSaved(saved)) = saved {
                saved.run(());
            }
            toaster.show(Toast::new(format!("View {} saved", view.name)));
        }
    });
    view! {
        <Popover id="save-view" label="Save view" trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "bookmark-plus".into()) open=open>
            <ActionForm action=save attr:class="filter-form">
                <input type="hidden" name="workflow_id" value=workflow_id.to_string()/>
                <input type="hidden" name="layout" value=layout/>
                <input type="hidden" name="query" value=query/>
                <FormError error/>
                <TextField name="name" label="Name" maxlength=60 required=true error=field_error(error, "name")/>
                <Checkbox name="shared">"Everybody in the organisation sees it"</Checkbox>
                <div class="filter-actions">
                    <Button
                        variant=ButtonVariant::Primary
                        kind=ButtonKind::Submit
                        pending=save.pending()
                    >
                        "Save view"
                    </Button>
                </div>
            </ActionForm>
        </Popover>
    }
}

//! Beginning a conversation: with one person, or with several under a title.

use kernel::{MemberId, Person};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{Button, ButtonKind, ButtonVariant, Dialog, FormError, PeoplePicker, TextField, field_error};

use crate::{api, model::TITLE_MAX};

/// The dialog "New message".
#[component]
pub fn StartDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whom one can write to.
    #[prop(into)]
    people: Signal<Vec<Person>>,
) -> impl IntoView {
    let chosen = RwSignal::new(Vec::<MemberId>::new());
    let title = RwSignal::new(String::new());
    let error = RwSignal::new(None::<kernel::Error>);
    let pending = RwSignal::new(false);
    let way = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(way) = way.get() {
            way_taken(open, chosen, title);
            navigate(&way, NavigateOptions::default());
        }
    });
    let start = move || {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        error.set(None);
        let (members, title) = (chosen.get_untracked(), title.get_untracked());
        spawn_local(async move {
            let started = match members.as_slice() {
                [] => Err(kernel::Error::invalid("members", "Choose at least one person.")),
                [one] => api::open_direct(*one).await,
                _ => api::start_group(title, members).await,
            };
            pending.try_set(false);
            match started {
                Ok(id) => drop(way.try_set(Some(format!("/messages/{id}")))),
                Err(failed) => drop(error.try_set(Some(failed))),
            }
        });
    };
    let group = Memo::new(move |_| chosen.with(|chosen| 1 < chosen.len()));
    let label = move || if group.get() { "Start the group" } else { "Write" };
    view! {
        <Dialog id="new-message" open title="New message">
            <form
                class="form"
                on:submit=move |event| {
                    event.prevent_default();
                    start();
                }
            >
                <FormError error/>
                <PeoplePicker name="new-message" people chosen said="To" nobody_yet="Nobody is chosen yet."/>
                {move || {
                    group.get().then(|| view! {
                        <TextField
                            name="title"
                            label="Name of the group"
                            bind=title
                            required=true
                            maxlength=i64::try_from(TITLE_MAX).unwrap_or_default()
                            error=field_error(error.into(), "title")
                        />
                    })
                }}
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending>{label}</Button>
                </div>
            </form>
        </Dialog>
    }
}

fn way_taken(open: RwSignal<bool>, chosen: RwSignal<Vec<MemberId>>, title: RwSignal<String>) {
    open.set(false);
    chosen.set(Vec::new());
    title.set(String::new());
}

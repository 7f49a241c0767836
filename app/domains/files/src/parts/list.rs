//! The list itself.

use kernel::use_viewer;
use leptos::{ev::DragEvent, html::Input, prelude::*};
use ui::{Button, ButtonSize, ErrorState, Icon, Skeleton, Wait};

use super::{Place, browser, queue::Sending, send::SendingRow, tile::Tile};
use crate::{
    model::{Files, State},
    rules,
};

#[component]
pub(super) fn FileList(place: Place) -> impl IntoView {
    let viewer = use_viewer();
    let over = RwSignal::new(false);
    let may_change =
        Memo::new(move |_| place.files.with(|files| matches!(files, Some(Ok(files)) if files.may_change)));
    let drop = move |event: DragEvent| {
        over.set(false);
        if may_change.get_untracked() {
            event.prevent_default();
            place.add(browser::files(&browser::get(&event, "dataTransfer")));
        }
    };
    let drag = move |event: DragEvent| {
        if may_change.get_untracked() {
            event.prevent_default();
            over.set(true);
        }
    };
    let content = move || async move {
        match (viewer.await, place.files.await) {
            (Ok(viewer), Ok(Files { files, may_change, max_bytes })) => {
                let known: Vec<_> = files.into_iter().filter(|file| file.state != State::Uploading).collect();
                let count = known.len();
                let tiles = known
                    .into_iter()
                    .map(|file| view! { <Tile file viewer=viewer.clone() may_change files=place.files/> })
                    .collect_view();
                view! {
                    <header class="files-head">
                        <h2>"Files"</h2>
                        {(0 < count).then(|| view! { <span class="files-count">{count}</span> })}
                        {may_change.then(|| view! { <AddFiles place/> })}
                    </header>
                    {(0 < count).then(|| view! { <ul class="files-list">{tiles}</ul> })}
                    <Uploads place/>
                    {may_change.then(|| view! { <Hint max_bytes nothing=count == 0/> })}
                    {(!may_change && count == 0)
                        .then(|| view! { <p class="files-hint">"No files are attached."</p> })}
                }
                .into_any()
            }
            (Err(error), _) | (_, Err(error)) => {
                view! { <ErrorState error retry=move || place.files.refetch()/> }.into_any()
            }
        }
    };
    view! {
        <link rel="stylesheet" href="/files.css"/>
        <section
            class="files panel-card"
            class:is-over=move || over.get()
            aria-label="Files"
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Wait fallback=|| view! { <Skeleton rows=1/> } content/>
        </section>
    }
}

#[component]
fn AddFiles(place: Place) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        place.add(browser::files(&input));
        // The same file may be chosen once more.
        input.set_value("");
    };
    view! {
        <input
            node_ref=input
            class="visually-hidden"
            type="file"
            multiple
            tabindex="-1"
            aria-label="Choose files"
            on:change=chosen
        />
        <Button icon="paperclip" size=ButtonSize::Small class="files-add" on_click=open>
            "Add files"
        </Button>
    }
}

/// Says how files come here.
#[component]
fn Hint(max_bytes: i64, nothing: bool) -> impl IntoView {
    view! {
        <p class="files-hint" class:is-empty=nothing>
            {nothing.then(|| view! { <Icon name="cloud-upload"/> })}
            <span>
                <span class="files-hint-drop">"Drop files here, or paste a picture. "</span>
                {format!("Up to {} each.", rules::in_words(max_bytes))}
            </span>
        </p>
    }
}

/// What is under way to this record.
#[component]
fn Uploads(place: Place) -> impl IntoView {
    let sendings = place.queue.with_value(|queue| queue.sendings.clone());
    let mine = Memo::new(move |_| {
        let key = place.key.get();
        sendings.with(|sendings| {
            let here = |sending: &&Sending| sending.target.kind == place.kind && sending.target.key == key;
            sendings.iter().filter(here).cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="files-uploads" class:is-empty=move || mine.with(Vec::is_empty)>
            <For each=move || mine.get() key=|sending| sending.number let:sending>
                <SendingRow sending place/>
            </For>
        </ul>
    }
}

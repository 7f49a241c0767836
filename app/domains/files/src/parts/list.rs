//! The list itself.

use kernel::{Viewer, use_viewer};
use leptos::{ev::DragEvent, html::Input, prelude::*};
use ui::{Button, ButtonSize, ErrorState, Icon, Skeleton, Wait};

use super::{Place, browser, queue::Aim, send::SendingRow, tile::Tile};
use crate::{model::State, rules};

#[component]
pub(super) fn FileList(place: Place) -> impl IntoView {
    let viewer = use_viewer();
    let over = RwSignal::new(false);
    let may_change = move || place.most().is_some();
    let drop = move |event: DragEvent| {
        over.set(false);
        if may_change() {
            event.prevent_default();
            place.add(browser::files(&browser::get(&event, "dataTransfer")), &Aim::List);
        }
    };
    let drag = move |event: DragEvent| {
        if may_change() {
            event.prevent_default();
            over.set(true);
        }
    };
    let content = move || async move {
        match (viewer.await, place.files.await) {
            (Ok(viewer), Ok(loaded)) => {
                let (may_change, max_bytes) = (loaded.may_change, loaded.max_bytes);
                place.loaded.begin(loaded);
                view! { <Content place viewer may_change max_bytes/> }.into_any()
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
fn Content(place: Place, viewer: Viewer, may_change: bool, max_bytes: i64) -> impl IntoView {
    // Uploads under way are shown by this browser itself, until it has heard that they are at their end.
    let known = Memo::new(move |_| {
        let queue = place.queue.get_value();
        place.loaded.with(|loaded| {
            let files = loaded.into_iter().flat_map(|files| &files.files);
            let here = files.filter(|file| file.state != State::Uploading && !queue.sends(file.id));
            here.cloned().collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| known.with(Vec::len));
    let nothing = Memo::new(move |_| count.get() == 0);
    // Not by `nothing` and `count`: an effect that reads both misses a change of the second that looking at the first has
    // brought about (reactive_graph 0.2).
    let counted = move || Some(count.get()).filter(|count| *count != 0);
    view! {
        <header class="files-head">
            <h2>"Files"</h2>
            <span class="files-count">{counted}</span>
            {may_change.then(|| view! { <AddFiles place/> })}
        </header>
        <ul class="files-list" class:is-empty=move || nothing.get()>
            <For
                each=move || known.get()
                key=|file| (file.id, file.state, file.has_preview, file.held, file.reason.clone())
                let:file
            >
                <Tile file viewer=viewer.clone() may_change place/>
            </For>
        </ul>
        <Uploads place aim=Aim::List/>
        {if may_change {
            view! { <Hint max_bytes nothing/> }.into_any()
        } else {
            let none = move || nothing.get().then_some("No files are attached.");
            view! { <p class="files-hint">{none}</p> }.into_any()
        }}
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
        place.add(browser::files(&input), &Aim::List);
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
fn Hint(max_bytes: i64, nothing: Memo<bool>) -> impl IntoView {
    view! {
        <p class="files-hint" class:is-empty=move || nothing.get()>
            {move || nothing.get().then(|| view! { <Icon name="cloud-upload"/> })}
            <span>
                <span class="files-hint-drop">"Drop files here, or paste a picture. "</span>
                {format!("Up to {} each.", rules::in_words(max_bytes))}
            </span>
        </p>
    }
}

/// What is under way to this record for this.
#[component]
pub(super) fn Uploads(place: Place, aim: Aim) -> impl IntoView {
    let mine = Memo::new(move |_| place.coming(&aim));
    view! {
        <ul class="files-uploads" class:is-empty=move || mine.with(Vec::is_empty)>
            <For each=move || mine.get() key=|sending| sending.number let:sending>
                <SendingRow sending place/>
            </For>
        </ul>
    }
}

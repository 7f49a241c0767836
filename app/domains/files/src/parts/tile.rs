//! One file: its small picture, what it is, and what can be done with it.

use kernel::{FileId, Viewer};
use leptos::prelude::*;
use ui::{Icon, IconSize, Menu, MenuItem, Tone, when::moment};

use super::Place;

use crate::{
    api,
    model::{File, State},
    rules,
};

#[component]
pub(super) fn Tile(file: File, viewer: Viewer, may_change: bool, place: Place) -> impl IntoView {
    let id = file.id;
    let ready = file.state == State::Ready;
    let address = file.address();
    let (picture, name) = (picture(&file), name(&file));
    let by = viewer.directory.person(file.created_by).map(|person| person.name.clone()).unwrap_or_default();
    let (when, machine) = moment(file.created_at, &viewer);
    let state = state(&file);
    let words = file.name.clone();
    let delete = {
        let name = file.name.clone();
        move |_| delete(id, name.clone(), place)
    };
    let share = move |_| share(id, place);
    view! {
        <li class="file" class:is-refused=file.state == State::Refused>
            <span class="file-picture">{picture}</span>
            <div class="file-text">
                {name}
                <p class="file-meta">
                    {rules::in_words(file.size)} " · " {by} " · " <time datetime=machine>{when}</time>
                </p>
                {state.map(|(class, words)| view! { <p class=format!("file-state {class}") role="status">{words}</p> })}
            </div>
            {ready
                .then(|| {
                    view! {
                        <a class="icon-button" href=address download="" aria-label=format!("Download {words}")>
                            <Icon name="download"/>
                        </a>
                    }
                })}
            {may_change
                .then(|| {
                    view! {
                        <Menu id=format!("file-{id}") label=format!("More for {}", file.name) align_end=true>
                            {ready
                                .then(|| {
                                    view! { <MenuItem icon="link" on_click=share>"Copy a link for a week"</MenuItem> }
                                })}
                            <MenuItem icon="trash-2" tone=Tone::Danger on_click=delete>
                                "Delete"
                            </MenuItem>
                        </Menu>
                    }
                })}
        </li>
    }
}

/// The small picture, or what kind of file it is.
pub(super) fn picture(file: &File) -> AnyView {
    let icon = match file.state {
        State::Ready if file.has_preview => {
            return view! { <img src=format!("/previews/{}", file.id) alt="" loading="lazy"/> }.into_any();
        }
        State::Refused => "ban",
        _ => rules::icon(&file.media_type),
    };
    view! { <Icon name=icon size=IconSize::Large/> }.into_any()
}

/// What a file is called. It leads to the file as soon as that can be read.
pub(super) fn name(file: &File) -> AnyView {
    let name = file.name.clone();
    if file.state != State::Ready {
        return view! { <span class="file-name" title=name.clone()>{name.clone()}</span> }.into_any();
    }
    let shown = rules::is_shown(&file.media_type);
    // Not a page of ours: the router leaves links with a target or a download alone.
    view! {
        <a
            class="file-name"
            href=file.address()
            title=name.clone()
            target=shown.then_some("_blank")
            download=(!shown).then_some("")
            rel="noopener"
        >
            {name.clone()}
        </a>
    }
    .into_any()
}

/// What keeps a file from being read or seen, if something does: its class, and in words.
pub(super) fn state(file: &File) -> Option<(&'static str, String)> {
    match file.state {
        State::Scanning if file.reason.is_empty() => Some(("is-waiting", "Being checked…".to_owned())),
        State::Scanning => Some(("is-waiting", file.reason.clone())),
        State::Refused => Some(("is-refused", format!("Refused. {}", file.reason))),
        State::Ready if file.held => Some(("is-note", "Not sent yet: only you see it.".to_owned())),
        // Why there is no small picture.
        State::Ready if !file.reason.is_empty() => Some(("is-note", file.reason.clone())),
        _ => None,
    }
}

fn delete(id: FileId, name: String, place: Place) {
    leptos::task::spawn_local(async move {
        match api::delete_file(id).await {
            Ok(()) => {
                place.toaster.undoable(
                    format!("{name} deleted"),
                    move || api::restore_file(id),
                    move |()| place.reload(),
                );
                place.reload();
            }
            Err(error) => place.failed(&error),
        }
    });
}

fn share(id: FileId, place: Place) {
    leptos::task::spawn_local(async move {
        match api::share_file(id).await {
            Ok(address) => ui::copy_to_clipboard(address, place.toaster),
            Err(error) => place.failed(&error),
        }
    });
}

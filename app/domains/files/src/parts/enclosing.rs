//! Files that are enclosed in what somebody writes on the page of a record, such as a message: a button that chooses them,
//! a tray of what waits to be enclosed, and a tile for each that was.

use kernel::FileId;
use leptos::{ev::DragEvent, html::Input, prelude::*, task::spawn_local};
use ui::{Enclosed, Icon, IconButton, IconSize};

use super::{
    Place, browser, find, has_files,
    list::Uploads,
    place,
    queue::{Aim, Stage},
    slot,
    tile::state,
};
use crate::{
    api,
    model::{File, State},
    rules,
};

const UNDER_WAY: &str = "Wait until the files are uploaded.";
const NOT_UPLOADED: &str = "A file was not uploaded. Try again, or dismiss it.";

/// The files of the record of that kind with `key` in its page's address, on a page where something is written that
/// encloses some. Made once per page, as [`super::filing`].
pub fn enclosures(kind: &'static str, key: Memo<String>) -> Enclosed {
    let place = place(kind, key, true);
    let tray = Memo::new(move |_| tray(place));
    Enclosed {
        slot: slot(place),
        ready: place.ready(),
        knows: Callback::new(move |id| {
            place.loaded.with_untracked(|loaded| loaded.is_none_or(|files| find(files, id).is_some()))
        }),
        one: Callback::new(move |id| one(place, id)),
        choose: ViewFn::from(move || view! { <Choose place/> }),
        tray: ViewFn::from(move || view! { <Tray place tray/> }),
        waiting: Signal::derive(move || {
            tray.with(|(files, _)| {
                let taken = files.iter().filter(|file| file.state != State::Refused);
                taken.map(|file| file.id).collect()
            })
        }),
        hindrance: Signal::derive(move || hindrance(place, tray)),
        let_go: Callback::new(move |ids: Vec<FileId>| {
            if let Some(target) = place.target() {
                place.queue.with_value(|queue| queue.let_go(&target, &Aim::Writing, &ids));
            }
        }),
        put_back: Callback::new(move |ids: Vec<FileId>| put_back(place, &ids)),
        dragged: Callback::new(move |event: DragEvent| {
            // The list of files has taken it where it is dragged over that.
            let may = !event.default_prevented() && has_files(&event) && place.most().is_some();
            if may {
                event.prevent_default();
            }
            may
        }),
        dropped: Callback::new(move |event: DragEvent| {
            if !event.default_prevented() && has_files(&event) && place.most().is_some() {
                event.prevent_default();
                place.add(browser::files(&browser::get(&event, "dataTransfer")), &Aim::Writing);
            }
        }),
    }
}

fn put_back(place: Place, ids: &[FileId]) {
    if let Some(target) = place.target() {
        place.queue.with_value(|queue| queue.put_back(&target, &Aim::Writing, ids));
    }
}

/// The files in the tray, and whether the page knows them all.
fn tray(place: Place) -> (Vec<File>, bool) {
    let ids = place.waiting(&Aim::Writing);
    place.loaded.with(|loaded| {
        let files: Vec<File> = ids.iter().filter_map(|id| find(loaded?, *id).cloned()).collect();
        let all = files.len() == ids.len();
        (files, all)
    })
}

fn hindrance(place: Place, tray: Memo<(Vec<File>, bool)>) -> Option<String> {
    let stages: Vec<Stage> =
        place.coming(&Aim::Writing).into_iter().map(|sending| sending.stage.get()).collect();
    let failed = |stage: &Stage| matches!(stage, Stage::Failed { .. });
    if stages.iter().any(|stage| !failed(stage)) || tray.with(|(_, all)| !all) {
        Some(UNDER_WAY.to_owned())
    } else {
        stages.iter().any(failed).then(|| NOT_UPLOADED.to_owned())
    }
}

/// One file that was enclosed. It follows what becomes of it.
fn one(place: Place, id: FileId) -> AnyView {
    let file = Memo::new(move |_| place.loaded.with(|loaded| find(loaded?, id).cloned()));
    view! { {move || file.get().map(|file| view! { <Tile file/> })} }.into_any()
}

/// A file: the picture, or what it is called and how large it is. It leads to the file as soon as that can be read.
#[component]
fn Tile(file: File) -> impl IntoView {
    if file.state != State::Ready {
        return view! { <div class="enclosed"><Mark file=file.clone()/><Words file/></div> }.into_any();
    }
    let shown = rules::is_shown(&file.media_type);
    let class = if file.has_preview { "enclosed is-picture" } else { "enclosed" };
    let content = if file.has_preview {
        let source = format!("/previews/{}", file.id);
        view! { <img src=source alt=file.name.clone() loading="lazy"/> }.into_any()
    } else {
        view! { <Mark file=file.clone()/><Words file=file.clone()/> }.into_any()
    };
    // Not a page of ours: the router leaves links with a target or a download alone.
    view! {
        <a
            class=class
            href=file.address()
            title=file.name
            target=shown.then_some("_blank")
            download=(!shown).then_some("")
            rel="noopener"
        >
            {content}
        </a>
    }
    .into_any()
}

/// What kind of file it is.
#[component]
fn Mark(file: File) -> impl IntoView {
    let icon = match file.state {
        State::Refused => "ban",
        _ => rules::icon(&file.media_type),
    };
    view! { <span class="enclosed-icon"><Icon name=icon size=IconSize::Large/></span> }
}

/// What a file is called, how large it is, and what keeps it.
#[component]
fn Words(file: File) -> impl IntoView {
    let state = match file.state {
        State::Scanning | State::Refused => state(&file).map(|(_, words)| words),
        _ => None,
    };
    let refused = file.state == State::Refused;
    view! {
        <span class="file-text">
            <span class="file-name">{file.name}</span>
            <span class="file-meta">
                {rules::in_words(file.size)}
                {state.map(|words| view! {
                    " · "
                    <span class="file-state" class:is-refused=refused role="status">{words}</span>
                })}
            </span>
        </span>
    }
}

/// Opens the browser's own dialog for files.
#[component]
fn Choose(place: Place) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        place.add(browser::files(&input), &Aim::Writing);
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
            aria-label="Files for the message"
            on:change=chosen
        />
        <IconButton icon="paperclip" label="Attach files" class="needs-script" on_click=open/>
    }
}

/// What waits to be enclosed, and what is on its way to that.
#[component]
fn Tray(place: Place, tray: Memo<(Vec<File>, bool)>) -> impl IntoView {
    let files = move || tray.with(|(files, _)| files.clone());
    let none = move || tray.with(|(files, _)| files.is_empty());
    let empty = Memo::new(move |_| none() && place.coming(&Aim::Writing).is_empty());
    view! {
        <section class="tray" aria-label="Files to send" hidden=move || empty.get()>
            <ul class="tray-files" class:is-empty=none>
                <For
                    each=files
                    key=|file| (file.id, file.state, file.has_preview, file.reason.clone())
                    let:file
                >
                    <Waiting file place/>
                </For>
            </ul>
            <Uploads place aim=Aim::Writing/>
        </section>
    }
}

#[component]
fn Waiting(file: File, place: Place) -> impl IntoView {
    let (id, name) = (file.id, file.name.clone());
    let label = format!("Remove {name}");
    let icon = if file.has_preview && file.state == State::Ready {
        view! { <img class="tray-picture" src=format!("/previews/{id}") alt=""/> }.into_any()
    } else {
        view! { <Mark file=file.clone()/> }.into_any()
    };
    let remove = move |_| remove(id, name.clone(), place);
    view! {
        <li class="enclosed">
            {icon}
            <Words file/>
            <IconButton icon="x" label on_click=remove/>
        </li>
    }
}

/// Takes a file out of the tray and deletes it: it was added for what is written only.
fn remove(id: FileId, name: String, place: Place) {
    spawn_local(async move {
        match api::delete_file(id).await {
            Ok(()) => {
                if let Some(target) = place.target() {
                    place.queue.with_value(|queue| queue.let_go(&target, &Aim::Writing, &[id]));
                }
                let back = move |()| {
                    put_back(place, &[id]);
                    place.reload();
                };
                place.toaster.undoable(format!("{name} removed"), move || api::restore_file(id), back);
                place.reload();
            }
            Err(error) => place.failed(&error),
        }
    });
}

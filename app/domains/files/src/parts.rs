//! The files of a record on the record's page: a list, a place to drop further ones, and uploads under way.

mod browser;
mod enclosing;
mod filing;
mod kept;
mod list;
mod queue;
mod send;
mod shared;
mod tile;

use gloo::events::EventListener;
use kernel::{FileId, Loaded, MemberId, PageData, use_viewer};
use leptos::{ev::DragEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use send_wrapper::SendWrapper;
use std::{pin::Pin, time::Duration};
use ui::{Slot, Toast, Toaster, use_toaster};

use crate::{
    api,
    model::{File, Files, State},
};
use list::FileList;
use queue::{Aim, Queue, Sending, Target, queue};

pub use enclosing::enclosures;
pub use filing::filing;

/// How soon the page looks again for what is being looked at. News of it may come from another process, and does not
/// reach this one.
const LOOK_AGAIN: Duration = Duration::from_millis(1_500);

/// What the parts of the list share. Cheap to copy.
#[derive(Clone, Copy)]
struct Place {
    kind: &'static str,
    key: Memo<String>,
    /// What the page waits for.
    files: PageData<Files>,
    /// What it shows. A file that has not changed stays as it stands, with its menu, when this is loaded again.
    loaded: Loaded<Files>,
    /// Counts how often it was loaded again.
    looked: RwSignal<u32>,
    queue: StoredValue<Queue>,
    /// Whether what is pasted is to be enclosed in something that is being written.
    encloses: bool,
    me: StoredValue<Option<MemberId>>,
    toaster: Toaster,
}

impl Place {
    /// Begins to upload what somebody chose, dropped or pasted.
    fn add(self, files: Vec<wasm_bindgen::JsValue>, aim: &Aim) {
        let Some(most) = self.most() else { return };
        let Some(target) = self.target() else { return };
        self.queue.with_value(|queue| {
            for file in files {
                queue.add(target.clone(), file, most, aim.clone());
            }
        });
    }

    /// Where files of the page go; none as long as nobody knows who looks at it, or once it is gone.
    fn target(self) -> Option<Target> {
        let (key, member) = (self.key.try_get_untracked()?, self.me.try_get_value()??);
        Some(Target { kind: self.kind, key, member })
    }

    /// What arrived and waits for this.
    fn waiting(self, aim: &Aim) -> Vec<FileId> {
        self.queue.with_value(|queue| self.key.with(|key| queue.waiting(self.kind, key, aim)))
    }

    /// What is under way for this.
    fn coming(self, aim: &Aim) -> Vec<Sending> {
        let sendings = self.queue.with_value(|queue| queue.sendings.clone());
        let here = |target: &Target| target.kind == self.kind && self.key.with(|key| *key == target.key);
        sendings.with(|sendings| {
            let mine = sendings.iter().filter(|sending| sending.aim == *aim && here(&sending.target));
            mine.cloned().collect()
        })
    }

    /// Waits until the page knows the files.
    fn ready(self) -> Callback<(), Pin<Box<dyn Future<Output = ()> + Send>>> {
        Callback::new(move |()| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            Box::pin(async move {
                if let Ok(files) = self.files.await {
                    self.loaded.begin(files);
                }
            })
        })
    }

    /// Lets go what waited before the files were asked for, and is not among them.
    fn prune(self, awaited: &[(Aim, FileId)], files: &Files) {
        let Some(target) = self.target() else { return };
        for (aim, id) in awaited.iter().filter(|(_, id)| find(files, *id).is_none()) {
            self.queue.with_value(|queue| queue.let_go(&target, aim, &[*id]));
        }
    }

    /// The largest file that may be added; none when none may.
    fn most(self) -> Option<i64> {
        self.loaded
            .with_untracked(|files| files.filter(|files| files.may_change).map(|files| files.max_bytes))
    }

    /// Loads the list again. What was shown stays when it could not be.
    fn reload(self) {
        let Some(key) = self.key.try_get_untracked() else { return };
        let awaited = self.queue.with_value(|queue| queue.all_waiting(self.kind, &key));
        spawn_local(async move {
            let load = |key| api::list_files(self.kind.to_owned(), key);
            let Some(answer) = self.loaded.ask(load).await else { return };
            if let Ok(files) = answer {
                self.prune(&awaited, &files);
                self.loaded.show(files);
            }
            self.looked.update(|looked| *looked = looked.wrapping_add(1));
        });
    }

    /// Says what failed.
    fn failed(self, error: &kernel::Error) {
        self.toaster.show(Toast::failed(error.to_string()));
    }
}

/// A file of a record, unless it is still on its way.
fn find(files: &Files, id: FileId) -> Option<&File> {
    files.files.iter().find(|file| file.id == id && file.state != State::Uploading)
}

/// Whether files are dragged. Words are, too, and belong to the field.
fn has_files(event: &DragEvent) -> bool {
    let types = browser::get(&browser::get(event, "dataTransfer"), "types");
    browser::strings(&types).iter().any(|kind| kind == "Files")
}

fn slot(place: Place) -> Slot {
    Slot {
        content: ViewFn::from(move || view! { <FileList place/> }),
        reload: Callback::new(move |()| place.reload()),
    }
}

/// What the page of one record has of files, and what it does as long as it is there.
fn place(kind: &'static str, key: Memo<String>, encloses: bool) -> Place {
    let files = kernel::page_data(
        move || key.get(),
        move |key| async move { api::list_files(kind.to_owned(), key).await },
    );
    let viewer = use_viewer();
    let place = Place {
        kind,
        key,
        files,
        loaded: Loaded::new(key),
        looked: RwSignal::new(0),
        queue: StoredValue::new(queue()),
        encloses,
        me: StoredValue::new(None),
        toaster: use_toaster(),
    };
    Effect::new(move |_| {
        if let Some(Ok(viewer)) = viewer.get() {
            place.me.set_value(Some(viewer.member_id));
        }
    });
    resume(place);
    listen_for_pastes(place);
    look_again(place);
    take_shared(place);
    // What was uploaded is in the list.
    let settled = place.queue.with_value(|queue| queue.settled.clone());
    Effect::watch(move || settled.get(), move |_, _, _| place.reload(), false);
    place
}

/// Goes on with what a reload broke off.
fn resume(place: Place) {
    let viewer = use_viewer();
    Effect::new(move |_| {
        let key = place.key.get();
        let Some(Ok(viewer)) = viewer.get() else { return };
        let target = Target { kind: place.kind, key, member: viewer.member_id };
        let queue = place.queue.get_value();
        spawn_local(async move {
            queue.resume(target.clone()).await;
            if queue.recall(&target) {
                place.reload();
            }
        });
    });
}

/// Pictures are often pasted. What is pasted as text is left to the field it goes into.
fn listen_for_pastes(place: Place) {
    Effect::new(move |_| {
        let pasted = EventListener::new(&window(), "paste", move |event| {
            let clipboard = browser::get(event, "clipboardData");
            if browser::strings(&browser::get(&clipboard, "types")).iter().any(|kind| kind == "text/plain") {
                return;
            }
            let aim = if place.encloses { Aim::Writing } else { Aim::List };
            place.add(browser::files(&clipboard), &aim);
        });
        let pasted = SendWrapper::new(pasted);
        on_cleanup(move || drop(pasted.take()));
    });
}

/// Adds what was shared with the program, once, when the page of its record is opened for it (`?shared`).
fn take_shared(place: Place) {
    let query = use_query_map();
    let taken = StoredValue::new(false);
    Effect::new(move |_| {
        let wanted = query.with(|query| query.get_str("shared").is_some());
        let ready = place.loaded.with(|files| files.is_some());
        if !wanted || !ready || taken.get_value() {
            return;
        }
        taken.set_value(true);
        spawn_local(async move {
            let files = shared::take().await;
            if !files.is_empty() && place.most().is_none() {
                place.toaster.show(Toast::failed("Nothing can be added to this; the files were not taken."));
            } else {
                place.add(files, &Aim::List);
            }
        });
    });
}

/// Asks again while something is being looked at.
fn look_again(place: Place) {
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        place.looked.track();
        let waits = place.loaded.with(|loaded| {
            loaded.into_iter().flat_map(|files| &files.files).any(|file| file.state == State::Scanning)
        });
        if !waits || asked.get_value() {
            return;
        }
        asked.set_value(true);
        let again = move || {
            // Nothing of it is there any more when the page is left.
            if asked.try_get_value() == Some(true) {
                asked.set_value(false);
                place.reload();
            }
        };
        set_timeout(again, LOOK_AGAIN);
    });
}

//! The files of a record on the record's page: a list, a place to drop further ones, and uploads under way.

mod browser;
mod kept;
mod list;
mod queue;
mod send;
mod tile;

use gloo::events::EventListener;
use kernel::{MemberId, PageData, use_viewer};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::time::Duration;
use ui::Slot;

use crate::{
    api,
    model::{Files, State},
};
use list::FileList;
use queue::{Queue, Target, queue};

/// How soon the page looks again for what is being looked at. News of it may come from another process, and does not
/// reach this one.
const LOOK_AGAIN: Duration = Duration::from_millis(1_500);

/// What the parts of the list share. Cheap to copy.
#[derive(Clone, Copy)]
struct Place {
    kind: &'static str,
    key: Memo<String>,
    files: PageData<Files>,
    queue: StoredValue<Queue>,
    me: StoredValue<Option<MemberId>>,
}

impl Place {
    /// Where files go that are added now.
    fn target(self) -> Option<Target> {
        Some(Target {
            kind: self.kind,
            key: self.key.try_get_untracked()?,
            member: self.me.try_get_value()??,
        })
    }

    /// Begins to upload what somebody chose, dropped or pasted.
    fn add(self, files: Vec<wasm_bindgen::JsValue>) {
        let Some(target) = self.target() else { return };
        let most = self.files.get_untracked().and_then(Result::ok).map_or(i64::MAX, |files| files.max_bytes);
        self.queue.with_value(|queue| {
            for file in files {
                queue.add(target.clone(), file, most);
            }
        });
    }
}

/// The files of the record of that kind with `key` in its page's address. Made once per page: its content may be drawn as
/// often as the page likes, and uploads go on when the page is left.
pub fn attachments(kind: &'static str, key: Memo<String>) -> Slot {
    let files = kernel::page_data(
        move || key.get(),
        move |key| async move { api::list_files(kind.to_owned(), key).await },
    );
    let viewer = use_viewer();
    let place = Place { kind, key, files, queue: StoredValue::new(queue()), me: StoredValue::new(None) };
    Effect::new(move |_| {
        if let Some(Ok(viewer)) = viewer.get() {
            place.me.set_value(Some(viewer.member_id));
        }
    });
    resume(place);
    listen_for_pastes(place);
    look_again(place);
    // What was uploaded is in the list.
    let settled = place.queue.with_value(|queue| queue.settled.clone());
    Effect::watch(move || settled.get(), move |_, _, _| files.refetch(), false);
    Slot {
        content: ViewFn::from(move || view! { <FileList place/> }),
        reload: Callback::new(move |()| files.refetch()),
    }
}

/// Goes on with what a reload broke off.
fn resume(place: Place) {
    let viewer = use_viewer();
    Effect::new(move |_| {
        let key = place.key.get();
        let Some(Ok(viewer)) = viewer.get() else { return };
        let target = Target { kind: place.kind, key, member: viewer.member_id };
        let queue = place.queue.get_value();
        leptos::task::spawn_local(async move { queue.resume(target).await });
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
            let may = place.files.get_untracked().and_then(Result::ok).is_some_and(|files| files.may_change);
            let files = browser::files(&clipboard);
            if may && !files.is_empty() {
                place.add(files);
            }
        });
        let pasted = SendWrapper::new(pasted);
        on_cleanup(move || drop(pasted.take()));
    });
}

/// Asks again while something is being looked at.
fn look_again(place: Place) {
    let waiting = Memo::new(move |_| {
        place.files.with(|files| match files {
            Some(Ok(files)) => files.files.iter().any(|file| file.state == State::Scanning),
            _ => false,
        })
    });
    let looked = RwSignal::new(0_u32);
    Effect::new(move |_| {
        looked.track();
        if waiting.get() {
            let again = move || {
                place.files.refetch();
                looked.try_update(|looked| *looked = looked.wrapping_add(1));
            };
            set_timeout(again, LOOK_AGAIN);
        }
    });
}

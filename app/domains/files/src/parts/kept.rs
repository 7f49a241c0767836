//! Files whose upload is under way, kept by the browser, so that a reload does not lose them.
//!
//! They are in IndexedDB, which keeps a file as a reference or a copy as the browser sees fit, survives a restart, and
//! works in every browser; the file system that browsers offer beside it would have to be written piece by piece. Where
//! there is no room, the upload goes on without: choosing the same file again is the way back then. Only who began an
//! upload goes on with it.

use std::{cell::RefCell, rc::Rc};

use futures::channel::oneshot;
use gloo::events::EventListener;
use js_sys::Object;
use kernel::FileId;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use super::{
    browser::{call, get, number, set},
    queue::Target,
};

const DATABASE: &str = "mediap-uploads";
const STORE: &str = "files";

/// Keeps a file.
pub(super) async fn put(id: FileId, target: &Target, file: &JsValue) {
    let Some(store) = open("readwrite").await else { return };
    let entry = Object::new();
    set(&entry, "id", &id.to_string().into());
    set(&entry, "target", &name(target).into());
    set(&entry, "file", file);
    if let Some(request) = call(&store, "put", &[&entry]) {
        answer(&request).await;
    }
}

/// The files that go to this target.
pub(super) async fn find(target: &Target) -> Vec<(FileId, JsValue)> {
    let Some(store) = open("readonly").await else { return Vec::new() };
    let Some(request) = call(&store, "getAll", &[]) else { return Vec::new() };
    let Some(entries) = answer(&request).await.and_then(|list| list.dyn_into::<js_sys::Array>().ok()) else {
        return Vec::new();
    };
    let wanted = name(target);
    let read = |entry: JsValue| {
        let id = get(&entry, "id").as_string()?.parse().ok()?;
        (get(&entry, "target").as_string()? == wanted).then(|| (id, get(&entry, "file")))
    };
    entries.iter().filter_map(read).collect()
}

/// Keeps a file no more.
pub(super) async fn forget(id: FileId) {
    let Some(store) = open("readwrite").await else { return };
    if let Some(request) = call(&store, "delete", &[&id.to_string().into()]) {
        answer(&request).await;
    }
}

fn name(target: &Target) -> String {
    format!("{}/{}/{}", target.member, target.kind, target.key)
}

/// The store, made when it is first needed.
async fn open(mode: &str) -> Option<JsValue> {
    let request = call(&get(&window(), "indexedDB"), "open", &[&DATABASE.into(), &number(1)])?;
    let making = {
        let made = request.clone();
        EventListener::new(target_of(&request), "upgradeneeded", move |_| {
            let options = Object::new();
            set(&options, "keyPath", &"id".into());
            call(&get(&made, "result"), "createObjectStore", &[&STORE.into(), &options]);
        })
    };
    let database = answer(&request).await;
    drop(making);
    let unit = call(&database?, "transaction", &[&STORE.into(), &mode.into()])?;
    call(&unit, "objectStore", &[&STORE.into()])
}

/// What a request answers; nothing when it fails.
async fn answer(request: &JsValue) -> Option<JsValue> {
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let listen = |event: &'static str, good: bool| {
        let tell = tell.clone();
        EventListener::new(target_of(request), event, move |_| {
            if let Some(tell) = tell.borrow_mut().take() {
                tell.send(good).ok();
            }
        })
    };
    let listeners = [listen("success", true), listen("error", false)];
    let good = told.await.unwrap_or(false);
    drop(listeners);
    good.then(|| get(request, "result"))
}

fn target_of(request: &JsValue) -> &EventTarget {
    request.unchecked_ref()
}

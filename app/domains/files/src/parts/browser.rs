//! What the browser does for an upload, called by name: bindings of their own would be part of the script that every page
//! loads.

use std::time::Duration;

use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use kernel::{Error, FileId};
use leptos::prelude::{set_timeout, window};
pub(super) use ui::js::{call, get, set, wait};
use wasm_bindgen::{JsCast, JsValue};

/// What became of a chunk.
pub(super) enum Answer {
    /// It is there.
    Received,
    /// The upload goes on somewhere else.
    Elsewhere,
    /// It is not taken, and would not be the next time.
    Refused(Error),
    /// It did not arrive; it may the next time.
    Lost(Error),
}

/// Sends the bytes of a file from `at` to before `end`.
pub(super) async fn send(id: FileId, at: i64, file: &JsValue, end: i64, stop: &JsValue) -> Answer {
    let lost = || Answer::Lost(Error::Network(String::new()));
    let Some(chunk) = call(file, "slice", &[&number(at), &number(end)]) else { return lost() };
    let options = Object::new();
    set(&options, "method", &"PUT".into());
    set(&options, "body", &chunk);
    set(&options, "signal", &get(stop, "signal"));
    let headers = Object::new();
    set(&headers, "accept", &"application/json".into());
    set(&headers, "content-type", &"application/octet-stream".into());
    if let Some(digest) = digest(&chunk).await {
        set(&headers, "content-digest", &format!("sha-256=:{digest}:").into());
    }
    set(&options, "headers", &headers);
    let address = format!("/api/files/uploads/{id}?at={at}");
    let Some(asked) = call(&window(), "fetch", &[&address.into(), &options]) else { return lost() };
    let Some(answer) = wait(asked).await else { return lost() };
    let status = get(&answer, "status").as_f64().unwrap_or_default();
    if status == 200.0 {
        return Answer::Received;
    }
    if status == 409.0 {
        return Answer::Elsewhere;
    }
    let text = match call(&answer, "text", &[]) {
        Some(text) => wait(text).await.and_then(|text| text.as_string()).unwrap_or_default(),
        None => String::new(),
    };
    let error = serde_json::from_slice(text.as_bytes()).unwrap_or_else(|_| Error::Network(String::new()));
    // 400: it was damaged on the way. 429 and 5xx: the server could not.
    if status == 400.0 || status == 429.0 || 500.0 <= status {
        Answer::Lost(error)
    } else {
        Answer::Refused(error)
    }
}

/// The SHA-256 of a chunk in base64. Browsers tell it on encrypted pages and on this very machine only.
async fn digest(chunk: &JsValue) -> Option<String> {
    let subtle = get(&get(&window(), "crypto"), "subtle");
    if subtle.is_falsy() {
        return None;
    }
    let bytes = wait(call(chunk, "arrayBuffer", &[])?).await?;
    let hash = wait(call(&subtle, "digest", &[&"SHA-256".into(), &bytes])?).await?;
    // As letters of one byte each, which is what the browser's own encoder takes.
    let letters: String = Uint8Array::new(&hash).to_vec().into_iter().map(char::from).collect();
    call(&window(), "btoa", &[&letters.into()])?.as_string()
}

/// What stops a request.
pub(super) fn abort_controller() -> JsValue {
    let class = get(&window(), "AbortController");
    class
        .dyn_into::<Function>()
        .ok()
        .and_then(|class| Reflect::construct(&class, &Array::new()).ok())
        .unwrap_or(JsValue::UNDEFINED)
}

/// Waits.
pub(super) async fn sleep(time: Duration) {
    let (tell, told) = oneshot::channel();
    let over = move || {
        tell.send(()).ok();
    };
    set_timeout(over, time);
    // The page outlives its timers.
    told.await.ok();
}

/// Milliseconds of a clock that never goes back.
pub(super) fn now() -> i64 {
    call(&get(&window(), "performance"), "now", &[]).and_then(|value| whole(&value)).unwrap_or_default()
}

/// The files of an input, of what was dropped, or of the clipboard.
pub(super) fn files(holder: &JsValue) -> Vec<JsValue> {
    items(&get(holder, "files")).into_iter().filter(|file| file.is_object()).collect()
}

/// The texts of a list.
pub(super) fn strings(list: &JsValue) -> Vec<String> {
    items(list).into_iter().filter_map(|item| item.as_string()).collect()
}

fn items(list: &JsValue) -> Vec<JsValue> {
    let length = get(list, "length").as_f64().unwrap_or_default();
    let mut items = Vec::new();
    let mut at = 0_u32;
    while f64::from(at) < length {
        items.push(Reflect::get_u32(list, at).unwrap_or(JsValue::UNDEFINED));
        at = at.saturating_add(1);
    }
    items
}

/// What a file is called.
pub(super) fn name(file: &JsValue) -> String {
    get(file, "name").as_string().unwrap_or_default()
}

/// How large a file is, in bytes.
pub(super) fn size(file: &JsValue) -> i64 {
    whole(&get(file, "size")).unwrap_or_default()
}

/// When a file was changed last, in milliseconds.
pub(super) fn modified(file: &JsValue) -> i64 {
    whole(&get(file, "lastModified")).unwrap_or_default()
}

/// Sizes are far below where numbers of the browser lose digits.
#[expect(clippy::as_conversions, reason = "the browser has one kind of number")]
pub(super) fn number(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}

#[expect(clippy::as_conversions, reason = "the browser has one kind of number")]
fn whole(value: &JsValue) -> Option<i64> {
    value.as_f64().map(|value| value as i64)
}

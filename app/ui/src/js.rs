//! What the browser does, called by name: a binding of its own would be part of the script that every page loads. For what
//! few pages need.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property, or `undefined`.
pub fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Writes a property of a plain object.
pub fn set(object: &JsValue, key: &str, value: &JsValue) {
    // Writing into a plain object does not fail.
    Reflect::set(object, &key.into(), value).ok();
}

/// Calls a method, if the object has it and it succeeds.
pub fn call(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    try_call(object, method, arguments).ok()
}

/// Calls a method; what it throws is the error.
pub fn try_call(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(object, method).dyn_into()?;
    let list: Array = arguments.iter().copied().collect();
    function.apply(object, &list)
}

/// The result of a promise, if it has one.
pub async fn wait(promise: JsValue) -> Option<JsValue> {
    try_wait(promise).await.ok()
}

/// The result of a promise, or why it has none.
pub async fn try_wait(promise: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(promise.dyn_into::<Promise>()?).await
}

/// What a page keeps in the browser (`localStorage`), if it may.
pub fn read_kept(key: &str) -> Option<String> {
    call(&storage(), "getItem", &[&key.into()])?.as_string()
}

/// Keeps a text in the browser, or nothing any more. False when there is no room or no leave.
pub fn keep(key: &str, text: Option<&str>) -> bool {
    let done = match text {
        Some(text) => call(&storage(), "setItem", &[&key.into(), &text.into()]),
        None => call(&storage(), "removeItem", &[&key.into()]),
    };
    done.is_some()
}

fn storage() -> JsValue {
    get(&leptos::prelude::window(), "localStorage")
}

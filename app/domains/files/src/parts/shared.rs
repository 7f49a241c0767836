//! Files that were shared with the installed program, as its worker keeps them: `server/src/offline/worker.js`.

use js_sys::{Array, Function, Object, Reflect, decode_uri_component};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

use super::browser::{call, get, set, wait};

const CACHE: &str = "mediap shared";

/// The files; they are kept no more.
pub(super) async fn take() -> Vec<JsValue> {
    let caches = get(&window(), "caches");
    let mut files = Vec::new();
    let Some(cache) = asked(call(&caches, "open", &[&CACHE.into()])).await else { return files };
    let keys = asked(call(&cache, "keys", &[])).await.map(|keys| Array::from(&keys)).unwrap_or_default();
    for key in keys {
        let Some(kept) = asked(call(&cache, "match", &[&key])).await else { continue };
        let Some(blob) = asked(call(&kept, "blob", &[])).await else { continue };
        let name = call(&get(&kept, "headers"), "get", &[&"x-name".into()]).and_then(|name| name.as_string());
        let name = name.and_then(|name| decode_uri_component(&name).ok()?.as_string());
        if let Some(file) = file(&blob, &name.unwrap_or_else(|| "Shared file".to_owned())) {
            files.push(file);
        }
    }
    asked(call(&caches, "delete", &[&CACHE.into()])).await;
    files
}

async fn asked(promise: Option<JsValue>) -> Option<JsValue> {
    wait(promise?).await
}

fn file(blob: &JsValue, name: &str) -> Option<JsValue> {
    let options = Object::new();
    set(&options, "type", &get(blob, "type"));
    let class: Function = get(&window(), "File").dyn_into().ok()?;
    Reflect::construct(&class, &Array::of3(&Array::of1(blob), &name.into(), &options)).ok()
}

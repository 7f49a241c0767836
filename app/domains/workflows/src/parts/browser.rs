//! What the pages of this domain ask of the browser.

use std::collections::BTreeMap;

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
};
use send_wrapper::SendWrapper;
use ui::js;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::model::Imported;

/// A new id. The program gives records ids of its own; this one tells them apart on the page.
pub fn fresh_id<I: From<uuid::Uuid>>() -> I {
    let mut bytes = [0; 16];
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        leptos::logging::warn!("the browser gives no random numbers");
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().into()
}

/// Brings a control into view and gives it the focus, once what was changed stands on the page.
pub fn show(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&nearest);
            if element.focus().is_err() {
                leptos::logging::warn!("no focus for {id}");
            }
        }
    });
}

/// Gives the focus to what is being drawn. Before the next frame, or a key that is pressed at once would go nowhere; and after it
/// where nothing has the focus, since not all may be drawn before.
pub fn focus_drawn(focus: impl Fn() + Copy + 'static) {
    spawn_local(async move {
        tick().await;
        focus();
        request_animation_frame(move || {
            if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
                focus();
            }
        });
    });
}

/// What the controls of a form in `holder` hold now, by their names; nothing of boxes that are not ticked.
pub fn held_in(holder: &web_sys::Element) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let Ok(controls) = holder.query_selector_all("[name]") else { return texts };
    for control in (0..controls.length()).filter_map(|place| controls.get(place)) {
        let text = |name: &str| js::get(&control, name).as_string().unwrap_or_default();
        let is_off = text("type") == "checkbox" && js::get(&control, "checked").as_bool() != Some(true);
        if !is_off {
            texts.insert(text("name"), text("value"));
        }
    }
    texts
}

/// The key of the field of a workflow whose control has this name.
pub fn field_of(name: &str) -> Option<&str> {
    name.strip_prefix("data[")?.strip_suffix(']')
}

/// Whether a dialog lies over the page: keys and the clipboard belong to it.
pub fn is_behind_dialog() -> bool {
    document().query_selector("dialog:modal").ok().flatten().is_some()
}

/// Runs something at once and whenever an element gets another size, until the effect that calls this runs again.
pub fn on_resize(element: &web_sys::Element, run: impl Fn() + 'static) {
    run();
    let observed = Closure::<dyn Fn()>::new(run);
    let Ok(observer) = web_sys::ResizeObserver::new(observed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = SendWrapper::new((observer, observed));
    on_cleanup(move || kept.0.disconnect());
}

/// The first file of a field for files, or of what was dropped.
pub fn first_file(holder: &JsValue) -> Option<JsValue> {
    let file = js::get(&js::get(holder, "files"), "0");
    file.is_object().then_some(file)
}

/// How large a file is, in bytes.
pub fn file_size(file: &JsValue) -> Option<f64> {
    js::get(file, "size").as_f64()
}

/// What a file is called.
pub fn file_name(file: &JsValue) -> Option<String> {
    js::get(file, "name").as_string()
}

/// The text of a file in UTF-8, or the sentence why there is none.
pub async fn file_text(file: &JsValue) -> Result<String, &'static str> {
    let bytes = match js::call(file, "arrayBuffer", &[]) {
        Some(promise) => js::wait(promise).await,
        None => None,
    };
    let bytes = bytes.ok_or("The browser could not read the file.")?;
    decoded(&bytes).ok_or(Imported::NOT_UTF8)
}

/// The text that some bytes are. The file's own `text()` would put a sign in the place of what is no UTF-8, and names would
/// be lost without a word.
fn decoded(bytes: &JsValue) -> Option<String> {
    let strict = web_sys::TextDecoderOptions::new();
    strict.set_fatal(true);
    let decoder = web_sys::TextDecoder::new_with_label_and_options("utf-8", &strict).ok()?;
    decoder.decode_with_buffer_source(bytes.unchecked_ref()).ok()
}

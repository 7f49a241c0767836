//! Copying.

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::toast::{Toast, Toaster};
use crate::words::use_words;

/// Puts text into the clipboard and says so in a toast. Call it from an event handler: browsers allow it only there.
pub fn copy_to_clipboard(text: String, toaster: Toaster) {
    let words = use_words();
    let written = JsFuture::from(window().navigator().clipboard().write_text(&text));
    leptos::task::spawn_local(async move {
        toaster.show(match written.await {
            Ok(_) => Toast::new(words.copied),
            Err(_) => Toast::failed(words.copy_failed),
        });
    });
}

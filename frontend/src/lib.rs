//! The entry of the browser side: takes over the page that the server sent.

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the page live. The script that the server puts into the page calls this.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    // Lazily, because the code of the page that is shown is fetched apart.
    leptos::mount::hydrate_lazy(app::App);
}

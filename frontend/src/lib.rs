//! The entry of the browser side: takes over the page that the server sent.

use leptos::mount::hydrate_from_async;
use leptos::tachys::dom::body;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Makes the page live. The script that the server puts into the page calls this.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    spawn_local(async {
        // Not in one go, because the code of the page that is shown is fetched apart.
        hydrate_from_async(body(), app::App).await.forget();
        app::mark_live();
    });
}

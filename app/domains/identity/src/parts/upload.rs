//! Choosing and sending a picture.

use js_sys::{Function, Reflect};
use leptos::{
    prelude::*,
    server::ServerActionError,
    server_fn::error::ServerFnUrlError,
    wasm_bindgen::{JsCast, JsValue},
};
use ui::{Banner, Button, ButtonKind, Tone};

/// A form with one file. A plain one, with WASM too: the whole page shows the picture, so the whole page is drawn anew.
/// A file that is refused comes back as an error in the address; one that is too large is noticed before it is sent.
#[component]
pub(crate) fn PictureForm(
    /// The path of the server function that takes the file.
    action: &'static str,
    /// The field that carries the file.
    field: &'static str,
    /// The largest file, in bytes.
    max_bytes: f64,
    /// What is taken, and how much.
    note: &'static str,
    /// What is wrong with a file that is larger.
    too_large: &'static str,
    /// Called with an address that shows the chosen picture, and with none when there is none any more.
    #[prop(optional, into)]
    on_choose: Option<Callback<Option<String>>>,
    /// Fields that are sent along.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let error = use_context::<ServerActionError>()
        .filter(|error| error.path() == action)
        .map(|error| ServerFnUrlError::<kernel::Error>::decode_err(error.err()));
    let wrong = error.map(|error| {
        let message = error.field(field).map_or_else(|| error.to_string(), str::to_owned);
        view! { <Banner tone=Tone::Danger>{message}</Banner> }
    });
    let refused = RwSignal::new(false);
    let chosen = move |event: leptos::ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let file = file_of(&input);
        let size = file.as_ref().and_then(|file| Reflect::get(file, &"size".into()).ok()?.as_f64());
        let large = size.is_some_and(|size| max_bytes < size);
        input.set_custom_validity(if large { too_large } else { "" });
        refused.set(large);
        if let Some(on_choose) = on_choose {
            on_choose.run(file.filter(|_| !large).and_then(|file| address_of(&file)));
        }
    };
    let id = format!("field-{field}");
    let note_id = format!("{id}-note");
    view! {
        {wrong}
        <form class="picture-form" method="post" action=action enctype="multipart/form-data">
            {children.map(|children| children())}
            <label class="visually-hidden" for=id.clone()>
                "Picture file"
            </label>
            <input
                id=id
                class="file-input"
                type="file"
                name=field
                accept="image/png,image/jpeg,image/webp"
                required
                aria-describedby=note_id.clone()
                aria-invalid=move || refused.get().then_some("true")
                on:change=chosen
            />
            <Button kind=ButtonKind::Submit icon="upload">
                "Upload"
            </Button>
        </form>
        <p class="field-note" class:is-wrong=move || refused.get() id=note_id aria-live="polite">
            {move || if refused.get() { too_large } else { note }}
        </p>
    }
}

fn file_of(input: &web_sys::HtmlInputElement) -> Option<JsValue> {
    let files = Reflect::get(input, &"files".into()).ok()?;
    let file = Reflect::get_u32(&files, 0).ok()?;
    file.is_object().then_some(file)
}

/// The address under which this page alone sees the file.
fn address_of(file: &JsValue) -> Option<String> {
    let url = Reflect::get(&window(), &"URL".into()).ok()?;
    let make = Reflect::get(&url, &"createObjectURL".into()).ok()?.dyn_into::<Function>().ok()?;
    make.call1(&url, file).ok()?.as_string()
}

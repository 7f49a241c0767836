//! A drawer: one thing beside the list it came from. The list stays usable; on a phone the drawer is a page.

use leptos::ev;
use leptos::html::Aside;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::button::IconButton;
use crate::overlay;
use crate::words::use_words;

/// A panel at the right edge that does not block the page. Its content exists only while it is open.
#[component]
pub fn Drawer(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it should close.
    #[prop(into)]
    on_close: Callback<()>,
    /// What it shows, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What stands in its bar before the close button.
    #[prop(optional, into)]
    head: ViewFn,
    /// What stands at its bottom, such as a comment field.
    #[prop(optional, into)]
    footer: Option<ViewFn>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let words = use_words();
    let node = NodeRef::<Aside>::new();
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.stop_propagation();
            on_close.run(());
        }
    };
    Effect::new(move |came_from: Option<Option<HtmlElement>>| {
        let came_from = came_from.flatten();
        if open.get() {
            request_animation_frame(move || {
                if let Some(drawer) = node.get_untracked() {
                    overlay::focus(&drawer);
                }
            });
            return came_from.or_else(|| document().active_element()?.dyn_into().ok());
        }
        if let Some(element) = came_from.filter(|element| element.is_connected()) {
            overlay::focus(&element);
        }
        None
    });
    view! {
        <Show when=move || open.get()>
            <aside class="drawer" aria-label=move || label.get() tabindex="-1" on:keydown=on_key node_ref=node>
                <header class="drawer-head">
                    {head.run()}
                    <IconButton icon="x" label=words.close keys="Esc" on_click=move |_| on_close.run(()) class="drawer-close"/>
                </header>
                <div class="drawer-body">{children()}</div>
                {footer.clone().map(|footer| view! { <footer class="drawer-foot">{footer.run()}</footer> })}
            </aside>
        </Show>
    }
}

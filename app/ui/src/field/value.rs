//! What a control holds, and how it is kept like a signal.

use leptos::ev;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

/// Controls that hold a text.
pub(crate) trait Valued {
    /// Returns what the control holds.
    fn held(&self) -> String;
    /// Makes the control hold a text.
    fn hold(&self, text: &str);
}

macro_rules! valued {
    ($($element:ty),*) => {$(
        impl Valued for $element {
            fn held(&self) -> String {
                self.value()
            }

            fn hold(&self, text: &str) {
                self.set_value(text);
            }
        }
    )*};
}

valued!(web_sys::HtmlInputElement, web_sys::HtmlTextAreaElement, web_sys::HtmlSelectElement);

/// Keeps a control and a signal alike. At first the control wins: something may have been typed before hydration.
pub(crate) fn bind_value<E>(node: NodeRef<E>, bind: Option<RwSignal<String>>)
where
    E: ElementType + 'static,
    E::Output: Valued + JsCast + Clone + 'static,
{
    let Some(bind) = bind else { return };
    Effect::new(move |taken_over: Option<bool>| {
        let wanted = bind.get();
        let Some(control) = node.get() else { return false };
        let held = control.held();
        if held != wanted {
            if taken_over.unwrap_or_default() {
                control.hold(&wanted);
            } else {
                bind.set(held);
            }
        }
        true
    });
}

/// Passes on what was typed.
pub(super) fn tell(text: String, bind: Option<RwSignal<String>>, callback: Option<Callback<String>>) {
    if let Some(bind) = bind {
        bind.set(text.clone());
    }
    if let Some(callback) = callback {
        callback.run(text);
    }
}

/// Tells the page that a script changed a control. From inside a control's own handler tell only of the other event: a
/// handler cannot run while it runs.
pub(crate) fn announce(control: &web_sys::HtmlInputElement, events: &[&str]) {
    for name in events {
        let told = ev::Event::new_with_event_init_dict(name, &bubbling())
            .map(|event| control.dispatch_event(&event));
        if !matches!(told, Ok(Ok(_))) {
            leptos::logging::warn!("the control did not take the event {name}");
        }
    }
}

fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}

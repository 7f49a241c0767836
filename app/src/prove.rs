//! Acts that ask once more who is there: a dialog asks for it, then the act is done again.
//!
//! The page that began the act knows nothing of it: its request is held back until the person has shown that it is them,
//! and gets the answer of the second try; or the refusal, when they close the dialog.

use std::cell::RefCell;

use identity::{Prove, ProveForm};
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue, closure::Closure};
use ui::{Dialog, Later};
use web_sys::js_sys::{Function, Promise, Reflect};

const ASKED: &str = "mediap:prove";
/// What the server marks its refusal with.
const HEADER: &str = "mediap-prove-again";
const FORBIDDEN: u16 = 403;

/// A request that was refused, and who waits for its answer.
struct Held {
    /// Gives the answer.
    answer: Function,
    /// The refusal.
    refusal: JsValue,
    /// Sends it once more.
    again: Box<dyn Fn() -> Result<JsValue, JsValue>>,
}

thread_local! {
    static HELD: RefCell<Vec<Held>> = const { RefCell::new(Vec::new()) };
}

/// Shows the dialog when an act asks for it.
#[component]
pub(crate) fn ProveAgain() -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let asked = window_event_listener_untyped(ASKED, move |_| open.set(true));
        on_cleanup(move || asked.remove());
    });
    // Whichever way it is closed, nobody is left waiting.
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was.unwrap_or_default() && !is {
            settle(false);
        }
        is
    });
    provide_context(Asked { open });
    view! { <Later wanted=open part=ui::later!(tools: prove_again => ProveDialog)/> }
}

/// What the dialog needs to know.
#[derive(Clone, Copy)]
struct Asked {
    open: RwSignal<bool>,
}

#[component]
fn ProveDialog() -> impl IntoView {
    let Asked { open } = expect_context();
    let prove = ServerAction::<Prove>::new();
    Effect::new(move |_| {
        if matches!(prove.value().get(), Some(Ok(_))) {
            prove.clear();
            settle(true);
            open.set(false);
        }
    });
    view! {
        <Dialog id="prove-again" open title="Show that it is you">
            <p class="dialog-text">"What you are about to do asks for it once more."</p>
            <ProveForm action=prove/>
        </Dialog>
    }
}

/// Sends what is held once more, or gives back the refusals.
fn settle(proved: bool) {
    for held in HELD.take() {
        let answer = if proved { (held.again)() } else { Ok(held.refusal.clone()) };
        // A promise that is resolved with another one takes its answer.
        let told = held.answer.call1(&JsValue::NULL, &answer.unwrap_or(held.refusal));
        if told.is_err() {
            leptos::logging::warn!("an act that was held back did not go on");
        }
    }
}

/// A copy of a call of a server function, taken before its body is read; nothing for other requests.
pub(crate) fn copy_of(request: &JsValue) -> Option<JsValue> {
    let request = request.dyn_ref::<web_sys::Request>()?;
    if request.method() != "POST" || !request.url().contains("/api/") {
        return None;
    }
    request.clone().ok().map(JsValue::from)
}

/// Holds the answer of a request back if it asks who is there.
pub(crate) fn held(answer: &Promise, copy: JsValue, fetch: Function) -> Result<JsValue, JsValue> {
    let look = Closure::once_into_js(move |answer: JsValue| -> JsValue {
        if !asks(&answer) {
            return answer;
        }
        let mut again: Option<Box<dyn Fn() -> Result<JsValue, JsValue>>> =
            Some(Box::new(move || fetch.call1(&window(), &copy)));
        let waiting = Promise::new(&mut |resolve: Function, _| {
            if let Some(again) = again.take() {
                HELD.with_borrow_mut(|all| {
                    all.push(Held { answer: resolve, refusal: answer.clone(), again })
                });
            }
        });
        if let Ok(event) = web_sys::Event::new(ASKED) {
            // The result only says whether a listener called `preventDefault`.
            let _heard = window().dispatch_event(&event);
        }
        waiting.into()
    });
    Reflect::get(answer, &JsValue::from_str("then"))?.dyn_into::<Function>()?.call1(answer, &look)
}

fn asks(answer: &JsValue) -> bool {
    answer.dyn_ref::<web_sys::Response>().is_some_and(|answer| {
        answer.status() == FORBIDDEN && answer.headers().has(HEADER).unwrap_or_default()
    })
}

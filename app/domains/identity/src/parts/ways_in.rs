//! The ways in besides the password, below the log-in form: passkeys and providers.

use std::time::Duration;

use gloo::timers::callback::Timeout;
use kernel::Error;
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use ui::{Button, ButtonKind, ButtonSize, FormError, Wait};
use web_sys::AbortController;

use crate::{
    passkey::{
        api::{finish_passkey_log_in, start_passkey_log_in},
        browser::{self, Refusal},
    },
    provider::{api::load_ways_in, model::WaysIn},
};

/// A question is asked anew before the server forgets it, which is after 5 minutes.
const ASK_ANEW: Duration = Duration::from_secs(4 * 60);

/// Buttons for passkeys and providers. Nothing at all where there is neither.
#[component]
pub(crate) fn OtherWays(
    /// Where the person wanted to go.
    next: Signal<Option<String>>,
) -> impl IntoView {
    let ways = kernel::page_data(|| (), |()| load_ways_in());
    let content = move || async move {
        match ways.await {
            Ok(ways) => view! { <Ways ways next/> }.into_any(),
            // The password still works; there is no need to alarm anybody.
            Err(_) => ().into_any(),
        }
    };
    view! { <Wait content/> }
}

#[component]
fn Ways(ways: WaysIn, next: Signal<Option<String>>) -> impl IntoView {
    if !ways.passkeys && ways.providers.is_empty() {
        return ().into_any();
    }
    let passkey = ways.passkeys.then(|| view! { <PasskeyLogIn next suggests=true/> });
    // Without a script there are no passkeys, so a divider above them alone would divide nothing.
    let divider = if ways.providers.is_empty() { "auth-divider needs-script" } else { "auth-divider" };
    let providers = ways
        .providers
        .into_iter()
        .map(|provider| {
            view! {
                <form method="post" action=format!("/oidc/{}/start", provider.id)>
                    {move || next.get().map(|next| view! { <input type="hidden" name="next" value=next/> })}
                    <Button kind=ButtonKind::Submit size=ButtonSize::Huge class="is-wide">
                        {format!("Continue with {}", provider.name)}
                    </Button>
                </form>
            }
        })
        .collect_view();
    view! {
        <div class=divider>"or"</div>
        <div class="auth-ways">{passkey} {providers}</div>
    }
    .into_any()
}

/// What the page knows of the question that is open. The browser allows one at a time.
#[derive(Clone, Copy)]
struct Asking {
    next: Signal<Option<String>>,
    // Empty on the server, which may clean up on another thread than it rendered on.
    open: StoredValue<Option<SendWrapper<AbortController>>>,
    error: RwSignal<Option<Error>>,
    pending: RwSignal<bool>,
    suggests: bool,
}

/// The button, and the suggestions of the browser at the field for the address where there is one.
#[component]
pub(crate) fn PasskeyLogIn(
    /// Where the person wanted to go.
    next: Signal<Option<String>>,
    /// Whether the page has the field.
    #[prop(optional)]
    suggests: bool,
) -> impl IntoView {
    let asking = Asking {
        next,
        open: StoredValue::new(None),
        error: RwSignal::new(None),
        pending: RwSignal::new(false),
        suggests,
    };
    // Effects run in the browser only.
    Effect::new(move |_| spawn_local(suggest(asking)));
    on_cleanup(move || take_back(asking));
    let press = move |_| spawn_local(press(asking));
    view! {
        <div class="needs-script">
            <Button
                size=ButtonSize::Huge
                icon="key-round"
                class="is-wide"
                pending=asking.pending
                on_click=Callback::new(press)
            >
                "Use a passkey"
            </Button>
        </div>
        <FormError error=asking.error/>
    }
}

/// Takes back the question that is open, if one is.
fn take_back(asking: Asking) {
    if let Some(Some(controller)) = asking.open.try_update_value(Option::take) {
        controller.abort();
    }
}

/// Opens a question in the place of the one before.
fn open(asking: Asking) -> Result<AbortController, Refusal> {
    take_back(asking);
    let controller = AbortController::new().map_err(|_| Refusal::Unsupported)?;
    asking.open.try_set_value(Some(SendWrapper::new(controller.clone())));
    Ok(controller)
}

/// Lets the browser suggest passkeys at the field, until one is chosen or the page is left.
async fn suggest(asking: Asking) {
    if !asking.suggests || !browser::suggests().await {
        return;
    }
    loop {
        let Ok(question) = start_passkey_log_in().await else { return };
        let Ok(controller) = open(asking) else { return };
        let late = controller.clone();
        let timer = Timeout::new(millis(ASK_ANEW), move || late.abort());
        let answer = browser::find(&question.options, &controller.signal(), true).await;
        let is_ours = asking
            .open
            .try_with_value(|open| open.as_ref().is_some_and(|open| **open == controller))
            .unwrap_or(false);
        match answer {
            Ok(answer) => {
                timer.cancel();
                return answered(asking, question.id, answer).await;
            }
            // The time was up, and nobody has asked another question since.
            Err(Refusal::TakenBack) if is_ours => {}
            Err(_) => return,
        }
    }
}

/// Asks in a window of the browser.
async fn press(asking: Asking) {
    asking.error.set(None);
    asking.pending.set(true);
    match start_passkey_log_in().await {
        Ok(question) => {
            let answer = match open(asking) {
                Ok(controller) => browser::find(&question.options, &controller.signal(), false).await,
                Err(refusal) => Err(refusal),
            };
            match answer {
                Ok(answer) => return answered(asking, question.id, answer).await,
                Err(refusal) => {
                    asking.error.try_set(refusal.words().map(|words| Error::Conflict(words.into())));
                }
            }
        }
        Err(error) => {
            asking.error.try_set(Some(error));
        }
    }
    asking.pending.try_set(false);
    // The field suggests again.
    suggest(asking).await;
}

/// Sends the answer, and goes on.
async fn answered(asking: Asking, question: uuid::Uuid, answer: String) {
    asking.pending.try_set(true);
    let next = asking.next.try_get_untracked().flatten();
    match finish_passkey_log_in(question, answer, next).await {
        // The button stays busy: the next page is on its way.
        Ok(path) if window().location().assign(&path).is_ok() => {}
        Ok(_) => {
            asking.pending.try_set(false);
        }
        Err(error) => {
            asking.error.try_set(Some(error));
            asking.pending.try_set(false);
        }
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

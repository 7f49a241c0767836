//! What is shown once.

use leptos::prelude::*;
use ui::{Banner, Button, ButtonVariant, TextField, Tone, use_toaster};

use crate::model::NewHook;

/// The secret of a webhook, once.
#[component]
pub(crate) fn Made(
    /// As `whsec_…`.
    secret: String,
) -> impl IntoView {
    view! {
        <Banner tone=Tone::Warning>"Copy the secret now: it cannot be shown again."</Banner>
        <Once name="secret" label="The receiver checks signatures with it" value=secret/>
    }
}

/// Address and secret of an incoming hook, once.
#[component]
pub(crate) fn MadeHook(
    /// What was made.
    made: NewHook,
) -> impl IntoView {
    let (words, label) = match made.secret {
        Some(_) => ("Copy the secret now: it cannot be shown again.", "The sender sends to"),
        None => {
            ("Copy the address now: it holds the secret, and cannot be shown again.", "The sender sends to")
        }
    };
    let secret = made.secret.map(|secret| view! { <Once name="secret" label="It signs with" value=secret/> });
    view! {
        <Banner tone=Tone::Warning>{words}</Banner>
        <Once name="address" label value=made.url/>
        {secret}
    }
}

#[component]
fn Once(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    let toaster = use_toaster();
    let text = StoredValue::new(value.clone());
    view! {
        <div class="key-made">
            <TextField name label value readonly=true/>
            <Button
                icon="copy"
                variant=ButtonVariant::Primary
                on_click=move |_| ui::copy_to_clipboard(text.get_value(), toaster)
            >
                "Copy"<span class="visually-hidden">{format!(": {label}")}</span>
            </Button>
        </div>
    }
}

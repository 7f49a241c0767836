//! Confirming an address. Opening the link shows a button; only pressing it uses the link up, since mail programs and
//! scanners open links by themselves.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Banner, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, TextField, Tone, error_of,
    field_error,
};

use crate::account::api::{Confirm, ResendConfirmation};

/// With a token: the button that confirms. Without: what to do, and a way to get the mail again.
#[component]
pub(crate) fn ConfirmPage() -> impl IntoView {
    let query = use_query_map();
    let token = move || query.read().get("token").filter(|token| !token.is_empty());
    view! {
        <Title text="Confirm your address"/>
        {move || match token() {
            Some(token) => view! { <ConfirmForm token/> }.into_any(),
            None => view! { <CheckMail/> }.into_any(),
        }}
    }
}

#[component]
fn ConfirmForm(token: String) -> impl IntoView {
    let confirm = ServerAction::<Confirm>::new();
    let error = error_of(confirm.value());
    let again = move || {
        error
            .get()
            .is_some()
            .then(|| view! { <p class="auth-note"><a class="link" href="/confirm">"Get a new link"</a></p> })
    };
    view! {
        <AuthFrame brand="Mediap" title="Confirm your address" text="One press, and the address is yours.">
            <ActionForm action=confirm attr:class="form">
                <input type="hidden" name="token" value=token/>
                <FormError error/>
                {again}
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=confirm.pending()
                >
                    "Confirm"
                </Button>
            </ActionForm>
        </AuthFrame>
    }
}

#[component]
fn CheckMail() -> impl IntoView {
    let query = use_query_map();
    let resend = ServerAction::<ResendConfirmation>::new();
    let error = error_of(resend.value());
    let email = query.read_untracked().get("email").unwrap_or_default();
    let text = if email.is_empty() {
        "Write the address you signed up with. If it waits for confirmation, we send the link again."
            .to_owned()
    } else {
        format!("We sent a link to {email}. Open it on any device and press Confirm.")
    };
    let title = if email.is_empty() { "Get the link again" } else { "Check your mail" };
    let sent = move || {
        query
            .read()
            .get("sent")
            .map(|_| view! { <Banner tone=Tone::Success>"The mail is on its way. Older links no longer work."</Banner> })
    };
    view! {
        <AuthFrame brand="Mediap" title text>
            {sent}
            <ActionForm action=resend attr:class="form">
                <TextField
                    name="email"
                    label="Email"
                    kind="email"
                    inputmode="email"
                    autocomplete="username"
                    value=email
                    required=true
                    large=true
                    error=field_error(error, "email")
                />
                <FormError error/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Huge class="is-wide" pending=resend.pending()>
                    "Send the mail again"
                </Button>
            </ActionForm>
            <p class="auth-note"><a class="link" href="/login">"Back to log-in"</a></p>
        </AuthFrame>
    }
}

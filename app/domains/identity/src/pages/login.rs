//! Logging in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Banner, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, LinkButton, PasswordField,
    TextField, Tone, error_of, field_error,
};

use crate::{
    parts::{OtherWays, leave_when_done, leaving},
    session::{api::LogIn, local_path},
};

/// Address and password. `next` says where to go afterwards, `done` what the person has just finished.
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    let query = use_query_map();
    let log_in = ServerAction::<LogIn>::new();
    leave_when_done(log_in);
    let error = error_of(log_in.value());
    let email = query.read_untracked().get("email").unwrap_or_default();
    let knows_address = !email.is_empty();
    let next = move || {
        let next = query.read().get("next");
        local_path(next.as_deref()).map(str::to_owned)
    };
    let done = move || {
        let message = match query.read().get("done")?.as_str() {
            "confirmed" => "Your address is confirmed. Log in to start.",
            "reset" => "Your new password is set. Log in with it.",
            "joined" => "You have joined. Log in to start.",
            _ => return None,
        };
        Some(view! { <Banner tone=Tone::Success>{message}</Banner> })
    };
    // The one error that has a way on of its own.
    let unconfirmed = move || {
        matches!(error.get(), Some(kernel::Error::Forbidden(_))).then(
            || view! { <p class="auth-note"><a class="link" href="/confirm">"Send the mail again"</a></p> },
        )
    };
    view! {
        <Title text="Log in"/>
        <AuthFrame brand="Mediap" title="Log in">
            {done}
            <ActionForm action=log_in attr:class="form">
                {move || next().map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <TextField
                    name="email"
                    label="Email"
                    kind="email"
                    inputmode="email"
                    autocomplete="username webauthn"
                    value=email
                    required=true
                    large=true
                    autofocus=!knows_address
                    error=field_error(error, "email")
                />
                <PasswordField
                    name="password"
                    label="Password"
                    large=true
                    autofocus=knows_address
                    error=field_error(error, "password")
                    aside=|| view! { <a class="link" href="/reset">"Forgot it"</a> }
                />
                <FormError error/>
                {unconfirmed}
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=leaving(log_in)
                >
                    "Log in"
                </Button>
            </ActionForm>
            <p class="auth-divider">"or"</p>
            <LinkButton href="/login/link" size=ButtonSize::Huge class="is-wide" icon="mail">
                "Email me a link"
            </LinkButton>
            <OtherWays next=Signal::derive(next)/>
            <p class="auth-note">"New here? " <a class="link" href="/signup">"Create an account"</a></p>
        </AuthFrame>
    }
}

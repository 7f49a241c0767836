//! Getting back in with a forgotten password.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, PasswordField, TextField, error_of,
    field_error,
};

use crate::{
    account::api::{RequestReset, ResetPassword},
    parts::{leave_when_done, leaving},
};

/// Asks for the address and says the same whether or not it has an account.
#[component]
pub(crate) fn ResetPage() -> impl IntoView {
    let query = use_query_map();
    let request = ServerAction::<RequestReset>::new();
    let error = error_of(request.value());
    let sent = move || query.read().get("sent").filter(|email| !email.is_empty());
    let text = move || match sent() {
        Some(email) => format!(
            "If {email} has an account, a link to set a new password is on its way. It works for 1 hour."
        ),
        None => "We send a link to set a new one.".to_owned(),
    };
    let title = move || if sent().is_some() { "Check your mail" } else { "Forgot the password" }.to_owned();
    view! {
        <Title text="Set a new password"/>
        <AuthFrame brand="Mediap" title=Signal::derive(title) text=Signal::derive(move || Some(text()))>
            <Show when=move || sent().is_none()>
                <ActionForm action=request attr:class="form">
                    <TextField
                        name="email"
                        label="Email"
                        kind="email"
                        inputmode="email"
                        autocomplete="username"
                        required=true
                        large=true
                        autofocus=true
                        error=field_error(error, "email")
                    />
                    <FormError error/>
                    <Button
                        kind=ButtonKind::Submit
                        variant=ButtonVariant::Primary
                        size=ButtonSize::Huge
                        class="is-wide"
                        pending=request.pending()
                    >
                        "Send the link"
                    </Button>
                </ActionForm>
            </Show>
            <p class="auth-note"><a class="link" href="/login">"Back to log-in"</a></p>
        </AuthFrame>
    }
}

/// Takes the new password.
#[component]
pub(crate) fn NewPasswordPage() -> impl IntoView {
    let query = use_query_map();
    let reset = ServerAction::<ResetPassword>::new();
    leave_when_done(reset);
    let error = error_of(reset.value());
    let token = query.read_untracked().get("token").unwrap_or_default();
    let again = move || {
        matches!(error.get(), Some(kernel::Error::Conflict(_)))
            .then(|| view! { <p class="auth-note"><a class="link" href="/reset">"Get a new link"</a></p> })
    };
    view! {
        <Title text="Set a new password"/>
        <AuthFrame
            brand="Mediap"
            title="Set a new password"
            text="It logs out every device; then you log in with the new one."
        >
            <ActionForm action=reset attr:class="form">
                <input type="hidden" name="token" value=token/>
                <PasswordField
                    name="password"
                    label="New password"
                    autocomplete="new-password"
                    minlength=12
                    large=true
                    autofocus=true
                    hint="At least 12 characters. A few words in a row are easy to remember."
                    error=field_error(error, "password")
                />
                <FormError error/>
                {again}
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=leaving(reset)
                >
                    "Set password"
                </Button>
            </ActionForm>
        </AuthFrame>
    }
}

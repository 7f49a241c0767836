//! Logging in by a link in a mail: asking for it, waiting for it, and using it by a press. Opening the link uses nothing
//! up, since mail programs and scanners open links by themselves.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, TextField, Wait, error_of,
    field_error,
};

use crate::{
    parts::{leave_when_done, leaving},
    session::{
        api::{RequestLink, UseLink, look_at_link},
        model::LinkState,
    },
};

/// With a token: the button that logs in. Without: the field for the address, or that the mail is on its way.
#[component]
pub(crate) fn LoginLinkPage() -> impl IntoView {
    let query = use_query_map();
    let token = move || query.read().get("token").filter(|token| !token.is_empty());
    view! {
        <Title text="Log in by a link"/>
        {move || match token() {
            Some(token) => view! { <Landing token/> }.into_any(),
            None => view! { <AskForm/> }.into_any(),
        }}
    }
}

#[component]
fn AskForm() -> impl IntoView {
    let query = use_query_map();
    let request = ServerAction::<RequestLink>::new();
    let error = error_of(request.value());
    let email = StoredValue::new(query.read_untracked().get("email").unwrap_or_default());
    let sent = move || query.read().get("sent").filter(|email| !email.is_empty());
    let text = move || match sent() {
        Some(email) => format!(
            "If {email} has an account, a link is on its way. Open it in this browser; it works once, for 10 minutes."
        ),
        None => "We send a link that logs you in, without the password.".to_owned(),
    };
    let title = move || if sent().is_some() { "Check your mail" } else { "Log in by a link" }.to_owned();
    view! {
        <AuthFrame brand="Mediap" title=Signal::derive(title) text=Signal::derive(move || Some(text()))>
            <Show when=move || sent().is_none()>
                <ActionForm action=request attr:class="form">
                    <TextField
                        name="email"
                        label="Email"
                        kind="email"
                        inputmode="email"
                        autocomplete="username"
                        value=email.get_value()
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
                        "Email me a link"
                    </Button>
                </ActionForm>
            </Show>
            <p class="auth-note"><a class="link" href="/login">"Log in with the password"</a></p>
        </AuthFrame>
    }
}

#[component]
fn Landing(token: String) -> impl IntoView {
    let asked = token.clone();
    let state = kernel::page_data(move || asked.clone(), look_at_link);
    view! {
        <Wait content=move || {
            let token = token.clone();
            async move {
                match state.await {
                    Ok(LinkState::Works) => view! { <UseForm token/> }.into_any(),
                    Ok(LinkState::OtherBrowser) => view! { <OtherBrowser/> }.into_any(),
                    Ok(LinkState::Dead) => view! { <DeadLink/> }.into_any(),
                    Err(error) => view! {
                        <AuthFrame brand="Mediap" title="Log in">
                            <FormError error=Some(error)/>
                        </AuthFrame>
                    }
                    .into_any(),
                }
            }
        }/>
    }
}

#[component]
fn UseForm(token: String) -> impl IntoView {
    let log_in = ServerAction::<UseLink>::new();
    leave_when_done(log_in);
    let error = error_of(log_in.value());
    let again = move || {
        matches!(error.get(), Some(kernel::Error::Conflict(_))).then(
            || view! { <p class="auth-note"><a class="link" href="/login/link">"Get a new link"</a></p> },
        )
    };
    view! {
        <AuthFrame brand="Mediap" title="Log in" text="One press, and you are in.">
            <ActionForm action=log_in attr:class="form">
                <input type="hidden" name="token" value=token/>
                <FormError error/>
                {again}
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
        </AuthFrame>
    }
}

#[component]
fn OtherBrowser() -> impl IntoView {
    view! {
        <AuthFrame
            brand="Mediap"
            title="Open it in the other browser"
            text="This link logs in only the browser that asked for it. Copy it into that one; it is still good."
        >
            <p class="auth-note">
                "Not at hand? " <a class="link" href="/login/link">"Ask for a link here"</a>
            </p>
        </AuthFrame>
    }
}

#[component]
fn DeadLink() -> impl IntoView {
    view! {
        <AuthFrame
            brand="Mediap"
            title="This link is not open"
            text="It has been used, a newer one was sent, or its 10 minutes are over."
        >
            <p class="auth-note"><a class="link" href="/login/link">"Get a new link"</a></p>
        </AuthFrame>
    }
}

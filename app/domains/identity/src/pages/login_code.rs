//! The second step of a log-in: a code of the authenticator app, or a recovery code.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, TextField, Wait, error_of,
    field_error,
};

use crate::{
    parts::{PasskeyLogIn, leave_when_done, leaving},
    session::{
        api::{EnterCode, code_is_awaited},
        local_path,
        model::Awaited,
    },
};

/// The field for the code, if this browser has a log-in that waits for one.
#[component]
pub(crate) fn LoginCodePage() -> impl IntoView {
    let awaited = kernel::page_data(|| (), |()| code_is_awaited());
    view! {
        <Title text="Enter a code"/>
        <Wait content=move || async move {
            match awaited.await {
                Ok(Some(awaited)) => view! { <CodeForm awaited/> }.into_any(),
                Ok(None) => view! { <Over/> }.into_any(),
                Err(error) => view! {
                    <AuthFrame brand="Mediap" title="Enter a code">
                        <FormError error=Some(error)/>
                    </AuthFrame>
                }
                .into_any(),
            }
        }/>
    }
}

#[component]
fn CodeForm(awaited: Awaited) -> impl IntoView {
    let query = use_query_map();
    let enter = ServerAction::<EnterCode>::new();
    leave_when_done(enter);
    let error = error_of(enter.value());
    let next = move || local_path(query.read().get("next").as_deref()).map(str::to_owned);
    let passkey = awaited.passkey.then(|| {
        view! {
            <div class="auth-divider needs-script">"or"</div>
            <div class="auth-ways"><PasskeyLogIn next=Signal::derive(next)/></div>
        }
    });
    let recovery = Memo::new(move |_| query.read().get("with").as_deref() == Some("recovery"));
    let text = move || {
        if recovery.get() {
            "Type one of the codes you kept. It works once."
        } else {
            "Open your authenticator app and type the code it shows for Mediap."
        }
    };
    let field = move || {
        if recovery.get() {
            view! {
                <TextField
                    name="code"
                    label="Recovery code"
                    autocomplete="off"
                    placeholder="xxxxxx-xxxxxx-xxxxxx-xxxxxx"
                    maxlength=60
                    required=true
                    large=true
                    autofocus=true
                    error=field_error(error, "code")
                />
            }
            .into_any()
        } else {
            view! {
                <div class="auth-code">
                    <TextField
                        name="code"
                        label="Code"
                        autocomplete="one-time-code"
                        inputmode="numeric"
                        maxlength=12
                        required=true
                        large=true
                        autofocus=true
                        error=field_error(error, "code")
                    />
                </div>
            }
            .into_any()
        }
    };
    let over = move || {
        matches!(error.get(), Some(kernel::Error::Conflict(_)))
            .then(|| view! { <p class="auth-note"><a class="link" href="/login">"Log in again"</a></p> })
    };
    let other = move || {
        let (with, words) = if recovery.get() {
            (None, "Use the authenticator app")
        } else {
            (Some("recovery"), "Use a recovery code")
        };
        let next = next().map(|next| format!("next={}", leptos_router::location::Url::escape(&next)));
        let with = with.map(|with| format!("with={with}"));
        let parts: Vec<String> = next.into_iter().chain(with).collect();
        view! { <a class="link" href=format!("/login/code?{}", parts.join("&"))>{words}</a> }
    };
    view! {
        <AuthFrame brand="Mediap" title="Enter a code" text=Signal::derive(move || Some(text().to_owned()))>
            <ActionForm action=enter attr:class="form">
                {move || next().map(|next| view! { <input type="hidden" name="next" value=next/> })}
                {field}
                <FormError error/>
                {over}
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=leaving(enter)
                >
                    "Go on"
                </Button>
            </ActionForm>
            {passkey}
            <p class="auth-note">"No phone at hand? " {other}</p>
            <p class="auth-note"><a class="link" href="/login">"Log in as somebody else"</a></p>
        </AuthFrame>
    }
}

#[component]
fn Over() -> impl IntoView {
    view! {
        <AuthFrame
            brand="Mediap"
            title="This log-in is over"
            text="It took more than 10 minutes, had too many wrong codes, or was begun in another browser."
        >
            <p class="auth-note"><a class="link" href="/login">"Log in again"</a></p>
        </AuthFrame>
    }
}

//! The form in which a person shows once more that it is them.

use leptos::{prelude::*, server::ServerAction};
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, FormError, PasswordField, TextField, Wait, error_of,
    field_error,
};

use crate::{
    parts::leaving,
    session::{
        api::{Prove, proof_asked},
        model::Ask,
    },
};

/// Asks for the password, or for a code from somebody who has none. What follows is up to the page that has the action.
#[component]
pub fn ProveForm(
    /// What is done with the answer.
    action: ServerAction<Prove>,
    /// Where a plain form goes on.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let asked = kernel::page_data(|| (), |()| proof_asked());
    view! {
        <Wait content=move || {
            let next = next.clone();
            async move {
                match asked.await {
                    Ok(ask) => view! { <AskedForm action ask next/> }.into_any(),
                    Err(error) => view! { <FormError error=Some(error)/> }.into_any(),
                }
            }
        }/>
    }
}

#[component]
fn AskedForm(action: ServerAction<Prove>, ask: Ask, next: Option<String>) -> impl IntoView {
    let error = error_of(action.value());
    let field = match ask {
        Ask::Password => view! {
            <PasswordField name="password" label="Password" large=true autofocus=true error=field_error(error, "password")/>
        }
        .into_any(),
        Ask::Code => view! {
            <div class="auth-code">
                <TextField
                    name="code"
                    label="Code"
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    maxlength=60
                    required=true
                    large=true
                    autofocus=true
                    hint="From your authenticator app."
                    error=field_error(error, "code")
                />
            </div>
        }
        .into_any(),
        Ask::LogIn => {
            return view! { <p class="auth-note">"Log out and log in again, then do it within 10 minutes."</p> }
                .into_any();
        }
    };
    view! {
        <ActionForm action attr:class="form">
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            {field}
            <FormError error/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Huge
                class="is-wide"
                pending=leaving(action)
            >
                "Go on"
            </Button>
        </ActionForm>
    }
    .into_any()
}

//! The form in which a person shows once more that it is them.

use leptos::{prelude::*, server::ServerAction};
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, FormError, PasswordField, TextField, Wait, error_of,
    field_error,
};
use wasm_bindgen::JsCast;

use crate::{
    parts::leaving,
    session::{
        api::{Prove, proof_asked},
        model::Ask,
    },
};

/// The id of the field: a page under the dialog may have a password of its own.
const FIELD: &str = "prove-field";

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
    // The form may come into a dialog that is open already, where `autofocus` does nothing.
    Effect::new(|_| {
        request_animation_frame(|| {
            let field = document().get_element_by_id(FIELD);
            if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
                field.focus().ok();
            }
        });
    });
    let field = match ask {
        Ask::Password => view! {
            <PasswordField name="password" id=FIELD label="Password" large=true autofocus=true error=field_error(error, "password")/>
        }
        .into_any(),
        Ask::Code => view! {
            <div class="auth-code">
                <TextField
                    name="code"
                    id=FIELD
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

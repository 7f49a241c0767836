//! Opening an account.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, PasswordField, TextField, error_of,
    field_error,
};

use crate::{account::api::SignUp, pages::organisation_new::BrowserTimeZone};

/// Name, address, password and, if wanted, the organisation to create.
#[component]
pub(crate) fn SignupPage() -> impl IntoView {
    let sign_up = ServerAction::<SignUp>::new();
    let error = error_of(sign_up.value());
    view! {
        <Title text="Create an account"/>
        <AuthFrame brand="Mediap" title="Create an account">
            <ActionForm action=sign_up attr:class="form">
                <TextField
                    name="name"
                    label="Your name"
                    autocomplete="name"
                    maxlength=100
                    required=true
                    large=true
                    autofocus=true
                    error=field_error(error, "name")
                />
                <TextField
                    name="email"
                    label="Email"
                    kind="email"
                    inputmode="email"
                    autocomplete="username"
                    required=true
                    large=true
                    hint="We send a link there to confirm it."
                    error=field_error(error, "email")
                />
                <PasswordField
                    name="password"
                    label="Password"
                    autocomplete="new-password"
                    minlength=12
                    large=true
                    hint="At least 12 characters. A few words in a row are easy to remember."
                    error=field_error(error, "password")
                />
                <TextField
                    name="organisation"
                    label="Organisation"
                    autocomplete="organization"
                    maxlength=80
                    large=true
                    hint="Leave it empty if somebody else will invite you."
                    error=field_error(error, "organisation")
                />
                <BrowserTimeZone/>
                <FormError error/>
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=sign_up.pending()
                >
                    "Create account"
                </Button>
            </ActionForm>
            <p class="auth-note">"You have an account? " <a class="link" href="/login">"Log in"</a></p>
        </AuthFrame>
    }
}

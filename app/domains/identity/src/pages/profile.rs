//! One's own name and password.

use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, FormError, Load, PageTitle, PasswordField, TextField, Toast, error_of,
    field_error,
};

use crate::{
    account::{
        api::{ChangePassword, RenameAccount, profile},
        model::Profile,
    },
    parts::{LinkedAccountsSection, Outcome, PasskeySection, SettingsPage},
};

/// Name, and below it the password.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    let rename = ServerAction::<RenameAccount>::new();
    let outcome = Outcome::new();
    outcome.follow(rename, |()| Some(Toast::new("Name changed")));
    let changes = outcome.changes();
    let person = kernel::page_data(move || changes.get(), |_| profile());
    view! {
        <SettingsPage title="Profile">
            <PageTitle title="Profile" text="How others see you, and how you get in."/>
            <Load resource=person rows=3 let:profile>
                <NameForm rename profile/>
            </Load>
            <PasswordForm/>
            <PasskeySection/>
            <LinkedAccountsSection/>
        </SettingsPage>
    }
}

#[component]
fn NameForm(rename: ServerAction<RenameAccount>, profile: Profile) -> impl IntoView {
    let error = error_of(rename.value());
    view! {
        <section class="settings-section">
            <ActionForm action=rename attr:class="form">
                <input type="hidden" name="version" value=profile.version.to_string()/>
                <TextField
                    name="name"
                    label="Name"
                    autocomplete="name"
                    maxlength=100
                    value=profile.name
                    required=true
                    error=field_error(error, "name")
                />
                <TextField
                    name="email"
                    label="Email"
                    kind="email"
                    value=profile.email
                    readonly=true
                    hint="You log in with this address."
                />
                <FormError error/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=rename.pending()>
                        "Save name"
                    </Button>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let change = ServerAction::<ChangePassword>::new();
    let error = error_of(change.value());
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let outcome = Outcome::new();
    outcome.follow(change, move |()| {
        current.set(String::new());
        password.set(String::new());
        Some(Toast::new("Password changed; your other devices are logged out"))
    });
    view! {
        <section class="settings-section" aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            <ActionForm action=change attr:class="form">
                <PasswordField
                    name="current"
                    label="Present password"
                    bind=current
                    error=field_error(error, "current")
                />
                <PasswordField
                    name="password"
                    label="New password"
                    autocomplete="new-password"
                    minlength=10
                    bind=password
                    hint="At least 10 characters. Changing it logs out your other devices."
                    error=field_error(error, "password")
                />
                <FormError error/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit pending=change.pending()>
                        "Change password"
                    </Button>
                </div>
            </ActionForm>
        </section>
    }
}

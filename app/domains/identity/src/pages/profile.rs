//! One's own profile, picture and password.

mod about;
mod picture;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, FormError, LinkButton, LoadAs, Outcome, PageTitle, PasswordField, Toast,
    Tone, error_of, field_error,
};

use crate::{
    account::api::ChangePassword,
    organisation::api::setting_choices,
    parts::SettingsPage,
    person::api::{RemoveAvatar, UpdateProfile, profile},
};

use about::AboutForm;
use picture::PictureSection;

/// How others see one, and below it the password.
#[component]
pub(crate) fn ProfilePage() -> impl IntoView {
    let query = use_query_map();
    let update = ServerAction::<UpdateProfile>::new();
    let remove_picture = ServerAction::<RemoveAvatar>::new();
    let outcome = Outcome::begin();
    outcome.follow(update, |()| Some(Toast::new("Profile saved")));
    outcome.follow_row(remove_picture, |()| Some(Toast::new("The picture is removed")));
    let changes = outcome.changes();
    let data = kernel::page_data(
        move || changes.get(),
        |_| async { kernel::Result::Ok((profile().await?, setting_choices().await?)) },
    );
    let done = move || {
        let message = match query.read().get("done")?.as_str() {
            "saved" => "The profile is saved.",
            "picture" => "The picture is set.",
            "no-picture" => "The picture is removed.",
            _ => return None,
        };
        Some(view! { <Banner tone=Tone::Success>{message}</Banner> })
    };
    view! {
        <SettingsPage title="Profile">
            <PageTitle title="Profile" text="How others see you, and how you get in."/>
            {done}
            <LoadAs resource=data rows=8 let:((viewer, (profile, choices)))>
                <PictureSection profile=profile.clone() remove=remove_picture/>
                <AboutForm viewer profile=profile.clone() choices update/>
                <OwnData id=profile.id/>
            </LoadAs>
            <PasswordForm/>
        </SettingsPage>
    }
}

/// The way to what is kept about oneself.
#[component]
fn OwnData(id: kernel::MemberId) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="data-heading">
            <h2 id="data-heading">"Your data"</h2>
            <div class="settings-row">
                <div>
                    <strong>"What is kept about you"</strong>
                    <small>"All of it in one file."</small>
                </div>
                <LinkButton href=format!("/settings/members/{id}/privacy")>"Data and privacy"</LinkButton>
            </div>
        </section>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let change = ServerAction::<ChangePassword>::new();
    let error = error_of(change.value());
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let outcome = Outcome::begin();
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
                    minlength=12
                    bind=password
                    hint="At least 12 characters. Changing it logs out your other devices."
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

//! What a person tells about themselves, and what others will see of it.

use kernel::Viewer;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, Choice, FormError, SelectField, TextArea, TextField, error_of,
    field_error,
};

use crate::{
    organisation::model::Choices,
    pages::organisation_new::spoken,
    person::{
        api::UpdateProfile,
        model::{BIO_LENGTH, OwnProfile},
    },
};

/// The form. Dates on all pages follow the time zone.
#[component]
pub(super) fn AboutForm(
    viewer: Viewer,
    profile: OwnProfile,
    choices: Choices,
    update: ServerAction<UpdateProfile>,
) -> impl IntoView {
    let error = error_of(update.value());
    let zone = profile.time_zone.unwrap_or_default();
    let mut zones =
        vec![Choice::new("", format!("As the organisation: {}", spoken(&profile.organisation_zone)))];
    // A zone by an older name is understood but not offered; it must not change by saving something else.
    if !zone.is_empty() && !choices.time_zones.contains(&zone) {
        zones.push(Choice::new(zone.clone(), spoken(&zone)));
    }
    zones.extend(choices.time_zones.into_iter().map(|zone| Choice::new(zone.clone(), spoken(&zone))));
    let bio = RwSignal::new(profile.bio);
    let left = move || {
        let used = i64::try_from(bio.with(|bio| bio.chars().count())).unwrap_or(i64::MAX);
        match BIO_LENGTH - used {
            left if left < 0 => Some(format!("{} characters too long.", -left)),
            left => Some(format!("{left} characters left.")),
        }
    };
    let page = format!("/people/{}", viewer.member_id);
    view! {
        <section class="settings-section" aria-labelledby="about-heading">
            <h2 id="about-heading">"About you"</h2>
            <p>"Everybody in your organisations sees this on " <a class="link" href=page>"your page"</a> "."</p>
            <ActionForm action=update attr:class="form">
                <input type="hidden" name="version" value=profile.version.to_string()/>
                <div class="form-grid is-two">
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
                    <TextField
                        name="title"
                        label="Title"
                        autocomplete="organization-title"
                        maxlength=80
                        value=profile.title
                        hint=format!("What you do at {}.", viewer.organisation.name)
                        error=field_error(error, "title")
                    />
                    <TextField
                        name="location"
                        label="Location"
                        autocomplete="off"
                        maxlength=80
                        value=profile.location
                        hint="Where you usually are, such as Malmö."
                        error=field_error(error, "location")
                    />
                </div>
                <SelectField
                    name="time_zone"
                    label="Time zone"
                    options=zones
                    value=zone
                    hint="Dates and times on your pages follow it."
                    error=field_error(error, "time_zone")
                />
                <TextArea
                    name="bio"
                    label="Bio"
                    rows=4
                    bind=bio
                    hint=MaybeProp::derive(left)
                    error=field_error(error, "bio")
                />
                <FormError error/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=update.pending()>
                        "Save profile"
                    </Button>
                </div>
            </ActionForm>
        </section>
    }
}

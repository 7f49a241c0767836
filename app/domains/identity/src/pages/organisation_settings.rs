//! The organisation's name, logo and way of writing things.

use chrono::Weekday;
use kernel::{Permission, Viewer, WorkingDays};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, Checkbox, Choice, FormError, LoadAs, PageTitle, SelectField,
    Size, SquareMark, TextField, Tone, error_of, field_error,
};

use crate::{
    organisation::{
        api::{
            DeleteOrganisation, LeaveOrganisation, RemoveLogo, RequireFactor, SetLogo, UpdateOrganisation,
            organisation, setting_choices,
        },
        model::{Choices, LANGUAGES, OrganisationProfile},
    },
    pages::organisation_new::spoken,
    parts::{PictureForm, SettingsPage, leave_when_done, leaving},
};

/// Name and settings, and below them the logo. Members see them, owners and admins change them.
#[component]
pub(crate) fn OrganisationPage() -> impl IntoView {
    let query = use_query_map();
    let data = kernel::page_data(
        || (),
        |()| async { kernel::Result::Ok((organisation().await?, setting_choices().await?)) },
    );
    let done = move || {
        let message = match query.read().get("done")?.as_str() {
            "saved" => "The settings are saved. Pages follow them from now on.",
            "logo" => "The logo is set.",
            "factor" => "Members need a second factor from now on.",
            "no-factor" => "Members may log in without a second factor.",
            "no-logo" => "The logo is removed.",
            _ => return None,
        };
        Some(view! { <Banner tone=Tone::Success>{message}</Banner> })
    };
    view! {
        <SettingsPage title="General">
            <PageTitle title="General" text="The organisation's name, and how it writes dates, times and money."/>
            {done}
            <LoadAs resource=data rows=7 let:((viewer, (profile, choices)))>
                <SettingsForm viewer=viewer.clone() profile=profile.clone() choices/>
                <FactorForm viewer=viewer.clone() required=profile.requires_factor/>
                <LogoForm viewer=viewer.clone() profile=profile.clone()/>
                <EndForms viewer name=profile.name/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn SettingsForm(viewer: Viewer, profile: OrganisationProfile, choices: Choices) -> impl IntoView {
    let update = ServerAction::<UpdateOrganisation>::new();
    leave_when_done(update);
    let error = error_of(update.value());
    let may = viewer.may(Permission::OrganisationEdit);
    let settings = profile.settings;
    let mut zones: Vec<Choice> =
        choices.time_zones.into_iter().map(|zone| Choice::new(zone.clone(), spoken(&zone))).collect();
    // A zone by an older name is understood but not offered; it must not change by saving something else.
    if zones.iter().all(|choice| choice.value != settings.time_zone) {
        zones.insert(0, Choice::new(settings.time_zone.clone(), spoken(&settings.time_zone)));
    }
    let currencies: Vec<Choice> = choices
        .currencies
        .into_iter()
        .map(|(code, name)| Choice::new(code.clone(), format!("{code} · {name}")))
        .collect();
    let clocks = vec![Choice::new("24h", "24 hours (14:30)"), Choice::new("12h", "12 hours (2:30 pm)")];
    let weeks = vec![
        Choice::new("monday", "Monday"),
        Choice::new("sunday", "Sunday"),
        Choice::new("saturday", "Saturday"),
    ];
    let languages: Vec<Choice> = LANGUAGES.into_iter().map(Choice::from).collect();
    view! {
        <section class="settings-section">
            {(!may).then(|| view! { <Banner>{Permission::OrganisationEdit.refusal()}</Banner> })}
            <ActionForm action=update attr:class="form">
                <input type="hidden" name="version" value=profile.version.to_string()/>
                <TextField
                    name="name"
                    label="Name"
                    autocomplete="organization"
                    maxlength=80
                    value=profile.name
                    required=true
                    disabled=!may
                    error=field_error(error, "name")
                />
                <div class="form-grid">
                    <SelectField
                        name="language"
                        label="Language"
                        options=languages
                        value=settings.language
                        disabled=!may
                        hint="Of dates and numbers."
                        error=field_error(error, "language")
                    />
                    <SelectField
                        name="time_zone"
                        label="Time zone"
                        options=zones
                        value=settings.time_zone
                        disabled=!may
                        error=field_error(error, "time_zone")
                    />
                    <SelectField
                        name="currency"
                        label="Currency"
                        options=currencies
                        value=settings.currency
                        disabled=!may
                        error=field_error(error, "currency")
                    />
                    <SelectField
                        name="clock"
                        label="Clock"
                        options=clocks
                        value=settings.clock.as_str()
                        disabled=!may
                        error=field_error(error, "clock")
                    />
                    <SelectField
                        name="week_start"
                        label="First day of the week"
                        options=weeks
                        value=settings.week_start.as_str()
                        disabled=!may
                        error=field_error(error, "week_start")
                    />
                </div>
                <WorkingDaysField chosen=settings.working_days may error/>
                <FormError error/>
                {may
                    .then(|| {
                        view! {
                            <div class="form-actions">
                                <Button
                                    kind=ButtonKind::Submit
                                    variant=ButtonVariant::Primary
                                    pending=leaving(update)
                                >
                                    "Save settings"
                                </Button>
                            </div>
                        }
                    })}
            </ActionForm>
        </section>
    }
}

/// Whether a password is enough to work here.
#[component]
fn FactorForm(viewer: Viewer, required: bool) -> impl IntoView {
    let require = ServerAction::<RequireFactor>::new();
    leave_when_done(require);
    let (state, meaning, act) = if required {
        (
            "Required",
            "Members without a second factor are asked to set one up before they can go on.",
            "Make it optional",
        )
    } else {
        ("Optional", "Members may log in with the password alone.", "Require it")
    };
    let change = viewer.may(Permission::OrganisationEdit).then(|| {
        view! {
            <ActionForm action=require>
                <input type="hidden" name="required" value=(!required).to_string()/>
                <Button kind=ButtonKind::Submit pending=leaving(require)>
                    {act}
                </Button>
            </ActionForm>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="factor-heading">
            <h2 id="factor-heading">"Log-in"</h2>
            <div class="settings-row">
                <div>
                    <strong>
                        "Second factor "
                        <ui::Pill tone=if required { Tone::Success } else { Tone::Neutral } small=true>
                            {state}
                        </ui::Pill>
                    </strong>
                    <small>{meaning}</small>
                </div>
                {change}
            </div>
            <FormError error=error_of(require.value())/>
        </section>
    }
}

#[component]
fn LogoForm(viewer: Viewer, profile: OrganisationProfile) -> impl IntoView {
    let remove = ServerAction::<RemoveLogo>::new();
    leave_when_done(remove);
    let may = viewer.may(Permission::OrganisationEdit);
    let picture = if profile.has_logo {
        let address = format!("/organisation/{}/logo", profile.id);
        view! { <img class="logo-picture" src=address alt="The present logo" width="64" height="64"/> }
            .into_any()
    } else {
        view! { <SquareMark name=profile.name size=Size::Large/> }.into_any()
    };
    let change = may.then(|| {
        view! {
            <PictureForm
                action=SetLogo::PATH
                field="logo"
                max_bytes=524_288.0
                note="PNG, JPEG or WebP of at most 512 KB. A square picture looks best."
                too_large="This file is larger than 512 KB. Choose a smaller one."
            />
            {profile
                .has_logo
                .then(|| {
                    view! {
                        <ActionForm action=remove>
                            <FormError error=error_of(remove.value())/>
                            <Button kind=ButtonKind::Submit pending=leaving(remove) icon="trash-2">
                                "Remove the logo"
                            </Button>
                        </ActionForm>
                    }
                })}
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="logo-heading">
            <h2 id="logo-heading">"Logo"</h2>
            <div class="picture-row">{picture}<div>{change}</div></div>
        </section>
    }
}

/// The ways out: of the organisation, and with it.
#[component]
fn EndForms(viewer: Viewer, name: String) -> impl IntoView {
    let leave = ServerAction::<LeaveOrganisation>::new();
    let delete = ServerAction::<DeleteOrganisation>::new();
    leave_when_done(leave);
    leave_when_done(delete);
    let refused = error_of(delete.value());
    let (leaves, called) = (format!("Leave {name}"), name.clone());
    let deletion = viewer.may(Permission::OrganisationDelete).then(move || {
        view! {
            <div class="settings-row">
                <div>
                    <strong>{format!("Delete {called}")}</strong>
                    <small>
                        "For everybody, at once. Whoever runs the server can bring it back; nobody else can."
                    </small>
                </div>
            </div>
            <ActionForm action=delete attr:class="form">
                <TextField
                    name="name"
                    id="delete-name"
                    label=format!("Write \u{201c}{name}\u{201d} to delete it")
                    autocomplete="off"
                    required=true
                    error=field_error(refused, "name")
                />
                <FormError error=refused/>
                <div class="form-actions">
                    <Button kind=ButtonKind::Submit variant=ButtonVariant::Danger pending=leaving(delete)>
                        "Delete the organisation"
                    </Button>
                </div>
            </ActionForm>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="end-heading">
            <h2 id="end-heading">"Leave or delete"</h2>
            <ActionForm action=leave attr:class="form">
                <div class="settings-row">
                    <div>
                        <strong>{leaves}</strong>
                        <small>"What you did stays. You come back only by a new invitation."</small>
                    </div>
                    <Button kind=ButtonKind::Submit pending=leaving(leave)>"Leave"</Button>
                </div>
                <Checkbox name="confirmed" value="true">"I want to leave"</Checkbox>
                <FormError error=error_of(leave.value())/>
            </ActionForm>
            {deletion}
        </section>
    }
}

/// The days on which people work: teams can be booked for their hours on these.
#[component]
fn WorkingDaysField(chosen: WorkingDays, may: bool, error: Signal<Option<kernel::Error>>) -> impl IntoView {
    let wrong = field_error(error, "working_days");
    let boxes = WorkingDays::WEEK.map(|day| {
        view! {
            <Checkbox
                name="working_days[]"
                value=WorkingDays::bit(day).to_string()
                checked=chosen.has(day)
                disabled=!may
            >
                {name(day)}
            </Checkbox>
        }
    });
    view! {
        <fieldset class="field" class:is-invalid=move || wrong.with(Option::is_some)>
            <legend class="field-label">"Working days"</legend>
            <div class="week-days">{boxes.into_iter().collect_view()}</div>
            <p class="field-note">
                {move || wrong.get().unwrap_or_else(|| "What teams can be booked for in a week follows from them.".to_owned())}
            </p>
            <p class="field-note">"The hours of each day are said under " <a href="/settings/hours">"Working hours"</a> "."</p>
        </fieldset>
    }
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Mon",
        Weekday::Tue => "Tue",
        Weekday::Wed => "Wed",
        Weekday::Thu => "Thu",
        Weekday::Fri => "Fri",
        Weekday::Sat => "Sat",
        Weekday::Sun => "Sun",
    }
}

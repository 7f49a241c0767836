//! How one gets in, and where one is logged in.

mod devices;

use kernel::Viewer;
use leptos::prelude::*;
use ui::{
    Banner, Button, ButtonKind, FormError, LinkButton, LoadAs, Outcome, PageTitle, Pill, Toast, Tone, when,
};

use crate::{
    factor::{
        api::{BeginApp, RemoveApp, RenewRecoveryCodes, security},
        model::Security,
    },
    parts::{LinkedAccountsSection, PasskeySection, SettingsPage, SupportSection},
    session::api::{EndOtherSessions, EndSession},
};
use devices::{Activity, Devices};

/// What can be done here. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    begin_app: ServerAction<BeginApp>,
    remove_app: ServerAction<RemoveApp>,
    renew_codes: ServerAction<RenewRecoveryCodes>,
    end_session: ServerAction<EndSession>,
    end_others: ServerAction<EndOtherSessions>,
}

/// Sign-in methods, recovery codes, devices, recent activity.
#[component]
pub(crate) fn SecurityPage() -> impl IntoView {
    let acts = Acts {
        begin_app: ServerAction::new(),
        remove_app: ServerAction::new(),
        renew_codes: ServerAction::new(),
        end_session: ServerAction::new(),
        end_others: ServerAction::new(),
    };
    let outcome = Outcome::begin();
    outcome.follow(acts.begin_app, |()| None);
    outcome.follow(acts.remove_app, |()| Some(Toast::new("The authenticator app is off")));
    outcome.follow(acts.renew_codes, |()| None);
    outcome.follow_row(acts.end_session, |()| Some(Toast::new("The device is logged out")));
    outcome.follow_row(acts.end_others, |()| Some(Toast::new("All other devices are logged out")));
    let changes = outcome.changes();
    let data = kernel::page_data(move || changes.get(), |_| security());
    view! {
        <SettingsPage title="Security">
            <PageTitle title="Security" text="How you get in, and where you are logged in."/>
            <FormError error=outcome.error()/>
            <LoadAs resource=data rows=10 let:((viewer, security))>
                <Methods viewer=viewer.clone() security=security.clone() acts/>
                <PasskeySection/>
                <LinkedAccountsSection/>
                <Codes security=security.clone() acts/>
                <Devices viewer=viewer.clone() devices=security.devices acts/>
                <SupportSection/>
                <Activity viewer activity=security.activity/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn Methods(viewer: Viewer, security: Security, acts: Acts) -> impl IntoView {
    let asked = (!security.required_by.is_empty()).then(|| {
        let names = security.required_by.join(", ");
        let verb = if security.required_by.len() == 1 { "asks its" } else { "ask their" };
        let text = format!("{names} {verb} members for a second factor.");
        if security.is_enough {
            view! { <p>{text}</p> }.into_any()
        } else {
            view! { <Banner tone=Tone::Warning>{text}</Banner> }.into_any()
        }
    });
    let password = if security.has_password { "Changing it logs out your other devices." } else { "Not set" };
    view! {
        <section class="settings-section" aria-labelledby="methods-heading">
            <h2 id="methods-heading">"Sign-in methods"</h2>
            {asked}
            <div class="settings-row">
                <div>
                    <strong>"Password"</strong>
                    <small>{password}</small>
                </div>
                <LinkButton href="/settings/profile">"Change"</LinkButton>
            </div>
            <App viewer since=security.app_since acts/>
        </section>
    }
}

#[component]
fn App(viewer: Viewer, since: Option<chrono::DateTime<chrono::Utc>>, acts: Acts) -> impl IntoView {
    let Some(since) = since else {
        return view! {
            <div class="settings-row">
                <div>
                    <strong>"Authenticator app"</strong>
                    <small>"A code from your phone, asked for after the password."</small>
                </div>
                <ActionForm action=acts.begin_app>
                    <Button kind=ButtonKind::Submit pending=acts.begin_app.pending()>
                        "Set up"
                    </Button>
                </ActionForm>
            </div>
        }
        .into_any();
    };
    let today = viewer.today;
    let date = when::bare_date(
        today.local(since).date_naive(),
        today.date(),
        ui::words::Language::from_tag(&viewer.settings.language),
    );
    view! {
        <div class="settings-row">
            <div>
                <strong>"Authenticator app" <Pill tone=Tone::Success small=true>"On"</Pill></strong>
                <small>{format!("Since {date}")}</small>
            </div>
            <div class="settings-acts">
                <ActionForm action=acts.begin_app>
                    <Button kind=ButtonKind::Submit pending=acts.begin_app.pending()>
                        "Change phone"
                    </Button>
                </ActionForm>
                <ActionForm action=acts.remove_app>
                    <Button kind=ButtonKind::Submit pending=acts.remove_app.pending()>
                        "Turn off"
                    </Button>
                </ActionForm>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Codes(security: Security, acts: Acts) -> impl IntoView {
    let content = if security.has_factor {
        let left = security.codes_left;
        let title = match left {
            0 => "None left".to_owned(),
            left => format!("{left} of 10 left"),
        };
        let few = (left <= 2).then(|| view! { <Pill tone=Tone::Warning small=true>"Make new ones"</Pill> });
        view! {
            <div class="settings-row">
                <div>
                    <strong>{title} {few}</strong>
                    <small>"Each logs you in once when your phone is gone. New ones end the old ones."</small>
                </div>
                <ActionForm action=acts.renew_codes>
                    <Button kind=ButtonKind::Submit pending=acts.renew_codes.pending()>
                        "Make new codes"
                    </Button>
                </ActionForm>
            </div>
        }
        .into_any()
    } else {
        view! { <p>"They come with a second factor, for the day your phone is gone."</p> }.into_any()
    };
    view! {
        <section class="settings-section" aria-labelledby="codes-heading">
            <h2 id="codes-heading">"Recovery codes"</h2>
            {content}
        </section>
    }
}

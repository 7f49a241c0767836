//! Setting up a second factor: why it is asked for, the app, and the recovery codes. The pages stand outside the shell, so
//! that a person whom an organisation keeps out until then can use them.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    AuthFrame, Banner, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, Icon, LinkButton, TextField,
    Tone, Wait, error_of, field_error,
};

use crate::{
    factor::{
        api::{BeginApp, ConfirmApp, PutCodesAway, app_setup, factor_required, recovery_codes},
        model::{Picture, Required, Setup},
    },
    parts::{AddPasskey, PasskeyLogIn, leave_when_done, leaving},
    session::api::LogOut,
};

/// Says which organisation asks for a second factor, and begins with one.
#[component]
pub(crate) fn SecondFactorPage() -> impl IntoView {
    let required = kernel::page_data(|| (), |()| factor_required());
    view! {
        <Title text="Second factor"/>
        <Wait content=move || async move {
            match required.await {
                Ok(required) => view! { <Why required/> }.into_any(),
                Err(error) => view! {
                    <AuthFrame brand="Mediap" title="Second factor">
                        <FormError error=Some(error)/>
                        <p class="auth-note"><a class="link" href="/login">"Log in"</a></p>
                    </AuthFrame>
                }
                .into_any(),
            }
        }/>
    }
}

#[component]
fn Why(required: Required) -> impl IntoView {
    let Required { by: names, passkey } = required;
    let has_passkey = passkey == Some(true);
    let (title, how) = if has_passkey {
        ("Use your passkey", "Use your passkey, and go on.")
    } else {
        ("Set up a second factor", "Set it up once, and go on.")
    };
    let (other, other_way) = if names.is_empty() {
        ("/settings/security", "Not now")
    } else {
        ("/organisations/new", "Go on in another organisation")
    };
    let text = match names.as_slice() {
        [] => "A code from your phone, asked for after the password, keeps out who only knows the password."
            .to_owned(),
        [name] => format!("{name} asks its members for more than a password. {how}"),
        names => format!("{} ask their members for more than a password. {how}", names.join(" and ")),
    };
    view! {
        <AuthFrame brand="Mediap" title text footer=|| view! { <LogOutLine/> }>
            {if has_passkey {
                view! { <div class="auth-ways"><PasskeyLogIn next=Signal::stored(None)/></div> }.into_any()
            } else {
                view! { <SetUp passkey=passkey.is_some()/> }.into_any()
            }}
            <p class="auth-note"><a class="link" href=other>{other_way}</a></p>
        </AuthFrame>
    }
}

/// The ways to a second factor for somebody who has none: an app, or a passkey where that would do.
#[component]
fn SetUp(passkey: bool) -> impl IntoView {
    let begin = ServerAction::<BeginApp>::new();
    view! {
        <ActionForm action=begin attr:class="form">
            <FormError error=error_of(begin.value())/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Huge
                class="is-wide"
                icon="smartphone"
                pending=begin.pending()
            >
                "Set up an authenticator app"
            </Button>
        </ActionForm>
        <p class="auth-note">
            "You need an app that shows codes, such as Aegis, 2FAS, Google Authenticator or your password manager."
        </p>
        {passkey.then(|| view! { <NewPasskey/> })}
    }
}

/// A passkey is as good as an app.
#[component]
fn NewPasskey() -> impl IntoView {
    let added = RwSignal::new(0);
    Effect::watch(
        move || added.get(),
        |_, _, _| {
            // The whole page anew: the person is let in from here on.
            if let Err(error) = window().location().assign("/") {
                leptos::logging::warn!("the page could not be left: {error:?}");
            }
        },
        false,
    );
    view! {
        <div class="auth-divider needs-script">"or"</div>
        <div class="auth-ways"><AddPasskey added/></div>
    }
}

/// The way out for somebody who is logged in as the wrong person.
#[component]
fn LogOutLine() -> impl IntoView {
    let log_out = ServerAction::<LogOut>::new();
    leave_when_done(log_out);
    view! {
        <ActionForm action=log_out>
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Ghost size=ButtonSize::Small pending=leaving(log_out)>
                "Log out"
            </Button>
        </ActionForm>
    }
}

/// The picture for the app, and the field for its first code.
#[component]
pub(crate) fn AuthenticatorPage() -> impl IntoView {
    let setup = kernel::page_data(|| (), |()| app_setup());
    view! {
        <Title text="Authenticator app"/>
        <Wait content=move || async move {
            match setup.await {
                Ok(Some(setup)) => view! { <SetupForm setup/> }.into_any(),
                Ok(None) => view! { <Nothing/> }.into_any(),
                Err(error) => view! {
                    <AuthFrame brand="Mediap" title="Authenticator app">
                        <FormError error=Some(error)/>
                    </AuthFrame>
                }
                .into_any(),
            }
        }/>
    }
}

#[component]
fn SetupForm(setup: Setup) -> impl IntoView {
    let confirm = ServerAction::<ConfirmApp>::new();
    leave_when_done(confirm);
    let error = error_of(confirm.value());
    let replaces = setup.replaces.then(|| {
        view! { <Banner>"The app you use now works until the new one is confirmed."</Banner> }
    });
    view! {
        <AuthFrame brand="Mediap" title="Scan the code" text="Open your authenticator app, add an account, and scan this.">
            {replaces}
            <div class="factor-picture">{setup.picture.map(|picture| view! { <Code picture/> })}</div>
            <details class="factor-typed">
                <summary>"Cannot scan it?"</summary>
                <p class="auth-note">"Type this key into the app instead, as a key based on time:"</p>
                <p class="factor-key">
                    <code>{setup.secret}</code>
                </p>
                <p class="auth-note">
                    <a class="link" href=setup.address>"Open it in an app on this device"</a>
                </p>
            </details>
            <ActionForm action=confirm attr:class="form">
                <div class="auth-code">
                    <TextField
                        name="code"
                        label="Code that the app shows"
                        autocomplete="one-time-code"
                        inputmode="numeric"
                        maxlength=12
                        required=true
                        large=true
                        error=field_error(error, "code")
                    />
                </div>
                <FormError error/>
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=leaving(confirm)
                >
                    "Turn it on"
                </Button>
            </ActionForm>
            <p class="auth-note"><a class="link" href="/settings/security">"Not now"</a></p>
        </AuthFrame>
    }
}

/// The picture is dark on white in both themes: cameras expect it so.
#[component]
fn Code(picture: Picture) -> impl IntoView {
    view! {
        <svg
            class="factor-code"
            viewBox=format!("0 0 {size} {size}", size = picture.size)
            role="img"
            aria-label="QR code for your authenticator app"
            shape-rendering="crispEdges"
        >
            <rect width=picture.size.to_string() height=picture.size.to_string()></rect>
            <path d=picture.path></path>
        </svg>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let begin = ServerAction::<BeginApp>::new();
    view! {
        <AuthFrame
            brand="Mediap"
            title="Nothing to scan"
            text="The app is confirmed already, or setting it up has waited for more than 30 minutes."
        >
            <ActionForm action=begin attr:class="form">
                <FormError error=error_of(begin.value())/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Huge class="is-wide" pending=begin.pending()>
                    "Begin again"
                </Button>
            </ActionForm>
            <p class="auth-note"><a class="link" href="/settings/security">"Security settings"</a></p>
        </AuthFrame>
    }
}

/// The recovery codes that were just made.
#[component]
pub(crate) fn RecoveryCodesPage() -> impl IntoView {
    let codes = kernel::page_data(|| (), |()| recovery_codes());
    view! {
        <Title text="Recovery codes"/>
        <Wait content=move || async move {
            match codes.await {
                Ok(codes) => view! { <Sheet codes/> }.into_any(),
                Err(error) => view! {
                    <AuthFrame brand="Mediap" title="Recovery codes">
                        <FormError error=Some(error)/>
                    </AuthFrame>
                }
                .into_any(),
            }
        }/>
    }
}

#[component]
fn Sheet(codes: Vec<String>) -> impl IntoView {
    let away = ServerAction::<PutCodesAway>::new();
    leave_when_done(away);
    let toaster = ui::use_toaster();
    if codes.is_empty() {
        return view! {
            <AuthFrame
                brand="Mediap"
                title="The codes are put away"
                text="They are shown once. If you do not have them, make new ones."
            >
                <LinkButton href="/settings/security" size=ButtonSize::Huge class="is-wide">
                    "Security settings"
                </LinkButton>
            </AuthFrame>
        }
        .into_any();
    }
    let text = StoredValue::new(format!("{}\n", codes.join("\n")));
    let file = format!(
        "data:text/plain;charset=utf-8,{}",
        leptos_router::location::Url::escape(&format!("Recovery codes for Mediap\n\n{}\n", codes.join("\n")))
    );
    let list = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <AuthFrame
            brand="Mediap"
            title="Keep your recovery codes"
            text="Each logs you in once when your phone is gone. They are shown now and never again."
        >
            <Banner tone=Tone::Success>"Your second factor is on."</Banner>
            <ul class="recovery-codes" aria-label="Recovery codes">{list}</ul>
            <div class="flex flex-wrap gap-2">
                <Button icon="copy" class="needs-script" on_click=move |_| ui::copy_to_clipboard(text.get_value(), toaster)>
                    "Copy"
                </Button>
                <a class="button is-secondary" href=file download="mediap-recovery-codes.txt" rel="external">
                    <Icon name="download"/>
                    <span class="button-label">"Download"</span>
                </a>
            </div>
            <ActionForm action=away attr:class="form">
                <FormError error=error_of(away.value())/>
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=leaving(away)
                >
                    "I have kept them"
                </Button>
            </ActionForm>
        </AuthFrame>
    }
    .into_any()
}

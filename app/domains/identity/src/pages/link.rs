//! After the way through a provider: proving an account that is there already, and what went wrong.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, LinkButton, Load, PasswordField,
    error_of, field_error,
};

use crate::{
    parts::{leave_when_done, leaving},
    provider::{
        api::{ProveLink, load_ways_in, waiting_link},
        model::{Proof, ProviderName, Waiting, Why},
    },
};

/// Asks for the proof that the account with the person's address is theirs.
#[component]
pub(crate) fn LinkPage() -> impl IntoView {
    let prove = ServerAction::<ProveLink>::new();
    leave_when_done(prove);
    let waiting = kernel::page_data(|| (), |()| waiting_link());
    view! {
        <Title text="Link your account"/>
        <AuthFrame brand="Mediap" title="Link your account">
            <Load resource=waiting rows=3 let:waiting>
                <ProofForm waiting prove/>
            </Load>
        </AuthFrame>
    }
}

#[component]
fn ProofForm(waiting: Option<Waiting>, prove: ServerAction<ProveLink>) -> impl IntoView {
    let Some(Waiting { provider, email, proof }) = waiting else {
        return view! {
            <p class="auth-text">{Why::Late.words("")}</p>
            <LinkButton href="/login" size=ButtonSize::Huge class="is-wide">"Back to log-in"</LinkButton>
        }
        .into_any();
    };
    let error = error_of(prove.value());
    let ask = match proof {
        Proof::Again => {
            format!("You are logged in as {email}. Show once more that it is you to link it to {provider}.")
        }
        Proof::LoggedIn => format!("You are logged in as {email}. Link it, and {provider} logs you in too."),
        Proof::Password => {
            format!(
                "An account with the address {email} exists. Enter its password to link it to {provider}."
            )
        }
        Proof::Elsewhere => format!(
            "An account with the address {email} exists, and it has no password. Log in to it another way within 10 \
             minutes to link it to {provider}."
        ),
    };
    let other = view! {
        <p class="auth-note"><a class="link" href="/login?next=/oidc/link">"Log in another way"</a></p>
    };
    if proof == Proof::Elsewhere {
        return view! { <p class="auth-text">{ask}</p> {other} }.into_any();
    }
    if proof == Proof::Again {
        return view! {
            <p class="auth-text">{ask}</p>
            <LinkButton href="/prove?next=/oidc/link" size=ButtonSize::Huge class="is-wide">"Show that it is you"</LinkButton>
        }
        .into_any();
    }
    let password = (proof == Proof::Password).then(|| {
        view! {
            // For password managers, which look for whose password this is.
            <input type="hidden" name="username" autocomplete="username" value=email.clone()/>
            <PasswordField
                name="password"
                label="Password"
                large=true
                autofocus=true
                error=field_error(error, "password")
                aside=|| view! { <a class="link" href="/reset">"Forgot it"</a> }
            />
        }
    });
    view! {
        <p class="auth-text">{ask}</p>
        <ActionForm action=prove attr:class="form">
            {password}
            <FormError error/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Huge
                class="is-wide"
                pending=leaving(prove)
            >
                {format!("Link {provider}")}
            </Button>
        </ActionForm>
        {(proof == Proof::Password).then_some(other)}
    }
    .into_any()
}

/// Says why a provider led nowhere. The address names the reason by a word of ours, never by a text.
#[component]
pub(crate) fn ProviderFailedPage() -> impl IntoView {
    let ways = kernel::page_data(|| (), |()| load_ways_in());
    view! {
        <Title text="Not logged in"/>
        <AuthFrame brand="Mediap" title="Not logged in">
            <Load resource=ways rows=2 let:ways>
                <Reason providers=ways.providers/>
            </Load>
        </AuthFrame>
    }
}

#[component]
fn Reason(providers: Vec<ProviderName>) -> impl IntoView {
    let query = use_query_map();
    let text = move || {
        let query = query.read();
        let with = query.get("with").unwrap_or_default();
        let name = providers.iter().find(|provider| provider.id == with);
        let name = name.map_or("The provider", |provider| provider.name.as_str());
        query.get("why").as_deref().and_then(Why::from_word).unwrap_or(Why::Late).words(name)
    };
    view! {
        <p class="auth-text">{text}</p>
        <LinkButton href="/login" size=ButtonSize::Huge class="is-wide">"Back to log-in"</LinkButton>
    }
}

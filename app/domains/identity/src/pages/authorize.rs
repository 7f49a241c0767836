//! Where a person gives an app leave to act as them, or does not.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, Load, set_status};

use crate::app::{
    api::look_at_app,
    model::{Asked, Request},
};

/// Where both buttons lead.
const DECIDE: &str = "/oauth/decide";

/// See the module. What is asked stands in the query.
#[component]
pub(crate) fn AuthorizePage() -> impl IntoView {
    let query = use_query_map();
    let request = Memo::new(move |_| {
        let query = query.read();
        let text = |name: &str| query.get(name).unwrap_or_default();
        Request {
            client_id: text("client_id"),
            redirect_uri: text("redirect_uri"),
            response_type: text("response_type"),
            scope: text("scope"),
            state: text("state"),
            code_challenge: text("code_challenge"),
            code_challenge_method: text("code_challenge_method"),
        }
    });
    let looked = kernel::page_data(
        move || request.get(),
        |request| async move {
            let looked = look_at_app(request.clone()).await.inspect_err(set_status)?;
            Ok((request, looked))
        },
    );
    view! {
        <Title text="Connect an app"/>
        <AuthFrame brand="Mediap" title="Connect an app">
            <Load resource=looked rows=6 let:((request, looked))>
                {match looked {
                    Ok(asked) => view! { <Question request asked/> }.into_any(),
                    Err(address) => view! { <Back address/> }.into_any(),
                }}
            </Load>
        </AuthFrame>
    }
}

/// An app that asks wrongly is told so; the browser goes there by itself.
#[component]
fn Back(address: String) -> impl IntoView {
    view! {
        <p class="auth-text">"The app asked for something that it cannot get."</p>
        <p><a class="link" href=address rel="external">"Go back to it"</a></p>
    }
}

#[component]
fn Question(request: Request, asked: Asked) -> impl IntoView {
    let Asked { app, goes_to, permissions } = asked;
    let permissions: Vec<_> =
        permissions.iter().map(|permission| view! { <li>{permission.label()}</li> }).collect();
    view! {
        <link rel="stylesheet" href="/apps.css"/>
        <p class="auth-text">
            <strong>{app.clone()}</strong>" wants to do this as you, as far as you may do it yourself:"
        </p>
        <ul class="app-asks">{permissions}</ul>
        <p class="auth-text">
            "Then it goes on at "<strong>{goes_to}</strong>". You can withdraw this at any time under Settings, Apps."
        </p>
        <Answer request=request.clone() answer="allow">
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Huge
                class="is-wide"
            >
                {format!("Connect {app}")}
            </Button>
        </Answer>
        <Answer request answer="deny">
            <Button kind=ButtonKind::Submit size=ButtonSize::Huge class="is-wide">
                "Do not connect"
            </Button>
        </Answer>
    }
}

/// A plain form, which the server answers with a page that leads on to the app.
#[component]
fn Answer(request: Request, answer: &'static str, children: Children) -> impl IntoView {
    let fields = [
        ("client_id", request.client_id),
        ("redirect_uri", request.redirect_uri),
        ("response_type", request.response_type),
        ("scope", request.scope),
        ("state", request.state),
        ("code_challenge", request.code_challenge),
        ("code_challenge_method", request.code_challenge_method),
        ("answer", answer.to_owned()),
    ];
    let fields = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=DECIDE class="app-answer">
            {fields.into_iter().collect_view()}
            {children()}
        </form>
    }
}

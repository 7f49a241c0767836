//! Pages of other domains in the frame of the settings, which is identity's.

use leptos::prelude::*;

fn framed(page: webhooks::Framed) -> AnyView {
    let webhooks::Framed { title, under, actions, content } = page;
    view! {
        <identity::SettingsPage title nostrip:under=under actions>
            {content()}
        </identity::SettingsPage>
    }
    .into_any()
}

/// Who is told what happens here, and who tells us.
#[component]
pub(crate) fn WebhooksPage() -> impl IntoView {
    view! { <webhooks::WebhooksPage frame=framed/> }
}

/// Makes a webhook.
#[component]
pub(crate) fn NewWebhookPage() -> impl IntoView {
    view! { <webhooks::NewWebhookPage frame=framed/> }
}

/// Makes an incoming hook.
#[component]
pub(crate) fn NewHookPage() -> impl IntoView {
    view! { <webhooks::NewHookPage frame=framed/> }
}

/// One webhook with its deliveries.
#[component]
pub(crate) fn WebhookPage() -> impl IntoView {
    view! { <webhooks::WebhookPage frame=framed/> }
}

/// Changes a webhook.
#[component]
pub(crate) fn WebhookSettingsPage() -> impl IntoView {
    view! { <webhooks::WebhookSettingsPage frame=framed/> }
}

/// When people of the organisation and its teams work.
#[component]
pub(crate) fn WorkingHoursPage() -> impl IntoView {
    let frame: workflows::Frame = |content| {
        view! {
            <identity::SettingsPage title="Working hours">{content()}</identity::SettingsPage>
        }
        .into_any()
    };
    view! { <workflows::WorkingHoursPage frame/> }
}

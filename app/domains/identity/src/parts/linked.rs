//! The accounts elsewhere that log a person in, for their settings.

use kernel::Viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, Icon, IconSize, LoadAs, Outcome, Toast,
    Tone,
};

use super::passkeys::used;
use crate::provider::{
    api::{UnlinkAccount, list_linked_accounts},
    model::{Linked, LinkedAccounts, ProviderName},
};

/// The list, and buttons that link another one. Nothing where the operator has set up no provider and nothing is linked.
#[component]
pub(crate) fn LinkedAccountsSection() -> impl IntoView {
    let unlink = ServerAction::<UnlinkAccount>::new();
    let outcome = Outcome::begin();
    outcome.follow_row(unlink, |name| Some(Toast::new(format!("{name} is unlinked"))));
    let changes = outcome.changes();
    let accounts = kernel::page_data(move || changes.get(), |_| list_linked_accounts());
    view! {
        <LoadAs resource=accounts rows=1 let:((viewer, accounts))>
            <Section viewer accounts unlink outcome/>
        </LoadAs>
    }
}

#[component]
fn Section(
    viewer: Viewer,
    accounts: LinkedAccounts,
    unlink: ServerAction<UnlinkAccount>,
    outcome: Outcome,
) -> impl IntoView {
    if accounts.list.is_empty() && accounts.providers.is_empty() {
        return ().into_any();
    }
    let query = use_query_map();
    let names = accounts.providers.clone();
    // The way through a provider ends with a page of its own, where no toast waits.
    let linked = move || {
        let id = query.read().get("linked")?;
        let name = names.iter().find(|provider| provider.id == id)?.name.clone();
        Some(view! { <Banner tone=Tone::Success>{format!("{name} is linked.")}</Banner> })
    };
    let rows = accounts.list.into_iter().map(|linked| row(&viewer, linked, unlink)).collect_view();
    let link = accounts.providers.into_iter().map(link).collect_view();
    view! {
        <section class="settings-section" aria-labelledby="linked-heading">
            <h2 id="linked-heading">"Linked accounts"</h2>
            <p>"Accounts elsewhere that log you in here."</p>
            {linked}
            <FormError error=outcome.error()/>
            <div class="ways">{rows}</div>
            <div class="way-links">{link}</div>
        </section>
    }
    .into_any()
}

fn row(viewer: &Viewer, linked: Linked, unlink: ServerAction<UnlinkAccount>) -> impl IntoView + use<> {
    let meta = used(viewer, linked.created_at, linked.last_used_at, "Linked");
    let label = format!("Unlink {}", linked.provider);
    view! {
        <div class="way">
            <Icon name="link" size=IconSize::Small/>
            <span class="truncate">{linked.provider} <span class="text-meta">{linked.email}</span></span>
            <small>{meta}</small>
            <ActionForm action=unlink>
                <input type="hidden" name="id" value=linked.id.to_string()/>
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Ghost
                    size=ButtonSize::Small
                    icon="unlink"
                    pending=unlink.pending()
                >
                    {label}
                </Button>
            </ActionForm>
        </div>
    }
}

/// A plain form, with WASM too: the whole page is left.
fn link(provider: ProviderName) -> impl IntoView {
    view! {
        <form method="post" action=format!("/oidc/{}/start", provider.id)>
            <input type="hidden" name="link" value="yes"/>
            <Button kind=ButtonKind::Submit icon="link">
                {format!("Link {}", provider.name)}
            </Button>
        </form>
    }
}

//! A new client.

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    Banner, Breadcrumbs, Button, ButtonKind, ButtonVariant, Crumb, FormError, LinkButton, Load, PageTitle,
    TopBar, error_of, on_done,
};

use super::fields::ClientFields;
use crate::api::CreateClient;

/// `/clients/new`
#[component]
pub(super) fn NewClientPage() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Title text="New client"/>
        <TopBar
            title="New client"
            back="/clients"
            path=|| {
                view! {
                    <Breadcrumbs icon="building-2">
                        <Crumb href="/clients">"Clients"</Crumb>
                        <Crumb>"New client"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="page">
            <PageTitle title="New client" text="Its projects follow on the next page."/>
            <Load resource=viewer rows=6 let:viewer>
                <NewClientForm viewer/>
            </Load>
        </div>
    }
}

#[component]
fn NewClientForm(viewer: Viewer) -> impl IntoView {
    let create = ServerAction::<CreateClient>::new();
    let navigate = use_navigate();
    on_done(create, move |path| navigate(&path, NavigateOptions::default()));
    if !viewer.may(Permission::ClientManage) {
        return view! { <Banner>{Permission::ClientManage.refusal()}</Banner> }.into_any();
    }
    let error = error_of(create.value());
    let finance = viewer.may(Permission::FinanceEdit);
    view! {
        <ActionForm action=create attr:class="form">
            <ClientFields client=None currency=viewer.settings.currency finance error/>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/clients">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending()>
                    "Add client"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

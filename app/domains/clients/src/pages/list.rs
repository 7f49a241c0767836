//! The clients, by name.

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};
use ui::{
    Banner, Breadcrumbs, Button, ButtonKind, ButtonSize, ButtonVariant, Crumb, EmptyState, FormError,
    LinkButton, LoadAs, PageTitle, TextField, TopBar, Wait, error_of, on_done,
};

use crate::{
    api::{RestoreClient, list_clients},
    model::{ClientList, TOPIC},
};

/// `/clients`
#[component]
pub(super) fn ClientsPage() -> impl IntoView {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| (query.get("q").unwrap_or_default(), query.get("after"))));
    let restore = ServerAction::<RestoreClient>::new();
    let clients = kernel::page_data(
        move || asked.get(),
        |(text, after)| async move { list_clients(Some(text), after).await },
    );
    on_done(restore, move |()| clients.refetch());
    kernel::use_news(|| Some(TOPIC.to_owned()), Callback::new(move |_| clients.refetch()));
    // Without WASM there is no toast; the page itself offers the way back.
    let deleted = move || {
        query.read().get("deleted").map(|id| {
            view! {
                <Banner actions=move || {
                    view! {
                        <ActionForm action=restore>
                            <input type="hidden" name="id" value=id/>
                            <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                                "Undo"
                            </Button>
                        </ActionForm>
                    }
                }>"The client is deleted."</Banner>
            }
        })
    };
    view! {
        <Title text="Clients"/>
        <TopBar title="Clients" path=|| view! { <Breadcrumbs icon="building-2"><Crumb>"Clients"</Crumb></Breadcrumbs> }>
            <AddButton/>
        </TopBar>
        <div class="page">
            <PageTitle title="Clients" text="Companies that you work for, each with its projects."/>
            {deleted}
            <FormError error=error_of(restore.value())/>
            <Form method="GET" action="/clients" attr:role="search" attr:class="flex flex-wrap items-end gap-2 py-4">
                <TextField
                    name="q"
                    id="field-client-search"
                    label="Search clients"
                    kind="search"
                    icon="search"
                    autocomplete="off"
                    label_hidden=true
                    placeholder="Name of a client"
                    value=asked.get_untracked().0
                />
                <Button kind=ButtonKind::Submit>"Search"</Button>
            </Form>
            <LoadAs rows=6 resource=clients let:((viewer, list))>
                <Rows viewer list searched=asked.get_untracked().0/>
            </LoadAs>
        </div>
    }
}

/// The one act of the page, for those who may.
#[component]
fn AddButton() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <Wait content=move || async move {
            viewer
                .await
                .is_ok_and(|viewer| viewer.may(Permission::ClientManage))
                .then(|| {
                    view! {
                        <LinkButton href="/clients/new" variant=ButtonVariant::Primary icon="plus">
                            "New client"
                        </LinkButton>
                    }
                })
                .into_any()
        }/>
    }
}

#[component]
fn Rows(viewer: Viewer, list: ClientList, searched: String) -> impl IntoView {
    if list.clients.is_empty() {
        let (title, text) = if !searched.trim().is_empty() {
            ("No client has this name", "Try another part of it.")
        } else if viewer.may(Permission::ClientManage) {
            ("No clients yet", "Add the first company that you work for.")
        } else {
            ("No clients yet", "Who manages clients adds them.")
        };
        return view! { <EmptyState icon="building-2" title text/> }.into_any();
    }
    let rows = list.clients.into_iter().map(|client| {
        let href = format!("/clients/{}", client.id);
        view! {
            <li class="list-row">
                <a class="list-row-title" href=href>{client.name}</a>
                <span class="list-row-meta">{client.email}</span>
            </li>
        }
    });
    let next = list.next.map(|after| {
        let mut address = String::from("/clients?q=");
        address.push_str(&encoded(&searched));
        address.push_str("&after=");
        address.push_str(&encoded(&after));
        view! { <LinkButton href=address>"Next 50"</LinkButton> }
    });
    view! {
        <ul class="framed-rows">{rows.collect_view()}</ul>
        <nav class="pager" aria-label="Pages">{next}</nav>
    }
    .into_any()
}

/// A value as an address holds it.
fn encoded(text: &str) -> String {
    let mut address = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

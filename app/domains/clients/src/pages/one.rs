//! One client: what is known of it, and its projects.

use kernel::{Error, PageData, Permission, Scope, Viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use ui::{
    Banner, Breadcrumbs, Button, ButtonKind, ButtonSize, ButtonVariant, Crumb, FormError, LoadAs, PageTitle,
    Slot, Toast, TopBar, error_of, on_done, use_toaster,
};

use super::{
    fields::ClientFields,
    projects::{ProjectActs, Projects},
};
use crate::{
    api::{DeleteClient, UpdateClient, client, restore_client},
    model::{Client, ClientPage, TOPIC},
    rules::rate_text,
};

/// `/clients/:id`
#[component]
pub fn ClientDetailsPage(
    /// What other domains show of the client with this id.
    attached: fn(Memo<String>) -> Slot,
) -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let attached = attached(id);
    let (update, delete) = (ServerAction::<UpdateClient>::new(), ServerAction::<DeleteClient>::new());
    let acts = ProjectActs::new();
    let page = kernel::page_data(move || id.get(), client);
    let toaster = use_toaster();
    on_done(update, move |()| {
        toaster.show(Toast::new("Client saved"));
        page.refetch();
    });
    let navigate = use_navigate();
    on_done(delete, move |removed| {
        let id = removed.id;
        let back = use_navigate_back(id);
        toaster.undoable(
            format!("{} is deleted", removed.name),
            move || restore_client(id.into()),
            move |()| back(),
        );
        navigate("/clients", NavigateOptions::default());
    });
    acts.follow(toaster, page);
    let stale = RwSignal::new(false);
    // What was loaded anew is what others made of it, too.
    Effect::new(move |_| {
        page.track();
        stale.set(false);
    });
    let (below, shown) = (attached.reload, StoredValue::new(None));
    let heard = Callback::new(move |_| {
        below.run(());
        // Who deletes it goes elsewhere, and asks for nothing that is not there any more.
        if !delete.pending().get_untracked() {
            look_again(id, page, shown, stale);
        }
    });
    kernel::use_news(|| Some(TOPIC.to_owned()), heard);
    let show = move |_| {
        stale.set(false);
        page.refetch();
    };
    let changed = move || {
        stale.get().then(|| {
            view! {
                <Banner actions=move || view! { <Button size=ButtonSize::Small on_click=show>"Show it"</Button> }>
                    "Somebody has changed this client since you opened it."
                </Banner>
            }
        })
    };
    let deleted = move || {
        query.read().get("deleted").map(|id| {
            view! {
                <Banner actions=move || {
                    view! {
                        <ActionForm action=acts.restore>
                            <input type="hidden" name="id" value=id/>
                            <Button kind=ButtonKind::Submit size=ButtonSize::Small>
                                "Undo"
                            </Button>
                        </ActionForm>
                    }
                }>"The project is deleted."</Banner>
            }
        })
    };
    view! {
        <Title text="Client"/>
        <TopBar
            title="Client"
            back="/clients"
            path=|| {
                view! {
                    <Breadcrumbs icon="building-2">
                        <Crumb href="/clients">"Clients"</Crumb>
                        <Crumb>"Client"</Crumb>
                    </Breadcrumbs>
                }
            }
        />
        <div class="page">
            {deleted}
            {changed}
            <FormError error=error_of(delete.value())/>
            <LoadAs rows=6 resource=page let:((viewer, page))>
                {
                    shown.set_value(Some(page.clone()));
                    view! { <Details viewer page update delete acts attached=attached.content.clone()/> }
                }
            </LoadAs>
        </div>
    }
}

/// Shows what others did; while a form is open, which must stay as it is, only that they did something.
fn look_again(
    id: Memo<String>,
    page: PageData<ClientPage>,
    shown: StoredValue<Option<ClientPage>>,
    stale: RwSignal<bool>,
) {
    let Some(key) = id.try_get_untracked() else { return };
    spawn_local(async move {
        let new = client(key).await;
        let is_shown = |new| shown.try_with_value(|shown| shown.as_ref().is_none_or(|shown| shown == new));
        if new.as_ref().is_ok_and(|new| is_shown(new) != Some(false)) || matches!(new, Err(Error::Network(_)))
        {
            return;
        }
        if new.is_ok() && matches!(document().query_selector(".page details[open]"), Ok(Some(_))) {
            stale.try_set(true);
        } else {
            page.refetch();
        }
    });
}

/// The way to the page of a client that is back.
fn use_navigate_back(id: uuid::Uuid) -> impl Fn() + Send + Sync + 'static {
    move || {
        if window().location().assign(&format!("/clients/{id}")).is_err() {
            leptos::logging::warn!("the browser did not go to the client");
        }
    }
}

#[component]
fn Details(
    viewer: Viewer,
    page: ClientPage,
    update: ServerAction<UpdateClient>,
    delete: ServerAction<DeleteClient>,
    acts: ProjectActs,
    attached: ViewFn,
) -> impl IntoView {
    let ClientPage { client, projects } = page;
    let here = Scope::Client(client.id);
    let edit = viewer.may_in(Permission::ClientManage, here).then(|| {
        let finance =
            viewer.may_in(Permission::FinanceEdit, here) && viewer.may_in(Permission::FinanceView, here);
        let currency = viewer.settings.currency.clone();
        view! { <Edit client=client.clone() currency finance update/> }
    });
    let remove = viewer.may(Permission::ClientManage).then(|| {
        view! {
            <section class="settings-section">
                <ActionForm action=delete>
                    <input type="hidden" name="id" value=client.id.to_string()/>
                    <input type="hidden" name="version" value=client.version.to_string()/>
                    <Button kind=ButtonKind::Submit icon="trash-2" pending=delete.pending()>
                        "Delete client"
                    </Button>
                </ActionForm>
            </section>
        }
    });
    view! {
        <Title text=client.name.clone()/>
        <PageTitle title=client.name.clone()/>
        <Facts client=client.clone()/>
        <Projects viewer client=client.id projects acts/>
        {attached.run()}
        {edit}
        {remove}
    }
}

/// What is known of the client. The finance facts are there only for who may read them.
#[component]
fn Facts(client: Client) -> impl IntoView {
    let row = |name: &'static str, value: AnyView| {
        view! { <div class="settings-row"><div><strong>{name}</strong></div> <div>{value}</div></div> }
    };
    let text = |name, value: String| (!value.is_empty()).then(|| row(name, value.into_any()));
    let link = |name, value: String, href: String| {
        (!value.is_empty()).then(|| row(name, view! { <a class="link" href=href>{value}</a> }.into_any()))
    };
    let (mail, call) = (format!("mailto:{}", client.email), format!("tel:{}", client.phone));
    let money = client.finance.map(|facts| {
        let rate = rate_text(facts.hourly_rate);
        let rate =
            if rate.is_empty() { rate } else { format!("{} {rate}", facts.currency.unwrap_or_default()) };
        (text("Tax number", facts.tax_id), text("Hourly rate", rate))
    });
    view! {
        <section class="settings-section" aria-label="Facts">
            {link("E-mail", client.email, mail)}
            {link("Telephone", client.phone, call)}
            {link("Website", client.website.clone(), client.website)}
            {money}
            {text("Note", client.note)}
        </section>
    }
}

#[component]
fn Edit(
    client: Client,
    currency: String,
    finance: bool,
    update: ServerAction<UpdateClient>,
) -> impl IntoView {
    let error = error_of(update.value());
    let (id, version) = (client.id.to_string(), client.version.to_string());
    view! {
        <section class="settings-section" aria-labelledby="edit-heading">
            <details>
                <summary id="edit-heading">"Change the client"</summary>
                <ActionForm action=update attr:class="form">
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="version" value=version/>
                    <ClientFields client=Some(client) currency finance error/>
                    <div class="form-actions">
                        <Button
                            kind=ButtonKind::Submit
                            variant=ButtonVariant::Primary
                            pending=update.pending()
                        >
                            "Save client"
                        </Button>
                    </div>
                </ActionForm>
            </details>
            <FormError error/>
        </section>
    }
}

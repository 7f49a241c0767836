//! Apps that act as the viewer; and what the organisation has registered, for who manages that.

mod new;

use kernel::{Permission, PermissionSet, Viewer};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, Icon, LinkButton, LoadAs, Outcome,
    PageTitle, Toast, when,
};

use crate::{
    app::{
        api::{DisconnectApp, RemoveApp, list_apps},
        model::{AppCard, Apps, Connected},
    },
    parts::{SettingsPage, language},
};

pub(crate) use new::NewAppPage;

/// See the module.
#[component]
pub(crate) fn AppsPage() -> impl IntoView {
    let disconnect = ServerAction::<DisconnectApp>::new();
    let remove = ServerAction::<RemoveApp>::new();
    let outcome = Outcome::begin();
    outcome.follow_row(disconnect, |()| Some(Toast::new("The app is disconnected")));
    outcome.follow_row(remove, |()| Some(Toast::new("The app is removed, with all that were connected")));
    let changes = outcome.changes();
    let apps = kernel::page_data(move || changes.get(), |_| list_apps());
    view! {
        <SettingsPage title="Apps">
            <link rel="stylesheet" href="/apps.css"/>
            <PageTitle
                title="Apps"
                text="An app does what you may do, as far as you agreed to when it asked. It asks for new tokens every ten minutes, so withdrawing counts at once."
            />
            <FormError error=outcome.error()/>
            <LoadAs resource=apps rows=4 let:((viewer, apps))>
                {content(&viewer, apps, disconnect, remove)}
            </LoadAs>
        </SettingsPage>
    }
}

fn content(
    viewer: &Viewer,
    apps: Apps,
    disconnect: ServerAction<DisconnectApp>,
    remove: ServerAction<RemoveApp>,
) -> AnyView {
    let Apps { connected, registered } = apps;
    let registered = viewer.may(Permission::ApiManage).then(|| {
        let rows = match registered.is_empty() {
            true => view! {
                <EmptyState
                    icon="plug"
                    title="No app is registered"
                    text="Register an app, such as one for telephones, so that members can connect it."
                />
            }
            .into_any(),
            false => {
                let rows = registered.into_iter().map(|app| card(app, remove)).collect_view();
                view! { <ul>{rows}</ul> }.into_any()
            }
        };
        view! {
            <section class="settings-section" aria-labelledby="registered-apps-heading">
                <h2 id="registered-apps-heading">"Registered by the organisation"</h2>
                {rows}
                <div class="form-actions">
                    <LinkButton href="/settings/apps/new" icon="plus">"Register an app"</LinkButton>
                </div>
            </section>
        }
    });
    let own = match connected.is_empty() {
        true => view! {
            <EmptyState
                icon="plug"
                title="No app is connected"
                text="When an app of another maker asks for leave to act as you, it stands here."
            />
        }
        .into_any(),
        false => {
            let rows = connected.into_iter().map(|it| row(viewer, it, disconnect)).collect_view();
            view! { <ul>{rows}</ul> }.into_any()
        }
    };
    view! {
        <section class="settings-section" aria-labelledby="own-apps-heading">
            <h2 id="own-apps-heading">"Connected by you"</h2>
            {own}
        </section>
        {registered}
    }
    .into_any()
}

fn row(viewer: &Viewer, connected: Connected, disconnect: ServerAction<DisconnectApp>) -> AnyView {
    let today = viewer.today;
    let day = |at| when::bare_date(today.local(at).date_naive(), today.date(), language(viewer));
    let mut meta = format!("connected {}", day(connected.created_at));
    if let Some(used_at) = connected.used_at {
        meta.push_str(&format!(" · last used {}", day(used_at)));
    }
    let label = format!(" {}", connected.app);
    view! {
        <li class="settings-row">
            <div class="settings-thing">
                <Icon name="plug"/>
                <div>
                    <strong>{connected.app}</strong>
                    <small>{meta}</small>
                    {rights(connected.permissions)}
                </div>
            </div>
            <ActionForm action=disconnect>
                <input type="hidden" name="id" value=connected.id.to_string()/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small variant=ButtonVariant::Danger>
                    "Withdraw"<span class="visually-hidden">{label}</span>
                </Button>
            </ActionForm>
        </li>
    }
    .into_any()
}

fn card(app: AppCard, remove: ServerAction<RemoveApp>) -> AnyView {
    let label = format!(" {}", app.name);
    let meta = match app.connections {
        1 => "1 connection".to_owned(),
        count => format!("{count} connections"),
    };
    let uris =
        app.redirect_uris.into_iter().map(|uri| view! { <li class="app-client">{uri}</li> }).collect_view();
    view! {
        <li class="settings-row">
            <div class="settings-thing">
                <Icon name="plug"/>
                <div>
                    <strong>{app.name}</strong>
                    <small>{meta}</small>
                    <small>"Client id: "<code class="app-client">{app.client_id}</code></small>
                    {rights(app.permissions)}
                    <details class="app-details">
                        <summary>"Goes back to"</summary>
                        <ul>{uris}</ul>
                    </details>
                </div>
            </div>
            <ActionForm action=remove>
                <input type="hidden" name="id" value=app.id.to_string()/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small variant=ButtonVariant::Danger>
                    "Remove"<span class="visually-hidden">{label}</span>
                </Button>
            </ActionForm>
        </li>
    }
    .into_any()
}

fn rights(permissions: PermissionSet) -> AnyView {
    let rows: Vec<_> = permissions.iter().map(|permission| view! { <li>{permission.label()}</li> }).collect();
    let may = match rows.len() {
        1 => "1 permission".to_owned(),
        count => format!("{count} permissions"),
    };
    view! {
        <details class="app-details">
            <summary>{may}</summary>
            <ul>{rows}</ul>
        </details>
    }
    .into_any()
}

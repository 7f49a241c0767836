//! What each role may do, and the roles that the organisation makes itself.

mod form;
mod matrix;
mod new;
mod one;

use kernel::{BuiltIn, Permission, Viewer};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, FormError, LinkButton, LoadAs, Outcome,
    PageTitle, SelectField, Toast, Wait,
};

use crate::{
    parts::SettingsPage,
    role::{
        api::{RestoreRole, list_roles},
        model::RoleCard,
    },
};

use matrix::Matrix;
pub(crate) use new::NewRolePage;
pub(crate) use one::{Included, RolePage};

/// The matrix of roles and permissions. On a phone it shows one role, which is part of the address.
#[component]
pub(crate) fn RolesPage() -> impl IntoView {
    let query = use_query_map();
    let restore = ServerAction::<RestoreRole>::new();
    let outcome = Outcome::begin();
    outcome.follow(restore, |()| Some(Toast::new("The role is back, with those who hold it")));
    // The role that a phone shows: the one of the address, else the base role of most people.
    let chosen = Memo::new(move |_| {
        query.read().get("role").unwrap_or_else(|| BuiltIn::StandardUser.key().to_owned())
    });
    let changes = outcome.changes();
    let roles = kernel::page_data(move || changes.get(), |_| list_roles());
    // Without WASM there is no toast; the page itself offers the way back.
    let removed = move || {
        query.read().get("removed").map(|id| {
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
                }>"The role is removed, and nobody holds it any more."</Banner>
            }
        })
    };
    view! {
        <SettingsPage title="Roles" wide=true actions=|| view! { <RolesActions/> }>
            <PageTitle
                title="Roles"
                text="Everybody has one base role: owner, admin, member or guest, who has only messages and an inbox. Further roles add to it, everywhere or in one team."
            />
            {removed}
            <FormError error=outcome.error()/>
            <LoadAs resource=roles rows=12 let:((_, roles))>
                <RoleChoice roles=roles.clone() chosen/>
                <Matrix roles chosen/>
            </LoadAs>
        </SettingsPage>
    }
}

/// The document for everybody who sees the page, and the one act for those who may.
#[component]
fn RolesActions() -> impl IntoView {
    let viewer = kernel::use_viewer();
    view! {
        <LinkButton href="/settings/roles.csv" icon="download" attr:download="" attr:rel="external">
            "Download"
        </LinkButton>
        <Wait content=move || async move {
            viewer
                .await
                .is_ok_and(|viewer| viewer.may(Permission::RoleManage))
                .then(|| {
                    view! {
                        <LinkButton href="/settings/roles/new" variant=ButtonVariant::Primary icon="plus">
                            "New role"
                        </LinkButton>
                    }
                })
                .into_any()
        }/>
    }
}

/// Which role a phone shows.
#[component]
fn RoleChoice(roles: Vec<RoleCard>, chosen: Memo<String>) -> impl IntoView {
    let navigate = use_navigate();
    let options: Vec<Choice> =
        roles.iter().map(|role| Choice::new(role.key.clone(), role.name.clone())).collect();
    let about = move || {
        let chosen = chosen.get();
        let role = roles.iter().find(|role| role.key == chosen)?;
        let href = format!("/settings/roles/{}", role.key);
        let text = format!("{} {} ", role.purpose, held_by(role.holders));
        Some(view! { <p>{text} <a class="link" href=href>"Open"</a></p> })
    };
    let go = Callback::new(move |key: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&format!("/settings/roles?role={key}"), options);
    });
    view! {
        <form class="role-choice" method="get" action="/settings/roles">
            <SelectField name="role" label="Role" options value=chosen.get_untracked() on_change=go/>
            <Button kind=ButtonKind::Submit class="role-choice-go">
                "Show"
            </Button>
            {about}
        </form>
    }
}

/// How many members hold a role, as a sentence.
fn held_by(holders: i64) -> String {
    match holders {
        0 => "Nobody has it.".to_owned(),
        1 => "One person has it.".to_owned(),
        holders => format!("{holders} people have it."),
    }
}

/// Whether the viewer sees the controls of roles.
fn manages(viewer: &Viewer) -> bool {
    viewer.may(Permission::RoleManage)
}

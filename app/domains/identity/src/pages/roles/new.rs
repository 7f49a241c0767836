//! Making a role, from nothing or from another one.

use kernel::{Permission, PermissionSet, Viewer};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, Choice, FormError, LinkButton, LoadAs, Outcome, PageTitle,
    SelectField, Toast, error_of,
};

use super::form::RoleFields;
use crate::{
    parts::SettingsPage,
    role::{
        api::{CreateRole, list_roles},
        model::RoleCard,
    },
};

/// A form for a new role. What it begins with is part of the address.
#[component]
pub(crate) fn NewRolePage() -> impl IntoView {
    let query = use_query_map();
    let from = Memo::new(move |_| query.read().get("from").unwrap_or_default());
    let create = ServerAction::<CreateRole>::new();
    let roles = kernel::page_data(|| (), |()| list_roles());
    let navigate = use_navigate();
    let outcome = Outcome::begin();
    outcome.follow(create, move |id| {
        navigate(&format!("/settings/roles/{id}"), NavigateOptions::default());
        Some(Toast::new("The role is made. Give it to people from the list of members."))
    });
    view! {
        <SettingsPage title="New role">
            <PageTitle
                title="New role"
                text="A role adds to the base role of whoever gets it. You can put into it what you may do yourself."
            />
            <LoadAs resource=roles rows=8 let:((viewer, roles))>
                <NewRole viewer roles create from/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn NewRole(
    viewer: Viewer,
    roles: Vec<RoleCard>,
    create: ServerAction<CreateRole>,
    /// The key of the role to start from.
    from: Memo<String>,
) -> impl IntoView {
    if !super::manages(&viewer) {
        return view! { <Banner>{Permission::RoleManage.refusal()}</Banner> }.into_any();
    }
    let error = error_of(create.value());
    let navigate = use_navigate();
    let own = viewer.permissions;
    let options: Vec<Choice> =
        roles.iter().map(|role| Choice::new(role.key.clone(), role.name.clone())).collect();
    let permissions = Signal::derive(move || {
        let from = from.get();
        let start = roles.iter().find(|role| role.key == from);
        let permissions = start.map_or(PermissionSet::NONE, |role| role.permissions);
        // What goes beyond the viewer would be refused.
        permissions.without(permissions.without(own))
    });
    let go = Callback::new(move |key: String| {
        navigate(
            &format!("/settings/roles/new?from={key}"),
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
        );
    });
    view! {
        <form class="role-start" method="get" action="/settings/roles/new">
            <SelectField name="from" label="Start from" options placeholder="Nothing" value=from.get_untracked() on_change=go/>
            <Button kind=ButtonKind::Submit class="role-choice-go">
                "Show"
            </Button>
        </form>
        <ActionForm action=create attr:class="form">
            <RoleFields name=String::new() purpose=String::new() permissions own error/>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/roles">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending() icon="check">
                    "Make role"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

//! One role: what it includes, and for a role of the organisation the form that changes it.

use kernel::{Error, Module, PermissionSet, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, ErrorState, FormError, Icon, IconSize,
    LinkButton, LoadAs, Outcome, PageTitle, Pill, Toast, error_of,
};

use super::{form::RoleFields, held_by, manages};
use crate::{
    parts::SettingsPage,
    role::{
        api::{RemoveRole, UpdateRole, list_roles, restore_role},
        model::{Kind, RoleCard},
        rules::{Actor, may_define},
    },
};

/// What can be done to a role. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    update: ServerAction<UpdateRole>,
    remove: ServerAction<RemoveRole>,
    /// The role was removed from this page, so it is not simply unknown.
    gone: RwSignal<bool>,
}

/// See the module. The key or id of the role is part of the address.
#[component]
pub(crate) fn RolePage() -> impl IntoView {
    let params = use_params_map();
    let key = Memo::new(move |_| params.read().get("role").unwrap_or_default());
    let acts = Acts { update: ServerAction::new(), remove: ServerAction::new(), gone: RwSignal::new(false) };
    let outcome = Outcome::begin();
    outcome.follow(acts.update, |()| Some(Toast::new("Role saved. It counts from everybody's next click.")));
    outcome.follow(acts.remove, move |removed| {
        let id = removed.id;
        acts.gone.set(true);
        outcome.undoable(
            format!("{} is removed", removed.name),
            move || restore_role(id),
            "The role is back, with those who hold it",
        );
        None
    });
    let changes = outcome.changes();
    let roles = kernel::page_data(move || changes.get(), |_| list_roles());
    view! {
        <SettingsPage title="Role">
            <LoadAs resource=roles rows=8 let:((viewer, roles))>
                {match roles.into_iter().find(|role| role.key == key.get()) {
                    Some(role) => view! { <One viewer role acts/> }.into_any(),
                    None if acts.gone.get_untracked() => view! {
                        <EmptyState
                            icon="shield-off"
                            title="This role is removed"
                            text="Nobody holds it any more. Undo brings it back with those who held it."
                        >
                            <LinkButton href="/settings/roles">"All roles"</LinkButton>
                        </EmptyState>
                    }
                    .into_any(),
                    None => view! { <ErrorState error=Error::NotFound/> }.into_any(),
                }}
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn One(viewer: Viewer, role: RoleCard, acts: Acts) -> impl IntoView {
    let kind = match role.kind {
        Kind::Base => "Base role",
        Kind::BuiltIn => "Built in",
        Kind::Custom => "Your own",
    };
    let manages = manages(&viewer);
    let edits = role.kind == Kind::Custom
        && may_define(Actor::from(&viewer), role.permissions, role.permissions).is_ok();
    let from = format!("/settings/roles/new?from={}", role.key);
    let head = view! {
        <PageTitle title=role.name.clone() text=role.purpose.clone()/>
        <p class="role-facts">
            <Pill small=true>{kind}</Pill>
            <span class="text-meta">{held_by(role.holders)}</span>
            {manages
                .then(|| view! { <a class="link" href=from>"Make a role like this"</a> })}
        </p>
    };
    if edits {
        view! { {head} <EditRole viewer role acts/> }.into_any()
    } else {
        view! { {head} <Included permissions=role.permissions/> }.into_any()
    }
}

#[component]
fn EditRole(viewer: Viewer, role: RoleCard, acts: Acts) -> impl IntoView {
    let error = error_of(acts.update.value());
    let version = role.version.to_string();
    let hidden = {
        let (id, version) = (role.key.clone(), version.clone());
        move || {
            view! {
                <input type="hidden" name="id" value=id.clone()/>
                <input type="hidden" name="version" value=version.clone()/>
            }
        }
    };
    let fields = hidden();
    view! {
        <ActionForm action=acts.update attr:class="form">
            {fields}
            <RoleFields name=role.name purpose=role.purpose permissions=Signal::stored(role.permissions) own=viewer.permissions error/>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/roles">"All roles"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=acts.update.pending()>
                    "Save role"
                </Button>
            </div>
        </ActionForm>
        <ActionForm action=acts.remove attr:class="team-delete">
            {hidden()}
            <FormError error=error_of(acts.remove.value())/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Ghost
                size=ButtonSize::Small
                icon="trash-2"
                pending=acts.remove.pending()
            >
                "Remove role"
            </Button>
        </ActionForm>
    }
}

/// What a role includes, module by module.
#[component]
pub(crate) fn Included(permissions: PermissionSet) -> impl IntoView {
    Module::ALL
        .iter()
        .filter_map(|module| {
            let lines: Vec<_> = module
                .permissions()
                .filter(|permission| permissions.has(*permission))
                .map(|permission| {
                    view! {
                        <li>
                            <Icon name="check" size=IconSize::Small/>
                            {permission.label()}
                        </li>
                    }
                })
                .collect();
            (!lines.is_empty()).then(|| {
                view! {
                    <section class="role-included">
                        <h2>{module.label()}</h2>
                        <ul>{lines}</ul>
                    </section>
                }
            })
        })
        .collect_view()
}

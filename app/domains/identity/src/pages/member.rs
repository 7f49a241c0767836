//! One member: base role, further roles and what they come to.

use kernel::{Permission, PlaceName, Role, Scope, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, Choice, EmptyState, FormError, Icon, IconSize,
    LinkButton, LoadAs, Outcome, PageTitle, Pill, SelectField, TeamTag, Toast, error_of, field_error,
};

use super::roles::Included;
use crate::{
    member::{api::ChangeRole, rules::roles_to_give},
    parts::{SettingsPage, SupportSection},
    role::{
        api::{GiveRole, TakeRole, give_role, member_rights},
        model::{EVERYWHERE, GrantRow, Kind, MemberRights},
        rules::{Actor, may_grant},
    },
};

/// What can be done here. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    change: ServerAction<ChangeRole>,
    give: ServerAction<GiveRole>,
    take: ServerAction<TakeRole>,
}

/// See the module. The member's id is part of the address.
#[component]
pub(crate) fn MemberPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("member").and_then(|id| id.parse().ok()));
    let acts = Acts { change: ServerAction::new(), give: ServerAction::new(), take: ServerAction::new() };
    let outcome = Outcome::begin();
    outcome.follow_row(acts.change, |member| {
        Some(Toast::new(format!("{} has another base role now", member.name)))
    });
    // The form that gives a role shows its own errors; here only the page is to load again.
    let given = Outcome::begin();
    given.follow(acts.give, |granted| {
        Some(Toast::new(format!("{} is {} from the next click on", granted.member_name, granted.role_name)))
    });
    outcome.follow_row(acts.take, move |taken| {
        let granted = taken.clone();
        outcome.undoable(
            format!("{} is taken from {}", granted.role_name, granted.member_name),
            move || {
                let granted = granted.clone();
                async move { give_role(granted.member, granted.role, granted.scope).await.map(drop) }
            },
            "The role is back",
        );
        None
    });
    let (changes, additions) = (outcome.changes(), given.changes());
    let rights = kernel::page_data(
        move || (id.get(), changes.get(), additions.get()),
        |(id, ..)| async move {
            match id {
                Some(id) => member_rights(id).await,
                None => Err(kernel::Error::NotFound),
            }
        },
    );
    view! {
        <SettingsPage title="Member">
            <LoadAs resource=rights rows=8 let:((viewer, rights))>
                <PageTitle title=rights.name.clone() text=rights.email.clone()/>
                <FormError error=outcome.error()/>
                <BaseRole viewer=viewer.clone() rights=rights.clone() acts/>
                <FurtherRoles viewer=viewer.clone() rights=rights.clone() acts/>
                <Together rights=rights.clone()/>
                {(viewer.role == Role::Owner && viewer.member_id != rights.id)
                    .then(|| view! { <SupportSection member=rights.id/> })}
                <PrivacyRow viewer rights/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn BaseRole(viewer: Viewer, rights: MemberRights, acts: Acts) -> impl IntoView {
    let roles: Vec<Choice> = roles_to_give(Actor::from(&viewer), rights.role)
        .into_iter()
        .map(|role| Choice::new(role.as_str(), role.label()))
        .collect();
    let means = match rights.role {
        Role::Guest => "A guest has nothing but messages, an inbox and the further roles below.",
        Role::Member => "A member does the daily work: items, comments, time.",
        Role::Admin => "An admin also manages people, teams, roles and settings.",
        Role::Owner => "An owner may do everything.",
    };
    let control = if roles.is_empty() {
        view! { <Pill>{rights.role.label()}</Pill> }.into_any()
    } else {
        view! {
            <ActionForm action=acts.change attr:class="role-line">
                <input type="hidden" name="id" value=rights.id.to_string()/>
                <input type="hidden" name="version" value=rights.version.to_string()/>
                <SelectField
                    name="role"
                    label="Base role"
                    label_hidden=true
                    options=roles
                    value=rights.role.as_str()
                />
                <Button kind=ButtonKind::Submit pending=acts.change.pending()>
                    "Save"
                </Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <section class="settings-section">
            <h2>"Base role"</h2>
            <p>"Everybody has one. It counts everywhere. " {means}</p>
            {control}
        </section>
    }
}

#[component]
fn FurtherRoles(viewer: Viewer, rights: MemberRights, acts: Acts) -> impl IntoView {
    let actor = Actor::from(&viewer);
    let oneself = viewer.member_id == rights.id;
    let may = |set| may_grant(actor, oneself, rights.role, set);
    let why_not = match may(kernel::PermissionSet::NONE) {
        Err(refusal) if viewer.may(Permission::RoleManage) => Some(kernel::Error::from(refusal).to_string()),
        _ => None,
    };
    let rows: Vec<_> = rights
        .grants
        .iter()
        .map(|grant| {
            let takes = may(grant.permissions).is_ok();
            let place = place(&viewer, &rights.places, &grant.scope);
            view! { <Grant place grant=grant.clone() takes acts/> }
        })
        .collect();
    let roles: Vec<Choice> = rights
        .roles
        .iter()
        .filter(|role| role.kind != Kind::Base && may(role.permissions).is_ok())
        .map(|role| Choice::new(role.key.clone(), role.name.clone()))
        .collect();
    let nothing = rows.is_empty().then(|| view! { <p class="text-meta">"No further roles."</p> });
    let add =
        (!roles.is_empty()).then(|| view! { <Give viewer=viewer.clone() rights=rights.clone() roles acts/> });
    view! {
        <section class="settings-section">
            <h2>"Further roles"</h2>
            <p>
                "They add to the base role, everywhere or only in one team, brand, client or project. They take nothing away."
            </p>
            {why_not.map(|text| view! { <Banner>{text}</Banner> })}
            {nothing}
            <ul class="role-grants">{rows}</ul>
            {add}
        </section>
    }
}

/// Where a role counts, in words.
fn place(viewer: &Viewer, places: &[PlaceName], scope: &str) -> AnyView {
    if let Some(known) = places.iter().find(|place| place.scope == scope) {
        return view! { <span class="text-meta">{known.name.clone()}</span> }.into_any();
    }
    match scope.parse::<Scope>() {
        Ok(Scope::Team(id)) => match viewer.directory.team(id) {
            Some(team) => view! { <TeamTag name=team.name.clone() category=team.category/> }.into_any(),
            None => view! { <span class="text-meta">"A team that is deleted"</span> }.into_any(),
        },
        Ok(Scope::Brand(id)) => match viewer.brands.iter().find(|brand| brand.id == id) {
            Some(brand) => {
                view! { <span class="text-meta">{format!("Brand {}", brand.name)}</span> }.into_any()
            }
            None => view! { <span class="text-meta">"A brand that is removed"</span> }.into_any(),
        },
        Ok(scope) => view! { <span class="text-meta">"One " {scope.kind()}</span> }.into_any(),
        Err(()) => view! { <span class="text-meta">"Everywhere"</span> }.into_any(),
    }
}

#[component]
fn Grant(place: AnyView, grant: GrantRow, takes: bool, acts: Acts) -> impl IntoView {
    let label = format!("Take {} away", grant.name);
    view! {
        <li>
            <a class="link" href=format!("/settings/roles/{}", grant.role)>{grant.name}</a>
            {place}
            {takes
                .then(|| {
                    view! {
                        <ActionForm action=acts.take>
                            <input type="hidden" name="id" value=grant.id.to_string()/>
                            <button type="submit" class="icon-button is-small" aria-label=label.clone() data-tooltip=label>
                                <Icon name="x" size=IconSize::Small/>
                            </button>
                        </ActionForm>
                    }
                })}
        </li>
    }
}

/// The places where a role can count. Each kind of place that there is has its lines here.
fn places(viewer: &Viewer, others: &[PlaceName]) -> Vec<Choice> {
    let everywhere = Choice::new(EVERYWHERE, format!("Everywhere in {}", viewer.organisation.name));
    let teams = viewer
        .directory
        .teams
        .iter()
        .map(|team| Choice::new(Scope::Team(team.id).to_string(), format!("Team {}", team.name)));
    let brands = viewer
        .brands
        .iter()
        .map(|brand| Choice::new(Scope::Brand(brand.id).to_string(), format!("Brand {}", brand.name)));
    let others = others.iter().map(|place| Choice::new(place.scope.clone(), place.name.clone()));
    std::iter::once(everywhere).chain(teams).chain(brands).chain(others).collect()
}

#[component]
fn Give(viewer: Viewer, rights: MemberRights, roles: Vec<Choice>, acts: Acts) -> impl IntoView {
    let error = error_of(acts.give.value());
    view! {
        <ActionForm action=acts.give attr:class="role-give">
            <input type="hidden" name="member" value=rights.id.to_string()/>
            <SelectField
                name="role"
                id="field-further-role"
                label="Role"
                options=roles
                placeholder="Choose a role"
                required=true
                error=field_error(error, "role")
            />
            <SelectField
                name="scope"
                label="Where it counts"
                options=places(&viewer, &rights.places)
                value=EVERYWHERE
                error=field_error(error, "scope")
            />
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary icon="plus" pending=acts.give.pending()>
                "Give role"
            </Button>
        </ActionForm>
        <FormError error/>
    }
}

/// The way to what is kept about the member, for those who may have it or erase it.
#[component]
fn PrivacyRow(viewer: Viewer, rights: MemberRights) -> impl IntoView {
    let may = viewer.member_id == rights.id
        || viewer.may(Permission::PersonExport)
        || viewer.may(Permission::PersonErase);
    may.then(|| {
        view! {
            <section class="settings-section" aria-labelledby="privacy-heading">
                <h2 id="privacy-heading">"Personal data"</h2>
                <div class="settings-row">
                    <div>
                        <strong>"What is kept about them"</strong>
                        <small>"To take away, or to erase."</small>
                    </div>
                    <LinkButton href=format!("/settings/members/{}/privacy", rights.id)>"Data and privacy"</LinkButton>
                </div>
            </section>
        }
    })
}

/// What base role and further roles come to.
#[component]
fn Together(rights: MemberRights) -> impl IntoView {
    let count = rights.permissions.len();
    if count == 0 {
        return view! {
            <section class="settings-section">
                <EmptyState icon="lock" title="Nothing yet" text="A guest without further roles may do nothing here."/>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="settings-section">
            <h2>"Together"</h2>
            <details class="role-together">
                <summary>{format!("May do {count} things everywhere")}</summary>
                <Included permissions=rights.permissions/>
            </details>
            <p class="role-back">
                <LinkButton href="/settings/members" size=ButtonSize::Small icon="arrow-left">
                    "All members"
                </LinkButton>
            </p>
        </section>
    }
    .into_any()
}

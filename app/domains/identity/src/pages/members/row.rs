//! One member in the table; on the phone two lines.

use chrono::{DateTime, Utc};
use kernel::{Permission, Role, TeamId, Viewer};
use leptos::prelude::*;
use ui::{Menu, MenuItem, MenuSeparator, Pill, TeamTag, Tone, when};

use super::Acts;
use crate::{
    member::{
        model::{Listed, State},
        rules,
    },
    parts::{PersonCell, SubmitItem, language},
    role::rules::{Actor, may_change_base},
};

/// Name, role, teams, when they were last here, and what the viewer may do about them.
#[component]
pub(super) fn MemberRow(viewer: StoredValue<Viewer>, member: Listed, acts: Acts) -> impl IntoView {
    let (picture, teams, seen, pill, manages) = viewer.with_value(|viewer| {
        (
            viewer.directory.person(member.id).and_then(kernel::Person::picture),
            teams(viewer, &member.teams),
            last_seen(viewer, member.seen_at),
            state_pill(viewer, &member),
            viewer.may(Permission::MemberManage),
        )
    });
    // Who has not joined yet has no page, and no name but the address.
    let joined = member.state != State::Invited;
    let href = joined.then(|| format!("/people/{}", member.id));
    let meta = if joined { member.email.clone() } else { String::new() };
    view! {
        <tr>
            <td class="is-main">
                <PersonCell
                    name=member.name.clone()
                    meta
                    category=member.category
                    picture
                    href
                >
                    {pill}
                </PersonCell>
            </td>
            <td class="is-aside">
                <a class="link" href=format!("/settings/members/{}", member.id)>{roles_of(&member)}</a>
            </td>
            <td>
                <span class="inline-flex flex-wrap gap-x-3">{teams}</span>
            </td>
            <td>{seen}</td>
            {manages.then(|| view! { <td class="table-acts"><MemberMenu viewer member acts/></td> })}
        </tr>
    }
}

/// The base role, and how many further ones: `Member + 2`.
fn roles_of(member: &Listed) -> String {
    match member.further {
        0 => member.role.label().to_owned(),
        further => format!("{} + {further}", member.role.label()),
    }
}

fn teams(viewer: &Viewer, ids: &[TeamId]) -> AnyView {
    let tags: Vec<_> = ids
        .iter()
        .filter_map(|id| viewer.directory.team(*id))
        .map(|team| view! { <TeamTag name=team.name.clone() category=team.category/> })
        .collect();
    if tags.is_empty() {
        view! { <span class="text-meta">"No team"</span> }.into_any()
    } else {
        tags.into_any()
    }
}

fn last_seen(viewer: &Viewer, at: Option<DateTime<Utc>>) -> String {
    let Some(at) = at else { return "Never".to_owned() };
    let today = viewer.today;
    when::ago(today.local(at).naive_local(), today.local(today.now).naive_local(), language(viewer))
}

fn state_pill(viewer: &Viewer, member: &Listed) -> Option<AnyView> {
    match member.state {
        State::Active | State::Robot => None,
        State::Invited => {
            let on = when::bare_date(
                viewer.today.local(member.changed_at).date_naive(),
                viewer.today.date(),
                language(viewer),
            );
            Some(view! { <Pill tone=Tone::Info small=true>{format!("Invited {on}")}</Pill> }.into_any())
        }
        State::Suspended => Some(view! { <Pill tone=Tone::Warning small=true>"Suspended"</Pill> }.into_any()),
    }
}

/// What can be done to a member, each as a form, so that the menu works without WASM.
#[component]
fn MemberMenu(viewer: StoredValue<Viewer>, member: Listed, acts: Acts) -> impl IntoView {
    let (actor, oneself) = viewer.with_value(|viewer| (Actor::from(viewer), viewer.member_id == member.id));
    if may_change_base(actor, member.role, member.role).is_err() {
        // An admin cannot touch an owner; an empty menu would only raise the question.
        return ().into_any();
    }
    let (id, version) = (member.id, member.version);
    let label = format!("Acts for {}", member.name);
    let hidden = move || {
        view! {
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
        }
    };
    let roles = rules::roles_to_give(actor, member.role)
        .into_iter()
        .filter(|role| *role != member.role)
        .map(|role| {
            view! {
                <ActionForm action=acts.change_role attr:class="menu-form" attr:role="none">
                    {hidden()}
                    <input type="hidden" name="role" value=role.as_str()/>
                    <SubmitItem icon=role_icon(role) label=format!("Make {}", role.label().to_lowercase())/>
                </ActionForm>
            }
        })
        .collect_view();
    let again = (member.state == State::Invited).then(|| {
        view! {
            <ActionForm action=acts.invite_again attr:class="menu-form" attr:role="none">
                <input type="hidden" name="id" value=id.to_string()/>
                <SubmitItem icon="send" label="Send the invitation again"/>
            </ActionForm>
        }
    });
    let log_out = (member.state != State::Invited && !oneself).then(|| {
        view! {
            <ActionForm action=acts.log_out attr:class="menu-form" attr:role="none">
                <input type="hidden" name="id" value=id.to_string()/>
                <SubmitItem icon="log-out" label="Log out on all devices"/>
            </ActionForm>
        }
    });
    let suspend = (member.state == State::Active && !oneself).then(|| {
        view! {
            <ActionForm action=acts.suspend attr:class="menu-form" attr:role="none">
                {hidden()} <SubmitItem icon="circle-pause" label="Suspend"/>
            </ActionForm>
        }
    });
    let reactivate = (member.state == State::Suspended).then(|| {
        view! {
            <ActionForm action=acts.reactivate attr:class="menu-form" attr:role="none">
                {hidden()} <SubmitItem icon="circle-play" label="Reactivate"/>
            </ActionForm>
        }
    });
    let remove = (!oneself).then(|| {
        let label = if member.state == State::Invited { "Take the invitation back" } else { "Remove" };
        view! {
            <ActionForm action=acts.remove attr:class="menu-form" attr:role="none">
                {hidden()} <SubmitItem icon="user-minus" label tone=Tone::Danger/>
            </ActionForm>
        }
    });
    view! {
        <Menu id=format!("member-{id}") label align_end=true size=ui::ButtonSize::Small>
            <MenuItem href=format!("/settings/members/{id}") icon="shield-check">
                "Roles"
            </MenuItem>
            {again}
            {roles}
            <MenuSeparator/>
            {log_out}
            {suspend}
            {reactivate}
            {remove}
        </Menu>
    }
    .into_any()
}

fn role_icon(role: Role) -> &'static str {
    match role {
        Role::Guest => "user",
        Role::Member => "user-round",
        Role::Admin => "user-cog",
        Role::Owner => "key-round",
    }
}

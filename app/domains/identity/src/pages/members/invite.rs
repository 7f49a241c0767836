//! Inviting somebody.

use kernel::{Permission, Role, Viewer};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, Choice, FormError, LinkButton, Load, Outcome, PageTitle,
    SelectField, TextField, error_of, field_error,
};

use crate::{
    member::{api::InviteMember, rules},
    parts::SettingsPage,
    role::rules::Actor,
};

/// Address, role and team of the person to invite.
#[component]
pub(crate) fn InvitePage() -> impl IntoView {
    let viewer = kernel::use_viewer();
    let invite = ServerAction::<InviteMember>::new();
    let navigate = use_navigate();
    let outcome = Outcome::begin();
    outcome.follow(invite, move |()| {
        navigate("/settings/members", NavigateOptions::default());
        Some(ui::Toast::new("The invitation is on its way"))
    });
    view! {
        <SettingsPage title="Invite">
            <PageTitle title="Invite somebody" text="They get a link by mail, and no rights until they have joined."/>
            <Load resource=viewer rows=4 let:viewer>
                <InviteForm invite viewer/>
            </Load>
        </SettingsPage>
    }
}

#[component]
fn InviteForm(invite: ServerAction<InviteMember>, viewer: Viewer) -> impl IntoView {
    let error = error_of(invite.value());
    if !viewer.may(Permission::MemberManage) {
        return view! { <Banner>{Permission::MemberManage.refusal()}</Banner> }.into_any();
    }
    let roles: Vec<Choice> = rules::roles_to_give(Actor::from(&viewer), Role::Guest)
        .into_iter()
        .map(|role| Choice::new(role.as_str(), role.label()))
        .collect();
    let teams: Vec<Choice> =
        viewer.directory.teams.into_iter().map(|team| Choice::new(team.id.to_string(), team.name)).collect();
    view! {
        <ActionForm action=invite attr:class="form">
            <TextField
                name="email"
                label="Email"
                kind="email"
                inputmode="email"
                autocomplete="off"
                required=true
                autofocus=true
                error=field_error(error, "email")
            />
            <TextField
                name="name"
                label="Name"
                autocomplete="off"
                maxlength=100
                hint="How the mail greets them. They write their own when they join."
                error=field_error(error, "name")
            />
            <SelectField
                name="role"
                label="Role"
                options=roles
                value="member"
                hint="Admins manage people, teams and settings; members work with items; guests have nothing until you give them a role."
                error=field_error(error, "role")
            />
            <SelectField
                name="team"
                label="Team"
                options=teams
                placeholder="No team yet"
                error=field_error(error, "team")
            />
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/members">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=invite.pending() icon="send">
                    "Send invitation"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

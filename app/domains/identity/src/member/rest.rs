//! Members for other programs.

use chrono::{DateTime, Utc};
use http::StatusCode;
use kernel::{
    Cx, MemberId,
    Permission::{MemberManage, MemberView, SessionEnd},
    Role, TeamId,
};
use rest::{Answer, Call, Created, Filter, Json, Key, List, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    member::{
        acts::{self, Invite},
        model::{self, State},
    },
    session::Origin,
};

/// What is published of members.
pub fn routes() -> Routes {
    let manage = May(MemberManage);
    Routes::new("Members", "People of the organisation: what they are there, and who is invited.")
        .list("/members", "List members", May(MemberView), May(MemberView), list)
        .post("/members", "Invite a person", manage, invite)
        .read("/members/{member}", "Read a member", May(MemberView), read)
        .update("/members/{member}", "Change the base role of a member", manage, update)
        .delete("/members/{member}", "Remove a member", manage, remove)
        .post("/members/{member}/restore", "Bring a member back", manage, restore)
        .post("/members/{member}/suspend", "Suspend a member", manage, suspend)
        .post("/members/{member}/reactivate", "Reactivate a member", manage, reactivate)
        .post("/members/{member}/invite-again", "Send an invitation again", manage, invite_again)
        .post("/members/{member}/log-out", "Log a member out", May(SessionEnd), log_out)
}

/// What a member is everywhere in the organisation, before further roles are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BaseRole {
    /// Nothing by itself.
    Guest,
    /// Works with items.
    Member,
    /// Also manages people, teams and settings.
    Admin,
    /// May do everything.
    Owner,
}

impl From<Role> for BaseRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Guest => BaseRole::Guest,
            Role::Member => BaseRole::Member,
            Role::Admin => BaseRole::Admin,
            Role::Owner => BaseRole::Owner,
        }
    }
}

impl From<BaseRole> for Role {
    fn from(role: BaseRole) -> Self {
        match role {
            BaseRole::Guest => Role::Guest,
            BaseRole::Member => Role::Member,
            BaseRole::Admin => Role::Admin,
            BaseRole::Owner => Role::Owner,
        }
    }
}

/// Where a membership stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MemberState {
    /// Asked to join; no right anywhere yet.
    Invited,
    /// Works here.
    Active,
    /// Kept out for now.
    Suspended,
}

/// A person of the organisation.
#[derive(Debug, Serialize, ToSchema)]
struct Member {
    id: MemberId,
    /// Full name; none before they have joined.
    #[schema(example = "Marek Havel")]
    name: Option<String>,
    #[schema(example = "marek@nordvik.example")]
    email: String,
    role: BaseRole,
    /// How many further roles they hold.
    further_roles: i64,
    state: MemberState,
    /// Their colour, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    category: i64,
    /// Teams they are in.
    teams: Vec<TeamId>,
    /// When they were last here, to within some minutes.
    seen_at: Option<DateTime<Utc>>,
    /// When the membership last changed; of an invitation, when it was sent.
    changed_at: DateTime<Utc>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Member {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<model::Listed> for Member {
    fn from(member: model::Listed) -> Self {
        let state = match member.state {
            State::Invited => MemberState::Invited,
            State::Active => MemberState::Active,
            // A robot is not listed.
            State::Suspended | State::Robot => MemberState::Suspended,
        };
        Member {
            id: member.id,
            name: (state != MemberState::Invited).then_some(member.name),
            email: member.email,
            role: member.role.into(),
            further_roles: member.further,
            state,
            category: member.category,
            teams: member.teams,
            seen_at: member.seen_at,
            changed_at: member.changed_at,
            version: member.version,
        }
    }
}

impl rest::Listed for Member {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "email" => Key::Text(self.email.to_lowercase()),
            "changed_at" => Key::Number(self.changed_at.timestamp_micros()),
            _ => Key::Text(self.name.as_ref().unwrap_or(&self.email).to_lowercase()),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct MemberFilter {
    /// Beginnings of words in the name, the address or the names of teams.
    q: Option<String>,
    /// Only members with this base role.
    #[param(inline)]
    role: Option<BaseRole>,
    /// Only members who stand so.
    #[param(inline)]
    state: Option<MemberState>,
    /// Only members of this team.
    #[param(value_type = Option<uuid::Uuid>)]
    team: Option<TeamId>,
}

impl Filter for MemberFilter {
    const SORTS: &'static [&'static str] = &["name", "email", "changed_at"];
}

/// A person to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// Where the invitation goes.
    #[schema(example = "anna@nordvik.example", format = "email", max_length = 254)]
    email: String,
    /// How the mail calls them, if the address does not tell it.
    #[schema(example = "Anna Berg", max_length = 100)]
    name: Option<String>,
    /// What they will be: nothing that may do more than the caller.
    role: BaseRole,
    /// A team they will be in.
    team: Option<TeamId>,
}

/// What changes of a member. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    /// What they are from now on: nothing that may do more than the caller.
    role: Option<BaseRole>,
}

/// More members than an organisation's list has.
const ALL: i64 = i64::MAX;

async fn list(call: Call<(), List<MemberFilter>>) -> Answer<Page<Member>> {
    let MemberFilter { q, role, state, team } = &call.input.filter;
    let found = acts::list(&call.cx, q.as_deref().unwrap_or_default(), ALL).await?;
    let members = found.members.into_iter().map(Member::from).filter(|member| {
        role.is_none_or(|role| member.role == role)
            && state.is_none_or(|state| member.state == state)
            && team.is_none_or(|team| member.teams.contains(&team))
    });
    call.input.page(members.collect())
}

async fn read(call: Call<MemberId>) -> Answer<Member> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn invite(call: Call<(), Json<NewMember>>) -> Answer<Created<Member>> {
    let NewMember { email, name, role, team } = call.input.0;
    let form = Invite { email, name, role: Role::from(role).as_str().to_owned(), team };
    let id = acts::invite(&call.cx, &form).await?;
    Ok(Created { at: format!("/members/{id}"), record: find(&call.cx, id).await? })
}

async fn update(call: Call<MemberId, Json<MemberChange>>) -> Answer<Member> {
    let member = find(&call.cx, call.path).await?;
    call.made_on(member.version)?;
    let Some(role) = call.input.0.role else { return Ok(member) };
    acts::change_role(&call.cx, member.id, member.version, role.into()).await?;
    find(&call.cx, member.id).await
}

async fn remove(call: Call<MemberId>) -> Answer<()> {
    let member = find(&call.cx, call.path).await?;
    call.made_on(member.version)?;
    acts::remove(&call.cx, member.id, member.version).await?;
    Ok(())
}

async fn restore(call: Call<MemberId>) -> Answer<Member> {
    acts::restore(&call.cx, call.path).await?;
    find(&call.cx, call.path).await
}

async fn suspend(call: Call<MemberId>) -> Answer<Member> {
    let member = find(&call.cx, call.path).await?;
    made_on_if_said(&call, member.version)?;
    acts::suspend(&call.cx, member.id, member.version).await?;
    find(&call.cx, member.id).await
}

async fn reactivate(call: Call<MemberId>) -> Answer<Member> {
    let member = find(&call.cx, call.path).await?;
    made_on_if_said(&call, member.version)?;
    acts::reactivate(&call.cx, member.id, member.version).await?;
    find(&call.cx, member.id).await
}

async fn invite_again(call: Call<MemberId>) -> Answer<Member> {
    acts::invite_again(&call.cx, call.path).await?;
    find(&call.cx, call.path).await
}

async fn log_out(call: Call<MemberId>) -> Answer<()> {
    acts::log_out(&call.cx, &Origin::default(), call.path).await?;
    Ok(())
}

/// Holds the version against `If-Match` where the caller sent it: these acts overwrite nothing, so it need not.
fn made_on_if_said(call: &Call<MemberId>, version: i64) -> Result<(), Problem> {
    match call.made_on(version) {
        Err(problem) if problem.status() == StatusCode::PRECONDITION_REQUIRED => Ok(()),
        made => made,
    }
}

/// For whoever changes them, and may do that without seeing everybody.
async fn find(cx: &Cx, id: MemberId) -> Answer<Member> {
    Ok(acts::listed(cx, id).await?.into())
}

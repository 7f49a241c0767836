//! Managing members: the list, roles, keeping somebody out and letting them back in.

use kernel::{Cx, Error, Event, MemberId, OrNotFound, Permission, Result, Role, TeamId, Tx};
use serde_json::json;

use crate::{
    account::{self, event::Kind},
    member::{
        model::{Changed, Listed, MemberList, State},
        repo::{self, Change, Found},
        rules,
    },
    organisation::acts::topic,
    role::{
        self,
        rules::{Actor, may_change_base, may_touch},
    },
    session::{self, Origin},
};

mod invite;

pub use invite::{Accepted, Invite, accept_invitation, invitation, invite, invite_again};

/// The members that fit the search, at most `limit` of them.
pub async fn list(cx: &Cx, search: &str, limit: i64) -> Result<MemberList> {
    let cx = cx.clone().require(Permission::MemberView)?;
    let mut all = repo::list(&cx, None).await?;
    all.sort_by_cached_key(|member| (member.name.to_lowercase(), member.id));
    let directory = kernel::Directory::load(&cx).await?;
    let invited = all.iter().filter(|member| member.state == State::Invited).count();
    let people = all.len() - invited;
    let name_of = |team: &TeamId| directory.team(*team).map_or("", |team| team.name.as_str());
    all.retain(|member| {
        rules::is_found(member, &member.teams.iter().map(name_of).collect::<Vec<_>>(), search)
    });
    let found = all.len();
    all.truncate(usize::try_from(limit.clamp(1, 5000)).unwrap_or_default());
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(MemberList { members: all, found: number(found), people: number(people), invited: number(invited) })
}

/// One member, as the list shows them.
pub async fn get(cx: &Cx, id: MemberId) -> Result<Listed> {
    listed(&cx.clone().require(Permission::MemberView)?, id).await
}

/// The same for whoever has just changed them, and may do that without seeing everybody.
pub(crate) async fn listed(cx: &Cx, id: MemberId) -> Result<Listed> {
    repo::list(cx, Some(id)).await?.pop().or_not_found()
}

/// The name that others are told of who acts: the person's, or that of the key by which a program does.
fn name_of_actor(cx: &Cx) -> Result<String> {
    match cx.visit().agent() {
        Some(agent) => Ok(agent.name.clone()),
        None => Ok(cx.visit().require_viewer()?.name.clone()),
    }
}

/// Gives a member another base role.
pub async fn change_role(cx: &Cx, id: MemberId, version: i64, role: Role) -> Result<Changed> {
    change(cx, id, version, "member.role_changed", |member| {
        Ok(Change { role, state: member.state, removed_at: None })
    })
    .await
}

/// Keeps a member out until they are let back in.
pub async fn suspend(cx: &Cx, id: MemberId, version: i64) -> Result<Changed> {
    refuse_oneself(cx, id, "You cannot suspend yourself; another owner or admin can.")?;
    change(cx, id, version, "member.suspended", |member| match member.state {
        State::Active => Ok(Change { role: member.role, state: State::Suspended, removed_at: None }),
        State::Suspended => Err(Error::Conflict(format!("{} is suspended already.", member.called()))),
        State::Invited => Err(Error::Conflict(format!(
            "{} has not joined yet. Remove the invitation instead.",
            member.called()
        ))),
        State::Robot => Err(Error::NotFound),
    })
    .await
}

/// Lets a suspended member back in.
pub async fn reactivate(cx: &Cx, id: MemberId, version: i64) -> Result<Changed> {
    change(cx, id, version, "member.reactivated", |member| match member.state {
        State::Suspended => Ok(Change { role: member.role, state: State::Active, removed_at: None }),
        State::Active | State::Invited => {
            Err(Error::Conflict(format!("{} is not suspended.", member.called())))
        }
        State::Robot => Err(Error::NotFound),
    })
    .await
}

/// Removes a member. Records still name them, and [`restore`] brings them back with role and teams.
pub async fn remove(cx: &Cx, id: MemberId, version: i64) -> Result<Changed> {
    refuse_oneself(cx, id, "You cannot remove yourself; another owner or admin can.")?;
    let now = cx.now();
    change(cx, id, version, "member.removed", |member| {
        Ok(Change { role: member.role, state: member.state, removed_at: Some(now) })
    })
    .await
}

/// Ends every session of a member that goes on in this organisation, on whichever device. Where else they work is not this
/// organisation's to end.
pub async fn log_out(cx: &Cx, origin: &Origin, id: MemberId) -> Result<Changed> {
    let cx = cx.clone().require(Permission::SessionEnd)?;
    let mut tx = cx.begin().await?;
    let member = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if member.removed {
        return Err(Error::NotFound);
    }
    may_touch(Actor::from(&cx), member.role)?;
    if member.state == State::Invited {
        return Err(Error::Conflict(format!("{} has not joined yet.", member.called())));
    }
    session::repo::delete_in(&mut tx, member.account_id, cx.organisation_id()).await?;
    session::challenge::revoke_in(&mut tx, member.account_id, cx.organisation_id()).await?;
    let data = json!({ "by": name_of_actor(&cx)?, "from": cx.membership().organisation_name });
    account::event::note(&mut tx, cx.visit(), origin, member.account_id, Kind::LoggedOutElsewhere, data)
        .await?;
    tx.record(event("member.logged_out", id, json!({}))).await?;
    tx.commit().await?;
    Ok(changed(&member))
}

/// Takes a removal back.
pub async fn restore(cx: &Cx, id: MemberId) -> Result<()> {
    let cx = role::acts::begin_change(cx, Permission::MemberManage)?;
    let mut tx = cx.begin().await?;
    let member = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if !member.removed {
        return Ok(());
    }
    refuse_by_role(&cx, member.role, member.role)?;
    let back = Change { role: member.role, state: member.state, removed_at: None };
    if !repo::change(&mut tx, &cx, id, member.version, back).await? {
        return Err(stale(&member));
    }
    tx.record(event("member.restored", id, json!({}))).await?;
    tx.commit().await
}

/// What every change of a membership has in common: who may do it and is there, that nobody did in between, and that an
/// owner remains.
async fn change(
    cx: &Cx,
    id: MemberId,
    version: i64,
    kind: &'static str,
    decide: impl FnOnce(&Found) -> Result<Change>,
) -> Result<Changed> {
    let cx = role::acts::begin_change(cx, Permission::MemberManage)?;
    let mut tx = cx.begin().await?;
    repo::lock_owners(&mut tx, cx.organisation_id()).await?;
    let member = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if member.removed {
        return Err(Error::NotFound);
    }
    if member.version != version {
        return Err(stale(&member));
    }
    let change = decide(&member)?;
    refuse_by_role(&cx, member.role, change.role)?;
    if !repo::change(&mut tx, &cx, id, version, change).await? {
        return Err(stale(&member));
    }
    keep_an_owner(&mut tx, &cx, &member).await?;
    tx.record(event(kind, id, json!({ "role": change.role, "state": change.state }))).await?;
    tx.commit().await?;
    Ok(changed(&member))
}

fn changed(member: &Found) -> Changed {
    Changed { id: member.id, name: member.called().to_owned() }
}

async fn keep_an_owner(tx: &mut Tx, cx: &Cx, member: &Found) -> Result<()> {
    if member.role == Role::Owner && repo::count_owners(tx, cx.organisation_id()).await? == 0 {
        return Err(Error::Conflict(format!(
            "{} is the only owner. Make somebody else an owner first.",
            member.called()
        )));
    }
    Ok(())
}

fn refuse_by_role(cx: &Cx, from: Role, to: Role) -> Result<()> {
    may_change_base(Actor::from(cx), from, to)?;
    Ok(())
}

fn refuse_oneself(cx: &Cx, id: MemberId, message: &str) -> Result<()> {
    if cx.member_id() == id { Err(Error::Conflict(message.into())) } else { Ok(()) }
}

fn stale(member: &Found) -> Error {
    Error::Conflict(format!(
        "Somebody changed {} since you opened this list. It shows the present state now; look again, then decide.",
        member.called()
    ))
}

fn event(kind: &'static str, id: MemberId, data: serde_json::Value) -> Event {
    Event { kind, subject_kind: "member", subject_id: id.uuid(), topic: topic(), data }
}

//! The end of a membership, and of an organisation.

use kernel::{Cx, Error, Permission, Result, Role};
use serde_json::json;

use crate::{
    member::{
        self,
        model::State,
        repo::{Change, count_owners, lock_owners},
    },
    organisation::{
        acts::{event, topic},
        mails, repo,
    },
    session,
};

/// Ends the membership of who asks. Records go on naming them; only a new invitation brings them back.
pub async fn leave(cx: &Cx, confirmed: bool) -> Result<()> {
    if !confirmed {
        return Err(Error::invalid("confirmed", "Say that you want to leave."));
    }
    let session = cx.visit().require_recent()?.clone();
    let mut tx = cx.begin().await?;
    lock_owners(&mut tx, cx.organisation_id()).await?;
    let me = member::repo::get(&mut tx, cx.organisation_id(), cx.member_id()).await?;
    // As somebody who is invited: whoever takes the removal back gives them no right again.
    let gone = Change { role: Role::Guest, state: State::Invited, removed_at: Some(cx.now()) };
    if !member::repo::change(&mut tx, cx, me.id, me.version, gone).await? {
        return Err(Error::Conflict(
            "Somebody has just changed your membership. Load the page again.".into(),
        ));
    }
    if me.role == Role::Owner && count_owners(&mut tx, cx.organisation_id()).await? == 0 {
        return Err(Error::Conflict(
            "You are the only owner. Make somebody else an owner first, or delete the organisation.".into(),
        ));
    }
    member::repo::leave_teams(&mut tx, cx, me.id).await?;
    tx.record(kernel::Event {
        kind: "member.left",
        subject_kind: "member",
        subject_id: me.id.uuid(),
        topic: topic(),
        data: json!({}),
    })
    .await?;
    session::repo::part(&mut tx, Some(session.account_id), cx.organisation_id()).await?;
    let next = session::repo::last_organisation(&mut tx, session.account_id).await?;
    session::repo::enter(&mut tx, session.id, next).await?;
    tx.commit().await
}

/// Deletes the organisation: from the next request on it is there for nobody. Nothing of it is lost until whoever runs the
/// server makes it so: `mediap organisations restore` brings it back.
pub async fn delete(cx: &Cx, name: &str) -> Result<()> {
    let cx = cx.clone().require(Permission::OrganisationDelete)?;
    let session = cx.visit().require_recent()?.clone();
    let organisation = &cx.membership().organisation_name;
    if name.trim() != organisation {
        return Err(Error::invalid("name", format!("Write \u{201c}{organisation}\u{201d} to delete it.")));
    }
    let owners = repo::owners(&cx).await?;
    let mut tx = cx.begin().await?;
    repo::delete(&mut tx, &cx).await?;
    for (called, email) in owners {
        tx.send(&mails::deleted(&cx, &session.name, &called, &email)).await?;
    }
    tx.record(event("organisation.deleted", cx.organisation_id())).await?;
    session::repo::part(&mut tx, None, cx.organisation_id()).await?;
    let next = session::repo::last_organisation(&mut tx, session.account_id).await?;
    session::repo::enter(&mut tx, session.id, next).await?;
    tx.commit().await
}

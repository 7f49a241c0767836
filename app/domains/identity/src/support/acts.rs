//! Giving leave, withdrawing it, and acting by it.

use chrono::Duration;
use kernel::{
    AccountId, Acting, Cx, Error, Event, MemberId, OrNotFound, OrganisationId, Result, Role, Session,
    SupportAccessId, Visit,
};
use serde_json::json;

use crate::{
    account::{event, event::Kind},
    consent, member,
    parts::written::moment_as,
    secret,
    session::{self, Origin, place::Place},
    support::{
        mails,
        model::{HOURS, Leave, Leaves, Offer, hours_in_words, terms},
        repo::{self, Found},
    },
    text,
};

/// What recorded acts are about.
fn recorded(kind: &'static str, member: MemberId, data: serde_json::Value) -> Event {
    Event { kind, subject_kind: "member", subject_id: member.uuid(), topic: None, data }
}

/// Only a member decides about themselves, and an owner about everybody.
fn decides(cx: &Cx, member: MemberId) -> Result<&Session> {
    // Support cannot give itself more time.
    let session = cx.visit().require_session()?;
    if member == cx.member_id() || cx.membership().role == Role::Owner {
        Ok(session)
    } else {
        Err(Error::Forbidden("Only they themselves or an owner decide who may act as them.".into()))
    }
}

impl Leave {
    fn from(cx: &Cx, found: Found) -> Self {
        Leave {
            id: found.id,
            member_id: found.member_id,
            allowed_by: found.allowed_by,
            reason: found.reason,
            ends_at: found.ends_at,
            link: link(cx, found.id),
        }
    }
}

fn link(cx: &Cx, id: SupportAccessId) -> String {
    format!("{}/support/{}/{id}", cx.visit().site().base_url(), cx.organisation_id())
}

/// The leaves about a member that count now.
pub async fn leaves(cx: &Cx, member: MemberId) -> Result<Leaves> {
    decides(cx, member)?;
    let found = member::repo::find(cx.db(), cx.organisation_id(), member).await?;
    let leaves = repo::about(cx, member).await?;
    Ok(Leaves {
        member_id: member,
        terms: terms(found.called(), &cx.membership().organisation_name),
        name: found.called().to_owned(),
        leaves: leaves.into_iter().map(|found| Leave::from(cx, found)).collect(),
    })
}

/// Lets support act as a member for some hours, and tells support.
pub async fn allow(cx: &Cx, origin: &Origin, member: MemberId, hours: i64, reason: &str) -> Result<Leave> {
    let giver = decides(cx, member)?;
    let found = member::repo::find(cx.db(), cx.organisation_id(), member).await?;
    if found.removed || found.state != member::model::State::Active {
        return Err(Error::Conflict(format!("{} is no active member.", found.called())));
    }
    let reason = text::line("reason", reason, 500, "Write what support should look at.")?;
    if !HOURS.contains(&hours) {
        return Err(Error::invalid("hours", "Choose for how long."));
    }
    cx.require_recent()?;
    let agreed = format!(
        "{} Chosen: {}.",
        terms(&found.name, &cx.membership().organisation_name),
        hours_in_words(hours)
    );
    let id = cx.new_id();
    let leave = Leave {
        id,
        member_id: member,
        allowed_by: cx.member_id(),
        reason,
        ends_at: cx.now() + Duration::hours(hours),
        link: link(cx, id),
    };
    let mut tx = cx.begin().await?;
    let kind = consent::repo::Kind::Support;
    let consent = consent::repo::give(&mut tx, cx.visit(), origin, giver.account_id, kind, &agreed).await?;
    repo::insert(&mut tx, cx, id, member, consent, &leave.reason, leave.ends_at).await?;
    tx.record(recorded("support.allowed", member, json!({ "hours": hours }))).await?;
    for (_, address) in repo::supporters(&mut tx).await? {
        tx.send(&mails::leave(cx, &address, &found.name, &giver.name, &leave)).await?;
    }
    tx.commit().await?;
    Ok(leave)
}

/// Takes leave back: whoever acts by it is out with their next request.
pub async fn withdraw(cx: &Cx, id: SupportAccessId) -> Result<()> {
    // Not by support in somebody's name, also where nobody has to decide.
    cx.visit().require_session()?;
    let found = repo::find(cx.db(), cx.organisation_id(), id, cx.now()).await?.or_not_found()?;
    if found.allowed_by != cx.member_id() {
        decides(cx, found.member_id)?;
    }
    let mut tx = cx.begin().await?;
    if repo::end(&mut tx, cx, id).await? {
        if let Some(consent) = found.consent_id {
            consent::repo::withdraw(&mut tx, consent, cx.now()).await?;
        }
        tx.record(recorded("support.withdrawn", found.member_id, json!({}))).await?;
    }
    tx.commit().await
}

/// Somebody of support looks at a leave. For everybody else it does not exist.
async fn offered(
    visit: &Visit,
    organisation: OrganisationId,
    id: SupportAccessId,
) -> Result<(AccountId, Found)> {
    let account = visit.require_session()?.account_id;
    if !repo::is_supporter(visit.db(), account).await? {
        return Err(Error::NotFound);
    }
    let reader = visit.reader_in(organisation);
    visit.rest().await;
    Ok((account, repo::find(&reader, organisation, id, visit.now()).await?.or_not_found()?))
}

/// What a leave says.
pub async fn offer(visit: &Visit, organisation: OrganisationId, id: SupportAccessId) -> Result<Offer> {
    let (_, found) = offered(visit, organisation, id).await?;
    Ok(Offer {
        member: found.member,
        organisation: found.organisation,
        allowed_by: found.giver,
        reason: found.reason,
        ends_at: found.ends_at,
    })
}

/// Begins to act as the member of a leave, and returns the token that the session has from now on. The member is told.
pub async fn begin(
    visit: &Visit,
    origin: &Origin,
    organisation: OrganisationId,
    id: SupportAccessId,
) -> Result<String> {
    let (supporter, _) = offered(visit, organisation, id).await?;
    visit.require_recent()?;
    let reader = visit.reader_in(organisation);
    let standing = repo::acting(&reader, organisation, id, supporter, visit.now()).await?.or_not_found()?;
    let with_passkey = session::repo::has_passkey(&reader, visit.require_session()?.id).await?;
    let place =
        session::place::place(&reader, standing.acting.account_id, organisation, supporter, with_passkey)
            .await?;
    drop(reader);
    let membership = match place {
        Some(Place::Member { membership, .. }) => *membership,
        Some(Place::Barred(name)) => {
            return Err(Error::Forbidden(format!(
                "{name} asks for a second factor, of support too. Set one up first."
            )));
        }
        None => return Err(Error::NotFound),
    };
    let member = membership.member_id;
    let session = Session {
        name: standing.name.clone(),
        email: standing.email.clone(),
        membership: Some(membership.into()),
        acting: Some(standing.acting.clone()),
        ..visit.require_session()?.clone()
    };
    let own = session.id;
    let cx = Visit::new(visit.site().clone(), visit.request_id(), Some(session)).member()?;
    let token = secret::token();
    let mut tx = cx.begin().await?;
    session::repo::act(&mut tx, own, secret::fingerprint(&token), organisation, id).await?;
    tx.record(recorded("support.entered", member, json!({}))).await?;
    let (account, by) = (standing.acting.account_id, &standing.acting.supporter);
    event::note(&mut tx, cx.visit(), origin, account, Kind::SupportEntered, json!({ "by": by })).await?;
    tx.send(&mails::begun(&cx, &standing.email, &standing.name, by)).await?;
    tx.commit().await?;
    Ok(token)
}

/// What the member's pages say all the time while somebody of support acts as them.
pub(crate) fn said(cx: &Cx) -> Option<String> {
    let session = cx.visit().session()?;
    let Acting { supporter, until, .. } = session.acting.as_ref()?;
    let membership = cx.membership();
    let until = moment_as(&membership.settings, cx.today(), *until);
    Some(format!(
        "{supporter}, you act as {} in {} until {until}.",
        session.name, membership.organisation_name
    ))
}

/// Stops acting as a member. Whoever acts as nobody has nothing to stop.
pub async fn stop(visit: &Visit) -> Result<()> {
    let session = visit.require_viewer()?;
    if session.acting.is_none() {
        return Ok(());
    }
    let cx = visit.member()?;
    let mut tx = cx.begin().await?;
    tx.record(recorded("support.left", cx.member_id(), json!({}))).await?;
    let own = session::repo::last_organisation(&mut tx, session.account_id).await?;
    session::repo::enter(&mut tx, session.id, own).await?;
    tx.commit().await
}

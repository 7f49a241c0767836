//! How a session begins. Every way in ends here: whatever was proved first (password, link, invitation), a person who has
//! a second factor is asked for it before there is a session.

use kernel::{OrganisationId, Result, Tx, Visit};
use serde_json::json;

use crate::{
    account::{event, event::Kind, repo::Account},
    factor, secret,
    session::{Origin, challenge, device, repo},
};

/// What was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// They know the password.
    Password,
    /// They read the mailbox, in the browser that asked.
    Link,
    /// They read the mailbox of an invitation, and chose a password.
    Invitation,
    /// They are logged in already, with everything that asks for.
    Session,
    /// They hold a passkey, and the device has verified that it is them.
    Passkey,
    /// A provider says who they are. Whether it asked for two factors is not known.
    Provider,
}

impl Proof {
    /// Whether nothing more is asked for.
    fn is_whole(self) -> bool {
        match self {
            Proof::Password | Proof::Link | Proof::Invitation | Proof::Provider => false,
            Proof::Session | Proof::Passkey => true,
        }
    }

    /// The word in the account's record, and in the row of a challenge.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Proof::Password => "password",
            Proof::Link => "a link by mail",
            Proof::Invitation => "an invitation",
            Proof::Session => "a session",
            Proof::Passkey => "a passkey",
            Proof::Provider => "a provider",
        }
    }
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Started {
    /// What the session's cookie carries.
    pub token: String,
    /// What the cookie of the device carries, when it needs another value than it has.
    pub device: Option<String>,
    /// Whether the person belongs to an organisation.
    pub has_organisation: bool,
}

/// What came of a proof.
#[derive(Debug)]
pub enum Begun {
    /// They are in.
    Started(Started),
    /// The second factor is asked for; this is what the challenge's cookie carries.
    SecondFactor(String),
}

impl Begun {
    /// The session, if nothing more was asked for.
    pub fn into_started(self) -> Option<Started> {
        match self {
            Begun::Started(started) => Some(started),
            Begun::SecondFactor(_) => None,
        }
    }
}

/// Goes on after a proof: to a session, or to the second factor if there is one.
pub(crate) async fn begin(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: &Account,
    proof: Proof,
    organisation: Option<OrganisationId>,
) -> Result<Begun> {
    if !proof.is_whole() && factor::repo::has_any(&mut *tx, account.id).await? {
        let token = challenge::issue(tx, visit, account.id, proof, organisation).await?;
        return Ok(Begun::SecondFactor(token));
    }
    let with_passkey = match (proof, visit.session()) {
        (Proof::Session, Some(session)) => repo::has_passkey(&mut *tx, session.id).await?,
        _ => proof == Proof::Passkey,
    };
    let how = How { what: json!({ "by": proof.as_str() }), with_passkey };
    start(tx, visit, origin, account, how, organisation).await.map(Begun::Started)
}

/// How somebody has got in.
pub(super) struct How {
    /// For the account's record.
    pub(super) what: serde_json::Value,
    /// Whether with a passkey.
    pub(super) with_passkey: bool,
}

/// Begins a session in `organisation`, or in the one the person worked in last, and ends the request's old one, so that a
/// token never outlives a change of who it stands for. Everything that had to be proved has been.
pub(super) async fn start(
    tx: &mut Tx,
    visit: &Visit,
    origin: &Origin,
    account: &Account,
    how: How,
    organisation: Option<OrganisationId>,
) -> Result<Started> {
    let organisation = match organisation {
        Some(organisation) => Some(organisation),
        None => repo::last_organisation(tx, account.id).await?,
    };
    if let Some(old) = visit.session() {
        repo::delete(tx, old.id).await?;
    }
    let token = secret::token();
    let new = repo::New {
        id: visit.new_id(),
        token_hash: secret::fingerprint(&token),
        account: account.id,
        organisation,
        with_passkey: how.with_passkey,
    };
    repo::insert(tx, new, origin, visit.now()).await?;
    let device = device::note(tx, visit, origin, account).await?;
    event::note(tx, visit, origin, account.id, Kind::LoggedIn, how.what).await?;
    Ok(Started { token, device, has_organisation: organisation.is_some() })
}

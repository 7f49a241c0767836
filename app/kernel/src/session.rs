//! Who is logged in, where they belong, and on whose behalf they act.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    AccountId, ApiKeyId, BrandName, MemberId, OrganisationId, PermissionSet, Role, ScopedGrant, SessionId,
    Settings, SupportAccessId,
};

/// A person who is logged in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The log-in on this device.
    pub id: SessionId,
    /// The person; of support, when they act as somebody else.
    pub account_id: AccountId,
    /// Full name of who the pages are shown to: when support acts as a member, the member.
    pub name: String,
    /// Address of the same.
    pub email: String,
    /// The organisation they work in now; none before they have joined one.
    pub membership: Option<Arc<Membership>>,
    /// The organisation that would be theirs if they had the second factor it asks for.
    pub barred_by: Option<String>,
    /// When they last proved who they are.
    pub proved_at: DateTime<Utc>,
    /// By what leave somebody of support acts as the member of `membership`.
    pub acting: Option<Acting>,
}

/// Somebody of support acts as a member.
#[derive(Debug, Clone)]
pub struct Acting {
    /// The leave for it.
    pub access_id: SupportAccessId,
    /// Full name of the person of support, whose account the session is.
    pub supporter: String,
    /// The account of the member they act as.
    pub account_id: AccountId,
    /// When it ends by itself.
    pub until: DateTime<Utc>,
}

impl Session {
    /// Whose pictures and colours are shown: of the member that support acts as, else of the person.
    pub fn shown_as(&self) -> AccountId {
        self.acting.as_ref().map_or(self.account_id, |acting| acting.account_id)
    }

    /// Whose rows the person may touch.
    pub fn scope(&self) -> db::Scope {
        db::Scope {
            organisation: self.membership.as_ref().map(|membership| membership.organisation_id.uuid()),
            account: Some(self.account_id.uuid()),
            ..db::Scope::default()
        }
    }
}

/// A session as a request finds it.
#[derive(Debug)]
pub struct Recognised {
    /// The session.
    pub session: Arc<Session>,
    /// The organisation's last news: what is read from now on knows of it.
    pub heard: i64,
    /// Where the request reads: what found out who asks, if that had to be read.
    pub reader: db::Reader,
}

/// A program that asks, by a key or an access token.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The key, or what stands for it: the leave that a person gave to an app.
    pub key_id: ApiKeyId,
    /// The name that its owner gave it; the audit log says it.
    pub name: String,
    /// Whether it is an app that a person gave leave to; it makes nothing that would outlast that.
    pub by_app: bool,
    /// Whom it acts as, with no more rights than the key has.
    pub membership: Arc<Membership>,
}

/// A confirmed membership in an organisation.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The member.
    pub member_id: MemberId,
    /// Their base role.
    pub role: Role,
    /// What they may do everywhere in the organisation: by base role and further roles.
    pub permissions: PermissionSet,
    /// What they may do in parts of it beyond that.
    pub grants: Vec<ScopedGrant>,
    /// How the organisation writes dates, times and money, in the person's own time zone.
    pub settings: Settings,
    /// The brand whose colours the pages have, if any.
    pub brand: Option<BrandName>,
}

//! The context: who asks, for which organisation, with which rights, on which database, at what time.
//!
//! [`Site`] is the running program, [`Visit`] one request to it, [`Cx`] a visit by a confirmed member.
//! A domain gets the database only from here, so a query without a tenant has no way in.

use std::{pin::Pin, sync::Arc};

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use http::request::Parts;
use leptos::{prelude::use_context, reactive::owner::with_context};
use uuid::Uuid;

use crate::{
    AccountId, Agent, Doing, Error, MemberId, Membership, OrganisationId, Permission, Recognised, Result,
    RunId, Scope, ScopedGrant, Session, Site, Today, Topic, Tx,
};

/// How long an act that asks for it believes that the person is still the one who logged in.
const RECENT: Duration = Duration::minutes(10);

/// One request: perhaps nobody is logged in. Only identity starts from here; every other domain asks for [`Cx`].
#[derive(Debug, Clone)]
pub struct Visit {
    site: Site,
    request_id: Arc<str>,
    session: Option<Arc<Session>>,
    agent: Option<Arc<Agent>>,
    /// The row of the act's key, if its caller sent one: the act's transaction notes there that it was done.
    act: Option<Uuid>,
    heard: i64,
    reader: db::Reader,
}

impl Visit {
    /// A request to `site` by whoever `session` says.
    pub fn new(site: Site, request_id: &str, session: Option<Session>) -> Self {
        let reader = site.reader(session.as_ref().map(Session::scope).unwrap_or_default());
        let session = session.map(Arc::new);
        Visit { site, request_id: request_id.into(), session, agent: None, act: None, heard: 0, reader }
    }

    /// A request by somebody who is logged in. The connection that found out who asks serves all of it.
    pub fn by_session(site: Site, request_id: &str, recognised: Recognised) -> Self {
        let Recognised { session, heard, reader } = recognised;
        Visit { session: Some(session), heard, reader, ..Visit::new(site, request_id, None) }
    }

    /// A request by a program, with the reader that found out which.
    pub fn by_agent(site: Site, request_id: &str, agent: Arc<Agent>, reader: db::Reader) -> Self {
        Visit { agent: Some(agent), reader, ..Visit::new(site, request_id, None) }
    }

    /// The same visit, whose next unit of work in the organisation is the act of the key in this row of `api_answer`.
    #[must_use]
    pub fn with_act(self, row: Uuid) -> Self {
        Visit { act: Some(row), ..self }
    }

    /// The program that asks, if it is one.
    pub fn agent(&self) -> Option<&Agent> {
        self.agent.as_deref()
    }

    pub(crate) fn act(&self) -> Option<Uuid> {
        self.act
    }

    /// The visit of the request that is being answered.
    pub fn current() -> Result<Visit> {
        with_context(|parts: &Parts| parts.extensions.get::<Visit>().cloned())
            .flatten()
            .or_else(use_context::<Visit>)
            .ok_or_else(|| Error::Internal { reference: "no visit".into() })
    }

    /// The person, if somebody is logged in.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_deref()
    }

    /// Who the pages are shown to, or [`Error::Unauthenticated`]. Support that acts as a member counts as them.
    pub fn require_viewer(&self) -> Result<&Session> {
        self.session().ok_or(Error::Unauthenticated)
    }

    /// The person themselves, or an error: for everything that is theirs and not the organisation's. Support that acts as
    /// a member is refused, so that it can touch neither the member's account nor, by mistake, its own.
    pub fn require_session(&self) -> Result<&Session> {
        let session = self.require_viewer()?;
        match &session.acting {
            None => Ok(session),
            Some(_) => Err(Error::Forbidden(format!(
                "Only {} may do this themselves, not support in their name.",
                session.name
            ))),
        }
    }

    /// Goes on only if the person proved within the last ten minutes that it is them; [`Error::ProveAgain`] otherwise,
    /// which pages answer by asking for it and doing the act again. For acts that a stranger at an open screen must not
    /// do: `cx.visit().require_recent()?` after the permission.
    pub fn require_recent(&self) -> Result<&Session> {
        let session = self.require_session()?;
        if self.now() < session.proved_at + RECENT { Ok(session) } else { Err(Error::ProveAgain) }
    }

    /// The context of a confirmed member, or why there is none.
    pub fn member(&self) -> Result<Cx> {
        if let Some(agent) = &self.agent {
            return Ok(Cx::acting(self.clone(), agent.membership.clone()));
        }
        let session = self.session.clone().ok_or(Error::Unauthenticated)?;
        let membership = session
            .membership
            .clone()
            .ok_or_else(|| Error::Forbidden(no_membership(session.barred_by.as_deref())))?;
        Ok(Cx::acting(self.clone(), membership))
    }

    /// The person of support who acts as the member of this visit, if one does.
    pub fn supporter(&self) -> Option<AccountId> {
        self.session().and_then(|session| session.acting.as_ref().map(|_| session.account_id))
    }

    /// The running program.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Where single statements read: accounts, sessions, and what the person who is logged in may see.
    pub fn db(&self) -> &db::Reader {
        &self.reader
    }

    /// The visit as it looks at an organisation whose invitation or picture is asked for, whoever asks.
    pub fn reader_in(&self, organisation: OrganisationId) -> db::Reader {
        self.site.reader(db::Scope::organisation(organisation.uuid()))
    }

    /// Gives the connection back while the request goes on for long.
    pub async fn rest(&self) {
        self.reader.rest().await;
    }

    /// The organisation's last news when the request came: what it shows knows of it.
    pub fn heard(&self) -> i64 {
        self.heard
    }

    /// The id that log lines and error pages show.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.site.now()
    }

    /// A new id.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.site.new_uuid().into()
    }

    /// Begins a unit of work of the person who is logged in, outside any organisation but the one they work in.
    pub async fn begin(&self) -> Result<Tx> {
        // A request that held one connection and waited for another could wait for ever.
        self.rest().await;
        let unit = self.site.db.begin_in(self.reader.scope()).await?;
        Ok(Tx::new(unit, self.clone()))
    }
}

fn no_membership(barred_by: Option<&str>) -> String {
    barred_by.map_or_else(
        || "Create an organisation or choose one first.".into(),
        |name| format!("{name} asks its members for a second factor. Set one up first."),
    )
}

/// A request by a confirmed member of an organisation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cx {
    visit: Visit,
    membership: Arc<Membership>,
    cause: Option<Arc<Cause>>,
}

/// What the program itself acts for: a rule of a workflow. Whatever is written down by such an act says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The run of the rule.
    pub run: RunId,
    /// The rule's name, as histories keep it.
    pub rule: String,
    /// The member whose act set it off in the end; none where the clock did.
    pub by: Option<MemberId>,
}

/// The answer of an [`AsMember`]: nothing where there is no such active member.
pub type MemberCx<'a> = Pin<Box<dyn Future<Output = Result<Option<Cx>>> + Send + 'a>>;

/// How the domain of members finds what one of them may.
pub type AsMember = for<'a> fn(&'a Site, OrganisationId, MemberId) -> MemberCx<'a>;

impl Cx {
    /// The context of the request that is being answered, or an error when no confirmed member asks.
    pub async fn current() -> Result<Cx> {
        Visit::current()?.member()
    }

    /// The program itself acting for an organisation: demo data and jobs. `reason` stands in for a request id.
    pub fn system(site: &Site, reason: &str, membership: Membership) -> Cx {
        let mut visit = Visit::new(site.clone(), reason, None);
        visit.reader = visit.reader_in(membership.organisation_id);
        Cx::acting(visit, Arc::new(membership))
    }

    /// What an active member of the organisation may, for telling them of nothing that they do not see; none of anybody else.
    pub async fn as_member(&self, member: MemberId) -> Result<Option<Cx>> {
        let site = self.visit.site();
        match site.as_member {
            Some(as_member) => as_member(site, self.organisation_id(), member).await,
            None => Ok(None),
        }
    }

    /// The same, acting for a rule.
    #[must_use]
    pub fn because_of(self, cause: Cause) -> Cx {
        Cx { cause: Some(Arc::new(cause)), ..self }
    }

    /// The rule that the program acts for, if it acts for one.
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_deref()
    }

    /// Who acts in a unit of work that is under way.
    pub(crate) fn acting(visit: Visit, membership: Arc<Membership>) -> Cx {
        Cx { visit, membership, cause: None }
    }

    /// Refuses to go on without the permission everywhere in the organisation.
    pub fn require(self, permission: Permission) -> Result<Cx> {
        if self.may(permission) { Ok(self) } else { Err(Error::Forbidden(permission.refusal().into())) }
    }

    /// Refuses to go on without the permission in this part of the organisation.
    pub fn require_in(self, permission: Permission, scope: Scope) -> Result<Cx> {
        if self.may_in(permission, scope) {
            Ok(self)
        } else {
            Err(Error::Forbidden(permission.refusal().into()))
        }
    }

    /// Like [`Visit::require_recent`]. The program itself, acting for an organisation, has nothing to prove; nor has another
    /// program, since whoever made its key has proved who they are for all that the key may do.
    pub fn require_recent(&self) -> Result<()> {
        match self.visit.session() {
            Some(_) => self.visit.require_recent().map(drop),
            None => Ok(()),
        }
    }

    /// Whether the member has the permission everywhere in the organisation.
    pub fn may(&self, permission: Permission) -> bool {
        self.membership.permissions.has(permission)
    }

    /// Whether the member has the permission in this part of the organisation, or everywhere.
    pub fn may_in(&self, permission: Permission, scope: Scope) -> bool {
        self.may(permission) || ScopedGrant::any(&self.membership.grants, permission, scope)
    }

    /// Whether the member has the permission in some part of the organisation at least.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.may(permission) || self.membership.grants.iter().any(|grant| grant.permissions.has(permission))
    }

    /// Says where the member is and what they do there, to the open pages that may know. Gives who is there, and what they do.
    pub async fn appear(&self, topic: Topic, doing: Doing) -> Result<Vec<(MemberId, Doing)>> {
        let presence = live::Presence {
            topic: topic.name.clone(),
            member_id: self.member_id().uuid(),
            doing: doing.into(),
            hearers: topic.hearers,
        };
        // Telling other servers takes a connection of its own.
        self.visit.rest().await;
        let (hub, organisation) = (self.visit.site.hub(), self.organisation_id().uuid());
        hub.appear(organisation, presence).await?;
        let present = hub.present(organisation, &topic.name);
        Ok(present.into_iter().map(|(id, doing)| (id.into(), doing.into())).collect())
    }

    /// Whether the member hears of what is told to `hearers`.
    pub fn hears(&self, hearers: &live::Hearers) -> bool {
        match hearers {
            live::Hearers::Everyone => true,
            live::Hearers::Permission(key) => self.hears_by(key),
            live::Hearers::Member(id) => *id == self.member_id().uuid(),
            live::Hearers::Members(ids) => ids.contains(&self.member_id().uuid()),
        }
    }

    /// Whether the member has what [`Topic::of`] or [`Topic::within`] wrote. What this build cannot read is for nobody.
    fn hears_by(&self, key: &str) -> bool {
        match key.split_once('@') {
            None => key.parse().is_ok_and(|permission| self.may_somewhere(permission)),
            Some((key, scopes)) => key.parse().is_ok_and(|permission| {
                scopes.split(',').any(|scope| scope.parse().is_ok_and(|scope| self.may_in(permission, scope)))
            }),
        }
    }

    /// How many messages the member has not seen.
    pub async fn unread_messages(&self) -> Result<i64> {
        match self.visit.site.unread_messages {
            Some(count) => count(self).await,
            None => Ok(0),
        }
    }

    /// The organisation every statement names.
    pub fn organisation_id(&self) -> OrganisationId {
        self.membership.organisation_id
    }

    /// The member who asks.
    pub fn member_id(&self) -> MemberId {
        self.membership.member_id
    }

    /// The member who asks; none where the program itself acts.
    pub fn actor_id(&self) -> Option<MemberId> {
        Some(self.member_id()).filter(|id| !id.uuid().is_nil())
    }

    /// The membership with its organisation's settings.
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// The request.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Where single statements of this organisation read.
    pub fn db(&self) -> &db::Reader {
        self.visit.db()
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.visit.now()
    }

    /// Now, in the organisation's time zone, for pages.
    pub fn today(&self) -> Today {
        let now = self.now();
        Today { now, offset_secs: self.offset_at(now) }
    }

    /// What clocks in the organisation's time zone show at an instant.
    pub fn local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.naive_utc() + Duration::seconds(self.offset_at(instant).into())
    }

    /// The instant at which clocks in the organisation's time zone show this: the first one where the hour comes twice; where
    /// it is left out, the one that is as far behind the leap.
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        crate::when::instant(local, |instant| self.offset_at(instant))
    }

    fn offset_at(&self, instant: DateTime<Utc>) -> i32 {
        (self.visit.site.offset_of)(&self.membership.settings.time_zone, instant)
    }

    /// A new id.
    pub fn new_id<I: From<Uuid>>(&self) -> I {
        self.visit.new_id()
    }

    /// Begins a unit of work in this organisation.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(self.visit.begin().await?.by(self.membership.clone()))
    }
}

/// The id of the request that is being answered, for log lines written where no context is at hand.
pub(crate) fn request_id() -> String {
    Visit::current().map_or_else(|_| "none".into(), |visit| visit.request_id().into())
}

//! The context: who asks, for which organisation, with which rights, on which database, at what time.
//!
//! [`Site`] is the running program, [`Visit`] one request to it, [`Cx`] a visit by a confirmed member.
//! A domain gets the database only from here, so a query without a tenant has no way in.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use http::request::Parts;
use leptos::{prelude::use_context, reactive::owner::with_context};
use uuid::{ContextV7, Timestamp, Uuid};

use crate::{
    AccountId, Agent, Clock, Count, Doing, Error, MemberId, Membership, OrganisationId, Permission,
    RecordKind, Result, Scope, ScopedGrant, Session, Today, Topic, Tx, Vault, privacy::PersonRows,
};

/// How long an act that asks for it believes that the person is still the one who logged in.
const RECENT: Duration = Duration::minutes(10);

/// How long news is kept for who was away.
const NEWS_KEPT: Duration = Duration::days(1);

/// What the running program has: database, clock, live events. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    db: db::Db,
    clock: Arc<dyn Clock>,
    hub: live::Hub,
    queue: jobs::Queue,
    base_url: Arc<str>,
    /// Counts within a millisecond, so that order by id is order in time.
    ids: Arc<Mutex<ContextV7>>,
    offset_of: fn(&str, DateTime<Utc>) -> i32,
    vault: Vault,
    person_rows: &'static [&'static [PersonRows]],
    record_kinds: &'static [RecordKind],
    unread_messages: Option<Count>,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Site {
    /// Puts the parts together. `base_url` is the address people type, without a slash at the end.
    pub fn new(db: db::Db, clock: Arc<dyn Clock>, base_url: &str) -> Self {
        Site {
            hub: live::Hub::new(db.clone()),
            queue: jobs::Queue::new(db.clone()),
            db,
            clock,
            base_url: base_url.into(),
            ids: Arc::default(),
            offset_of,
            vault: Vault::default(),
            person_rows: &[],
            record_kinds: &[],
            unread_messages: None,
        }
    }

    /// The same program with the keys that seal its secrets.
    #[must_use]
    pub fn with_vault(self, vault: Vault) -> Self {
        Site { vault, ..self }
    }

    /// The same program with what each domain keeps about people.
    #[must_use]
    pub fn with_person_rows(self, person_rows: &'static [&'static [PersonRows]]) -> Self {
        Site { person_rows, ..self }
    }

    /// The same program with the kinds of records that something can hang on.
    #[must_use]
    pub fn with_record_kinds(self, record_kinds: &'static [RecordKind]) -> Self {
        Site { record_kinds, ..self }
    }

    /// The same program with what counts a member's new messages.
    #[must_use]
    pub fn with_unread_messages(self, count: Count) -> Self {
        Site { unread_messages: Some(count), ..self }
    }

    /// The kind of records that is called `kind`.
    pub(crate) fn record_kind(&self, kind: &str) -> Option<&'static RecordKind> {
        self.record_kinds.iter().find(|known| known.kind == kind)
    }

    /// What all domains keep about people.
    pub fn person_rows(&self) -> impl Iterator<Item = &'static PersonRows> + use<> {
        self.person_rows.iter().copied().flatten()
    }

    /// What seals secrets.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The database, for the program itself: migrations, health, workers.
    pub fn db(&self) -> &db::Db {
        &self.db
    }

    /// Where open pages are told what happened.
    pub fn hub(&self) -> &live::Hub {
        &self.hub
    }

    /// The jobs of the program.
    pub fn queue(&self) -> &jobs::Queue {
        &self.queue
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The address people type, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Reads the rows of `scope`, for what must be known before there is a visit: who asks, and where they belong.
    pub fn reader(&self, scope: db::Scope) -> db::Reader {
        self.db.reader(scope)
    }

    /// Every living organisation with its name, for what the program itself does for each of them.
    pub async fn organisations(&self) -> Result<Vec<(OrganisationId, String)>> {
        let reader = self.reader(db::Scope::registry());
        Ok(db::sql("select id, name from organisation where deleted_at is null order by name, id")
            .all(&reader)
            .await?)
    }

    /// Forgets news that nobody who is still there can have missed, notifications that nobody looks for any more, and
    /// keys of acts that nobody sends again.
    pub async fn forget_news(&self) -> Result<()> {
        for (organisation, _) in self.organisations().await? {
            let mut tx = self.db.begin_in(db::Scope::organisation(organisation.uuid())).await?;
            live::outbox::sweep(&mut tx, organisation.uuid(), self.now() - NEWS_KEPT).await?;
            crate::notice::sweep(&mut tx, organisation, self.now()).await?;
            crate::once::sweep(&mut tx, organisation, self.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn new_uuid(&self) -> Uuid {
        let now = self.now();
        let nanos = now.timestamp_subsec_nanos();
        let ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*ids, now.timestamp().unsigned_abs(), nanos))
    }
}

/// Seconds east of UTC that `zone` has at `instant`; an unknown zone counts as UTC.
fn offset_of(zone: &str, instant: DateTime<Utc>) -> i32 {
    use chrono::{Offset, TimeZone};
    zone.parse::<chrono_tz::Tz>()
        .map_or(0, |zone| zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc())
}

/// One request: perhaps nobody is logged in. Only identity starts from here; every other domain asks for [`Cx`].
#[derive(Debug, Clone)]
pub struct Visit {
    site: Site,
    request_id: Arc<str>,
    session: Option<Arc<Session>>,
    agent: Option<Arc<Agent>>,
    /// The row of the act's key, if its caller sent one: the act's transaction notes there that it was done.
    act: Option<Uuid>,
    reader: db::Reader,
}

impl Visit {
    /// A request to `site` by whoever `session` says.
    pub fn new(site: Site, request_id: &str, session: Option<Session>) -> Self {
        let reader = site.reader(session.as_ref().map(Session::scope).unwrap_or_default());
        let session = session.map(Arc::new);
        Visit { site, request_id: request_id.into(), session, agent: None, act: None, reader }
    }

    /// The same with the reader that found out who asks, so that its connection serves the whole request.
    pub fn with_reader(site: Site, request_id: &str, session: Session, reader: db::Reader) -> Self {
        Visit { session: Some(Arc::new(session)), reader, ..Visit::new(site, request_id, None) }
    }

    /// A request by a program, with the reader that found out which.
    pub fn by_agent(site: Site, request_id: &str, agent: Agent, reader: db::Reader) -> Self {
        Visit { agent: Some(Arc::new(agent)), reader, ..Visit::new(site, request_id, None) }
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
            return Ok(Cx { visit: self.clone(), membership: Arc::new(agent.membership.clone()) });
        }
        let session = self.session.clone().ok_or(Error::Unauthenticated)?;
        let membership = session
            .membership
            .clone()
            .ok_or_else(|| Error::Forbidden(no_membership(session.barred_by.as_deref())))?;
        Ok(Cx { visit: self.clone(), membership: Arc::new(membership) })
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
}

impl Cx {
    /// The context of the request that is being answered, or an error when no confirmed member asks.
    pub async fn current() -> Result<Cx> {
        Visit::current()?.member()
    }

    /// The program itself acting for an organisation: demo data and jobs. `reason` stands in for a request id.
    pub fn system(site: &Site, reason: &str, membership: Membership) -> Cx {
        let mut visit = Visit::new(site.clone(), reason, None);
        visit.reader = visit.reader_in(membership.organisation_id);
        Cx { visit, membership: Arc::new(membership) }
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

    /// Says where the member is and what they do there, to the open pages that may know. Gives who is there, and whether
    /// they are writing.
    pub async fn appear(&self, topic: Topic, doing: Doing) -> Result<Vec<(MemberId, bool)>> {
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
        Ok(present.into_iter().map(|(id, doing)| (id.into(), doing == live::Doing::Typing)).collect())
    }

    /// Whether the member hears of what is told to `hearers`.
    pub fn hears(&self, hearers: &live::Hearers) -> bool {
        match hearers {
            live::Hearers::Everyone => true,
            live::Hearers::Permission(key) => {
                key.parse().is_ok_and(|permission| self.may_somewhere(permission))
            }
            live::Hearers::Member(id) => *id == self.member_id().uuid(),
            live::Hearers::Members(ids) => ids.contains(&self.member_id().uuid()),
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
        let zone = &self.membership.settings.time_zone;
        Today { now, offset_secs: (self.visit.site.offset_of)(zone, now) }
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

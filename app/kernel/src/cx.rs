//! The context: who asks, for which organisation, with which rights, on which database, at what time.
//!
//! [`Site`] is the running program, [`Visit`] one request to it, [`Cx`] a visit by a confirmed member.
//! A domain gets the database only from here, so a query without a tenant has no way in.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use http::request::Parts;
use leptos::prelude::use_context;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::{
    AccountId, BrandName, Clock, Error, Event, Mail, MemberId, OrganisationId, Permission, Result, Role,
    SessionId, Settings, Today,
};

/// What the running program has: database, clock, live events. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    db: db::Db,
    clock: Arc<dyn Clock>,
    hub: live::Hub,
    base_url: Arc<str>,
    /// Counts within a millisecond, so that order by id is order in time.
    ids: Arc<Mutex<ContextV7>>,
    offset_of: fn(&str, DateTime<Utc>) -> i32,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Site {
    /// Puts the parts together. `base_url` is the address people type, without a slash at the end.
    pub fn new(db: db::Db, clock: Arc<dyn Clock>, hub: live::Hub, base_url: &str) -> Self {
        Site { db, clock, hub, base_url: base_url.into(), ids: Arc::default(), offset_of }
    }

    /// The database, for the program itself: migrations, health, workers.
    pub fn db(&self) -> &db::Db {
        &self.db
    }

    /// Where open pages are told what happened.
    pub fn hub(&self) -> &live::Hub {
        &self.hub
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The address people type, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
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

/// A person who is logged in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The log-in on this device.
    pub id: SessionId,
    /// The person.
    pub account_id: AccountId,
    /// Full name.
    pub name: String,
    /// Address they log in with.
    pub email: String,
    /// The organisation they work in now; none before they have joined one.
    pub membership: Option<Membership>,
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
    /// What they may do.
    pub role: Role,
    /// How the organisation writes dates, times and money, in the person's own time zone.
    pub settings: Settings,
    /// The brand whose colours the pages have, if any.
    pub brand: Option<BrandName>,
}

/// One request: perhaps nobody is logged in. Only identity starts from here; every other domain asks for [`Cx`].
#[derive(Debug, Clone)]
pub struct Visit {
    site: Site,
    request_id: Arc<str>,
    session: Option<Arc<Session>>,
}

impl Visit {
    /// A request to `site` by whoever `session` says.
    pub fn new(site: Site, request_id: &str, session: Option<Session>) -> Self {
        Visit { site, request_id: request_id.into(), session: session.map(Arc::new) }
    }

    /// The visit of the request that is being answered.
    pub fn current() -> Result<Visit> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<Visit>().cloned())
            .or_else(use_context::<Visit>)
            .ok_or_else(|| Error::Internal { reference: "no visit".into() })
    }

    /// The person, if somebody is logged in.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_deref()
    }

    /// The person, or [`Error::Unauthenticated`].
    pub fn require_session(&self) -> Result<&Session> {
        self.session().ok_or(Error::Unauthenticated)
    }

    /// The context of a confirmed member, or why there is none.
    pub fn member(&self) -> Result<Cx> {
        let session = self.session.clone().ok_or(Error::Unauthenticated)?;
        let membership = session
            .membership
            .clone()
            .ok_or_else(|| Error::Forbidden("Create an organisation or choose one first.".into()))?;
        Ok(Cx { visit: self.clone(), membership: Arc::new(membership) })
    }

    /// The running program.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The database outside any organisation: accounts, sessions, memberships.
    pub fn db(&self) -> &db::Db {
        &self.site.db
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

    /// Begins a unit of work outside any organisation.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx { unit: self.site.db.begin().await?, visit: self.clone(), membership: None, news: Vec::new() })
    }
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
        Cx { visit: Visit::new(site.clone(), reason, None), membership: Arc::new(membership) }
    }

    /// Refuses to go on without the permission.
    pub fn require(self, permission: Permission) -> Result<Cx> {
        if self.membership.role.may(permission) {
            Ok(self)
        } else {
            Err(Error::Forbidden(permission.refusal().into()))
        }
    }

    /// Whether the member has the permission, for pages that offer only what works.
    pub fn may(&self, permission: Permission) -> bool {
        self.membership.role.may(permission)
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

    /// Where single statements of this organisation run.
    pub fn db(&self) -> &db::Db {
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
        let mut tx = self.visit.begin().await?;
        tx.membership = Some(self.membership.clone());
        Ok(tx)
    }
}

/// A unit of work: changes, the record of them and the jobs they cause, all or nothing.
#[derive(Debug)]
pub struct Tx {
    unit: db::Tx,
    visit: Visit,
    membership: Option<Arc<Membership>>,
    news: Vec<live::News>,
}

impl<'a> From<&'a mut Tx> for db::On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        (&mut tx.unit).into()
    }
}

impl Tx {
    /// Writes down what the member did, and tells open pages after the commit.
    pub async fn record(&mut self, event: Event) -> Result<()> {
        let membership = self.membership.clone();
        let membership = membership.ok_or_else(|| Error::Internal {
            reference: format!("{} outside an organisation", event.kind),
        })?;
        db::sql(
            "insert into event (id, organisation_id, kind, subject_kind, subject_id, actor_id, request_id, data, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(self.visit.new_id::<Uuid>())
        .bind(membership.organisation_id)
        .bind(event.kind)
        .bind(event.subject_kind)
        .bind(event.subject_id)
        .bind(membership.member_id)
        .bind(self.visit.request_id())
        .bind(event.data)
        .bind(self.visit.now())
        .exactly_one(&mut self.unit)
        .await?;
        if !event.topic.is_empty() {
            self.news.push(live::News {
                organisation_id: membership.organisation_id.uuid(),
                topic: event.topic,
                kind: event.kind.into(),
                subject_id: event.subject_id,
                actor_id: Some(membership.member_id.uuid()),
            });
        }
        Ok(())
    }

    /// Enqueues a mail; it goes out after the commit.
    pub async fn send(&mut self, mail: &Mail) -> Result<()> {
        let payload = serde_json::to_value(mail).map_err(|cause| {
            tracing::error!(error = %cause, "Mail cannot be written as JSON");
            Error::Internal { reference: self.visit.request_id().into() }
        })?;
        let now = self.visit.now();
        db::sql(
            "insert into job (id, kind, payload, organisation_id, run_at, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.visit.new_id::<Uuid>())
        .bind(Mail::JOB)
        .bind(payload)
        .bind(self.membership.as_ref().map(|membership| membership.organisation_id))
        .bind(now)
        .bind(now)
        .exactly_one(&mut self.unit)
        .await?;
        Ok(())
    }

    /// Makes it so, then tells open pages.
    pub async fn commit(self) -> Result<()> {
        self.unit.commit().await?;
        for news in self.news {
            self.visit.site.hub.tell(news);
        }
        Ok(())
    }
}

/// The id of the request that is being answered, for log lines written where no context is at hand.
pub(crate) fn request_id() -> String {
    Visit::current().map_or_else(|_| "none".into(), |visit| visit.request_id().into())
}

//! The running program: its database, its clock, its live news, and what its domains have published.

use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use db::Known;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::{
    Agent, AsMember, Bookings, Clock, Count, Enclosures, Hooks, Moment, OnEvent, Openings, OrganisationId,
    PlaceKind, Recent, RecordKind, Result, Session, Vault, Whereabouts, privacy::PersonRows,
};

/// The largest file that is taken where the settings name no other size, in bytes.
const MAX_FILE_BYTES: i64 = 2 * 1024 * 1024 * 1024;

/// How many designs are remembered: they may be large.
const DESIGNS: usize = 200;

/// How long news is kept for who was away.
const NEWS_KEPT: Duration = Duration::days(1);

/// What the running program has: database, clock, live events. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub(crate) db: db::Db,
    clock: Arc<dyn Clock>,
    pub(crate) hub: live::Hub,
    queue: jobs::Queue,
    base_url: Arc<str>,
    /// Counts within a millisecond, so that order by id is order in time.
    ids: Arc<Mutex<ContextV7>>,
    pub(crate) offset_of: fn(&str, DateTime<Utc>) -> i32,
    vault: Vault,
    whereabouts: Whereabouts,
    sessions: Recent<Session>,
    agents: Recent<Agent>,
    designs: Recent<dyn Any + Send + Sync>,
    pub(crate) as_member: Option<AsMember>,
    person_rows: &'static [&'static [PersonRows]],
    record_kinds: &'static [RecordKind],
    place_kinds: &'static [PlaceKind],
    pub(crate) enclosures: Option<Enclosures>,
    pub(crate) hooks: Option<Hooks>,
    pub(crate) bookings: Option<Bookings>,
    pub(crate) openings: Option<Openings>,
    pub(crate) unread_messages: Option<Count>,
    max_file_bytes: i64,
    pub(crate) on_event: Option<OnEvent>,
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
            whereabouts: Whereabouts::default(),
            sessions: Recent::default(),
            agents: Recent::default(),
            designs: Recent::of_most(DESIGNS),
            as_member: None,
            person_rows: &[],
            record_kinds: &[],
            place_kinds: &[],
            enclosures: None,
            hooks: None,
            bookings: None,
            openings: None,
            unread_messages: None,
            max_file_bytes: MAX_FILE_BYTES,
            on_event: None,
        }
    }

    /// The same program with the keys that seal its secrets.
    #[must_use]
    pub fn with_vault(self, vault: Vault) -> Self {
        Site { vault, ..self }
    }

    /// The same program with what finds what another member may.
    #[must_use]
    pub fn with_as_member(self, as_member: AsMember) -> Self {
        Site { as_member: Some(as_member), ..self }
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

    /// The same program with what keeps the files that records enclose.
    #[must_use]
    pub fn with_enclosures(self, enclosures: Enclosures) -> Self {
        Site { enclosures: Some(enclosures), ..self }
    }

    /// The same program with what keeps what other programs tell it.
    #[must_use]
    pub fn with_hooks(self, hooks: Hooks) -> Self {
        Site { hooks: Some(hooks), ..self }
    }

    /// The same program with what keeps the times that are booked for items.
    #[must_use]
    pub fn with_bookings(self, bookings: Bookings) -> Self {
        Site { bookings: Some(bookings), ..self }
    }

    /// The same program with what knows when people work.
    #[must_use]
    pub fn with_openings(self, openings: Openings) -> Self {
        Site { openings: Some(openings), ..self }
    }

    /// The same program with the kinds of places that roles can be given for, beyond those of identity itself.
    #[must_use]
    pub fn with_place_kinds(self, place_kinds: &'static [PlaceKind]) -> Self {
        Site { place_kinds, ..self }
    }

    /// What domains publish as such places.
    pub(crate) fn place_kinds(&self) -> &'static [PlaceKind] {
        self.place_kinds
    }

    /// The same program with what counts a member's new messages.
    #[must_use]
    pub fn with_unread_messages(self, count: Count) -> Self {
        Site { unread_messages: Some(count), ..self }
    }

    /// The same program with the largest file that it takes, in bytes.
    #[must_use]
    pub fn with_max_file_bytes(self, max_file_bytes: i64) -> Self {
        Site { max_file_bytes, ..self }
    }

    /// The largest file that it takes, in bytes.
    pub fn max_file_bytes(&self) -> i64 {
        self.max_file_bytes
    }

    /// The same program with what else happens when something is recorded.
    #[must_use]
    pub fn with_on_event(self, on_event: OnEvent) -> Self {
        Site { on_event: Some(on_event), ..self }
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

    /// Where the holders of tokens were last.
    pub fn whereabouts(&self) -> &Whereabouts {
        &self.whereabouts
    }

    /// The sessions of a moment ago.
    pub fn sessions(&self) -> &Recent<Session> {
        &self.sessions
    }

    /// The programs of a moment ago.
    pub fn agents(&self) -> &Recent<Agent> {
        &self.agents
    }

    /// How work runs, as it was a moment ago: what the domains make of it, each under names of its own.
    pub fn designs(&self) -> &Recent<dyn Any + Send + Sync> {
        &self.designs
    }

    /// Now, as what is remembered of this counts it.
    pub fn moment(&self, known: Known) -> Moment {
        Moment::new(&self.db, known, self.now())
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

    /// Seconds east of UTC that clocks have in a zone at an instant, for rules that know no site; an unknown zone counts as
    /// UTC.
    pub fn offsets(&self) -> fn(&str, DateTime<Utc>) -> i32 {
        self.offset_of
    }

    pub(crate) fn new_uuid(&self) -> Uuid {
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

//! Bookings: whoever may book a team's time makes them, gives those without a time one, and changes their own; whoever plans
//! for the team changes all.

mod room;
mod told;

pub use room::{free_times, slots};
pub(crate) use told::record;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{
    BOOKING_DONE, BookingId, Cx, Error, ItemId, JobTypeId, MemberId, OrNotFound, Permission, Record, Result,
    Scope, Tx,
};
use uuid::Uuid;

use super::{local, meanwhile};
use crate::{
    model::{BookingCard, BookingState, ItemBookings, ItemName, JobType},
    repo::{
        self,
        booking::{Kept, Wanted},
    },
    rules::{self, Span},
};
use room::make_room;
use told::{item_title, item_topic, tell_member};

/// What is booked for.
const ITEM: &str = "item";
/// As many bookings of one item are shown.
const MOST_OF_ITEM: usize = 100;

/// What a booking says, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// When it begins, if it has a time.
    pub starts: Option<DateTime<Utc>>,
    /// How long it takes, if that is said.
    pub minutes: Option<i64>,
    /// Who does it, if that is said.
    pub member: Option<MemberId>,
    /// What one should know.
    pub note: String,
}

impl Form {
    /// Reads what people type; all mistakes at once.
    pub fn read(cx: &Cx, starts: &str, minutes: &str, member: &str, note: &str) -> Result<Form> {
        let when = rules::both(read_starts(cx, starts), rules::read_minutes(minutes));
        let who = rules::both(read_member(member), rules::read_note(note));
        let ((starts, minutes), (member, note)) = rules::both(when, who)?;
        Ok(Form { starts, minutes, member, note })
    }
}

/// The instant of what clocks show; none where nothing is said.
fn read_starts(cx: &Cx, text: &str) -> Result<Option<DateTime<Utc>>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    rules::read_time("starts", text).map(|local| Some(cx.instant(local)))
}

fn read_member(text: &str) -> Result<Option<MemberId>> {
    let unknown = |_| Error::invalid("member", "Choose a member of the team.");
    if text.trim().is_empty() { Ok(None) } else { text.trim().parse().map(Some).map_err(unknown) }
}

/// Bookings as the viewer sees them, in the same order.
pub(crate) async fn cards(cx: &Cx, bookings: Vec<Kept>) -> Result<Vec<BookingCard>> {
    let names = names(cx, bookings.iter().filter_map(|booking| booking.item_id)).await?;
    Ok(bookings.into_iter().map(|kept| card(cx, kept, &names)).collect())
}

/// What items are called that the viewer may see.
pub(crate) async fn names(cx: &Cx, items: impl Iterator<Item = ItemId>) -> Result<Vec<ItemName>> {
    if !cx.may(Permission::ItemView) {
        return Ok(Vec::new());
    }
    let mut ids: Vec<Uuid> = items.map(ItemId::uuid).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = cx.record_names(ITEM, &ids).await?;
    Ok(names.into_iter().map(|it| ItemName { id: it.id.into(), key: it.key, title: it.title }).collect())
}

fn card(cx: &Cx, kept: Kept, names: &[ItemName]) -> BookingCard {
    let mine = may_change(cx, &kept);
    BookingCard {
        id: kept.id,
        job_type_id: kept.job_type_id,
        job_type: kept.job_type,
        team_id: kept.team_id,
        member_id: kept.member_id,
        item: kept.item_id.and_then(|id| names.iter().find(|name| name.id == id)).cloned(),
        note: kept.note,
        state: kept.state,
        minutes: kept.minutes,
        starts: kept.at.map(|(starts, _)| local(cx, starts)),
        // Where clocks are set back it may seem to end before it begins.
        ends: kept.at.map(|(starts, ends)| local(cx, ends).max(local(cx, starts).plus(1))),
        version: kept.version,
        mine,
    }
}

async fn shown(cx: &Cx, id: BookingId) -> Result<BookingCard> {
    let kept = repo::booking::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()?;
    cards(cx, vec![kept]).await?.pop().or_not_found()
}

fn may_change(cx: &Cx, kept: &Kept) -> bool {
    let (me, team) = (Some(cx.member_id()), Scope::Team(kept.team_id));
    let open = kept.state == BookingState::Wanted || kept.created_by.is_none();
    cx.may_in(Permission::CalendarPlan, team)
        || (cx.may_in(Permission::CalendarBook, team)
            && (open || kept.created_by == me || kept.member_id == me))
}

/// A booking that was not called off.
pub async fn get(cx: &Cx, id: BookingId) -> Result<Kept> {
    let kept = there(cx, id).await?;
    if kept.state == BookingState::Cancelled { Err(Error::NotFound) } else { Ok(kept) }
}

/// A booking, called off or not.
async fn there(cx: &Cx, id: BookingId) -> Result<Kept> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    repo::booking::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()
}

/// What is somebody else's is not there to be changed.
fn allowed(cx: &Cx, kept: &Kept) -> Result<()> {
    if may_change(cx, kept) { Ok(()) } else { Err(Error::NotFound) }
}

/// Whoever may book nothing learns that first.
fn books_something(cx: &Cx) -> Result<()> {
    if cx.may_somewhere(Permission::CalendarBook) {
        return Ok(());
    }
    Err(Error::Forbidden(Permission::CalendarBook.refusal().into()))
}

/// A booking that the member may change, and that has not ended.
async fn changeable(cx: &Cx, id: BookingId) -> Result<Kept> {
    let cx = &cx.clone().require(Permission::CalendarView)?;
    books_something(cx)?;
    let kept = get(cx, id).await?;
    allowed(cx, &kept)?;
    if kept.state == BookingState::Done {
        return Err(Error::Conflict("It is done. Bring it back to change it.".into()));
    }
    Ok(kept)
}

/// Bookings in the order in which they were made, newest first or last; one more than the limit if there is.
pub async fn list(cx: &Cx, item: Option<&str>, wanted: Wanted) -> Result<Vec<Kept>> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    let mut wanted = wanted;
    if let Some(key) = item {
        wanted.item_id = Some(item_of(&cx, key).await?.id.into());
    }
    repo::booking::list(cx.db(), cx.organisation_id(), &wanted).await
}

/// The item with this key that the member may see.
async fn item_of(cx: &Cx, key: &str) -> Result<Record> {
    cx.record(ITEM, key.trim()).await.map_err(|error| match error {
        Error::NotFound | Error::Forbidden(_) => {
            Error::invalid("item", "There is no item with this key that you may see.")
        }
        error => error,
    })
}

/// Books work of a job type. Done again with the same `key`, it is booked once.
pub async fn add(
    cx: &Cx,
    job_type: &str,
    item: &str,
    form: Result<Form>,
    key: Option<Uuid>,
) -> Result<BookingCard> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    books_something(&cx)?;
    let form = form?;
    let unknown = || Error::invalid("job_type", "Choose what is to be done.");
    let id: JobTypeId = job_type.trim().parse().map_err(|_| unknown())?;
    let job_type = job_type_of(&cx, id).await?;
    let cx = cx.require_in(Permission::CalendarBook, Scope::Team(job_type.team_id))?;
    let item = if item.trim().is_empty() { None } else { Some(item_of(&cx, item).await?) };
    let minutes = form.minutes.unwrap_or(job_type.minutes);
    let at = form.starts.map(|starts| span(starts, minutes));
    let booking = Kept {
        id: cx.new_id(),
        job_type_id: job_type.id,
        job_type: job_type.name,
        team_id: job_type.team_id,
        member_id: form.member,
        item_id: item.as_ref().map(|item| item.id.into()),
        step_id: None,
        note: form.note,
        state: if at.is_some() { BookingState::Booked } else { BookingState::Wanted },
        minutes,
        at,
        created_at: cx.now(),
        created_by: Some(cx.member_id()),
        updated_at: cx.now(),
        version: 1,
    };
    let mut tx = cx.begin().await?;
    if let Some(done) = tx.once(key, booking.id.uuid()).await? {
        drop(tx);
        return shown(&cx, done.into()).await;
    }
    make_room(&mut tx, &cx, &booking).await?;
    repo::booking::insert(&mut tx, &cx, &booking).await?;
    tell_member(&mut tx, &cx, &booking, item_title(&cx, &booking).await?.as_deref(), None).await?;
    record(&mut tx, &cx, "booking.created", &booking, item.map(|item| item.topic)).await?;
    tx.commit().await?;
    shown(&cx, booking.id).await
}

async fn job_type_of(cx: &Cx, id: JobTypeId) -> Result<JobType> {
    let found = repo::job_type::get(cx.db(), cx.organisation_id(), id).await;
    found.map_err(|error| match error {
        Error::NotFound => {
            Error::invalid("job_type", "This is not offered any more. Choose what is to be done.")
        }
        error => error,
    })
}

/// The time of so many minutes from an instant on.
fn span(starts: DateTime<Utc>, minutes: i64) -> Span {
    (starts, starts + TimeDelta::minutes(minutes))
}

/// Writes what a booking of this version says now; without a time it waits for one again.
pub async fn change(cx: &Cx, id: BookingId, version: i64, form: Result<Form>) -> Result<BookingCard> {
    let kept = changeable(cx, id).await?;
    rewrite(cx, kept, version, form?).await
}

async fn rewrite(cx: &Cx, kept: Kept, version: i64, form: Form) -> Result<BookingCard> {
    let minutes = form.minutes.unwrap_or(kept.minutes);
    let at = form.starts.map(|starts| span(starts, minutes));
    let state = if at.is_some() { BookingState::Booked } else { BookingState::Wanted };
    let booking = Kept { member_id: form.member, note: form.note, minutes, at, state, ..kept.clone() };
    let kind = match (kept.at, booking.at) {
        (None, Some(_)) => "booking.planned",
        (Some(_), None) => "booking.unplanned",
        (before, now) if before != now => "booking.moved",
        _ => "booking.changed",
    };
    write(cx, kind, version, &kept, booking).await
}

/// Gives a booking of this version a time, another one, or none.
pub async fn plan(cx: &Cx, id: BookingId, version: i64, starts: &str, minutes: i64) -> Result<BookingCard> {
    let kept = changeable(cx, id).await?;
    let (starts, minutes) = rules::both(read_starts(cx, starts), rules::check_minutes(minutes))?;
    let form = Form { starts, minutes: Some(minutes), member: kept.member_id, note: kept.note.clone() };
    rewrite(cx, kept, version, form).await
}

/// Says that a booking is done. What hears of it may let its item go on.
pub async fn finish(cx: &Cx, id: BookingId, version: i64) -> Result<BookingCard> {
    let kept = changeable(cx, id).await?;
    if kept.state != BookingState::Booked {
        return Err(Error::Conflict("It has no time yet. Give it one first.".into()));
    }
    let booking = Kept { state: BookingState::Done, ..kept.clone() };
    write(cx, BOOKING_DONE, version, &kept, booking).await
}

/// Calls a booking off, only that of a version if one is named. [`restore`] brings it back.
pub async fn cancel(cx: &Cx, id: BookingId, version: Option<i64>) -> Result<()> {
    let kept = changeable(cx, id).await?;
    let booking = Kept { state: BookingState::Cancelled, ..kept.clone() };
    write(cx, "booking.cancelled", version.unwrap_or(kept.version), &kept, booking).await?;
    Ok(())
}

/// Brings back a booking that was called off or done: at its time, if there is still room, else without one.
pub async fn restore(cx: &Cx, id: BookingId) -> Result<BookingCard> {
    let cx = &cx.clone().require(Permission::CalendarView)?;
    books_something(cx)?;
    let kept = there(cx, id).await?;
    allowed(cx, &kept)?;
    if !matches!(kept.state, BookingState::Cancelled | BookingState::Done) {
        return Err(Error::NotFound);
    }
    let state = if kept.at.is_some() { BookingState::Booked } else { BookingState::Wanted };
    let booking = Kept { state, ..kept.clone() };
    write(cx, "booking.restored", kept.version, &kept, booking).await
}

/// Brings a booking back that was called off since its item left the step, if its time is still free. Tells whether it is.
pub(crate) async fn take_up(tx: &mut Tx, cx: &Cx, left: Kept) -> Result<bool> {
    let version = left.version;
    let booking = Kept { state: BookingState::Booked, ..left };
    match make_room(tx, cx, &booking).await {
        Ok(()) => {}
        Err(Error::Invalid(_)) => return Ok(false),
        Err(error) => return Err(error),
    }
    let is_back = repo::booking::update(&mut *tx, cx, version, &booking).await?;
    if is_back {
        record(tx, cx, "booking.restored", &booking, None).await?;
    }
    Ok(is_back)
}

async fn write(
    cx: &Cx,
    kind: &'static str,
    version: i64,
    before: &Kept,
    booking: Kept,
) -> Result<BookingCard> {
    if *before == booking && before.version == version {
        return shown(cx, booking.id).await;
    }
    let topic = item_topic(cx, booking.item_id).await?;
    let title = item_title(cx, &booking).await?;
    let mut tx = cx.begin().await?;
    if matches!(booking.state, BookingState::Wanted | BookingState::Booked) {
        make_room(&mut tx, cx, &booking).await?;
    }
    if !repo::booking::update(&mut tx, cx, version, &booking).await? {
        return Err(meanwhile());
    }
    if kind != BOOKING_DONE {
        tell_member(&mut tx, cx, &booking, title.as_deref(), Some(before)).await?;
    }
    record(&mut tx, cx, kind, &booking, topic).await?;
    tx.commit().await?;
    shown(cx, booking.id).await
}

/// The bookings of the item with this key.
pub async fn of_item(cx: &Cx, key: &str) -> Result<ItemBookings> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    let item = cx.record(ITEM, key).await.map_err(|error| match error {
        Error::Forbidden(_) => Error::NotFound,
        error => error,
    })?;
    let wanted = Wanted {
        item_id: Some(item.id.into()),
        states: vec![BookingState::Wanted, BookingState::Booked, BookingState::Done],
        limit: MOST_OF_ITEM,
        descending: true,
        ..Wanted::default()
    };
    let bookings = repo::booking::list(cx.db(), cx.organisation_id(), &wanted).await?;
    let mut bookings = cards(&cx, bookings).await?;
    bookings.truncate(MOST_OF_ITEM);
    bookings.sort_by_key(|card| (card.starts, card.id));
    let job_types = repo::job_type::list(cx.db(), cx.organisation_id()).await?;
    Ok(ItemBookings { key: key.to_owned(), bookings, job_types })
}

//! What people and programs do: authorise, validate, change, record.

pub mod timer;

use chrono::{Days, NaiveDate};
use kernel::{
    Cx, Error, Event, ItemId, MemberId, OrNotFound, Permission, Record, Result, TimeEntryId, Topic, Tx,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    model::{ItemName, ItemTime, Running, TimeEntry, Week},
    repo::{self, Kept, Wanted},
    rules,
};

/// What time is logged on.
const ITEM: &str = "item";

/// What an entry says, read and checked but for its day's room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// When.
    pub day: NaiveDate,
    /// How long.
    pub minutes: i64,
    /// At what.
    pub note: String,
}

impl Form {
    /// Reads what people type; all mistakes at once.
    pub fn read(cx: &Cx, duration: &str, day: &str, note: &str) -> Result<Form> {
        let minutes = rules::read_duration(duration);
        let day = rules::read_day(day, cx.today().date());
        let note = rules::read_note(note);
        let mut mistakes = Vec::new();
        for error in [minutes.as_ref().err(), day.as_ref().err(), note.as_ref().err()].into_iter().flatten() {
            if let Error::Invalid(fields) = error {
                mistakes.extend(fields.iter().cloned());
            }
        }
        match (minutes, day, note) {
            (Ok(minutes), Ok(day), Ok(note)) => Ok(Form { day, minutes, note }),
            _ => Err(Error::Invalid(mistakes)),
        }
    }
}

/// The item with this key, or with this id, that the member may see.
pub async fn item(cx: &Cx, text: &str) -> Result<Record> {
    let text = text.trim();
    let found = match text.parse::<Uuid>() {
        Ok(id) => cx.record_by_id(ITEM, id).await,
        Err(_) => cx.record(ITEM, text).await,
    };
    found.map_err(hidden)
}

/// Who may see no items learns nothing of one.
fn hidden(error: Error) -> Error {
    match error {
        Error::Forbidden(_) => Error::NotFound,
        error => error,
    }
}

/// Logs one's own time on an item. Done again with the same `key`, it is logged once.
pub async fn log(cx: &Cx, on: &str, form: Form, key: Option<Uuid>) -> Result<TimeEntry> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let record_of = item(&cx, on).await?;
    let id: TimeEntryId = cx.new_id();
    let mut tx = cx.begin().await?;
    if let Some(done) = tx.once(key, id.uuid()).await? {
        return Ok(repo::find(&mut tx, cx.organisation_id(), done.into()).await?.or_not_found()?.entry);
    }
    let entry = TimeEntry {
        id,
        member_id: cx.member_id(),
        item_id: record_of.id.into(),
        day: form.day,
        minutes: form.minutes,
        note: form.note,
        version: 1,
    };
    make_room(&mut tx, &cx, &entry).await?;
    repo::insert(&mut tx, &cx, &entry, cx.now()).await?;
    record(&mut tx, "item.time_logged", &entry, Some(record_of.topic)).await?;
    tx.commit().await?;
    Ok(entry)
}

/// Writes what an entry of this version says now.
pub async fn change(cx: &Cx, id: TimeEntryId, version: i64, form: Form) -> Result<TimeEntry> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let (kept, topic) = changeable(&cx, id).await?;
    if kept.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    let entry = TimeEntry { day: form.day, minutes: form.minutes, note: form.note, ..kept.entry.clone() };
    if entry == kept.entry && entry.version == version {
        return Ok(entry);
    }
    let mut tx = cx.begin().await?;
    make_room(&mut tx, &cx, &entry).await?;
    if !repo::update(&mut tx, &cx, version, &entry).await? {
        return Err(meanwhile());
    }
    record(&mut tx, "item.time_changed", &entry, topic).await?;
    tx.commit().await?;
    Ok(TimeEntry { version: version + 1, ..entry })
}

/// Deletes an entry, only that of a version if one is named. [`restore`] brings it back.
pub async fn delete(cx: &Cx, id: TimeEntryId, version: Option<i64>) -> Result<()> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let (kept, topic) = changeable(&cx, id).await?;
    if kept.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    let mut tx = cx.begin().await?;
    if !repo::delete(&mut tx, &cx, id, version).await? {
        return Err(meanwhile());
    }
    record(&mut tx, "item.time_deleted", &kept.entry, topic).await?;
    tx.commit().await
}

/// Brings a deleted entry back, if its day still has room.
pub async fn restore(cx: &Cx, id: TimeEntryId) -> Result<TimeEntry> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let (Kept { entry, .. }, topic) = changeable(&cx, id).await?;
    let mut tx = cx.begin().await?;
    make_room(&mut tx, &cx, &entry).await?;
    if !repo::restore(&mut tx, &cx, id).await? {
        return Err(Error::NotFound);
    }
    record(&mut tx, "item.time_restored", &entry, topic).await?;
    tx.commit().await?;
    Ok(TimeEntry { version: entry.version + 1, ..entry })
}

fn meanwhile() -> Error {
    Error::Conflict("It was changed meanwhile. Nothing was overwritten; look at it again.".into())
}

/// An entry that the member may change, one's own or whichever for who manages projects, with what pages of its item listen to.
async fn changeable(cx: &Cx, id: TimeEntryId) -> Result<(Kept, Option<Topic>)> {
    let kept = visible(cx, id).await?;
    if kept.entry.member_id != cx.member_id() && !cx.may(Permission::ProjectManage) {
        return Err(Error::NotFound);
    }
    let topic = topic(cx, kept.entry.item_id).await?;
    Ok((kept, topic))
}

/// What pages of an item listen to; nothing when it is gone.
async fn topic(cx: &Cx, item_id: ItemId) -> Result<Option<Topic>> {
    match cx.record_by_id(ITEM, item_id.uuid()).await.map_err(hidden) {
        Ok(record) => Ok(Some(record.topic)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An entry that the member may see, deleted or not: one's own, or one on an item that they may see.
async fn visible(cx: &Cx, id: TimeEntryId) -> Result<Kept> {
    let kept = repo::find(cx.db(), cx.organisation_id(), id).await?.or_not_found()?;
    if kept.entry.member_id != cx.member_id() && !cx.may(Permission::ProjectManage) {
        cx.record_by_id(ITEM, kept.entry.item_id.uuid()).await.map_err(hidden)?;
    }
    Ok(kept)
}

/// One entry.
pub async fn get(cx: &Cx, id: TimeEntryId) -> Result<Kept> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let kept = visible(&cx, id).await?;
    if kept.deleted_at.is_some() { Err(Error::NotFound) } else { Ok(kept) }
}

/// A page of entries: of an item that the member may see, or one's own; of everybody for who manages projects.
pub async fn list(
    cx: &Cx,
    on: Option<&str>,
    wanted: Wanted,
) -> Result<(Vec<Kept>, Option<(NaiveDate, TimeEntryId)>)> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let (me, mut wanted) = (cx.member_id(), wanted);
    match on {
        Some(text) => {
            let record = item(&cx, text).await.map_err(|error| match error {
                Error::NotFound => Error::invalid("item", "There is no item with this key."),
                error => error,
            })?;
            wanted.item_id = Some(record.id.into());
        }
        None if cx.may(Permission::ProjectManage) => {}
        None if wanted.member_id.is_none_or(|member| member == me) => wanted.member_id = Some(me),
        None => {
            return Err(Error::Forbidden(
                "Ask for the time on one item. All time of others is for who manages projects.".into(),
            ));
        }
    }
    Ok(repo::page(cx.db(), cx.organisation_id(), &wanted).await?)
}

/// The time on an item.
pub async fn of_item(cx: &Cx, key: &str) -> Result<ItemTime> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let record = item(&cx, key).await?;
    let (organisation_id, item_id) = (cx.organisation_id(), ItemId::from(record.id));
    Ok(ItemTime {
        item_id,
        key: key.to_owned(),
        entries: repo::of_item(cx.db(), organisation_id, item_id).await?,
        sum: repo::sum_of_item(cx.db(), organisation_id, item_id).await?,
        timer: timer::running(&cx).await?,
    })
}

/// One's own week in which a day lies: today's, when none is named.
pub async fn week(cx: &Cx, day: Option<NaiveDate>) -> Result<Week> {
    let cx = cx.clone().require(Permission::TimeLog)?;
    let day = day.unwrap_or_else(|| cx.today().date());
    let first = rules::week_of(day, cx.membership().settings.week_start);
    let end = first.checked_add_days(Days::new(7)).or_not_found()?;
    let entries = repo::of_member(cx.db(), cx.organisation_id(), cx.member_id(), first..end).await?;
    let items = names(&cx, entries.iter().map(|entry| entry.item_id)).await?;
    Ok(Week { first, entries, items, timer: timer::running(&cx).await? })
}

/// What items are called.
pub async fn names(cx: &Cx, items: impl IntoIterator<Item = ItemId>) -> Result<Vec<ItemName>> {
    let mut ids: Vec<Uuid> = items.into_iter().map(ItemId::uuid).collect();
    ids.sort();
    ids.dedup();
    let names = cx.record_names(ITEM, &ids).await?;
    let name = |it: kernel::RecordName| ItemName { id: it.id.into(), key: it.key, title: it.title };
    Ok(names.into_iter().map(name).collect())
}

/// Goes on only if the entry's day has room for it; other acts on this day wait until this one is over.
async fn make_room(tx: &mut Tx, cx: &Cx, entry: &TimeEntry) -> Result<()> {
    let logged = logged(tx, cx, entry.member_id, entry.day, entry.id).await?;
    if rules::DAY < logged + entry.minutes { Err(rules::full_day(logged, entry.day)) } else { Ok(()) }
}

/// The minutes that a member has on a day besides those of one entry, while nobody else changes them.
async fn logged(tx: &mut Tx, cx: &Cx, member: MemberId, day: NaiveDate, without: TimeEntryId) -> Result<i64> {
    repo::lock_day(&mut *tx, cx.organisation_id(), member, day).await?;
    Ok(repo::sum_of_day(tx, cx.organisation_id(), member, day, without).await?)
}

/// Writes down what happened to the time on an item. Pages of the item listen for it, and those of whose time it is; the
/// note may be emptied one day, so the log does not have it.
async fn record(tx: &mut Tx, kind: &'static str, entry: &TimeEntry, topic: Option<Topic>) -> Result<()> {
    tx.tell(Topic::member(entry.member_id), "time.changed", entry.id.uuid());
    tx.record(Event {
        kind,
        subject_kind: ITEM,
        subject_id: entry.item_id.uuid(),
        topic,
        data: json!({ "time_entry": entry.id, "day": entry.day, "minutes": entry.minutes }),
    })
    .await
}

impl Running {
    fn of(item_id: ItemId, key: String, seconds: i64) -> Self {
        Running { item_id, key, seconds: seconds.max(0) }
    }
}

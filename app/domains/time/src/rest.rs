//! Time entries for other programs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Cx, Error, ItemId, MemberId, Permission::TimeLog, TimeEntryId};
use rest::{Answer, Call, Created, Filter, Json, List, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts::{self, Form},
    model::ItemName,
    repo::{Kept, Wanted},
    rules,
};

/// What is published of time.
pub fn routes() -> Vec<Routes> {
    let log = May(TimeLog);
    vec![
        Routes::new("Time", "What members spend their time on. Everybody logs their own.")
            .list("/time-entries", "List time entries", log, log, list)
            .post("/time-entries", "Log time", log, create)
            .read("/time-entries/{time_entry}", "Read a time entry", log, read)
            .update("/time-entries/{time_entry}", "Change a time entry", log, update)
            .delete("/time-entries/{time_entry}", "Delete a time entry", log, delete)
            .post("/time-entries/{time_entry}/restore", "Bring a time entry back", log, restore),
    ]
}

/// Time that a member spent on an item.
#[derive(Debug, Serialize, ToSchema)]
struct TimeEntry {
    id: TimeEntryId,
    /// Whose time it is.
    member: MemberId,
    /// The key of the item; none when that is deleted.
    #[schema(example = "UC-414")]
    item: Option<String>,
    item_id: ItemId,
    /// When.
    day: NaiveDate,
    /// How long.
    #[schema(minimum = 1, maximum = 1440, example = 90)]
    minutes: i64,
    /// At what; may be empty.
    #[schema(example = "Brakes and tyres")]
    note: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for TimeEntry {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl TimeEntry {
    fn of(kept: Kept, names: &[ItemName]) -> Self {
        let Kept { entry, created_at, updated_at, .. } = kept;
        TimeEntry {
            id: entry.id,
            member: entry.member_id,
            item: names.iter().find(|item| item.id == entry.item_id).map(|item| item.key.clone()),
            item_id: entry.item_id,
            day: entry.day,
            minutes: entry.minutes,
            note: entry.note,
            created_at,
            updated_at,
            version: entry.version,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct TimeFilter {
    /// Only the time of this member. That of others is for who manages projects, or asks for one item.
    #[param(value_type = Option<uuid::Uuid>)]
    member: Option<MemberId>,
    /// Only time on the item with this key.
    #[param(example = "UC-414")]
    item: Option<String>,
    /// Only on this day and later.
    from: Option<NaiveDate>,
    /// Only on this day and earlier.
    until: Option<NaiveDate>,
}

impl Filter for TimeFilter {
    const SORTS: &'static [&'static str] = &["day"];
}

/// Time to be logged. It is your own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTimeEntry {
    /// The key of the item.
    #[schema(example = "UC-414")]
    item: String,
    /// When. Time is logged when it was spent, not ahead.
    day: NaiveDate,
    /// How long. The entries of a day have 24 hours together.
    #[schema(minimum = 1, maximum = 1440, example = 90)]
    minutes: i64,
    /// At what.
    #[serde(default)]
    #[schema(example = "Brakes and tyres", max_length = 500)]
    note: String,
}

/// What becomes of an entry. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TimeEntryChange {
    /// When.
    day: Option<NaiveDate>,
    /// How long.
    #[schema(minimum = 1, maximum = 1440, example = 90)]
    minutes: Option<i64>,
    /// At what.
    #[schema(example = "Brakes and tyres", max_length = 500)]
    note: Option<String>,
}

async fn list(call: Call<(), List<TimeFilter>>) -> Answer<Page<TimeEntry>> {
    let TimeFilter { member, item, from, until } = call.input.filter.clone();
    let wanted = Wanted {
        member_id: member,
        item_id: None,
        from: from.map(|day| known("from", day)).transpose()?,
        until: until.map(|day| known("until", day)).transpose()?,
        after: call.input.after.as_deref().map(read_cursor).transpose()?,
        descending: call.input.descending,
        limit: call.input.limit,
    };
    let (kept, next) = acts::list(&call.cx, item.as_deref(), wanted).await?;
    let names = acts::names(&call.cx, kept.iter().map(|kept| kept.entry.item_id)).await?;
    let next = next.map(|(day, id)| URL_SAFE_NO_PAD.encode(format!("{day} {id}")));
    Ok(Page { data: kept.into_iter().map(|kept| TimeEntry::of(kept, &names)).collect(), next })
}

/// Not every database knows the days of other years.
fn known(name: &str, day: NaiveDate) -> Answer<NaiveDate> {
    use chrono::Datelike;
    let known = (0..=9999).contains(&day.year());
    known.then_some(day).ok_or_else(|| Problem::parameter(name, "Send a year of four digits."))
}

fn read_cursor(text: &str) -> Answer<(NaiveDate, TimeEntryId)> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (day, id) = text.split_once(' ')?;
        Some((known("after", day.parse().ok()?).ok()?, id.parse().ok()?))
    };
    read().ok_or_else(|| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })
}

/// What an entry says, if it may be said.
fn form(cx: &Cx, day: NaiveDate, minutes: i64, note: &str) -> Answer<Form> {
    if !(1..=rules::DAY).contains(&minutes) {
        return Err(Error::invalid("minutes", "Send 1 to 1440 minutes.").into());
    }
    let day = rules::check_day(day, cx.today().date())?;
    Ok(Form { day, minutes, note: rules::read_note(note)? })
}

/// A mistake under the name that it has in the body.
fn of_body(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in &mut fields {
                if field.field == "duration" {
                    "minutes".clone_into(&mut field.field);
                }
            }
            Error::Invalid(fields)
        }
        error => error,
    }
}

async fn create(call: Call<(), Json<NewTimeEntry>>) -> Answer<Created<TimeEntry>> {
    let NewTimeEntry { item, day, minutes, note } = call.input.0;
    let form = form(&call.cx, day, minutes, &note)?;
    let entry = acts::log(&call.cx, &item, form, None).await.map_err(|error| match error {
        Error::NotFound => Error::invalid("item", "There is no item with this key."),
        error => of_body(error),
    })?;
    let record = show(&call.cx, entry.id).await?;
    Ok(Created { at: format!("/time-entries/{}", entry.id), record })
}

async fn read(call: Call<TimeEntryId>) -> Answer<TimeEntry> {
    show(&call.cx, call.path).await
}

async fn update(call: Call<TimeEntryId, Json<TimeEntryChange>>) -> Answer<TimeEntry> {
    let Kept { entry, .. } = acts::get(&call.cx, call.path).await?;
    call.made_on(entry.version)?;
    let TimeEntryChange { day, minutes, note } = call.input.0;
    let form = form(
        &call.cx,
        day.unwrap_or(entry.day),
        minutes.unwrap_or(entry.minutes),
        note.as_deref().unwrap_or(&entry.note),
    )?;
    acts::change(&call.cx, entry.id, entry.version, form).await.map_err(of_body)?;
    show(&call.cx, entry.id).await
}

async fn delete(call: Call<TimeEntryId>) -> Answer<()> {
    let Kept { entry, .. } = acts::get(&call.cx, call.path).await?;
    call.made_on(entry.version)?;
    Ok(acts::delete(&call.cx, entry.id, Some(entry.version)).await?)
}

async fn restore(call: Call<TimeEntryId>) -> Answer<TimeEntry> {
    acts::restore(&call.cx, call.path).await.map_err(of_body)?;
    show(&call.cx, call.path).await
}

async fn show(cx: &Cx, id: TimeEntryId) -> Answer<TimeEntry> {
    let kept = acts::get(cx, id).await?;
    let names = acts::names(cx, [kept.entry.item_id]).await?;
    Ok(TimeEntry::of(kept, &names))
}

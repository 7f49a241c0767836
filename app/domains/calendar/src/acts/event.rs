//! Events: whoever may book times makes them; who made one changes it, and whoever plans changes those that all see.

use std::collections::BTreeSet;

use kernel::{
    Cx, Error, Event as Recorded, EventId, MemberId, Notice, NoticeKind, OrNotFound, Permission, Reason,
    Result, Topic, Tx,
};
use serde_json::json;
use uuid::Uuid;

use super::{local, meanwhile, topic};
use crate::{
    model::{Answer, EventCard, Local},
    repo::event::{self as repo, At, Between, Kept, Part, Said},
    rules::{self, When},
    words,
};

/// What an event says, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What it is.
    pub title: String,
    /// Where.
    pub place: String,
    /// What one should know.
    pub note: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// When it is.
    pub at: At,
    /// Who is invited, each once.
    pub guests: Vec<MemberId>,
}

impl Form {
    /// Reads what people type; all mistakes at once.
    pub fn read(
        cx: &Cx,
        (title, place, note): (&str, &str, &str),
        (all_day, starts, ends): (&str, &str, &str),
        shared: &str,
        guests: &str,
    ) -> Result<Form> {
        let text = rules::both(rules::read_title("title", title), rules::read_place(place));
        let rest = rules::both(rules::read_note(note), rules::read_guests(guests));
        let when = rules::read_when(all_day, starts, ends);
        let (((title, place), (note, guests)), when) = rules::both(rules::both(text, rest), when)?;
        let shared = !matches!(shared, "" | "false");
        Ok(Form { title, place, note, shared, at: instants(cx, when)?, guests })
    }
}

/// The instants of what clocks show.
fn instants(cx: &Cx, when: When) -> Result<At> {
    match when {
        When::Days { first, end } => Ok(At::Days(first, end)),
        When::Times { starts, ends } => {
            let (starts, ends) = (cx.instant(starts), cx.instant(ends));
            // Where clocks leap, an hour may be none.
            if ends <= starts {
                return Err(Error::invalid("ends", "Clocks change then. Choose a later end."));
            }
            Ok(At::Times(starts, ends))
        }
    }
}

/// An event as the viewer sees it.
pub(crate) fn card(cx: &Cx, kept: Kept) -> EventCard {
    let mine = may_change(cx, &kept);
    let Said { title, place, note, shared, at } = kept.said;
    let (all_day, starts, ends) = match at {
        At::Times(starts, ends) => (false, local(cx, starts), local(cx, ends)),
        At::Days(first, end) => (true, Local::at(first, 0), Local::at(end, 0)),
    };
    // Where clocks are set back it may seem to end before it begins.
    let ends = ends.max(starts.plus(1));
    EventCard {
        id: kept.id,
        title,
        place,
        note,
        all_day,
        starts,
        ends,
        shared,
        organiser_id: kept.organiser_id,
        guests: kept.guests,
        version: kept.version,
        mine,
    }
}

fn may_change(cx: &Cx, kept: &Kept) -> bool {
    kept.organiser_id == cx.member_id() || (kept.said.shared && cx.may(Permission::CalendarPlan))
}

/// An event that is there and that the member may see.
pub async fn get(cx: &Cx, id: EventId) -> Result<Kept> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    let kept = repo::find(&cx, id).await?;
    kept.filter(|kept| kept.deleted_at.is_none()).or_not_found()
}

/// One that the member may change.
async fn changeable(cx: &Cx, id: EventId) -> Result<Kept> {
    let kept = get(cx, id).await?;
    Some(kept).filter(|kept| may_change(cx, kept)).or_not_found()
}

/// Events of some time in the order in which they were made; one more than the limit if there is.
pub async fn list(cx: &Cx, between: Between, part: Part) -> Result<Vec<Kept>> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    repo::between(&cx, between, part).await
}

/// Goes on if all of these can be invited.
async fn known(cx: &Cx, guests: &[MemberId]) -> Result<()> {
    let there = repo::members(cx.db(), cx.organisation_id(), guests).await?;
    if there.len() == guests.len() {
        return Ok(());
    }
    Err(Error::invalid("guests", "Only active members of the organisation can be invited."))
}

/// Makes an event and invites its guests. Done again with the same `key`, it is made once.
pub async fn add(cx: &Cx, form: Form, key: Option<Uuid>) -> Result<EventCard> {
    let cx = cx.clone().require(Permission::CalendarBook)?;
    known(&cx, &form.guests).await?;
    let id: EventId = cx.new_id();
    let mut tx = cx.begin().await?;
    if let Some(done) = tx.once(key, id.uuid()).await? {
        drop(tx);
        return Ok(card(&cx, get(&cx, done.into()).await?));
    }
    let (said, guests) = said(form);
    repo::insert(&mut tx, &cx, id, &said).await?;
    repo::invite(&mut tx, &cx, id, &guests).await?;
    // Who invites oneself comes.
    if guests.contains(&cx.member_id()) {
        repo::answer(&mut tx, &cx, id, Answer::Yes).await?;
    }
    tell(&mut tx, &cx, NoticeKind::Invited, (id, &said), "", &guests).await?;
    record(&mut tx, "event.created", (id, cx.member_id()), (&said, &guests)).await?;
    tx.commit().await?;
    Ok(card(&cx, get(&cx, id).await?))
}

fn said(form: Form) -> (Said, Vec<MemberId>) {
    let Form { title, place, note, shared, at, guests } = form;
    (Said { title, place, note, shared, at }, guests)
}

/// Writes what an event of this version says now, and who is invited. Whom it concerns is told; at another time all are asked
/// anew.
pub async fn change(cx: &Cx, id: EventId, version: i64, form: Form) -> Result<EventCard> {
    let kept = changeable(cx, id).await?;
    let before: Vec<MemberId> = kept.guests.iter().map(|guest| guest.member_id).collect();
    let (said, guests) = said(form);
    let (came, gone) = difference(&before, &guests);
    known(cx, &came).await?;
    if said == kept.said && came.is_empty() && gone.is_empty() && kept.version == version {
        return Ok(card(cx, kept));
    }
    let mut tx = cx.begin().await?;
    if !repo::update(&mut tx, cx, id, version, &said).await? {
        return Err(meanwhile());
    }
    repo::uninvite(&mut tx, cx, id, &gone).await?;
    repo::invite(&mut tx, cx, id, &came).await?;
    if said.at != kept.said.at {
        repo::ask_anew(&mut tx, cx, id).await?;
    }
    let stay: Vec<MemberId> = before.iter().copied().filter(|guest| !gone.contains(guest)).collect();
    let what = words::changes(cx, &kept.said, &said);
    if !what.is_empty() {
        tell(&mut tx, cx, NoticeKind::Rescheduled, (id, &said), &what, &stay).await?;
    }
    tell(&mut tx, cx, NoticeKind::Invited, (id, &said), "", &came).await?;
    tell(&mut tx, cx, NoticeKind::Rescheduled, (id, &said), "You are not invited any more.", &gone).await?;
    let concerned: Vec<MemberId> = before.iter().chain(&guests).copied().collect();
    record(&mut tx, "event.changed", (id, kept.organiser_id), (&said, &concerned)).await?;
    tx.commit().await?;
    Ok(card(cx, get(cx, id).await?))
}

/// Who is in the second list only, and who in the first only.
fn difference(before: &[MemberId], after: &[MemberId]) -> (Vec<MemberId>, Vec<MemberId>) {
    let only = |these: &[MemberId], those: &[MemberId]| {
        these.iter().copied().filter(|member| !those.contains(member)).collect()
    };
    (only(after, before), only(before, after))
}

/// Moves an event of this version to another time; all else stays.
pub async fn reschedule(cx: &Cx, id: EventId, version: i64, when: When) -> Result<EventCard> {
    let kept = changeable(cx, id).await?;
    let Said { title, place, note, shared, .. } = kept.said;
    let guests = kept.guests.iter().map(|guest| guest.member_id).collect();
    let form = Form { title, place, note, shared, at: instants(cx, when)?, guests };
    change(cx, id, version, form).await
}

/// Calls an event off, only that of a version if one is named. [`restore`] brings it back.
pub async fn delete(cx: &Cx, id: EventId, version: Option<i64>) -> Result<()> {
    let kept = changeable(cx, id).await?;
    let mut tx = cx.begin().await?;
    if !repo::delete(&mut tx, cx, id, version).await? {
        return Err(meanwhile());
    }
    let guests: Vec<MemberId> = kept.guests.iter().map(|guest| guest.member_id).collect();
    tell(&mut tx, cx, NoticeKind::Rescheduled, (id, &kept.said), "It is called off.", &guests).await?;
    record(&mut tx, "event.deleted", (id, kept.organiser_id), (&kept.said, &guests)).await?;
    tx.commit().await
}

/// Brings back an event that was called off.
pub async fn restore(cx: &Cx, id: EventId) -> Result<EventCard> {
    let cx = cx.clone().require(Permission::CalendarView)?;
    let gone = repo::find(&cx, id).await?.filter(|kept| kept.deleted_at.is_some());
    let kept = gone.filter(|kept| may_change(&cx, kept)).or_not_found()?;
    let mut tx = cx.begin().await?;
    if !repo::restore(&mut tx, &cx, id).await? {
        return Err(meanwhile());
    }
    let guests: Vec<MemberId> = kept.guests.iter().map(|guest| guest.member_id).collect();
    tell(&mut tx, &cx, NoticeKind::Rescheduled, (id, &kept.said), "It is not called off any more.", &guests)
        .await?;
    record(&mut tx, "event.restored", (id, kept.organiser_id), (&kept.said, &guests)).await?;
    tx.commit().await?;
    Ok(card(&cx, get(&cx, id).await?))
}

/// Says whether the member comes, who is invited. Who made the event is told.
pub async fn answer(cx: &Cx, id: EventId, answer: &str) -> Result<EventCard> {
    let kept = get(cx, id).await?;
    let answer: Answer = answer
        .parse()
        .ok()
        .filter(|answer| *answer != Answer::Waiting)
        .ok_or_else(|| Error::invalid("answer", "Answer yes, maybe or no."))?;
    if !kept.guests.iter().any(|guest| guest.member_id == cx.member_id()) {
        return Err(Error::Conflict("You are not invited to this event.".into()));
    }
    let mut tx = cx.begin().await?;
    if repo::answer(&mut tx, cx, id, answer).await? {
        let organiser = [kept.organiser_id];
        tell(&mut tx, cx, NoticeKind::Answered, (id, &kept.said), answer.label(), &organiser).await?;
        let guests: Vec<MemberId> = kept.guests.iter().map(|guest| guest.member_id).collect();
        record(&mut tx, "event.answered", (id, kept.organiser_id), (&kept.said, &guests)).await?;
    }
    tx.commit().await?;
    Ok(card(cx, get(cx, id).await?))
}

/// Tells members of an event; of one thing about it the newest is enough.
async fn tell(
    tx: &mut Tx,
    cx: &Cx,
    kind: NoticeKind,
    (id, said): (EventId, &Said),
    text: &str,
    to: &[MemberId],
) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let reason = if kind == NoticeKind::Answered { Reason::Author } else { Reason::Guest };
    let notice = Notice {
        kind,
        record_id: id.uuid(),
        source_id: id.uuid(),
        place_id: None,
        path: format!("/calendar?day={}&event={id}", words::first_day(cx, said.at)),
        title: said.title.clone(),
        text: if text.is_empty() { words::when(cx, said.at) } else { text.to_owned() },
        to: to.iter().map(|member| (*member, reason)).collect(),
    };
    // Each answer is another member's.
    if kind == NoticeKind::Answered { tx.notify(notice).await } else { tx.notify_anew(notice).await }
}

/// Writes down what happened to an event. Those who see it hear of it; what it says may be private, so the log has only when
/// it is.
async fn record(
    tx: &mut Tx,
    kind: &'static str,
    (id, organiser): (EventId, MemberId),
    (said, guests): (&Said, &[MemberId]),
) -> Result<()> {
    let topic = if said.shared {
        topic()
    } else {
        let concerned: BTreeSet<MemberId> = guests.iter().copied().chain([organiser]).collect();
        Topic::members(crate::model::TOPIC.into(), concerned)
    };
    let data = match said.at {
        At::Times(starts, ends) => json!({ "starts_at": starts, "ends_at": ends, "guests": guests.len() }),
        At::Days(first, end) => json!({ "starts_on": first, "ends_on": end, "guests": guests.len() }),
    };
    tx.record(Recorded { kind, subject_kind: "event", subject_id: id.uuid(), topic: Some(topic), data }).await
}

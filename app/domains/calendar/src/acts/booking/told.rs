//! Who hears of a booking: who does it, pages that show it, and the log.

use kernel::{Cx, Error, Event as Recorded, ItemId, MemberId, Notice, NoticeKind, Reason, Result, Topic, Tx};
use serde_json::json;

use super::{ITEM, names};
use crate::{acts::topic, model::BookingState, repo::booking::Kept, words};

/// What pages of an item listen to; nothing where the member may not see it.
pub(super) async fn item_topic(cx: &Cx, item: Option<ItemId>) -> Result<Option<Topic>> {
    let Some(item) = item else { return Ok(None) };
    match cx.record_by_id(ITEM, item.uuid()).await {
        Ok(record) => Ok(Some(record.topic)),
        Err(Error::NotFound | Error::Forbidden(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn item_title(cx: &Cx, booking: &Kept) -> Result<Option<String>> {
    let names = names(cx, booking.item_id.into_iter()).await?;
    Ok(names.into_iter().next().map(|name| format!("{} {}", name.key, name.title)))
}

/// Tells who does it of a booking, and who did before.
pub(super) async fn tell_member(
    tx: &mut Tx,
    cx: &Cx,
    booking: &Kept,
    item: Option<&str>,
    before: Option<&Kept>,
) -> Result<()> {
    let was = before.and_then(|before| before.member_id);
    let text = match (booking.state, booking.at) {
        (BookingState::Cancelled, _) => "It is called off.".to_owned(),
        (_, Some(at)) => words::span(cx, at),
        (_, None) => "It has no time yet.".to_owned(),
    };
    let is_news = before.is_none_or(|before| {
        (before.at, before.member_id, before.state) != (booking.at, booking.member_id, booking.state)
    });
    let day = words::booked_day(cx, booking.at);
    let notice = |member: MemberId, text: String| Notice {
        kind: NoticeKind::Booked,
        record_id: booking.id.uuid(),
        source_id: booking.id.uuid(),
        place_id: None,
        path: format!("/calendar?day={day}&booking={}", booking.id),
        title: item.map_or_else(|| booking.job_type.clone(), |item| format!("{}, {item}", booking.job_type)),
        text,
        to: vec![(member, Reason::Booked)],
    };
    if let Some(member) = booking.member_id
        && is_news
    {
        tx.notify_anew(notice(member, text)).await?;
    }
    if let Some(member) = was.filter(|was| booking.member_id != Some(*was)) {
        tx.notify_anew(notice(member, "Somebody else does it now.".to_owned())).await?;
    }
    Ok(())
}

/// Writes down what happened to a booking, and tells pages of the calendar and of its item.
pub(crate) async fn record(
    tx: &mut Tx,
    cx: &Cx,
    kind: &'static str,
    booking: &Kept,
    item: Option<Topic>,
) -> Result<()> {
    if let (Some(topic), Some(item)) = (item, booking.item_id) {
        tx.tell(topic, "item.booked", item.uuid());
    }
    tx.record(Recorded {
        kind,
        subject_kind: "booking",
        subject_id: booking.id.uuid(),
        topic: Some(topic()),
        data: json!({
            "job_type": booking.job_type_id,
            "team": booking.team_id,
            "member": booking.member_id,
            "item": booking.item_id,
            "step": booking.step_id,
            "starts_at": booking.at.map(|(starts, _)| starts),
            "ends_at": booking.at.map(|(_, ends)| ends),
            "by_itself": cx.actor_id().is_none(),
        }),
    })
    .await
}

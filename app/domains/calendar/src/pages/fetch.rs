//! What the calendar loads and saves. News and answers that cross one's own changes do not undo them.

use std::collections::BTreeMap;

use kernel::{Loaded, Result, Viewer};
use leptos::{prelude::*, task::spawn_local};

use super::{
    entry::{self, Card, What},
    focus,
    snap::Span,
    view::Asked,
};
use crate::{
    api,
    model::{Agenda, Local},
    parts::Reading,
};

/// Times that entries should have and that are on their way to the server. They outlive the page, so that the last one is sent
/// when somebody leaves it at once.
pub(super) type Changes = ArcStoredValue<BTreeMap<What, Option<Span>>>;

/// Loads again what the address asks for. What was shown stays when it could not be.
pub(super) fn load_again(loaded: Loaded<Agenda>, viewer: RwSignal<Option<Viewer>>, changes: Option<Changes>) {
    let Some(reading) = viewer.try_with_untracked(|viewer| viewer.as_ref().map(Reading::of)).flatten() else {
        return;
    };
    spawn_local(async move {
        let answer = loaded.ask(move |key| load(Asked::of_key(&key), reading)).await;
        let Some(Ok(mut agenda)) = answer else { return };
        if let Some(changes) = changes {
            // What is on its way stays where the viewer put it.
            let wanted = changes.with_value(|changes| {
                changes.iter().map(|(what, change)| (*what, *change)).collect::<Vec<_>>()
            });
            for (what, to) in wanted {
                if let Some(card) = entry::card(&agenda, what) {
                    entry::put(&mut agenda, card.at(to));
                }
            }
        }
        keep_newer(loaded, &mut agenda);
        let focused = focus::focused();
        loaded.show(agenda);
        if let Some(what) = focused {
            focus::back_to(what);
        }
    });
}

/// An answer that was on its way while an own change was saved does not know that yet.
fn keep_newer(loaded: Loaded<Agenda>, agenda: &mut Agenda) {
    let newer = loaded.with_untracked(|known| {
        let known = known?;
        let events = known.events.iter().cloned().map(Card::Event);
        let bookings = known.bookings.iter().chain(&known.wanted).cloned().map(Card::Booking);
        let is_newer = |card: &Card| {
            entry::card(agenda, card.what()).is_some_and(|there| there.version() < card.version())
        };
        Some(events.chain(bookings).filter(is_newer).collect::<Vec<_>>())
    });
    for card in newer.unwrap_or_default() {
        entry::put(agenda, card);
    }
}

/// Loads what the address asks for.
pub(super) async fn load(asked: Asked, reading: Reading) -> Result<Agenda> {
    api::load_agenda(Some(asked.week(reading).to_string()), asked.days()).await
}

/// Saves another time of an entry.
pub(super) async fn save(card: &Card, to: Option<Span>) -> Result<Card> {
    match card {
        Card::Event(event) => {
            let Some(Span { starts, ends }) = to else { return Ok(card.clone()) };
            let all_day = if event.all_day { "true" } else { "" };
            let (starts, ends) = written(event.all_day, starts, ends);
            let moved =
                api::event::move_event(event.id, event.version, all_day.to_owned(), starts, ends).await;
            moved.map(Card::Event)
        }
        Card::Booking(booking) => {
            let starts = to.map(|to| to.starts.text()).unwrap_or_default();
            let minutes = to.map_or(booking.minutes, Span::minutes);
            let planned = api::booking::plan_booking(booking.id, booking.version, starts, minutes).await;
            planned.map(Card::Booking)
        }
    }
}

/// A beginning and an end as forms write them: of whole days the first and the last.
pub(super) fn written(all_day: bool, starts: Local, ends: Local) -> (String, String) {
    if all_day {
        (starts.day().to_string(), ends.plus(-1).day().to_string())
    } else {
        (starts.text(), ends.text())
    }
}

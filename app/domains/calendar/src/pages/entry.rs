//! Events and bookings alike, as the calendar shows them.

use std::{fmt, str::FromStr};

use kernel::{BookingId, EventId, MemberId, TeamId, Viewer};
use ui::Face;

use super::snap::Span;
use crate::{
    model::{Agenda, Answer, BookingCard, BookingState, EventCard},
    parts::Reading,
};

/// Which entry of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    /// An event.
    Event(EventId),
    /// A booking.
    Booking(BookingId),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Event(id) => write!(f, "event-{id}"),
            What::Booking(id) => write!(f, "booking-{id}"),
        }
    }
}

impl FromStr for What {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, id) = text.split_once('-').ok_or(())?;
        match kind {
            "event" => id.parse().map(What::Event).map_err(drop),
            "booking" => id.parse().map(What::Booking).map_err(drop),
            _ => Err(()),
        }
    }
}

/// An event or a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Card {
    /// An event.
    Event(EventCard),
    /// A booking.
    Booking(BookingCard),
}

impl Card {
    /// Which one.
    pub(super) fn what(&self) -> What {
        match self {
            Card::Event(event) => What::Event(event.id),
            Card::Booking(booking) => What::Booking(booking.id),
        }
    }

    /// What people call it.
    pub(super) fn title(&self) -> &str {
        match self {
            Card::Event(event) => &event.title,
            Card::Booking(booking) => booking.title(),
        }
    }

    /// When it is, if it has a time.
    pub(super) fn span(&self) -> Option<Span> {
        let (starts, ends) = match self {
            Card::Event(event) => (event.starts, event.ends),
            Card::Booking(booking) => (booking.starts?, booking.ends?),
        };
        Some(Span { starts, ends })
    }

    /// The same at another time, or at none, which only a booking can be.
    pub(super) fn at(self, span: Option<Span>) -> Self {
        match self {
            Card::Event(event) => match span {
                Some(Span { starts, ends }) => Card::Event(EventCard { starts, ends, ..event }),
                None => Card::Event(event),
            },
            Card::Booking(booking) => {
                let state = match (booking.state, span) {
                    (BookingState::Wanted | BookingState::Booked, Some(_)) => BookingState::Booked,
                    (BookingState::Wanted | BookingState::Booked, None) => BookingState::Wanted,
                    (state, _) => state,
                };
                let minutes = span.map_or(booking.minutes, Span::minutes);
                let (starts, ends) = (span.map(|span| span.starts), span.map(|span| span.ends));
                Card::Booking(BookingCard { state, minutes, starts, ends, ..booking })
            }
        }
    }

    /// Whether it lasts whole days.
    pub(super) fn all_day(&self) -> bool {
        matches!(self, Card::Event(event) if event.all_day)
    }

    /// Whether the viewer may change it.
    pub(super) fn mine(&self) -> bool {
        match self {
            Card::Event(event) => event.mine,
            // What is done is not planned any more.
            Card::Booking(booking) => {
                booking.mine && matches!(booking.state, BookingState::Wanted | BookingState::Booked)
            }
        }
    }

    /// The version that a change names.
    pub(super) fn version(&self) -> i64 {
        match self {
            Card::Event(event) => event.version,
            Card::Booking(booking) => booking.version,
        }
    }
}

/// How an entry looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Look {
    /// It will be.
    Firm,
    /// The viewer has not answered, or perhaps comes.
    Open,
    /// It was done.
    Done,
    /// The viewer does not come.
    Declined,
}

impl Look {
    /// Its class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Look::Firm => "",
            Look::Open => " is-open",
            Look::Done => " is-done",
            Look::Declined => " is-declined",
        }
    }

    fn words(self) -> Option<&'static str> {
        match self {
            Look::Firm => None,
            Look::Open => Some("not answered"),
            Look::Done => Some("done"),
            Look::Declined => Some("declined"),
        }
    }
}

/// An entry as it is drawn: with names instead of ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    /// Which one.
    pub(super) what: What,
    /// What people call it.
    pub(super) title: String,
    /// What stands below: the place of an event, the work of a booking for an item.
    pub(super) place: String,
    /// Whose it is: a team or an organiser.
    pub(super) of: String,
    /// The colour of that.
    pub(super) category: i64,
    /// The team of a booking.
    pub(super) team: Option<TeamId>,
    /// Who does it or made it: name, colour and picture.
    pub(super) who: Option<(String, i64, Option<String>)>,
    /// Whether it lasts whole days.
    pub(super) all_day: bool,
    /// When it begins.
    pub(super) starts: crate::model::Local,
    /// When it ends.
    pub(super) ends: crate::model::Local,
    /// How it looks.
    pub(super) look: Look,
    /// Whether the viewer may change it.
    pub(super) mine: bool,
}

impl Entry {
    /// How a card is drawn for this viewer; what has no time is not.
    pub(super) fn of(card: &Card, viewer: &Viewer) -> Option<Self> {
        let Span { starts, ends } = card.span()?;
        let person = |id: MemberId| {
            let person = viewer.directory.person(id)?;
            Some((person.name.clone(), person.category, person.picture()))
        };
        let (place, of, category, team, who, look) = match card {
            Card::Event(event) => {
                let who = person(event.organiser_id);
                let (name, category) = who.as_ref().map_or_else(
                    || ("Somebody".to_owned(), 1),
                    |(name, category, _)| (name.clone(), *category),
                );
                let look = match event.answer_of(viewer.member_id) {
                    Some(Answer::Waiting | Answer::Maybe) => Look::Open,
                    Some(Answer::No) => Look::Declined,
                    Some(Answer::Yes) | None => Look::Firm,
                };
                (event.place.clone(), name, category, None, who, look)
            }
            Card::Booking(booking) => {
                let team = viewer.directory.team(booking.team_id);
                let (name, category) = team.map_or_else(
                    || ("A team that is gone".to_owned(), 1),
                    |team| (team.name.clone(), team.category),
                );
                let done = booking.state == BookingState::Done;
                let place = booking.item.as_ref().map(|_| booking.job_type.clone()).unwrap_or_default();
                let who = booking.member_id.and_then(person);
                let look = if done { Look::Done } else { Look::Firm };
                (place, name, category, Some(booking.team_id), who, look)
            }
        };
        Some(Entry {
            what: card.what(),
            title: card.title().to_owned(),
            place,
            of,
            category,
            team,
            who,
            all_day: card.all_day(),
            starts,
            ends,
            look,
            mine: card.mine(),
        })
    }

    /// When it is.
    pub(super) fn span(&self) -> Span {
        Span { starts: self.starts, ends: self.ends }
    }

    /// Its team or organiser and where it is, in one line.
    pub(super) fn below(&self) -> String {
        let parts = [&self.of, &self.place];
        let parts: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    /// What is heard of it.
    pub(super) fn label(&self, reading: Reading) -> String {
        let when = reading.when(self.all_day, self.starts, self.ends);
        let mut label = format!("{}, {when}, {}", self.title, self.below());
        if let Some(words) = self.look.words() {
            label.push_str(", ");
            label.push_str(words);
        }
        label
    }

    /// Whom to draw beside it.
    pub(super) fn face(&self) -> Option<Face> {
        self.who.clone().map(|(name, category, picture)| Face { name, category, picture })
    }
}

/// The card with this id, also of those without a time.
pub(super) fn card(agenda: &Agenda, what: What) -> Option<Card> {
    match what {
        What::Event(id) => agenda.events.iter().find(|event| event.id == id).cloned().map(Card::Event),
        What::Booking(id) => {
            let mut all = agenda.bookings.iter().chain(&agenda.wanted);
            all.find(|booking| booking.id == id).cloned().map(Card::Booking)
        }
    }
}

/// Puts a card where it belongs, in place of what it was before.
pub(super) fn put(agenda: &mut Agenda, card: Card) {
    match card {
        Card::Event(event) => {
            agenda.events.retain(|other| other.id != event.id);
            agenda.events.push(event);
            agenda.events.sort_by_key(|event| (event.starts, event.id));
        }
        Card::Booking(booking) => {
            agenda.bookings.retain(|other| other.id != booking.id);
            if booking.starts.is_none() && booking.state == BookingState::Wanted {
                match agenda.wanted.iter_mut().find(|other| other.id == booking.id) {
                    Some(place) => *place = booking,
                    None => {
                        agenda.wanted.push(booking);
                        // The oldest first, as the server sends them: ids grow with time.
                        agenda.wanted.sort_by_key(|booking| booking.id);
                    }
                }
            } else {
                agenda.wanted.retain(|other| other.id != booking.id);
                if booking.state != BookingState::Cancelled {
                    agenda.bookings.push(booking);
                    agenda.bookings.sort_by_key(|booking| (booking.starts, booking.id));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_named_in_the_page_by_its_kind_and_id() {
        let id = uuid::Uuid::from_u128(7);
        for what in [What::Event(id.into()), What::Booking(id.into())] {
            assert_eq!(what.to_string().parse(), Ok(what));
        }
        for other in ["", "event", "event-", "item-00000000-0000-0000-0000-000000000007"] {
            assert_eq!(other.parse::<What>(), Err(()));
        }
    }
}

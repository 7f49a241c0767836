//! What the calendar knows while it is open, and how times change: by the viewer's own drags and keys, and by news.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{Error, Loaded, Permission, TeamId, Viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{Toast, Toaster, use_toaster};

use super::{
    entry::{self, Card, Entry, What},
    fetch::{Changes, load_again, save},
    focus,
    lay::{Lane, lanes},
    shown::{Part, Shown},
    snap::{Gesture, STEP, Span},
    view::Asked,
};
use crate::{
    model::{Agenda, BookingCard, DAY, EventCard, JobType, Local},
    parts::{BookingActs, BookingAsk, Desk, Reading},
};

/// What the dialog of an event is open for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EventAsk {
    /// A new one at this time.
    New(Span),
    /// One that there is.
    Old(EventCard),
}

/// What is on its way by drag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Carried {
    /// What; nothing while something new is drawn.
    pub(super) card: Option<Card>,
    /// What is done.
    pub(super) gesture: Gesture,
    /// Where it would be now; nowhere while the pointer is outside of the days.
    pub(super) to: Option<Span>,
}

impl Carried {
    /// Whether it lasts whole days.
    pub(super) fn all_day(&self) -> bool {
        self.card.as_ref().is_some_and(Card::all_day)
    }
}

/// An entry with its place among those that it meets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Placed {
    /// The entry.
    pub(super) entry: Entry,
    /// Where it stands.
    pub(super) lane: Lane,
    /// What of it is on the day, in minutes since midnight; in whole days nothing is said by it.
    pub(super) part: (i64, i64),
}

/// A team: its name and its colour.
pub(super) type Team = (TeamId, String, i64);

/// An open calendar. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// What the address asks for.
    pub(super) asked: Memo<Asked>,
    /// Of which teams, and whether with events.
    pub(super) shown: Memo<Shown>,
    /// What it shows.
    pub(super) loaded: Loaded<Agenda>,
    /// What the dialog of an event is open for.
    pub(super) event: RwSignal<Option<EventAsk>>,
    /// What is done with bookings.
    pub(super) desk: Desk,
    /// What is on its way by drag.
    pub(super) carried: RwSignal<Option<Carried>>,
    /// What was done last by keys, to be heard.
    pub(super) said: RwSignal<String>,
    /// Whether the unplanned ones are shown where there is no room beside the days.
    pub(super) rail: RwSignal<bool>,
    /// How far down the days are scrolled, once they are.
    pub(super) scrolled: StoredValue<Option<i32>>,
    changes: StoredValue<Changes>,
    toaster: Toaster,
}

impl Plan {
    /// A calendar that shows nothing yet.
    pub(super) fn new(asked: Memo<Asked>, shown: Memo<Shown>) -> Self {
        let key = Memo::new(move |_| asked.get().to_string());
        let loaded: Loaded<Agenda> = Loaded::new(key);
        let viewer = RwSignal::new(None);
        let job_types: Signal<Vec<JobType>> =
            Signal::derive(move || loaded.with(|it| it.map(|it| it.job_types.clone()).unwrap_or_default()));
        let reload = Callback::new(move |()| load_again(loaded, viewer, None));
        let desk = Desk { viewer, job_types, ask: RwSignal::new(None), acts: BookingActs::new(reload) };
        Plan {
            asked,
            shown,
            loaded,
            event: RwSignal::new(None),
            desk,
            carried: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            rail: RwSignal::new(false),
            scrolled: StoredValue::new(None),
            changes: StoredValue::new(Changes::new(BTreeMap::new())),
            toaster: use_toaster(),
        }
    }

    /// Shows what the page waited for.
    pub(super) fn begin(self, agenda: Agenda, viewer: &Viewer) {
        if self.desk.viewer.with_untracked(|known| known.as_ref() != Some(viewer)) {
            self.desk.viewer.set(Some(viewer.clone()));
        }
        self.loaded.begin(agenda);
    }

    /// The address of other days or another view, of the same teams.
    pub(super) fn href(self, asked: Asked) -> String {
        self.shown.with(|shown| shown.address(asked.href()))
    }

    /// The teams that have bookings or can have some, in the order of their names.
    pub(super) fn teams(self) -> Vec<Team> {
        self.desk.viewer.with(|viewer| {
            self.loaded.with(|agenda| {
                let (Some(viewer), Some(agenda)) = (viewer, agenda) else { return Vec::new() };
                let offered = agenda.job_types.iter().map(|one| one.team_id);
                let booked = agenda.bookings.iter().chain(&agenda.wanted).map(|one| one.team_id);
                let ids: BTreeSet<TeamId> = offered.chain(booked).collect();
                let teams = viewer.directory.teams.iter().filter(|team| ids.contains(&team.id));
                teams.map(|team| (team.id, team.name.clone(), team.category)).collect()
            })
        })
    }

    /// The bookings without a time, of the teams that are shown.
    pub(super) fn wanted(self) -> Vec<BookingCard> {
        let is_shown = |one: &&BookingCard| self.shown.with(|shown| shown.has(Part::Team(one.team_id)));
        self.loaded.with(|agenda| {
            let wanted = agenda.map(|agenda| agenda.wanted.as_slice()).unwrap_or_default();
            wanted.iter().filter(is_shown).cloned().collect()
        })
    }

    /// Whether the viewer may make events. The page is drawn anew when that changes.
    pub(super) fn may_make(self) -> bool {
        let may = |viewer: &Viewer| viewer.may(Permission::CalendarBook);
        self.desk.viewer.with_untracked(|viewer| viewer.as_ref().is_some_and(may))
    }

    /// Loads again; what is on its way stays where the viewer put it.
    pub(super) fn refresh(self) {
        load_again(self.loaded, self.desk.viewer, Some(self.changes.get_value()));
    }

    /// An entry that is shown, also one without a time.
    pub(super) fn card(self, what: What) -> Option<Card> {
        self.loaded.with_untracked(|it| entry::card(it?, what))
    }

    /// The entries that are wanted, by whether they last whole days and when they are; in the order in which they begin.
    fn entries(self, is_wanted: impl Fn(bool, Span) -> bool) -> Vec<Entry> {
        self.desk.viewer.with(|viewer| {
            self.loaded.with(|agenda| {
                let (Some(viewer), Some(agenda)) = (viewer, agenda) else { return Vec::new() };
                let shown = self.shown.read();
                let with_events = shown.has(Part::Events);
                // What is not wanted is not written out: each day asks for its own.
                let events = agenda.events.iter().filter(|event| {
                    with_events && is_wanted(event.all_day, Span { starts: event.starts, ends: event.ends })
                });
                let bookings = agenda.bookings.iter().filter(|booking| {
                    let span = booking.starts.zip(booking.ends);
                    span.is_some_and(|(starts, ends)| is_wanted(false, Span { starts, ends }))
                        && shown.has(Part::Team(booking.team_id))
                });
                let events = events.cloned().map(Card::Event);
                let all = events.chain(bookings.cloned().map(Card::Booking));
                let mut all: Vec<Entry> = all.filter_map(|card| Entry::of(&card, viewer)).collect();
                all.sort_by_key(|entry| (entry.starts, entry.ends, entry.what));
                all
            })
        })
    }

    /// What has a time on a day, side by side where it meets.
    pub(super) fn placed(self, day: NaiveDate) -> Vec<Placed> {
        let midnight = Local::at(day, 0);
        let entries = self.entries(|all_day, span| !all_day && span.on(midnight).is_some());
        let parts: Vec<(i64, i64)> = entries.iter().filter_map(|entry| entry.span().on(midnight)).collect();
        // What is shorter than a step is drawn as one.
        let drawn: Vec<(i64, i64)> =
            parts.iter().map(|(from, to)| (*from, *(to.max(&(from + STEP))))).collect();
        let placed = entries.into_iter().zip(lanes(&drawn)).zip(parts);
        placed.map(|((entry, lane), part)| Placed { entry, lane, part }).collect()
    }

    /// What lasts whole days on one of these, in rows that are the same on all of them.
    pub(super) fn whole_days(self, first: NaiveDate, last: NaiveDate) -> Vec<Placed> {
        let (from, to) = (Local::at(first, 0), Local::at(last, DAY));
        let entries = self.entries(|all_day, span| all_day && span.starts < to && from < span.ends);
        let spans: Vec<(i64, i64)> = entries.iter().map(|entry| (entry.starts.0, entry.ends.0)).collect();
        let placed = entries.into_iter().zip(lanes(&spans));
        placed.map(|(entry, lane)| Placed { entry, lane, part: (0, 0) }).collect()
    }

    /// Everything on a day, what lasts all of it first.
    pub(super) fn of_day(self, day: NaiveDate) -> Vec<Entry> {
        let midnight = Local::at(day, 0);
        let mut entries = self.entries(|_, span| span.on(midnight).is_some());
        entries.sort_by_key(|entry| !entry.all_day);
        entries
    }

    /// Opens what is shown of an entry.
    pub(super) fn open(self, what: What) {
        match self.card(what) {
            Some(Card::Event(event)) => self.event.set(Some(EventAsk::Old(event))),
            Some(Card::Booking(booking)) => self.desk.ask.set(Some(BookingAsk::Old(booking))),
            None => {}
        }
    }

    /// Moves an entry to another time, or a booking to none: at once on the page, then on the server; back again when the
    /// server says no. What is changed again meanwhile is sent when the answer is there, as one change.
    pub(super) fn move_to(self, what: What, to: Option<Span>) {
        let Some(card) = self.card(what).filter(|card| card.mine() && card.span() != to) else { return };
        self.put(card.clone().at(to));
        focus::go_to(what);
        let changes = self.changes.get_value();
        let is_under_way = changes.with_value(|changes| changes.contains_key(&what));
        changes.update_value(|changes| {
            changes.insert(what, to);
        });
        if !is_under_way {
            spawn_local(self.send(card, changes));
        }
    }

    async fn send(self, before: Card, changes: Changes) {
        let what = before.what();
        let mut card = before.clone();
        let mut sent = before.span();
        loop {
            let wanted = changes.with_value(|changes| changes.get(&what).copied());
            let Some(wanted) = wanted.filter(|wanted| *wanted != sent) else { break };
            match save(&card, wanted).await {
                Ok(saved) => (card, sent) = (saved, wanted),
                Err(error) => {
                    end(&changes, what);
                    self.failed(card, &error);
                    return;
                }
            }
        }
        end(&changes, what);
        self.put(card.clone());
        focus::go_to(what);
        if card.span() == before.span() {
            return;
        }
        let to = before.span();
        let undo = {
            let card = card.clone();
            move || {
                let card = card.clone();
                async move { save(&card, to).await }
            }
        };
        self.toaster.undoable(self.words(&card), undo, move |back| {
            self.put(back);
            self.refresh_if_there();
        });
        // How full the teams are follows from it.
        self.refresh_if_there();
    }

    fn refresh_if_there(self) {
        if let Some(changes) = self.changes.try_get_value() {
            load_again(self.loaded, self.desk.viewer, Some(changes));
        }
    }

    fn failed(self, card: Card, error: &Error) {
        let title = card.title().to_owned();
        self.toaster.show(Toast::failed(format!("{title} stays where it was. {error}")));
        self.put(card);
        // A conflict means that the page is behind; fetch what is true now.
        if matches!(error, Error::Conflict(_) | Error::NotFound) {
            self.refresh_if_there();
        }
    }

    /// When an entry is, in words.
    pub(super) fn words(self, card: &Card) -> String {
        let reading =
            self.desk.viewer.try_with_untracked(|viewer| viewer.as_ref().map(Reading::of)).flatten();
        match (reading, card.span()) {
            (Some(reading), Some(span)) => {
                format!("{}: {}", card.title(), reading.when(card.all_day(), span.starts, span.ends))
            }
            (None, Some(_)) => format!("{} is moved", card.title()),
            (_, None) => format!("{} has no time any more", card.title()),
        }
    }

    /// Says something to who hears the page.
    pub(super) fn say(self, text: String) {
        self.said.set(text);
    }

    /// Shows an entry as it is now, if the page is still there.
    pub(super) fn put(self, card: Card) {
        if self.said.is_disposed() {
            return;
        }
        let agenda = self.loaded.with_untracked(|it| it.cloned());
        if let Some(mut agenda) = agenda {
            entry::put(&mut agenda, card);
            self.loaded.show(agenda);
        }
    }

    /// The colour of an entry: that of its team or its organiser.
    pub(super) fn category(self, card: &Card) -> i64 {
        self.desk.viewer.with_untracked(|viewer| {
            let directory = viewer.as_ref().map(|viewer| &viewer.directory);
            let category = match card {
                Card::Event(event) => {
                    directory.and_then(|it| it.person(event.organiser_id)).map(|person| person.category)
                }
                Card::Booking(booking) => {
                    directory.and_then(|it| it.team(booking.team_id)).map(|team| team.category)
                }
            };
            category.unwrap_or(1)
        })
    }

    /// Whether an entry is on its way by drag.
    pub(super) fn is_carried(self, what: What) -> bool {
        self.carried.with(|carried| {
            carried.as_ref().and_then(|carried| carried.card.as_ref()).is_some_and(|card| card.what() == what)
        })
    }

    /// How much of a team's time is left on a day if a booking is put there.
    pub(super) fn left(self, card: &Card, to: Span) -> Option<i64> {
        let Card::Booking(booking) = card else { return None };
        let day = to.starts.day();
        self.loaded.with_untracked(|agenda| {
            let load =
                agenda?.loads.iter().find(|load| load.team_id == booking.team_id && load.day == day)?;
            let here = booking.starts.is_some_and(|starts| starts.day() == day);
            let own = if here { booking.minutes } else { 0 };
            Some(load.room - load.booked + own - to.minutes())
        })
    }
}

/// Nothing of it is under way any more.
fn end(changes: &Changes, what: What) {
    changes.update_value(|changes| {
        changes.remove(&what);
    });
}

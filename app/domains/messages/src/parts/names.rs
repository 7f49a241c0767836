//! What people and conversations are called, and times as the viewer reads them.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{MemberId, Person, Viewer};
use ui::{Face, when::Clock, words::Language};

use crate::model::{Head, Kind};

/// How many members stand in the name of a group without one, and above a list.
const NAMED: usize = 3;

/// Names, colours and pictures of everybody whom the viewer may know.
#[derive(Debug, Clone, PartialEq)]
pub struct Names {
    /// Who looks.
    pub viewer: Viewer,
    /// Those whom the directory does not have.
    pub people: Vec<Person>,
}

impl Names {
    /// Who it is, if the viewer may know.
    pub fn person(&self, id: MemberId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id).or_else(|| self.viewer.directory.person(id))
    }

    /// The name of somebody.
    pub fn name(&self, id: MemberId) -> String {
        self.person(id).map_or_else(|| "Somebody".to_owned(), |person| person.name.clone())
    }

    /// How somebody is drawn.
    pub fn face(&self, id: MemberId) -> Face {
        self.person(id).map_or_else(
            || Face { name: "Somebody".to_owned(), category: 1, picture: None },
            |person| Face { name: person.name.clone(), category: person.category, picture: person.picture() },
        )
    }

    /// The others of a conversation.
    pub fn others(&self, head: &Head) -> Vec<Face> {
        let others = head.members.iter().filter(|id| **id != self.viewer.member_id);
        others.map(|id| self.face(*id)).collect()
    }

    /// What a conversation is called.
    pub fn title(&self, head: &Head) -> String {
        match (head.kind, head.other(self.viewer.member_id)) {
            (Kind::Direct, Some(other)) => self.name(other),
            (Kind::Direct, None) => "Nobody".to_owned(),
            (Kind::Group, _) => head.title.clone(),
        }
    }

    /// Who is in a conversation, in a few words.
    pub fn summary(&self, head: &Head) -> String {
        let mut names: Vec<String> = self.others(head).into_iter().map(|face| face.name).collect();
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        match (names.len(), more) {
            (0, _) => "Only you".to_owned(),
            (_, 0) => names.join(", "),
            _ => format!("{} and {more} more", names.join(", ")),
        }
    }

    fn clock(&self) -> Clock {
        match self.viewer.settings.clock {
            kernel::HourClock::H24 => Clock::Hours24,
            kernel::HourClock::H12 => Clock::Hours12,
        }
    }

    fn language(&self) -> Language {
        Language::from_tag(&self.viewer.settings.language)
    }

    /// The day on which something happened.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.viewer.today.local(at).date_naive()
    }

    /// The time of day of something.
    pub fn time(&self, at: DateTime<Utc>) -> String {
        ui::when::time(self.viewer.today.local(at).time(), self.clock())
    }

    /// Day and time of something.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.viewer.today.local(at).naive_local();
        ui::when::date_time(local, self.viewer.today.date(), self.clock(), self.language())
    }

    /// A day as a heading.
    pub fn day_name(&self, day: NaiveDate) -> String {
        let today = self.viewer.today.date();
        let words = self.language().words();
        if day == today {
            words.today.to_owned()
        } else if day.succ_opt() == Some(today) {
            words.yesterday.to_owned()
        } else {
            ui::when::long_date(day, today, self.language())
        }
    }

    /// When something was, as a list shows it: the time of today, else the day.
    pub fn short(&self, at: DateTime<Utc>) -> String {
        let (day, today) = (self.day(at), self.viewer.today.date());
        if today <= day { self.time(at) } else { ui::when::bare_date(day, today, self.language()) }
    }
}

/// As machines read it.
pub fn machine(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

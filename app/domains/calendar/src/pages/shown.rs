//! Which teams are shown, and whether events are. It stands in the address.

use std::collections::BTreeSet;

use kernel::TeamId;

/// What stands for events.
const EVENTS: &str = "events";
/// What stands for neither a team nor events.
const NOTHING: &str = "none";
/// How much of the end of an id stands for a team: short, and all but never the same of two.
const MARK: usize = 6;

/// What is shown; nothing named is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown(Option<BTreeSet<String>>);

/// What can be shown or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The bookings of a team.
    Team(TeamId),
    /// All events.
    Events,
}

impl Part {
    fn mark(self) -> String {
        match self {
            Part::Team(team) => {
                let id = team.to_string();
                id.get(id.len().saturating_sub(MARK)..).unwrap_or_default().to_owned()
            }
            Part::Events => EVENTS.to_owned(),
        }
    }
}

impl Shown {
    /// Reads what the address says.
    pub(super) fn read(text: Option<&str>) -> Self {
        let marks = |text: &str| {
            let marks = text.split(',').filter(|mark| !mark.is_empty() && *mark != NOTHING);
            marks.map(str::to_owned).collect()
        };
        Shown(text.map(marks))
    }

    /// Whether everything is shown.
    pub(super) fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a part is shown.
    pub(super) fn has(&self, part: Part) -> bool {
        self.0.as_ref().is_none_or(|marks| marks.contains(&part.mark()))
    }

    /// The same with a part that is shown if it was not, and not shown if it was. `all` is everything that there is.
    pub(super) fn turned(&self, part: Part, all: &[Part]) -> Self {
        let shown = all.iter().filter(|other| self.has(**other) != (**other == part));
        let marks: BTreeSet<String> = shown.map(|part| part.mark()).collect();
        Shown((marks.len() < all.len()).then_some(marks))
    }

    /// An address that shows only this.
    pub(super) fn address(&self, mut href: String) -> String {
        let Some(marks) = &self.0 else { return href };
        href.push(if href.contains('?') { '&' } else { '?' });
        href.push_str("teams=");
        if marks.is_empty() {
            href.push_str(NOTHING);
        }
        for (number, mark) in marks.iter().enumerate() {
            if number != 0 {
                href.push(',');
            }
            href.push_str(mark);
        }
        href
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(number: u128) -> Part {
        Part::Team(uuid::Uuid::from_u128(number).into())
    }

    #[test]
    fn everything_is_shown_until_something_is_left_out() {
        let all = [team(0xab_cdef), team(2), Part::Events];
        let shown = Shown::read(None);
        assert!(all.iter().all(|part| shown.has(*part)));
        let shown = shown.turned(team(2), &all);
        assert!(!shown.has(team(2)) && shown.has(team(0xab_cdef)) && shown.has(Part::Events));
        assert_eq!(shown.address("/calendar".into()), "/calendar?teams=abcdef,events");
        assert!(shown.turned(team(2), &all).is_all());
    }

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let all = [team(1), Part::Events];
        let none = Shown::read(Some("")).address("/calendar?view=day".into());
        assert_eq!(none, "/calendar?view=day&teams=none");
        for marks in ["none", "events", "000001", "000001,events"] {
            let shown = Shown::read(Some(marks));
            assert_eq!(shown.address(String::new()), format!("?teams={marks}"));
        }
        assert!(!Shown::read(Some("none")).has(team(1)));
        assert_eq!(Shown::read(Some("gone")).turned(team(1), &all), Shown::read(Some("000001")));
    }
}

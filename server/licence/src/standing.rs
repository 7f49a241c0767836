//! How a licence stands: what people should know about it now. It is told and never acted on.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::Licence;

/// How many days before its end it is said that a licence ends.
const SOON: i64 = 30;

/// What is to be said about a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is none, and none is needed.
    Free,
    /// As it should be, until the end of this day if there is one.
    Valid(Option<NaiveDate>),
    /// This is the last day, in so many days.
    ExpiresSoon(NaiveDate, i64),
    /// This was the last day.
    Expired(NaiveDate),
    /// More people work here than it was bought for.
    TooManyMembers {
        /// How many there are.
        members: u32,
        /// How many it is for.
        seats: u32,
    },
}

/// How the licence stands for an organisation with so many members. What has run out comes before what is too small, and
/// that before what will run out. Days are those of UTC.
pub fn standing(licence: Option<&Licence>, now: DateTime<Utc>, members: u32) -> Standing {
    let Some(licence) = licence else { return Standing::Free };
    let left = |until: NaiveDate| until.signed_duration_since(now.date_naive()).num_days();
    match (licence.expires, licence.seats) {
        (Some(until), _) if left(until) < 0 => Standing::Expired(until),
        (_, Some(seats)) if seats < members => Standing::TooManyMembers { members, seats },
        (Some(until), _) if left(until) <= SOON => Standing::ExpiresSoon(until, left(until)),
        (until, _) => Standing::Valid(until),
    }
}

impl Standing {
    /// Whether somebody should do something about it, when it suits them.
    pub fn wants_attention(self) -> bool {
        !matches!(self, Standing::Free | Standing::Valid(_))
    }
}

/// A sentence or two for people.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |day: &NaiveDate| day.format("%-d %B %Y");
        match self {
            Standing::Free => f.write_str(
                "This is the free edition. Single sign-on, audit log and roles are in it, and nothing is locked.",
            ),
            Standing::Valid(None) => f.write_str("The licence is valid and does not end."),
            Standing::Valid(Some(until)) => write!(f, "The licence is valid until {}.", day(until)),
            Standing::ExpiresSoon(_, 0) => {
                f.write_str("The licence ends today. Everything goes on working after that.")
            }
            Standing::ExpiresSoon(until, 1) => write!(
                f,
                "The licence ends tomorrow, on {}. Everything goes on working after that.",
                day(until)
            ),
            Standing::ExpiresSoon(until, days) => write!(
                f,
                "The licence ends in {days} days, on {}. Everything goes on working after that.",
                day(until)
            ),
            Standing::Expired(until) => {
                write!(f, "The licence ended on {}. Everything goes on working.", day(until))
            }
            Standing::TooManyMembers { members, seats } => write!(
                f,
                "{members} members work here, and the licence is for {seats}. Nobody is kept out; ask for more \
                 when it suits you."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeZone};

    use super::*;
    use crate::tests::licence;

    fn until(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// At an hour of 2026.
    fn at(month: u32, day: u32, hour: u32, minute: u32, second: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, month, day, hour, minute, second).unwrap()
    }

    fn ending(text: &str) -> Licence {
        Licence { expires: Some(until(text)), seats: Some(25), ..licence() }
    }

    #[test]
    fn without_a_licence_it_is_the_free_edition() {
        for members in [0, 1, u32::MAX] {
            assert_eq!(standing(None, at(1, 1, 0, 0, 0), members), Standing::Free);
        }
    }

    #[test]
    fn the_last_day_counts_to_its_end() {
        let licence = ending("2026-11-21");
        let day = until("2026-11-21");
        assert_eq!(standing(Some(&licence), at(11, 21, 23, 59, 59), 1), Standing::ExpiresSoon(day, 0));
        assert_eq!(standing(Some(&licence), at(11, 22, 0, 0, 0), 1), Standing::Expired(day));
    }

    #[test]
    fn thirty_days_are_soon_and_one_more_is_not() {
        let licence = ending("2026-11-21");
        let day = until("2026-11-21");
        assert_eq!(standing(Some(&licence), at(10, 21, 23, 59, 59), 1), Standing::Valid(Some(day)));
        assert_eq!(standing(Some(&licence), at(10, 22, 0, 0, 0), 1), Standing::ExpiresSoon(day, 30));
        assert_eq!(standing(Some(&licence), at(11, 20, 12, 0, 0), 1), Standing::ExpiresSoon(day, 1));
    }

    #[test]
    fn a_licence_without_an_end_never_ends() {
        let licence = Licence { expires: None, seats: None, ..licence() };
        let far = at(1, 1, 0, 0, 0).checked_add_days(Days::new(400_000)).unwrap();
        assert_eq!(standing(Some(&licence), far, u32::MAX), Standing::Valid(None));
    }

    #[test]
    fn as_many_members_as_seats_fit() {
        let licence = ending("2027-11-21");
        let day = until("2027-11-21");
        assert_eq!(standing(Some(&licence), at(1, 1, 0, 0, 0), 25), Standing::Valid(Some(day)));
        let crowded = Standing::TooManyMembers { members: 26, seats: 25 };
        assert_eq!(standing(Some(&licence), at(1, 1, 0, 0, 0), 26), crowded);
    }

    #[test]
    fn what_has_run_out_is_said_first_then_what_is_too_small() {
        let licence = ending("2026-11-21");
        let day = until("2026-11-21");
        assert_eq!(standing(Some(&licence), at(12, 1, 0, 0, 0), 26), Standing::Expired(day));
        let crowded = Standing::TooManyMembers { members: 26, seats: 25 };
        assert_eq!(standing(Some(&licence), at(11, 20, 0, 0, 0), 26), crowded);
    }

    #[test]
    fn each_is_said_in_words_that_lock_nothing() {
        let day = until("2027-06-05");
        let said = [
            Standing::Free,
            Standing::Valid(None),
            Standing::Valid(Some(day)),
            Standing::ExpiresSoon(day, 0),
            Standing::ExpiresSoon(day, 1),
            Standing::ExpiresSoon(day, 30),
            Standing::Expired(day),
            Standing::TooManyMembers { members: 26, seats: 25 },
        ]
        .map(|standing| (standing.wants_attention(), standing.to_string()));
        let expected = [
            (false, "This is the free edition. Single sign-on, audit log and roles are in it, and nothing is locked."),
            (false, "The licence is valid and does not end."),
            (false, "The licence is valid until 5 June 2027."),
            (true, "The licence ends today. Everything goes on working after that."),
            (true, "The licence ends tomorrow, on 5 June 2027. Everything goes on working after that."),
            (true, "The licence ends in 30 days, on 5 June 2027. Everything goes on working after that."),
            (true, "The licence ended on 5 June 2027. Everything goes on working."),
            (
                true,
                "26 members work here, and the licence is for 25. Nobody is kept out; ask for more when it suits you.",
            ),
        ]
        .map(|(attention, text)| (attention, text.to_owned()));
        assert_eq!(said, expected);
    }
}

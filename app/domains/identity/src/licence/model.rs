//! What the page of the licence shows.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// How the installation is licensed, as one organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The name of the plan.
    pub plan: String,
    /// What the file says; none in the free edition.
    pub bought: Option<Bought>,
    /// Active members of the organisation.
    pub members: u32,
    /// The names of all that is included.
    pub included: Vec<String>,
    /// How it stands, as a sentence or two.
    pub text: String,
    /// Whether somebody should do something about it, when it suits them.
    pub wants_attention: bool,
    /// Why there is a file that cannot be used.
    pub fault: Option<String>,
}

/// What a licence says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bought {
    /// What the maker calls it.
    pub id: String,
    /// Who bought it.
    pub licensee: String,
    /// For how many members of an organisation; none for any number.
    pub seats: Option<u32>,
    /// The day it was written.
    pub issued: Day,
    /// The last day it counts for; none for ever.
    pub expires: Option<Day>,
}

/// A day, which travels as a number: that needs no parser of dates in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day(i32);

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Day(date.num_days_from_ce())
    }
}

impl Day {
    /// The date, unless somebody made the number up.
    pub fn date(self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.0)
    }
}

impl Standing {
    /// How many members there are and may be, in words.
    pub fn seats(&self) -> String {
        match self.bought.as_ref().and_then(|bought| bought.seats) {
            Some(seats) => format!("{} of {seats}", self.members),
            None => format!("{}, no limit", self.members),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_survives_the_journey() {
        let date: NaiveDate = "2026-11-21".parse().unwrap();
        let text = serde_json::to_string(&Day::from(date)).unwrap();
        assert_eq!(serde_json::from_str::<Day>(&text).unwrap().date(), Some(date));
        assert_eq!(Day(i32::MAX).date(), None);
    }
}

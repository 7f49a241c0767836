//! Hours that a team can be booked for: how they are read and written, and what they come to.

use kernel::{Error, Result, WorkingDays};

use crate::team::model::TeamCard;

/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// The smallest step, in minutes.
const QUARTER: i64 = 15;

/// Reads hours of a day from the field `hours` as minutes: `7.5`, `7,5` or `7:30`, in quarters, 0 to 24.
pub fn parse_hours(text: &str) -> Result<i64> {
    let wrong = || Error::invalid("hours", "Write hours from 0 to 24 in quarters, for example 7.5.");
    minutes(text.trim()).filter(|minutes| parse_minutes(*minutes).is_ok()).ok_or_else(wrong)
}

/// Checks minutes of a day in the field `minutes_per_day`: in quarters of an hour, 0 to 1440.
pub fn parse_minutes(minutes: i64) -> Result<i64> {
    if (0..=DAY).contains(&minutes) && minutes % QUARTER == 0 {
        Ok(minutes)
    } else {
        Err(Error::invalid(
            "minutes_per_day",
            "Send minutes from 0 to 1440 in quarters of an hour, for example 450.",
        ))
    }
}

fn minutes(text: &str) -> Option<i64> {
    // A number of a few digits: what is longer is no time of a day.
    let number = |digits: &str| -> Option<i64> {
        (1..=4).contains(&digits.len()).then_some(())?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        digits.parse().ok()
    };
    if let Some((hours, minutes)) = text.split_once(':') {
        let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
        return Some(number(hours)? * 60 + minutes);
    }
    let (hours, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let scale = 10_i64.pow(u32::try_from(part.len()).ok()?.min(4));
    let part = number(part)? * 60;
    (part % scale == 0).then_some(())?;
    Some(number(hours)? * 60 + part / scale)
}

/// Writes minutes as hours: `7.5`.
pub fn hours(minutes: i64) -> String {
    let (whole, rest) = (minutes / 60, minutes % 60);
    match rest * 100 / 60 {
        0 => whole.to_string(),
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

/// What the team can be booked for on a working day, in minutes. Who does not work here now counts for nothing.
pub fn per_day(team: &TeamCard) -> i64 {
    if !team.bookable {
        return 0;
    }
    let members = team.members.iter().filter(|member| member.active);
    members.map(|member| member.minutes.unwrap_or(team.minutes_per_day)).sum()
}

/// What the team can be booked for in a week, in minutes.
pub fn per_week(team: &TeamCard, days: WorkingDays) -> i64 {
    per_day(team) * days.count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::team::model::TeamMember;

    fn team(bookable: bool, minutes_per_day: i64, members: &[(bool, Option<i64>)]) -> TeamCard {
        let member = |(active, minutes): &(bool, Option<i64>)| TeamMember {
            id: Uuid::nil().into(),
            name: "Oskar Berg".into(),
            category: 1,
            avatar: 0,
            active: *active,
            minutes: *minutes,
        };
        TeamCard {
            id: Uuid::nil().into(),
            name: "Mechanics".into(),
            category: 2,
            version: 1,
            bookable,
            minutes_per_day,
            members: members.iter().map(member).collect(),
        }
    }

    #[test]
    fn hours_as_people_write_them() {
        for (text, minutes) in [
            ("8", 480),
            (" 7.5 ", 450),
            ("7,25", 435),
            ("7:45", 465),
            ("0", 0),
            ("24", 1440),
            ("24:00", 1440),
            ("6.50", 390),
            ("0.750", 45),
        ] {
            assert_eq!(parse_hours(text), Ok(minutes), "{text}");
        }
        for text in [
            "",
            "-1",
            "24.25",
            "25",
            "7.1",
            "7:20",
            "7:60",
            "eight",
            "7.",
            ".5",
            "1e1",
            "7.5.0",
            "+8",
            "٨",
            "99999999999",
        ] {
            assert!(parse_hours(text).unwrap_err().field("hours").is_some(), "{text}");
        }
    }

    #[test]
    fn minutes_are_quarters_of_a_day() {
        for minutes in [0, 15, 450, 1440] {
            assert_eq!(parse_minutes(minutes), Ok(minutes));
        }
        for minutes in [-15, 7, 1455, i64::MIN, i64::MAX] {
            assert!(parse_minutes(minutes).unwrap_err().field("minutes_per_day").is_some(), "{minutes}");
        }
    }

    #[test]
    fn a_team_is_worth_its_members() {
        let members = [(true, None), (true, Some(240)), (false, None), (true, Some(0))];
        let mechanics = team(true, 450, &members);
        assert_eq!(per_day(&mechanics), 690);
        assert_eq!(hours(per_week(&mechanics, WorkingDays::default())), "57.5");
        assert_eq!(per_day(&team(false, 450, &members)), 0);
        assert_eq!(per_day(&team(true, 450, &[])), 0);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(quarters in 0..=96_i64) {
            let minutes = quarters * QUARTER;
            prop_assert_eq!(parse_hours(&hours(minutes)), Ok(minutes));
            prop_assert_eq!(parse_hours(&hours(minutes).replace('.', ",")), Ok(minutes));
            prop_assert_eq!(parse_hours(&format!("{}:{:02}", minutes / 60, minutes % 60)), Ok(minutes));
        }

        #[test]
        fn only_quarters_of_a_day_are_taken(text in any::<String>(), number in -30.0..30.0_f64) {
            for text in [text, number.to_string(), format!("{number:.2}")] {
                if let Ok(minutes) = parse_hours(&text) {
                    prop_assert!((0..=DAY).contains(&minutes) && minutes % QUARTER == 0);
                }
            }
        }

        #[test]
        fn a_week_is_its_days(
            default in 0..=96_i64,
            members in proptest::collection::vec((any::<bool>(), proptest::option::of(0..=96_i64)), 0..20),
            bits in 1..=127_i64,
        ) {
            let members: Vec<_> =
                members.into_iter().map(|(active, quarters)| (active, quarters.map(|it| it * QUARTER))).collect();
            let days = WorkingDays::from_bits(bits).unwrap();
            let team = team(true, default * QUARTER, &members);
            prop_assert_eq!(per_week(&team, days), per_day(&team) * days.count());
            let active = i64::try_from(members.iter().filter(|(active, _)| *active).count()).unwrap();
            prop_assert!((0..=active * DAY).contains(&per_day(&team)));
            // Order does not matter, and everybody counts for themselves.
            let apart: i64 = members.iter().map(|member| per_day(&self::team(true, default * QUARTER, &[*member]))).sum();
            prop_assert_eq!(apart, per_day(&team));
        }
    }
}

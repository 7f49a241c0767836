//! Demo data: what the dealership's teams are booked for around today, what still needs a time, and a few events.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use kernel::{Cx, EventId, ItemId, JobTypeId, MemberId, Result, TeamId};

use crate::{
    model::{Answer, BookingState},
    repo::{
        self,
        booking::Kept,
        event::{At, Said},
        job_type,
    },
};

/// A team with its members, and the items that they work on.
#[derive(Debug, Clone)]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Who is in it, with their items.
    pub members: Vec<(MemberId, Vec<ItemId>)>,
}

/// What a team does: its name, the job type, and how long that takes.
const JOBS: [(&str, &str, i64); 5] = [
    ("Testers", "Full test", 90),
    ("Mechanics", "Repair", 180),
    ("Body", "Body work", 240),
    ("Photo", "Photo session", 60),
    ("Delivery", "Handover", 60),
];

/// When a team begins what it does on one of the days, in minutes from midnight.
type Begins = (&'static str, &'static [i64]);

const fn clock(hour: i64, minute: i64) -> i64 {
    hour * 60 + minute
}

/// What teams do on the days of a week: two or three things at once at most, so that a week is read at one glance.
const WEEK: [&[Begins]; 5] = [
    &[
        ("Testers", &[clock(9, 0), clock(11, 0), clock(14, 30)]),
        ("Mechanics", &[clock(9, 30), clock(13, 0)]),
        ("Photo", &[clock(13, 0), clock(16, 0)]),
    ],
    &[
        ("Testers", &[clock(9, 0), clock(10, 30), clock(15, 0)]),
        ("Mechanics", &[clock(9, 0), clock(9, 30), clock(13, 0), clock(14, 0)]),
        ("Photo", &[clock(12, 30)]),
    ],
    &[
        ("Testers", &[clock(10, 0), clock(13, 30)]),
        ("Mechanics", &[clock(9, 0), clock(13, 0)]),
        ("Photo", &[clock(9, 0)]),
    ],
    &[
        ("Testers", &[clock(9, 0), clock(10, 30), clock(13, 0)]),
        ("Mechanics", &[clock(9, 0), clock(13, 0)]),
        ("Photo", &[clock(12, 0)]),
    ],
    &[
        ("Testers", &[clock(9, 30), clock(11, 30), clock(14, 0)]),
        ("Mechanics", &[clock(9, 0), clock(12, 30)]),
        ("Photo", &[clock(10, 0), clock(15, 30)]),
    ],
];

/// Fills the calendar from the Monday of this week on for eight days of work.
pub async fn seed(cx: &Cx, teams: &[Team]) -> Result<()> {
    let monday = cx.today().date().week(Weekday::Mon).first_day();
    let works = |day: &NaiveDate| cx.membership().settings.working_days.has(day.weekday());
    let days: Vec<NaiveDate> = monday.iter_days().filter(works).take(8).collect();
    let mut tx = cx.begin().await?;
    for team in teams {
        let Some((_, name, minutes)) = JOBS.iter().find(|(of, ..)| *of == team.name) else { continue };
        let id: JobTypeId = cx.new_id();
        let said = job_type::Said { name: (*name).to_owned(), team_id: team.id, minutes: *minutes };
        job_type::insert(&mut tx, cx, id, &said).await?;
        let job = Job { id, team: team.id, minutes: *minutes };
        let mut hands = Hands::of(team);
        for (day, plan) in days.iter().zip(WEEK.iter().cycle()) {
            let here = plan.iter().filter(|(of, _)| *of == team.name).flat_map(|(_, begins)| begins.iter());
            for begins in here {
                let (member, item) = hands.next();
                let booking = job.booking(cx, member, item, Some(at(cx, *day, *begins)));
                repo::booking::insert(&mut tx, cx, &booking).await?;
            }
        }
        let waiting = team.members.iter().filter_map(|(_, items)| items.last()).take(2);
        for item in waiting {
            repo::booking::insert(&mut tx, cx, &job.booking(cx, None, Some(*item), None)).await?;
        }
    }
    let everybody: Vec<MemberId> =
        teams.iter().flat_map(|team| team.members.iter().map(|(member, _)| *member)).collect();
    for (said, guests) in events(cx, &days, &everybody) {
        let id: EventId = cx.new_id();
        repo::event::insert(&mut tx, cx, id, &said).await?;
        repo::event::invite(&mut tx, cx, id, &guests).await?;
        if guests.contains(&cx.member_id()) {
            repo::event::answer(&mut tx, cx, id, Answer::Yes).await?;
        }
    }
    tx.commit().await
}

fn at(cx: &Cx, day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    cx.instant(day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes))
}

/// The members of a team, one after the other, each with the next of their items.
struct Hands<'a> {
    members: &'a [(MemberId, Vec<ItemId>)],
    turn: usize,
}

impl<'a> Hands<'a> {
    fn of(team: &'a Team) -> Self {
        Hands { members: &team.members, turn: 0 }
    }

    fn next(&mut self) -> (Option<MemberId>, Option<ItemId>) {
        let count = self.members.len().max(1);
        let (round, place) = (self.turn / count, self.turn % count);
        self.turn += 1;
        let Some((member, items)) = self.members.get(place) else { return (None, None) };
        (Some(*member), items.get(round % items.len().max(1)).copied())
    }
}

struct Job {
    id: JobTypeId,
    team: TeamId,
    minutes: i64,
}

impl Job {
    fn booking(
        &self,
        cx: &Cx,
        member_id: Option<MemberId>,
        item_id: Option<ItemId>,
        starts: Option<DateTime<Utc>>,
    ) -> Kept {
        let at = starts.map(|starts| (starts, starts + TimeDelta::minutes(self.minutes)));
        let state = match at {
            None => BookingState::Wanted,
            Some((_, ends)) if ends < cx.now() => BookingState::Done,
            Some(_) => BookingState::Booked,
        };
        Kept {
            id: cx.new_id(),
            job_type_id: self.id,
            job_type: String::new(),
            team_id: self.team,
            member_id,
            item_id,
            step_id: None,
            note: String::new(),
            state,
            minutes: self.minutes,
            at,
            created_at: cx.now(),
            created_by: Some(cx.member_id()),
            updated_at: cx.now(),
            version: 1,
        }
    }
}

fn events(cx: &Cx, days: &[NaiveDate], everybody: &[MemberId]) -> Vec<(Said, Vec<MemberId>)> {
    let said = |title: &str, place: &str, at: At| Said {
        title: title.to_owned(),
        place: place.to_owned(),
        note: String::new(),
        shared: true,
        at,
    };
    let times = |day: NaiveDate, from: i64, to: i64| At::Times(at(cx, day, from), at(cx, day, to));
    let mut events = Vec::new();
    for day in days.iter().filter(|day| day.weekday() == Weekday::Mon) {
        let at = times(*day, 8 * 60 + 30, 9 * 60);
        events.push((said("Weekly planning", "Showroom", at), everybody.to_vec()));
    }
    if let (Some(second), Some(fourth)) = (days.get(1), days.get(3)) {
        let end = second.checked_add_days(Days::new(2)).unwrap_or(*second);
        events.push((said("Courtesy car MXD 120 out", "", At::Days(*second, end)), Vec::new()));
        let few = everybody.iter().copied().take(2).collect();
        events.push((said("Prices for the winter", "Office", times(*fourth, 15 * 60, 16 * 60)), few));
    }
    events
}

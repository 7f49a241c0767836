//! Counting working time: pure, with the clocks of a place given as a function.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::{Holiday, Span, Week};

/// So far ahead working time is looked for, in days: about twenty years.
const HORIZON: usize = 7_310;

/// As many days working time is told of at once.
const SPANNED: i64 = 400;

/// Seconds east of UTC that the clocks of a place have at an instant.
type OffsetAt = Box<dyn Fn(DateTime<Utc>) -> i32 + Send + Sync>;

/// The working time of a place: its hours by its own clocks, without its holidays.
pub struct Calendar {
    /// None where every minute counts.
    week: Option<Week>,
    holidays: BTreeMap<NaiveDate, String>,
    offset_at: OffsetAt,
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar")
            .field("week", &self.week)
            .field("holidays", &self.holidays)
            .finish_non_exhaustive()
    }
}

/// A span of time, as two instants; the second is later.
pub type Open = (DateTime<Utc>, DateTime<Utc>);

impl Calendar {
    /// Counts these hours, but not on holidays. `offset_at` gives seconds east of UTC.
    pub fn of_hours(
        week: Week,
        holidays: impl IntoIterator<Item = Holiday>,
        offset_at: impl Fn(DateTime<Utc>) -> i32 + Send + Sync + 'static,
    ) -> Self {
        let holidays = holidays.into_iter().map(|holiday| (holiday.on, holiday.name)).collect();
        Calendar { week: Some(week), holidays, offset_at: Box::new(offset_at) }
    }

    /// Counts every minute. `offset_at` gives seconds east of UTC.
    pub fn always(offset_at: impl Fn(DateTime<Utc>) -> i32 + Send + Sync + 'static) -> Self {
        Calendar { week: None, holidays: BTreeMap::new(), offset_at: Box::new(offset_at) }
    }

    /// What clocks there show.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = TimeDelta::seconds((self.offset_at)(at).into());
        at.naive_utc().checked_add_signed(offset).unwrap_or(at.naive_utc())
    }

    /// The holiday on a day, if there is one that takes working time away.
    pub fn holiday(&self, day: NaiveDate) -> Option<&str> {
        let name = self.holidays.get(&day)?;
        self.week.as_ref().filter(|week| !week.on(day).is_empty()).map(|_| name.as_str())
    }

    /// The spans of a day as its clocks show them, holiday or not.
    pub fn spans(&self, day: NaiveDate) -> &[Span] {
        self.week.as_ref().map_or(&[], |week| week.on(day))
    }

    /// When clocks show midnight at the beginning of a day, or leap over it.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        self.instant(day.and_time(NaiveTime::MIN))
    }

    /// When clocks show this, for the first time; where they leap over it, when they do.
    fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let shown = kernel::instant(local, &self.offset_at);
        let gap = self.local(shown).signed_duration_since(local);
        if gap <= TimeDelta::zero() {
            return shown;
        }
        // Working time that is left out is no time: it begins and ends with the leap.
        let (mut before, mut after) = (shown.checked_sub_signed(gap).unwrap_or(shown), shown);
        let leapt = (self.offset_at)(shown);
        while TimeDelta::seconds(1) < after - before {
            let middle = before + (after - before) / 2;
            if (self.offset_at)(middle) == leapt { after = middle } else { before = middle }
        }
        // Clocks leap on a whole second.
        DateTime::from_timestamp(after.timestamp(), 0).unwrap_or(after)
    }

    /// The working time of a day, in order.
    fn open(&self, day: NaiveDate) -> Vec<Open> {
        if self.holidays.contains_key(&day) {
            return Vec::new();
        }
        let at = |minutes: u16| {
            let later = TimeDelta::minutes(minutes.into());
            day.and_time(NaiveTime::MIN).checked_add_signed(later).map(|local| self.instant(local))
        };
        let open = |span: &Span| Some((at(span.from)?, at(span.to)?)).filter(|(from, to)| from < to);
        self.spans(day).iter().filter_map(open).collect()
    }

    /// The days from one before an instant, so that none is missed where midnight comes twice.
    fn days_from(&self, at: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
        let day = self.local(at).date();
        day.checked_sub_days(Days::new(1)).unwrap_or(day).iter_days()
    }

    /// How much working time lies between two instants; none where the second is not later.
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        if to <= from {
            return TimeDelta::zero();
        }
        if self.week.is_none() {
            return to - from;
        }
        let last = self.local(to).date();
        let last = last.succ_opt().unwrap_or(last);
        let days = self.days_from(from).take_while(|day| *day <= last);
        let within = |(opens, closes): Open| (closes.min(to) - opens.max(from)).max(TimeDelta::zero());
        days.flat_map(|day| self.open(day)).map(within).sum()
    }

    /// The working time between two instants, in order; what meets is one span. Of a longer time only the first days are told.
    pub fn spans_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Open> {
        if to <= from {
            return Vec::new();
        }
        let last = from.checked_add_signed(TimeDelta::days(SPANNED)).unwrap_or(to);
        let to = to.min(last);
        if self.week.is_none() {
            return vec![(from, to)];
        }
        let last = self.local(to).date();
        let last = last.succ_opt().unwrap_or(last);
        let days = self.days_from(from).take_while(|day| *day <= last);
        let mut spans: Vec<Open> = Vec::new();
        for (opens, closes) in days.flat_map(|day| self.open(day)) {
            let (opens, closes) = (opens.max(from), closes.min(to));
            match spans.last_mut() {
                _ if closes <= opens => {}
                // Where clocks show an hour twice, a day may begin before the one before it ends.
                Some((_, until)) if opens <= *until => *until = closes.max(*until),
                _ => spans.push((opens, closes)),
            }
        }
        spans
    }

    /// The first instant by which so much working time has passed since `start`; none where that is not within some twenty
    /// years, as where nobody ever works.
    pub fn due(&self, start: DateTime<Utc>, budget: TimeDelta) -> Option<DateTime<Utc>> {
        if budget <= TimeDelta::zero() {
            return Some(start);
        }
        let Some(week) = &self.week else { return start.checked_add_signed(budget) };
        if week.is_closed() {
            return None;
        }
        let mut left = budget;
        for day in self.days_from(start).take(HORIZON) {
            for (opens, closes) in self.open(day) {
                let opens = opens.max(start);
                let there = (closes - opens).max(TimeDelta::zero());
                if left <= there {
                    return opens.checked_add_signed(left);
                }
                left -= there;
            }
        }
        None
    }
}

//! What is done again and again: a job at each tick of a cron expression, by the clock on the wall.

use std::{str::FromStr, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use db::{Db, Result, sql};
use serde_json::json;
use uuid::{NoContext, Timestamp, Uuid};

use crate::{Enqueued, NewJob, enqueue};

/// A job at each tick. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Schedule {
    kind: &'static str,
    cron: Arc<Cron>,
    zone: Tz,
}

/// An expression that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the schedule of `{kind}` cannot be read: {cause}")]
pub struct ScheduleError {
    kind: &'static str,
    cause: croner::errors::CronError,
}

impl Schedule {
    /// Jobs of `kind` when `cron` says so by the clocks of `zone`: `30 2 * * *` is half past two there, winter and summer.
    ///
    /// Where the clock is put forward over that time, it is the first moment after the gap; where it is put back, the
    /// first of both. A schedule that goes by the hour or finer follows the time that really passes.
    pub fn new(kind: &'static str, cron: &str, zone: Tz) -> std::result::Result<Self, ScheduleError> {
        let cron = Cron::from_str(cron).map_err(|cause| ScheduleError { kind, cause })?;
        Ok(Schedule { kind, cron: Arc::new(cron), zone })
    }

    /// The first tick after `last`, if there is ever one.
    pub(crate) fn after(&self, last: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let found = self.cron.find_next_occurrence(&last.with_timezone(&self.zone), false).ok()?;
        Some(found.to_utc())
    }

    /// Notes that the schedule exists. Ticks before that do not count.
    async fn begin(&self, db: &Db, now: DateTime<Utc>) -> Result<()> {
        sql("insert into schedule (name, fired_at) values ($1, $2) on conflict (name) do nothing")
            .bind(self.kind)
            .bind(now)
            .execute(db)
            .await?;
        Ok(())
    }

    /// Enqueues the job if a tick has come since the last firing, however many ticks there were, and returns when to look
    /// again. One that is still under way is enough.
    pub(crate) async fn fire(&self, db: &Db, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let last: Option<(DateTime<Utc>,)> =
            sql("select fired_at from schedule where name = $1").bind(self.kind).optional(db).await?;
        let Some((last,)) = last else {
            self.begin(db, now).await?;
            return Ok(self.after(now));
        };
        match self.after(last) {
            Some(tick) if tick <= now => {}
            not_yet => return Ok(not_yet),
        }
        let mut tx = db.begin().await?;
        let moved = sql("update schedule set fired_at = $1 where name = $2 and fired_at = $3")
            .bind(now)
            .bind(self.kind)
            .bind(last)
            .execute(&mut tx)
            .await?;
        // Otherwise another worker was first, and has enqueued the job.
        if moved == 1 {
            let id = Uuid::new_v7(Timestamp::from_unix(
                NoContext,
                now.timestamp().unsigned_abs(),
                now.timestamp_subsec_nanos(),
            ));
            let job = NewJob::new(self.kind, json!({})).unique("schedule");
            if enqueue(&mut tx, id, now, job).await? == Enqueued::Already {
                tracing::warn!(job.kind = self.kind, "The last job of this schedule has not ended yet");
            }
        }
        tx.commit().await?;
        Ok(self.after(now))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, NaiveDate, TimeZone};
    use proptest::prelude::*;

    use super::*;

    fn schedule(cron: &str, zone: Tz) -> Schedule {
        Schedule::new("test", cron, zone).unwrap()
    }

    /// Every tick in a stretch of time.
    fn ticks(schedule: &Schedule, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        std::iter::successors(schedule.after(from), |last| schedule.after(*last))
            .take_while(|tick| *tick <= until)
            .collect()
    }

    fn day(zone: Tz, year: i32, month: u32, day: u32) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |date: NaiveDate| {
            let start = date.and_hms_opt(0, 0, 0).unwrap();
            zone.from_local_datetime(&start).earliest().unwrap().to_utc()
        };
        let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let moment = Duration::microseconds(1);
        (midnight(date) - moment, midnight(date.succ_opt().unwrap()) - moment)
    }

    fn clocks(schedule: &Schedule, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> Vec<String> {
        let shown = |tick: &DateTime<Utc>| tick.with_timezone(&schedule.zone).format("%H:%M %Z").to_string();
        ticks(schedule, from, until).iter().map(shown).collect()
    }

    #[test]
    fn a_time_that_the_clock_jumps_over_is_the_first_after_the_gap() {
        let zone = chrono_tz::Europe::Stockholm;
        let spring = day(zone, 2026, 3, 29);
        assert_eq!(clocks(&schedule("30 2 * * *", zone), spring), ["03:00 CEST"]);
        assert_eq!(clocks(&schedule("30 3 * * *", zone), spring), ["03:30 CEST"]);
        assert_eq!(clocks(&schedule("0 * * * *", zone), spring).len(), 23);
    }

    #[test]
    fn a_time_that_comes_twice_counts_once() {
        let zone = chrono_tz::Europe::Stockholm;
        let autumn = day(zone, 2026, 10, 25);
        assert_eq!(clocks(&schedule("30 2 * * *", zone), autumn), ["02:30 CEST"]);
        assert_eq!(clocks(&schedule("0 * * * *", zone), autumn).len(), 25);
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_named() {
        let error = Schedule::new("sweep", "61 * * * *", Tz::UTC).unwrap_err();
        assert!(error.to_string().starts_with("the schedule of `sweep` cannot be read: "), "{error}");
    }

    const ZONES: [Tz; 6] = [
        Tz::UTC,
        chrono_tz::Europe::Stockholm,
        chrono_tz::America::New_York,
        chrono_tz::America::Sao_Paulo,
        chrono_tz::Asia::Kolkata,
        // Its clock moves by half an hour.
        chrono_tz::Australia::Lord_Howe,
    ];

    proptest! {
        #[test]
        fn a_daily_schedule_ticks_once_on_each_day(
            zone in proptest::sample::select(&ZONES[..]),
            hour in 0_u32..24,
            minute in 0_u32..60,
            start in 0_i64..3_000,
        ) {
            let schedule = schedule(&format!("{minute} {hour} * * *"), zone);
            let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Duration::days(start);
            let from = zone.from_local_datetime(&first.and_hms_opt(12, 0, 0).unwrap()).earliest().unwrap().to_utc();
            let found = ticks(&schedule, from, from + Duration::days(60));
            let mut days: Vec<_> = found.iter().map(|tick| tick.with_timezone(&zone).date_naive()).collect();
            let count = days.len();
            days.dedup();
            prop_assert_eq!(days.len(), count, "a day with two ticks");
            let span = *days.last().unwrap() - *days.first().unwrap();
            prop_assert_eq!(span.num_days() + 1, i64::try_from(count).unwrap(), "a day without a tick");
        }

        #[test]
        fn ticks_only_go_forward_and_fit_the_expression(
            zone in proptest::sample::select(&ZONES[..]),
            every in proptest::sample::select(&[1_u32, 5, 7, 15, 30][..]),
            start in 0_i64..90_000_000,
        ) {
            let schedule = schedule(&format!("*/{every} * * * *"), zone);
            let from = Utc.timestamp_opt(1_700_000_000 + start, 0).unwrap();
            let found = ticks(&schedule, from, from + Duration::hours(3));
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(found.iter().all(|tick| from < *tick));
            for tick in &found {
                let minute: u32 = tick.with_timezone(&zone).format("%M").to_string().parse().unwrap();
                prop_assert_eq!(minute % every, 0);
            }
        }
    }
}

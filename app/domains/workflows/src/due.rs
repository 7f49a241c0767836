//! Reminds members of what they have to do: on the working day before it is due, on the day, and when it is late.

use chrono::{Datelike, Days, NaiveDate, Timelike};
use kernel::{Cx, Notice, NoticeKind, Reason, Result, Site, Today, WorkingDays};

use crate::repo::due::{self as repo, Due};

/// The job that reminds, in every organisation where it is morning.
pub const JOB: &str = "items.due";

/// From when until when it is morning. A worker that was away at eight still comes in time.
const MORNING: std::ops::Range<u32> = 8..12;
/// How many days after its due day an item still counts as newly late.
const LATE: u64 = 7;

/// How a due day stands to today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is due until the next working day.
    Soon,
    /// It is due today.
    Today,
    /// It was due.
    Late,
}

impl Stage {
    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            Stage::Soon => "soon",
            Stage::Today => "today",
            Stage::Late => "late",
        }
    }
}

/// Whether people begin to work now.
pub fn is_morning(today: Today, days: WorkingDays) -> bool {
    let here = today.local(today.now);
    days.has(here.weekday()) && MORNING.contains(&here.hour())
}

/// The first working day after a day.
pub fn next_working_day(today: NaiveDate, days: WorkingDays) -> NaiveDate {
    let later = today.iter_days().skip(1).take(7);
    later.into_iter().find(|day| days.has(day.weekday())).unwrap_or(today)
}

/// The days whose items are looked at: the first and the last.
pub fn span(today: NaiveDate, days: WorkingDays) -> (NaiveDate, NaiveDate) {
    let first = today.checked_sub_days(Days::new(LATE)).unwrap_or(today);
    (first, next_working_day(today, days))
}

/// How a due day of the span stands to today.
pub fn stage(due: NaiveDate, today: NaiveDate) -> Stage {
    match due.cmp(&today) {
        std::cmp::Ordering::Less => Stage::Late,
        std::cmp::Ordering::Equal => Stage::Today,
        std::cmp::Ordering::Greater => Stage::Soon,
    }
}

/// What is said of a due day.
pub fn sentence(due: NaiveDate, today: NaiveDate) -> String {
    match due.signed_duration_since(today).num_days() {
        -1 => "It was due yesterday".to_owned(),
        0 => "It is due today".to_owned(),
        1 => "It is due tomorrow".to_owned(),
        days if days < 0 => format!("It was due on {}", due.format("%A %-d %B")),
        _ => format!("It is due on {}", due.format("%A %-d %B")),
    }
}

/// Reminds in every organisation where it is morning. What fails in one keeps it from no other, and is tried again with
/// the whole.
pub async fn remind(site: &Site) -> Result<()> {
    let mut done = Ok(());
    for cx in site.in_each(JOB).await? {
        if !is_morning(cx.today(), cx.membership().settings.working_days) {
            continue;
        }
        if let Err(error) = remind_here(&cx).await {
            tracing::error!(organisation = %cx.organisation_id(), %error, "Nobody was reminded of due days");
            done = Err(error);
        }
    }
    done
}

/// What was told before is written down in the transaction that tells it, so that it is told once.
async fn remind_here(cx: &Cx) -> Result<()> {
    let today = cx.today().date();
    let span = span(today, cx.membership().settings.working_days);
    let mut tx = cx.begin().await?;
    for item in repo::between(&mut tx, cx.organisation_id(), span).await? {
        let stage = stage(item.due_on, today);
        if repo::note(&mut tx, cx, &item, stage).await? {
            tx.remind(notice(&item, today)).await?;
        }
    }
    tx.commit().await
}

fn notice(item: &Due, today: NaiveDate) -> Notice {
    let key = format!("{}-{}", item.workflow_key, item.number);
    Notice {
        kind: NoticeKind::Due,
        record_id: item.id.uuid(),
        source_id: item.id.uuid(),
        place_id: Some(item.workflow_id.uuid()),
        path: format!("/items/{key}"),
        title: format!("{key} {}", item.title),
        text: sentence(item.due_on, today),
        to: vec![(item.assignee_id, Reason::Assignee)],
    }
}

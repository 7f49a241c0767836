//! Demo data: what the people of the dealership logged in the last weeks.

use chrono::{Datelike, Days};
use kernel::{Cx, ItemId, MemberId, Result};

use crate::{model::TimeEntry, repo};

/// How many days back somebody logged something.
const DAYS: u64 = 12;

/// What somebody does on a day: minutes and note.
const WORK: [(i64, &str); 7] = [
    (45, "Inspection"),
    (90, "Brakes and tyres"),
    (30, "Photos"),
    (120, "Paint and polish"),
    (25, ""),
    (60, "Talked to the customer"),
    (75, "Test drive and report"),
];

/// Logs time of members on their items on the working days up to today: two entries a day for each.
pub async fn seed(cx: &Cx, work: &[(MemberId, Vec<ItemId>)]) -> Result<()> {
    let today = cx.today().date();
    let mut tx = cx.begin().await?;
    let mut jobs = WORK.iter().cycle();
    for back in (0..=DAYS).rev() {
        let Some(day) = today.checked_sub_days(Days::new(back)) else { continue };
        if !cx.membership().settings.working_days.has(day.weekday()) {
            continue;
        }
        for (member, items) in work {
            let turn = usize::try_from(day.num_days_from_ce()).unwrap_or_default();
            let Some(of_day) = items.len().checked_sub(1).map(|last| turn % (last + 1)) else { continue };
            let around = items.iter().cycle().skip(of_day).take(2);
            for (item_id, (minutes, note)) in around.zip(jobs.by_ref()) {
                let entry = TimeEntry {
                    id: cx.new_id(),
                    member_id: *member,
                    item_id: *item_id,
                    day,
                    minutes: *minutes,
                    note: (*note).to_owned(),
                    version: 1,
                };
                repo::lock_day(&mut tx, cx.organisation_id(), *member, day).await?;
                repo::insert(&mut tx, cx, &entry, cx.now()).await?;
            }
        }
    }
    tx.commit().await
}

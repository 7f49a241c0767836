//! Reading the log, taking it away, and proving that it is whole.

use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use kernel::{Cx, Permission, Result};

use crate::audit::{
    model::{AREAS, AuditEntry, AuditFilter, AuditPage, AuditProof},
    repo::{self, Entry, Wanted},
};

/// Entries on one page.
const PAGE: usize = 100;
/// Entries that an export reads at once.
const CHUNK: usize = 2_000;

/// One page of the log, the newest entries first.
pub async fn list(cx: &Cx, filter: &AuditFilter) -> Result<AuditPage> {
    let cx = cx.clone().require(Permission::AuditView)?;
    let mut entries = repo::list(&cx, &wanted(&cx, filter), PAGE + 1).await?;
    let older = PAGE < entries.len();
    if older {
        entries.pop();
    }
    let entries = entries.into_iter().map(AuditEntry::from).collect();
    Ok(AuditPage { entries, older, actors: repo::actors(&cx).await? })
}

/// At most `limit` entries, for other programs. Who may download the log may see it.
pub async fn entries(cx: &Cx, wanted: &Wanted, limit: usize) -> Result<Vec<Entry>> {
    let cx = cx.clone();
    let cx = if cx.may(Permission::AuditExport) { cx } else { cx.require(Permission::AuditView)? };
    repo::list(&cx, wanted, limit).await
}

/// What the filter means in this organisation. A value that somebody made up in the address filters nothing.
fn wanted(cx: &Cx, filter: &AuditFilter) -> Wanted {
    let zone = cx.membership().settings.time_zone.parse::<chrono_tz::Tz>().unwrap_or(chrono_tz::UTC);
    let midnight = |day: NaiveDate| -> Option<DateTime<Utc>> {
        // Where a day begins with a change of the clock, it begins at the first hour there is.
        let hours = (0..3).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
        hours.filter_map(|hour| zone.from_local_datetime(&hour).earliest()).map(|at| at.to_utc()).next()
    };
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    Wanted {
        actor: filter.actor.parse().ok(),
        area: AREAS.iter().find(|(area, _)| *area == filter.area).map(|(area, _)| (*area).to_owned()),
        from: day(&filter.from).and_then(midnight),
        until: day(&filter.until).and_then(|day| day.checked_add_days(Days::new(1))).and_then(midnight),
        before: filter.before,
        ..Wanted::default()
    }
}

/// Reads the whole chain and says whether it is whole.
pub async fn verify(cx: &Cx) -> Result<AuditProof> {
    let cx = cx.clone().require(Permission::AuditView)?;
    let found = kernel::audit::verify(cx.visit().site(), cx.organisation_id()).await?;
    Ok(AuditProof {
        entries: found.entries,
        head: found.head,
        fault: found.fault.map(|fault| fault.to_string()),
    })
}

/// An export under way: a part at a time, so that a log of any length takes little memory.
#[derive(Debug)]
pub struct Export {
    cx: Cx,
    wanted: Wanted,
    ended: bool,
}

/// Begins to export what the filter asks for as CSV, the newest entries first.
pub async fn export(cx: &Cx, filter: &AuditFilter) -> Result<Export> {
    let cx = cx.clone().require(Permission::AuditExport)?;
    cx.require_recent()?;
    let mut tx = cx.begin().await?;
    tx.record(crate::organisation::acts::event("organisation.audit_exported", cx.organisation_id())).await?;
    tx.commit().await?;
    Ok(Export { wanted: wanted(&cx, filter), cx, ended: false })
}

impl Export {
    /// The first line.
    pub const HEAD: &'static str = "number,at,actor,supporter,kind,subject,facts\r\n";

    /// The next lines; none at the end.
    pub async fn next(&mut self) -> Result<Option<String>> {
        if self.ended {
            return Ok(None);
        }
        let entries = repo::list(&self.cx, &self.wanted, CHUNK).await?;
        match entries.last() {
            Some(last) => self.wanted.before = Some(last.number),
            None => self.ended = true,
        }
        let lines = entries.into_iter().map(|entry| line(&entry.into()));
        Ok(Some(lines.collect::<String>()).filter(|lines| !lines.is_empty()))
    }
}

fn line(entry: &AuditEntry) -> String {
    let mut line = format!("{},{}", entry.number, entry.at.to_rfc3339());
    for text in [
        entry.actor.as_deref().unwrap_or_default(),
        entry.supporter.as_deref().unwrap_or_default(),
        &entry.kind,
        entry.subject.as_deref().unwrap_or_default(),
        &entry.facts,
    ] {
        // Writing to a String does not fail.
        write!(line, ",\"{}\"", harmless(text).replace('"', "\"\"")).unwrap_or_default();
    }
    line.push_str("\r\n");
    line
}

/// Spreadsheets take a cell that begins like this for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula() {
        let entry = AuditEntry {
            number: 7,
            at: DateTime::UNIX_EPOCH,
            actor: Some("=HYPERLINK(\"x\")".into()),
            supporter: Some("Sam".into()),
            kind: "team.created".into(),
            subject: Some("A, \"B\"".into()),
            facts: String::new(),
        };
        assert_eq!(
            line(&entry),
            "7,1970-01-01T00:00:00+00:00,\"'=HYPERLINK(\"\"x\"\")\",\"Sam\",\"team.created\",\"A, \"\"B\"\"\",\"\"\r\n"
        );
    }
}

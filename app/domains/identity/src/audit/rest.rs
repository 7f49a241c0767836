//! The audit log for other programs.

use chrono::{DateTime, Utc};
use kernel::{
    MemberId,
    Permission::{AuditExport, AuditView},
};
use rest::{Answer, Call, Filter, List, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::audit::{
    acts,
    model::AuditProof,
    repo::{Entry, Wanted},
};

/// What is published of the audit log.
pub fn routes() -> Routes {
    Routes::new("Audit", "Who did what, and when. Each entry is bound to the one before it.")
        .list("/audit", "List audit entries", May(AuditView), May(AuditExport), list)
        .read("/audit/verification", "Verify the audit log", May(AuditView), verify)
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEntry {
    /// Its place in the log: 1, 2, 3 and so on without a gap.
    #[schema(minimum = 1)]
    number: i64,
    /// When it was done.
    at: DateTime<Utc>,
    /// What was done: the area, a dot, and the act.
    #[schema(example = "team.created")]
    kind: String,
    /// Who did it; none for the program itself.
    actor: Option<MemberId>,
    /// Their name now.
    #[schema(example = "Elsa Lindqvist")]
    actor_name: Option<String>,
    /// The name of who of support did it in their name.
    supporter_name: Option<String>,
    /// What kind of record it was done to.
    #[schema(example = "team")]
    subject_kind: String,
    /// The record.
    subject: Uuid,
    /// Its name, if it is a member or a team.
    #[schema(example = "Workshop")]
    subject_name: Option<String>,
    /// Further facts. `by_key` names the key by which a program did it.
    #[schema(value_type = Object)]
    data: Value,
}

impl Record for AuditEntry {}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        AuditEntry {
            subject_name: entry.subject().map(str::to_owned),
            number: entry.number,
            at: entry.created_at,
            kind: entry.kind,
            actor: entry.actor_id,
            actor_name: entry.actor,
            supporter_name: entry.supporter,
            subject_kind: entry.subject_kind,
            subject: entry.subject_id,
            data: entry.data,
        }
    }
}

/// What reading the whole log has shown.
#[derive(Debug, Serialize, ToSchema)]
struct AuditVerification {
    /// Entries that were read.
    entries: i64,
    /// The hash of the last one (SHA-256): whoever keeps it elsewhere can tell later whether the log was cut.
    head: String,
    /// Whether each entry is as it was written, and none is missing.
    whole: bool,
    /// What is wrong, if anything is.
    fault: Option<String>,
}

impl Record for AuditVerification {}

impl From<AuditProof> for AuditVerification {
    fn from(proof: AuditProof) -> Self {
        AuditVerification {
            entries: proof.entries,
            head: proof.head,
            whole: proof.fault.is_none(),
            fault: proof.fault,
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct AuditEntryFilter {
    /// Only what this member did.
    #[param(value_type = Option<Uuid>)]
    actor: Option<MemberId>,
    /// Only kinds of this area: the part before the dot.
    #[param(example = "team", pattern = "^[a-z_]{1,40}$")]
    area: Option<String>,
    /// Only what was done at this time or later.
    from: Option<DateTime<Utc>>,
    /// Only what was done before this time.
    until: Option<DateTime<Utc>>,
}

impl Filter for AuditEntryFilter {
    // The youngest entry comes first, unless it is asked for the oldest.
    const SORTS: &'static [&'static str] = &["age"];
}

async fn list(call: Call<(), List<AuditEntryFilter>>) -> Answer<Page<AuditEntry>> {
    let List { filter, descending, limit, after, .. } = call.input;
    let mut entries =
        acts::entries(&call.cx, &wanted(filter, descending, after.as_deref())?, limit + 1).await?;
    let more = limit < entries.len();
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|entry| entry.number.to_string());
    Ok(Page { data: entries.into_iter().map(AuditEntry::from).collect(), next })
}

fn wanted(filter: AuditEntryFilter, oldest_first: bool, after: Option<&str>) -> Result<Wanted, Problem> {
    let AuditEntryFilter { actor, area, from, until } = filter;
    let plain = |area: &String| {
        (1..=40).contains(&area.len())
            && area.bytes().all(|letter| letter == b'_' || letter.is_ascii_lowercase())
    };
    if area.as_ref().is_some_and(|area| !plain(area)) {
        return Err(Problem::parameter("area", "It is the part of a kind before the dot, such as team."));
    }
    let last = after.map(str::parse::<i64>).transpose().map_err(|_| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    let (before, after) = if oldest_first { (None, last) } else { (last, None) };
    Ok(Wanted { actor, area, from, until, before, after, oldest_first })
}

async fn verify(call: Call) -> Answer<AuditVerification> {
    Ok(acts::verify(&call.cx).await?.into())
}

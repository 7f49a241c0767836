//! What happened to items, for other programs.

use chrono::{DateTime, Utc};
use kernel::{MemberId, StepId};
use rest::{Answer, Call, List, Page, Record};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{InTime, span};
use crate::{
    acts::item as acts,
    approval::Verdict,
    model::{Act, Activity, Change, Move},
};

/// Something that happened to an item.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemActivity {
    id: Uuid,
    /// `created`, `moved`, `edited`, `decided`, `delegated`, `reminded`, `stuck`, `paused`, `resumed`, `escalated`, `deleted` or
    /// `restored`.
    #[schema(example = "moved")]
    kind: &'static str,
    /// Who did it; none for the system.
    actor: Option<MemberId>,
    /// The name of the rule that did it, if one did.
    #[schema(example = "Remind of the number plates")]
    rule: Option<String>,
    created_at: DateTime<Utc>,
    /// The step that it left, if it was moved.
    from: Option<StepId>,
    /// The name that the step had then.
    #[schema(example = "Request test")]
    from_name: Option<String>,
    /// The step that it came to, if it was moved.
    to: Option<StepId>,
    /// The name that the step had then; also of the step that it began in, or of whom a decision was handed to.
    #[schema(example = "Test and inspect")]
    to_name: Option<String>,
    /// Whether it was moved back.
    rework: bool,
    /// Whether a move was taken back.
    undo: bool,
    /// Whether it went on by itself.
    by_itself: bool,
    /// Whether it was added by a public form, by somebody who was not logged in.
    public_form: bool,
    /// The key of the item that it was added as a part of, or is gone into, together with other parts.
    #[schema(example = "UC-414")]
    part_of: Option<String>,
    /// What was decided of it; none for what was taken back.
    #[schema(inline)]
    verdict: Option<Verdict>,
    /// Why it was decided so, did not go on, or its clock stands still; what happened when it used so much of its time.
    #[schema(example = "The price is too low.")]
    reason: Option<String>,
    /// The name of whom it was decided or handed on for, if not by themselves.
    #[schema(example = "Anna Lind")]
    instead_of: Option<String>,
    /// What was changed, if it was edited.
    changes: Vec<ChangedValue>,
}

impl Record for ItemActivity {}

/// A value that was changed, in words.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedValue {
    /// What people call the value.
    #[schema(example = "Mileage")]
    label: String,
    /// What it was, or empty.
    #[schema(example = "142,000 km")]
    from: String,
    /// What it became, or empty.
    #[schema(example = "142,300 km")]
    to: String,
}

impl From<Change> for ChangedValue {
    fn from(change: Change) -> Self {
        ChangedValue { label: change.label, from: change.from, to: change.to }
    }
}

impl From<Activity> for ItemActivity {
    fn from(entry: Activity) -> Self {
        let bare = ItemActivity {
            id: entry.id,
            kind: entry.act.kind(),
            actor: entry.actor_id,
            rule: (!entry.rule.is_empty()).then_some(entry.rule),
            created_at: entry.created_at,
            from: None,
            from_name: None,
            to: None,
            to_name: None,
            rework: false,
            undo: false,
            by_itself: false,
            public_form: false,
            part_of: None,
            verdict: None,
            reason: None,
            instead_of: None,
            changes: Vec::new(),
        };
        let some = |text: String| (!text.is_empty()).then_some(text);
        match entry.act {
            Act::Created { step, public_form, part_of } => {
                ItemActivity { to_name: Some(step), public_form, part_of: some(part_of), ..bare }
            }
            Act::Moved(Move { from, from_name, to, to_name, rework, undo, by_itself, .. }) => ItemActivity {
                from: Some(from),
                from_name: Some(from_name),
                to: Some(to),
                to_name: Some(to_name),
                rework,
                undo,
                by_itself,
                ..bare
            },
            Act::Edited { changes } => {
                ItemActivity { changes: changes.into_iter().map(ChangedValue::from).collect(), ..bare }
            }
            Act::Decided { verdict, reason, instead_of, .. } => {
                ItemActivity { verdict, reason: some(reason), instead_of: some(instead_of), ..bare }
            }
            Act::Delegated { to, instead_of, .. } => {
                ItemActivity { to_name: some(to), instead_of: some(instead_of), ..bare }
            }
            Act::Stuck { why, .. } => ItemActivity { reason: Some(why), ..bare },
            Act::Paused { reason, .. } => ItemActivity { reason: Some(reason), ..bare },
            Act::Escalated { percent, what, .. } => {
                ItemActivity { reason: Some(format!("{percent} %: {what}")), ..bare }
            }
            Act::Deleted { into } => ItemActivity { part_of: some(into), ..bare },
            Act::Reminded { .. } | Act::Resumed { .. } | Act::Restored => bare,
        }
    }
}

pub(super) async fn list(call: Call<String, List<InTime>>) -> Answer<Page<ItemActivity>> {
    let (entries, next) = acts::activity(&call.cx, &call.path, span(&call.input)?).await?;
    let data = entries.into_iter().map(ItemActivity::from).collect();
    Ok(Page { data, next: next.map(|next| next.to_string()) })
}

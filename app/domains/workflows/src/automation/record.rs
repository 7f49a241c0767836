//! Rules as they are kept, and what is written down of their runs.

use chrono::{DateTime, Utc};
use kernel::{HookName, ItemId, MemberId, RuleId, RunId, WorkflowId};
use serde::{Deserialize, Serialize};

use super::{Chain, Rule};
use crate::{
    booking::JobType,
    model::{Field, Workflow},
};

/// A rule that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRule {
    /// The rule.
    pub id: RuleId,
    /// Grows with each change.
    pub version: i64,
    /// Whether it acts.
    pub active: bool,
    /// What it says.
    pub rule: Rule,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// By whom.
    pub updated_by: MemberId,
    /// When it was set off last and what came of it, without what did not meet its condition.
    pub last: Option<(DateTime<Utc>, State)>,
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(rename_all = "snake_case", type_name = "text"),
    schema(as = RunState)
)]
pub enum State {
    /// It is done soon.
    Waiting,
    /// Everything was done.
    Done,
    /// There was nothing to do: the condition did not hold, or the item is gone.
    Skipped,
    /// It could not be done, so nothing was.
    Failed,
    /// It would have gone round, so it was not begun.
    Stopped,
}

impl State {
    /// All of them.
    pub const ALL: [State; 5] = [State::Done, State::Skipped, State::Failed, State::Stopped, State::Waiting];

    /// The lasting key.
    pub fn key(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Done => "done",
            State::Skipped => "skipped",
            State::Failed => "failed",
            State::Stopped => "stopped",
        }
    }

    /// The name on pages.
    pub fn label(self) -> &'static str {
        match self {
            State::Waiting => "Waiting",
            State::Done => "Done",
            State::Skipped => "Skipped",
            State::Failed => "Failed",
            State::Stopped => "Stopped",
        }
    }

    /// The state with this key.
    pub fn from_key(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What is written down of a run, in words of then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RunLog))]
pub struct Log {
    /// What set it off.
    pub cause: String,
    /// What was read of what came from another program, each value with its place.
    pub came: Vec<(String, String)>,
    /// How the item was found that it is about.
    pub found: String,
    /// The condition as it was then; empty where there was none.
    pub condition: String,
    /// The values that the condition read, each with its name.
    pub reads: Vec<(String, String)>,
    /// Whether the condition held.
    pub decision: String,
    /// What was done, a sentence each.
    pub done: Vec<String>,
    /// Why it was not done, or not all of it.
    pub why: String,
    /// The rules that it set off, by name.
    pub set_off: Vec<String>,
}

/// A run as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The run.
    pub id: RunId,
    /// The rule.
    pub rule_id: RuleId,
    /// Its name now.
    pub rule_name: String,
    /// The item; none where it is not known, or none was found.
    pub item_id: Option<ItemId>,
    /// What people call the item; empty where there is none.
    pub item_key: String,
    /// Its title now; none where it was deleted.
    pub item_title: Option<String>,
    /// What came of it.
    pub state: State,
    /// What was written down.
    pub log: Log,
    /// The rules that set each other off up to this one.
    pub chain: Chain,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was set off.
    pub created_at: DateTime<Utc>,
    /// When the last attempt ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How long that took.
    pub duration_ms: Option<i64>,
}

/// What the page of the rules of a workflow shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automation {
    /// The workflow.
    pub workflow: Workflow,
    /// The fields of its form.
    pub fields: Vec<Field>,
    /// Its rules, by name.
    pub rules: Vec<KeptRule>,
    /// The workflows to which a rule may add items, each with its name and the fields of its form.
    pub others: Vec<(WorkflowId, String, Vec<Field>)>,
    /// What rules can ask to be booked, by name.
    pub job_types: Vec<JobType>,
    /// Rules that set each other off in a circle, by their names, also those of other workflows.
    pub cycles: Vec<Vec<(RuleId, String)>>,
    /// The rules that cannot act, each with why.
    pub faults: Vec<(RuleId, String)>,
    /// The incoming webhooks that may set rules off, by name; none for who may not see them.
    pub hooks: Option<Vec<HookName>>,
}

/// A page of runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    /// The newest first.
    pub runs: Vec<Run>,
    /// The run behind which the next page starts, when there is one.
    pub next: Option<RunId>,
}

//! Approvals: who decides in a step, how many of them must, and what is fixed by what they said so far.
//!
//! The rules know no database. Nobody's word is ever taken back by somebody else's, and as soon as no further word can
//! change the outcome, it is fixed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use kernel::MemberId;
use serde::{Deserialize, Serialize};

/// As many people can be named in one step.
pub const APPROVERS_MAX: usize = 50;
/// The longest reason, in characters.
pub const REASON_MAX: usize = 2_000;

/// Who decides in a step, and how many of them must approve.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who decides, in this order where the order counts; the team of the step while nobody is named.
    #[serde(default)]
    pub approvers: Vec<MemberId>,
    /// How many of them must approve.
    pub need: Need,
    /// Whether whoever added the item or brought it to the step does not decide.
    #[serde(default)]
    pub four_eyes: bool,
}

/// How many must approve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// One of them: whoever speaks first decides.
    #[default]
    Any,
    /// All of them.
    All,
    /// So many of them.
    AtLeast(u32),
    /// All of them, one after another.
    InOrder,
}

/// What somebody decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(rename_all = "snake_case", type_name = "text")
)]
pub enum Verdict {
    /// It may go on.
    Approved,
    /// It may not.
    Refused,
}

impl Verdict {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Approved => "approved",
            Verdict::Refused => "refused",
        }
    }
}

/// What somebody decided of an item in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Decision {
    /// Whose decision it is.
    pub member_id: MemberId,
    /// Who gave it: they themselves, or who stood in for them.
    pub given_by: MemberId,
    /// What.
    pub verdict: Verdict,
    /// Why, in their words; empty where they said nothing.
    pub reason: String,
    /// When.
    pub decided_at: DateTime<Utc>,
}

/// Who stands in for whom now.
pub type StandIns = BTreeMap<MemberId, MemberId>;

/// Who decides for a member: whoever stands in for them, or for those in turn; they themselves where nobody does, or where
/// it goes round in circles.
pub fn acting(member: MemberId, stand_ins: &StandIns) -> MemberId {
    let mut passed = BTreeSet::from([member]);
    let mut now = member;
    while let Some(&next) = stand_ins.get(&now) {
        if !passed.insert(next) {
            return member;
        }
        now = next;
    }
    now
}

/// How the approval of an item stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What is decided, once nothing can change it.
    pub outcome: Option<Verdict>,
    /// Who may decide now, in their order. Nobody once the outcome is fixed.
    pub waiting: Vec<MemberId>,
    /// How many must approve in all.
    pub needed: usize,
    /// How many approved.
    pub approved: usize,
    /// Whether fewer can decide than must approve: others who may have to help out.
    pub short: bool,
}

/// How it stands among `approvers`, who decide in this order where the order counts. Whoever decided counts, even if they
/// are not among them any more. `decisions` are in the order of time.
pub fn standing(need: Need, approvers: &[MemberId], decisions: &[Decision]) -> Standing {
    let said = |verdict: Verdict| decisions.iter().filter(|one| one.verdict == verdict).count();
    let (approved, refused) = (said(Verdict::Approved), said(Verdict::Refused));
    let has_decided = |id: &MemberId| decisions.iter().any(|one| one.member_id == *id);
    let mut waiting: Vec<MemberId> = Vec::new();
    for id in approvers {
        if !has_decided(id) && !waiting.contains(id) {
            waiting.push(*id);
        }
    }
    // Everybody whose word counts: those who gave theirs, and those who still can.
    let all = decisions.len() + waiting.len();
    let needed = match need {
        Need::Any => 1,
        Need::All | Need::InOrder => all.max(1),
        Need::AtLeast(count) => usize::try_from(count).unwrap_or(usize::MAX).max(1),
    };
    let short = approved + refused + waiting.len() < needed;
    let outcome = if need == Need::Any {
        decisions.first().map(|one| one.verdict)
    } else if needed <= approved {
        Some(Verdict::Approved)
    } else if refused != 0 && approved + waiting.len() < needed {
        Some(Verdict::Refused)
    } else {
        None
    };
    match (outcome, need) {
        (Some(_), _) => waiting.clear(),
        (None, Need::InOrder) => waiting.truncate(1),
        (None, _) => {}
    }
    Standing { outcome, waiting, needed, approved, short: short && outcome.is_none() }
}

impl Approval {
    /// Who decides of the people of the step, without those who are `barred` where two pairs of eyes are asked for.
    pub fn deciding(&self, people: &[MemberId], barred: &[MemberId]) -> Vec<MemberId> {
        let is_free = |id: &MemberId| !self.four_eyes || !barred.contains(id);
        people.iter().copied().filter(is_free).collect()
    }

    /// Whether it can be kept: so few are named, and a number that can be reached.
    pub fn is_valid(&self) -> bool {
        let count_is_right = match self.need {
            Need::AtLeast(count) => 1 <= count && usize::try_from(count).is_ok_and(|it| it <= APPROVERS_MAX),
            Need::Any | Need::All | Need::InOrder => true,
        };
        self.approvers.len() <= APPROVERS_MAX && count_is_right
    }

    /// How many must approve, in words.
    pub fn sentence(&self) -> String {
        match self.need {
            Need::Any => "One of them decides.".into(),
            Need::All => "All of them must approve.".into(),
            Need::AtLeast(count) => format!("At least {count} of them must approve."),
            Need::InOrder => "All of them must approve, one after another.".into(),
        }
    }
}

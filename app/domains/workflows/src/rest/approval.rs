//! Deciding of items, for other programs.

use chrono::{DateTime, Utc};
use kernel::{Error, MemberId};
use rest::{Answer, Call, Json, Record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::of_body,
    item::{Item, find_step, show},
};
use crate::{
    acts::{
        approval::{self as acts, Answer as Word},
        item,
    },
    approval::{self, Need, Verdict},
    model::ItemApproval,
};

/// Who decides in a step, and how many of them must approve.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepApproval {
    /// `any` of them, `all` of them, `at_least` so many, or all `in_order`.
    #[schema(example = "at_least")]
    need: &'static str,
    /// How many, for `at_least`.
    #[schema(example = 2)]
    at_least: Option<u32>,
    /// Those who decide, in their order; the team of the step while nobody is named.
    approvers: Vec<MemberId>,
    /// Whether whoever added the item or brought it here does not decide.
    four_eyes: bool,
}

impl From<&approval::Approval> for StepApproval {
    fn from(rule: &approval::Approval) -> Self {
        let (need, at_least) = match rule.need {
            Need::Any => ("any", None),
            Need::All => ("all", None),
            Need::AtLeast(count) => ("at_least", Some(count)),
            Need::InOrder => ("in_order", None),
        };
        StepApproval { need, at_least, approvers: rule.approvers.clone(), four_eyes: rule.four_eyes }
    }
}

/// How the approval of an item stands, in the step where it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemApprovalState {
    rule: StepApproval,
    /// Those who decide of this item, in their order.
    approvers: Vec<MemberId>,
    /// Those who are asked now.
    waiting: Vec<MemberId>,
    /// How many must approve.
    #[schema(example = 2)]
    needed: usize,
    /// How many did.
    #[schema(example = 1)]
    approved: usize,
    /// Who decides for those who are asked, and away or have handed it on.
    stand_ins: Vec<ItemStandIn>,
    /// Whether fewer can decide than must approve, so that whoever may publish workflows can, too.
    short: bool,
    /// What was decided since the item is here, in the order of time.
    decisions: Vec<ItemDecision>,
}

impl Record for ItemApprovalState {}

/// Who decides in whose place.
#[derive(Debug, Serialize, ToSchema)]
struct ItemStandIn {
    /// Whose decision it is.
    member: MemberId,
    /// Who gives it.
    deputy: MemberId,
    /// Whether they handed this one on, or are away.
    handed_on: bool,
}

/// What somebody decided of an item.
#[derive(Debug, Serialize, ToSchema)]
struct ItemDecision {
    /// Whose decision it is.
    member: MemberId,
    /// Who gave it: they, or who stood in for them.
    given_by: MemberId,
    #[schema(inline)]
    verdict: Verdict,
    /// Why; empty where they said nothing.
    #[schema(example = "The price is too low.")]
    reason: String,
    decided_at: DateTime<Utc>,
}

impl From<ItemApproval> for ItemApprovalState {
    fn from(approval: ItemApproval) -> Self {
        let decisions = approval.decisions.into_iter().map(|one| ItemDecision {
            member: one.member_id,
            given_by: one.given_by,
            verdict: one.verdict,
            reason: one.reason,
            decided_at: one.decided_at,
        });
        let handed = approval.handed;
        let stand_ins = approval.stand_ins.into_iter().map(|(member, deputy)| ItemStandIn {
            member,
            deputy,
            handed_on: handed.contains(&member),
        });
        ItemApprovalState {
            rule: StepApproval::from(&approval.rule),
            approvers: approval.approvers,
            waiting: approval.standing.waiting,
            needed: approval.standing.needed,
            approved: approval.standing.approved,
            short: approval.standing.short,
            stand_ins: stand_ins.collect(),
            decisions: decisions.collect(),
        }
    }
}

/// What is decided of an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionToMake {
    #[schema(inline)]
    verdict: Verdict,
    /// Why; needed to refuse it.
    #[serde(default)]
    #[schema(example = "The price is too low.", max_length = 2000)]
    reason: String,
    /// The id of the step to which it goes when it is refused, or its name. Not needed where only one way leads there.
    #[schema(example = "Request")]
    to: Option<String>,
}

pub(super) async fn read(call: Call<String>) -> Answer<ItemApprovalState> {
    Ok(acts::find(&call.cx, &call.path).await?.into())
}

pub(super) async fn decide(call: Call<String, Json<DecisionToMake>>) -> Answer<Item> {
    let (workflow, item) = item::find(&call.cx, &call.path).await?;
    call.made_on(item.card.version)?;
    let DecisionToMake { verdict, reason, to } = call.input.0;
    let to = to.map(|text| {
        let step = find_step(&workflow, workflow.steps_beside(item.card.step_id), &text).map(|step| step.id);
        step.ok_or_else(|| Error::invalid("to", "Choose a step of the workflow by its id or its name."))
    });
    let word = Word { version: item.card.version, verdict, reason, to: to.transpose()? };
    acts::decide(&call.cx, item.card.id, word, None).await?;
    show(&call.cx, &call.path).await
}

/// Who decides in one's place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionToHandOn {
    /// The id of a member; none for oneself again.
    deputy: Option<MemberId>,
}

pub(super) async fn delegate(call: Call<String, Json<DecisionToHandOn>>) -> Answer<ItemApprovalState> {
    let (_, item) = item::find(&call.cx, &call.path).await?;
    match call.input.0.deputy {
        Some(deputy) => {
            let done = acts::delegate(&call.cx, item.card.id, item.card.version, deputy).await;
            done.map_err(of_body)?;
        }
        None => acts::take_back(&call.cx, item.card.id).await?,
    }
    Ok(acts::find(&call.cx, &call.path).await?.into())
}

pub(super) async fn withdraw(call: Call<String>) -> Answer<ItemApprovalState> {
    let (_, item) = item::find(&call.cx, &call.path).await?;
    acts::withdraw(&call.cx, item.card.id).await?;
    Ok(acts::find(&call.cx, &call.path).await?.into())
}

pub(super) async fn remind(call: Call<String>) -> Answer<()> {
    let (_, item) = item::find(&call.cx, &call.path).await?;
    Ok(acts::remind(&call.cx, item.card.id).await?)
}

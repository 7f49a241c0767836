//! Deciding whether items go on.

use chrono::NaiveDate;
use kernel::{ItemId, MemberId, Result};
use leptos::prelude::*;

use crate::model::{Card, StandIn};

#[cfg(feature = "ssr")]
use {
    super::read_key,
    crate::{
        acts::{
            approval::{self as acts, Answer},
            stand_in,
        },
        approval::Verdict,
    },
    kernel::{Cx, Error},
};

/// What a form sends for what is approved; the id of a step stands for refusing it and sending it there.
pub const APPROVED: &str = "approved";

/// Decides of an item. `version` is the one that was seen. Sent again with the same `key`, it counts once.
#[server]
pub async fn decide_item(
    item_id: ItemId,
    version: i64,
    answer: String,
    #[server(default)] reason: String,
    key: Option<String>,
) -> Result<Card> {
    let (verdict, to) = match answer.as_str() {
        APPROVED => (Verdict::Approved, None),
        step => {
            let to =
                step.parse().map_err(|_| Error::invalid("answer", "Approve it, or say where it goes."))?;
            (Verdict::Refused, Some(to))
        }
    };
    let answer = Answer { version, verdict, reason, to };
    acts::decide(&Cx::current().await?, item_id, answer, read_key(key)).await
}

/// Takes back what one decided, while the outcome is open.
#[server]
pub async fn withdraw_decision(item_id: ItemId) -> Result<()> {
    acts::withdraw(&Cx::current().await?, item_id).await
}

/// Hands one's decision on to somebody else, or that of whom one decides for. `version` is the one that was seen.
#[server]
pub async fn delegate_decision(item_id: ItemId, version: i64, deputy_id: MemberId) -> Result<()> {
    acts::delegate(&Cx::current().await?, item_id, version, deputy_id).await
}

/// Decides oneself again what one handed on.
#[server]
pub async fn take_decision_back(item_id: ItemId) -> Result<()> {
    acts::take_back(&Cx::current().await?, item_id).await
}

/// Reminds those who have to decide now.
#[server]
pub async fn remind_approvers(item_id: ItemId) -> Result<()> {
    acts::remind(&Cx::current().await?, item_id).await
}

/// Lets somebody decide in one's place from a day to a day.
#[server]
pub async fn set_stand_in(deputy_id: MemberId, from_on: NaiveDate, until_on: NaiveDate) -> Result<StandIn> {
    stand_in::set(&Cx::current().await?, deputy_id, from_on, until_on).await
}

/// Lets nobody decide in one's place any more.
#[server]
pub async fn end_stand_in() -> Result<()> {
    stand_in::end(&Cx::current().await?).await
}

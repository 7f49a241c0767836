//! Webhooks, their deliveries, and incoming hooks, as pages show them.

mod delivery;
pub mod event;
mod incoming;

use chrono::{DateTime, Utc};
use kernel::{MemberId, WebhookId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use delivery::{Deliveries, DeliveryCard, DeliveryFilter, DeliveryState, LastDelivery};
#[cfg(feature = "ssr")]
pub use incoming::WholeEvent;
pub use incoming::{HookCard, HookKind, IncomingEvent};

/// Letters of a name at most.
pub const LONGEST_NAME: usize = 60;

/// Letters of an address at most.
pub const LONGEST_URL: usize = 2_000;

/// Why the program stopped telling a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Its receiver answered 410: there is nobody any more.
    Gone,
    /// Nothing arrived for days.
    Failing,
}

impl PauseReason {
    /// The name in the database and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            PauseReason::Gone => "gone",
            PauseReason::Failing => "failing",
        }
    }

    /// What happened, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            PauseReason::Gone => "Its receiver answered 410: it is gone.",
            PauseReason::Failing => "Nothing arrived there for five days.",
        }
    }
}

impl std::str::FromStr for PauseReason {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [PauseReason::Gone, PauseReason::Failing].into_iter().find(|it| it.as_str() == text).ok_or(())
    }
}

/// A webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCard {
    /// The webhook.
    pub id: WebhookId,
    /// What it is for.
    pub name: String,
    /// Where events go.
    pub url: String,
    /// What it is told of: kinds and patterns.
    pub events: Vec<String>,
    /// Whether somebody wants it to be told.
    pub active: bool,
    /// Since when nothing has arrived.
    pub failing_since: Option<DateTime<Utc>>,
    /// When the program stopped telling it.
    pub paused_at: Option<DateTime<Utc>>,
    /// Why it did.
    pub pause_reason: Option<PauseReason>,
    /// Until when the secret before signs too.
    pub rotating_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it.
    pub created_by: MemberId,
    /// The version that a change is made on.
    pub version: i64,
    /// Its newest delivery.
    pub last: Option<LastDelivery>,
}

impl WebhookCard {
    /// Whether it is told of what happens now.
    pub fn is_told(&self) -> bool {
        self.active && self.paused_at.is_none()
    }
}

/// A secret that was just made: it is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    /// The webhook.
    pub id: WebhookId,
    /// What signs, as `whsec_…`.
    pub secret: String,
}

/// An incoming hook that was just made, or whose secret was: it is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewHook {
    /// The hook.
    pub id: Uuid,
    /// Where the other program sends to; for one that cannot sign, it holds the secret.
    pub url: String,
    /// What the other program signs with; none when the address holds the secret.
    pub secret: Option<String>,
}

/// All of an organisation, for who manages them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    /// Those that are told, by name.
    pub webhooks: Vec<WebhookCard>,
    /// Those that tell us, by name.
    pub hooks: Vec<HookCard>,
}

/// One webhook with a page of its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDetails {
    /// The webhook.
    pub webhook: WebhookCard,
    /// Some of its deliveries.
    pub deliveries: Deliveries,
}

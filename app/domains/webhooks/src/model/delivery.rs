//! A delivery, and which deliveries are asked for.

use chrono::{DateTime, Utc};
use kernel::DeliveryId;
use serde::{Deserialize, Serialize};
use ui::Tone;

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its first attempt or the next one.
    Waiting,
    /// An attempt is under way.
    Sending,
    /// The receiver has it.
    Delivered,
    /// It was not delivered and will not be.
    Failed,
}

impl DeliveryState {
    /// Every state, in the order of the filter.
    pub const ALL: [DeliveryState; 4] = [Self::Failed, Self::Waiting, Self::Sending, Self::Delivered];

    /// The name in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Sending => "sending",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }

    /// The name on the page.
    pub fn label(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "Waiting",
            DeliveryState::Sending => "Sending",
            DeliveryState::Delivered => "Delivered",
            DeliveryState::Failed => "Failed",
        }
    }

    /// Its colour.
    pub fn tone(self) -> Tone {
        match self {
            DeliveryState::Waiting => Tone::Neutral,
            DeliveryState::Sending => Tone::Info,
            DeliveryState::Delivered => Tone::Success,
            DeliveryState::Failed => Tone::Danger,
        }
    }

    /// Whether nothing more is done about it by itself.
    pub fn is_over(self) -> bool {
        matches!(self, DeliveryState::Delivered | DeliveryState::Failed)
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        DeliveryState::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// What a list of webhooks says of the newest delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDelivery {
    /// Where it is.
    pub state: DeliveryState,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What the receiver answered last, if it did.
    pub status: Option<i64>,
}

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCard {
    /// The delivery.
    pub id: DeliveryId,
    /// What happened, as `item.moved`.
    pub kind: String,
    /// What is sent, as JSON.
    pub body: String,
    /// Where it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_at: Option<DateTime<Utc>>,
    /// What the receiver answered last: a status of HTTP.
    pub status: Option<i64>,
    /// What it said with it, at most a kilobyte.
    pub answer: String,
    /// Why the last attempt failed.
    pub error: String,
    /// How long the last attempt took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// The delivery that it repeats.
    pub replay_of: Option<DeliveryId>,
}

/// Some deliveries, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// The deliveries.
    pub deliveries: Vec<DeliveryCard>,
    /// Whether there are older ones.
    pub older: bool,
}

/// Which deliveries are asked for, as the address of the page says it. What is empty or cannot be read filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryFilter {
    /// A [`DeliveryState`].
    pub state: String,
    /// Only what is older than this delivery.
    pub before: String,
}

impl DeliveryFilter {
    /// The query of an address that asks for the same deliveries, older than `before` if given.
    pub fn query(&self, before: Option<DeliveryId>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        [("state", &self.state), ("before", &before)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", leptos_router::location::Url::escape(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// Whether anything is filtered.
    pub fn is_empty(&self) -> bool {
        self.query(None).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_known_by_its_name() {
        for state in DeliveryState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("lost".parse::<DeliveryState>(), Err(()));
    }

    #[test]
    fn a_filter_is_an_address() {
        let filter = DeliveryFilter { state: "failed".into(), ..DeliveryFilter::default() };
        let id = uuid::Uuid::from_u128(7).into();
        assert_eq!(
            filter.query(Some(id)),
            format!("state=failed&before={}", id.to_string().replace('-', "%2D"))
        );
        assert!(DeliveryFilter::default().is_empty() && !filter.is_empty());
    }
}

//! Incoming hooks, and what came by them.

use chrono::{DateTime, Utc};
use kernel::MemberId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How an incoming hook knows its sender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HookKind {
    /// What comes is signed, as Standard Webhooks says.
    #[default]
    Standard,
    /// The address holds the secret, for senders that cannot sign.
    Token,
}

impl HookKind {
    /// Both, the better one first.
    pub const ALL: [HookKind; 2] = [HookKind::Standard, HookKind::Token];

    /// The name in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            HookKind::Standard => "standard",
            HookKind::Token => "token",
        }
    }

    /// The name on the page.
    pub fn label(self) -> &'static str {
        match self {
            HookKind::Standard => "Signed",
            HookKind::Token => "Secret address",
        }
    }
}

impl std::str::FromStr for HookKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        HookKind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// An incoming hook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookCard {
    /// The hook.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// How it knows its sender.
    pub kind: HookKind,
    /// Whether it takes anything.
    pub active: bool,
    /// Until when the secret before is taken too.
    pub rotating_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it.
    pub created_by: MemberId,
    /// The version that a change is made on.
    pub version: i64,
    /// When the last event came.
    pub last_at: Option<DateTime<Utc>>,
}

/// What came by a hook, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingEvent {
    /// The event.
    pub id: Uuid,
    /// What its sender knows it by.
    pub external_id: String,
    /// How many bytes were sent.
    pub size: i64,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When it was handled.
    pub handled_at: Option<DateTime<Utc>>,
}

/// All of what came by a hook.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeEvent {
    /// What lists show of it.
    pub event: IncomingEvent,
    /// The headers that were kept, by name.
    pub headers: serde_json::Value,
    /// What was sent.
    pub body: Vec<u8>,
}

//! A mail of the outbox, and which mails are asked for.

use chrono::{DateTime, Utc};
use kernel::MailId;
use serde::{Deserialize, Serialize};
use ui::Tone;

/// Where a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum MailState {
    /// It waits for its first attempt or the next one.
    Waiting,
    /// An attempt is under way.
    Sending,
    /// The mail server has taken it.
    Sent,
    /// The mail server may have taken it: its answer was lost.
    MaybeSent,
    /// It was not sent and will not be.
    Failed,
}

impl MailState {
    /// Every state, in the order of the filter.
    pub const ALL: [MailState; 5] = [Self::Failed, Self::MaybeSent, Self::Waiting, Self::Sending, Self::Sent];

    /// The name in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            MailState::Waiting => "waiting",
            MailState::Sending => "sending",
            MailState::Sent => "sent",
            MailState::MaybeSent => "maybe_sent",
            MailState::Failed => "failed",
        }
    }

    /// The name on the page.
    pub fn label(self) -> &'static str {
        match self {
            MailState::Waiting => "Waiting",
            MailState::Sending => "Sending",
            MailState::Sent => "Sent",
            MailState::MaybeSent => "Maybe sent",
            MailState::Failed => "Failed",
        }
    }

    /// Its colour.
    pub fn tone(self) -> Tone {
        match self {
            MailState::Waiting => Tone::Neutral,
            MailState::Sending => Tone::Info,
            MailState::Sent => Tone::Success,
            MailState::MaybeSent => Tone::Warning,
            MailState::Failed => Tone::Danger,
        }
    }
}

impl std::str::FromStr for MailState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        MailState::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// Which mails are asked for, as the address of the page says it. What is empty or cannot be read filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OutboxFilter {
    /// A [`MailState`].
    pub state: String,
    /// A part of the receiver, the subject or the reason.
    pub text: String,
    /// Only what is older than this mail.
    pub before: String,
}

impl OutboxFilter {
    /// The query of an address that asks for the same mails, older than `before` if given.
    pub fn query(&self, before: Option<MailId>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        [("state", &self.state), ("text", &self.text), ("before", &before)]
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

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMail {
    /// Its id.
    pub id: MailId,
    /// Address of the receiver.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Where it is.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// What the mail server said, or why it did not come to that.
    pub reason: String,
    /// When it was written.
    #[serde(with = "chrono::serde::ts_microseconds")]
    pub at: DateTime<Utc>,
    /// Whether it can be sent once more.
    pub again: bool,
}

/// Some mails, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxPage {
    /// The mails.
    pub mails: Vec<OutboxMail>,
    /// Whether there are older ones.
    pub older: bool,
    /// How many are in which state, without the filter.
    pub counts: Vec<(MailState, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_known_by_its_name() {
        for state in MailState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("lost".parse::<MailState>(), Err(()));
    }

    #[test]
    fn a_filter_is_an_address() {
        let filter = OutboxFilter { state: "failed".into(), text: "a b".into(), ..OutboxFilter::default() };
        assert_eq!(filter.query(None), "state=failed&text=a%20b");
        assert!(OutboxFilter::default().is_empty() && !filter.is_empty());
    }
}

//! Providers and linked accounts as pages show them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A provider by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderName {
    /// Its word in addresses.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The ways in besides the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaysIn {
    /// Whether passkeys can be had at the site's address.
    pub passkeys: bool,
    /// The providers that the operator has set up.
    pub providers: Vec<ProviderName>,
}

/// The accounts elsewhere that log a person in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAccounts {
    /// The oldest first.
    pub list: Vec<Linked>,
    /// The providers that can be linked.
    pub providers: Vec<ProviderName>,
}

/// An account elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The link.
    pub id: Uuid,
    /// The provider's name.
    pub provider: String,
    /// The address there, if it was told.
    pub email: String,
    /// When it was linked.
    pub created_at: DateTime<Utc>,
    /// When it last logged in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// How the person may prove that an account with their address is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// They are logged in to it, and have just shown that it is them.
    LoggedIn,
    /// They are logged in to it, and have to show once more that it is them.
    Again,
    /// By its password.
    Password,
    /// It has none: by logging in to it another way.
    Elsewhere,
}

/// Somebody whom a provider vouches for and whose address has an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The provider's name.
    pub provider: String,
    /// The address.
    pub email: String,
    /// What is asked for.
    pub proof: Proof,
}

macro_rules! whys {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// Why a provider led nowhere.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Why {
            $($(#[$doc])* $name),+
        }

        impl Why {
            /// The word in the address of the page that says it.
            pub fn as_str(self) -> &'static str {
                match self { $(Why::$name => $word),+ }
            }

            /// The reason that the word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Why::$name),)+ _ => None }
            }
        }
    };
}

whys! {
    /// The person said no, or closed the window.
    Cancelled = "cancelled",
    /// The question is unknown: too old, answered before, or of another browser.
    Late = "late",
    /// The provider does not vouch for the address.
    Unverified = "unverified",
    /// The provider told no address.
    NoAddress = "no-address",
    /// The provider does not answer.
    Unreachable = "unreachable",
    /// What the provider says does not hold.
    Wrong = "wrong",
    /// The account elsewhere is linked to another account here.
    Taken = "taken",
}

impl Why {
    /// The reason in words, for a provider by name.
    pub fn words(self, provider: &str) -> String {
        match self {
            Why::Cancelled => format!("You did not let {provider} tell who you are. Nothing has changed."),
            Why::Late => {
                "This took longer than 10 minutes, or was begun in another browser. Begin again.".into()
            }
            Why::Unverified => format!(
                "{provider} has not verified your address, so it proves nothing. Verify it there, or log in another \
                 way and link {provider} in your settings."
            ),
            Why::NoAddress => format!(
                "{provider} did not tell your address. Allow it there, or log in another way and link {provider} in \
                 your settings."
            ),
            Why::Unreachable => {
                format!(
                    "{provider} does not answer as it should. Try it again shortly, or log in another way."
                )
            }
            Why::Wrong => format!(
                "What {provider} said about you did not hold, so it was refused. Begin again, or log in another way."
            ),
            Why::Taken => format!(
                "This account at {provider} is linked to another account here. Unlink it there first."
            ),
        }
    }
}

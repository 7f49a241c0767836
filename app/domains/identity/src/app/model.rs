//! What pages show of apps.

use chrono::{DateTime, Utc};
use kernel::{AppId, ConnectionId, PermissionSet, Result};
use serde::{Deserialize, Serialize};

use crate::text;

/// An app's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppName(String);

impl AppName {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        text::line("name", text, 60, "Write what the app is called.").map(AppName)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An app that the organisation has registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppCard {
    /// The app.
    pub id: AppId,
    /// What it calls itself by when it asks.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Where it may be gone back to.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub permissions: PermissionSet,
    /// How many connections to it count.
    pub connections: i64,
}

/// A leave that somebody gave to an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// The connection.
    pub id: ConnectionId,
    /// The name of the app.
    pub app: String,
    /// What they agreed to, as far as they may do it themselves.
    pub permissions: PermissionSet,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When the app asked for new tokens last.
    pub used_at: Option<DateTime<Utc>>,
}

/// The apps that somebody sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apps {
    /// Their own connections, newest first.
    pub connected: Vec<Connected>,
    /// What the organisation has registered, for who manages it.
    pub registered: Vec<AppCard>,
}

/// What an app sends a person with to `/oauth/authorize` (RFC 6749, 7636).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Which app it is.
    #[serde(default)]
    pub client_id: String,
    /// Where to go back to.
    #[serde(default)]
    pub redirect_uri: String,
    /// It is `code`.
    #[serde(default)]
    pub response_type: String,
    /// Keys of permissions with spaces between; none are all that it is registered for.
    #[serde(default)]
    pub scope: String,
    /// What it wants back unchanged.
    #[serde(default)]
    pub state: String,
    /// What it will prove to know.
    #[serde(default)]
    pub code_challenge: String,
    /// It is `S256`.
    #[serde(default)]
    pub code_challenge_method: String,
}

/// What a person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The app.
    pub app: String,
    /// Where it goes on: a host, or the scheme of an installed program.
    pub goes_to: String,
    /// What it wants to do.
    pub permissions: PermissionSet,
}

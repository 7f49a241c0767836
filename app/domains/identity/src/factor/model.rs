//! What pages show about the ways a person gets in.

use chrono::{DateTime, Utc};
use kernel::SessionId;
use serde::{Deserialize, Serialize};

/// Drawing of one colour: a square of `size` units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Width and height in units of the path.
    pub size: i64,
    /// The `d` of an SVG path.
    pub path: String,
}

/// An authenticator app that waits for its first code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// What the camera reads.
    pub picture: Option<Picture>,
    /// What is typed instead, in groups of four letters.
    pub secret: String,
    /// What a phone opens by itself.
    pub address: String,
    /// Whether it takes the place of an app that is in use.
    pub replaces: bool,
}

/// Everything on the page about getting in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// Whether there is a password.
    pub has_password: bool,
    /// When the authenticator app was confirmed, if there is one.
    pub app_since: Option<DateTime<Utc>>,
    /// Whether there is any second factor.
    pub has_factor: bool,
    /// Whether an organisation that asks for a second factor lets this session in.
    pub is_enough: bool,
    /// Recovery codes that were not used yet.
    pub codes_left: i64,
    /// Organisations of the person that ask for a second factor.
    pub required_by: Vec<String>,
    /// Where they are logged in; the present one first.
    pub devices: Vec<Device>,
    /// What happened, newest first.
    pub activity: Vec<Happened>,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The session.
    pub id: SessionId,
    /// Browser and system, such as `Firefox on Linux`.
    pub name: String,
    /// Whether it is a phone or a tablet.
    pub is_mobile: bool,
    /// Network address of the log-in; empty if it is not known.
    pub address: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to ten minutes.
    pub seen_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// One line of the account's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// What, in words.
    pub what: String,
    /// Whether the person should look twice.
    pub is_warning: bool,
    /// Browser and system.
    pub device: String,
    /// Network address.
    pub address: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why somebody is asked for a second factor, and what else would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Required {
    /// Their organisations that ask for one.
    pub by: Vec<String>,
    /// Where a passkey would do: whether they have one.
    pub passkey: Option<bool>,
}

//! What describes an organisation.

use kernel::{OrganisationId, Result, Settings};
use serde::{Deserialize, Serialize};

use crate::text;

/// An organisation's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganisationTitle(String);

impl OrganisationTitle {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_field("name", text)
    }

    /// Reads what somebody typed into another field.
    pub fn parse_field(field: &str, text: &str) -> Result<Self> {
        text::line(field, text, 80, "Write the organisation's name.").map(OrganisationTitle)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An organisation as its settings page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationProfile {
    /// The organisation.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// How it writes dates, times and money.
    pub settings: Settings,
    /// Whether it has a logo.
    pub has_logo: bool,
    /// Whether members need a second factor.
    pub requires_factor: bool,
    /// The version that a change names.
    pub version: i64,
}

/// What the settings offer for choice. It comes from the server, so that the browser's program need not carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// IANA names of time zones.
    pub time_zones: Vec<String>,
    /// ISO 4217 codes and the names of the currencies.
    pub currencies: Vec<(String, String)>,
}

/// The languages of dates and numbers, with their own names.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("sv", "Svenska")];

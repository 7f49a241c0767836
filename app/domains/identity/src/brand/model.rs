//! What describes a brand.

use kernel::{BrandId, BrandName, Error, MemberId, Result};
use serde::{Deserialize, Serialize};

use super::colour::Colour;
use crate::text;

/// A brand's title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandTitle(String);

impl BrandTitle {
    /// Reads what somebody typed into the field `name`.
    pub fn parse(text: &str) -> Result<Self> {
        text::line("name", text, 60, "Write the brand's name.").map(BrandTitle)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads what was chosen in the field `accent`.
pub fn parse_accent(text: &str) -> Result<Colour> {
    Colour::parse(text).ok_or_else(|| {
        Error::invalid("accent", "Choose a colour, or write it with six digits, for example #0b6e8e.")
    })
}

/// Colours to begin with, by name.
pub const PRESETS: [(&str, &str); 8] = [
    ("#0b6e8e", "Petrol"),
    ("#2456c7", "Cobalt"),
    ("#6d3fc4", "Violet"),
    ("#b8325f", "Rose"),
    ("#c2561b", "Copper"),
    ("#f2b705", "Amber"),
    ("#2f7d4f", "Green"),
    ("#3c4654", "Slate"),
];

/// A brand in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandRow {
    /// The brand.
    pub brand: BrandName,
    /// Whether it is the one of everybody who has no home brand.
    pub is_default: bool,
    /// How many people have it as their home brand.
    pub people: i64,
}

/// A brand on its own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandCard {
    /// The brand.
    pub brand: BrandName,
    /// Whose home brand it is, by name.
    pub people: Vec<MemberId>,
}

/// A brand that was removed, for the message that offers the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The brand.
    pub id: BrandId,
    /// Its name.
    pub name: String,
}

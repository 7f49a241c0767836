//! What people tell about themselves.

use kernel::{BrandName, MemberId, Role, TeamId, Today};
use serde::{Deserialize, Serialize};

/// The longest text about oneself, in characters.
pub const BIO_LENGTH: i64 = 500;

/// One's own profile, to be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnProfile {
    /// The membership in the organisation one works in now.
    pub id: MemberId,
    /// Full name.
    pub name: String,
    /// Address one logs in with.
    pub email: String,
    /// What one does in this organisation.
    pub title: String,
    /// Where one usually is.
    pub location: String,
    /// One's own time zone; none follows the organisation's.
    pub time_zone: Option<String>,
    /// The organisation's time zone.
    pub organisation_zone: String,
    /// A few lines about oneself.
    pub bio: String,
    /// Colour, 1 to 10.
    pub category: i64,
    /// The version of the picture; 0 while there is none.
    pub avatar: i64,
    /// The version that a change names.
    pub version: i64,
}

/// What somebody's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonCard {
    /// The membership.
    pub id: MemberId,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they work here now.
    pub active: bool,
    /// What they do in this organisation.
    pub title: String,
    /// Where they usually are.
    pub location: String,
    /// A few lines about themselves.
    pub bio: String,
    /// Colour, 1 to 10.
    pub category: i64,
    /// The version of their picture; 0 while they have none.
    pub avatar: i64,
    /// Teams they are in, by name.
    pub teams: Vec<TeamId>,
    /// Their home brand.
    pub brand: Option<BrandName>,
    /// Their time zone.
    pub time_zone: String,
    /// Now, where they are.
    pub local: Today,
}

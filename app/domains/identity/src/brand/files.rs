//! What browsers load of a brand: its style sheet and its logo, for members of its organisation only.

use kernel::{BrandId, Result, Visit};

use super::{colour::Colour, repo, tones::Theme};
use crate::picture::Picture;

/// The style sheet of a brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The version of the brand that it belongs to.
    pub version: i64,
    /// Its text.
    pub css: String,
}

/// The style sheet of a brand of an organisation the person of this request belongs to. Others get nothing.
pub async fn style(visit: &Visit, id: BrandId) -> Result<Option<Style>> {
    let Some(session) = visit.session() else { return Ok(None) };
    let found = repo::accent(visit.db(), session.shown_as(), id).await?;
    Ok(found.and_then(|(accent, version)| {
        Colour::parse(&accent).map(|colour| Style { version, css: Theme::of(colour).css() })
    }))
}

/// The logo of a brand of an organisation the person of this request belongs to. Others get nothing.
pub async fn logo(visit: &Visit, id: BrandId) -> Result<Option<Picture>> {
    let Some(session) = visit.session() else { return Ok(None) };
    let found = repo::logo(visit.db(), session.shown_as(), id).await?;
    Ok(found.map(|(bytes, media_type)| Picture { bytes, media_type }))
}

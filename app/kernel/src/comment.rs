//! What members say of records.

use crate::{Error, Result};

/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 10_000;

/// Reads a comment: what stands around it goes.
///
/// # Errors
/// What is wrong with it, by the field `body`.
pub fn read_comment(text: &str) -> Result<String> {
    let body = text.trim();
    if body.is_empty() {
        return Err(Error::invalid("body", "Write something first."));
    }
    if COMMENT_MAX < body.chars().count() {
        return Err(Error::invalid("body", format!("A comment may have {COMMENT_MAX} characters.")));
    }
    Ok(body.to_owned())
}

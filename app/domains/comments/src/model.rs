//! The nouns: a comment, and all of them below a record.

use chrono::{DateTime, Utc};
use kernel::{CommentId, MemberId};
use serde::{Deserialize, Serialize};

/// What a member said of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Comment {
    /// The comment.
    pub id: CommentId,
    /// Plain text; `@Name` names a member.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Who wrote it.
    pub created_by: MemberId,
}

/// What is said of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    /// The newest comments, the newest first.
    pub comments: Vec<Comment>,
    /// Whether the viewer may write one.
    pub may_write: bool,
}

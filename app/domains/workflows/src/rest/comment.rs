//! Comments for other programs.

use chrono::{DateTime, Utc};
use kernel::{
    CommentId, MemberId,
    Permission::{CommentWrite, ItemExport, ItemView},
};
use rest::{Answer, Call, Created, Json, List, Needs::May, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{InTime, span};
use crate::{
    acts::{comment as acts, item},
    model,
};

/// What is published of comments.
pub fn routes() -> Routes {
    let write = May(CommentWrite);
    Routes::new("Comments", "What members say of an item. Everybody deletes only their own.")
        .list("/items/{item}/comments", "List comments on an item", May(ItemView), May(ItemExport), list)
        .post("/items/{item}/comments", "Comment on an item", write, create)
        .read("/comments/{comment}", "Read a comment", May(ItemView), read)
        .remove("/comments/{comment}", "Delete a comment", write, delete)
        .post("/comments/{comment}/restore", "Bring a comment back", write, restore)
}

/// A comment on an item.
#[derive(Debug, Serialize, ToSchema)]
struct Comment {
    id: CommentId,
    /// Plain text; `@Name` names a member.
    #[schema(example = "The tyres come tomorrow.")]
    body: String,
    created_at: DateTime<Utc>,
    /// Who wrote it; none where a rule of the workflow or a public form did.
    created_by: Option<MemberId>,
    /// The name of the rule that wrote it, `Public form` for who sent one, or empty.
    #[schema(example = "Remind of the number plates")]
    rule: String,
}

impl Record for Comment {}

impl From<model::Comment> for Comment {
    fn from(comment: model::Comment) -> Self {
        Comment {
            id: comment.id,
            body: comment.body,
            created_at: comment.created_at,
            created_by: comment.created_by,
            rule: comment.rule,
        }
    }
}

/// A comment to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewComment {
    /// Plain text. Members that it names by `@Name` are told of it.
    #[schema(example = "The tyres come tomorrow.", min_length = 1, max_length = 10000)]
    body: String,
}

async fn list(call: Call<String, List<InTime>>) -> Answer<Page<Comment>> {
    let (comments, next) = acts::list(&call.cx, &call.path, span(&call.input)?).await?;
    let data = comments.into_iter().map(Comment::from).collect();
    Ok(Page { data, next: next.map(|next| next.to_string()) })
}

async fn create(call: Call<String, Json<NewComment>>) -> Answer<Created<Comment>> {
    let (_, item) = item::find_for(&call.cx, &call.path, CommentWrite).await?;
    let id = acts::add(&call.cx, item.card.id, &call.input.0.body, None).await?;
    let record = acts::own(&call.cx, id).await?.into();
    Ok(Created { at: format!("/comments/{id}"), record })
}

async fn read(call: Call<CommentId>) -> Answer<Comment> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<CommentId>) -> Answer<()> {
    Ok(acts::delete(&call.cx, call.path).await?)
}

async fn restore(call: Call<CommentId>) -> Answer<Comment> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::own(&call.cx, call.path).await?.into())
}

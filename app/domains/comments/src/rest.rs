//! Comments for other programs.

use chrono::{DateTime, Utc};
use kernel::{
    ClientId, CommentId, MemberId,
    Permission::{ClientView, CommentWrite},
};
use rest::{
    Answer, Call, Created, Filter, Json, List,
    Needs::{Both, In},
    Page, Place, Problem, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{acts, model, repo::Part};

/// The kind of records that addresses name, as its domain calls it.
const CLIENT: &str = "client";

/// What is published.
pub fn routes() -> Routes {
    let (view, write) = (In(ClientView, Place::Client), Both(ClientView, CommentWrite, Place::Client));
    Routes::new("Comments on clients", "What members say of a client. Everybody deletes only their own.")
        .list("/clients/{client}/comments", "List comments on a client", view, view, list)
        .post("/clients/{client}/comments", "Comment on a client", write, create)
        .read("/clients/{client}/comments/{client_comment}", "Read a comment on a client", view, read)
        .remove("/clients/{client}/comments/{client_comment}", "Delete a comment on a client", write, delete)
        .post(
            "/clients/{client}/comments/{client_comment}/restore",
            "Bring a comment on a client back",
            write,
            restore,
        )
}

/// A comment on a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientComment)]
struct Comment {
    id: CommentId,
    /// Plain text; `@Name` names a member.
    #[schema(example = "They are away until Monday.")]
    body: String,
    created_at: DateTime<Utc>,
    created_by: MemberId,
}

impl Record for Comment {}

impl From<model::Comment> for Comment {
    fn from(comment: model::Comment) -> Self {
        let model::Comment { id, body, created_at, created_by } = comment;
        Comment { id, body, created_at, created_by }
    }
}

/// A comment to be written on a client.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClientComment {
    /// Plain text. Members that it names by `@Name` are told of it, if they may see the client.
    #[schema(example = "They are away until Monday.", min_length = 1, max_length = 10000)]
    body: String,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct InTime {}

impl Filter for InTime {
    const SORTS: &'static [&'static str] = &["created_at"];
}

async fn list(call: Call<ClientId, List<InTime>>) -> Answer<Page<Comment>> {
    let List { after, descending, limit, .. } = &call.input;
    let after = after.as_deref().map(str::parse).transpose().map_err(|_| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    // One more tells whether another page comes.
    let part = Part { after, newest_first: *descending, limit: limit + 1 };
    let mut comments = acts::list(&call.cx, CLIENT, &call.path.to_string(), &part).await?;
    let more = *limit < comments.len();
    comments.truncate(*limit);
    let next = comments.last().filter(|_| more).map(|comment| comment.id.to_string());
    Ok(Page { data: comments.into_iter().map(Comment::from).collect(), next })
}

async fn create(call: Call<ClientId, Json<NewClientComment>>) -> Answer<Created<Comment>> {
    let client = call.path.to_string();
    let id = acts::say(&call.cx, CLIENT, &client, &call.input.0.body, None).await?;
    let record = acts::get(&call.cx, CLIENT, &client, id).await?.into();
    Ok(Created { at: format!("/clients/{client}/comments/{id}"), record })
}

async fn read(call: Call<(ClientId, CommentId)>) -> Answer<Comment> {
    let (client, id) = call.path;
    Ok(acts::get(&call.cx, CLIENT, &client.to_string(), id).await?.into())
}

async fn delete(call: Call<(ClientId, CommentId)>) -> Answer<()> {
    let (client, id) = call.path;
    acts::get(&call.cx, CLIENT, &client.to_string(), id).await?;
    Ok(acts::unsay(&call.cx, id).await?)
}

async fn restore(call: Call<(ClientId, CommentId)>) -> Answer<Comment> {
    let (client, id) = call.path;
    acts::say_again(&call.cx, id).await?;
    Ok(acts::get(&call.cx, CLIENT, &client.to_string(), id).await?.into())
}

//! Conversations as others know them: what hangs on one is seen by who is in it.

use std::pin::Pin;

use kernel::{ConversationId, Cx, Permission, Record, RecordFound, RecordKind, Result, Topic};
use uuid::Uuid;

use crate::{api::topic, repo};

/// A conversation, with its id in the address.
pub const CONVERSATION: RecordKind = RecordKind {
    kind: "conversation",
    page: "/messages/",
    max_file_bytes: Some(MOST_BYTES),
    by_key,
    by_id,
    names: None,
};

/// What is sent in a talk; what is larger belongs to the record it is about.
const MOST_BYTES: i64 = 100 * 1024 * 1024;

/// How many messages the member has not seen, for what every page says.
pub fn unread(cx: &Cx) -> Pin<Box<dyn Future<Output = Result<i64>> + Send + '_>> {
    Box::pin(async move { Ok(repo::conversation::unread(cx).await?) })
}

fn by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    Box::pin(async move {
        match key.parse::<Uuid>() {
            Ok(id) => by_id(cx, id).await,
            Err(_) => Ok(None),
        }
    })
}

fn by_id<'a>(cx: &'a Cx, id: Uuid) -> RecordFound<'a> {
    Box::pin(async move {
        // Whoever is in it has this; a program only where it was given it.
        if !cx.may(Permission::MessageUse) {
            return Ok(None);
        }
        let conversation = ConversationId::from(id);
        if repo::conversation::find(cx.db(), cx, conversation).await?.is_none() {
            return Ok(None);
        }
        let members = repo::member::list(cx.db(), cx.organisation_id(), conversation).await?;
        let topic = Topic::members(topic(conversation), members.into_iter().map(|(member, _)| member));
        Ok(Some(Record { id, topic, may_change: true, may_comment: false }))
    })
}

//! Clients as others know them: what hangs on a client is seen by who may see the client.

use kernel::{
    ClientId, Cx, Error, Permission, Record, RecordFound, RecordKind, RecordName, RecordNames, Scope, Topic,
};
use uuid::Uuid;

use crate::{acts, model::TOPIC};

/// A client, with its id in the address.
pub const CLIENT: RecordKind =
    RecordKind { kind: "client", page: "/clients/", max_file_bytes: None, by_key, by_id, names: Some(names) };

fn by_key<'a>(cx: &'a Cx, key: &'a str) -> RecordFound<'a> {
    Box::pin(async move {
        match key.parse::<Uuid>() {
            Ok(id) => by_id(cx, id).await,
            Err(_) => Ok(None),
        }
    })
}

fn by_id(cx: &Cx, id: Uuid) -> RecordFound<'_> {
    Box::pin(async move {
        let here = Scope::Client(ClientId::from(id));
        match acts::get(cx, id.into()).await {
            Ok(_) => Ok(Some(Record {
                id,
                topic: Topic::within(Permission::ClientView, &[here], TOPIC),
                may_change: cx.may_in(Permission::ClientManage, here),
                may_comment: cx.may_in(Permission::CommentWrite, here),
            })),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    })
}

fn names<'a>(cx: &'a Cx, ids: &'a [Uuid]) -> RecordNames<'a> {
    Box::pin(async move {
        let mut names = Vec::new();
        for id in ids {
            match acts::get(cx, (*id).into()).await {
                Ok(client) => {
                    names.push(RecordName { id: *id, key: id.to_string(), title: client.name });
                }
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(names)
    })
}

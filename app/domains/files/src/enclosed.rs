//! Files that records of other domains enclose.

use kernel::{Cx, Enclosures, FileId, FilesDone, FilesFound, FilesKnown, Topic, Tx};
use uuid::Uuid;

use crate::{
    acts::{Act, event},
    repo,
};

/// What this domain does for them.
pub const ENCLOSURES: Enclosures = Enclosures { take, there, known, delete };

fn take<'a>(tx: &'a mut Tx, cx: &'a Cx, record: (&'a str, Uuid), files: &'a [FileId]) -> FilesFound<'a> {
    Box::pin(async move { Ok(repo::enclosed::take(tx, cx, record, files).await?) })
}

fn there<'a>(on: db::On<'a>, cx: &'a Cx, files: &'a [FileId]) -> FilesFound<'a> {
    Box::pin(async move { Ok(repo::enclosed::there(on, cx, files).await?) })
}

fn known<'a>(on: db::On<'a>, cx: &'a Cx, files: &'a [FileId]) -> FilesKnown<'a> {
    Box::pin(async move { Ok(repo::enclosed::known(on, cx, files).await?) })
}

fn delete<'a>(tx: &'a mut Tx, cx: &'a Cx, topic: Topic, files: &'a [FileId]) -> FilesDone<'a> {
    Box::pin(async move {
        for id in files {
            let Some(kept) = repo::find(&mut *tx, cx.organisation_id(), *id).await? else { continue };
            if repo::delete(&mut *tx, cx, *id, None).await? {
                let mut deleted = event(Act::Deleted, &kept, None);
                deleted.topic = Some(topic.clone());
                tx.record(deleted).await?;
            }
        }
        Ok(())
    })
}

//! Taking a chunk of an upload: it goes to the store as it comes, and counts when all of it is there.

use bytes::Bytes;
use futures::{Stream, StreamExt};
use kernel::{Cx, Error, FileId, OrNotFound};
use sha2::{Digest, Sha256};
use store::{Key, Store};
use uuid::Uuid;

use super::{PATIENCE, organisation, store_error};
use crate::{
    model::CHUNK,
    repo::upload::{self, Part},
};

/// A chunk that somebody sends.
#[derive(Debug)]
pub struct Chunk<B> {
    /// Where it begins in the file.
    pub position: i64,
    /// Its SHA-256, if the sender says it.
    pub sha256: Option<Vec<u8>>,
    /// Its bytes.
    pub body: B,
}

/// Why a chunk was not taken.
#[derive(Debug)]
pub enum Refusal {
    /// It does not begin where the last one ended. This is where.
    Elsewhere(i64),
    /// It is larger than a chunk may be, or goes beyond the end of the file.
    TooLarge,
    /// It broke off, or is not what its sender hashed.
    Damaged,
    /// The store has no room.
    Full(Error),
    /// Anything else.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Failed(error)
    }
}

/// Takes a chunk of the member's own upload. Tells how much of the file is here then.
pub async fn put_chunk<B, E>(cx: &Cx, store: &Store, id: FileId, chunk: Chunk<B>) -> Result<i64, Refusal>
where
    B: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let open = upload::find_own(cx.db(), cx, id).await.map_err(Error::from)?.or_not_found()?;
    if chunk.position != open.received {
        return Err(Refusal::Elsewhere(open.received));
    }
    // Chunks take as long as the sender's line.
    cx.visit().rest().await;
    let part: Uuid = cx.new_id();
    let key = Key::part(organisation(cx), id.uuid(), part);
    let room = CHUNK.min(open.size.saturating_sub(open.received));
    let size = keep(cx, store, &key, chunk.body, chunk.sha256, room).await?;
    let part = Part { position: chunk.position, size, id: part };
    let mut tx = cx.begin().await?;
    let added = upload::add_part(&mut tx, cx, id, part, cx.now() + PATIENCE).await.map_err(Error::from)?;
    if added {
        tx.commit().await?;
        return Ok(chunk.position.saturating_add(size));
    }
    drop(tx);
    // Another tab was quicker. What is left of this one here is swept if it cannot be deleted now.
    store.delete(&key).await.ok();
    let open = upload::find_own(cx.db(), cx, id).await.map_err(Error::from)?.or_not_found()?;
    Err(Refusal::Elsewhere(open.received))
}

/// Writes a chunk into the store, and tells its size.
async fn keep<B, E>(
    cx: &Cx,
    store: &Store,
    key: &Key,
    mut body: B,
    sha256: Option<Vec<u8>>,
    room: i64,
) -> Result<i64, Refusal>
where
    B: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let failed = |cause: store::Error| {
        let error = store_error(cx.visit().request_id(), &cause);
        match cause {
            store::Error::Full(_) => Refusal::Full(error),
            _ => Refusal::Failed(error),
        }
    };
    let mut writer = store.write(key).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut left = usize::try_from(room).unwrap_or_default();
    let written = loop {
        match body.next().await {
            Some(Ok(piece)) => {
                let Some(rest) = left.checked_sub(piece.len()) else { break Err(Refusal::TooLarge) };
                left = rest;
                hash.update(&piece);
                if let Err(cause) = writer.write(piece).await {
                    break Err(failed(cause));
                }
            }
            Some(Err(_)) => break Err(Refusal::Damaged),
            None if usize::try_from(room).is_ok_and(|room| room == left) => break Err(Refusal::Damaged),
            None if sha256.is_some_and(|sha256| sha256 != hash.finalize().as_slice()) => {
                break Err(Refusal::Damaged);
            }
            None => break Ok(()),
        }
    };
    match written {
        Ok(()) => {
            let size = writer.finish().await.map_err(failed)?;
            i64::try_from(size).map_err(|_| Refusal::TooLarge)
        }
        Err(refusal) => {
            writer.abort().await;
            Err(refusal)
        }
    }
}

//! Draws the small picture of a file.

use std::path::Path;

use anyhow::anyhow;
use futures::TryStreamExt;
use jobs::Failure;
use kernel::{FileId, OrganisationId};
use store::{Key, picture, poster};
use tokio::io::AsyncWriteExt;

use super::{Desk, system};
use crate::{
    model::State,
    repo::{self, Kept},
};

pub(super) async fn run(desk: &Desk, organisation: OrganisationId, id: FileId) -> Result<(), Failure> {
    let reader = desk.site.reader(db::Scope::organisation(organisation.uuid()));
    let kept = repo::find(&reader, organisation, id).await?;
    reader.rest().await;
    let Some(kept) = kept.filter(|kept| kept.state == State::Ready && !kept.has_preview) else {
        return Ok(());
    };
    // The semaphore is never closed.
    let _turn = desk.drawing.acquire().await.map_err(|cause| anyhow!(cause))?;
    let failure = match draw(desk, organisation, &kept).await? {
        Ok(small) => {
            desk.store.put(&Key::preview(organisation.uuid(), id.uuid()), small.bytes).await?;
            None
        }
        Err(why) => {
            tracing::info!(file.id = %id, %why, "A file has no small picture");
            Some(why)
        }
    };
    let cx = system(&desk.site, organisation, kept.created_by);
    let record = cx.record_by_id(&kept.record_kind, kept.record_id).await.ok();
    let mut tx = cx.begin().await?;
    repo::set_preview(&mut tx, organisation, id, failure.as_deref(), cx.now()).await?;
    if let Some(record) = record {
        let kind = if kept.record_kind == "item" { "item.file_drawn" } else { "file.drawn" };
        tx.tell(record.topic, kind, kept.record_id);
    }
    tx.commit().await?;
    Ok(())
}

/// The picture, or why there is none and never will be. What may work later is an error.
async fn draw(
    desk: &Desk,
    organisation: OrganisationId,
    kept: &Kept,
) -> Result<Result<picture::Small, String>, Failure> {
    let key = Key::file(organisation.uuid(), kept.id.uuid());
    let size = u64::try_from(kept.size).unwrap_or(u64::MAX);
    let file = if picture::reads(&kept.media_type) {
        if picture::MAX_BYTES < size {
            return Ok(Err("The picture is too large for a small one to be drawn.".into()));
        }
        desk.store.read(&key, None).await?.all().await?
    } else {
        if poster::MAX_FILE_BYTES < size {
            return Ok(Err("The file is too large for a picture of it to be drawn.".into()));
        }
        // A tool wants a file on this machine.
        tokio::fs::create_dir_all(&desk.scratch).await?;
        let path = desk.scratch.join(format!("{}.tmp", kept.id));
        let drawn = match copy(desk, &key, &path).await {
            Ok(()) => Ok(desk.tools.draw(&kept.media_type, &path).await),
            Err(failure) => Err(failure),
        };
        tokio::fs::remove_file(&path).await.ok();
        match drawn? {
            Ok(file) => file,
            Err(why) => return Ok(Err(why)),
        }
    };
    Ok(tokio::task::spawn_blocking(move || picture::small(file)).await?)
}

async fn copy(desk: &Desk, key: &Key, path: &Path) -> Result<(), Failure> {
    let mut pieces = desk.store.read(key, None).await?;
    let mut file = tokio::fs::File::create(path).await?;
    while let Some(piece) = pieces.try_next().await? {
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok(())
}

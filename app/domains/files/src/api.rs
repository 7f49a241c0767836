//! Server functions. Chunks and downloads are streams, which the server answers itself with [`crate::acts`].
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::{FileId, Result};
use leptos::prelude::*;

use crate::model::{Files, Upload};

#[cfg(feature = "ssr")]
use {
    crate::acts::{self, Declared, limits},
    kernel::Cx,
};

/// The files of a record, and one's own uploads to it.
#[server]
pub async fn list_files(kind: String, key: String) -> Result<Files> {
    let cx = Cx::current().await?;
    acts::list(&cx, limits(&cx), &kind, &key).await
}

/// Begins to upload a file to a record, or goes on with an upload of the same file that was broken off. What is `held` is to
/// be enclosed in something, and nobody else sees it until it is.
#[server]
pub async fn begin_upload(
    kind: String,
    key: String,
    name: String,
    size: i64,
    modified: i64,
    #[server(default)] held: bool,
) -> Result<Upload> {
    let cx = Cx::current().await?;
    acts::begin(&cx, limits(&cx), &kind, &key, &Declared { name, size, modified, held }).await
}

/// How far one's own upload is.
#[server]
pub async fn find_upload(id: FileId) -> Result<Upload> {
    let cx = Cx::current().await?;
    acts::find(&cx, id).await
}

/// All chunks were sent. `sha256` of the whole, if the sender knows it.
#[server]
pub async fn complete_upload(id: FileId, #[server(default)] sha256: String) -> Result<()> {
    let cx = Cx::current().await?;
    acts::complete(&cx, id, &sha256).await
}

/// Gives one's own upload up.
#[server]
pub async fn cancel_upload(id: FileId) -> Result<()> {
    let cx = Cx::current().await?;
    acts::cancel(&cx, id).await
}

/// Deletes a file. It can be brought back.
#[server]
pub async fn delete_file(id: FileId) -> Result<()> {
    let cx = Cx::current().await?;
    acts::delete(&cx, id, None).await
}

/// Brings a deleted file back.
#[server]
pub async fn restore_file(id: FileId) -> Result<()> {
    let cx = Cx::current().await?;
    acts::restore(&cx, id).await
}

/// An address under which anybody can download the file for a week.
#[server]
pub async fn share_file(id: FileId) -> Result<String> {
    let cx = Cx::current().await?;
    Ok(acts::share(&cx, id).await?.address)
}

//! Uploads for other programs: begun and ended here, their chunks are sent beside the interface.

use kernel::{
    ConversationId, Cx, FileId,
    Permission::{ItemEdit, MessageUse},
};
use rest::{
    Answer, Call, Created, Json,
    Needs::{May, Member},
    Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CONVERSATION, File, ITEM, find};
use crate::{
    acts::{self, Declared, limits},
    model::{self, CHUNK},
};

/// What is published of uploads.
pub(super) fn routes() -> Routes {
    Routes::new(
        "Uploads",
        "Files on their way here. Begin one, `PUT` the bytes to the address that it says as `chunks`, one chunk after the \
         other, and say when all are sent. What broke off goes on at `received`, for two days. The file is looked at \
         then, and is ready or refused some moments later.",
    )
    .post("/items/{item}/files", "Begin to attach a file to an item", May(ItemEdit), to_item)
    .post(
        "/conversations/{conversation}/files",
        "Begin to attach a file to a conversation",
        May(MessageUse),
        to_conversation,
    )
    .read("/uploads/{file}", "Read how far an upload is", Member, read)
    .post("/uploads/{file}/complete", "Complete an upload", Member, complete)
    .remove("/uploads/{file}", "Give an upload up", Member, cancel)
}

/// A file to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFile {
    /// What it is called. Of a longer name than 200 characters, the beginning and the ending stay.
    #[schema(example = "Test report.pdf", min_length = 1)]
    name: String,
    /// In bytes: no more than the server takes for such a record.
    #[schema(example = 142300, minimum = 1)]
    size: i64,
    /// When it was changed last, in milliseconds since 1970: tells apart files of one name and size, so that what broke
    /// off is found again.
    #[serde(default)]
    #[schema(example = 1764323783000_i64)]
    modified: i64,
}

/// An upload under way.
#[derive(Debug, Serialize, ToSchema)]
struct FileUpload {
    /// The file that it becomes.
    file: FileId,
    /// How many bytes are here: the next chunk begins there.
    #[schema(minimum = 0)]
    received: i64,
    /// Where chunks are sent to, below the address of the program, with the same key: `PUT` with the place of the first
    /// byte behind `?at=`. `Content-Digest: sha-256=:…:` lets damage on the way be noticed. It answers with `received`;
    /// a chunk that begins elsewhere is refused with 409.
    #[schema(example = "/api/files/uploads/0198f1c2-7f3e-7d52-8a6b-2f0c1d9e4a77")]
    chunks: String,
    /// The largest chunk, in bytes.
    #[schema(example = 8388608)]
    largest_chunk: i64,
}

impl Record for FileUpload {}

impl From<model::Upload> for FileUpload {
    fn from(upload: model::Upload) -> Self {
        FileUpload {
            file: upload.id,
            received: upload.received,
            chunks: format!("/api/files/uploads/{}", upload.id),
            largest_chunk: CHUNK,
        }
    }
}

/// That all chunks were sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileDigest {
    /// The SHA-256 of the whole file in hexadecimal, if it is known: a file that became another one is refused.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    sha256: Option<String>,
}

async fn to_item(call: Call<String, Json<NewFile>>) -> Answer<Created<FileUpload>> {
    begin(&call.cx, ITEM, &call.path, call.input.0).await
}

async fn to_conversation(call: Call<ConversationId, Json<NewFile>>) -> Answer<Created<FileUpload>> {
    begin(&call.cx, CONVERSATION, &call.path.to_string(), call.input.0).await
}

async fn begin(cx: &Cx, kind: &str, key: &str, new: NewFile) -> Answer<Created<FileUpload>> {
    let NewFile { name, size, modified } = new;
    let upload =
        acts::begin(cx, limits(cx), kind, key, &Declared { name, size, modified, held: false }).await?;
    Ok(Created { at: format!("/uploads/{}", upload.id), record: upload.into() })
}

async fn read(call: Call<FileId>) -> Answer<FileUpload> {
    Ok(acts::find(&call.cx, call.path).await?.into())
}

async fn complete(call: Call<FileId, Json<FileDigest>>) -> Answer<File> {
    acts::complete(&call.cx, call.path, call.input.0.sha256.as_deref().unwrap_or_default()).await?;
    find(&call.cx, call.path).await
}

async fn cancel(call: Call<FileId>) -> Answer<()> {
    Ok(acts::cancel(&call.cx, call.path).await?)
}

//! Files for other programs.

mod upload;

use chrono::{DateTime, Utc};
use kernel::{
    ConversationId, Cx, FileId, MemberId,
    Permission::{ItemEdit, ItemExport, ItemView, MessageUse},
};
use rest::{
    Answer, Call, Filter, Key, List, Listed,
    Needs::{May, Member},
    Page, Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    acts,
    model::{self, State},
};

/// The kinds of records that addresses name, as their domains call them.
const ITEM: &str = "item";
const CONVERSATION: &str = "conversation";

/// What is published, kind by kind.
pub fn routes() -> Vec<Routes> {
    vec![files(), upload::routes()]
}

/// Files themselves. Whoever may see a record may see its files; whoever may change it, theirs.
fn files() -> Routes {
    let (edit, talk) = (May(ItemEdit), May(MessageUse));
    Routes::new(
        "Files",
        "What is attached to an item or a conversation. Whoever may see the record may see its files. A key also opens \
         the address that a file says as `content`.",
    )
    .list("/items/{item}/files", "List files of an item", May(ItemView), May(ItemExport), list_of_item)
    .delete("/items/{item}/files/{file}", "Delete a file of an item", edit, delete_of_item)
    .post("/items/{item}/files/{file}/restore", "Bring a file of an item back", edit, restore_of_item)
    .post("/items/{item}/files/{file}/link", "Make a link to a file of an item", edit, link_of_item)
    .list("/conversations/{conversation}/files", "List files of a conversation", talk, talk, list_of_talk)
    .delete(
        "/conversations/{conversation}/files/{file}",
        "Delete a file of a conversation",
        talk,
        delete_of_talk,
    )
    .post(
        "/conversations/{conversation}/files/{file}/restore",
        "Bring a file of a conversation back",
        talk,
        restore_of_talk,
    )
    .post(
        "/conversations/{conversation}/files/{file}/link",
        "Make a link to a file of a conversation",
        talk,
        link_of_talk,
    )
    .read("/files/{file}", "Read a file", Member, read)
}

/// Where a file is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FileState {
    /// Its chunks are coming: only who sends them sees it.
    Uploading,
    /// They are here; it is put together and looked at.
    Scanning,
    /// It can be read.
    Ready,
    /// It is not taken.
    Refused,
}

impl From<State> for FileState {
    fn from(state: State) -> Self {
        match state {
            State::Uploading => FileState::Uploading,
            State::Scanning => FileState::Scanning,
            State::Ready => FileState::Ready,
            State::Refused => FileState::Refused,
        }
    }
}

/// A file that is attached to a record.
#[derive(Debug, Serialize, ToSchema)]
struct File {
    id: FileId,
    /// What kind of record it is attached to: `item` or `conversation`.
    #[schema(example = "item")]
    record_kind: String,
    /// The record.
    record: Uuid,
    /// As its person called it.
    #[schema(example = "Test report.pdf")]
    name: String,
    /// What it is, by its content; empty before that was looked at.
    #[schema(example = "application/pdf")]
    media_type: String,
    /// In bytes.
    #[schema(minimum = 1)]
    size: i64,
    #[schema(inline)]
    state: FileState,
    /// Why it was refused, or what keeps it from going on; else empty.
    reason: String,
    /// Where its bytes are, below the address of the program: `GET`, also of a range, with the same key. None before it
    /// is ready.
    #[schema(example = "/files/0198f1c2-7f3e-7d52-8a6b-2f0c1d9e4a77/Test%20report.pdf")]
    content: Option<String>,
    /// Where a small picture of it is, if there is one.
    preview: Option<String>,
    created_at: DateTime<Utc>,
    created_by: MemberId,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for File {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl File {
    fn of(record_kind: &str, record: Uuid, file: model::File) -> Self {
        let ready = file.state == State::Ready;
        File {
            record_kind: record_kind.to_owned(),
            record,
            content: ready.then(|| file.address()),
            preview: (ready && file.has_preview).then(|| format!("/previews/{}", file.id)),
            id: file.id,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            state: file.state.into(),
            reason: file.reason,
            created_at: file.created_at,
            created_by: file.created_by,
            version: file.version,
        }
    }
}

impl Listed for File {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "name" => Key::Text(self.name.to_lowercase()),
            "size" => Key::Number(self.size),
            _ => Key::Number(self.created_at.timestamp_micros()),
        }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct FileFilter {
    /// Words in the name.
    q: Option<String>,
    /// Only files in this state.
    #[param(inline)]
    state: Option<FileState>,
    /// Only files of this type or family of types, by their content.
    #[param(example = "image/")]
    media_type: Option<String>,
    /// Only what this member brought.
    #[param(value_type = Option<Uuid>)]
    created_by: Option<MemberId>,
}

impl Filter for FileFilter {
    const SORTS: &'static [&'static str] = &["created_at", "name", "size"];
}

impl FileFilter {
    fn fits(&self, file: &File) -> bool {
        let words = self.q.as_deref().map(str::to_lowercase);
        words.is_none_or(|words| file.name.to_lowercase().contains(&words))
            && self.state.is_none_or(|state| file.state == state)
            && self.media_type.as_deref().is_none_or(|kind| file.media_type.starts_with(kind))
            && self.created_by.is_none_or(|member| file.created_by == member)
    }
}

/// An address that leads to a file for a while.
#[derive(Debug, Serialize, ToSchema)]
struct FileLink {
    /// Whoever has it can read the file, without a key.
    #[schema(example = "https://mediap.example.com/shared/0198f1c2-7f3e-7d52-8a6b-2f0c1d9e4a77/a.pdf?key=…")]
    url: String,
    /// Until when.
    expires_at: DateTime<Utc>,
}

impl Record for FileLink {}

async fn list_of_item(call: Call<String, List<FileFilter>>) -> Answer<Page<File>> {
    list(&call.cx, ITEM, &call.path, &call.input).await
}

async fn list_of_talk(call: Call<ConversationId, List<FileFilter>>) -> Answer<Page<File>> {
    list(&call.cx, CONVERSATION, &call.path.to_string(), &call.input).await
}

async fn list(cx: &Cx, kind: &str, key: &str, list: &List<FileFilter>) -> Answer<Page<File>> {
    let (record, files) = acts::of_record(cx, kind, key).await?;
    let files = files.into_iter().map(|file| File::of(kind, record.id, file));
    list.page(files.filter(|file| list.filter.fits(file)).collect())
}

async fn read(call: Call<FileId>) -> Answer<File> {
    find(&call.cx, call.path).await
}

async fn delete_of_item(call: Call<(String, FileId)>) -> Answer<()> {
    acts::require_of(&call.cx, ITEM, &call.path.0, call.path.1).await?;
    delete(&call, call.path.1).await
}

async fn delete_of_talk(call: Call<(ConversationId, FileId)>) -> Answer<()> {
    acts::require_of(&call.cx, CONVERSATION, &call.path.0.to_string(), call.path.1).await?;
    delete(&call, call.path.1).await
}

async fn delete<P>(call: &Call<P>, id: FileId) -> Answer<()> {
    let file = find(&call.cx, id).await?;
    call.made_on(file.version)?;
    Ok(acts::delete(&call.cx, id, Some(file.version)).await?)
}

async fn restore_of_item(call: Call<(String, FileId)>) -> Answer<File> {
    let (key, id) = call.path;
    acts::require_of(&call.cx, ITEM, &key, id).await?;
    restore(&call.cx, id).await
}

async fn restore_of_talk(call: Call<(ConversationId, FileId)>) -> Answer<File> {
    let (key, id) = call.path;
    acts::require_of(&call.cx, CONVERSATION, &key.to_string(), id).await?;
    restore(&call.cx, id).await
}

async fn restore(cx: &Cx, id: FileId) -> Answer<File> {
    acts::restore(cx, id).await?;
    find(cx, id).await
}

async fn link_of_item(call: Call<(String, FileId)>) -> Answer<FileLink> {
    let (key, id) = call.path;
    acts::require_of(&call.cx, ITEM, &key, id).await?;
    link(&call.cx, id).await
}

async fn link_of_talk(call: Call<(ConversationId, FileId)>) -> Answer<FileLink> {
    let (key, id) = call.path;
    acts::require_of(&call.cx, CONVERSATION, &key.to_string(), id).await?;
    link(&call.cx, id).await
}

async fn link(cx: &Cx, id: FileId) -> Answer<FileLink> {
    let acts::Link { address, until } = acts::share(cx, id).await?;
    Ok(FileLink { url: address, expires_at: until })
}

/// A file of a record that the asker may see.
async fn find(cx: &Cx, id: FileId) -> Answer<File> {
    let (kind, record, file) = acts::get(cx, id).await?;
    Ok(File::of(&kind, record, file))
}

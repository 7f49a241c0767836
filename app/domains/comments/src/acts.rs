//! What is said of records, and who is told of it. What somebody does not see answers as if it did not exist.

use kernel::{
    CommentId, Cx, Error, Event, MemberId, Notice, NoticeKind, OrNotFound, Permission, Reason, Record,
    RecordKind, Result, Tx, mention, read_comment,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    model::{Comment, Discussion},
    repo::{self, Part},
};

/// As many comments a page shows.
const SHOWN: usize = 200;

/// What is said of the record of this kind that has `key` in the address of its page.
pub async fn discussion(cx: &Cx, kind: &str, key: &str) -> Result<Discussion> {
    let record = cx.record(kind, key).await?;
    let newest = Part { after: None, newest_first: true, limit: SHOWN };
    let comments = repo::part(cx.db(), cx.organisation_id(), record.id, &newest).await?;
    Ok(Discussion { comments, may_write: record.may_comment })
}

/// A part of them.
pub async fn list(cx: &Cx, kind: &str, key: &str, part: &Part) -> Result<Vec<Comment>> {
    let record = cx.record(kind, key).await?;
    Ok(repo::part(cx.db(), cx.organisation_id(), record.id, part).await?)
}

/// One comment on it.
pub async fn get(cx: &Cx, kind: &str, key: &str, id: CommentId) -> Result<Comment> {
    let record = cx.record(kind, key).await?;
    repo::find(cx.db(), cx.organisation_id(), record.id, id).await?.or_not_found()
}

/// Says something of it. Done again with the same `once`, it is said once.
pub async fn say(cx: &Cx, kind: &str, key: &str, body: &str, once: Option<Uuid>) -> Result<CommentId> {
    let kind = cx.record_kind(kind)?;
    let record = may_write(cx.record(kind.kind, key).await?)?;
    let body = read_comment(body)?;
    let named = those_who_see(cx, kind, record.id, mention::members(cx, &body).await?).await?;
    let took_part = repo::authors(cx.db(), cx.organisation_id(), record.id).await?;
    let took_part = those_who_see(cx, kind, record.id, took_part).await?;
    let name = cx.record_names(kind.kind, &[record.id]).await?.pop().or_not_found()?;
    let id: CommentId = cx.new_id();
    let mut tx = cx.begin().await?;
    if let Some(said) = tx.once(once, id.uuid()).await? {
        return Ok(said.into());
    }
    repo::insert(&mut tx, cx, id, (kind.kind, record.id), &body).await?;
    let named = named.into_iter().map(|member| (member, Reason::Named));
    let took_part = took_part.into_iter().map(|member| (member, Reason::TookPart));
    let notice = Notice {
        kind: NoticeKind::Discussed,
        record_id: record.id,
        source_id: id.uuid(),
        place_id: None,
        path: format!("{}{}", kind.page, name.key),
        title: name.title,
        text: body,
        to: named.chain(took_part).collect(),
    };
    tx.notify(notice).await?;
    note(&mut tx, "comment.written", kind, record, id).await?;
    tx.commit().await?;
    Ok(id)
}

/// Deletes one's own comment. [`say_again`] brings it back.
pub async fn unsay(cx: &Cx, id: CommentId) -> Result<()> {
    let (kind, record) = own(cx, id).await?;
    let mut tx = cx.begin().await?;
    repo::delete(&mut tx, cx, id).await?.then_some(()).or_not_found()?;
    tx.take_back(id.uuid()).await?;
    note(&mut tx, "comment.deleted", kind, record, id).await?;
    tx.commit().await
}

/// Brings one's own deleted comment back.
pub async fn say_again(cx: &Cx, id: CommentId) -> Result<()> {
    let (kind, record) = own(cx, id).await?;
    let mut tx = cx.begin().await?;
    repo::restore(&mut tx, cx, id).await?.then_some(()).or_not_found()?;
    note(&mut tx, "comment.restored", kind, record, id).await?;
    tx.commit().await
}

/// The record that one's own comment is on, for who may still write there.
async fn own(cx: &Cx, id: CommentId) -> Result<(RecordKind, Record)> {
    let (kind, record) = repo::record_of(cx.db(), cx, id).await?.or_not_found()?;
    let kind = cx.record_kind(&kind)?;
    Ok((kind, may_write(cx.record_by_id(kind.kind, record).await?)?))
}

fn may_write(record: Record) -> Result<Record> {
    if record.may_comment {
        return Ok(record);
    }
    Err(Error::Forbidden(Permission::CommentWrite.refusal().into()))
}

/// Those of members who see a record.
async fn those_who_see(
    cx: &Cx,
    kind: RecordKind,
    record: Uuid,
    members: Vec<MemberId>,
) -> Result<Vec<MemberId>> {
    let mut seeing = Vec::new();
    for member in members.into_iter().filter(|member| *member != cx.member_id()) {
        let Some(theirs) = cx.as_member(member).await? else { continue };
        match theirs.record_by_id(kind.kind, record).await {
            Ok(_) => seeing.push(member),
            Err(Error::NotFound | Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(seeing)
}

async fn note(
    tx: &mut Tx,
    what: &'static str,
    kind: RecordKind,
    record: Record,
    id: CommentId,
) -> Result<()> {
    let Record { id: subject_id, topic, .. } = record;
    let data = json!({ "comment": id });
    tx.record(Event { kind: what, subject_kind: kind.kind, subject_id, topic: Some(topic), data }).await
}

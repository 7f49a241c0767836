//! Conversations: finding, beginning and leaving them, and who is in them.

use kernel::{
    ConversationId, Cx, Directory, Error, Event, MemberId, OrNotFound, Permission, Person, Result, Topic, Tx,
};
use serde_json::{Value, json};

use super::{files, hearers, tell_oneself};
use crate::{
    model::{Conversations, Head, Kind, MOST_MEMBERS, PAGE, Talk},
    repo::{
        self,
        card::{Card, Wanted},
        conversation::Place,
        message::Part,
    },
    rules,
};

/// The conversations that the viewer is in, the newest first.
pub async fn list(cx: &Cx) -> Result<Conversations> {
    let lines = repo::conversation::list(cx.db(), cx).await?;
    let members = lines.iter().flat_map(|line| line.head.members.iter().copied().chain(line.author));
    let people = people(cx, members.collect()).await?;
    Ok(Conversations { lines, people })
}

/// Some of the conversations that the member is in, with who is in each.
pub async fn cards(cx: &Cx, wanted: &Wanted, most: usize) -> Result<Vec<Card>> {
    Ok(repo::card::list(cx, wanted, most).await?)
}

/// One of them.
pub async fn card(cx: &Cx, id: ConversationId) -> Result<Card> {
    let wanted = Wanted { id: Some(id), ..Wanted::default() };
    repo::card::list(cx, &wanted, 1).await?.pop().or_not_found()
}

/// How many messages the viewer has not seen.
pub async fn count_unread(cx: &Cx) -> Result<i64> {
    Ok(repo::conversation::unread(cx).await?)
}

/// A conversation with its newest messages, or with those around a place.
pub async fn load(cx: &Cx, conversation_id: ConversationId, at: Option<i64>) -> Result<Talk> {
    let part = match at {
        Some(number) => Part::Before(number.saturating_add(half_a_page())),
        None => Part::Newest,
    };
    talk(cx, conversation_id, part).await
}

/// A conversation with its messages from a place on.
pub async fn load_since(cx: &Cx, conversation_id: ConversationId, since: i64) -> Result<Talk> {
    talk(cx, conversation_id, Part::Since(since)).await
}

/// The conversation of the viewer and somebody else, begun if there is none.
pub async fn open_direct(cx: &Cx, member_id: MemberId) -> Result<ConversationId> {
    if member_id == cx.member_id() {
        return Err(Error::invalid("member_id", "Choose somebody else."));
    }
    let pair = rules::pair(cx.member_id(), member_id);
    if let Some(id) = repo::conversation::find_direct(cx.db(), cx.organisation_id(), &pair).await? {
        return Ok(id);
    }
    require_known(cx, &[member_id]).await?;
    let mut tx = cx.begin().await?;
    repo::conversation::insert(&mut tx, cx, cx.new_id(), "", Some(&pair)).await?;
    // The other one may have begun it at the same moment.
    let id = repo::conversation::find_direct(&mut tx, cx.organisation_id(), &pair).await?.or_not_found()?;
    for member in [cx.member_id(), member_id] {
        repo::member::join(&mut tx, cx, id, member).await?;
    }
    tell_oneself(&mut tx, cx, id, "message.conversation");
    tx.commit().await?;
    Ok(id)
}

/// Starts a group.
pub async fn start(cx: &Cx, title: &str, members: Vec<MemberId>) -> Result<ConversationId> {
    let title = rules::read_title(title)?;
    let members = others(cx, members);
    require_room(members.len() + 1)?;
    require_known(cx, &members).await?;
    let id = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::conversation::insert(&mut tx, cx, id, &title, None).await?;
    for member in [&[cx.member_id()], members.as_slice()].concat() {
        repo::member::join(&mut tx, cx, id, member).await?;
    }
    record(&mut tx, cx, id, "conversation.started", json!({ "members": members })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives a group another title.
pub async fn rename(cx: &Cx, conversation_id: ConversationId, version: i64, title: &str) -> Result<()> {
    let mut tx = cx.begin().await?;
    require_group(&mut tx, cx, conversation_id).await?;
    let title = rules::read_title(title)?;
    if !repo::conversation::rename(&mut tx, cx, conversation_id, version, &title).await? {
        return Err(Error::Conflict(
            "Somebody else has just renamed the group. Look at its name first.".into(),
        ));
    }
    record(&mut tx, cx, conversation_id, "conversation.renamed", json!({})).await?;
    tx.commit().await
}

/// Takes further members into a group. They see what was written before, too.
pub async fn add(cx: &Cx, conversation_id: ConversationId, members: Vec<MemberId>) -> Result<()> {
    let members = others(cx, members);
    // First: who is not in the group must not learn from the answer who else there is.
    repo::conversation::find(cx.db(), cx, conversation_id).await?.or_not_found()?;
    require_known(cx, &members).await?;
    let mut tx = cx.begin().await?;
    require_group(&mut tx, cx, conversation_id).await?;
    let present = repo::member::list(&mut tx, cx.organisation_id(), conversation_id).await?;
    let new: Vec<MemberId> =
        members.into_iter().filter(|id| present.iter().all(|(member, _)| member != id)).collect();
    require_room(present.len() + new.len())?;
    for member in &new {
        repo::member::join(&mut tx, cx, conversation_id, *member).await?;
    }
    record(&mut tx, cx, conversation_id, "conversation.members_added", json!({ "members": new })).await?;
    tx.commit().await
}

/// Takes somebody out of a group: who started it may, and who manages members.
pub async fn remove(cx: &Cx, conversation_id: ConversationId, member_id: MemberId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let place = require_group(&mut tx, cx, conversation_id).await?;
    if place.created_by != cx.member_id() && !cx.may(Permission::MemberManage) {
        return Err(Error::Conflict("Only who started the group can take somebody out of it.".into()));
    }
    if member_id == cx.member_id() {
        return Err(Error::invalid("member_id", "Leave the group instead."));
    }
    let told = hearers(&mut tx, cx, conversation_id).await?;
    if !repo::member::leave(&mut tx, cx, conversation_id, member_id).await? {
        return Err(Error::NotFound);
    }
    tx.take_back_from(conversation_id.uuid(), &[member_id]).await?;
    let data = json!({ "member": member_id });
    record_to(&mut tx, told, conversation_id, "conversation.member_removed", data).await?;
    tx.commit().await
}

/// Leaves a group.
pub async fn leave(cx: &Cx, conversation_id: ConversationId) -> Result<()> {
    let mut tx = cx.begin().await?;
    require_group(&mut tx, cx, conversation_id).await?;
    let told = hearers(&mut tx, cx, conversation_id).await?;
    repo::member::leave(&mut tx, cx, conversation_id, cx.member_id()).await?;
    tx.take_back_from(conversation_id.uuid(), &[cx.member_id()]).await?;
    repo::conversation::delete_deserted(&mut tx, cx, conversation_id).await?;
    record_to(&mut tx, told, conversation_id, "conversation.left", json!({})).await?;
    tx.commit().await
}

/// Notes whether the viewer wants to be told of what is written in a conversation.
pub async fn mute(cx: &Cx, conversation_id: ConversationId, muted: bool) -> Result<()> {
    let mut tx = cx.begin().await?;
    repo::conversation::find(&mut tx, cx, conversation_id).await?.or_not_found()?;
    repo::member::mute(&mut tx, cx, conversation_id, muted).await?;
    tell_oneself(&mut tx, cx, conversation_id, "message.conversation");
    tx.commit().await
}

/// Notes that the viewer has seen everything up to a place.
pub async fn mark_read(cx: &Cx, conversation_id: ConversationId, number: i64) -> Result<()> {
    if number < 0 {
        return Err(Error::invalid("number", "Messages are counted from 1; 0 is before the first."));
    }
    let mut tx = cx.begin().await?;
    let place = repo::conversation::find(&mut tx, cx, conversation_id).await?.or_not_found()?;
    if repo::member::read(&mut tx, cx, conversation_id, number.min(place.last_number)).await? {
        tell_oneself(&mut tx, cx, conversation_id, "message.read");
    }
    tx.commit().await
}

fn half_a_page() -> i64 {
    i64::try_from(PAGE / 2).unwrap_or_default()
}

async fn talk(cx: &Cx, id: ConversationId, part: Part) -> Result<Talk> {
    let place = repo::conversation::find(cx.db(), cx, id).await?.or_not_found()?;
    let members = repo::member::list(cx.db(), cx.organisation_id(), id).await?;
    let messages = repo::message::list(cx.db(), cx.organisation_id(), id, part).await?;
    let messages = files::with_files(cx, messages).await?;
    let members: Vec<MemberId> = members.into_iter().map(|(member, _)| member).collect();
    let named = members.iter().copied().chain(messages.iter().map(|message| message.author_id));
    let people = people(cx, named.collect()).await?;
    let Place { last_number: last, read_number: read, version, created_by, muted, .. } = place;
    let head = Head { id, kind: place.kind(), title: place.title.clone(), members, muted };
    Ok(Talk { head, version, created_by, last, read, messages, people })
}

/// These people, for who may not see the names of everybody: whom one writes with, one knows.
async fn people(cx: &Cx, ids: Vec<MemberId>) -> Result<Vec<Person>> {
    if cx.may(Permission::DirectoryView) || ids.is_empty() {
        return Ok(Vec::new());
    }
    let directory = Directory::load(cx).await?;
    Ok(directory.people.into_iter().filter(|person| ids.contains(&person.id)).collect())
}

/// Each of these once, without the member who asks.
fn others(cx: &Cx, mut members: Vec<MemberId>) -> Vec<MemberId> {
    members.sort_unstable();
    members.dedup();
    members.retain(|id| *id != cx.member_id());
    members
}

/// Goes on if all of them can be written to. For who may not see who is there, nobody is.
async fn require_known(cx: &Cx, members: &[MemberId]) -> Result<()> {
    if members.is_empty() {
        return Err(Error::invalid("members", "Choose at least one person."));
    }
    if !cx.may(Permission::DirectoryView) {
        return Err(Error::NotFound);
    }
    let directory = Directory::load(cx).await?;
    let known = |id: &MemberId| directory.person(*id).is_some_and(|person| person.active);
    if members.iter().all(known) { Ok(()) } else { Err(Error::NotFound) }
}

fn require_room(members: usize) -> Result<()> {
    if members <= MOST_MEMBERS {
        return Ok(());
    }
    Err(Error::invalid("members", format!("A group may have {MOST_MEMBERS} members.")))
}

/// The group, held until the end of the unit of work.
async fn require_group(tx: &mut Tx, cx: &Cx, id: ConversationId) -> Result<Place> {
    let place = repo::conversation::hold(tx, cx, id).await?.or_not_found()?;
    match place.kind() {
        Kind::Group => Ok(place),
        Kind::Direct => {
            Err(Error::Conflict("A conversation of two stays between them. Start a group.".into()))
        }
    }
}

/// Notes what happened to a group, and tells its members.
async fn record(tx: &mut Tx, cx: &Cx, id: ConversationId, kind: &'static str, data: Value) -> Result<()> {
    let told = hearers(tx, cx, id).await?;
    record_to(tx, told, id, kind, data).await
}

/// The same with those who are told. Pages hear that something about a conversation is new, the log what it was.
async fn record_to(
    tx: &mut Tx,
    told: Topic,
    id: ConversationId,
    kind: &'static str,
    data: Value,
) -> Result<()> {
    let subject_id = id.uuid();
    tx.record(Event { kind, subject_kind: "conversation", subject_id, topic: None, data }).await?;
    tx.tell(told, "message.conversation", subject_id);
    Ok(())
}

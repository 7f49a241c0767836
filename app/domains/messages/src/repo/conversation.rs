//! Conversations as a whole.

use chrono::{DateTime, Utc};
use db::{On, Result, Writer, sql};
use kernel::{ConversationId, Cx, MemberId, OrganisationId};

use crate::{
    model::{Head, Kind, Line},
    rules,
};

/// How many conversations the list has at most.
const MOST_LISTED: usize = 300;

/// A conversation and the place that somebody has in it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Place {
    kind: String,
    /// What a group is called.
    pub title: String,
    /// The place of its newest message.
    pub last_number: i64,
    /// Its version.
    pub version: i64,
    /// Who began it.
    pub created_by: MemberId,
    /// The place of the newest message that the member has seen.
    pub read_number: i64,
    /// Whether the member has muted it.
    pub muted: bool,
}

impl Place {
    /// What it is.
    pub fn kind(&self) -> Kind {
        Kind::from_key(&self.kind)
    }
}

/// The conversation, if the member who asks is in it.
pub async fn find(on: impl Into<On<'_>>, cx: &Cx, id: ConversationId) -> Result<Option<Place>> {
    sql("select c.kind, c.title, c.last_number, c.version, c.created_by, p.read_number, p.muted
         from conversation_member p
         join conversation c on c.organisation_id = p.organisation_id and c.id = p.conversation_id
         where p.organisation_id = $1 and p.conversation_id = $2 and p.member_id = $3
           and p.left_at is null and c.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .optional(on)
    .await
}

/// The same in a unit of work, in which nobody else changes the conversation until its end.
pub async fn hold(tx: &mut kernel::Tx, cx: &Cx, id: ConversationId) -> Result<Option<Place>> {
    sql("update conversation set last_at = last_at where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .execute(&mut *tx)
        .await?;
    find(&mut *tx, cx, id).await
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: ConversationId,
    kind: String,
    title: String,
    muted: bool,
    unread: i64,
    author_id: Option<MemberId>,
    body: Option<String>,
    files: i64,
    gone: bool,
    last_at: DateTime<Utc>,
}

/// The conversations that the member is in, the newest first. One that somebody else has only opened is not among them.
pub async fn list(on: &db::Reader, cx: &Cx) -> Result<Vec<Line>> {
    let rows: Vec<Row> = sql("select c.id, c.kind, c.title, p.muted, c.last_at, l.author_id, l.body,
           l.deleted_at is not null as gone,
           (select count(*) from message_file f
            where f.organisation_id = $1 and f.message_id = l.id) as files,
           (select count(*) from message m
            where m.organisation_id = $1 and m.conversation_id = c.id and p.read_number < m.number
              and c.last_number - 100 < m.number and m.author_id <> $2 and m.deleted_at is null) as unread
         from conversation_member p
         join conversation c on c.organisation_id = p.organisation_id and c.id = p.conversation_id
         left join message l
           on l.organisation_id = c.organisation_id and l.conversation_id = c.id and l.number = c.last_number
         where p.organisation_id = $1 and p.member_id = $2 and p.left_at is null and c.deleted_at is null
           and (c.kind = 'group' or 0 < c.last_number or c.created_by = $2)
         order by c.last_at desc, c.id desc ")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .limit(MOST_LISTED)
    .all(on)
    .await?;
    let members = super::member::of_all(on, cx.organisation_id(), rows.iter().map(|row| row.id)).await?;
    let line = |row: Row| Line {
        unread: row.unread,
        author: row.author_id,
        excerpt: match row.body {
            Some(_) if row.gone => "Message deleted".to_owned(),
            Some(body) => rules::summary(&body, row.files),
            None => String::new(),
        },
        at: row.last_at,
        head: Head {
            members: members.iter().filter(|(id, _)| *id == row.id).map(|(_, member)| *member).collect(),
            id: row.id,
            kind: Kind::from_key(&row.kind),
            title: row.title,
            muted: row.muted,
        },
    };
    Ok(rows.into_iter().map(line).collect())
}

/// How many messages of others the member has not seen, in conversations that they have not muted.
pub async fn unread(cx: &Cx) -> Result<i64> {
    let (count,): (i64,) = sql("select count(*)
         from conversation_member p
         join conversation c on c.organisation_id = p.organisation_id and c.id = p.conversation_id
         join message m on m.organisation_id = c.organisation_id and m.conversation_id = c.id
         where p.organisation_id = $1 and p.member_id = $2 and p.left_at is null and not p.muted
           and c.deleted_at is null and p.read_number < m.number and c.last_number - 100 < m.number
           and m.author_id <> $2 and m.deleted_at is null")
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .one(cx.db())
    .await?;
    Ok(count)
}

/// The direct conversation of two members, if it was begun.
pub async fn find_direct(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    pair: &str,
) -> Result<Option<ConversationId>> {
    let found: Option<(ConversationId,)> =
        sql("select id from conversation where organisation_id = $1 and pair = $2")
            .bind(organisation_id)
            .bind(pair)
            .optional(on)
            .await?;
    Ok(found.map(|(id,)| id))
}

/// Begins a conversation, still without members. A direct one that is there already stays the only one.
pub async fn insert(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: ConversationId,
    title: &str,
    pair: Option<&str>,
) -> Result<()> {
    let kind = if pair.is_some() { Kind::Direct } else { Kind::Group };
    sql("insert into conversation
           (organisation_id, id, kind, title, pair, last_at, created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $6, $7, $6, $7)
         on conflict (organisation_id, pair) do nothing")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(kind.key())
    .bind(title)
    .bind(pair.map(str::to_owned))
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(())
}

/// Gives a group another title, if it still has this version.
pub async fn rename(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    id: ConversationId,
    version: i64,
    title: &str,
) -> Result<bool> {
    let changed =
        sql("update conversation set title = $4, version = version + 1, updated_at = $5, updated_by = $6
         where organisation_id = $1 and id = $2 and version = $3 and kind = 'group'")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(version)
        .bind(title)
        .bind(cx.now())
        .bind(cx.member_id())
        .execute(on)
        .await?;
    Ok(changed == 1)
}

/// Lets go of a group that nobody is in any more.
pub async fn delete_deserted(on: impl Into<Writer<'_>>, cx: &Cx, id: ConversationId) -> Result<()> {
    sql("update conversation set deleted_at = $3, version = version + 1, updated_at = $3, updated_by = $4
         where organisation_id = $1 and id = $2 and not exists (
           select p.member_id from conversation_member p
           where p.organisation_id = $1 and p.conversation_id = $2 and p.left_at is null)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.now())
    .bind(cx.member_id())
    .execute(on)
    .await?;
    Ok(())
}

//! Conversations page by page, as other programs read them.

use chrono::{DateTime, Utc};
use db::{Result, sql};
use kernel::{ConversationId, Cx, MemberId};

use super::message::pattern;
use crate::model::Kind;

/// A conversation that the member is in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Card {
    /// Its id.
    pub id: ConversationId,
    kind: String,
    /// What a group is called.
    pub title: String,
    /// Its version, which renaming names.
    pub version: i64,
    /// The place of its newest message.
    pub last_number: i64,
    /// When that was written, or the conversation was begun.
    pub last_at: DateTime<Utc>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Who began it.
    pub created_by: MemberId,
    /// The place of the newest message that the member has seen.
    pub read_number: i64,
    /// Whether the member has muted it.
    pub muted: bool,
    /// How many messages of others they have not seen, counted as far as a hundred.
    pub unread: i64,
    /// Who is in it, by the time they joined.
    #[sqlx(skip)]
    pub members: Vec<MemberId>,
}

impl Card {
    /// What it is.
    pub fn kind(&self) -> Kind {
        Kind::from_key(&self.kind)
    }
}

/// Which conversations to read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only this one.
    pub id: Option<ConversationId>,
    /// Only such ones.
    pub kind: Option<Kind>,
    /// Only those that the member has muted, or only others.
    pub muted: Option<bool>,
    /// Only groups with this in their title.
    pub words: Option<String>,
    /// From behind this one on, in which something was written last at that instant.
    pub after: Option<(DateTime<Utc>, ConversationId)>,
    /// Those in which nothing was written for longest first.
    pub oldest_first: bool,
}

/// Some of the conversations that the member is in. One that somebody else has only opened is not among them.
pub async fn list(cx: &Cx, wanted: &Wanted, most: usize) -> Result<Vec<Card>> {
    let mut query =
        sql("select c.id, c.kind, c.title, c.version, c.last_number, c.last_at, c.created_at, c.created_by,
           p.read_number, p.muted,
           (select count(*) from message m
            where m.organisation_id = $1 and m.conversation_id = c.id and p.read_number < m.number
              and c.last_number - 100 < m.number and m.author_id <> $2 and m.deleted_at is null) as unread
         from conversation_member p
         join conversation c on c.organisation_id = p.organisation_id and c.id = p.conversation_id
         where p.organisation_id = $1 and p.member_id = $2 and p.left_at is null and c.deleted_at is null")
        .bind(cx.organisation_id())
        .bind(cx.member_id());
    query = match wanted.id {
        Some(id) => query.push(" and c.id = ").push_bind(id),
        None => query.push(" and (c.kind = 'group' or 0 < c.last_number or c.created_by = $2)"),
    };
    if let Some(kind) = wanted.kind {
        query = query.push(" and c.kind = ").push_bind(kind.key());
    }
    if let Some(muted) = wanted.muted {
        query = query.push(" and p.muted = ").push_bind(muted);
    }
    if let Some(words) = &wanted.words {
        query = query
            .push(" and (lower(c.title) like ")
            .push_bind(pattern(&words.to_lowercase()))
            .push(" escape '\\' or c.title like ")
            // SQLite knows of small letters in English only.
            .push_bind(pattern(words))
            .push(" escape '\\')");
    }
    if let Some((at, id)) = wanted.after {
        let behind =
            if wanted.oldest_first { " and (c.last_at, c.id) > (" } else { " and (c.last_at, c.id) < (" };
        query = query.push(behind).push_bind(at).push(", ").push_bind(id).push(")");
    }
    let order = match wanted.oldest_first {
        true => " order by c.last_at, c.id ",
        false => " order by c.last_at desc, c.id desc ",
    };
    let mut cards: Vec<Card> = query.push(order).limit(most).all(cx.db()).await?;
    let ids = cards.iter().map(|card| card.id);
    let members = super::member::of_all(cx.db(), cx.organisation_id(), ids).await?;
    for card in &mut cards {
        card.members = members.iter().filter(|(id, _)| *id == card.id).map(|(_, member)| *member).collect();
    }
    Ok(cards)
}

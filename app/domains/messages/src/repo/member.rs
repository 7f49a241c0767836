//! Who is in a conversation, and what they have seen.

use db::{On, Result, Writer, sql};
use kernel::{ConversationId, Cx, MemberId, OrganisationId};

/// Who is in a conversation and whether they have muted it, by the time they joined.
pub async fn list(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    id: ConversationId,
) -> Result<Vec<(MemberId, bool)>> {
    sql("select member_id, muted
         from conversation_member
         where organisation_id = $1 and conversation_id = $2 and left_at is null
         order by joined_at, member_id")
    .bind(organisation_id)
    .bind(id)
    .all(on)
    .await
}

/// Who is in these conversations, in each by the time they joined.
pub async fn of_all(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    ids: impl Iterator<Item = ConversationId>,
) -> Result<Vec<(ConversationId, MemberId)>> {
    sql("select conversation_id, member_id
         from conversation_member
         where organisation_id = $1 and left_at is null and conversation_id in ")
    .bind(organisation_id)
    .push_list(ids)
    .push(" order by joined_at, member_id ")
    .all(on)
    .await
}

/// Puts a member into a conversation, also one who was in it before. What was written so far is not new to them. Tells
/// whether they were not in it.
pub async fn join(on: impl Into<Writer<'_>>, cx: &Cx, id: ConversationId, member: MemberId) -> Result<bool> {
    let changed = sql("insert into conversation_member (organisation_id, conversation_id, member_id, joined_at, read_number)
         select c.organisation_id, c.id, $3, $4, c.last_number
         from conversation c
         where c.organisation_id = $1 and c.id = $2
         on conflict (organisation_id, conversation_id, member_id) do update
         set left_at = null, joined_at = excluded.joined_at, read_number = excluded.read_number
         where conversation_member.left_at is not null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(member)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Takes a member out of a conversation. Tells whether they were in it.
pub async fn leave(on: impl Into<Writer<'_>>, cx: &Cx, id: ConversationId, member: MemberId) -> Result<bool> {
    let changed = sql("update conversation_member set left_at = $4
         where organisation_id = $1 and conversation_id = $2 and member_id = $3 and left_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(member)
    .bind(cx.now())
    .execute(on)
    .await?;
    Ok(changed == 1)
}

/// Notes whether the member who asks wants to hear of a conversation.
pub async fn mute(on: impl Into<Writer<'_>>, cx: &Cx, id: ConversationId, muted: bool) -> Result<()> {
    sql("update conversation_member set muted = $4
         where organisation_id = $1 and conversation_id = $2 and member_id = $3 and left_at is null")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(muted)
    .exactly_one(on)
    .await
}

/// Notes that the member who asks has seen everything up to a place. Tells whether that is new.
pub async fn read(on: impl Into<Writer<'_>>, cx: &Cx, id: ConversationId, number: i64) -> Result<bool> {
    let changed = sql("update conversation_member set read_number = $4
         where organisation_id = $1 and conversation_id = $2 and member_id = $3 and left_at is null
           and read_number < $4")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(cx.member_id())
    .bind(number)
    .execute(on)
    .await?;
    Ok(changed == 1)
}

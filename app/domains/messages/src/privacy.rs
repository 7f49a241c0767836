//! What this domain keeps about people: what they wrote stays with those they wrote to, without their name.

use kernel::privacy::{Erasure, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    PersonRows::of_member("message", "author_id", "Messages they wrote")
        .exported(
            "messages",
            &[CONVERSATION_OF_MESSAGE, "body", "created_at", "edited_at", "deleted_at"],
            &[],
        )
        .erased(Erasure::Pseudonym("others answered them, and have them as much as they do")),
    PersonRows::of_member("conversation_member", "member_id", "Conversations they are or were in")
        .exported(
            "conversations",
            &[CONVERSATION_OF_MEMBER, "joined_at as created_at", "muted", "left_at"],
            &[],
        )
        .erased(Erasure::Pseudonym("the others see with whom they wrote; it names nobody any more")),
    PersonRows::by("conversation", "created_by", "Conversations they began"),
    PersonRows::by("conversation", "updated_by", "Conversations they changed last"),
];

/// Two alone have no title.
const CONVERSATION_OF_MESSAGE: &str =
    "(select case when c.kind = 'direct' then 'Direct messages' else c.title end
  from conversation c
  where c.organisation_id = message.organisation_id and c.id = message.conversation_id) as conversation";
const CONVERSATION_OF_MEMBER: &str =
    "(select case when c.kind = 'direct' then 'Direct messages' else c.title end
  from conversation c
  where c.organisation_id = conversation_member.organisation_id
    and c.id = conversation_member.conversation_id) as conversation";

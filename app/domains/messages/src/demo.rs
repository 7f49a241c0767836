//! Demo data: two colleagues and a group, with what they wrote lately.

use chrono::Duration;
use kernel::{ConversationId, Cx, MemberId, Result};
use uuid::Uuid;

use crate::{repo, rules};

/// Who writes: the owner, and three of those who work with them.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Who owns the organisation.
    pub owner: MemberId,
    /// Who plans.
    pub planner: MemberId,
    /// Who works in the workshop.
    pub worker: MemberId,
}

/// Minutes before now, place of the author in the plan, text.
type Said = (i64, usize, &'static str);

const DIRECT: [Said; 4] = [
    (1_500, 0, "Can you take the Volvo V60 first tomorrow? The customer comes at ten."),
    (1_492, 1, "Yes. The inspection is booked for 8:00, it will be done by half past nine."),
    (1_491, 0, "Perfect, thank you."),
    (95, 1, "It is ready. I left the report with the keys."),
];

const GROUP: [Said; 6] = [
    (2_980, 1, "Next week we get 14 cars from the auction. I plan two testers for them."),
    (2_975, 2, "Then we need the second lift. It is free from Tuesday."),
    (2_940, 0, "Good. Please put them on the board as they arrive, with photos of the damage."),
    (180, 2, "The first four are here. One has a broken headlight."),
    (178, 2, "I ordered a new one, it comes on Thursday."),
    (42, 1, "I moved its photo date to Friday."),
];

/// Makes a direct conversation and a group in the organisation of `cx`.
pub async fn seed(cx: &Cx, plan: &Plan) -> Result<()> {
    let people = [plan.owner, plan.planner, plan.worker];
    let pair = rules::pair(plan.owner, plan.planner);
    write(cx, "", Some(&pair), people.get(..2).unwrap_or_default(), &DIRECT).await?;
    write(cx, "Auction cars", None, &people, &GROUP).await
}

async fn write(cx: &Cx, title: &str, pair: Option<&str>, people: &[MemberId], said: &[Said]) -> Result<()> {
    let id: ConversationId = cx.new_id();
    let mut tx = cx.begin().await?;
    repo::conversation::insert(&mut tx, cx, id, title, pair).await?;
    for (minutes, author, text) in said {
        let Some(author) = people.get(*author) else { continue };
        let at = cx.now() - Duration::minutes(*minutes);
        repo::message::insert_at(&mut tx, cx, id, (*author, at), cx.new_id::<Uuid>(), text).await?;
    }
    // After the messages, which are nothing new to them.
    for member in people {
        repo::member::join(&mut tx, cx, id, *member).await?;
    }
    tx.commit().await
}

//! Who decides of one item in somebody's place, since they handed it on. Stay by stay, as decisions.

use db::{On, Result, Writer, sql};
use kernel::{Cx, ItemId, MemberId, OrganisationId};
use uuid::Uuid;

use crate::{approval::StandIns, model::Card};

/// A decision that somebody handed on.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Delegation {
    /// Of which item.
    pub item_id: ItemId,
    /// Whose decision it is.
    pub member_id: MemberId,
    /// Who gives it.
    pub deputy_id: MemberId,
}

/// What is handed on of items where they are now, as far as those can work to whom it was.
const OPEN: &str = "select g.item_id, g.member_id, g.deputy_id
     from delegation g
     join item i on i.organisation_id = g.organisation_id and i.id = g.item_id and i.step_since = g.since
     join member m on m.organisation_id = g.organisation_id and m.id = g.deputy_id
     where g.organisation_id = $1 and i.deleted_at is null and m.state = 'active' and m.deleted_at is null";

/// Who decides of an item in whose place.
pub async fn of_item(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    item_id: ItemId,
) -> Result<StandIns> {
    let rows: Vec<Delegation> =
        sql(OPEN).bind(organisation_id).push(" and g.item_id = ").push_bind(item_id).all(on).await?;
    Ok(rows.into_iter().map(|row| (row.member_id, row.deputy_id)).collect())
}

/// Everything that is handed on in the organisation now.
pub async fn open(on: impl Into<On<'_>>, organisation_id: OrganisationId) -> Result<Vec<Delegation>> {
    sql(OPEN).bind(organisation_id).all(on).await
}

/// Lets somebody decide of an item in a member's place while it stays, in place of who did so far.
pub async fn set(
    on: impl Into<Writer<'_>>,
    cx: &Cx,
    card: &Card,
    member_id: MemberId,
    deputy_id: MemberId,
) -> Result<()> {
    sql("insert into delegation (id, organisation_id, item_id, since, member_id, deputy_id, handed_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (item_id, since, member_id) do update
           set deputy_id = excluded.deputy_id, handed_by = excluded.handed_by, created_at = excluded.created_at")
    .bind(cx.new_id::<Uuid>())
    .bind(cx.organisation_id())
    .bind(card.id)
    .bind(card.step_since)
    .bind(member_id)
    .bind(deputy_id)
    .bind(cx.member_id())
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Gives a member back what was handed on for them. Tells whether anything was.
pub async fn delete(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    card: &Card,
    member_id: MemberId,
) -> Result<bool> {
    let gone = sql("delete from delegation
         where organisation_id = $1 and item_id = $2 and since = $3 and member_id = $4")
    .bind(organisation_id)
    .bind(card.id)
    .bind(card.step_since)
    .bind(member_id)
    .execute(on)
    .await?;
    Ok(gone == 1)
}

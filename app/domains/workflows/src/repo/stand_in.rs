//! Who decides for whom while they are away.

use chrono::NaiveDate;
use db::{On, Result, Writer, sql};
use kernel::{Cx, MemberId, OrganisationId};
use uuid::Uuid;

use crate::{approval::StandIns, model::StandIn};

/// Who stands in for whom on a day. Nobody does who cannot work themselves.
pub async fn on_day(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    day: NaiveDate,
) -> Result<StandIns> {
    let rows: Vec<(MemberId, MemberId)> = sql("select s.member_id, s.deputy_id
         from stand_in s
         join member m on m.organisation_id = s.organisation_id and m.id = s.deputy_id
         where s.organisation_id = $1 and s.from_on <= $2 and $2 <= s.until_on
           and m.state = 'active' and m.deleted_at is null")
    .bind(organisation_id)
    .bind(day)
    .all(on)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Who stands in for a member from a day on, now or later.
pub async fn find(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    member_id: MemberId,
    from: NaiveDate,
) -> Result<Option<StandIn>> {
    sql("select member_id, deputy_id, from_on, until_on
         from stand_in
         where organisation_id = $1 and member_id = $2 and $3 <= until_on")
    .bind(organisation_id)
    .bind(member_id)
    .bind(from)
    .optional(on)
    .await
}

/// Lets somebody stand in, in place of who did so far.
pub async fn set(on: impl Into<Writer<'_>>, cx: &Cx, stand_in: &StandIn) -> Result<()> {
    sql("insert into stand_in (id, organisation_id, member_id, deputy_id, from_on, until_on, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (organisation_id, member_id) do update
           set deputy_id = excluded.deputy_id, from_on = excluded.from_on, until_on = excluded.until_on,
             created_at = excluded.created_at")
    .bind(cx.new_id::<Uuid>())
    .bind(cx.organisation_id())
    .bind(stand_in.member_id)
    .bind(stand_in.deputy_id)
    .bind(stand_in.from_on)
    .bind(stand_in.until_on)
    .bind(cx.now())
    .exactly_one(on)
    .await
}

/// Lets nobody stand in any more. Tells whether anybody did.
pub async fn delete(
    on: impl Into<Writer<'_>>,
    organisation_id: OrganisationId,
    member_id: MemberId,
) -> Result<bool> {
    let gone = sql("delete from stand_in where organisation_id = $1 and member_id = $2")
        .bind(organisation_id)
        .bind(member_id)
        .execute(on)
        .await?;
    Ok(gone == 1)
}

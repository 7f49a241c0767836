//! Whom of a team an item is given to.

use db::{On, Result, sql};
use kernel::{MemberId, OrganisationId, StepId, TeamId, Tx};

use super::decision::of_team;
use crate::model::Step;

/// Whoever of a team has the fewest open items; of several the one whose last one is longest ago.
pub async fn least_loaded(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    team_id: Option<TeamId>,
) -> Result<Option<MemberId>> {
    let found: Option<(MemberId,)> = sql("select m.id
         from team_member tm
         join team t on t.organisation_id = tm.organisation_id and t.id = tm.team_id
         join member m on m.organisation_id = tm.organisation_id and m.id = tm.member_id
         left join item i on i.organisation_id = m.organisation_id and i.assignee_id = m.id
           and i.deleted_at is null
           and exists (select 1 from step s where s.id = i.step_id and s.kind <> 'done')
         where tm.organisation_id = $1 and tm.team_id = $2 and t.deleted_at is null
           and m.state = 'active' and m.deleted_at is null
         group by m.id
         order by count(i.id), max(i.step_since), m.id
         limit 1")
    .bind(organisation_id)
    .bind(team_id)
    .optional(on)
    .await?;
    Ok(found.map(|(id,)| id))
}

/// Who of the team of a step is next, and notes it. Whoever asks for the same step meanwhile waits.
pub async fn in_turn(tx: &mut Tx, organisation_id: OrganisationId, step: &Step) -> Result<Option<MemberId>> {
    let last = hold_turn(&mut *tx, organisation_id, step.id).await?;
    let mut team = of_team(&mut *tx, organisation_id, step.team_id).await?;
    team.sort_unstable();
    let next = team.iter().find(|id| last.is_some_and(|last| last < **id)).or(team.first()).copied();
    let Some(next) = next else { return Ok(None) };
    sql("update step set turn_member_id = $3 where organisation_id = $1 and id = $2")
        .bind(organisation_id)
        .bind(step.id)
        .bind(next)
        .exactly_one(tx)
        .await?;
    Ok(Some(next))
}

async fn hold_turn(
    on: impl Into<On<'_>>,
    organisation_id: OrganisationId,
    step_id: StepId,
) -> Result<Option<MemberId>> {
    let (last,): (Option<MemberId>,) = sql("update step set turn_member_id = turn_member_id
         where organisation_id = $1 and id = $2
         returning turn_member_id")
    .bind(organisation_id)
    .bind(step_id)
    .one(on)
    .await?;
    Ok(last)
}

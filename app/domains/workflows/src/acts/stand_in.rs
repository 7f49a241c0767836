//! Being away, and who decides meanwhile.

use chrono::{Days, NaiveDate};
use kernel::{Cx, Error, MemberId, Permission, Result};

use crate::{model::StandIn, repo};

/// The longest absence, in days.
const LONGEST: u64 = 366;

/// Who decides for the member while they are away, now or later.
pub async fn find(cx: &Cx) -> Result<Option<StandIn>> {
    let cx = cx.clone().require(Permission::ItemView)?;
    Ok(repo::stand_in::find(cx.db(), cx.organisation_id(), cx.member_id(), cx.today().date()).await?)
}

/// Lets somebody decide for the member from a day to a day, also of what waits already.
pub async fn set(cx: &Cx, deputy_id: MemberId, from_on: NaiveDate, until_on: NaiveDate) -> Result<StandIn> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let today = cx.today().date();
    if until_on < from_on || until_on < today {
        return Err(Error::invalid(
            "until_on",
            "The last day is not before the first one, and not before today.",
        ));
    }
    if today.checked_add_days(Days::new(LONGEST)).is_none_or(|most| most < until_on) {
        return Err(Error::invalid("until_on", "The last day is within a year from now."));
    }
    let mut tx = cx.begin().await?;
    let active = repo::decision::active(&mut tx, cx.organisation_id(), &[deputy_id]).await?;
    if deputy_id == cx.member_id() || active.is_empty() {
        return Err(Error::invalid("deputy_id", "Choose another member of the organisation."));
    }
    let stand_in = StandIn { member_id: cx.member_id(), deputy_id, from_on, until_on };
    repo::stand_in::set(&mut tx, &cx, &stand_in).await?;
    tx.commit().await?;
    Ok(stand_in)
}

/// Lets nobody decide for the member any more.
pub async fn end(cx: &Cx) -> Result<()> {
    let cx = cx.clone().require(Permission::ItemView)?;
    let mut tx = cx.begin().await?;
    repo::stand_in::delete(&mut tx, cx.organisation_id(), cx.member_id()).await?;
    tx.commit().await
}

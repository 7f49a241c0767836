//! Being away, for other programs.

use chrono::NaiveDate;
use kernel::{MemberId, Permission::ItemView};
use rest::{Answer, Call, Json, Needs::May, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::of_body;
use crate::{acts::stand_in as acts, model::StandIn};

/// What is published of absences.
pub fn routes() -> Routes {
    let view = May(ItemView);
    Routes::new("Absence", "When one is away, and who decides meanwhile, also of what waits already.")
        .read("/absence", "Read who decides for you", view, read)
        .put("/absence", "Let somebody decide for you", view, put)
        .remove("/absence", "Let nobody decide for you", view, end)
}

/// Who decides for you while you are away. Nothing but nulls while nobody does, now or later.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Absence {
    /// Who decides.
    deputy: Option<MemberId>,
    /// The first day.
    from_on: Option<NaiveDate>,
    /// The last day.
    until_on: Option<NaiveDate>,
}

impl Record for Absence {}

impl From<StandIn> for Absence {
    fn from(stand_in: StandIn) -> Self {
        let StandIn { deputy_id, from_on, until_on, .. } = stand_in;
        Absence { deputy: Some(deputy_id), from_on: Some(from_on), until_on: Some(until_on) }
    }
}

/// An absence, in place of the one so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAbsence {
    /// The id of another member.
    deputy: MemberId,
    /// The first day.
    from_on: NaiveDate,
    /// The last day, within a year from now.
    until_on: NaiveDate,
}

async fn read(call: Call<()>) -> Answer<Absence> {
    Ok(acts::find(&call.cx).await?.map(Absence::from).unwrap_or_default())
}

async fn put(call: Call<(), Json<NewAbsence>>) -> Answer<Absence> {
    let NewAbsence { deputy, from_on, until_on } = call.input.0;
    let set = acts::set(&call.cx, deputy, from_on, until_on).await;
    Ok(set.map_err(of_body)?.into())
}

async fn end(call: Call<()>) -> Answer<()> {
    Ok(acts::end(&call.cx).await?)
}

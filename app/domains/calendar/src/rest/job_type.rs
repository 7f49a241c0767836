//! Job types, and when they can be done.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{JobTypeId, TeamId};
use rest::{Answer, Call, Created, Filter, Json, Key, List, Listed, Page, Query, Record};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::event::{nearest, under};
use crate::{
    acts::{
        booking,
        job_type::{self as acts, Form},
    },
    model,
    repo::job_type::Said,
    rules,
};

/// A kind of work that is booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobType {
    id: JobTypeId,
    #[schema(example = "Inspection")]
    name: String,
    /// Who does it.
    team: TeamId,
    /// How long it usually takes.
    #[schema(minimum = 5, maximum = 20160, example = 90)]
    minutes: i64,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for JobType {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl Listed for JobType {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

impl From<model::JobType> for JobType {
    fn from(it: model::JobType) -> Self {
        JobType { id: it.id, name: it.name, team: it.team_id, minutes: it.minutes, version: it.version }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
pub(super) struct JobTypeFilter {
    /// Only those of this team.
    #[param(value_type = Option<uuid::Uuid>)]
    team: Option<TeamId>,
}

impl Filter for JobTypeFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A job type to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewJobType {
    /// Unlike that of every other job type.
    #[schema(example = "Inspection", min_length = 1, max_length = 200)]
    name: String,
    /// Who does it.
    team: TeamId,
    /// How long it usually takes.
    #[schema(minimum = 5, maximum = 20160, example = 90)]
    minutes: i64,
}

/// What changes of a job type. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JobTypeChange {
    #[schema(example = "Inspection", min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Who does it.
    team: Option<TeamId>,
    /// How long it usually takes.
    #[schema(minimum = 5, maximum = 20160, example = 90)]
    minutes: Option<i64>,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
pub(super) struct SlotsAsked {
    /// How long it takes, in minutes; as long as it usually does when nothing is sent.
    #[param(minimum = 5, maximum = 20160)]
    minutes: Option<i64>,
    /// Only on this day and later, by the clocks of whom the key acts as.
    from: Option<NaiveDate>,
}

/// The next times at which there is a place, of the next four weeks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FreeTimes {
    slots: Vec<FreeTime>,
}

/// A time at which there is a place.
#[derive(Debug, Serialize, ToSchema)]
struct FreeTime {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// How many places are free all that time.
    #[schema(minimum = 1, example = 2)]
    free: i64,
}

impl Record for FreeTimes {}

pub(super) async fn list(call: Call<(), List<JobTypeFilter>>) -> Answer<Page<JobType>> {
    let all = acts::list(&call.cx).await?.job_types;
    let of = call.input.filter.team;
    let wanted = all.into_iter().filter(|it| of.is_none_or(|team| it.team_id == team));
    call.input.page(wanted.map(JobType::from).collect())
}

fn form(name: &str, team_id: TeamId, minutes: i64) -> kernel::Result<Form> {
    let (name, minutes) = rules::both(rules::read_title("name", name), rules::check_minutes(minutes))?;
    Ok(Form(Said { name, team_id, minutes }))
}

pub(super) async fn create(call: Call<(), Json<NewJobType>>) -> Answer<Created<JobType>> {
    let NewJobType { name, team, minutes } = call.input.0;
    let made = acts::add(&call.cx, form(&name, team, minutes)).await?;
    Ok(Created { at: format!("/job-types/{}", made.id), record: made.into() })
}

pub(super) async fn read(call: Call<JobTypeId>) -> Answer<JobType> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

pub(super) async fn update(call: Call<JobTypeId, Json<JobTypeChange>>) -> Answer<JobType> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    let JobTypeChange { name, team, minutes } = call.input.0;
    let form =
        form(&name.unwrap_or(kept.name), team.unwrap_or(kept.team_id), minutes.unwrap_or(kept.minutes));
    Ok(acts::change(&call.cx, kept.id, kept.version, form).await?.into())
}

pub(super) async fn delete(call: Call<JobTypeId>) -> Answer<()> {
    let kept = acts::get(&call.cx, call.path).await?;
    call.made_on(kept.version)?;
    Ok(acts::delete(&call.cx, kept.id, Some(kept.version)).await?)
}

pub(super) async fn restore(call: Call<JobTypeId>) -> Answer<JobType> {
    Ok(acts::restore(&call.cx, call.path).await?.into())
}

pub(super) async fn slots(call: Call<JobTypeId, Query<SlotsAsked>>) -> Answer<FreeTimes> {
    let SlotsAsked { minutes, from } = call.input.0.clone();
    let kept = acts::get(&call.cx, call.path).await?;
    let from = from.map(nearest);
    let minutes = minutes.unwrap_or(kept.minutes);
    let slots = booking::free_times(&call.cx, kept.id, minutes, from).await;
    let slots = slots.map_err(|error| under("minutes", error))?;
    let slot = |((starts_at, ends_at), free)| FreeTime { starts_at, ends_at, free };
    Ok(FreeTimes { slots: slots.into_iter().map(slot).collect() })
}

//! The working hours of the organisation and its teams.

use std::pin::Pin;

use db::On;
use kernel::{Cx, Directory, Error, Event, OrNotFound, Permission, Result, Scope, TeamId, Tx, WorkingDays};
use serde_json::json;

use super::sla;
use crate::{
    hours::{Holiday, Hours, Place, Places, Week},
    repo::hours::{self as repo, Kept},
};

/// All that is said of the time of an organisation.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Its zone.
    pub(super) time_zone: String,
    days: WorkingDays,
    kept: Vec<Kept>,
}

/// Reads what the organisation and its teams say of their time.
pub(super) async fn load(on: impl Into<On<'_>>, cx: &Cx) -> Result<Known> {
    let (time_zone, days, kept) = repo::load(on, cx.organisation_id()).await?;
    Ok(Known { time_zone, days, kept })
}

impl Known {
    fn kept(&self, team: Option<TeamId>) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.team_id == team)
    }

    /// When people of a team work, or of the organisation where there is none: the days off of both count.
    pub(super) fn of(&self, team: Option<TeamId>) -> (Week, Vec<Holiday>) {
        let own = team.and_then(|team| self.kept(Some(team)));
        let whole = self.kept(None);
        let said = [own, whole];
        let week = said.into_iter().flatten().find_map(|kept| kept.hours.week.clone());
        // Of two names for a day the team's is shown.
        let holidays = [whole, own].into_iter().flatten().flat_map(|kept| kept.hours.holidays.clone());
        (week.unwrap_or_else(|| Week::usual(self.days)), holidays.collect())
    }

    fn place(&self, cx: &Cx, team_id: Option<TeamId>) -> Place {
        let kept = self.kept(team_id);
        Place {
            team_id,
            hours: kept.map(|kept| kept.hours.clone()).unwrap_or_default(),
            week: self.of(team_id).0,
            version: kept.map_or(0, |kept| kept.version),
            mine: may_change(cx, team_id),
        }
    }
}

fn may_change(cx: &Cx, team: Option<TeamId>) -> bool {
    match team {
        None => cx.may(Permission::OrganisationEdit),
        Some(team) => cx.may_in(Permission::TeamManage, Scope::Team(team)),
    }
}

/// The working hours of the organisation, then of its teams by name.
pub async fn list(cx: &Cx) -> Result<Places> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    let known = load(cx.db(), &cx).await?;
    let directory = Directory::load(&cx).await?;
    let teams = directory.teams.iter().map(|team| Some(team.id));
    let places = std::iter::once(None).chain(teams).map(|team| known.place(&cx, team)).collect();
    Ok(Places { time_zone: known.time_zone, places })
}

/// Says when people work in a team, or in the whole organisation. `version` is what that was said on. Clocks that run follow
/// soon; those that are closed keep how they ended.
pub async fn set(cx: &Cx, team: Option<TeamId>, version: i64, hours: &Hours) -> Result<()> {
    let cx = match team {
        None => cx.clone().require(Permission::OrganisationEdit)?,
        Some(team) => cx.clone().require_in(Permission::TeamManage, Scope::Team(team))?,
    };
    if let Some(team) = team {
        Directory::load(&cx).await?.team(team).or_not_found()?;
    }
    let mut tx = cx.begin().await?;
    if !repo::write(&mut tx, &cx, team, version, hours).await? {
        return Err(Error::Conflict(
            "Somebody else changed these hours meanwhile. Load the page again.".into(),
        ));
    }
    let data = json!({ "hours": hours });
    tx.record(match team {
        None => Event {
            kind: "organisation.hours_changed",
            subject_kind: "organisation",
            subject_id: cx.organisation_id().uuid(),
            topic: None,
            data,
        },
        Some(team) => Event {
            kind: "team.hours_changed",
            subject_kind: "team",
            subject_id: team.uuid(),
            topic: None,
            data,
        },
    })
    .await?;
    sla::hours_changed(&mut tx).await?;
    tx.commit().await
}

/// Lets clocks follow what is changed elsewhere and counts as working time: the zone and the working days of the organisation,
/// and teams that go and come back with their hours. A [`kernel::OnEvent`].
pub fn on_event<'a>(
    tx: &'a mut Tx,
    _: &'a Cx,
    event: &'a Event,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        match event.kind {
            "organisation.updated" | "team.deleted" | "team.restored" => sla::hours_changed(tx).await,
            _ => Ok(()),
        }
    })
}

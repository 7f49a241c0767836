//! The working hours of the organisation, its teams and members.

use std::pin::Pin;

use chrono::{DateTime, Utc};
use db::On;
use kernel::{
    Cx, Directory, Error, Event, MemberId, Openings, OpeningsFound, OrNotFound, Permission, Result, Scope,
    TeamId, Tx, WorkingDays,
};
use serde_json::json;

use super::sla;
use crate::{
    hours::{Calendar, Holiday, Hours, Place, Places, Week, Whose},
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

/// Reads what the organisation, its teams and members say of their time.
pub(super) async fn load(on: impl Into<On<'_>>, cx: &Cx) -> Result<Known> {
    let (time_zone, days, kept) = repo::load(on, cx.organisation_id()).await?;
    Ok(Known { time_zone, days, kept })
}

impl Known {
    fn kept(&self, whose: Whose) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.whose == whose)
    }

    /// When a member of a team works; people of the team where there is none, or of the organisation. The days off of all of them
    /// count.
    pub(super) fn of(&self, team: Option<TeamId>, member: Option<MemberId>) -> (Week, Vec<Holiday>) {
        let said = [
            member.and_then(|member| self.kept(Whose::Member(member))),
            team.and_then(|team| self.kept(Whose::Team(team))),
            self.kept(Whose::Organisation),
        ];
        let week = said.into_iter().flatten().find_map(|kept| kept.hours.week.clone());
        // Of several names for a day the nearest is shown.
        let holidays = said.into_iter().rev().flatten().flat_map(|kept| kept.hours.holidays.clone());
        (week.unwrap_or_else(|| Week::usual(self.days)), holidays.collect())
    }

    /// Whether a member has hours or days off of their own.
    pub(super) fn is_said_by(&self, member: MemberId) -> bool {
        self.kept(Whose::Member(member)).is_some_and(|kept| kept.hours != Hours::default())
    }

    fn place(&self, cx: &Cx, whose: Whose) -> Place {
        let kept = self.kept(whose);
        let week = match whose {
            Whose::Organisation => self.of(None, None),
            Whose::Team(team) => self.of(Some(team), None),
            Whose::Member(member) => self.of(None, Some(member)),
        };
        Place {
            whose,
            hours: kept.map(|kept| kept.hours.clone()).unwrap_or_default(),
            week: week.0,
            version: kept.map_or(0, |kept| kept.version),
            mine: may_change(cx, whose),
        }
    }
}

fn may_change(cx: &Cx, whose: Whose) -> bool {
    match whose {
        Whose::Organisation => cx.may(Permission::OrganisationEdit),
        Whose::Team(team) => cx.may_in(Permission::TeamManage, Scope::Team(team)),
        Whose::Member(_) => cx.may(Permission::MemberManage),
    }
}

/// The working hours of the organisation, of its teams by name, then of members who have said something, by name too.
pub async fn list(cx: &Cx) -> Result<Places> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    let known = load(cx.db(), &cx).await?;
    let directory = Directory::load(&cx).await?;
    let teams = directory.teams.iter().map(|team| Whose::Team(team.id));
    let members = directory.people.iter().map(|person| Whose::Member(person.id));
    let members = members.filter(|whose| known.kept(*whose).is_some());
    let all = std::iter::once(Whose::Organisation).chain(teams).chain(members);
    let places = all.map(|whose| known.place(&cx, whose)).collect();
    Ok(Places { time_zone: known.time_zone, places, may_add: cx.may(Permission::MemberManage) })
}

/// Says when people work in a team or in the whole organisation, or when a member does. `version` is what that was said on.
/// Clocks that run follow soon; those that are closed keep how they ended.
pub async fn set(cx: &Cx, whose: Whose, version: i64, hours: &Hours) -> Result<()> {
    let cx = match whose {
        Whose::Organisation => cx.clone().require(Permission::OrganisationEdit)?,
        Whose::Team(team) => cx.clone().require_in(Permission::TeamManage, Scope::Team(team))?,
        Whose::Member(_) => cx.clone().require(Permission::MemberManage)?,
    };
    let directory = Directory::load(&cx).await?;
    match whose {
        Whose::Organisation => {}
        Whose::Team(team) => drop(directory.team(team).or_not_found()?),
        Whose::Member(member) => drop(directory.person(member).or_not_found()?),
    }
    let mut tx = cx.begin().await?;
    if !repo::write(&mut tx, &cx, whose, version, hours).await? {
        return Err(Error::Conflict(
            "Somebody else changed these hours meanwhile. Load the page again.".into(),
        ));
    }
    let data = json!({ "hours": hours });
    tx.record(match whose {
        Whose::Organisation => Event {
            kind: "organisation.hours_changed",
            subject_kind: "organisation",
            subject_id: cx.organisation_id().uuid(),
            topic: None,
            data,
        },
        Whose::Team(team) => Event {
            kind: "team.hours_changed",
            subject_kind: "team",
            subject_id: team.uuid(),
            topic: None,
            data,
        },
        Whose::Member(member) => Event {
            kind: "member.hours_changed",
            subject_kind: "member",
            subject_id: member.uuid(),
            topic: None,
            data,
        },
    })
    .await?;
    sla::hours_changed(&mut tx).await?;
    tx.commit().await
}

/// When people of a team work, or of the whole organisation, by the clocks of the organisation.
pub const OPENINGS: Openings = openings;

fn openings<'a>(
    on: On<'a>,
    cx: &'a Cx,
    team: Option<TeamId>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> OpeningsFound<'a> {
    Box::pin(async move {
        let known = load(on, cx).await?;
        let (week, holidays) = known.of(team, None);
        let (offsets, zone) = (cx.visit().site().offsets(), known.time_zone);
        let calendar = Calendar::of_hours(week, holidays, move |at| offsets(&zone, at));
        Ok(calendar.spans_between(from, to))
    })
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

//! Telling about oneself, and looking at others.

use chrono::{DateTime, Offset, TimeZone, Utc};
use kernel::{Cx, Error, Event, MemberId, Permission, Result, Today};
use serde_json::json;

use crate::{
    account::PersonName,
    form::{Problems, filled},
    organisation::acts::{time_zone, topic},
    person::{
        model::{BIO_LENGTH, OwnProfile, PersonCard},
        repo,
    },
    picture, text,
};

/// What the form of the profile holds.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Full name.
    pub name: String,
    /// What one does in this organisation.
    pub title: String,
    /// Where one usually is.
    pub location: String,
    /// IANA name; empty follows the organisation.
    pub time_zone: String,
    /// A few lines about oneself.
    pub bio: String,
}

/// What a person tells about themselves in every organisation.
#[derive(Debug, Clone)]
pub struct About {
    /// Where they usually are.
    pub location: String,
    /// Their own time zone.
    pub time_zone: Option<String>,
    /// A few lines about themselves.
    pub bio: String,
}

impl Form {
    fn parse(&self) -> Result<(PersonName, String, About)> {
        let mut problems = Problems::default();
        let name = problems.take(PersonName::parse(&self.name));
        let title = problems.take(text::optional_line("title", &self.title, 80));
        let location = problems.take(text::optional_line("location", &self.location, 80));
        let time_zone = problems.take(filled(Some(&self.time_zone)).map(time_zone).transpose());
        let length = usize::try_from(BIO_LENGTH).unwrap_or_default();
        let bio = problems.take(text::lines("bio", &self.bio, length));
        match (name, title, location, time_zone, bio) {
            (Some(name), Some(title), Some(location), Some(time_zone), Some(bio)) => {
                Ok((name, title, About { location, time_zone, bio }))
            }
            _ => Err(problems.into_error()),
        }
    }
}

/// One's own profile.
pub async fn own(cx: &Cx) -> Result<OwnProfile> {
    repo::own(cx).await
}

/// Changes one's own profile.
pub async fn update(cx: &Cx, version: i64, form: &Form) -> Result<()> {
    let account = cx.visit().require_session()?.account_id;
    let (name, title, about) = form.parse()?;
    let mut tx = cx.begin().await?;
    if !repo::update(&mut tx, cx, account, version, &name, &about).await? {
        return Err(Error::Conflict(
            "Your profile was changed elsewhere since you opened this page. Reload it, then change it again."
                .into(),
        ));
    }
    repo::set_title(&mut tx, cx, &title).await?;
    tx.record(event("member.profile_changed", cx.member_id())).await?;
    tx.commit().await
}

/// Sets one's own picture from an uploaded file.
pub async fn set_avatar(cx: &Cx, file: Vec<u8>) -> Result<()> {
    let account = cx.visit().require_session()?.account_id;
    let avatar = picture::redraw_for(cx, file, picture::AVATAR).await?;
    let mut tx = cx.begin().await?;
    repo::set_avatar(&mut tx, cx, account, Some(&avatar)).await?;
    tx.record(event("member.picture_set", cx.member_id())).await?;
    tx.commit().await
}

/// Removes one's own picture.
pub async fn remove_avatar(cx: &Cx) -> Result<()> {
    let account = cx.visit().require_session()?.account_id;
    let mut tx = cx.begin().await?;
    repo::set_avatar(&mut tx, cx, account, None).await?;
    tx.record(event("member.picture_removed", cx.member_id())).await?;
    tx.commit().await
}

/// What the page of a member shows.
pub async fn card(cx: &Cx, id: MemberId) -> Result<PersonCard> {
    let cx = cx.clone().require(Permission::DirectoryView)?;
    let found = repo::find(&cx, id).await?;
    let now = cx.now();
    Ok(PersonCard {
        id,
        name: found.name,
        email: found.email,
        role: found.role,
        active: found.active,
        title: found.title,
        location: found.location,
        bio: found.bio,
        category: found.category,
        avatar: found.avatar,
        teams: found.teams,
        brand: found.brand,
        local: Today { now, offset_secs: offset(&found.time_zone, now) },
        time_zone: found.time_zone,
    })
}

/// Seconds east of UTC; an unknown zone counts as UTC.
fn offset(zone: &str, instant: DateTime<Utc>) -> i32 {
    zone.parse::<chrono_tz::Tz>()
        .map_or(0, |zone| zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc())
}

fn event(kind: &'static str, id: MemberId) -> Event {
    Event { kind, subject_kind: "member", subject_id: id.uuid(), topic: topic(), data: json!({}) }
}

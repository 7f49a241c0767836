//! The organisation for other programs.

use kernel::{OrganisationId, Permission::OrganisationEdit, WorkingDays};
use rest::{
    Answer, Call, Json,
    Needs::{May, Member},
    Record, Routes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::organisation::{
    acts::{self, Form},
    model::OrganisationProfile,
};

/// What is published of the organisation.
pub fn routes() -> Routes {
    Routes::new("Organisation", "The organisation that the caller acts in, and how it writes things.")
        .read("/organisation", "Read the organisation", Member, read)
        .update("/organisation", "Change the organisation", May(OrganisationEdit), update)
}

/// The organisation.
#[derive(Debug, Serialize, ToSchema)]
struct Organisation {
    id: OrganisationId,
    #[schema(example = "Nordvik Cars")]
    name: String,
    /// Its name in the IANA database.
    #[schema(example = "Europe/Stockholm")]
    time_zone: String,
    /// How times are written: `24h` or `12h`.
    #[schema(example = "24h")]
    clock: &'static str,
    /// The first day of a week: `monday`, `sunday` or `saturday`.
    #[schema(example = "monday")]
    week_start: &'static str,
    /// The language of dates and numbers (BCP 47).
    #[schema(example = "en")]
    language: String,
    /// The currency of amounts (ISO 4217).
    #[schema(example = "SEK")]
    currency: String,
    /// The days on which people work.
    working_days: Vec<Weekday>,
    has_logo: bool,
    /// Whether members need a second factor.
    requires_second_factor: bool,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Organisation {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

/// A day of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Each of them, in the order of [`WorkingDays::WEEK`].
    const WEEK: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    fn of(days: WorkingDays) -> Vec<Weekday> {
        let week = WorkingDays::WEEK.into_iter().zip(Weekday::WEEK);
        week.filter(|(day, _)| days.has(*day)).map(|(_, name)| name).collect()
    }

    fn bit(self) -> i64 {
        let mut week = WorkingDays::WEEK.into_iter().zip(Weekday::WEEK);
        week.find(|(_, name)| *name == self).map_or(0, |(day, _)| WorkingDays::bit(day))
    }
}

impl From<OrganisationProfile> for Organisation {
    fn from(profile: OrganisationProfile) -> Self {
        let settings = profile.settings;
        Organisation {
            id: profile.id,
            name: profile.name,
            clock: settings.clock.as_str(),
            week_start: settings.week_start.as_str(),
            working_days: Weekday::of(settings.working_days),
            time_zone: settings.time_zone,
            language: settings.language,
            currency: settings.currency,
            has_logo: profile.has_logo,
            requires_second_factor: profile.requires_factor,
            version: profile.version,
        }
    }
}

/// What changes of the organisation. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationChange {
    #[schema(example = "Nordvik Cars", min_length = 1, max_length = 80)]
    name: Option<String>,
    /// Its name in the IANA database.
    #[schema(example = "Europe/Stockholm", min_length = 1)]
    time_zone: Option<String>,
    /// How times are written.
    #[schema(example = "24h", pattern = "^(24h|12h)$")]
    clock: Option<String>,
    /// The first day of a week.
    #[schema(example = "monday", pattern = "^(monday|sunday|saturday)$")]
    week_start: Option<String>,
    /// The language of dates and numbers (BCP 47).
    #[schema(example = "en", pattern = "^(en|sv)$")]
    language: Option<String>,
    /// The currency of amounts (ISO 4217).
    #[schema(example = "SEK", pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// The days on which people work.
    #[schema(min_items = 1)]
    working_days: Option<Vec<Weekday>>,
}

impl OrganisationChange {
    /// The whole form, with what stays.
    fn onto(self, now: Organisation) -> Form {
        let days = self.working_days.unwrap_or(now.working_days);
        Form {
            name: self.name.unwrap_or(now.name),
            time_zone: self.time_zone.unwrap_or(now.time_zone),
            clock: self.clock.unwrap_or_else(|| now.clock.to_owned()),
            week_start: self.week_start.unwrap_or_else(|| now.week_start.to_owned()),
            language: self.language.unwrap_or(now.language),
            currency: self.currency.unwrap_or(now.currency),
            working_days: days.into_iter().map(Weekday::bit).collect(),
        }
    }
}

async fn read(call: Call) -> Answer<Organisation> {
    Ok(acts::get(&call.cx).await?.into())
}

async fn update(call: Call<(), Json<OrganisationChange>>) -> Answer<Organisation> {
    let now = Organisation::from(acts::get(&call.cx).await?);
    call.made_on(now.version)?;
    let (cx, version) = (&call.cx, now.version);
    acts::update(cx, version, &call.input.0.onto(now)).await?;
    Ok(acts::get(cx).await?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        for bits in 1..=127 {
            let days = WorkingDays::from_bits(bits).unwrap();
            let read: i64 = Weekday::of(days).into_iter().map(Weekday::bit).sum();
            assert_eq!(read, bits);
        }
        assert_eq!(serde_json::to_value(Weekday::of(WorkingDays::default())).unwrap()[4], "friday");
    }
}

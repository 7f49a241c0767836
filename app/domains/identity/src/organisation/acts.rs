//! Creating an organisation and changing how it presents itself.

use kernel::{
    AccountId, Cx, Error, Event, HourClock, Membership, OrganisationId, Permission, Result, Role, Session,
    SessionId, Settings, Topic, Tx, Visit, WeekStart, WorkingDays,
};
use serde_json::json;

use crate::{
    account::repo::Account,
    form::Problems,
    organisation::{
        lists,
        model::{Choices, LANGUAGES, OrganisationProfile, OrganisationTitle},
        repo,
    },
    picture, session,
};

/// What pages that show members, teams or the organisation listen to. Whoever listens to anything is looked at anew when
/// it is told: what they may do may have changed.
pub(crate) fn topic() -> Option<Topic> {
    Some(Topic::everyone("organisation"))
}

/// What the settings form holds.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Name.
    pub name: String,
    /// IANA name.
    pub time_zone: String,
    /// `24h` or `12h`.
    pub clock: String,
    /// `monday`, `sunday` or `saturday`.
    pub week_start: String,
    /// `en` or `sv`.
    pub language: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The bit of each working day, see [`WorkingDays`].
    pub working_days: Vec<i64>,
}

impl Form {
    fn parse(&self) -> Result<(OrganisationTitle, Settings)> {
        let mut problems = Problems::default();
        let title = problems.take(OrganisationTitle::parse(&self.name));
        let time_zone = problems.take(time_zone(&self.time_zone));
        let clock = problems.take(
            self.clock
                .parse::<HourClock>()
                .map_err(|()| Error::invalid("clock", "Choose the 24 or the 12 hour clock.")),
        );
        let week_start = problems.take(
            self.week_start
                .parse::<WeekStart>()
                .map_err(|()| Error::invalid("week_start", "Choose the first day of the week.")),
        );
        let language = problems.take(language(&self.language));
        let currency = problems.take(currency(&self.currency));
        let working_days = problems.take(working_days(&self.working_days));
        let dates = (time_zone, clock, week_start, working_days);
        match (title, dates, language, currency) {
            (
                Some(title),
                (Some(time_zone), Some(clock), Some(week_start), Some(working_days)),
                Some(language),
                Some(currency),
            ) => {
                let home_zone = time_zone.clone();
                let settings =
                    Settings { time_zone, home_zone, clock, week_start, language, currency, working_days };
                Ok((title, settings))
            }
            _ => Err(problems.into_error()),
        }
    }
}

fn working_days(bits: &[i64]) -> Result<WorkingDays> {
    let bits = bits.iter().fold(0, |all, bit| all | bit);
    WorkingDays::from_bits(bits)
        .ok_or_else(|| Error::invalid("working_days", "Choose at least one day on which people work."))
}

pub(crate) fn time_zone(name: &str) -> Result<String> {
    let name = name.trim();
    if lists::is_time_zone(name) {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid("time_zone", "Choose a time zone from the list."))
    }
}

fn language(tag: &str) -> Result<String> {
    if LANGUAGES.iter().any(|(known, _)| *known == tag) {
        Ok(tag.to_owned())
    } else {
        Err(Error::invalid("language", "Choose a language from the list."))
    }
}

fn currency(code: &str) -> Result<String> {
    let code = code.trim().to_uppercase();
    if lists::is_currency(&code) {
        Ok(code)
    } else {
        Err(Error::invalid("currency", "Choose a currency from the list."))
    }
}

/// The settings of a new organisation. What does not exist becomes the default: the owner sees and changes it later.
pub(crate) fn first_settings(zone: &str, code: &str) -> Settings {
    let default = Settings::default();
    let time_zone = time_zone(zone).unwrap_or(default.time_zone);
    Settings {
        home_zone: time_zone.clone(),
        time_zone,
        currency: currency(code).unwrap_or(default.currency),
        ..Settings::default()
    }
}

/// The context of the owner of an organisation that is about to be created, so that its creation is recorded like any
/// other act.
pub(crate) fn founder(
    visit: &Visit,
    session: Option<SessionId>,
    account: &Account,
    title: &OrganisationTitle,
    settings: Settings,
) -> Result<Cx> {
    let membership = Membership {
        organisation_id: visit.new_id(),
        organisation_name: title.as_str().to_owned(),
        member_id: visit.new_id(),
        role: Role::Owner,
        permissions: Role::Owner.permissions(),
        grants: Vec::new(),
        settings,
        brand: None,
    };
    acting_as(visit, session, account, membership)
}

/// The context of a person in an organisation that their session does not name yet.
pub(crate) fn acting_as(
    visit: &Visit,
    session: Option<SessionId>,
    account: &Account,
    membership: Membership,
) -> Result<Cx> {
    let session = Session {
        id: session.unwrap_or_else(|| visit.new_id()),
        account_id: account.id,
        name: account.name.clone(),
        email: account.email.clone(),
        membership: Some(membership.into()),
        barred_by: None,
        proved_at: visit.now(),
        acting: None,
    };
    Visit::new(visit.site().clone(), visit.request_id(), Some(session)).member()
}

/// Writes the organisation of [`founder`] with its owner.
pub(crate) async fn found(tx: &mut Tx, cx: &Cx, account: AccountId) -> Result<OrganisationId> {
    let membership = cx.membership();
    let id = membership.organisation_id;
    repo::insert(tx, id, &membership.organisation_name, &membership.settings, cx.now()).await?;
    repo::insert_owner(tx, cx, account, membership.member_id).await?;
    tx.record(event("organisation.created", id)).await?;
    Ok(id)
}

/// Creates an organisation, makes the person its owner, and lets their session go on in it.
pub async fn create(visit: &Visit, name: &str, zone: &str, code: &str) -> Result<OrganisationId> {
    let session = visit.require_session()?;
    let mut problems = Problems::default();
    let title = problems.take(OrganisationTitle::parse(name));
    let zone = problems.take(time_zone(zone));
    let code = problems.take(currency(code));
    let (Some(title), Some(time_zone), Some(currency)) = (title, zone, code) else {
        return Err(problems.into_error());
    };
    let settings = Settings { time_zone, currency, ..Settings::default() };
    let account = crate::account::repo::get(visit.db(), session.account_id).await?;
    let cx = founder(visit, Some(session.id), &account, &title, settings)?;
    let mut tx = cx.begin().await?;
    let id = found(&mut tx, &cx, account.id).await?;
    session::repo::enter(&mut tx, session.id, id).await?;
    tx.commit().await?;
    Ok(id)
}

/// The organisation with its settings.
pub async fn get(cx: &Cx) -> Result<OrganisationProfile> {
    repo::get(cx.db(), cx.organisation_id()).await
}

/// What the settings offer for choice.
pub fn choices() -> Choices {
    lists::choices()
}

/// Changes name and settings.
pub async fn update(cx: &Cx, version: i64, form: &Form) -> Result<()> {
    let cx = cx.clone().require(Permission::OrganisationEdit)?;
    let (title, settings) = form.parse()?;
    let mut tx = cx.begin().await?;
    if !repo::update(&mut tx, &cx, version, &title, &settings).await? {
        return Err(Error::Conflict(
            "Somebody changed these settings since you opened them. Reload the page to see theirs, then change yours."
                .into(),
        ));
    }
    tx.record(event("organisation.updated", cx.organisation_id())).await?;
    tx.commit().await
}

/// Says whether members need a second factor to have any right here. Who asks others for it has one.
pub async fn require_factor(cx: &Cx, required: bool) -> Result<()> {
    let cx = cx.clone().require(Permission::SecurityManage)?;
    let session = cx.visit().require_recent()?;
    if required && !crate::factor::repo::is_enough(cx.db(), session).await? {
        return Err(Error::Conflict(
            "Set up a second factor for yourself first; otherwise this would keep you out.".into(),
        ));
    }
    let mut tx = cx.begin().await?;
    repo::require_factor(&mut tx, &cx, required).await?;
    let kind = if required { "organisation.factor_required" } else { "organisation.factor_optional" };
    tx.record(event(kind, cx.organisation_id())).await?;
    tx.commit().await
}

/// Sets the logo from an uploaded file.
pub async fn set_logo(cx: &Cx, file: Vec<u8>) -> Result<()> {
    let cx = cx.clone().require(Permission::OrganisationEdit)?;
    let logo = picture::redraw_for(&cx, file, picture::LOGO).await?;
    let mut tx = cx.begin().await?;
    repo::set_logo(&mut tx, &cx, Some((&logo.bytes, &logo.media_type))).await?;
    tx.record(event("organisation.logo_set", cx.organisation_id())).await?;
    tx.commit().await
}

/// Removes the logo.
pub async fn remove_logo(cx: &Cx) -> Result<()> {
    let cx = cx.clone().require(Permission::OrganisationEdit)?;
    let mut tx = cx.begin().await?;
    repo::set_logo(&mut tx, &cx, None).await?;
    tx.record(event("organisation.logo_removed", cx.organisation_id())).await?;
    tx.commit().await
}

pub(crate) fn event(kind: &'static str, id: OrganisationId) -> Event {
    Event { kind, subject_kind: "organisation", subject_id: id.uuid(), topic: topic(), data: json!({}) }
}

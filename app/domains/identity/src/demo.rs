//! Demo data: a dealership that one can work in at once, and a second organisation that it must never see.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use kernel::{Cx, Error, MemberId, Membership, OrganisationId, Result, Role, Settings, Site, TeamId, Visit};

use crate::{
    account::{self, EmailAddress, repo::Account},
    member::rules,
    organisation::{self, model::OrganisationTitle},
    secret, support,
    team::{self, model::TeamName},
};

mod extras;
mod people;
mod roles;

/// Everybody's password.
pub const PASSWORD: &str = "demo-drive-2026";

/// What [`seed`] says when it has been done before.
pub const ALREADY_SEEDED: &str = "The demo organisations exist already; nothing was changed.";

/// How long ago everybody joined: longer than the history of the demo's items.
const AGE: Duration = Duration::days(120);

/// The demo organisations.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The dealership.
    pub nordvik: DemoOrganisation,
    /// The studio that the dealership must never see.
    pub halden: DemoOrganisation,
}

/// One organisation of the demo, with what other domains need to fill it.
#[derive(Debug, Clone)]
pub struct DemoOrganisation {
    /// The organisation.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its way of writing dates, times and money.
    pub settings: Settings,
    /// Its owner.
    pub owner: MemberId,
    /// Members by short name, e.g. `marek`.
    pub members: BTreeMap<String, MemberId>,
    /// Teams by name, e.g. `Testers`.
    pub teams: BTreeMap<String, TeamId>,
    /// Who is in which team: short names by the team's name.
    pub team_members: BTreeMap<String, Vec<String>>,
    /// Addresses to log in with, the owner's first.
    pub log_ins: Vec<String>,
}

impl DemoOrganisation {
    /// The membership of its owner. No log-in stands behind it.
    pub fn owner_membership(&self) -> Membership {
        Membership {
            organisation_id: self.id,
            organisation_name: self.name.clone(),
            member_id: self.owner,
            role: Role::Owner,
            permissions: Role::Owner.permissions(),
            grants: Vec::new(),
            settings: self.settings.clone(),
            brand: None,
        }
    }
}

/// One person of the demo.
pub(crate) struct DemoPerson {
    pub(crate) short: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    pub(crate) title: &'static str,
    pub(crate) teams: &'static [&'static str],
}

/// One organisation of the demo.
pub(crate) struct DemoPlan {
    pub(crate) name: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) currency: &'static str,
    /// In the order in which colours are given out.
    pub(crate) teams: &'static [&'static str],
    /// The owner first.
    pub(crate) people: &'static [DemoPerson],
    /// Short names with the keys of built-in roles.
    pub(crate) further_roles: &'static [(&'static str, &'static str)],
    pub(crate) own_roles: &'static [roles::DemoRole],
}

/// Creates the demo organisations, or refuses with [`ALREADY_SEEDED`].
pub async fn seed(site: &Site) -> Result<Demo> {
    let visit = Visit::new(site.clone(), "seed-demo", None);
    for plan in [&people::NORDVIK, &people::HALDEN] {
        for person in plan.people.iter().take(1) {
            let email = EmailAddress::parse(&address(person, plan))?;
            if account::repo::find_by_email(visit.db(), &email).await?.is_some() {
                return Err(Error::Conflict(ALREADY_SEEDED.into()));
            }
        }
    }
    // Hashing is slow on purpose; everybody has the same password here.
    let password_hash = secret::hash(PASSWORD).await?;
    write_supporter(&visit, &password_hash).await?;
    Ok(Demo {
        nordvik: write(&visit, &people::NORDVIK, &password_hash).await?,
        halden: write(&visit, &people::HALDEN, &password_hash).await?,
    })
}

fn address(person: &DemoPerson, plan: &DemoPlan) -> String {
    format!("{}@{}", person.short, plan.domain)
}

async fn write(visit: &Visit, plan: &DemoPlan, password_hash: &str) -> Result<DemoOrganisation> {
    let joined = visit.now() - AGE;
    let settings = organisation::acts::first_settings(plan.time_zone, plan.currency);
    let title = OrganisationTitle::parse(plan.name)?;
    let accounts: Vec<Account> = plan
        .people
        .iter()
        .map(|person| Account {
            id: visit.new_id(),
            email: address(person, plan),
            name: person.name.to_owned(),
            password_hash: password_hash.to_owned(),
            confirmed_at: Some(joined),
        })
        .collect();
    let founder = accounts.first().ok_or(Error::NotFound)?;
    let cx = organisation::acts::founder(visit, None, founder, &title, settings.clone())?;

    let mut tx = cx.begin().await?;
    for account in &accounts {
        account::repo::insert_whole(&mut tx, account, joined).await?;
    }
    organisation::acts::found(&mut tx, &cx, founder.id).await?;
    let mut teams = BTreeMap::new();
    for (place, name) in (0..).zip(plan.teams) {
        let id: TeamId = cx.new_id();
        team::repo::insert(&mut tx, &cx, id, &TeamName::parse(name)?, rules::next_category(place)).await?;
        teams.insert((*name).to_owned(), id);
    }
    let mut members = BTreeMap::new();
    let mut team_members = BTreeMap::<String, Vec<String>>::new();
    for ((place, person), account) in (0..).zip(plan.people).zip(&accounts) {
        let id = if person.role == Role::Owner { cx.member_id() } else { cx.new_id() };
        write_member(&mut tx, &cx, id, account, person, rules::next_category(place), joined).await?;
        members.insert(person.short.to_owned(), id);
        for name in person.teams {
            team::repo::add(&mut tx, &cx, *teams.get(*name).ok_or(Error::NotFound)?, id).await?;
            team_members.entry((*name).to_owned()).or_default().push(person.short.to_owned());
        }
    }
    roles::write(&mut tx, &cx, plan, &members, &teams).await?;
    extras::write(&mut tx, &cx, plan, &members, &teams).await?;
    tx.commit().await?;
    Ok(DemoOrganisation {
        id: cx.organisation_id(),
        name: plan.name.to_owned(),
        settings,
        owner: cx.member_id(),
        members,
        teams,
        team_members,
        log_ins: accounts.into_iter().map(|account| account.email).collect(),
    })
}

/// Somebody who works for the site and belongs to no organisation.
async fn write_supporter(visit: &Visit, password_hash: &str) -> Result<()> {
    let (name, email) = people::SUPPORTER;
    let account = Account {
        id: visit.new_id(),
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: password_hash.to_owned(),
        confirmed_at: Some(visit.now() - AGE),
    };
    let mut tx = visit.begin().await?;
    account::repo::insert_whole(&mut tx, &account, visit.now() - AGE).await?;
    support::repo::set_supporter(&mut tx, email, true, visit.now()).await?;
    tx.commit().await
}

/// Writes a member as they have been for a while; the owner exists already and gets only title and colour.
async fn write_member(
    tx: &mut kernel::Tx,
    cx: &Cx,
    id: MemberId,
    account: &Account,
    person: &DemoPerson,
    category: i64,
    joined: DateTime<Utc>,
) -> Result<()> {
    db::sql(
        "insert into member
           (id, organisation_id, account_id, role, state, title, category,
            created_at, created_by, updated_at, updated_by)
         values ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $7, $8)
         on conflict (id) do update set
           title = excluded.title, category = excluded.category,
           created_at = excluded.created_at, updated_at = excluded.updated_at",
    )
    .bind(id)
    .bind(cx.organisation_id())
    .bind(account.id)
    .bind(person.role.as_str())
    .bind(person.title)
    .bind(category)
    .bind(joined)
    .bind(cx.member_id())
    .exactly_one(tx)
    .await?;
    Ok(())
}

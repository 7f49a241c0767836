//! Where a person stands in an organisation: the membership that requests find out, and read anew when rights change.

use chrono::{DateTime, Utc};
use db::{Query, sql};
use kernel::{
    AccountId, BrandId, BrandName, HourClock, MemberId, Membership, OrganisationId, Result, Role, Settings,
    WeekStart, WorkingDays,
};

use crate::{
    role::repo::{GrantColumns, fold},
    session::repo::{AT_MOST, Found},
};

/// Where a person stands in an organisation.
#[derive(Debug)]
pub enum Place {
    /// As a confirmed member.
    Member {
        /// What they may do there, and how it writes dates and money.
        membership: Box<Membership>,
        /// The organisation's last news.
        heard: i64,
    },
    /// Outside, until they have the second factor that the organisation of this name asks for.
    Barred(String),
}

/// A membership as [`seats`] reads it: one row for each further role of the member.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Seat {
    member_id: MemberId,
    role: String,
    organisation_id: OrganisationId,
    organisation_name: String,
    time_zone: String,
    home_zone: String,
    clock: String,
    week_start: String,
    language: String,
    currency: String,
    working_days: i64,
    brand_id: Option<BrandId>,
    brand_name: Option<String>,
    brand_accent: Option<String>,
    brand_has_logo: Option<bool>,
    brand_version: Option<i64>,
    barred: bool,
    heard: i64,
    #[sqlx(flatten)]
    grant: GrantColumns,
}

/// Who is asked for the second factor, in the words of a statement.
#[derive(Clone, Copy)]
pub(crate) struct Holder {
    /// Their account.
    pub(crate) account: &'static str,
    /// Whether a passkey of theirs is a second factor: a session that began without one proves nothing by it.
    pub(crate) with_passkey: &'static str,
}

/// A statement that reads `columns` and, with them, [`Seat`]s: the active membership `m` of a living organisation. `from`
/// names it, and the conditions of the statement come next, each with `and`.
///
/// The brand is the one the person switched to, else their home brand, else the organisation's; removed ones do not
/// count, nor do removed roles. A person's own time zone wins over the organisation's. A robot can have no second factor.
pub(crate) fn seats(columns: &'static str, holder: Holder, from: &'static str) -> Query {
    sql("select ")
        .push(columns)
        .push(
            "m.id as member_id, m.role,
              o.id as organisation_id, o.name as organisation_name,
              coalesce(a.time_zone, o.time_zone) as time_zone, o.time_zone as home_zone, o.clock, o.week_start,
              o.language, o.currency, o.working_days, b.id as brand_id, b.name as brand_name, b.accent as brand_accent,
              b.logo is not null as brand_has_logo, b.version as brand_version,
              o.require_mfa and m.state <> 'robot' and not exists (
                select f.account_id from second_factor f where f.account_id = ",
        )
        .push(holder.account)
        .push(") and not (")
        .push(holder.with_passkey)
        .push(" and exists (select p.id from passkey p where p.account_id = ")
        .push(holder.account)
        .push(
            ")) as barred,
              coalesce((select h.number from outbox_head h where h.organisation_id = o.id), 0) as heard,
              g.role_key, g.scope_kind, g.scope_id, r.permissions
            from ",
        )
        .push(from)
        .push(
            " join organisation o on o.id = m.organisation_id and o.deleted_at is null
            join account a on a.id = m.account_id
            left join brand b on b.id = coalesce(
              (select x.id from brand x
               where x.id = m.chosen_brand_id and x.organisation_id = o.id and x.deleted_at is null),
              (select x.id from brand x
               where x.id = m.brand_id and x.organisation_id = o.id and x.deleted_at is null),
              (select x.id from brand x
               where x.id = o.default_brand_id and x.organisation_id = o.id and x.deleted_at is null))
            left join member_grant g on g.organisation_id = m.organisation_id and g.member_id = m.id
            left join role r
              on r.organisation_id = g.organisation_id and r.id = g.role_id and r.deleted_at is null
            where m.state in ('active', 'robot') and m.deleted_at is null",
        )
}

impl Place {
    /// What the rows of one member come to, if there are any.
    pub(crate) fn of(rows: Vec<Seat>) -> Option<Place> {
        let (further, grants) = fold(rows.iter().map(|row| &row.grant));
        let row = rows.into_iter().next()?;
        if row.barred {
            return Some(Place::Barred(row.organisation_name));
        }
        let role = role(Some(&row.role));
        let brand = match (row.brand_id, row.brand_name, row.brand_accent) {
            (Some(id), Some(name), Some(accent)) => Some(BrandName {
                id,
                name,
                accent,
                has_logo: row.brand_has_logo.unwrap_or_default(),
                version: row.brand_version.unwrap_or_default(),
            }),
            _ => None,
        };
        let membership = Box::new(Membership {
            organisation_id: row.organisation_id,
            organisation_name: row.organisation_name,
            member_id: row.member_id,
            role,
            permissions: role.permissions().union(further),
            grants,
            settings: settings(
                Some(row.time_zone),
                Some(row.home_zone),
                Some(&row.clock),
                Some(&row.week_start),
                Some(row.language),
                Some(row.currency),
                Some(row.working_days),
            ),
            brand,
        });
        Some(Place::Member { membership, heard: row.heard })
    }
}

/// A person's place in an organisation.
///
/// The second factor is asked of `holder`: the person, or who of support acts as them. Their passkey is one if
/// `with_passkey`; a key that they have made since is theirs.
pub async fn place(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    organisation: OrganisationId,
    holder: AccountId,
    with_passkey: bool,
) -> Result<Option<Place>> {
    let rows = seats("", Holder { account: "$3", with_passkey: "$4" }, "member m")
        .push(" and m.organisation_id = $1 and m.account_id = $2")
        .bind(organisation)
        .bind(account)
        .bind(holder)
        .bind(with_passkey)
        .all(on)
        .await?;
    Ok(Place::of(rows))
}

#[derive(sqlx::FromRow)]
struct Arrived {
    #[sqlx(flatten)]
    session: Found,
    #[sqlx(flatten)]
    seat: Seat,
}

/// The session with this token, and its person's place, if it is still in this organisation and theirs alone: whose
/// session is another's by leave, or has moved, is found by [`super::repo::find`] and [`place`].
///
/// One statement, since every request of a browser begins with it.
pub(crate) async fn seated(
    reader: &db::Reader,
    token_hash: &[u8],
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Option<(Found, Place)>> {
    let rows: Vec<Arrived> = seats(
        "s.id, s.account_id, a.name, a.email, s.seen_at, s.created_at, s.expires_at, s.proved_at, s.with_passkey, s.support_access_id, ",
        Holder { account: "s.account_id", with_passkey: "s.with_passkey" },
        "session s join member m on m.organisation_id = s.organisation_id and m.account_id = s.account_id",
    )
    .push(
        " and s.token_hash = $1 and s.organisation_id = $2 and s.support_access_id is null
          and $3 < s.expires_at and $4 < s.created_at",
    )
    .bind(token_hash.to_vec())
    .bind(organisation)
    .bind(now)
    .bind(now - AT_MOST)
    .all(reader)
    .await?;
    let (sessions, seats): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.session, row.seat)).unzip();
    Ok(sessions.into_iter().next().zip(Place::of(seats)))
}

/// A role from its column. A check keeps other words out; the least role is the safe reading of one.
pub(crate) fn role(text: Option<&str>) -> Role {
    text.and_then(|text| text.parse().ok()).unwrap_or(Role::Guest)
}

/// Settings from their columns. Checks keep other words out, so the defaults are never seen.
pub(crate) fn settings(
    time_zone: Option<String>,
    home_zone: Option<String>,
    clock: Option<&str>,
    week_start: Option<&str>,
    language: Option<String>,
    currency: Option<String>,
    working_days: Option<i64>,
) -> Settings {
    let default = Settings::default();
    Settings {
        time_zone: time_zone.unwrap_or(default.time_zone),
        home_zone: home_zone.unwrap_or(default.home_zone),
        clock: clock.and_then(|text| text.parse().ok()).unwrap_or(HourClock::H24),
        week_start: week_start.and_then(|text| text.parse().ok()).unwrap_or(WeekStart::Monday),
        language: language.unwrap_or(default.language),
        currency: currency.unwrap_or(default.currency),
        working_days: working_days.and_then(WorkingDays::from_bits).unwrap_or_default(),
    }
}

//! People in the database, as others see them.

use db::sql;
use kernel::{AccountId, BrandId, Cx, MemberId, OrNotFound, Result, Role, TeamId, Tx};

use crate::{
    account::PersonName, brand, person::acts::About, person::model::OwnProfile, picture::Picture, session,
};

#[derive(sqlx::FromRow)]
struct OwnRow {
    name: String,
    email: String,
    title: String,
    location: String,
    time_zone: Option<String>,
    organisation_zone: String,
    bio: String,
    category: i64,
    avatar_version: i64,
    version: i64,
}

/// The profile of the member who asks.
pub async fn own(cx: &Cx) -> Result<OwnProfile> {
    let row: OwnRow = sql(
        "select a.name, a.email, m.title, a.location, a.time_zone, o.time_zone as organisation_zone, a.bio,
           m.category, a.avatar_version, a.version
         from member m
         join account a on a.id = m.account_id
         join organisation o on o.id = m.organisation_id
         where m.organisation_id = $1 and m.id = $2",
    )
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .optional(cx.db())
    .await?
    .or_not_found()?;
    Ok(OwnProfile {
        id: cx.member_id(),
        name: row.name,
        email: row.email,
        title: row.title,
        location: row.location,
        time_zone: row.time_zone,
        organisation_zone: row.organisation_zone,
        bio: row.bio,
        category: row.category,
        avatar: row.avatar_version,
        version: row.version,
    })
}

/// A member with what their account says, as the page of a person needs it.
#[derive(Debug)]
pub struct Found {
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they work here now.
    pub active: bool,
    /// What they do.
    pub title: String,
    /// Where they usually are.
    pub location: String,
    /// A few lines about themselves.
    pub bio: String,
    /// Colour.
    pub category: i64,
    /// The version of the picture.
    pub avatar: i64,
    /// Their home brand.
    pub brand: Option<kernel::BrandName>,
    /// Their time zone, or the organisation's.
    pub time_zone: String,
    /// Their teams, by name.
    pub teams: Vec<TeamId>,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    name: String,
    email: String,
    role: String,
    active: bool,
    title: String,
    location: String,
    bio: String,
    category: i64,
    avatar_version: i64,
    brand_id: Option<BrandId>,
    time_zone: String,
}

/// A member of the organisation. Who has not answered an invitation shows nothing of themselves, and a robot has nothing to
/// show, so they are not found.
pub async fn find(cx: &Cx, id: MemberId) -> Result<Found> {
    let row: FoundRow =
        sql("select a.name, a.email, m.role, m.state = 'active' and m.deleted_at is null as active, m.title,
           a.location, a.bio, m.category, a.avatar_version, b.id as brand_id,
           coalesce(a.time_zone, o.time_zone) as time_zone
         from member m
         join account a on a.id = m.account_id
         join organisation o on o.id = m.organisation_id
         left join brand b on b.id = m.brand_id and b.deleted_at is null
         where m.organisation_id = $1 and m.id = $2 and m.state not in ('invited', 'robot')")
        .bind(cx.organisation_id())
        .bind(id)
        .optional(cx.db())
        .await?
        .or_not_found()?;
    let teams: Vec<(TeamId,)> = sql("select t.id
         from team_member tm
         join team t on t.id = tm.team_id
         where tm.organisation_id = $1 and tm.member_id = $2 and t.deleted_at is null
         order by lower(t.name), t.id
         limit 1000")
    .bind(cx.organisation_id())
    .bind(id)
    .all(cx.db())
    .await?;
    let brand = match row.brand_id {
        Some(brand) => Some(brand::repo::get(cx.db(), cx.organisation_id(), brand).await?),
        None => None,
    };
    Ok(Found {
        name: row.name,
        email: row.email,
        role: session::place::role(Some(&row.role)),
        active: row.active,
        title: row.title,
        location: row.location,
        bio: row.bio,
        category: row.category,
        avatar: row.avatar_version,
        brand,
        time_zone: row.time_zone,
        teams: teams.into_iter().map(|(id,)| id).collect(),
    })
}

/// Changes what a person tells about themselves, if nobody changed their account since `version`.
pub async fn update(
    tx: &mut Tx,
    cx: &Cx,
    account: AccountId,
    version: i64,
    name: &PersonName,
    about: &About,
) -> Result<bool> {
    let changed = sql("update account
                       set name = $3, location = $4, time_zone = $5, bio = $6, updated_at = $7,
                         version = version + 1
                       where id = $1 and version = $2")
    .bind(account)
    .bind(version)
    .bind(name.as_str())
    .bind(&about.location)
    .bind(about.time_zone.as_deref())
    .bind(&about.bio)
    .bind(cx.now())
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Changes what the member who asks does here.
pub async fn set_title(tx: &mut Tx, cx: &Cx, title: &str) -> Result<()> {
    sql("update member set title = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(title)
        .exactly_one(tx)
        .await?;
    Ok(())
}

/// Sets or removes a person's picture. Its version is the moment, so that no address is ever used twice.
pub async fn set_avatar(tx: &mut Tx, cx: &Cx, account: AccountId, avatar: Option<&Picture>) -> Result<()> {
    let version = if avatar.is_some() { cx.now().timestamp_millis() } else { 0 };
    let (bytes, kind) = avatar.map(|avatar| (avatar.bytes.clone(), avatar.media_type.clone())).unzip();
    sql("update account
         set avatar = $2, avatar_type = $3, avatar_version = $4, updated_at = $5
         where id = $1")
    .bind(account)
    .bind(bytes)
    .bind(kind)
    .bind(version)
    .bind(cx.now())
    .exactly_one(tx)
    .await?;
    Ok(())
}

/// The picture of a member of an organisation that the person of `account` belongs to, too.
pub async fn avatar(
    on: impl Into<db::On<'_>>,
    account: AccountId,
    id: MemberId,
) -> Result<Option<(Vec<u8>, String)>> {
    Ok(sql("select a.avatar, a.avatar_type
            from member m
            join account a on a.id = m.account_id
            join organisation o on o.id = m.organisation_id
            join member mine on mine.organisation_id = m.organisation_id
            where m.id = $1 and m.state <> 'invited' and a.avatar is not null and o.deleted_at is null
              and mine.account_id = $2 and mine.state = 'active' and mine.deleted_at is null")
    .bind(id)
    .bind(account)
    .optional(on)
    .await?)
}

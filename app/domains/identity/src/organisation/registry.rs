//! The organisations of the server: the command line sees all of them, nobody else does.

use chrono::{DateTime, Utc};
use db::sql;
use kernel::{Cx, MemberId, Membership, OrganisationId, PermissionSet, Result, Role, Settings, Site};
use uuid::Uuid;

use super::acts::event;

/// An organisation, living or deleted.
#[derive(Debug, sqlx::FromRow)]
pub struct Registered {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// When it was deleted, if it was.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// All of them by name.
pub async fn list(site: &Site) -> Result<Vec<Registered>> {
    Ok(sql("select id, name, deleted_at from organisation order by name, id")
        .all(&site.reader(db::Scope::registry()))
        .await?)
}

/// Takes a deletion back. Says whether there was one. Nobody is logged in to it by that.
pub async fn restore(site: &Site, id: OrganisationId) -> Result<bool> {
    let nobody = Membership {
        organisation_id: id,
        organisation_name: String::new(),
        member_id: MemberId::from(Uuid::nil()),
        role: Role::Guest,
        permissions: PermissionSet::NONE,
        grants: Vec::new(),
        settings: Settings::default(),
        brand: None,
    };
    let cx = Cx::system(site, "organisations restore", nobody);
    let mut tx = cx.begin().await?;
    let restored = sql("update organisation set deleted_at = null, updated_at = $2
                        where id = $1 and deleted_at is not null")
    .bind(id)
    .bind(cx.now())
    .execute(&mut tx)
    .await?;
    if restored == 0 {
        return Ok(false);
    }
    tx.record(event("organisation.restored", id)).await?;
    tx.commit().await?;
    Ok(true)
}

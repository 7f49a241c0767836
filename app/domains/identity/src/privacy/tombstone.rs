//! Tombstones: who was erased, in ids. Kept apart from the backups of the database, they make a restored one forget again.

use chrono::{DateTime, Utc};
use kernel::{Cx, Error, MemberId, Membership, OrganisationId, PermissionSet, Result, Role, Settings, Site};
use serde::{Deserialize, Serialize};

use crate::{
    member,
    privacy::{acts, repo},
};

/// One erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The organisation that forgot.
    pub organisation: OrganisationId,
    /// Whom.
    pub member: MemberId,
    /// Whether the account went too.
    pub whole: bool,
    /// When.
    pub erased_at: DateTime<Utc>,
    /// By whom.
    pub erased_by: MemberId,
}

/// What a replay came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    /// The person was known again, and is not any more.
    Applied,
    /// They were erased already.
    Known,
    /// There is no such member, nor was there when the backup was made.
    Unknown,
}

/// All tombstones, oldest first.
pub async fn list(site: &Site) -> Result<Vec<Tombstone>> {
    let mut all = Vec::new();
    for (organisation, _) in site.organisations().await? {
        let reader = site.reader(db::Scope::organisation(organisation.uuid()));
        all.extend(repo::tombstones(&reader, organisation).await?);
    }
    all.sort_by_key(|tombstone| (tombstone.erased_at, tombstone.member));
    Ok(all)
}

/// Erases a person once more, after a restore. The audit log is not written: its entry was made when it was done.
pub async fn replay(site: &Site, tombstone: &Tombstone) -> Result<Replayed> {
    let nobody = Membership {
        organisation_id: tombstone.organisation,
        organisation_name: String::new(),
        member_id: tombstone.erased_by,
        role: Role::Guest,
        permissions: PermissionSet::NONE,
        grants: Vec::new(),
        settings: Settings::default(),
        brand: None,
    };
    let cx = Cx::system(site, "erasures replay", nobody);
    let mut tx = cx.begin().await?;
    let person = match member::repo::get(&mut tx, tombstone.organisation, tombstone.member).await {
        Err(Error::NotFound) => return Ok(Replayed::Unknown),
        found => acts::Person::from(found?, tombstone.organisation),
    };
    if person.is_erased() {
        repo::bury(&mut tx, tombstone).await?;
        tx.commit().await?;
        return Ok(Replayed::Known);
    }
    acts::forget(&mut tx, &cx, &person, tombstone).await?;
    tx.commit().await?;
    Ok(Replayed::Applied)
}

//! Who may read a file: whoever may see its record, and for a while whoever has a link.

use chrono::{DateTime, Duration, Utc};
use kernel::{Cx, Error, FileId, OrNotFound, OrganisationId, Result, Site};
use store::{Key, kind};
use uuid::Uuid;

use super::{changeable, find_kept, record_share};
use crate::{
    model::State,
    repo::{self, Kept},
    rules,
};

/// How long a link works.
pub const LINK: Duration = Duration::days(7);
/// What a link is sealed for.
const PLACE: &str = "file.link";

/// A file that may be read.
#[derive(Debug, Clone)]
pub struct Download {
    /// Where its bytes are.
    pub key: Key,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// Its hash in hexadecimal: the same bytes have the same.
    pub sha256: String,
}

impl Download {
    fn new(organisation: OrganisationId, kept: Kept) -> Self {
        Download {
            key: Key::file(organisation.uuid(), kept.id.uuid()),
            name: kept.name,
            media_type: if kept.media_type.is_empty() { kind::UNKNOWN.into() } else { kept.media_type },
            size: u64::try_from(kept.size).unwrap_or_default(),
            sha256: kept.sha256,
        }
    }
}

/// A file for a member who may see its record.
pub async fn download(cx: &Cx, id: FileId) -> Result<Download> {
    let kept = readable(find_kept(cx, id).await?)?;
    cx.record_by_id(&kept.record_kind, kept.record_id).await?;
    Ok(Download::new(cx.organisation_id(), kept))
}

/// The small picture of a file for a member who may see its record.
pub async fn preview(cx: &Cx, id: FileId) -> Result<Key> {
    let kept = readable(find_kept(cx, id).await?)?;
    cx.record_by_id(&kept.record_kind, kept.record_id).await?;
    if kept.has_preview {
        Ok(Key::preview(cx.organisation_id().uuid(), id.uuid()))
    } else {
        Err(Error::NotFound)
    }
}

/// An address under which a file can be read for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The whole address.
    pub address: String,
    /// Until when it leads to the file.
    pub until: DateTime<Utc>,
}

/// Makes an address under which anybody can read the file for a while.
///
/// What it carries is sealed by the program's key and bound to the file, so nobody can make or change one.
pub async fn share(cx: &Cx, id: FileId) -> Result<Link> {
    let (kept, record) = changeable(cx, id).await?;
    let kept = readable(kept)?;
    let site = cx.visit().site();
    let until = cx.now() + LINK;
    let text = format!("{} {}", cx.organisation_id(), until.timestamp());
    let sealed = site.vault().seal(PLACE, id.uuid(), text.as_bytes()).map_err(|cause| {
        tracing::error!(request.id = cx.visit().request_id(), error = %cause, "A link cannot be sealed");
        Error::Internal { reference: cx.visit().request_id().into() }
    })?;
    record_share(cx, &kept, &record).await?;
    let address = format!("{}{}?key={sealed}", site.base_url(), rules::address("/shared", id, &kept.name));
    Ok(Link { address, until })
}

/// A file for somebody who has a link to it.
pub async fn shared(site: &Site, id: FileId, key: &str) -> Result<Download> {
    let sealed = site.vault().open(PLACE, id.uuid(), key).map_err(|_| Error::NotFound)?;
    let (organisation, until) = read_link(&sealed).or_not_found()?;
    if until <= site.now() {
        return Err(Error::NotFound);
    }
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let kept = readable(repo::find(&reader, organisation, id).await?.or_not_found()?)?;
    Ok(Download::new(organisation, kept))
}

fn read_link(text: &[u8]) -> Option<(OrganisationId, DateTime<Utc>)> {
    let (organisation, until) = std::str::from_utf8(text).ok()?.split_once(' ')?;
    let organisation: Uuid = organisation.parse().ok()?;
    Some((organisation.into(), DateTime::from_timestamp(until.parse().ok()?, 0)?))
}

/// Nothing that is not ready, and nothing that was deleted, is sent to anybody.
fn readable(kept: Kept) -> Result<Kept> {
    let ready = kept.state == State::Ready && kept.deleted_at.is_none();
    if ready { Ok(kept) } else { Err(Error::NotFound) }
}

//! Background work on files: putting them together and looking at them, small pictures, and what is to be discarded.

mod finish;
mod preview;

use std::{path::PathBuf, sync::Arc};

use chrono::Duration;
use jobs::{Failure, Handlers, Job, NewJob};
use kernel::{
    Cx, FileId, MemberId, Membership, OrganisationId, PermissionSet, Result, Role, Settings, Site, Tx,
};
use serde::{Deserialize, Serialize};
use store::{Key, Store, antivirus::Clamd, poster::Tools};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::repo::upload::Part;

/// Puts a file together and looks at it.
pub const FINISH: &str = "file.finish";
/// Draws a small picture.
pub const PREVIEW: &str = "file.preview";
/// Deletes the chunks of an upload that was given up.
pub const DISCARD: &str = "file.discard";

/// What the jobs of this domain need. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The running program.
    pub site: Site,
    /// Where bytes are.
    pub store: Store,
    /// The virus scanner, if there is one.
    pub clamd: Option<Clamd>,
    /// Whether a file waits while the scanner does not answer.
    pub clamd_required: bool,
    /// What draws what we do not read.
    pub tools: Tools,
    /// Where tools find their file.
    pub scratch: PathBuf,
    /// How long deleted files can be brought back.
    pub keep: Duration,
    /// One picture at a time: it may take as much memory as all the rest.
    pub drawing: Arc<Semaphore>,
}

/// What a job is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Task {
    file: FileId,
    #[serde(default)]
    parts: Vec<Uuid>,
}

/// Adds what runs the jobs of this domain.
pub fn handlers(handlers: Handlers, desk: &Desk) -> Handlers {
    let (finishing, drawing, discarding) = (desk.clone(), desk.clone(), desk.clone());
    handlers
        .on(FINISH, move |job| {
            let desk = finishing.clone();
            async move {
                let (organisation, task) = read(&job)?;
                finish::run(&desk, organisation, task.file).await
            }
        })
        .on(PREVIEW, move |job| {
            let desk = drawing.clone();
            async move {
                let (organisation, task) = read(&job)?;
                preview::run(&desk, organisation, task.file).await
            }
        })
        .on(DISCARD, move |job| {
            let desk = discarding.clone();
            async move {
                let (organisation, task) = read(&job)?;
                for part in task.parts {
                    desk.store.delete(&Key::part(organisation.uuid(), task.file.uuid(), part)).await?;
                }
                Ok(())
            }
        })
}

fn read(job: &Job) -> Result<(OrganisationId, Task), Failure> {
    let organisation = job.organisation_id.ok_or_else(|| hopeless("a job without an organisation"))?;
    let task = serde_json::from_value(job.payload.clone()).map_err(|cause| Failure::GiveUp(cause.into()))?;
    Ok((organisation.into(), task))
}

fn hopeless(why: &'static str) -> Failure {
    Failure::GiveUp(anyhow::anyhow!(why))
}

/// Writes a job about a file down.
pub(crate) async fn enqueue(tx: &mut Tx, kind: &'static str, file: FileId) -> Result<()> {
    write(tx, kind, &Task { file, parts: Vec::new() }).await
}

/// Has the chunks of an upload deleted that was given up.
pub(crate) async fn enqueue_discard(tx: &mut Tx, file: FileId, parts: &[Part]) -> Result<()> {
    write(tx, DISCARD, &Task { file, parts: parts.iter().map(|part| part.id).collect() }).await
}

async fn write(tx: &mut Tx, kind: &'static str, task: &Task) -> Result<()> {
    let payload = serde_json::json!({ "file": task.file, "parts": task.parts });
    tx.enqueue(NewJob::new(kind, payload)).await?;
    Ok(())
}

/// The program acting for an organisation, in the name of who brought the file.
pub(crate) fn system(site: &Site, organisation: OrganisationId, member: MemberId) -> Cx {
    let membership = Membership {
        organisation_id: organisation,
        organisation_name: String::new(),
        member_id: member,
        role: Role::Guest,
        permissions: PermissionSet::ALL,
        grants: Vec::new(),
        settings: Settings::default(),
        brand: None,
    };
    Cx::system(site, "files", membership)
}

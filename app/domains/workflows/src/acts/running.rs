//! How workflows run, known for a moment: whoever lists items asks for it each time, and it seldom changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use db::Known;
use kernel::{Cx, Error, Result, WorkflowId};

use crate::{
    model::{Field, Item, Workflow},
    repo,
};

/// Workflows, and the forms of those that work something out or hold files, by edition.
#[derive(Debug)]
pub struct Running {
    /// The counts of their steps are of then.
    pub workflows: Vec<Workflow>,
    pub(super) forms: BTreeMap<WorkflowId, BTreeMap<i64, Vec<Field>>>,
}

impl Running {
    /// The workflow with this id.
    pub fn workflow(&self, id: WorkflowId) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.head.id == id)
    }

    /// Whether these items are in steps of theirs: another server may have published one since.
    pub(super) fn knows(&self, items: &[(WorkflowId, Item)]) -> bool {
        let knows =
            |id, item: &Item| self.workflow(id).is_some_and(|it| it.step(item.card.step_id).is_some());
        items.iter().all(|(id, item)| knows(*id, item))
    }
}

/// The workflow whose items are called `key-…`, or all of them. [`Error::Invalid`] where none has the key.
pub(super) async fn running(cx: &Cx, key: Option<&str>) -> Result<Arc<Running>> {
    let (designs, moment) = (cx.visit().site().designs(), cx.visit().site().moment(Known::Designs));
    match designs.of(&name(cx, key), moment).map(Arc::downcast::<Running>) {
        Some(Ok(running)) => Ok(running),
        _ => running_now(cx, key).await,
    }
}

/// The same as the database has it.
pub(super) async fn running_now(cx: &Cx, key: Option<&str>) -> Result<Arc<Running>> {
    let (on, organisation_id) = (cx.db(), cx.organisation_id());
    let moment = cx.visit().site().moment(Known::Designs);
    let workflows = match key {
        None => repo::workflow::all(on, organisation_id).await?,
        Some(key) => {
            let found = repo::workflow::find_by_key(on, organisation_id, key).await?;
            vec![found.ok_or_else(|| Error::invalid("workflow", "There is no workflow with this key."))?]
        }
    };
    let ids: BTreeSet<WorkflowId> = workflows.iter().map(|workflow| workflow.head.id).collect();
    let forms = repo::workflow::forms_that_work_out(on, organisation_id, &ids).await?;
    let running = Arc::new(Running { workflows, forms });
    cx.visit().site().designs().keep(&name(cx, key), moment, DateTime::<Utc>::MAX_UTC, running.clone());
    Ok(running)
}

/// What is asked for as a key may be any text, so it names nothing but one workflow.
fn name(cx: &Cx, key: Option<&str>) -> Vec<u8> {
    let organisation = cx.organisation_id();
    match key {
        None => format!("all workflows {organisation}"),
        Some(key) => format!("workflow {organisation} {key}"),
    }
    .into_bytes()
}

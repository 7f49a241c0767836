//! Designs out of files.

use kernel::{Result, WorkflowId};
use leptos::prelude::*;

use crate::model::Imported;

#[cfg(feature = "ssr")]
use {crate::acts::interchange as acts, kernel::Cx};

/// Reads a design out of a file of another program or of this one, for a workflow. It changes nothing.
#[server(input = server_fn::codec::Json)]
pub async fn read_design(workflow_id: WorkflowId, text: String) -> Result<Imported> {
    acts::read(&Cx::current().await?, workflow_id, text).await
}

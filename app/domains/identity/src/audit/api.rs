//! Server functions about the audit log.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

use kernel::Result;
use leptos::prelude::*;

use crate::audit::model::{AuditFilter, AuditPage, AuditProof};

/// One page of the log, the newest entries first.
#[server]
pub async fn list_audit(filter: AuditFilter) -> Result<AuditPage> {
    super::acts::list(&kernel::Cx::current().await?, &filter).await
}

/// Reads the whole log and says whether it is as it was written.
#[server]
pub async fn verify_audit() -> Result<AuditProof> {
    super::acts::verify(&kernel::Cx::current().await?).await
}

//! `mediap audit`

use std::process::ExitCode;

use kernel::{
    OrganisationId,
    audit::{self, Mark},
};

use crate::{config::Config, start};

/// Reads the audit log of every organisation, or of one, and says whether it is as it was written.
pub(crate) async fn verify(
    config: Config,
    only: Option<OrganisationId>,
    expected: Option<Mark>,
) -> anyhow::Result<ExitCode> {
    let db = start::database(&config).await?;
    let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
    let mut broken = false;
    let mut seen = 0;
    for (id, name) in site.organisations().await? {
        if only.is_some_and(|only| only != id) {
            continue;
        }
        seen += 1;
        let found = audit::verify_since(&site, id, expected.as_ref()).await?;
        match found.fault {
            None => println!("ok      {id} {name}: {} entries, mark {0}:{}", found.entries, found.head),
            Some(fault) => {
                broken = true;
                println!("broken  {id} {name}: {fault}");
            }
        }
    }
    db.close().await;
    if seen == 0 {
        println!("There is no such organisation.");
    }
    Ok(if broken || seen == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

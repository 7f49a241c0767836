//! `mediap licence`

use std::process::ExitCode;

use kernel::{Clock, SystemClock};
use licence::Reading;

use crate::{
    config::Config,
    licence::{Crowded, file, page},
    product, start,
};

/// Prints what the licence file says and how it stands.
pub(crate) async fn show(config: Config) -> anyhow::Result<ExitCode> {
    let file = file(&config);
    let reading = file.read();
    let seats = reading.licence().and_then(|licence| licence.seats);
    let crowded = match seats {
        None => Vec::new(),
        Some(seats) => crowded(&config, seats).await.unwrap_or_else(|error| {
            eprintln!("The members could not be counted: {error:#}");
            Vec::new()
        }),
    };
    print!("{}", page(&file, &reading, SystemClock.now(), &crowded));
    Ok(match *reading {
        Reading::Fault(_) => ExitCode::FAILURE,
        Reading::Nothing | Reading::Licence(_) => ExitCode::SUCCESS,
    })
}

/// The organisations with more members than seats. A database that is still to be filled has none.
async fn crowded(config: &Config, seats: u32) -> anyhow::Result<Vec<Crowded>> {
    let db = start::database(config).await?;
    let mut crowded = Vec::new();
    if db.migrations().await?.pending == 0 {
        let site = start::site(db.clone(), config.base_url.as_deref().unwrap_or_default());
        for (id, organisation) in site.organisations().await? {
            let members = product::count_seats(&site, id).await?;
            if seats < members {
                crowded.push(Crowded { organisation, members });
            }
        }
    }
    db.close().await;
    Ok(crowded)
}

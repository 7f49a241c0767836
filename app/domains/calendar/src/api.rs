//! Server functions: they read what a form sends and call the acts.
#![expect(missing_docs, reason = "the arguments of a server function become fields that cannot carry docs")]

pub mod booking;
pub mod event;
pub mod job_type;

use kernel::Result;
use leptos::prelude::*;

use crate::model::Agenda;

#[cfg(feature = "ssr")]
use {crate::acts, kernel::Cx};

/// Some days of the calendar, from a day on; from the present one where none is named.
#[server]
pub async fn load_agenda(first: Option<String>, days: i64) -> Result<Agenda> {
    // A day that nobody can read is today: the address was typed.
    let first = first.and_then(|day| day.parse().ok());
    acts::agenda(&Cx::current().await?, first, days).await
}

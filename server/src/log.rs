//! The log: readable lines or one JSON object a line, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

use crate::config::{Config, LogFormat};

pub(crate) const LEVELS: &str = "error, warn, info, debug, trace, or a filter such as `info,sqlx=warn`";

/// A level or filter that the log understands.
pub(crate) fn parse_level(text: &str) -> Option<String> {
    // The filter takes a lone word that is no level for the name of a module.
    let plain = text.split(',').filter(|part| !part.contains('='));
    let known = plain.map(str::trim).all(|part| part.parse::<LevelFilter>().is_ok());
    (known && EnvFilter::try_new(text).is_ok()).then(|| text.to_owned())
}

/// Starts the log, and sends panics there.
pub(crate) fn init(config: &Config) {
    // A statement that takes a second says so by itself; each one would drown the rest, and so would PostgreSQL's remarks
    // on things that are there already. What the setting says of them wins.
    let filter = EnvFilter::new(format!("sqlx::query=warn,sqlx::postgres::notice=warn,{}", config.log_level));
    let colours = std::io::stderr().is_terminal();
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    let started = match config.log_format {
        LogFormat::Pretty => log.with_target(false).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
    if started.is_err() {
        tracing::debug!("The log was started before");
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(%place, "Panic: {message}");
    }));
}

//! How the organisation writes times and words.

use chrono::{DateTime, Utc};
use kernel::{Settings, Today, Viewer};
use ui::{when, words::Language};

/// The language of the viewer's organisation.
pub(crate) fn language(viewer: &Viewer) -> Language {
    Language::from_tag(&viewer.settings.language)
}

/// An instant as the viewer's organisation writes it: `Today 14:05`, `Sun 22 Nov, 02:10`.
pub(crate) fn moment(viewer: &Viewer, at: DateTime<Utc>) -> String {
    moment_as(&viewer.settings, viewer.today, at)
}

/// The same where there is no viewer yet.
pub(crate) fn moment_as(settings: &Settings, today: Today, at: DateTime<Utc>) -> String {
    when::written(at, settings, today)
}

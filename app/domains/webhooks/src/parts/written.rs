//! How the organisation writes times.

use chrono::{DateTime, Utc};
use kernel::Viewer;
use ui::{when, words::Language};

/// An instant as the viewer's organisation writes it: `Today 14:05`, `Sun 22 Nov, 02:10`.
pub(crate) fn moment(viewer: &Viewer, at: DateTime<Utc>) -> String {
    when::written(at, &viewer.settings, viewer.today)
}

/// How long ago something was.
pub(crate) fn ago(viewer: &Viewer, at: DateTime<Utc>) -> String {
    let (today, language) = (viewer.today, Language::from_tag(&viewer.settings.language));
    when::ago(today.local(at).naive_local(), today.local(today.now).naive_local(), language)
}

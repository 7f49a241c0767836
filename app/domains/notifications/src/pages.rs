//! Pages and their addresses.

mod browser;
mod inbox;
mod settings;

use ui::{Page, Route, at, page, route};

pub use self::browser::turn_off;
use self::inbox::InboxPage;
pub use self::settings::{Places, SettingsPage};

/// The routes of this domain. `settings_page` is a [`SettingsPage`] that knows the places to choose from.
pub fn pages(settings_page: Page) -> Vec<Route> {
    vec![
        route(at!("inbox"), page!(messages: inbox_page => InboxPage)),
        route(at!("inbox/settings"), settings_page),
    ]
}

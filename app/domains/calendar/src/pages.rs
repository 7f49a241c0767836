//! Pages and their addresses.

mod bar;
mod block;
mod calendar;
mod column;
mod drag;
mod entry;
mod event_dialog;
mod event_form;
mod fetch;
mod focus;
mod ghost;
mod grid;
mod ground;
mod heads;
mod job_type_form;
mod job_types;
mod keys;
mod lay;
mod list;
mod rail;
mod shown;
mod snap;
mod state;
mod strip;
mod teams;
mod view;

use ui::{Route, at, page, route};

use self::{calendar::CalendarPage, job_types::JobTypesPage};

/// The routes of this domain; all of its code comes apart.
pub fn pages() -> Vec<Route> {
    vec![
        route(at!("calendar"), page!(calendar: calendar_page => CalendarPage)),
        route(at!("calendar/job-types"), page!(calendar: job_types_page => JobTypesPage)),
    ]
}

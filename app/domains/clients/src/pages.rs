//! Pages and their addresses.

mod fields;
mod list;
mod new;
mod one;
mod projects;

use ui::{Page, Route, at, page, route};

use self::{list::ClientsPage, new::NewClientPage};

pub use one::ClientDetailsPage;

/// The routes of this domain; all of its code comes apart. `one` is the page of a client, with what the program puts there.
pub fn pages(one: Page) -> Vec<Route> {
    vec![
        route(at!("clients"), page!(clients: clients_page => ClientsPage)),
        route(at!("clients/new"), page!(clients: new_client_page => NewClientPage)),
        route(at!("clients/:id"), one),
    ]
}

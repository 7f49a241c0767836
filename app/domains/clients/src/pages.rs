//! Pages and their addresses.

mod fields;
mod list;
mod new;
mod one;
mod projects;

use ui::{Route, at, page, route};

use self::{list::ClientsPage, new::NewClientPage, one::ClientDetailsPage};

/// The routes of this domain; all of its code comes apart.
pub fn pages() -> Vec<Route> {
    vec![
        route(at!("clients"), page!(clients: clients_page => ClientsPage)),
        route(at!("clients/new"), page!(clients: new_client_page => NewClientPage)),
        route(at!("clients/:id"), page!(clients: client_page => ClientDetailsPage)),
    ]
}

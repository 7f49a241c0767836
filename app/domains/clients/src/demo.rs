//! Clients of the demo's dealership: companies that buy their fleets there.

use std::collections::BTreeMap;

use kernel::{ClientId, Cx, Result};

use crate::{
    acts,
    model::{Form, ProjectForm, State},
};

/// Name, domain, tax number, hourly rate, note, projects.
type Company =
    (&'static str, &'static str, &'static str, i64, &'static str, &'static [(&'static str, State)]);

const COMPANIES: [Company; 4] = [
    (
        "Fjord Taxi",
        "fjordtaxi.example",
        "SE556000000101",
        95_000,
        "Twelve cars in service around the clock. Wants every car back within a day.",
        &[("New fleet 2026", State::Active), ("Winter tyres", State::Done)],
    ),
    (
        "Nordvik Municipality",
        "kommun.nordvik.example",
        "SE212000000201",
        82_000,
        "Orders by framework contract; each invoice needs a reference.",
        &[("Pool cars for home care", State::Active)],
    ),
    (
        "Berg & Dal Construction",
        "bergdal.example",
        "SE556000000301",
        110_000,
        "Pays within ten days.",
        &[("Vans with tool racks", State::Active), ("Pickup exchange", State::Active)],
    ),
    ("Hotel Strand", "hotelstrand.example", "SE556000000401", 99_000, "", &[("Shuttle bus", State::Done)]),
];

/// Writes them, and returns them by name.
pub async fn seed(cx: &Cx) -> Result<BTreeMap<&'static str, ClientId>> {
    let mut clients = BTreeMap::new();
    for (name, domain, tax_id, rate, note, projects) in COMPANIES {
        let form = Form {
            name: name.to_owned(),
            note: note.to_owned(),
            email: format!("office@{domain}"),
            phone: String::new(),
            website: format!("https://{domain}"),
            tax_id: Some(tax_id.to_owned()),
            hourly_rate: Some(Some(rate)),
        };
        let client = acts::create(cx, &form).await?;
        for (name, state) in projects {
            let form = ProjectForm { name: (*name).to_owned(), note: String::new(), state: *state };
            acts::project::create(cx, client, &form).await?;
        }
        clients.insert(name, client);
    }
    Ok(clients)
}

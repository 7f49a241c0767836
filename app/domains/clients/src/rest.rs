//! Clients for other programs.

mod project;

use kernel::{
    ClientId,
    Permission::{ClientManage, ClientView},
};
use rest::{
    Answer, Call, Created, Filter, Json, List,
    Needs::{In, May, Somewhere},
    Page, Place, Problem, Record, Routes,
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts,
    model::{self, Form},
    repo::client::Wanted,
};

/// What is published of this domain.
pub fn routes() -> Vec<Routes> {
    vec![clients(), project::routes()]
}

fn clients() -> Routes {
    let all = Somewhere(ClientView);
    Routes::new("Clients", "Companies that the organisation works for.")
        .list("/clients", "List clients", all, all, list)
        .post("/clients", "Create a client", May(ClientManage), create)
        .read("/clients/{client}", "Read a client", In(ClientView, Place::Client), read)
        .update("/clients/{client}", "Change a client", In(ClientManage, Place::Client), update)
        .delete("/clients/{client}", "Delete a client", May(ClientManage), delete)
        .post("/clients/{client}/restore", "Bring a client back", May(ClientManage), restore)
}

/// A client.
#[derive(Debug, Serialize, ToSchema)]
struct Client {
    id: ClientId,
    #[schema(example = "Fjord Taxi")]
    name: String,
    /// What one should know.
    note: String,
    #[schema(example = "office@fjordtaxi.example")]
    email: String,
    phone: String,
    #[schema(example = "https://fjordtaxi.example")]
    website: String,
    /// Its tax number. Not there without `finance.view`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "SE556000000101")]
    tax_id: Option<String>,
    /// What an hour costs it, in minor units. Not there without `finance.view`, and while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 95000)]
    hourly_rate: Option<i64>,
    /// The currency of the rate. Not there without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "SEK")]
    currency: Option<String>,
    /// The version, which is also its `ETag`.
    version: i64,
}

impl Record for Client {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
}

impl From<model::Client> for Client {
    fn from(client: model::Client) -> Self {
        let model::Client { id, name, note, email, phone, website, finance, version } = client;
        let (tax_id, hourly_rate, currency) = match finance {
            Some(finance) => (Some(finance.tax_id), finance.hourly_rate, finance.currency),
            None => (None, None, None),
        };
        Client { id, name, note, email, phone, website, tax_id, hourly_rate, currency, version }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct ClientFilter {
    /// Words in the name.
    q: Option<String>,
}

impl Filter for ClientFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A client to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClient {
    /// Unlike that of every other client.
    #[schema(example = "Fjord Taxi", min_length = 1, max_length = 100)]
    name: String,
    /// What one should know.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
    #[serde(default)]
    #[schema(example = "office@fjordtaxi.example", max_length = 200, pattern = "^$|^[^@ ]+@[^ ]+$")]
    email: String,
    #[serde(default)]
    #[schema(max_length = 200)]
    phone: String,
    #[serde(default)]
    #[schema(example = "https://fjordtaxi.example", max_length = 200, pattern = "^$|^https?://[^ ]+$")]
    website: String,
    /// Its tax number. Needs `finance.edit`.
    #[schema(max_length = 40)]
    tax_id: Option<String>,
    /// What an hour costs it, in minor units of the organisation's currency. Needs `finance.edit`.
    #[schema(minimum = 0, maximum = 100000000)]
    hourly_rate: Option<i64>,
}

/// What changes of a client. What is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientChange {
    #[schema(example = "Fjord Taxi", min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 4000)]
    note: Option<String>,
    #[schema(example = "office@fjordtaxi.example", max_length = 200, pattern = "^$|^[^@ ]+@[^ ]+$")]
    email: Option<String>,
    #[schema(max_length = 200)]
    phone: Option<String>,
    #[schema(example = "https://fjordtaxi.example", max_length = 200, pattern = "^$|^https?://[^ ]+$")]
    website: Option<String>,
    /// Its tax number. Needs `finance.edit`.
    #[schema(max_length = 40)]
    tax_id: Option<String>,
    /// What an hour costs it, in minor units; `null` takes it away. Needs `finance.edit`.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 100000000)]
    hourly_rate: Option<Option<i64>>,
}

/// Tells `null` from what was not sent.
fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

async fn list(call: Call<(), List<ClientFilter>>) -> Answer<Page<Client>> {
    let List { filter, descending, limit, after, .. } = call.input;
    let after = after.as_deref().map(str::parse).transpose().map_err(|()| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })?;
    let wanted = Wanted { text: filter.q.unwrap_or_default(), after, descending, limit };
    let (clients, next) = acts::whole_list(&call.cx, &wanted).await?;
    Ok(Page { data: clients.into_iter().map(Client::from).collect(), next })
}

async fn read(call: Call<ClientId>) -> Answer<Client> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn create(call: Call<(), Json<NewClient>>) -> Answer<Created<Client>> {
    let NewClient { name, note, email, phone, website, tax_id, hourly_rate } = call.input.0;
    let hourly_rate = hourly_rate.map(Some);
    let form = Form { name, note, email, phone, website, tax_id, hourly_rate };
    let id = acts::create(&call.cx, &form).await?;
    Ok(Created { at: format!("/clients/{id}"), record: acts::get(&call.cx, id).await?.into() })
}

async fn update(call: Call<ClientId, Json<ClientChange>>) -> Answer<Client> {
    let client = acts::get(&call.cx, call.path).await?;
    call.made_on(client.version)?;
    let change = &call.input.0;
    let or = |sent: &Option<String>, before: String| sent.clone().unwrap_or(before);
    let form = Form {
        name: or(&change.name, client.name),
        note: or(&change.note, client.note),
        email: or(&change.email, client.email),
        phone: or(&change.phone, client.phone),
        website: or(&change.website, client.website),
        tax_id: change.tax_id.clone(),
        hourly_rate: change.hourly_rate,
    };
    acts::update(&call.cx, call.path, client.version, &form).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<ClientId>) -> Answer<()> {
    let client = acts::get(&call.cx, call.path).await?;
    call.made_on(client.version)?;
    acts::delete(&call.cx, call.path, client.version).await?;
    Ok(())
}

async fn restore(call: Call<ClientId>) -> Answer<Client> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::get(&call.cx, call.path).await?.into())
}

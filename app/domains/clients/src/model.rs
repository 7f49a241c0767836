//! Clients and projects as pages and programs see them.

use kernel::{ClientId, ProjectId};
use serde::{Deserialize, Serialize};

/// What pages about clients listen to.
pub const TOPIC: &str = "clients";

/// A client in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct ClientRow {
    /// The client.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Its address for mail, or empty.
    pub email: String,
    /// Its telephone number, or empty.
    pub phone: String,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    /// The clients, by name.
    pub clients: Vec<ClientRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// A client, as far as the asker may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The client.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// What one should know.
    pub note: String,
    /// Its address for mail, or empty.
    pub email: String,
    /// Its telephone number, or empty.
    pub phone: String,
    /// Its place on the web, or empty.
    pub website: String,
    /// The finance facts; none for who may not see finance there.
    pub finance: Option<Finance>,
    /// The version that a change names.
    pub version: i64,
}

/// What only finance reads of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finance {
    /// Its tax number, or empty.
    pub tax_id: String,
    /// What an hour costs it, in minor units.
    pub hourly_rate: Option<i64>,
    /// The currency of the rate.
    pub currency: Option<String>,
}

/// Whether a project goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = ProjectState))]
pub enum State {
    /// It goes on.
    Active,
    /// It is done.
    Done,
}

impl State {
    /// Both.
    pub const ALL: [State; 2] = [State::Active, State::Done];

    /// The name in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Done => "done",
        }
    }

    /// The name on a page.
    pub fn label(self) -> &'static str {
        match self {
            State::Active => "Active",
            State::Done => "Done",
        }
    }
}

impl std::str::FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        State::ALL.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// A project of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// The project.
    pub id: ProjectId,
    /// Whose it is.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// Whether it goes on.
    pub state: State,
    /// What one should know.
    pub note: String,
    /// The version that a change names.
    pub version: i64,
}

/// A client with its projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPage {
    /// The client.
    pub client: Client,
    /// Its projects that the asker may see: those that go on, then those that are done.
    pub projects: Vec<Project>,
}

/// What was deleted, for the message that offers the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The client or the project.
    pub id: uuid::Uuid,
    /// Its name.
    pub name: String,
}

/// What is written of a client. Finance facts that are not there stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// What one should know.
    pub note: String,
    /// Its address for mail.
    pub email: String,
    /// Its telephone number.
    pub phone: String,
    /// Its place on the web.
    pub website: String,
    /// Its tax number.
    pub tax_id: Option<String>,
    /// What an hour costs it, in minor units; the inner none takes it away.
    pub hourly_rate: Option<Option<i64>>,
}

/// What is written of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectForm {
    /// Its name.
    pub name: String,
    /// What one should know.
    pub note: String,
    /// Whether it goes on.
    pub state: State,
}

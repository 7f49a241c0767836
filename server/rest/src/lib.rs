//! REST: the one way in which a domain publishes its acts to other programs.
//!
//! A domain lists its [`Routes`]; each is a line with the address, what it needs and a handler. The handler gets a
//! [`Call`] that has been read and checked (who asks, the path, the query or the body) and answers with a
//! [`Page`], a record, [`Created`] or nothing, or with a [`Problem`]. It calls the same acts as the server functions, so
//! a rule stands in one place.
//!
//! ```ignore
//! pub fn routes() -> Routes {
//!     Routes::new("Teams", "Named groups of members.")
//!         .list("/teams", "List teams", May(DirectoryView), list)
//!         .update("/teams/{team}", "Change a team", In(TeamManage), update)
//! }
//!
//! async fn update(call: Call<TeamId, Json<TeamChange>>) -> Answer<Team> {
//!     let team = acts::find(&call.cx, call.path).await?;
//!     call.made_on(team.version)?;
//!     acts::update(&call.cx, call.path, team.version, &call.input.0.name, team.category).await?;
//!     Ok(Team::from(acts::find(&call.cx, call.path).await?))
//! }
//! ```
//!
//! What every route has comes from here: paging by cursors, order, sparse fields, exports, `ETag` and `If-Match`, keys
//! that make a write happen once, batches with an answer for each row, problem details, and the OpenAPI document.

mod batch;
mod call;
mod export;
mod list;
mod once;
mod openapi;
mod permission;
mod problem;
mod reply;
mod route;
mod schema;
mod text;

pub use batch::LARGEST as LARGEST_BATCH;
pub use call::{Call, Input, Json};
pub use list::{Filter, Key, List, Listed, NoFilter, Page, Query};
pub use once::sweep;
pub use openapi::{Api, clashes, document};
pub use permission::PermissionKey;
pub use problem::{MEDIA_TYPE as PROBLEM_TYPE, Problem};
pub use reply::{Attached, Created, Kinds, Record, Reply};
pub use route::{Answer, Needs, Place, Route, Routes};

/// Where the interface begins.
pub const BASE: &str = "/api/v1";

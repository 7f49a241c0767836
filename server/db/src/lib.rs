//! The one way to the database: [`sql`] text plus bound values, run on SQLite or PostgreSQL.
//!
//! Statements are written once, in the portable subset that `migrations/README.md` lists; the few that
//! must differ are named functions in [`dialect`]. Rows are plain structs with `derive(sqlx::FromRow)`.
//!
//! | meaning | column type | Rust |
//! |---|---|---|
//! | id | `uuid` | an id newtype over `Uuid` (v7) |
//! | text, state | `text` | `String`, enum |
//! | number, minor units of money | `bigint` | `i64` |
//! | flag | `boolean` | `bool` |
//! | open structure (object or array) | `jsonb` | `serde_json::Value`, `sqlx::types::Json<T>` |
//! | instant | `timestamptz` | `DateTime<Utc>`, whole microseconds |
//! | day | `date` | `NaiveDate` |
//! | small blob | `bytea` | `Vec<u8>` |

mod arg;
mod chain;
mod constraint;
pub mod dialect;
mod engine;
mod error;
mod fields;
pub mod known;
mod migrate;
mod notify;
mod query;
mod scope;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wall;

pub use arg::{Arg, Nullable};
pub use chain::{Before, Chain};
pub use engine::{Db, Engine, Options, Tx};
pub use error::{ConstraintKind, Error, Result, ResultExt};
pub use fields::Fields;
pub use known::Known;
pub use migrate::Migrations;
pub use notify::Notices;
pub use query::{On, Query, Record, Writer, sql};
pub use scope::{BEGIN_DURATION, Reader, Scope};

#[cfg(test)]
mod tests;

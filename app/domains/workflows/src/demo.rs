//! Demo data: a dealership's process with vehicles in every state, and a small studio beside it.
//!
//! Everything follows from the number of items asked for, so two runs give the same vehicles. Rows are written
//! many at a time: 50,000 items with their history are a benchmark's starting point.

mod dealership;
mod dice;
mod plan;
mod write;

pub use plan::{Plan, Team};

use kernel::{Cx, Result};

/// Makes the workflow "Used car intake" with `items` vehicles in the organisation of `cx`.
pub async fn seed_dealership(cx: &Cx, plan: &Plan, items: i64) -> Result<()> {
    write::workflow(cx, &dealership::process(plan), items).await
}

/// Makes the workflow "Content approval" with a few items in the organisation of `cx`.
pub async fn seed_studio(cx: &Cx, plan: &Plan) -> Result<()> {
    write::workflow(cx, &dealership::studio(plan), 12).await
}

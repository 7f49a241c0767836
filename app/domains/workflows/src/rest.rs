//! Workflows, items, comments and saved views for other programs.

mod absence;
mod activity;
mod approval;
mod automation;
mod body;
mod bulk;
mod comment;
mod design;
mod insight;
mod item;
mod sla;
mod view;
mod workflow;

use rest::{Answer, Filter, List, Problem, Routes};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::repo::Span;

/// What is published, kind by kind.
pub fn routes() -> Vec<Routes> {
    vec![
        workflow::routes(),
        insight::routes(),
        item::routes(),
        automation::routes(),
        bulk::routes(),
        comment::routes(),
        view::routes(),
        absence::routes(),
        sla::routes(),
    ]
}

/// A list that has only its order in time.
#[derive(Debug, Clone, Deserialize, IntoParams)]
struct InTime {}

impl Filter for InTime {
    const SORTS: &'static [&'static str] = &["created_at"];
}

/// The part of such a list that is asked for.
fn span(list: &List<InTime>) -> Answer<Span> {
    let after = list.after.as_deref().map(str::parse::<Uuid>).transpose().map_err(|_| wrong_after())?;
    Ok(Span { after, newest_first: list.descending, limit: list.limit })
}

/// What is said of a cursor that no page has given.
fn wrong_after() -> Problem {
    Problem::parameter("after", "Send what the page before said as next, and the same sort.")
}

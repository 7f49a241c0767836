//! The figures of a workflow for other programs.

use kernel::{
    Permission::{ItemExport, ItemView},
    StepId,
};
use rest::{Answer, Call, Filter, Key, List, Listed, Needs::May, Page, Problem, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{
    acts::insight as acts,
    insight::{EARLIER, Insights, PERIODS, StepFigures, USUAL},
};

/// What is published of figures.
pub fn routes() -> Routes {
    let path = "/workflows/{workflow}/insights";
    Routes::new("Insights", "How long items stay in a step of a workflow, and how often they come.").list(
        path,
        "List insights of a workflow",
        May(ItemView),
        May(ItemExport),
        list,
    )
}

/// What happened in a step in some days up to today.
#[derive(Debug, Serialize, ToSchema)]
struct Insight {
    /// The step; none for all that the workflow has no more.
    step: Option<StepId>,
    /// Its name.
    #[schema(example = "Test and inspect")]
    name: String,
    /// Its place in the workflow, from 1.
    place: i64,
    /// How many items are here now.
    items: i64,
    /// How often one came, new ones too.
    visits: i64,
    /// How often by a way back.
    reworked: i64,
    /// How often one left.
    left: i64,
    /// Half of those that left had stayed so many seconds or less.
    median_seconds: Option<i64>,
    /// 85 of a hundred had.
    p85_seconds: Option<i64>,
    /// How many seconds items were here in these days, all together.
    total_seconds: i64,
    /// For how much of that they were given to somebody, where that is known.
    work_seconds: Option<i64>,
    /// Whether the workflow has more items than the figures are made from.
    cut: bool,
}

impl Record for Insight {}

impl Listed for Insight {
    fn id(&self) -> String {
        self.place.to_string()
    }

    fn key(&self, sort: &str) -> Key {
        match sort {
            "name" => Key::Text(self.name.to_lowercase()),
            _ => Key::Number(self.place),
        }
    }
}

/// How many days can be looked at, for the document.
enum Days {}

impl PartialSchema for Days {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(PERIODS)).into()
    }
}

impl ToSchema for Days {}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct InsightFilter {
    /// How many days: 7, 30, 90 or 365.
    #[param(inline, value_type = Option<Days>)]
    days: Option<i64>,
}

impl Filter for InsightFilter {
    const SORTS: &'static [&'static str] = &["place", "name"];
}

async fn list(call: Call<String, List<InsightFilter>>) -> Answer<Page<Insight>> {
    let days = call.input.filter.days.unwrap_or(USUAL);
    if !PERIODS.contains(&days) {
        return Err(Problem::parameter("days", "It is 7, 30, 90 or 365."));
    }
    let insights = acts::insights(&call.cx, &call.path, days).await?;
    let steps = (1..).zip(&insights.report.steps);
    call.input.page(steps.map(|(place, figures)| insight(&insights, place, figures)).collect())
}

fn insight(insights: &Insights, place: i64, figures: &StepFigures) -> Insight {
    let step = figures.step.and_then(|id| insights.workflow.step(id));
    Insight {
        step: figures.step,
        name: step.map_or(EARLIER, |step| &step.name).to_owned(),
        place,
        items: step.map_or(0, |step| insights.workflow.items_in(step.id)),
        visits: figures.visits,
        reworked: figures.reworked,
        left: figures.left,
        median_seconds: figures.median,
        p85_seconds: figures.p85,
        total_seconds: figures.total,
        work_seconds: figures.worked,
        cut: insights.cut,
    }
}

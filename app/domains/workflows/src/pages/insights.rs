//! The figures of a workflow: where time goes, how much is finished and how fast, and how old the open items are.

mod charts;
mod heat;
mod measure;
mod steps;

use kernel::{Permission, Viewer, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Banner, ButtonSize, ButtonVariant, EmptyState, LinkButton, Segment, Segmented, Skeleton, Tone, Toolbar,
    Wait, words::Language,
};

use self::{
    charts::{AgeChart, CycleChart, FinishedChart},
    heat::HeatMap,
    measure::{Choice, Measure},
    steps::StepTable,
};
use super::frame::{Layout, LayoutSwitch, PageError, WorkflowBar};
use crate::{
    api,
    insight::{Insights, PERIODS, more, read_days},
};

/// `/workflows/:key/insights`
#[component]
pub fn InsightsPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let source = Memo::new(move |_| {
        let key = params.with(|params| params.get("key").unwrap_or_default());
        (key, query.with(|query| read_days(query.get_str("days"))))
    });
    let insights = kernel::page_data(
        move || source.get(),
        |(key, days)| async move { api::load_insights(key, days).await },
    );
    // What is shown of the figures needs no other ones.
    let choice =
        Memo::new(move |_| query.with(|query| Choice::read(query.get_str("show"), query.get_str("sort"))));
    let viewer = use_viewer();
    view! {
        <link rel="stylesheet" href="/insights.css"/>
        <Wait fallback=|| view! { <Skeleton rows=12/> } content=move || async move {
                match (viewer.await, insights.await) {
                    (Ok(viewer), Ok(insights)) => view! { <InsightsView insights viewer choice/> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || insights.refetch()/> }.into_any()
                    }
                }
            }/>
    }
}

/// What all parts of the page need to write their figures.
#[derive(Clone)]
struct Scene {
    /// The letters before the items' numbers.
    key: String,
    /// What an item is called.
    noun: String,
    /// The days, in words.
    days: String,
    viewer: Viewer,
}

impl Scene {
    /// So many items, in words.
    fn items(&self, count: i64) -> String {
        let end = if count == 1 { "" } else { "s" };
        format!("{} {}{end}", ui::number::grouped(count), self.noun)
    }

    /// A day, in words.
    fn day(&self, day: chrono::NaiveDate) -> String {
        let language = Language::from_tag(&self.viewer.settings.language);
        ui::when::bare_date(day, self.viewer.today.date(), language)
    }
}

#[component]
fn InsightsView(insights: Insights, viewer: Viewer, choice: Memo<Choice>) -> impl IntoView {
    let Insights { workflow, report, cut, picture } = insights;
    let head = workflow.head.clone();
    let days = report.days;
    let mut scene = Scene {
        key: head.key.clone(),
        noun: head.item_noun.clone(),
        days: String::new(),
        viewer: viewer.clone(),
    };
    scene.days = format!("{} to {}", scene.day(report.first), scene.day(report.last));
    let may_take = viewer.may(Permission::ItemExport);
    let periods = PERIODS.map(|period| {
        let key = head.key.clone();
        let href = Signal::derive(move || choice.get().address(&key, period));
        view! { <Segment href selected=period == days>{format!("{period} days")}</Segment> }
    });
    let said = format!("{} were open or finished from {}.", scene.items(report.items), scene.days);
    let file = |name: &str| format!("/workflows/{}/insights/{name}?days={days}", head.key);
    let take = may_take.then(|| {
        let link = |href: String, label: &'static str| {
            view! {
                <LinkButton
                    href
                    variant=ButtonVariant::Ghost
                    size=ButtonSize::Small
                    icon="download"
                    attr:download=""
                    attr:rel="external"
                >
                    {label}
                </LinkButton>
            }
        };
        view! {
            <div class="insights-files">
                {link(file("items.csv"), "Items as CSV")} {link(file("steps.csv"), "Steps as CSV")}
                {link(file("insights.xlsx"), "Both as XLSX")}
            </div>
        }
    });
    let cut = cut.then(|| view! { <Banner tone=Tone::Warning>{more()}</Banner> });
    let content = if report.items == 0 {
        let text = "Figures come from items that are open or were finished in these days.";
        view! { <EmptyState icon="chart-column" title="Nothing to count yet" text/> }.into_any()
    } else {
        let count: i64 = report.finished.iter().map(|bar| bar.count).sum();
        let finished = if count == 0 {
            let text =
                format!("No {} came to a last step from {}. Look at more days.", scene.noun, scene.days);
            view! {
                <section class="insights-part" aria-label="Finished">
                    <EmptyState icon="circle-check" title="Nothing was finished in these days" text/>
                </section>
            }
            .into_any()
        } else {
            view! {
                <FinishedChart bars=report.finished.clone() scene=scene.clone()/>
                <CycleChart cycle=report.cycle.clone() scene=scene.clone()/>
            }
            .into_any()
        };
        let measures = Measure::offered(&report).into_iter().map(|measure| {
            let key = head.key.clone();
            let href = Signal::derive(move || Choice { measure, ..choice.get() }.address(&key, days));
            let selected = Signal::derive(move || choice.get().measure == measure);
            view! { <Segment href selected>{measure.label()}</Segment> }
        });
        let measures = measures.collect_view();
        view! {
            <section class="insights-part is-wide" aria-labelledby="insights-time">
                <div class="insights-head">
                    <h2 id="insights-time" class="text-heading">"Where time goes"</h2>
                    <Segmented label="Measure">
                        {measures}
                    </Segmented>
                </div>
                <HeatMap
                    workflow=workflow.clone()
                    report=report.clone()
                    picture
                    measure=Signal::derive(move || choice.get().measure)
                />
                <StepTable workflow=workflow.clone() report=report.clone() choice/>
            </section>
            {finished}
            <AgeChart workflow report scene/>
        }
        .into_any()
    };
    view! {
        <WorkflowBar head=head.clone() viewer/>
        <Toolbar label="Insights">
            <LayoutSwitch workflow_key=head.key.clone() layout=Layout::Insights pairs=Vec::new()/>
            <span class="bar-separator"></span>
            <Segmented label="Period">{periods.into_iter().collect_view()}</Segmented>
        </Toolbar>
        <div class="insights">
            <div class="insights-head is-wide">
                <p class="insights-said">{said}</p>
                {take}
            </div>
            {cut}
            {content}
        </div>
    }
}

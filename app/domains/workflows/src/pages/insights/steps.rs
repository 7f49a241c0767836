//! The figures of each step and of each way as tables.

use leptos::prelude::*;
use ui::{SortHeader, SortOrder, StepGlyph, Table, TableHead};

use super::measure::{Choice, Column};
use crate::{
    insight::{EARLIER, Report, StepFigures},
    model::{StepKind, Workflow},
    rules::show_span,
};

/// The table of steps and, folded up, that of ways.
#[component]
pub fn StepTable(
    /// The workflow.
    workflow: Workflow,
    /// Its figures.
    report: Report,
    /// What the table goes by.
    choice: Memo<Choice>,
) -> impl IntoView {
    let days = report.days;
    let key = StoredValue::new(workflow.head.key.clone());
    let knows_work = report.steps.iter().any(|step| step.worked.is_some());
    let header = move |(column, label): (Column, &'static str)| {
        let href = Signal::derive(move || {
            key.with_value(|key| Choice { column, ..choice.get() }.address(key, days))
        });
        let order = Signal::derive(move || match choice.get().column == column {
            true if column == Column::Place => SortOrder::Ascending,
            true => SortOrder::Descending,
            false => SortOrder::None,
        });
        view! { <SortHeader href order numeric=column != Column::Place>{label}</SortHeader> }
    };
    let heads = move || {
        let shown = Column::ALL.into_iter().filter(|(column, _)| knows_work || *column != Column::Wait);
        shown.map(header).collect_view()
    };
    let ways = ways(&workflow, &report);
    let rows = move || {
        let mut steps: Vec<&StepFigures> = report.steps.iter().collect();
        let column = choice.get().column;
        if column != Column::Place {
            // What has no value stands behind what has one.
            steps.sort_by_key(|step| std::cmp::Reverse(value(&workflow, step, column)));
        }
        steps.into_iter().map(|step| row(&workflow, step, knows_work)).collect_view()
    };
    view! {
        <Table label="Figures of each step" class="insights-table">
            <TableHead slot>{heads()}</TableHead>
            {ui::drawn(rows)}
        </Table>
        <details class="insights-numbers">
            <summary>"Ways as a table"</summary>
            <Table label="How often each way was taken" class="insights-table">
                <TableHead slot>
                    <th scope="col">"From"</th>
                    <th scope="col">"To"</th>
                    <th scope="col" class="is-numeric">"Taken"</th>
                    <th scope="col" class="is-numeric">"To send back"</th>
                </TableHead>
                {ways}
            </Table>
        </details>
    }
}

/// The value of a column in a step.
fn value(workflow: &Workflow, step: &StepFigures, column: Column) -> Option<i64> {
    match column {
        Column::Place => None,
        Column::Here => step.step.map(|id| workflow.items_in(id)),
        Column::Visits => Some(step.visits),
        Column::Rework => Some(step.reworked),
        Column::Median => step.median,
        Column::P85 => step.p85,
        Column::Total => Some(step.total),
        Column::Wait => step.waited(),
    }
}

fn row(workflow: &Workflow, figures: &StepFigures, knows_work: bool) -> impl IntoView + use<> {
    let step = figures.step.and_then(|id| workflow.step(id));
    let ends = step.is_some_and(|step| step.kind == StepKind::Done);
    let name = step.map_or(EARLIER, |step| &step.name).to_owned();
    let glyph = step.map(|step| view! { <StepGlyph step=workflow.glyph(step)/> });
    let cells = Column::ALL.into_iter().skip(1).filter(|(column, _)| knows_work || *column != Column::Wait);
    let cells = cells.map(|(column, _)| {
        let value = value(workflow, figures, column);
        let text = match (column, value) {
            (_, None) => "–".to_owned(),
            (Column::Total | Column::Wait, Some(_)) if ends => "–".to_owned(),
            (Column::Here | Column::Visits | Column::Rework, Some(value)) => ui::number::grouped(value),
            (_, Some(seconds)) => show_span(seconds / 60),
        };
        view! { <td class="is-numeric">{text}</td> }
    });
    let row_name = name.clone();
    view! {
        <tr data-step=row_name>
            <th scope="row">
                <span class="with-mark">{glyph} {name}</span>
            </th>
            {cells.collect_view()}
        </tr>
    }
}

fn ways(workflow: &Workflow, report: &Report) -> impl IntoView + use<> {
    let name = |id: Option<kernel::StepId>| {
        let step = id.and_then(|id| workflow.step(id));
        step.map_or(EARLIER, |step| &step.name).to_owned()
    };
    let rows = report.ways.iter().map(|way| {
        let note = (!way.drawn).then(|| view! { <span class="quiet">" not in the drawing"</span> });
        view! {
            <tr>
                <th scope="row">{name(way.from)}</th>
                <td>{name(way.to)} {note}</td>
                <td class="is-numeric">{ui::number::grouped(way.count)}</td>
                <td class="is-numeric">{ui::number::grouped(way.reworked)}</td>
            </tr>
        }
    });
    rows.collect_view()
}

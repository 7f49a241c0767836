//! The rows of a table, where they are only read.

use leptos::prelude::*;

use crate::{
    form::{Column, table},
    model::{Field, FieldKind},
    parts::sheet::Sheet,
};

/// The rows of a table to read.
pub fn reading(sheet: Sheet, field: &Field) -> AnyView {
    let value = sheet.value(&field.key);
    let currency = sheet.names.with_value(|names| names.currency.clone());
    let columns = &field.terms.columns;
    let heads = columns.iter().map(|column| {
        view! { <th scope="col" class:is-numeric=column.is_numeric()>{title(column, &currency)}</th> }
    });
    let heads = heads.collect_view();
    let rows = table::rows(value.as_ref()).map(|row| {
        let cells = columns.iter().map(|column| {
            let text = match column.kind {
                FieldKind::Money | FieldKind::Number => column.text(row.get(&column.key)),
                _ => column.show(row.get(&column.key), &currency),
            };
            view! {
                <td data-label=title(column, &currency) class:is-numeric=column.is_numeric()>
                    {text}
                </td>
            }
        });
        let cells = cells.collect_view();
        view! { <tr class="rows-row">{cells}</tr> }
    });
    let rows = rows.collect_view();
    let id = format!("field-{}-label", field.key);
    view! {
        <link rel="stylesheet" href="/rows.css"/>
        <div class="field rows-field" role="group" aria-labelledby=id.clone()>
            <div class="field-head">
                <span class="field-label" id=id.clone()>
                    {field.label.clone()}
                </span>
            </div>
            <div class="rows-frame" tabindex="0" role="group" aria-labelledby=id.clone()>
                <table class="rows is-read" aria-labelledby=id.clone()>
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

/// What a column is called, with what its numbers count.
pub(super) fn title(column: &Column, currency: &str) -> String {
    let unit = if column.kind == FieldKind::Money { currency } else { column.unit.as_str() };
    if column.is_numeric() && !unit.is_empty() {
        format!("{} ({unit})", column.label)
    } else {
        column.label.clone()
    }
}

//! Tables: a head that stays, columns that sort through links, rows that can be selected.

use leptos::prelude::*;

use crate::choice::Checkbox;
use crate::icon::{Icon, IconSize};
use crate::words::use_words;

/// The head of a [`Table`]: one row of `th`.
#[slot]
pub struct TableHead {
    /// The cells.
    children: ChildrenFn,
}

/// A table that scrolls inside its frame while its head stays.
#[component]
pub fn Table(
    /// What it lists, for screen readers.
    #[prop(into)]
    label: String,
    /// The head.
    table_head: TableHead,
    /// More classes.
    #[prop(optional, into)]
    class: MaybeProp<String>,
    /// The rows: `tr`s.
    children: Children,
) -> impl IntoView {
    let region = label.clone();
    view! {
        <div class="table-frame" role="region" aria-label=region tabindex="0">
            <table class=move || format!("table{}", crate::button::spaced(class.get()))>
                <caption class="visually-hidden">{label}</caption>
                <thead>
                    <tr>{(table_head.children)()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// How a column is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// Not by this column.
    #[default]
    None,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl SortOrder {
    fn aria(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// The head of a column that sorts; a link, so that the order is part of the address.
#[component]
pub fn SortHeader(
    /// The address with the next order.
    #[prop(into)]
    href: Signal<String>,
    /// The order now.
    #[prop(optional, into)]
    order: Signal<SortOrder>,
    /// Whether the column holds amounts, which stand at the right.
    #[prop(optional)]
    numeric: bool,
    /// The name of the column.
    children: Children,
) -> impl IntoView {
    let arrow = move || match order.get() {
        SortOrder::None => None,
        SortOrder::Ascending => Some(view! { <Icon name="arrow-up" size=IconSize::Tiny/> }),
        SortOrder::Descending => Some(view! { <Icon name="arrow-down" size=IconSize::Tiny/> }),
    };
    view! {
        <th
            scope="col"
            class=if numeric { "is-numeric" } else { "" }
            class:is-sorted=move || order.get() != SortOrder::None
            aria-sort=move || order.get().aria()
        >
            <a class="table-sort" href=move || href.get()>
                {children()}
                {arrow}
            </a>
        </th>
    }
}

/// The head cell that selects all rows.
#[component]
pub fn SelectAll(
    /// How many rows are selected.
    #[prop(into)]
    selected: Signal<i64>,
    /// How many rows there are.
    #[prop(into)]
    total: Signal<i64>,
    /// Called with whether all should be selected.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let words = use_words();
    let bind = RwSignal::new(false);
    Effect::new(move |_| bind.set(selected.get() != 0 && selected.get() == total.get()));
    view! {
        <th scope="col" class="table-select">
            <Checkbox
                name="select-all"
                bind
                on_change
                mixed=move || selected.get() != 0 && selected.get() < total.get()
            >
                <span class="visually-hidden">{words.select_all}</span>
            </Checkbox>
        </th>
    }
}

/// The cell that selects its row.
#[component]
pub fn SelectRow(
    /// The value that the form sends for the row.
    #[prop(into)]
    value: String,
    /// The name of the row, for screen readers.
    #[prop(into)]
    label: String,
    /// Whether it is selected.
    #[prop(into)]
    selected: Signal<bool>,
    /// Called with each change.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let bind = RwSignal::new(selected.get_untracked());
    Effect::new(move |_| bind.set(selected.get()));
    view! {
        <td class="table-select">
            <Checkbox name="selected" value bind on_change>
                <span class="visually-hidden">{label}</span>
            </Checkbox>
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_always_has_a_head_and_a_body() {
        let html = Owner::new().with(|| {
            view! {
                <Table label="Items">
                    <TableHead slot>
                        <SortHeader href="?sort=name" order=SortOrder::Ascending>"Name"</SortHeader>
                    </TableHead>
                    <tr>
                        <td>"Audi"</td>
                    </tr>
                </Table>
            }
            .to_html()
        });
        assert!(html.contains("<thead>") && html.contains("<tbody>"), "{html}");
        assert!(html.contains("aria-sort=\"ascending\"") && html.contains("?sort=name"), "{html}");
    }
}

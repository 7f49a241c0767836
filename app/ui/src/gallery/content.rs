//! Banners, progress, empty and failed places, tables, rows, filters, charts.

use leptos::prelude::*;

use super::Exhibit;
use crate::{
    Avatar, Banner, BarChart, Button, ButtonSize, ButtonVariant, EmptyState, ErrorState, FilterBar,
    FilterChip, FormError, Icon, IconSize, LineChart, Pill, Plate, Point, Priority, PriorityGlyph, Progress,
    SelectAll, SelectRow, Skeleton, SortHeader, SortOrder, Step, StepGlyph, Table, TableHead, TeamTag, Tone,
    Unassigned, VirtualList,
};

#[derive(Clone, Copy)]
struct Item {
    key: &'static str,
    title: &'static str,
    step: Step,
    team: (&'static str, i64),
    cost: &'static str,
    due: (&'static str, &'static str),
}

const ITEM: Item = Item {
    key: "UC-412",
    title: "Nissan Leaf 40 kWh",
    step: Step::At { position: 3, of: 6 },
    team: ("Mechanics", 2),
    cost: "4,100",
    due: ("25 Nov", "due"),
};

const ITEMS: [Item; 4] = [
    ITEM,
    Item { key: "UC-414", title: "Audi A4 Avant", cost: "18,900", due: ("24 Nov", "due"), ..ITEM },
    Item {
        key: "UC-417",
        title: "Volvo XC40 T4",
        cost: "11,450",
        due: ("1 day late", "due is-late"),
        ..ITEM
    },
    Item {
        key: "UC-420",
        title: "Mazda CX-30",
        step: Step::At { position: 2, of: 6 },
        team: ("Testers", 4),
        cost: "0",
        due: ("Today", "due is-today"),
    },
];

#[component]
pub(super) fn Content(name: &'static str) -> impl IntoView {
    let hours = ["Mon", "Tue", "Wed", "Thu", "Fri"].into_iter().zip([21, 24, 18, 27, 16]);
    let bars: Vec<Point> = hours.map(|(day, value)| Point::new(day, value)).collect();
    let posts = ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"].into_iter().zip([14, 9, 22, 31, 28, 36]);
    let line: Vec<Point> = posts.map(|(month, value)| Point::new(month, value)).collect();
    view! {
        <Exhibit title="Banner" width="is-6">
            <div class="exhibit-stack">
                <Banner tone=Tone::Info>"Version 5 is a draft. Version 4 stays live."</Banner>
                <Banner tone=Tone::Warning>"X asks you to sign in again before 24 Nov."</Banner>
                <Banner tone=Tone::Danger actions=|| view! { <a class="link" href="#why">"See why"</a> }>
                    "Facebook refused the picture, code 100."
                </Banner>
                <Banner tone=Tone::Success>"All 14 pictures are published."</Banner>
                <FormError error=Signal::stored(
                    Some(kernel::Error::Conflict("Petra saved this form at 11:42. Load it again to see her version.".to_owned())),
                )/>
            </div>
        </Exhibit>
        <Exhibit title="Progress, skeleton, empty, error" width="is-6">
            <div class="exhibit-stack">
                <Progress label="Importing 1,204 rows" value=62 on_cancel=|| ()/>
                <Skeleton rows=2/>
                <div class="panel-card">
                    <EmptyState
                        icon="square-kanban"
                        title="Nothing in this step"
                        text="Items arrive here when a test is requested."
                    >
                        <Button>"Add an item"</Button>
                    </EmptyState>
                </div>
                <ErrorState
                    error=kernel::Error::Internal { reference: "8F2K".to_owned() }
                    retry=|| ()
                />
            </div>
        </Exhibit>
        <Exhibit title="Table: sticky head, sorting, selection" width="is-8">
            <ItemTable/>
        </Exhibit>
        <Exhibit title="Filters and rows">
            <FilterBar>
                <FilterChip field="Team" operator="is" value="Mechanics" remove="#no-team"/>
                <FilterChip field="Due" operator="before" value="1 Dec" remove="#no-due" on_edit=|| ()/>
                <Button variant=ButtonVariant::Ghost size=ButtonSize::Small icon="plus">
                    "Filter"
                </Button>
            </FilterBar>
            <div class="exhibit-list">
                <div class="group-head">"Late " <span class="count">"2"</span></div>
                <a class="list-row is-compact" href="#uc-420">
                    <PriorityGlyph priority=Priority::Low/>
                    <span class="list-row-key">"UC-420"</span>
                    <StepGlyph step=Step::At { position: 2, of: 6 }/>
                    <span class="list-row-title">"Mazda CX-30"</span>
                    <span class="list-row-date due is-late">"2 days late"</span>
                    <Avatar name="Amina Karim" category=3/>
                </a>
                <a class="list-row is-compact is-selected" href="#uc-421">
                    <PriorityGlyph priority=Priority::Urgent/>
                    <span class="list-row-key">"UC-421"</span>
                    <StepGlyph step=Step::At { position: 2, of: 6 }/>
                    <span class="list-row-title">"Ford Transit"</span>
                    <span class="list-row-date due is-today">"Today"</span>
                    <Unassigned/>
                </a>
            </div>
            <h3 class="text-meta">"10,000 rows"</h3>
            <div class="exhibit-virtual">
                <VirtualList
                    label="Items"
                    items=Signal::stored((1..=10_000).collect::<Vec<i64>>())
                    first=4
                    key=|item| *item
                    let:item
                >
                    <div class="list-row is-compact">
                        <span class="list-row-key">{format!("UC-{item}")}</span>
                        <span class="list-row-title">"Row " {item}</span>
                    </div>
                </VirtualList>
            </div>
        </Exhibit>
        <Exhibit title="Bar chart: hours of Testers, limit 24" width="is-6">
            <BarChart label="Hours of Testers by day" unit="h" points=bars limit=24/>
        </Exhibit>
        <Exhibit title="Line chart: posts per month" width="is-6">
            <LineChart label="Posts by month" points=line/>
        </Exhibit>
        <span hidden>{name}</span>
    }
}

#[component]
fn ItemTable() -> impl IntoView {
    let selected = RwSignal::new(vec!["UC-414".to_owned()]);
    let count = move || i64::try_from(selected.with(Vec::len)).unwrap_or_default();
    let choose_all = move |all: bool| {
        selected.set(if all { ITEMS.map(|item| item.key.to_owned()).to_vec() } else { Vec::new() });
    };
    let rows = ITEMS
        .map(|Item { key, title, step, team: (team, category), cost, due: (due, due_class) }| {
            let is_selected = move || selected.with(|selected| selected.iter().any(|other| other == key));
            let choose = move |chosen: bool| {
                selected.update(|selected| {
                    selected.retain(|other| other != key);
                    if chosen {
                        selected.push(key.to_owned());
                    }
                });
            };
            view! {
                <tr class:is-selected=is_selected>
                    <SelectRow value=key label=title selected=Signal::derive(is_selected) on_change=choose/>
                    <td class="is-main">
                        <span class="palette-key">{key}</span>
                        " "
                        <strong class="text-name">{title}</strong>
                    </td>
                    <td>
                        <span class="card-fact">
                            <StepGlyph step/>
                            "Repair"
                        </span>
                    </td>
                    <td>
                        <TeamTag name=team category/>
                    </td>
                    <td class="is-numeric">{cost}</td>
                    <td class="is-aside">
                        <span class=due_class>{due}</span>
                    </td>
                </tr>
            }
        })
        .into_iter()
        .collect_view();
    view! {
        <div class="exhibit-list">
            <Table label="Items" class="is-stacked">
                <TableHead slot>
                    <SelectAll selected=count total=4 on_change=choose_all/>
                    <SortHeader href="#item" order=SortOrder::Ascending>
                        "Item"
                    </SortHeader>
                    <SortHeader href="#step">"Step"</SortHeader>
                    <SortHeader href="#team">"Team"</SortHeader>
                    <SortHeader href="#cost" numeric=true>
                        "Cost"
                    </SortHeader>
                    <SortHeader href="#due">"Due"</SortHeader>
                </TableHead>
                {rows}
            </Table>
        </div>
        <p class="facts text-meta">
            <span>{move || format!("{} selected", count())}</span>
            <Plate text="HPD 740"/>
            <Pill small=true>"v4"</Pill>
            <span class="card-fact">
                <Icon name="message-square" size=IconSize::Tiny/>
                "3"
            </span>
        </p>
    }
}

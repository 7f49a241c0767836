//! The list: an item a row, in any order.

mod bulk;
mod selection;

use std::collections::BTreeSet;

use kernel::{ItemId, Permission, Viewer, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Avatar, Button, ButtonSize, ButtonVariant, EmptyState, Later, LinkButton, Plate, PriorityGlyph,
    SelectAll, SelectRow, Skeleton, SortHeader, SortOrder, StepGlyph, Table, TableHead, TeamTag, Toolbar,
    Wait, words::Language,
};

use self::{bulk::BulkBar, selection::Selection};
use super::frame::{Layout, LayoutSwitch, PageError, WorkflowBar};
use crate::{
    api,
    bulk::as_number,
    filter::{Filter, Sort, SortBy, address},
    model::{Card, ItemList, Workflow},
    parts::{
        filters::{Filters, Place},
        live::{OnNews, use_live},
        views::{Views, provide_views},
    },
    rules,
};

/// What a list is loaded by: workflow, filter, order and where the page begins.
type Source = (String, Filter, Sort, Option<String>);

/// An open list, which follows what others do while its filter and menus stay as they are. Cheap to copy.
#[derive(Clone, Copy)]
struct ShownList {
    shown: RwSignal<ItemList>,
    source: StoredValue<Source>,
    /// Whether news came while the list was being fetched.
    again: StoredValue<bool>,
    fetching: StoredValue<bool>,
}

impl ShownList {
    fn new(loaded: ItemList, source: Source) -> Self {
        ShownList {
            shown: RwSignal::new(loaded),
            source: StoredValue::new(source),
            again: StoredValue::new(false),
            fetching: StoredValue::new(false),
        }
    }

    /// Fetches the list; news that come meanwhile lead to one more fetch, not to one each.
    fn refresh(self) {
        let Some((key, filter, sort, after)) = self.source.try_get_value() else { return };
        if self.fetching.get_value() {
            self.again.set_value(true);
            return;
        }
        self.fetching.set_value(true);
        spawn_local(async move {
            let answer = api::load_list(key, filter, sort, after).await;
            if let Ok(list) = answer {
                self.shown.try_set(list);
            }
            self.fetching.try_set_value(false);
            if self.again.try_get_value() == Some(true) {
                self.again.set_value(false);
                self.refresh();
            }
        });
    }
}

/// `/workflows/:key/list`
#[component]
pub fn ListPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let source = Memo::new(move |_| {
        let key = params.with(|params| params.get("key").unwrap_or_default());
        query.with(|query| {
            let filter = Filter::from_query(|name| query.get_str(name));
            (key, filter, Sort::from_query(query.get_str("sort")), query.get("after"))
        })
    });
    let list = kernel::page_data(
        move || source.get(),
        |(key, filter, sort, after)| async move { api::load_list(key, filter, sort, after).await },
    );
    let viewer = use_viewer();
    // Kept from page to page and in another order, but not for other items.
    let picked = RwSignal::new(BTreeSet::new());
    let of = Memo::new(move |_| source.with(|(key, filter, ..)| (key.clone(), filter.clone())));
    Effect::new(move |before: Option<()>| {
        of.track();
        if before.is_some() {
            picked.set(BTreeSet::new());
        }
    });
    view! {
        <link rel="stylesheet" href="/list.css"/>
        <Wait fallback=|| view! { <Skeleton rows=12/> } content=move || async move {
                match (viewer.await, list.await) {
                    (Ok(viewer), Ok(loaded)) => {
                        view! { <ListView loaded viewer picked source=source.get_untracked()/> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || list.refetch()/> }.into_any()
                    }
                }
            }/>
    }
}

#[component]
fn ListView(
    loaded: ItemList,
    viewer: Viewer,
    picked: RwSignal<BTreeSet<ItemId>>,
    source: Source,
) -> impl IntoView {
    let workflow = loaded.workflow.clone();
    let (_, filter, sort, after) = source.clone();
    let first = after.is_none();
    let list = ShownList::new(loaded, source);
    let head = workflow.head.clone();
    let place = Place {
        path: format!("/workflows/{}/list", head.key),
        filter: filter.clone(),
        sort: Some(sort),
        layout: "list",
        also: None,
    };
    let workflow_id = head.id;
    provide_views(workflow_id, head.key.clone());
    let selection = Selection::new(list, viewer.clone(), picked);
    provide_context(selection);
    selection.listen();
    let selects = [Permission::ItemMove, Permission::ItemEdit, Permission::ItemDelete]
        .into_iter()
        .any(|permission| viewer.may(permission));
    use_live(
        move || Some(api::topic(workflow_id)),
        OnNews {
            changed: Callback::new(move |_| list.refresh()),
            missed: Callback::new(move |()| list.refresh()),
        },
    );

    let key = head.key.clone();
    let noun = head.item_noun.clone();
    let one = noun.clone();
    let counted = move || {
        let total = list.shown.with(|list| list.total);
        let noun = if total == 1 { one.clone() } else { format!("{one}s") };
        format!("{} {noun}", ui::number::grouped(total))
    };
    let with_sort = |sort: Sort| Place { sort: Some(sort), ..place.clone() }.with(&filter);
    let columns = StoredValue::new(
        [
            (SortBy::Number, "Key"),
            (SortBy::Title, "Title"),
            (SortBy::Step, "Step"),
            (SortBy::Priority, "Priority"),
            (SortBy::Due, "Due"),
            (SortBy::Amount, "Amount"),
        ]
        .map(|(by, label)| {
            let chosen = sort.by == by;
            let order = match (chosen, sort.descending) {
                (false, _) => SortOrder::None,
                (true, false) => SortOrder::Ascending,
                (true, true) => SortOrder::Descending,
            };
            (
                with_sort(Sort { by, descending: chosen && !sort.descending }),
                order,
                by == SortBy::Amount,
                label,
            )
        }),
    );
    let header = move |index: usize| {
        columns.with_value(|columns| columns.get(index).cloned()).map(|(href, order, numeric, label)| {
            view! { <SortHeader href order numeric>{label}</SortHeader> }
        })
    };
    let (row_workflow, row_viewer) = (workflow.clone(), viewer.clone());
    let rows = move || {
        list.shown.with(|list| {
            let select = selects.then_some(selection);
            list.cards.iter().map(|card| row(card, &row_workflow, &row_viewer, select)).collect_view()
        })
    };
    let empty = Memo::new(move |_| list.shown.with(|list| list.cards.is_empty()));
    let first_page = place.with(&filter);
    let (path, pairs) = (place.path.clone(), filter.pairs());
    let next = move || {
        let after = list.shown.with(|list| list.next.clone())?;
        let mut pairs = pairs.clone();
        pairs.extend([("sort", sort.text()), ("after", after)]);
        Some(address(&path, &pairs))
    };
    let next_page = move || next().map(|next| view! { <LinkButton href=next>"Next 50"</LinkButton> });
    let clear = place.with(&Filter::default());
    let new = format!("/workflows/{key}/new");
    let filtered = !filter.is_empty();
    let nothing = move || {
        let (title, text) = if filtered {
            ("Nothing fits this filter".to_owned(), "Every item is hidden by it.")
        } else {
            (format!("No {noun}s yet"), "They begin in the first step and move from there.")
        };
        let (href, act) = if filtered {
            (clear.clone(), "Clear filters".to_owned())
        } else {
            (new.clone(), format!("New {noun}"))
        };
        view! {
            <EmptyState icon="square-kanban" title text>
                <LinkButton href>{act}</LinkButton>
            </EmptyState>
        }
    };
    let content = move || {
        if empty.get() {
            return nothing().into_any();
        }
        let rows = rows.clone();
        view! {
            <Table label="Items" class="item-table">
                <TableHead slot>
                    {selects
                        .then(|| {
                            let selected = Signal::derive(move || selection.on_page());
                            let total = Signal::derive(move || {
                                list.shown.with(|list| as_number(list.cards.len()))
                            });
                            let choose = Callback::new(move |chosen| selection.choose_page(chosen));
                            view! { <SelectAll selected total on_change=choose/> }
                        })}
                    {header(0)} {header(1)} {header(2)}
                    <th scope="col" class="wide-only">"Team"</th>
                    <th scope="col">"Assignee"</th>
                    {header(3)} {header(4)} {header(5)}
                </TableHead>
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <WorkflowBar head=workflow.head.clone() viewer=viewer.clone()/>
        <Toolbar label="List">
            <LayoutSwitch workflow_key=key.clone() layout=Layout::List pairs=filter.pairs()/>
            <Filters place=place workflow=workflow.clone() viewer=viewer/>
            <div class="toolbar-end">
                <span class="toolbar-count phone-hidden">{counted}</span>
                <Views/>
            </div>
        </Toolbar>
        <div
            class="list-scroll"
            class:is-selecting=move || selection.shown.get() || selection.count() != 0
            tabindex="0"
            role="region"
            aria-label="Items"
            on:pointerdown=move |event| selection.note_shift(event.shift_key())
            on:keydown=move |event| selection.note_shift(event.shift_key())
        >
            {selects
                .then(|| {
                    view! {
                        <div class="list-select phone-only">
                            <Button
                                variant=ButtonVariant::Ghost
                                size=ButtonSize::Small
                                on_click=move |_| {
                                    if selection.shown.get_untracked() {
                                        selection.clear();
                                    } else {
                                        selection.shown.set(true);
                                    }
                                }
                            >
                                {move || if selection.shown.get() { "Done" } else { "Select" }}
                            </Button>
                        </div>
                    }
                })}
            {content}
            <nav class="pager" aria-label="Pages">
                {(!first).then(|| view! { <LinkButton href=first_page>"First page"</LinkButton> })}
                {next_page}
            </nav>
        </div>
        <Later wanted=Signal::derive(move || selection.count() != 0) part=ui::later!(workflows: bulk_bar => BulkBar)/>
    }
}

fn row(
    card: &Card,
    workflow: &Workflow,
    viewer: &Viewer,
    select: Option<Selection>,
) -> impl IntoView + use<> {
    let key = format!("{}-{}", workflow.head.key, card.number);
    let step = workflow.step(card.step_id);
    let glyph = step.map(|step| workflow.glyph(step));
    let done = step.is_some_and(|step| step.kind == crate::model::StepKind::Done);
    let team = step.and_then(|step| step.team_id).and_then(|id| viewer.directory.team(id)).cloned();
    let person = card.assignee_id.and_then(|id| viewer.directory.person(id)).cloned();
    let language = Language::from_tag(&viewer.settings.language);
    let due = card.due_on.filter(|_| !done).map(|day| ui::when::due(day, viewer.today.date(), language));
    let amount = card.amount.map(|amount| rules::show_money(amount, &viewer.settings.currency));
    let href = format!("/items/{key}");
    let row_key = key.clone();
    let id = card.id;
    let selected = select.map(|selection| selection.has(id));
    let label = format!("Select {key}");
    let check = select.zip(selected).map(|(selection, selected)| {
        let choose = Callback::new(move |chosen| selection.choose(id, chosen));
        view! { <SelectRow value=key.clone() label selected on_change=choose/> }
    });
    view! {
        <tr data-key=row_key class:is-selected=move || selected.is_some_and(|selected| selected.get())>
            {check}
            <td class="item-key">{key}</td>
            <td class="item-title">
                <a href=href>{card.title.clone()}</a>
                {(!card.tag.is_empty()).then(|| view! { <Plate text=card.tag.clone()/> })}
            </td>
            <td class="item-step">
                <span class="with-mark">
                    {glyph.map(|step| view! { <StepGlyph step/> })} {step.map(|step| step.name.clone())}
                </span>
            </td>
            <td class="wide-only">
                {team.map(|team| view! { <TeamTag name=team.name category=team.category/> })}
            </td>
            <td class="item-person">
                {match person {
                    Some(person) => {
                        view! {
                            <span class="with-mark">
                                <Avatar name=person.name.clone() category=person.category picture=person.picture()/>
                                <span class="person-name">{person.name}</span>
                            </span>
                        }
                            .into_any()
                    }
                    None => view! { <span class="quiet">"Nobody"</span> }.into_any(),
                }}
            </td>
            <td class="item-priority">
                <span class="with-mark">
                    <PriorityGlyph priority=card.priority.glyph()/>
                </span>
            </td>
            <td class="item-due">{due.map(|due| view! { <span class=due.urgency.class()>{due.text}</span> })}</td>
            <td class="item-amount numeric">{amount}</td>
        </tr>
    }
}

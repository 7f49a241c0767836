//! The board in lanes: its columns, and across them a lane for each assignee or team.

mod choose;
mod keys;
mod state;

use kernel::{Viewer, use_viewer};
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{
    Avatar, EmptyState, Icon, IconSize, Later, LinkButton, Size, Skeleton, StepGlyph, TeamTag, Toolbar,
    Unassigned, Wait, WorkInProgress,
};

use self::{choose::ChooseMember, state::Lanes};
use super::{
    board::{DragTip, Stance, click, is_over, stance, tab},
    frame::{LanesMenu, Layout, LayoutSwitch, PageError, WorkflowBar},
};
use crate::{
    api,
    filter::{Filter, address},
    lanes::{Lane, LanesBy},
    model::{COLUMN_LIMIT, LaneBoard, StepKind},
    parts::{
        card::cards_html,
        drag::{CardCarrier, Dragging, use_drag},
        filters::{Filters, Place},
        live::{OnNews, use_live},
        move_dialog::MoveDialog,
        state::{BoardState, ColumnState},
        views::{Views, provide_views},
    },
};

/// What lanes are loaded by: workflow, filter and what they go by.
type Source = (String, Filter, LanesBy);

/// `/workflows/:key/lanes`
#[component]
pub fn LanesPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let source = Memo::new(move |_| {
        let key = params.with(|params| params.get("key").unwrap_or_default());
        query.with(|query| {
            (key, Filter::from_query(|name| query.get_str(name)), LanesBy::read(query.get_str("by")))
        })
    });
    let board = kernel::page_data(
        move || source.get(),
        |(key, filter, by)| async move { api::load_lanes(key, filter, by).await },
    );
    let viewer = use_viewer();
    view! {
        <link rel="stylesheet" href="/lanes.css"/>
        <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || async move {
            match (viewer.await, board.await) {
                (Ok(viewer), Ok(loaded)) => {
                    let source = source.get_untracked();
                    view! { <LanesView loaded viewer source reload=move || board.refetch()/> }.into_any()
                }
                (Err(error), _) | (_, Err(error)) => {
                    view! { <PageError error retry=move || board.refetch()/> }.into_any()
                }
            }
        }/>
    }
}

#[component]
fn LanesView(
    loaded: LaneBoard,
    viewer: Viewer,
    source: Source,
    #[prop(into)] reload: Callback<()>,
) -> impl IntoView {
    let LaneBoard { board: loaded, loads, teams } = loaded;
    let workflow = loaded.workflow.clone();
    let head = workflow.head.clone();
    let (key, filter, by) = source;
    let path = format!("/workflows/{}", head.key);
    let place = Place {
        path: format!("{path}/lanes"),
        filter: filter.clone(),
        sort: None,
        layout: "lanes",
        also: Some(("by", by.as_str().to_owned())),
    };
    let workflow_id = head.id;
    provide_views(workflow_id, head.key.clone());
    let nothing = loaded.columns.iter().all(|column| column.cards.is_empty());

    let board = BoardState::new(loaded, filter.clone(), &viewer);
    board.prepare();
    let lanes = Lanes::new(board, (key, filter.clone(), by), (loads, &teams), &viewer);
    use_live(
        move || Some(api::topic(workflow_id)),
        OnNews {
            changed: Callback::new(move |id| {
                board.refresh(id);
                lanes.count();
            }),
            missed: reload,
        },
    );
    provide_context(board);
    provide_context(lanes);
    let root = NodeRef::<html::Div>::new();
    let dragging = RwSignal::new(None);
    let drop = Callback::new(move |(dragged, to)| lanes.dropped(dragged, to));
    use_drag(root, CardCarrier { board, dragging, drop }, ".board");
    ui::list_keys("On a card", &keys::KEYS);

    let columns = board.columns.get_value();
    let current = RwSignal::new(0);
    let tabs = columns
        .iter()
        .enumerate()
        .map(|(index, column)| tab(board, *column, index, current, root, dragging))
        .collect_view();
    let list = address(&format!("{path}/list"), &filter.pairs());
    let heads = columns.iter().map(|column| column_head(board, *column, dragging)).collect_view();
    let feet = columns
        .iter()
        .enumerate()
        .map(|(index, column)| column_foot(*column, Signal::derive(move || current.get() == index), &list))
        .collect_view();
    let rows = move |lane: Lane| view! { <LaneView lanes lane dragging current/> };
    let all = address(&place.path, &[("by", by.as_str().to_owned())]);
    let filtered = !filter.is_empty();

    view! {
        <WorkflowBar head=head.clone() viewer=viewer.clone()/>
        <Toolbar label="Board">
            <LayoutSwitch workflow_key=head.key.clone() layout=Layout::Board pairs=filter.pairs()/>
            <Filters place workflow viewer/>
            <div class="toolbar-end">
                <LanesMenu workflow_key=head.key by=Some(by) pairs=filter.pairs()/>
                <Views/>
            </div>
        </Toolbar>
        <nav class="step-tabs" aria-label="Steps">{tabs}</nav>
        <div
            class="board has-lanes"
            node_ref=root
            tabindex="0"
            role="region"
            aria-label="Board in lanes"
            on:click=move |event| click(board, &event)
            on:keydown=move |event| keys::key_down(lanes, &event)
        >
            <div class="lanes">
                <div class="lanes-head">{heads}</div>
                <For each=move || lanes.shown.get() key=|lane| *lane children=rows/>
                <div class="lanes-foot">{feet}</div>
            </div>
            {(nothing && filtered)
                .then(|| {
                    view! {
                        <div class="board-message">
                            <EmptyState icon="list-filter" title="Nothing fits this filter" text="Every item is hidden by it.">
                                <LinkButton href=all>"Clear filters"</LinkButton>
                            </EmptyState>
                        </div>
                    }
                })}
        </div>
        <Later wanted=move || board.moving.with(Option::is_some) part=ui::later!(news: lanes_move_dialog => MoveDialog)/>
        <ChooseMember lanes/>
        <DragTip text=Signal::derive(move || lanes.says(dragging))/>
    }
}

/// The head of a column, which stays in sight.
fn column_head(
    board: BoardState,
    column: ColumnState,
    dragging: RwSignal<Option<Dragging>>,
) -> impl IntoView + use<> {
    let (step, glyph) = board.workflow.with_value(|workflow| {
        let step = workflow.step(column.step_id).cloned();
        let glyph = step.as_ref().map(|step| workflow.glyph(step));
        (step, glyph)
    });
    let (name, limit) = step.map(|step| (step.name, step.wip_limit)).unwrap_or_default();
    view! {
        <div
            class="lanes-column"
            class:is-target=move || stance(board, dragging, column) == Stance::Open
            class:is-forbidden=move || stance(board, dragging, column) == Stance::Closed
        >
            <div class="board-column-head">
                {glyph.map(|step| view! { <StepGlyph step/> })} <h2 class="board-column-name">{name}</h2>
                <WorkInProgress count=column.total limit=limit/>
            </div>
        </div>
    }
}

/// How many items of a column are not shown, below its last lane.
fn column_foot(column: ColumnState, is_current: Signal<bool>, list: &str) -> impl IntoView + use<> {
    let hidden = move || column.total.get() - i64::try_from(column.cards.with(Vec::len)).unwrap_or_default();
    let separator = if list.contains('?') { '&' } else { '?' };
    let more = format!("{list}{separator}step={}", column.step_id);
    view! {
        <div class="lanes-column" class:is-current=move || is_current.get()>
            <Show when=move || 0 < hidden() && column.cards.with(|cards| COLUMN_LIMIT <= cards.len())>
                <p class="board-more">
                    <a href=more.clone()>{move || format!("{} more in the list", ui::number::grouped(hidden()))}</a>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn LaneView(
    lanes: Lanes,
    lane: Lane,
    dragging: RwSignal<Option<Dragging>>,
    current: RwSignal<usize>,
) -> impl IntoView {
    let board = lanes.board;
    let cells = board
        .columns
        .get_value()
        .into_iter()
        .enumerate()
        .map(|(index, column)| {
            view! { <Cell lanes lane column dragging is_current=Signal::derive(move || current.get() == index)/> }
        })
        .collect_view();
    let key = lane.key();
    let (over, at) = (key.clone(), key.clone());
    let is_over = move || {
        dragging.with(|dragging| {
            dragging.as_ref().is_some_and(|dragging| {
                dragging.lane.as_ref() == Some(&over) && lanes.lane_of(&dragging.card) != lane
            })
        })
    };
    let count = move || {
        let count = lanes.load(lane, None);
        let open = ui::number::grouped(count);
        view! { <span class="count">{open}<span class="visually-hidden">" open"</span></span> }
    };
    view! {
        <details class="lane" class:is-over=is_over open data-lane=at id=format!("lane-{key}")>
            <summary class="lane-head">
                <h3 class="lane-name">
                    <Icon name="chevron-down" size=IconSize::Small/>
                    {title(lanes, lane)}
                    {count}
                </h3>
            </summary>
            <div class="lane-cells">{cells}</div>
        </details>
    }
}

/// Whose a lane is.
fn title(lanes: Lanes, lane: Lane) -> AnyView {
    let directory = lanes.board.scene.with_value(|scene| scene.directory.clone());
    match lane {
        Lane::Member(id) => match directory.person(id).cloned() {
            Some(person) => view! {
                <span class="with-mark">
                    <span aria-hidden="true">
                        <Avatar name=person.name.clone() category=person.category picture=person.picture() size=Size::Small/>
                    </span>
                    {person.name}
                </span>
            }
            .into_any(),
            None => "Somebody who is not named".into_any(),
        },
        Lane::Team(id) => match directory.team(id).cloned() {
            Some(team) => view! { <TeamTag name=team.name category=team.category/> }.into_any(),
            None => "A team that is not named".into_any(),
        },
        Lane::Teamless => "In no team".into_any(),
        Lane::Nobody => view! {
            <span class="with-mark">
                <span aria-hidden="true"><Unassigned size=Size::Small/></span>
                "Unassigned"
            </span>
        }
        .into_any(),
    }
}

/// The cards of a lane in a column.
#[component]
fn Cell(
    lanes: Lanes,
    lane: Lane,
    column: ColumnState,
    dragging: RwSignal<Option<Dragging>>,
    /// Whether a phone shows it.
    is_current: Signal<bool>,
) -> impl IntoView {
    let board = lanes.board;
    let done = column.kind == StepKind::Done;
    let name = board.step_name(column.step_id);
    let label = name.clone();
    // Drawn anew only when something in it changes, so that the focus stays elsewhere.
    let cards = Memo::new(move |_| {
        board.scene.with_value(|scene| {
            column.cards.with(|cards| {
                let here = cards.iter().filter(|card| lanes.lane_of(card) == lane).cloned();
                cards_html(&here.collect::<Vec<_>>(), scene, done)
            })
        })
    });
    let hidden = Memo::new(move |_| {
        let shown =
            column.cards.with(|cards| cards.iter().filter(|card| lanes.lane_of(card) == lane).count());
        // What is done is counted by column alone.
        let full = column.cards.with(|cards| COLUMN_LIMIT <= cards.len());
        if done || !full {
            0
        } else {
            lanes.load(lane, Some(column.step_id)) - i64::try_from(shown).unwrap_or_default()
        }
    });
    let lane_key = lane.key();
    let is_here = move || {
        is_over(dragging, column)
            && dragging.with(|dragging| {
                dragging.as_ref().is_some_and(|dragging| dragging.lane.as_ref() == Some(&lane_key))
            })
    };
    view! {
        <section
            class="lane-cell"
            class:is-current=move || is_current.get()
            class:is-target=move || stance(board, dragging, column) == Stance::Open
            class:is-forbidden=move || stance(board, dragging, column) == Stance::Closed
            class:is-over=is_here
            data-step=column.step_id.to_string()
            aria-label=label
        >
            <p class="lane-step" aria-hidden="true">{name}</p>
            <ul class="card-list" inner_html=ui::drawn(move || cards.get())></ul>
            <Show when=move || 0 < hidden.get()>
                <p class="board-more">{move || format!("{} more, not shown", ui::number::grouped(hidden.get()))}</p>
            </Show>
        </section>
    }
}

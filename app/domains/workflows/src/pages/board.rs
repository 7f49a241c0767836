//! The board: a column a step, a card an item.

use kernel::{Viewer, use_viewer};
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{EmptyState, Icon, IconSize, Later, Skeleton, StepGlyph, TeamTag, Toolbar, Wait, WorkInProgress};

use super::frame::{LanesMenu, Layout, LayoutSwitch, PageError, WorkflowBar};
use crate::{
    api,
    filter::{Assignee, Filter, address},
    model::{Board, COLUMN_LIMIT, Card, StepKind},
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

/// `/workflows/:key`
#[component]
pub fn BoardPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let key = Memo::new(move |_| params.with(|params| params.get("key").unwrap_or_default()));
    let filter = Memo::new(move |_| query.with(|query| Filter::from_query(|name| query.get_str(name))));
    let board = kernel::page_data(
        move || (key.get(), filter.get()),
        |(key, filter)| async move { api::load_board(key, filter).await },
    );
    let viewer = use_viewer();
    view! {
        <Wait fallback=|| view! { <Skeleton rows=8/> } content=move || async move {
                match (viewer.await, board.await) {
                    (Ok(viewer), Ok(loaded)) => {
                        let filter = filter.get_untracked();
                        view! { <BoardView loaded viewer filter reload=move || board.refetch()/> }.into_any()
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        view! { <PageError error retry=move || board.refetch()/> }.into_any()
                    }
                }
            }/>
    }
}

#[component]
fn BoardView(
    loaded: Board,
    viewer: Viewer,
    filter: Filter,
    #[prop(into)] reload: Callback<()>,
) -> impl IntoView {
    let workflow = loaded.workflow.clone();
    let head = workflow.head.clone();
    let place = Place {
        path: format!("/workflows/{}", head.key),
        filter: filter.clone(),
        sort: None,
        layout: "board",
        also: None,
    };
    let workflow_id = head.id;
    provide_views(workflow_id, head.key.clone());
    let nothing = loaded.columns.iter().all(|column| column.cards.is_empty());
    let filtered = !filter.is_empty();

    let board = BoardState::new(loaded, filter.clone(), &viewer);
    board.prepare();
    use_live(
        move || Some(api::topic(workflow_id)),
        OnNews { changed: Callback::new(move |id| board.refresh(id)), missed: reload },
    );
    provide_context(board);
    let root = NodeRef::<html::Div>::new();
    let dragging = RwSignal::new(None);
    let drop = Callback::new(move |(dragged, to): (Dragging, _)| board.move_to(dragged.card, to));
    use_drag(root, CardCarrier { board, dragging, drop }, ".board-cards");
    ui::list_keys("On a card", &KEYS);

    let columns = board.columns.get_value();
    let current = RwSignal::new(0);
    let tabs = columns
        .iter()
        .enumerate()
        .map(|(index, column)| tab(board, *column, index, current, root, dragging))
        .collect_view();
    let key = head.key.clone();
    let list = address(&format!("/workflows/{key}/list"), &filter.pairs());
    let columns = columns
        .into_iter()
        .map(|column| view! { <ColumnView board column dragging list=list.clone()/> })
        .collect_view();
    let mine = Filter { assignee: Some(Assignee::Member(viewer.member_id)), ..Filter::default() };
    let mine = place.with(&mine);
    let all = place.with(&Filter::default());

    view! {
        <WorkflowBar head viewer=viewer.clone()/>
        <Toolbar label="Board">
            <LayoutSwitch workflow_key=key.clone() layout=Layout::Board pairs=filter.pairs()/>
            <Filters place=place workflow viewer/>
            <div class="toolbar-end">
                <a class="quiet-link phone-hidden" href=mine>"Mine"</a>
                <LanesMenu workflow_key=key by=None pairs=filter.pairs()/>
                <Views/>
            </div>
        </Toolbar>
        <nav class="step-tabs" aria-label="Steps">{tabs}</nav>
        <div
            class="board"
            node_ref=root
            on:click=move |event| click(board, &event)
            on:keydown=move |event| key_down(board, &event)
            on:scroll=move |_| follow_scroll(root, current)
        >
            {columns}
            {(nothing && filtered)
                .then(|| {
                    view! {
                        <div class="board-message">
                            <EmptyState icon="list-filter" title="Nothing fits this filter" text="Every item is hidden by it.">
                                <ui::LinkButton href=all>
                                    "Clear filters"
                                </ui::LinkButton>
                            </EmptyState>
                        </div>
                    }
                })}
        </div>
        <Later wanted=move || board.moving.with(Option::is_some) part=ui::later!(news: move_dialog => MoveDialog)/>
        <DragTip text=Signal::derive(move || says(board, dragging))/>
    }
}

/// The tab of a step on a phone. It takes dropped cards too.
pub(super) fn tab(
    board: BoardState,
    column: ColumnState,
    index: usize,
    current: RwSignal<usize>,
    root: NodeRef<html::Div>,
    dragging: RwSignal<Option<Dragging>>,
) -> impl IntoView {
    let (glyph, name, limit) = board.workflow.with_value(|workflow| {
        let step = workflow.step(column.step_id);
        (
            step.map(|step| workflow.glyph(step)),
            step.map(|step| step.name.clone()).unwrap_or_default(),
            step.and_then(|step| step.wip_limit),
        )
    });
    let show = move |_| {
        current.set(index);
        show_column(root, index);
    };
    view! {
        <button
            type="button"
            class="step-tab"
            class:is-target=move || stance(board, dragging, column) == Stance::Open
            class:is-over=move || is_over(dragging, column)
            data-step=column.step_id.to_string()
            aria-current=move || (current.get() == index).then_some("true")
            on:click=show
        >
            {glyph.map(|step| view! { <StepGlyph step/> })}
            <span>{name}</span>
            <WorkInProgress count=column.total limit=limit/>
        </button>
    }
}

#[component]
fn ColumnView(
    board: BoardState,
    column: ColumnState,
    dragging: RwSignal<Option<Dragging>>,
    list: String,
) -> impl IntoView {
    let Some((step, glyph)) = board.workflow.with_value(|workflow| {
        workflow.step(column.step_id).map(|step| (step.clone(), workflow.glyph(step)))
    }) else {
        return ().into_any();
    };
    let done = step.kind == StepKind::Done;
    let team = step.team_id.and_then(|id| board.scene.with_value(|scene| scene.directory.team(id).cloned()));
    let heading = format!("step-{}", step.id);
    let labelled_by = heading.clone();
    let cards = ui::drawn(move || {
        board.scene.with_value(|scene| column.cards.with(|cards| cards_html(cards, scene, done)))
    });
    let hidden = move || column.total.get() - i64::try_from(column.cards.with(Vec::len)).unwrap_or_default();
    let separator = if list.contains('?') { '&' } else { '?' };
    let more = format!("{list}{separator}step={}", step.id);
    view! {
        <section
            class="board-column"
            class:is-target=move || stance(board, dragging, column) == Stance::Open
            class:is-forbidden=move || stance(board, dragging, column) == Stance::Closed
            class:is-over=move || is_over(dragging, column)
            data-step=step.id.to_string()
            aria-labelledby=labelled_by
        >
            <header class="board-column-head">
                <StepGlyph step=glyph/>
                <h2 id=heading class="board-column-name">{step.name.clone()}</h2>
                <WorkInProgress count=column.total limit=step.wip_limit/>
            </header>
            <p class="board-column-team">
                {match (&step.does, team) {
                    (Some(does), _) => {
                        view! { <Icon name=does.kind.icon() size=IconSize::Small/> <span>{does.words.clone()}</span> }.into_any()
                    }
                    (None, Some(team)) => view! { <TeamTag name=team.name category=team.category/> }.into_any(),
                    (None, None) => view! { <span>"Any team"</span> }.into_any(),
                }}
            </p>
            <div class="board-cards">
                <ul class="card-list" inner_html=cards></ul>
                <Show when=move || column.total.get() == 0>
                    <p class="board-empty">"Nothing in this step"</p>
                </Show>
                <div class="drop-slot" aria-hidden="true"></div>
                <Show when=move || 0 < hidden() && column.cards.with(|cards| COLUMN_LIMIT <= cards.len())>
                    <p class="board-more">
                        <a href=more.clone()>{move || format!("{} more in the list", ui::number::grouped(hidden()))}</a>
                    </p>
                </Show>
            </div>
        </section>
    }
    .into_any()
}

/// What a column says to the card that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    Idle,
    Open,
    Closed,
}

pub(super) fn stance(board: BoardState, dragging: RwSignal<Option<Dragging>>, column: ColumnState) -> Stance {
    dragging.with(|dragging| match dragging {
        None => Stance::Idle,
        Some(dragging) if dragging.card.step_id == column.step_id => Stance::Idle,
        Some(dragging) if board.refusal(&dragging.card, column.step_id).is_none() => Stance::Open,
        Some(_) => Stance::Closed,
    })
}

pub(super) fn is_over(dragging: RwSignal<Option<Dragging>>, column: ColumnState) -> bool {
    dragging.with(|dragging| {
        dragging.as_ref().is_some_and(|dragging| {
            dragging.over == Some(column.step_id) && dragging.card.step_id != column.step_id
        })
    })
}

/// What a release would do, and whether it may.
fn says(board: BoardState, dragging: RwSignal<Option<Dragging>>) -> Option<(bool, String)> {
    dragging.with(|dragging| {
        let dragging = dragging.as_ref()?;
        let card = &dragging.card;
        Some(match dragging.over {
            None => (true, format!("Carry {} to a step", board.key(card))),
            Some(to) if to == card.step_id => (true, format!("{} stays here", board.key(card))),
            Some(to) => match board.refusal(card, to) {
                None => (true, format!("Move to {}", board.step_name(to))),
                Some(refusal) => (false, board.sentence(card, &refusal)),
            },
        })
    })
}

/// Says beside the pointer what a release would do, and whether it may; nothing while nothing is dragged.
#[component]
pub fn DragTip(
    /// Whether it may, and what it would do.
    text: Signal<Option<(bool, String)>>,
) -> impl IntoView {
    view! {
        <div id="drag-tip" class="drag-tip" class:is-shown=move || text.with(Option::is_some) aria-hidden="true">
            {move || {
                text.get().map(|(allowed, text)| {
                    let icon = if allowed { "move-right" } else { "ban" };
                    view! {
                        <span class="drag-tip-text" class:is-refused=!allowed>
                            <ui::Icon name=icon size=ui::IconSize::Small/>
                            {text}
                        </span>
                    }
                })
            }}
        </div>
    }
}

/// One listener for all cards: a press on a card's move button opens the dialog.
pub(super) fn click(board: BoardState, event: &web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    if target.closest("[data-act=move]").ok().flatten().is_some()
        && let Some(card) = card_at(board, &target)
    {
        board.moving.set(Some(card));
    }
}

pub(super) fn card_at(board: BoardState, element: &web_sys::Element) -> Option<Card> {
    let item = element.closest("[data-item]").ok().flatten()?;
    board.card(item.get_attribute("data-item")?.parse().ok()?)
}

/// The keys of a card, as the help lists them.
const KEYS: [(&str, &str); 4] = [
    ("M", "Move to a step"),
    ("Shift+Right", "Move on, where there is one way"),
    ("Shift+Left", "Send back, where there is one way"),
    ("Arrows", "Go to the next card"),
];

/// Arrows walk from card to card, `M` opens the move dialog, Shift with an arrow moves along the process.
fn key_down(board: BoardState, event: &web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast;
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    let Some(card) = card_at(board, &target) else { return };
    match (event.key().as_str(), event.shift_key()) {
        ("m" | "M", false) => board.moving.set(Some(card)),
        ("ArrowRight", true) => along(board, card, false),
        ("ArrowLeft", true) => along(board, card, true),
        ("ArrowDown", false) => step_focus(board, &card, 0, 1),
        ("ArrowUp", false) => step_focus(board, &card, 0, -1),
        ("ArrowRight", false) => step_focus(board, &card, 1, 0),
        ("ArrowLeft", false) => step_focus(board, &card, -1, 0),
        _ => return,
    }
    event.prevent_default();
}

/// Moves along the only way in a direction; where there are several, the dialog asks.
pub(super) fn along(board: BoardState, card: Card, rework: bool) {
    let ways: Vec<_> = board.workflow.with_value(|workflow| {
        workflow.ways_out(card.step_id).filter(|way| way.rework == rework).map(|way| way.to_step_id).collect()
    });
    match ways.as_slice() {
        [only] => board.move_to(card, *only),
        _ => board.moving.set(Some(card)),
    }
}

fn step_focus(board: BoardState, card: &Card, sideways: isize, down: isize) {
    let target = board.columns.with_value(|columns| {
        let column = columns.iter().position(|column| column.step_id == card.step_id)?;
        let row = columns
            .get(column)?
            .cards
            .with_untracked(|cards| cards.iter().position(|other| other.id == card.id))?;
        let mut column = column;
        loop {
            column = column.checked_add_signed(sideways)?;
            let cards = columns.get(column)?.cards;
            let last = cards.with_untracked(Vec::len).checked_sub(1);
            let Some(last) = last else { continue };
            let row = if sideways == 0 { row.checked_add_signed(down)? } else { row.min(last) };
            return cards.with_untracked(|cards| cards.get(row).map(|card| card.id));
        }
    });
    if let Some(id) = target {
        crate::parts::state::focus_card(id);
    }
}

/// On a phone one column fills the width; its tab follows when the board is swiped.
fn follow_scroll(root: NodeRef<html::Div>, current: RwSignal<usize>) {
    let Some(root) = root.get_untracked() else { return };
    let (left, width) = (root.scroll_left(), root.client_width());
    if let Ok(index) = usize::try_from((left + width / 2) / width.max(1))
        && current.get_untracked() != index
    {
        current.set(index);
    }
}

fn show_column(root: NodeRef<html::Div>, index: usize) {
    let Some(root) = root.get_untracked() else { return };
    if let (Ok(index), width) = (i32::try_from(index), root.client_width()) {
        root.set_scroll_left(index * width);
    }
}

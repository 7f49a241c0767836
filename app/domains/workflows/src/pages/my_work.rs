//! The viewer's own work: open items, the most pressing first.

use kernel::{Viewer, use_viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Breadcrumbs, Button, ButtonSize, Crumb, EmptyState, ErrorState, LinkButton, Plate, PriorityGlyph,
    Skeleton, StepGlyph, TopBar, Wait,
    when::{Urgency, urgency},
    words::Language,
};

use crate::{
    api,
    model::{MY_ITEMS, MyItem, MyWork},
    parts::away::{AwayDialog, sentence},
    rules,
};

/// `/`
#[component]
pub fn MyWorkPage() -> impl IntoView {
    let work = kernel::page_data(|| (), |()| async { api::load_my_work().await });
    let viewer = use_viewer();
    let leaving = RwSignal::new(false);
    view! {
        <Title text="My work"/>
        <TopBar title="My work" path=|| view! { <Breadcrumbs icon="circle-dot"><Crumb>"My work"</Crumb></Breadcrumbs> }>
            <Button size=ButtonSize::Small icon="calendar-x" on_click=move |_| leaving.set(true)>"Away \u{2026}"</Button>
        </TopBar>
        <h1 class="visually-hidden">"My work"</h1>
        <div class="list-scroll">
            <Wait fallback=|| view! { <Skeleton rows=10/> } content=move || async move {
                    match (viewer.await, work.await) {
                        (Ok(viewer), Ok(loaded)) => {
                            let (away, groups) = (loaded.away, groups(loaded, &viewer));
                            view! {
                                {groups}
                                <AwayDialog open=leaving work away viewer/>
                            }
                            .into_any()
                        }
                        (Err(error), _) | (_, Err(error)) => {
                            view! { <ErrorState error retry=move || work.refetch()/> }.into_any()
                        }
                    }
                }/>
        </div>
    }
}

/// What others wait for first, then late and today's items, then the rest, then what has no day.
fn groups(MyWork { decisions, items, away }: MyWork, viewer: &Viewer) -> impl IntoView + use<> {
    let away = away.map(|away| view! { <p class="approval-note is-page">{sentence(&away, viewer)}</p> });
    if decisions.is_empty() && items.is_empty() {
        return view! {
            {away}
            <EmptyState
                icon="circle-check-big"
                title="Nothing waits for you"
                text="Items assigned to you, and those that you are to approve, show up here."
            >
                <LinkButton href="/workflows">"Open a board"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let more = MY_ITEMS <= items.len();
    let today = viewer.today.date();
    let names = ["To approve", "Late", "Today", "Coming up", "No due day"];
    let mut sorted: [Vec<MyItem>; 5] = Default::default();
    let [to_approve, late, due_today, coming, open] = &mut sorted;
    *to_approve = decisions;
    for item in items {
        match item.card.due_on.map(|day| urgency(day, today)) {
            Some(Urgency::Late) => late.push(item),
            Some(Urgency::Today) => due_today.push(item),
            Some(Urgency::Calm) => coming.push(item),
            None => open.push(item),
        }
    }
    let groups = names
        .into_iter()
        .zip(sorted)
        .filter(|(_, items)| !items.is_empty())
        .map(|(name, items)| {
            let count = items.len();
            let rows = items.into_iter().map(|item| row(item, viewer)).collect_view();
            view! {
                <section>
                    <h2 class="group-head" class:is-late=name == "Late">
                        {name} <span class="count">{count}</span>
                    </h2>
                    <ul>{rows}</ul>
                </section>
            }
        })
        .collect_view();
    let note = more.then(|| {
        view! {
            <p class="board-more">{format!("These are the {MY_ITEMS} most pressing ones; the boards show all.")}</p>
        }
    });
    view! {
        {away}
        {groups}
        {note}
    }
    .into_any()
}

fn row(item: MyItem, viewer: &Viewer) -> impl IntoView + use<> {
    let MyItem { workflow_key, step_name, place, steps, card } = item;
    let key = format!("{workflow_key}-{}", card.number);
    let language = Language::from_tag(&viewer.settings.language);
    let due = card.due_on.map(|day| ui::when::due(day, viewer.today.date(), language));
    let amount = card.amount.map(|amount| rules::show_money(amount, &viewer.settings.currency));
    view! {
        <li class="list-row">
            <PriorityGlyph priority=card.priority.glyph()/>
            <span class="list-row-key">{key.clone()}</span>
            <a class="list-row-title" href=format!("/items/{key}")>{card.title}</a>
            {(!card.tag.is_empty()).then(|| view! { <Plate text=card.tag.clone()/> })}
            <span class="list-row-meta is-step">
                <StepGlyph step=ui::Step::At { position: place, of: steps }/> {step_name}
            </span>
            <span class="list-row-meta is-amount">{amount}</span>
            <span class="list-row-date">{due.map(|due| view! { <span class=due.urgency.class()>{due.text}</span> })}</span>
        </li>
    }
}

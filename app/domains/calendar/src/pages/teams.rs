//! The choice of teams whose bookings are shown, and of events.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{Button, ButtonSize, ButtonVariant, LinkButton, Popover, Trigger, html::category_class};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    shown::{Part, Shown},
    state::Plan,
};

const ID: &str = "agenda-teams";

/// The button in the bar and the choice that it opens.
#[component]
pub(super) fn Teams(
    /// The calendar.
    plan: Plan,
) -> impl IntoView {
    let teams = Memo::new(move |_| plan.teams());
    let navigate = use_navigate();
    // Each choice takes the place of the one before it, so that the way back leads to where one was.
    let show = Callback::new(move |shown: Shown| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&shown.address(plan.asked.get_untracked().href()), options);
    });
    let turn = move |part: Part| {
        let mut all: Vec<Part> =
            teams.with_untracked(|teams| teams.iter().map(|it| Part::Team(it.0)).collect());
        all.push(Part::Events);
        show.run(plan.shown.with_untracked(|shown| shown.turned(part, &all)));
    };
    let row = move |part: Part, name: String, class: String| {
        view! {
            <li>
                <label class="agenda-person">
                    <input
                        type="checkbox"
                        class="checkbox"
                        prop:checked=move || plan.shown.with(|shown| shown.has(part))
                        on:change=move |_| turn(part)
                    />
                    <span class=class>
                        <span class="truncate">{name}</span>
                    </span>
                </label>
            </li>
        }
    };
    let rows = move || {
        let teams = teams.get().into_iter();
        let class = |category| format!("team {}", category_class(category));
        teams.map(|(id, name, category)| row(Part::Team(id), name, class(category))).collect_view()
    };
    let count = move || {
        plan.shown.with(|shown| {
            (!shown.is_all()).then(|| {
                let shown_teams = |teams: &Vec<super::state::Team>| {
                    let here = teams.iter().filter(|team| shown.has(Part::Team(team.0))).count();
                    format!("{here} of {}", teams.len())
                };
                let mut text = teams.with(shown_teams);
                if !shown.has(Part::Events) {
                    text.push_str(", no events");
                }
                view! { <span class="agenda-teams-count">{text}</span> }
            })
        })
    };
    let clear = move |_| {
        show.run(Shown::default());
        // The button goes; who pressed it stays in the choice.
        let first = document().query_selector(&format!("#{ID} input")).ok().flatten();
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            first.focus().ok();
        }
    };
    let clear = move || {
        plan.shown.with(|shown| !shown.is_all()).then(|| {
            view! { <Button size=ButtonSize::Medium on_click=clear>"Clear"</Button> }
        })
    };
    view! {
        <div class="agenda-teams needs-script">
            <Popover
                id=ID
                label="Teams"
                trigger=Trigger::IconAndLabel(ButtonVariant::Ghost, "users".into())
                align_end=true
            >
                <ul class="agenda-teams-list">
                    {rows}
                    {row(Part::Events, "Events".into(), "agenda-events".into())}
                </ul>
                {clear}
            </Popover>
            {count}
        </div>
    }
}

/// The way back to everything, where nothing of what is chosen is there.
#[component]
pub(super) fn ShowAll(
    /// The calendar.
    plan: Plan,
) -> impl IntoView {
    let href = Signal::derive(move || plan.asked.get().href());
    view! { <LinkButton href>"Show all teams"</LinkButton> }
}

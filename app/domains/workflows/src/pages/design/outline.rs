//! The design as a list: every step in order, and what the checks found. It can do what the drawing can.

use std::collections::BTreeSet;

use kernel::StepId;
use leptos::{html, prelude::*};
use ui::{ButtonSize, Icon, IconButton, IconSize, StepGlyph};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, KeyboardEvent, MouseEvent};

use super::{canvas::press, index::name_of, stage::Stage};
use crate::{
    definition::Finding,
    parts::{
        browser::{fresh_id, on_resize, show},
        desk::Intention,
        drag::set_style,
    },
};

/// The height of a row until it is measured, in px.
const ROW: i32 = 28;
/// How many rows the server sends.
const FIRST: i32 = 40;
/// As many findings are listed.
const FINDINGS: usize = 30;
/// How many rows are kept beyond each edge, so that fast scrolling shows rows at once.
const SPARE: i32 = 8;

/// The steps in order, and the checks below.
#[component]
pub fn Outline(stage: Stage, findings: Memo<Vec<Finding>>) -> impl IntoView {
    let desk = stage.desk;
    let (list, sight) =
        (NodeRef::<html::Div>::new(), RwSignal::new(Sight { top: 0, height: FIRST * ROW, row: ROW }));
    let rows = NodeRef::<html::Ol>::new();
    let look = move || {
        let Some(list) = list.get_untracked().filter(|list| list.client_height() != 0) else { return };
        let row = list.query_selector("li").ok().flatten().map_or(0, |row| row.client_height());
        let row = if row == 0 { ROW } else { row };
        sight.set(Sight { top: list.scroll_top(), height: list.client_height(), row });
    };
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            on_resize(&list, look);
        }
    });
    // What is chosen in the drawing is seen here, too.
    Effect::new(move |_| {
        let Some(id) = stage.chosen.with(|chosen| chosen.step()) else { return };
        let place = stage.index.with_untracked(|index| index.place(id));
        if let (Some(place), Some(list)) =
            (place.and_then(|place| i32::try_from(place).ok()), list.get_untracked())
        {
            let Sight { row, .. } = sight.get_untracked();
            let (top, bottom) = (place * row, (place + 1) * row);
            if top < list.scroll_top() {
                list.set_scroll_top(top);
            } else if list.scroll_top() + list.client_height() < bottom {
                list.set_scroll_top(bottom - list.client_height());
            }
            look();
        }
    });
    let window =
        Memo::new(move |_| sight.get().rows(desk.definition.with(|definition| definition.steps.len())));
    let ids = Memo::new(move |_| {
        let (first, last) = window.get();
        desk.definition.with(|definition| {
            let seen = definition.steps.get(first..last.min(definition.steps.len())).unwrap_or_default();
            seen.iter().map(|step| step.id).collect::<Vec<_>>()
        })
    });
    // Rows that are not there take their room all the same.
    Effect::new(move |_| {
        let (Some(rows), (first, last)) = (rows.get(), window.get()) else { return };
        let count = desk.definition.with(|definition| definition.steps.len());
        let Sight { row, .. } = sight.get_untracked();
        let room = |rows: usize| format!("{}px", i32::try_from(rows).unwrap_or(0) * row);
        set_style(&rows, "padding-top", &room(first));
        set_style(&rows, "padding-bottom", &room(count.saturating_sub(last)));
    });
    let faulty = Memo::new(move |_| {
        findings.with(|found| {
            found.iter().filter(|one| one.blocks).filter_map(|one| one.step).collect::<BTreeSet<_>>()
        })
    });
    let add = move |_| {
        if stage.is_full() {
            return;
        }
        let id = fresh_id();
        let after = stage.chosen.with_untracked(|chosen| chosen.step());
        let after = after.and_then(|after| stage.index.with_untracked(|index| index.place(after)));
        desk.change(Intention::Once, |definition| match after {
            Some(place) => definition.splice_step(place, id),
            None => definition.insert_step(definition.steps.len().checked_sub(1), id),
        });
        stage.choose(id);
        stage.details.set(true);
        show(&format!("field-step-{id}-name"));
    };
    view! {
        <section class="outline" aria-label="Outline">
            <header class="outline-head">
                <h2>"Outline"</h2>
                <span class="inspector-space"></span>
                <IconButton
                    icon="sliders-horizontal"
                    size=ButtonSize::Small
                    label="What the workflow is called"
                    on_click=move |_| {
                        stage.choose_nothing();
                        stage.details.set(true);
                        show("field-name");
                    }
                />
                <IconButton
                    icon="plus"
                    size=ButtonSize::Small
                    label="Add a step"
                    attr:id="add-step"
                    on_click=add
                />
            </header>
            <div
                class="outline-steps"
                node_ref=list
                on:scroll=move |_| look()
                on:keydown=move |event: KeyboardEvent| press(stage, &event, false)
            >
                <ol aria-label="Steps" node_ref=rows>
                    <For each=move || ids.get() key=|id| *id let:id>
                        <Row stage id faulty/>
                    </For>
                </ol>
            </div>
            <Checks stage findings/>
        </section>
    }
}

/// The part of the outline that is seen, in px.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sight {
    top: i32,
    height: i32,
    /// The height of a row.
    row: i32,
}

impl Sight {
    /// The first row that is drawn, and the one behind the last.
    fn rows(self, count: usize) -> (usize, usize) {
        let row = self.row.max(1);
        let place = |row: i32| usize::try_from(row).unwrap_or(0).min(count);
        (place(self.top / row - SPARE), place((self.top + self.height) / row + SPARE + 1))
    }
}

/// A step of the outline.
#[component]
fn Row(stage: Stage, id: StepId, faulty: Memo<BTreeSet<StepId>>) -> impl IntoView {
    let it = Memo::new(move |_| {
        stage.read(|index, definition| {
            let (place, step) = index.step(definition, id)?;
            Some((name_of(place, step), place, definition.steps.len(), step.ends))
        })
    });
    let glyph = move || {
        let (_, place, of, ends) = it.get()?;
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let step =
            if ends { ui::Step::Done } else { ui::Step::At { position: whole(place + 1), of: whole(of) } };
        Some(view! { <StepGlyph step/> })
    };
    let is_chosen = Memo::new(move |_| stage.chosen.with(|chosen| chosen.steps.contains(&id)));
    // One row is a stop of the tab key; arrows go on from there.
    let is_stop = Memo::new(move |_| {
        let nothing = stage.chosen.with(|chosen| chosen.steps.is_empty());
        is_chosen.get() || nothing && stage.index.with(|index| index.place(id)) == Some(0)
    });
    let is_faulty = Memo::new(move |_| faulty.with(|faulty| faulty.contains(&id)));
    let on_click = move |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            stage.toggle(id);
        } else {
            stage.choose(id);
            stage.details.set(true);
        }
    };
    // Who comes by keys works on the step they are at; a pointer says by its click what it means.
    let on_focus = move |event: FocusEvent| {
        let by_keys = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|row| row.matches(":focus-visible").unwrap_or(false));
        if by_keys && !is_chosen.get_untracked() {
            stage.choose(id);
        }
    };
    view! {
        <li>
            <button
                type="button"
                class="outline-step"
                data-step=id.to_string()
                class:is-chosen=move || is_chosen.get()
                id=format!("outline-{id}")
                tabindex=move || if is_stop.get() { "0" } else { "-1" }
                aria-pressed=move || if is_chosen.get() { "true" } else { "false" }
                on:click=on_click
                on:focus=on_focus
            >
                {glyph}
                <span class="truncate">{move || it.get().map(|(name, ..)| name)}</span>
                {move || {
                    is_faulty
                        .get()
                        .then(|| {
                            view! {
                                <Icon name="circle-alert" size=IconSize::Small/>
                                <span class="visually-hidden">"has something to put right"</span>
                            }
                        })
                }}
            </button>
        </li>
    }
}

/// What the checks say, each with the way to its place.
#[component]
fn Checks(stage: Stage, findings: Memo<Vec<Finding>>) -> impl IntoView {
    let line = move |finding: Finding| {
        let (icon, class) =
            if finding.blocks { ("circle-alert", "is-danger") } else { ("triangle-alert", "is-warning") };
        let text = finding.text;
        let words = match finding.step {
            Some(step) => {
                let go = move |_| {
                    stage.choose(step);
                    stage.details.set(true);
                    show(&format!("field-step-{step}-name"));
                };
                view! {
                    <button type="button" class="quiet-link" on:click=go>
                        {text}
                    </button>
                }
                .into_any()
            }
            None => text.into_any(),
        };
        view! {
            <li class=class>
                <Icon name=icon size=IconSize::Small/>
                <span>{words}</span>
            </li>
        }
    };
    let fine = |text| {
        view! {
            <li class="is-fine">
                <Icon name="check" size=IconSize::Small/>
                <span>{text}</span>
            </li>
        }
    };
    view! {
        <section class="outline-checks" aria-label="Checks">
            <header class="outline-head">
                <h2>"Checks"</h2>
                <span class="text-meta" role="status">
                    {move || match findings.with(|findings| findings.iter().filter(|one| one.blocks).count()) {
                        0 => "can be published".to_owned(),
                        1 => "1 to put right".to_owned(),
                        some => format!("{some} to put right"),
                    }}
                </span>
            </header>
            <ul class="design-findings">
                {move || findings.get().into_iter().take(FINDINGS).map(line).collect_view()}
                {move || {
                    let rest = findings.with(Vec::len).saturating_sub(FINDINGS);
                    (rest != 0).then(|| view! { <li>{format!("and {rest} more")}</li> })
                }}
                {move || {
                    findings
                        .with(|findings| findings.iter().all(|one| !one.blocks))
                        .then(|| (fine("Every step can be reached"), fine("Every step can come to an end")))
                }}
            </ul>
        </section>
    }
}

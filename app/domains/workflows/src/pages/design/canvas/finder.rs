//! The question for a step: a new one by its name, or one that is there.

use std::collections::BTreeSet;

use kernel::StepId;
use leptos::{html, prelude::*};
use ui::{Icon, IconSize};
use web_sys::KeyboardEvent;

use super::super::{
    index::name_of,
    stage::{Spot, Stage, Wanted},
};
use crate::{
    definition::NAME_MAX,
    diagram::{HEIGHT, WIDTH, route::Point, whole},
    parts::drag::set_style,
};

/// As many steps are offered.
const MOST: usize = 8;

/// What can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Offer {
    New { name: String, ends: bool },
    There { id: StepId, name: String },
}

impl Offer {
    fn icon(&self) -> &'static str {
        match self {
            Offer::New { ends: false, .. } => "square-plus",
            Offer::New { ends: true, .. } => "circle-check",
            Offer::There { .. } => "arrow-right",
        }
    }

    fn label(&self) -> String {
        match self {
            Offer::New { name, ends: false } if name.is_empty() => "A new step".to_owned(),
            Offer::New { name, ends: true } if name.is_empty() => "A new end".to_owned(),
            Offer::New { name, ends: false } => format!("New step “{name}”"),
            Offer::New { name, ends: true } => format!("New end “{name}”"),
            Offer::There { name, .. } => name.clone(),
        }
    }
}

/// The panel of the question while one is open.
#[component]
pub fn Finder(stage: Stage) -> impl IntoView {
    move || stage.wanted.get().map(|wanted| view! { <Panel stage wanted/> })
}

#[component]
fn Panel(stage: Stage, wanted: Wanted) -> impl IntoView {
    let (panel, field) = (NodeRef::<html::Div>::new(), NodeRef::<html::Input>::new());
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let offers = Memo::new(move |_| offers(stage, wanted, typed.get().trim()));
    Effect::new(move |_| {
        let (Some(panel), Some(field)) = (panel.get(), field.get()) else { return };
        place(stage, wanted, &panel);
        field.focus().ok();
    });
    let close = move || {
        stage.wanted.set(None);
        if let Some(from) = wanted.from {
            stage.focus(Spot::Step(from));
        }
    };
    let take = move |offer: Offer| {
        stage.wanted.set(None);
        match (offer, wanted.from) {
            (Offer::New { name, ends }, _) => {
                let Some(id) = stage.add(wanted, &name, ends) else { return };
                if name.is_empty() {
                    stage.naming.set(Some(Spot::Step(id)));
                } else {
                    stage.focus(Spot::Step(id));
                }
            }
            (Offer::There { id, .. }, Some(from)) => {
                stage.connect(from, id);
                stage.focus(Spot::Way(from, id));
            }
            (Offer::There { id, .. }, None) => {
                stage.choose(id);
                stage.focus(Spot::Step(id));
            }
        }
    };
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        if event.is_composing() {
            return;
        }
        let last = offers.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = if *at < last { *at + 1 } else { 0 }),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "Enter" => {
                let offer = offers.with_untracked(|offers| offers.get(at.get_untracked()).cloned());
                if let Some(offer) = offer {
                    take(offer);
                }
            }
            "Escape" | "Tab" => close(),
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |index: usize, offer: Offer| {
        let (icon, label) = (offer.icon(), offer.label());
        view! {
            <li
                role="option"
                id=format!("flow-offer-{index}")
                class="flow-offer"
                aria-selected=move || if at.get() == index { "true" } else { "false" }
                on:pointerenter=move |_| at.set(index)
                on:pointerdown=move |event| event.prevent_default()
                on:click=move |_| take(offer.clone())
            >
                <Icon name=icon size=IconSize::Small/>
                <span class="truncate">{label}</span>
            </li>
        }
    };
    let label = match (wanted.from, wanted.connects) {
        (Some(from), true) => format!("Connect {} with", stage.name(from)),
        (Some(from), false) => format!("Add a step after {}", stage.name(from)),
        (None, _) => "Add a step".to_owned(),
    };
    view! {
        <div class="flow-finder" node_ref=panel data-calm="">
            <input
                node_ref=field
                role="combobox"
                aria-expanded="true"
                aria-controls="flow-offers"
                aria-activedescendant=move || format!("flow-offer-{}", at.get())
                aria-label=label.clone()
                placeholder=label
                autocomplete="off"
                maxlength=NAME_MAX.to_string()
                prop:value=move || typed.get()
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=on_key
                on:blur=move |_| stage.wanted.set(None)
            />
            <ul id="flow-offers" role="listbox" aria-label="Steps">
                {move || offers.get().into_iter().enumerate().map(|(index, offer)| row(index, offer)).collect_view()}
            </ul>
        </div>
    }
}

fn offers(stage: Stage, wanted: Wanted, typed: &str) -> Vec<Offer> {
    let new = [false, true].map(|ends| Offer::New { name: typed.to_owned(), ends });
    let lower = typed.to_lowercase();
    let mut there = stage.desk.definition.with_untracked(|definition| {
        let mut taken: BTreeSet<StepId> = wanted.from.into_iter().collect();
        taken.extend(wanted.from.into_iter().flat_map(|from| definition.ways_out(from)).map(|way| way.to));
        let named = definition.steps.iter().enumerate().filter(|(_, step)| !taken.contains(&step.id));
        let mut found: Vec<_> = named
            .map(|(place, step)| (step.id, name_of(place, step)))
            .filter(|(_, name)| name.to_lowercase().contains(&lower))
            .collect();
        // What begins as it is typed comes first.
        found.sort_by_cached_key(|(_, name)| !name.to_lowercase().starts_with(&lower));
        found.truncate(MOST);
        found.into_iter().map(|(id, name)| Offer::There { id, name }).collect::<Vec<_>>()
    });
    let exact = there.iter().any(|offer| offer.label().to_lowercase() == lower);
    if wanted.connects || exact && !typed.is_empty() {
        there.extend(new);
        there
    } else if wanted.from.is_none() && typed.is_empty() {
        new.to_vec()
    } else {
        new.into_iter().chain(there).collect()
    }
}

/// Puts the panel where the step will be, as far as the drawing has room for it; where none is seen, on top.
fn place(stage: Stage, wanted: Wanted, panel: &web_sys::HtmlElement) {
    let (Some(page), Some(frame)) = (panel.offset_parent(), stage.frame.get_untracked()) else { return };
    let (page, frame) = (page.get_bounding_client_rect(), frame.get_bounding_client_rect());
    let (wide, high) = (f64::from(panel.offset_width()), 320.0);
    let (width, height) = (frame.width(), frame.height());
    let (left, top) = if width == 0.0 {
        ((page.width() - wide) / 2.0, 60.0)
    } else {
        let middle = Point {
            x: f64::from(wanted.at.x) + f64::from(WIDTH) / 2.0,
            y: f64::from(wanted.at.y) + f64::from(HEIGHT) / 2.0,
        };
        let at = stage.view.get_untracked().to_screen(middle);
        let left = (at.x - wide / 2.0).min(width - wide - 8.0).max(8.0);
        let top = (at.y - 20.0).min(height - high).max(8.0);
        (left + frame.left() - page.left(), top + frame.top() - page.top())
    };
    set_style(panel, "transform", &format!("translate({}px, {}px)", whole(left), whole(top)));
}

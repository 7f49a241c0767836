//! What an item is a part of, and its own parts.

use kernel::Viewer;
use leptos::prelude::*;
use ui::{Avatar, Pill, Tone};

use crate::model::{Outcome, PartRow, WholeRow};

/// What the item is a part of.
#[component]
pub(super) fn PartOf(whole: WholeRow) -> impl IntoView {
    let key = format!("{}-{}", whole.workflow_key, whole.number);
    let stands = match whole.outcome {
        None => format!("which waits in {} for it", whole.step_name),
        Some(Outcome::Joined) => "which it has come together with".to_owned(),
        Some(Outcome::Ended | Outcome::Withdrawn) => "which does not wait for it any more".to_owned(),
    };
    view! {
        <p class="item-whole">
            "Part of " <a class="link" href=format!("/items/{key}")>{key.clone()} " " {whole.title}</a> ", " {stands} "."
        </p>
    }
}

/// The parts of the item, and how many have come.
#[component]
pub(super) fn Parts(parts: Vec<PartRow>, viewer: Viewer) -> impl IntoView {
    let current: Vec<&PartRow> = parts.iter().filter(|part| part.is_current).collect();
    let come = current.iter().filter(|part| part.outcome == Some(Outcome::Joined)).count();
    let count = (!current.is_empty())
        .then(|| view! { <span class="quiet">{format!("{come} of {}", current.len())}</span> });
    let rows: Vec<_> = parts.iter().map(|part| row(part, &viewer)).collect();
    view! {
        <section class="approval" id="parts" aria-label="Parts">
            <div class="section-head">
                <h2>"Parts"</h2>
                {count}
            </div>
            <ul class="parts">{rows}</ul>
        </section>
    }
}

fn row(part: &PartRow, viewer: &Viewer) -> impl IntoView + use<> {
    let key = format!("{}-{}", part.workflow_key, part.number);
    let person = part.assignee_id.and_then(|id| viewer.directory.person(id));
    let avatar = person.map(|person| {
        let (name, category, picture) = (person.name.clone(), person.category, person.picture());
        view! { <Avatar name category picture/> }
    });
    let stands = match part.outcome {
        None => {
            let step = part.step_name.clone();
            view! { <Pill>{step}</Pill> }.into_any()
        }
        Some(Outcome::Joined) => view! { <Pill tone=Tone::Success>"Done"</Pill> }.into_any(),
        Some(Outcome::Ended) => view! { <Pill>{format!("Ended in {}", part.step_name)}</Pill> }.into_any(),
        Some(Outcome::Withdrawn) => view! { <Pill>"Called off"</Pill> }.into_any(),
    };
    let name = part.name.clone();
    // What was called off is not there any more.
    let name = match part.outcome {
        Some(Outcome::Withdrawn) => view! { <span class="part-name">{name}</span> }.into_any(),
        _ => view! { <a class="part-name link" href=format!("/items/{key}")>{name}</a> }.into_any(),
    };
    view! {
        <li class="part">
            {name}
            {stands}
            {avatar}
        </li>
    }
}

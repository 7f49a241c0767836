//! Colours and type.

use leptos::prelude::*;

use super::Exhibit;
use crate::html::category_class;

const CATEGORIES: [(i64, &str); 10] = [
    (1, "Cobalt"),
    (2, "Ochre"),
    (3, "Mauve"),
    (4, "Teal"),
    (5, "Coral"),
    (6, "Moss"),
    (7, "Indigo"),
    (8, "Sky"),
    (9, "Umber"),
    (10, "Orchid"),
];

const TYPE: [(&str, &str, &str); 6] = [
    ("28 / 620", "text-display", "Page title, once per page"),
    ("20 / 620", "text-title", "Item title, section"),
    ("16 / 620", "text-heading", "Dialog title"),
    ("13 / 430", "", "Body, controls, rows"),
    ("12 / 430", "text-meta", "Labels, meta, captions"),
    ("11 / 430", "text-small", "Axis, counts, shortcuts"),
];

#[component]
pub(super) fn Foundations() -> impl IntoView {
    let neutral = (1..=12).map(|step| view! { <i class=format!("swatch-{step}")></i> }).collect_view();
    let accents = ["petrol", "cobalt", "green", "copper", "rose", "olive", "slate"]
        .map(|name| {
            view! {
                <span class="swatch-accent" data-accent=name>
                    {name}
                </span>
            }
        })
        .into_iter()
        .collect_view();
    let categories = CATEGORIES
        .map(|(category, name)| {
            view! {
                <span class=format!("swatch-category {}", category_class(category))>
                    <b>{name}</b>
                    "09:30"
                </span>
            }
        })
        .into_iter()
        .collect_view();
    let lines = TYPE
        .map(|(size, class, text)| {
            view! {
                <div class="swatch-type">
                    <span>{size}</span>
                    <p class=class>{text}</p>
                </div>
            }
        })
        .into_iter()
        .collect_view();
    view! {
        <Exhibit title="Neutral, and the accents of brands">
            <div class="swatches">{neutral}</div>
            <div class="swatches-accent">{accents}</div>
        </Exhibit>
        <Exhibit title="Category palette: teams, calendars, people">
            <div class="swatches-category">{categories}</div>
        </Exhibit>
        <Exhibit title="Type">{lines}</Exhibit>
    }
}

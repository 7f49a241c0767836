//! People and colours as this domain's lists show them.

use leptos::prelude::*;
use ui::{Avatar, Size};

use crate::team::model::CATEGORIES;

/// A person with name and address, in two lines.
#[component]
pub(crate) fn PersonCell(
    /// Full name.
    #[prop(into)]
    name: String,
    /// What stands below the name.
    #[prop(optional, into)]
    meta: String,
    /// Colour, 1 to 10.
    category: i64,
    /// What stands beside the name, such as a pill.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="table-person">
            <Avatar name=name.clone() category size=Size::Medium/>
            <div>
                <strong>
                    <span class="truncate">{name}</span>
                    {children.map(|children| children())}
                </strong>
                {(!meta.is_empty()).then(|| view! { <small>{meta}</small> })}
            </div>
        </div>
    }
}

/// The ten colours, of which one is chosen.
#[component]
pub(crate) fn CategoryPicker(
    /// What is chosen at first.
    chosen: i64,
) -> impl IntoView {
    let swatches = CATEGORIES.map(|(category, name)| {
        view! {
            <label class=format!("colour {}", ui::html::category_class(category)) data-tooltip=name>
                <input type="radio" name="category" value=category.to_string() checked=category == chosen/>
                <span class="visually-hidden">{name}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="field-label">"Colour"</legend>
            <div class="colours">{swatches.into_iter().collect_view()}</div>
        </fieldset>
    }
}

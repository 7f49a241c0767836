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
    /// The address of their picture, if they have one.
    #[prop(optional_no_strip)]
    picture: Option<String>,
    /// Where the name leads.
    #[prop(optional_no_strip)]
    href: Option<String>,
    /// What stands beside the name, such as a pill.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let avatar = view! { <Avatar name=name.clone() category picture size=Size::Medium/> };
    let name = match href {
        Some(href) => view! { <a class="person-link truncate" href=href>{name}</a> }.into_any(),
        None => view! { <span class="truncate">{name}</span> }.into_any(),
    };
    view! {
        <div class="table-person">
            {avatar}
            <div>
                <strong>
                    {name}
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

//! Brands in menus and lists.

use kernel::BrandName;
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{Icon, IconSize};

use crate::brand::api::SwitchBrand;

/// A brand's logo, or a square in its colour. Its name stands beside it.
#[component]
pub fn BrandMark(
    /// The brand.
    brand: BrandName,
) -> impl IntoView {
    match brand.logo() {
        Some(logo) => view! { <img class="brand-mark" src=logo alt="" width="20" height="20"/> }.into_any(),
        // The colour is data, and inline styles are refused: an attribute of a picture is none.
        None => view! {
            <svg class="brand-mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                <rect width="20" height="20" fill=brand.accent></rect>
            </svg>
        }
        .into_any(),
    }
}

/// A brand as an entry of a menu: choosing it lets the person work in it. Without a brand: the one they usually work in.
/// A plain form, so that the page is drawn anew in the brand's colours.
#[component]
pub fn BrandForm(
    /// The brand.
    #[prop(optional_no_strip)]
    brand: Option<BrandName>,
    /// Whether it is the one the person works in now.
    #[prop(optional)]
    active: bool,
) -> impl IntoView {
    let id = brand.as_ref().map(|brand| brand.id.to_string());
    let is_brand = brand.is_some();
    let label = brand.as_ref().map_or_else(|| "My usual brand".to_owned(), |brand| brand.name.clone());
    let mark = match brand {
        Some(brand) => view! { <BrandMark brand/> }.into_any(),
        None => view! { <Icon name="undo-2" size=IconSize::Small/> }.into_any(),
    };
    view! {
        <form method="post" action=SwitchBrand::url() class="menu-form" role="none">
            <input type="hidden" name="id" value=id/>
            <button
                type="submit"
                class="menu-item"
                role=if is_brand { "menuitemradio" } else { "menuitem" }
                tabindex="-1"
                aria-checked=is_brand.then_some(if active { "true" } else { "false" })
            >
                {mark}
                <span class="menu-item-label">{label}</span>
                {active.then(|| view! { <Icon name="check" size=IconSize::Small/> })}
            </button>
        </form>
    }
}

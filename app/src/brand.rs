//! The colours of the brand that a person works in: a style sheet of its own, which the head of the document names, so
//! that no page flashes in other colours. When the brand changes while a page is open, the sheet follows.

use kernel::ViewerResource;
use leptos::prelude::*;

/// The id of the link in the head.
pub(crate) const LINK: &str = "brand-style";

/// The address of the style sheet for this request, if the person works in a brand.
pub(crate) fn style() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let visit = kernel::Visit::current().ok()?;
        let brand = visit.session()?.membership.as_ref()?.brand.as_ref()?;
        Some(brand.style())
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// Keeps the style sheet that of the viewer's brand. The old one stays in force until the new one is there.
pub(crate) fn follow_brand(viewer: ViewerResource) {
    Effect::new(move |_| {
        let Some(Ok(wanted)) = viewer.with(|viewer| {
            let viewer = viewer.as_ref()?.as_ref();
            Some(viewer.map(|viewer| viewer.brand.as_ref().map(kernel::BrandName::style)).map_err(drop))
        }) else {
            return;
        };
        let document = document();
        let present = document.get_element_by_id(LINK);
        let done = match (present, wanted) {
            (Some(link), Some(style)) if link.get_attribute("href").as_ref() != Some(&style) => {
                link.set_attribute("href", &style)
            }
            (Some(link), None) => {
                link.remove();
                Ok(())
            }
            (None, Some(style)) => add(&style),
            _ => Ok(()),
        };
        if done.is_err() {
            leptos::logging::warn!("the page did not take the brand's colours");
        }
    });
}

fn add(style: &str) -> Result<(), leptos::wasm_bindgen::JsValue> {
    let document = document();
    let link = document.create_element("link")?;
    link.set_attribute("id", LINK)?;
    link.set_attribute("rel", "stylesheet")?;
    link.set_attribute("href", style)?;
    if let Some(head) = document.head() {
        head.append_child(&link)?;
    }
    Ok(())
}

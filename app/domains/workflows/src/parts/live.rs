//! News of what others do to items.

use kernel::{Heard, ItemId, use_news};
use leptos::prelude::*;

/// What a page does with news.
#[derive(Clone, Copy)]
pub struct OnNews {
    /// A record changed.
    pub changed: Callback<ItemId>,
    /// News may have been missed: everything has to be fetched again.
    pub missed: Callback<()>,
}

/// Listens to what happens to the items of a workflow, once it is known, while the component is on the page.
pub fn use_live(topic: impl Fn() -> Option<String> + 'static, on_news: OnNews) {
    let listener = Callback::new(move |heard| match heard {
        Heard::News { kind, subject_id } if kind.starts_with("item.") => {
            on_news.changed.run(subject_id.into());
        }
        // The steps are other ones, or many items changed at once.
        Heard::News { kind, .. }
            if ["workflow.published", "workflow.migrated", "items.changed"].contains(&kind.as_str()) =>
        {
            on_news.missed.run(())
        }
        Heard::Missed => on_news.missed.run(()),
        _ => {}
    });
    use_news(topic, listener);
}

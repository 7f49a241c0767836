//! News of what others do, pushed by the server.

use gloo::events::EventListener;
use kernel::ItemId;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

/// What a page does with news.
#[derive(Clone, Copy)]
pub struct OnNews {
    /// A record changed.
    pub changed: Callback<ItemId>,
    /// News may have been missed: everything has to be fetched again.
    pub missed: Callback<()>,
}

/// One line of the server's stream; the rest of it is of no use here.
#[derive(Debug, Deserialize)]
struct News {
    kind: String,
    subject_id: ItemId,
}

/// Listens to a topic, once it is known, while the component is on the page.
///
/// On the server, where effects do not run, it does nothing. The browser reconnects by itself; after a break it cannot
/// know what it missed, so the page is told to fetch again.
pub fn use_live(topic: impl Fn() -> Option<String> + 'static, on_news: OnNews) {
    Effect::new(move |_| {
        let Some(topic) = topic() else { return };
        let Ok(source) = EventSource::new(&format!("/live?topics={topic}")) else { return };
        let broken = StoredValue::new(false);
        let news = EventListener::new(&source, "message", move |event| {
            let Some(text) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string())
            else {
                return;
            };
            if let Ok(news) = serde_json::from_str::<News>(&text)
                && news.kind.starts_with("item.")
            {
                on_news.changed.run(news.subject_id);
            }
        });
        let reload = EventListener::new(&source, "reload", move |_| on_news.missed.run(()));
        let error = EventListener::new(&source, "error", move |_| broken.set_value(true));
        let open = EventListener::new(&source, "open", move |_| {
            if broken.get_value() {
                broken.set_value(false);
                on_news.missed.run(());
            }
        });
        let parts = SendWrapper::new((source, [news, reload, error, open]));
        on_cleanup(move || {
            let (source, listeners) = parts.take();
            drop(listeners);
            source.close();
        });
    });
}

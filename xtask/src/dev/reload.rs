//! Tells open pages to load themselves again: the WebSocket that Leptos' `AutoReload` component connects to.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use tungstenite::{Message, WebSocket};

/// The pages that listen.
#[derive(Clone, Default)]
pub struct Reload {
    pages: Arc<Mutex<Vec<WebSocket<TcpStream>>>>,
}

impl Reload {
    /// Accepts pages on `port` in the background.
    pub fn listen(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port}, over which pages are reloaded, is in use"))?;
        let reload = Self::default();
        let pages = reload.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A page that does not shake hands is nobody's loss: it asks again in a second.
                if let Ok(page) = tungstenite::accept(stream) {
                    pages.add(page);
                }
            }
        });
        Ok(reload)
    }

    /// Has every open page load itself again, and forgets those that are closed.
    pub fn everything(&self) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.retain_mut(|page| page.send(Message::text(r#"{"all":true}"#)).is_ok());
    }

    fn add(&self, page: WebSocket<TcpStream>) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).push(page);
    }
}

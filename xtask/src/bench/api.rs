//! A list of the interface for other programs: 50 items with filter, order and cursor, and the same by hand.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::load::{self, Figures, Load};
use super::program::Server;
use crate::http::request;

/// How many programs ask at once.
pub const CONNECTIONS: u32 = 64;
/// What they ask for: the newest of the pressing cars.
const LIST: &str = "/api/v1/items?workflow=UC&priority=1&sort=-updated&limit=50";

/// The call for the second page, as both contestants get it.
pub struct Call {
    path: String,
    key: String,
}

impl Call {
    /// Reads the first page by a key, to know where the second begins.
    pub fn find(server: &Server, key: &str) -> Result<Self> {
        let first = Call { path: LIST.to_owned(), key: key.to_owned() };
        let next = page(server, &first)?.1.context("one page has all items: seed more")?;
        Ok(Call { path: format!("{LIST}&after={next}"), key: key.to_owned() })
    }

    fn request(&self, server: &Server) -> Vec<u8> {
        let headers = [format!("Authorization: Bearer {}", self.key), "Accept: application/json".to_owned()];
        request("GET", &self.path, server.address, &headers, "")
    }
}

/// The ids of a page, and where the next one begins.
fn page(server: &Server, call: &Call) -> Result<(Vec<String>, Option<String>)> {
    let body: Value = serde_json::from_slice(&load::once(server.address, &call.request(server))?)?;
    let data = body.get("data").and_then(Value::as_array).context("the page has no data")?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    Ok((data.iter().filter_map(|item| text(item.get("id"))).collect(), text(body.get("next"))))
}

/// The ids that one contestant gives: the other one must give the same.
pub fn ids(server: &Server, call: &Call) -> Result<Vec<String>> {
    Ok(page(server, call)?.0)
}

/// Puts the load on for this long and measures.
pub fn measure(server: &Server, call: &Call, duration: Duration) -> Result<Figures> {
    load::run(&Load {
        address: server.address,
        request: call.request(server),
        connections: CONNECTIONS,
        every: None,
        warm_up: duration / 4,
        duration,
    })
}

//! What other domains learn of incoming hooks and of what came by them.

use kernel::{CameFound, Cx, HookId, Hooks, HooksFound};
use uuid::Uuid;

use crate::repo::incoming as repo;

/// What this domain tells them.
pub const HOOKS: Hooks = Hooks { list, came, last };

fn list<'a>(on: db::On<'a>, cx: &'a Cx) -> HooksFound<'a> {
    Box::pin(async move { Ok(repo::names(on, cx).await?) })
}

fn came<'a>(on: db::On<'a>, cx: &'a Cx, event: Uuid) -> CameFound<'a> {
    Box::pin(async move { Ok(repo::came(on, cx, event).await?) })
}

fn last<'a>(on: db::On<'a>, cx: &'a Cx, hook: HookId) -> CameFound<'a> {
    Box::pin(async move { Ok(repo::last(on, cx, hook).await?) })
}

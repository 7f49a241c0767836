//! What other programs tell an organisation, for domains that act on it.
//!
//! The domain of incoming webhooks publishes [`Hooks`], and the program hands it on ([`crate::Site::with_hooks`]). So
//! whoever acts on what came reads it without knowing that domain or its tables.

use serde::{Deserialize, Serialize};

use crate::HookId;

/// An incoming webhook as others name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookName {
    /// The hook.
    pub id: HookId,
    /// What people call it.
    pub name: String,
    /// Whether it takes anything.
    pub active: bool,
}

#[cfg(feature = "ssr")]
mod came {
    use std::pin::Pin;

    use uuid::Uuid;

    use super::HookName;
    use crate::{Cx, HookId, Result};

    /// Something that came by a hook.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Came {
        /// The hook.
        pub hook: HookId,
        /// What its sender knows it by.
        pub external_id: String,
        /// What was sent.
        pub body: Vec<u8>,
    }

    /// The hooks of an organisation, by name.
    pub type HooksFound<'a> = Pin<Box<dyn Future<Output = Result<Vec<HookName>>> + Send + 'a>>;

    /// What came; nothing where it is not kept any more.
    pub type CameFound<'a> = Pin<Box<dyn Future<Output = Result<Option<Came>>> + Send + 'a>>;

    /// What the domain of hooks tells others. Who may know is asked by those.
    #[derive(Debug, Clone, Copy)]
    pub struct Hooks {
        /// Lists the hooks that are not deleted.
        pub list: for<'a> fn(db::On<'a>, &'a Cx) -> HooksFound<'a>,
        /// Reads what came, by the id that `hook.received` names.
        pub came: for<'a> fn(db::On<'a>, &'a Cx, Uuid) -> CameFound<'a>,
        /// Reads what came last by a hook.
        pub last: for<'a> fn(db::On<'a>, &'a Cx, HookId) -> CameFound<'a>,
    }

    impl Cx {
        /// The incoming webhooks of the organisation, by name; none that is deleted.
        pub async fn hooks<'a>(&'a self, on: impl Into<db::On<'a>>) -> Result<Vec<HookName>> {
            match self.visit().site().hooks {
                Some(hooks) => (hooks.list)(on.into(), self).await,
                None => Ok(Vec::new()),
            }
        }

        /// What came by a hook, as long as it is kept.
        pub async fn came<'a>(&'a self, on: impl Into<db::On<'a>>, event: Uuid) -> Result<Option<Came>> {
            match self.visit().site().hooks {
                Some(hooks) => (hooks.came)(on.into(), self, event).await,
                None => Ok(None),
            }
        }

        /// What came last by a hook, as long as it is kept.
        pub async fn came_last(&self, hook: HookId) -> Result<Option<Came>> {
            match self.visit().site().hooks {
                Some(hooks) => (hooks.last)(self.db().into(), self, hook).await,
                None => Ok(None),
            }
        }
    }
}

#[cfg(feature = "ssr")]
pub use came::{Came, CameFound, Hooks, HooksFound};

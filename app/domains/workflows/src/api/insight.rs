//! The figures of a workflow.

use kernel::Result;
use leptos::prelude::*;

use crate::insight::Insights;

#[cfg(feature = "ssr")]
use {crate::acts::insight as acts, kernel::Cx};

/// The figures of the workflow whose items are called `key-…`, of so many days up to today.
#[server]
pub async fn load_insights(key: String, days: i64) -> Result<Insights> {
    acts::insights(&Cx::current().await?, &key, days).await
}

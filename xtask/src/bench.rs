//! `bench`: measures the program as people meet it, and the same page made by hand for comparison.

use anyhow::Result;
use clap::Args;

use crate::project::Project;

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// How many work items the database holds.
    #[arg(long, default_value_t = 50_000)]
    pub items: u32,
}

/// Measures and prints a Markdown table.
pub fn bench(_project: &Project, _options: &Options) -> Result<()> {
    anyhow::bail!("not yet")
}

//! `size`: what the first load of a page costs on the wire, against a budget.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::fingerprint::files_below;
use crate::project::{Mode, Project};
use crate::table;

/// WASM, glue and stylesheet together, in brotli: the page must be usable on a phone line.
const BUDGET: u64 = 400_000;

#[derive(Clone, Copy, Default)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the sizes of the release build; fails above the budget.
pub fn size(project: &Project) -> Result<()> {
    let site = project.site(Mode::Release);
    let mut rows = Vec::new();
    let mut total = Sizes::default();
    for kind in ["wasm", "js", "css"] {
        let sizes = measure(&find(&site.join("pkg"), kind)?)?;
        total.raw += sizes.raw;
        total.gzip += sizes.gzip;
        total.brotli += sizes.brotli;
        rows.push(row(kind, sizes));
    }
    rows.push(row("total", total));
    for (name, file) in [("font", "fonts/inter.woff2"), ("icons", "icons.svg")] {
        rows.push(row(name, measure(&site.join(file))?));
    }
    print!("{}", table::markdown(&["first load, kB", "raw", "gzip", "brotli"], &rows));
    if BUDGET < total.brotli {
        bail!(
            "WASM, JS and CSS are {} kB in brotli: the budget is {} kB",
            kilobytes(total.brotli),
            BUDGET / 1000
        );
    }
    println!("budget: {} of {} kB brotli", kilobytes(total.brotli), BUDGET / 1000);
    Ok(())
}

fn find(folder: &Path, extension: &str) -> Result<PathBuf> {
    let files = files_below(folder)?;
    let found = files
        .into_iter()
        .find(|path| path.parent() == Some(folder) && path.extension().is_some_and(|it| it == extension));
    found.with_context(|| format!("no .{extension} in {}: run `cargo xtask build` first", folder.display()))
}

/// A file that has no compressed copy travels as it is.
fn measure(path: &Path) -> Result<Sizes> {
    let raw = fs::metadata(path).with_context(|| format!("reading {}", path.display()))?.len();
    let copy = |kind: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{kind}"));
        fs::metadata(name).map_or(raw, |file| file.len())
    };
    Ok(Sizes { raw, gzip: copy("gz"), brotli: copy("br") })
}

fn row(name: &str, sizes: Sizes) -> Vec<String> {
    vec![name.to_owned(), kilobytes(sizes.raw), kilobytes(sizes.gzip), kilobytes(sizes.brotli)]
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}

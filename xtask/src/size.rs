//! `size`: what the first load of the board costs on the wire, against a budget, and what other pages add.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

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

impl Sizes {
    fn and(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

/// Prints the sizes of the release build; fails above the budget.
pub fn size(project: &Project) -> Result<()> {
    let site = project.site(Mode::Release);
    let pkg = site.join("pkg");
    let needs = manifest(&pkg)?;
    let mut rows = Vec::new();
    let mut total = Sizes::default();
    let mut add = |name: &str, sizes: Sizes| {
        total = total.and(sizes);
        rows.push(row(name, sizes));
    };
    add("wasm", measure(&named(&pkg, "wasm:", "mediap", "wasm")?)?);
    add("js", measure(&named(&pkg, "js:", "mediap", "js")?)?);
    add("js that fetches parts", measure(&named(&pkg, "split:", "__wasm_split", "js")?)?);
    add("css", measure(&named(&pkg, "css:", "mediap", "css")?)?);
    rows.push(row("total", total));
    for (name, file) in [("font", "fonts/inter.woff2"), ("icons", "icons.svg")] {
        rows.push(row(name, measure(&site.join(file))?));
    }
    for (group, parts) in &needs {
        rows.push(row(&format!("{} wasm parts for {group}", parts.len()), measure_all(&pkg, parts)?));
    }
    print!("{}", table::markdown(&["first load, kB", "raw", "gzip", "brotli"], &rows));
    let (size, budget) = (kilobytes(total.brotli), BUDGET / 1000);
    if BUDGET < total.brotli {
        bail!("WASM, JS and CSS are {size} kB in brotli: the budget is {budget} kB");
    }
    println!("{size} of {budget} kB brotli");
    Ok(())
}

/// For each group of pages: the files it needs besides the main one.
fn manifest(pkg: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let path = named(pkg, "manifest:", "__wasm_split_manifest", "json")?;
    let text = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

/// The file whose hash stands behind `key` in `hash.txt`.
fn named(pkg: &Path, key: &str, stem: &str, extension: &str) -> Result<PathBuf> {
    let hashes = pkg.with_file_name("hash.txt");
    let text = fs::read_to_string(&hashes)
        .with_context(|| format!("no {}: run `cargo xtask build` first", hashes.display()))?;
    let hash = text.lines().find_map(|line| line.strip_prefix(key)).with_context(|| format!("no {key}"))?;
    Ok(pkg.join(format!("{stem}.{}.{extension}", hash.trim())))
}

fn measure_all(pkg: &Path, parts: &[String]) -> Result<Sizes> {
    parts
        .iter()
        .try_fold(Sizes::default(), |sum, part| Ok(sum.and(measure(&pkg.join(format!("{part}.wasm")))?)))
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

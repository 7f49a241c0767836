//! The site folder: every file a browser may load, under its final name, with compressed copies beside it.
//!
//! Names under `/pkg` carry the hash of their content, so they may be cached for ever. `hash.txt` tells the
//! server the current hashes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::split;
use crate::fingerprint::{files_below, of_bytes};
use crate::project::{Mode, Project};

/// Everything that compresses. Fonts and bitmaps are compressed already.
const COMPRESSIBLE: [&str; 11] =
    ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest", "xml", "map"];
/// Below this a compressed copy saves nothing.
const WORTH_COMPRESSING: usize = 256;

/// Path within the site, and content.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Fills the site folder from the parts and removes what does not belong there.
pub fn assemble(project: &Project, mode: Mode) -> Result<()> {
    let (mut files, hashes) = collect(project, mode)?;
    if mode == Mode::Release {
        let compressed = compress_all(&files, &project.parts(mode).join("compressed"))?;
        files.extend(compressed);
    }
    let site = project.site(mode);
    for (path, content) in &files {
        write_if_changed(&site.join(path), content)?;
    }
    for path in files_below(&site)? {
        if path
            .strip_prefix(&site)
            .is_ok_and(|path| path != Path::new("hash.txt") && !files.contains_key(path))
        {
            fs::remove_file(&path)?;
        }
    }
    // Last, so that it never names a file that is not there yet.
    write_if_changed(&site.join("hash.txt"), hashes.as_bytes())
}

/// All files under their final names, and the text of `hash.txt`.
fn collect(project: &Project, mode: Mode) -> Result<(Files, String)> {
    let parts = project.parts(mode);
    let mut files = Files::new();
    let mut hashes = String::new();
    let client = split::name(&parts.join("split"), &parts.join("client/mediap.js"), &parts.join("wasm"))?;
    for (name, content) in client.files {
        files.insert(Path::new("pkg").join(name), content);
    }
    for (kind, hash) in client.hashes {
        hashes.push_str(&format!("{kind}: {hash}\n"));
    }
    let styles = read(&parts.join("mediap.css"))?;
    let hash = of_bytes(&styles);
    hashes.push_str(&format!("css: {hash}\n"));
    files.insert(Path::new("pkg").join(format!("mediap.{hash}.css")), styles);
    // Modules that crates bring along; the glue imports them by these names.
    let snippets = parts.join("client/snippets");
    for path in files_below(&snippets)? {
        files.insert(Path::new("pkg/snippets").join(path.strip_prefix(&snippets)?), read(&path)?);
    }
    let public = project.root.join("public");
    for path in files_below(&public)? {
        files.insert(path.strip_prefix(&public)?.to_path_buf(), read(&path)?);
    }
    // The page that shows the interface for other programs.
    for name in ["swagger-ui-bundle.js", "swagger-ui.css"] {
        let source = project.npm_package(&format!("swagger-ui-dist/{name}"));
        files.insert(Path::new("reference").join(name), read(&source)?);
    }
    files.insert(PathBuf::from("icons.svg"), read(&parts.join("icons.svg"))?);
    files.insert(PathBuf::from("fonts/inter.woff2"), read(&parts.join("inter.woff2"))?);
    Ok((files, hashes))
}

/// Brotli and gzip copies of everything worth it.
fn compress_all(files: &Files, cache: &Path) -> Result<Files> {
    fs::create_dir_all(cache)?;
    let results = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (path, content) in files.iter().filter(|(path, content)| compresses(path, content)) {
            for (kind, compress) in KINDS {
                threads.push(scope.spawn(move || compress_one(path, content, kind, compress, cache)));
            }
        }
        threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
    });
    forget_unused(cache, files)?;
    results.into_iter().map(|result| result.map_err(|_| anyhow!("a compression thread panicked"))?).collect()
}

/// Removes the copies of contents that are no longer served.
fn forget_unused(cache: &Path, files: &Files) -> Result<()> {
    let used: BTreeSet<_> = files.values().map(|content| of_bytes(content)).collect();
    for path in files_below(cache)? {
        if !path.file_stem().and_then(|name| name.to_str()).is_some_and(|name| used.contains(name)) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// One compressed copy, kept by content in `cache` because brotli at its best is slow.
fn compress_one(
    path: &Path,
    content: &[u8],
    kind: &str,
    compress: Compress,
    cache: &Path,
) -> Result<(PathBuf, Vec<u8>)> {
    let cached = cache.join(format!("{}.{kind}", of_bytes(content)));
    if !cached.exists() {
        write_if_changed(&cached, &compress(content)?)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{kind}"));
    Ok((PathBuf::from(name), read(&cached)?))
}

type Compress = fn(&[u8]) -> Result<Vec<u8>>;

const KINDS: [(&str, Compress); 2] = [("br", brotli), ("gz", gzip)];

fn compresses(path: &Path, content: &[u8]) -> bool {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    COMPRESSIBLE.contains(&extension) && WORTH_COMPRESSING <= content.len()
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut output = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut output, &parameters)?;
    Ok(output)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// Leaves an equal file untouched; otherwise replaces it in one go, so that a running server never reads half.
fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    fs::write(&temporary, content).with_context(|| format!("writing {}", path.display()))?;
    fs::rename(&temporary, path).with_context(|| format!("writing {}", path.display()))
}

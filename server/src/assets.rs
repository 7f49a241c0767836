//! What browsers load besides pages: client, styles, fonts, icons.
//!
//! The build names the files of `/pkg` after their content and lays compressed copies beside them, so they are
//! sent as they are and kept for ever.

use std::fs;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderValue, header::CACHE_CONTROL};
use leptos::{
    WasmSplitManifest,
    prelude::{ArcStoredValue, LeptosOptions},
};
use tower_http::services::ServeDir;

use crate::{config::Config, product::Built, state::AppState};

const OUTPUT: &str = "mediap";
const PKG: &str = "pkg";
const HASHES: &str = "hash.txt";

/// The same for every start: nothing is read from a `Cargo.toml` that an installed program does not have.
pub(crate) fn leptos_options(config: &Config) -> LeptosOptions {
    let root = std::path::absolute(&config.site_root).unwrap_or_else(|_| config.site_root.clone());
    LeptosOptions::builder()
        .output_name(OUTPUT)
        .site_root(root.to_string_lossy())
        .site_pkg_dir(PKG)
        .site_addr(config.listen)
        .build()
}

/// Finds out under which names the built files lie.
pub(crate) fn built(config: &Config) -> Built {
    let hashes = fs::read_to_string(config.site_root.join(HASHES)).unwrap_or_default();
    let name = |kind: &str, stem: &str, ending: &str| {
        let hash = hashes.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
        match hash {
            Some(hash) => format!("{stem}.{}.{ending}", hash.trim()),
            None => format!("{stem}.{ending}"),
        }
    };
    let address = |kind: &str, ending: &str| format!("/{PKG}/{}", name(kind, OUTPUT, ending));
    let manifest = config.site_root.join(PKG).join(name("manifest", "__wasm_split_manifest", "json"));
    // Without a list of the parts nothing is fetched ahead.
    let parts = fs::read(manifest).ok().and_then(|text| serde_json::from_slice(&text).ok());
    Built {
        stylesheet: address("css", "css"),
        script: address("js", "js"),
        client: address("wasm", "wasm"),
        parts: WasmSplitManifest(ArcStoredValue::new((
            format!("/{PKG}"),
            parts.unwrap_or_default(),
            name("split", "__wasm_split", "js"),
        ))),
    }
}

/// The files below `folder` of the site.
pub(crate) fn folder(config: &Config, folder: &str) -> ServeDir {
    ServeDir::new(config.site_root.join(folder))
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
}

/// Says how long a file may be kept.
pub(crate) async fn cache(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let keep = keep(request.uri().path(), state.config.development);
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == http::StatusCode::NOT_MODIFIED {
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(keep));
    }
    response
}

fn keep(path: &str, development: bool) -> &'static str {
    let hashed = ["/pkg/mediap.", "/pkg/__wasm_split."]
        .iter()
        .any(|name| path.strip_prefix(name).is_some_and(|rest| rest.contains('.')));
    match path {
        _ if hashed => "public, max-age=31536000, immutable",
        _ if development => "no-cache",
        // A service worker that is kept keeps old pages alive.
        "/sw.js" | "/service-worker.js" => "no-cache",
        _ if path.starts_with("/fonts/") => "public, max-age=2592000",
        _ => "public, max-age=600",
    }
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        let check = |path: &str, expected: &str| assert_eq!(keep(path, false), expected, "{path}");
        check("/pkg/mediap.Ab3x.wasm", "public, max-age=31536000, immutable");
        check("/pkg/mediap.chunk_3.Ab3x.wasm", "public, max-age=31536000, immutable");
        check("/pkg/__wasm_split.Ab3x.js", "public, max-age=31536000, immutable");
        check("/pkg/mediap.css", "public, max-age=600");
        check("/pkg/snippets/a/inline0.js", "public, max-age=600");
        check("/fonts/inter.woff2", "public, max-age=2592000");
        check("/icons.svg", "public, max-age=600");
        check("/sw.js", "no-cache");
        assert_eq!(keep("/icons.svg", true), "no-cache");
    }
}

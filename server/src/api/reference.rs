//! The document of the interface, and the page that shows it: Swagger UI, which the build puts into the site folder.

use std::sync::OnceLock;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};

use crate::{problem::plain_page, product, state::AppState};

/// The page writes styles into its elements; scripts are still only ours.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// The document as JSON, of a server at `base_url`.
pub fn document(base_url: &str) -> String {
    let api = product::api();
    let document = rest::document(&api, env!("CARGO_PKG_VERSION"), base_url);
    // Texts and numbers: writing them does not fail.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// `/api/v1/openapi.json`
pub(crate) async fn openapi(State(state): State<AppState>) -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    // It names the server, of which a process has one; tests have several, whose documents differ in nothing else.
    let text = TEXT.get_or_init(|| document(state.site.base_url()));
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, text.clone()).into_response()
}

/// `/api/reference`
pub(crate) async fn page() -> Response {
    let body = "<main id=\"reference\"></main><script src=\"/reference/swagger-ui-bundle.js\"></script>\
                <script src=\"/api/reference.js\"></script>";
    let html = plain_page("Interface for programs", &["/reference/swagger-ui.css", "/reference.css"], body);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (headers, html).into_response()
}

/// `/api/reference.js`
pub(crate) async fn script() -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, include_str!("reference.js")).into_response()
}

//! Everything that is answered over HTTP, and what happens around each answer.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use http::{Method, StatusCode, request::Parts};
use leptos::{
    nonce::Nonce,
    prelude::{AnyView, IntoAny, provide_context},
    reactive::owner::with_context,
};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use tower::ServiceBuilder;
use tower_http::{CompressionLevel, compression::CompressionLayer};

use crate::{
    api, assets, attachments, audit, designs, dev_mail, forms, health, incoming, insights, live, metrics,
    middleware::{api_status, body_limit, guard, headers, observe, origin, protect, session, turns},
    oauth, offline, oidc, pictures, privacy,
    problem::{Asked, Problem},
    product, roles,
    state::AppState,
};

/// The program over HTTP.
pub fn router(state: AppState) -> Router {
    Router::new()
        // Is it alive, can it work, what has it done?
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::render))
        // Mails that were written instead of sent, in development.
        .route("/dev/mail", get(dev_mail::list))
        .route("/dev/mail/{id}", get(dev_mail::mail))
        .route("/dev/mail/{id}/html", get(dev_mail::html))
        .route("/dev/mail.css", get(dev_mail::style))
        // For browsers that cannot reach the server.
        .route("/sw.js", get(offline::worker))
        .route(offline::PAGE, get(offline::page))
        .route(offline::SCRIPT, get(offline::script))
        // Pages and server functions, live events, pictures.
        .merge(visits(&state))
        // Apps, which change codes for tokens.
        .route("/.well-known/oauth-authorization-server", get(oauth::metadata))
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/revoke", post(oauth::revoke))
        // Other programs.
        .merge(api::router(&state))
        .merge(incoming::router())
        // Files; what is none of these is a page that does not exist.
        .merge(files(&state))
        .fallback_service(public_files(&state))
        // Outermost first.
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), observe::observe))
                .layer(from_fn_with_state(state.clone(), headers::headers))
                .layer(from_fn_with_state(state.clone(), protect::protect))
                .layer(from_fn_with_state(state.clone(), origin::explain))
                .layer(origin::check(state.site.base_url()))
                .layer(from_fn_with_state(state.clone(), body_limit::limit)),
        )
        .with_state(state)
}

/// What needs to know who asks.
fn visits(state: &AppState) -> Router<AppState> {
    let pages = Router::new()
        .leptos_routes_with_context(state, page_routes(), context(state), document(state))
        .layer(from_fn(guard::guard))
        .layer(from_fn(turns::apart));
    let others = Router::new()
        .route("/live", get(live::listen))
        .route("/settings/audit.csv", get(audit::export))
        .route("/settings/roles.csv", get(roles::document))
        .route("/workflows/{key}/export", get(designs::export))
        .route("/settings/people/{member}/data.json", get(privacy::export))
        .route("/workflows/{key}/insights/{file}", get(insights::download))
        .route("/organisation/{id}/logo", get(pictures::organisation))
        .route("/brand/{id}/logo", get(pictures::brand))
        .route("/brand/{id}", get(pictures::brand_style))
        .route("/avatar/{id}", get(pictures::avatar))
        // To a provider that says who somebody is, and back from it.
        .route("/oidc/{id}/start", post(oidc::start))
        .route("/oidc/{id}/callback", get(oidc::callback))
        // A person has decided what an app may do as them.
        .route("/oauth/decide", post(oauth::decide));
    let pages = visited(pages, state).layer(from_fn_with_state(state.clone(), turns::turns));
    // Streams: what is sent in parts cannot be compressed on the way, and most files are already.
    let streams = Router::new()
        .route(attachments::CHUNKS, put(attachments::chunk))
        .route("/files/{id}/{name}", get(attachments::download))
        .route("/previews/{id}", get(attachments::preview))
        .route("/shared/{id}/{name}", get(attachments::shared))
        .layer(from_fn_with_state(state.clone(), api::caller_or_session));
    visited(others, state).merge(pages).merge(visited(forms::router(state), state)).merge(streams)
}

/// The addresses of pages. The one that takes every address is left to [`lost`], which comes after the files.
///
/// They are listed once and before the first page: meanwhile no page of the process, of another server in the same test
/// either, gets its data.
fn page_routes() -> Vec<AxumRouteListing> {
    static LISTED: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(product::App));
    LISTED.iter().filter(|route| !route.path().contains('*')).cloned().collect()
}

/// The page for an address that leads nowhere, for whoever asks.
fn lost(state: &AppState) -> Router {
    visited(Router::new().fallback(not_found), state).with_state(state.clone())
}

async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let page =
        matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/api/");
    if !page {
        return Problem::not_found().answer(&Asked::by(&request), &state);
    }
    let render = leptos_axum::render_app_async_with_context(context(&state), document(&state));
    let mut response = render(request).await.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Writes the document of a page.
pub(crate) fn document(state: &AppState) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static + use<> {
    let state = state.clone();
    move || product::shell(state.options.clone(), &state.built()).into_any()
}

/// What happens around each visit, outermost first.
fn visited(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    router.layer(
        ServiceBuilder::new()
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
            .layer(from_fn_with_state(state.clone(), session::session))
            .layer(from_fn_with_state(state.clone(), api_status::api_status))
            .layer(DefaultBodyLimit::max(state.config.body_limit_bytes)),
    )
}

/// What pages and server functions find in their context besides the request's parts, which carry the visit.
pub(crate) fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static + use<> {
    let development = state.config.development;
    let providers = state.providers.clone();
    let licence = state.licence.clone();
    move || {
        let nonce = with_context(|parts: &Parts| parts.extensions.get::<headers::Nonce>().cloned());
        if let Some(nonce) = nonce.flatten() {
            provide_context(Nonce::from_value(nonce.0));
        }
        product::provide_development(development);
        product::provide_providers(&providers);
        product::provide_licence(&licence);
    }
}

/// The files that the build names after their content, and the fonts.
fn files(state: &AppState) -> Router<AppState> {
    Router::new()
        .nest_service("/pkg", assets::folder(&state.config, "pkg"))
        .nest_service("/fonts", assets::folder(&state.config, "fonts"))
        .layer(from_fn_with_state(state.clone(), assets::cache))
}

/// Files at the root of the site: icons, manifest, service worker. What is no file is a page that does not exist.
fn public_files(state: &AppState) -> Router {
    let files =
        assets::folder(&state.config, "").call_fallback_on_method_not_allowed(true).fallback(lost(state));
    Router::new().fallback_service(files).layer(from_fn_with_state(state.clone(), assets::cache))
}

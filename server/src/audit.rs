//! `/settings/audit.csv`: the audit log to take away, sent while it is read.

use axum::{
    Extension,
    body::Body,
    extract::{Query, Request, State},
    response::{IntoResponse, Response},
};
use futures::{TryStreamExt, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use identity::audit::{acts::Export, model::AuditFilter};
use kernel::Visit;

use crate::{
    problem::{Asked, Problem},
    product,
    state::AppState,
};

/// See the module.
pub(crate) async fn export(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Query(filter): Query<AuditFilter>,
    request: Request,
) -> Response {
    let export = match product::audit_export(&visit, &filter).await {
        Ok(export) => export,
        Err(error) => return Problem::from(error).answer(&Asked::by(&request), &state),
    };
    let parts = stream::try_unfold(export, async |mut export| {
        Ok::<_, kernel::Error>(export.next().await?.map(|lines| (lines, export)))
    });
    let head = stream::once(std::future::ready(Ok(Export::HEAD.to_owned())));
    let body = Body::from_stream(futures::StreamExt::chain(head, parts).map_err(std::io::Error::other));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"audit-log.csv\""),
    ];
    (headers, body).into_response()
}

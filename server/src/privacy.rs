//! `/settings/people/{member}/data.json`: everything that is known of a person, to take away.

use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
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
    Path(member): Path<String>,
    request: Request,
) -> Response {
    match product::person_export(&visit, &member).await {
        Ok(text) => {
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CONTENT_DISPOSITION, "attachment; filename=\"personal-data.json\""),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

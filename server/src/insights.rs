//! `/workflows/{key}/insights/{file}`: the figures of a workflow to take away, as CSV and as a workbook.

use axum::{
    Extension,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use kernel::Visit;
use serde::Deserialize;

use crate::{
    problem::{Asked, Problem},
    product,
    state::AppState,
};

/// Of which days.
#[derive(Debug, Deserialize)]
pub(crate) struct Days {
    days: Option<String>,
}

/// See the module.
pub(crate) async fn download(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path((key, file)): Path<(String, String)>,
    query: Result<Query<Days>, QueryRejection>,
    request: Request,
) -> Response {
    let Ok(Query(Days { days })) = query else {
        let error = kernel::Error::invalid("days", "Say once how many days: 7, 30, 90 or 365.");
        return Problem::from(error).answer(&Asked::by(&request), &state);
    };
    match product::insights_file(&visit, &key, &file, days.as_deref()).await {
        Ok((kind, bytes)) => {
            let name = format!("attachment; filename=\"{key}-{file}\"");
            let headers = [
                (CONTENT_TYPE, kind.to_owned()),
                (CONTENT_DISPOSITION, name),
                (CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

//! `/settings/roles.csv`: the document of what each role may do.

use axum::{
    Extension,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use kernel::Visit;

use crate::{
    problem::{Asked, Problem},
    product,
    state::AppState,
};

/// See the module.
pub(crate) async fn document(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    request: Request,
) -> Response {
    match product::roles_csv(&visit).await {
        Ok(text) => {
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"roles.csv\""),
            ];
            (headers, text).into_response()
        }
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

//! `/organisation/{id}/logo`: the picture of an organisation, for its members.

use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use kernel::{OrganisationId, Visit};

use crate::{
    problem::{Asked, Problem},
    product,
    state::AppState,
};

/// See the module.
pub(crate) async fn picture(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let found = match id.parse::<OrganisationId>() {
        Ok(id) => product::logo(&visit, id).await,
        Err(_) => Ok(None),
    };
    let problem = match found {
        Ok(Some((media_type, bytes))) => {
            // Its address stays when the picture changes.
            let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "private, max-age=300".into())];
            return (headers, bytes).into_response();
        }
        Ok(None) => Problem::not_found(),
        Err(error) => error.into(),
    };
    problem.answer(&Asked::by(&request), &state)
}

//! `/workflows/{key}/export`: the design of a workflow as a file.

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
    product::{self, DesignFormat},
    state::AppState,
};

/// `?format=json`; BPMN where nothing is said.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    format: DesignFormat,
}

/// See the module.
pub(crate) async fn export(
    State(state): State<AppState>,
    Extension(visit): Extension<Visit>,
    Path(key): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    request: Request,
) -> Response {
    let Ok(Query(Wanted { format })) = wanted else {
        let error = kernel::Error::invalid("format", "A design is exported as bpmn or as json.");
        return Problem::from(error).answer(&Asked::by(&request), &state);
    };
    match product::design_file(&visit, &key, format).await {
        Ok(file) => {
            let headers = [
                (CONTENT_TYPE, format.media_type().to_owned()),
                // Letters and digits only.
                (CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
                (CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, file.text).into_response()
        }
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

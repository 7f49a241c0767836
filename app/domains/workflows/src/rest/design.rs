//! Designs of workflows as files.

use rest::{Answer, Attached, Call, Kinds, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{acts::interchange as acts, interchange::Format};

/// How a design is exported.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HowToExport {
    /// BPMN 2.0 XML, which other programs read, or JSON, which holds the same; BPMN where nothing is said.
    #[param(inline, required = false)]
    #[serde(default)]
    format: Format,
}

/// A design as a file.
pub(super) struct DesignFile;

impl Kinds for DesignFile {
    const KINDS: &'static [&'static str] = &[Format::Bpmn.media_type(), Format::Json.media_type()];
}

/// The design as it is drafted.
pub(super) async fn export(call: Call<String, Query<HowToExport>>) -> Answer<Attached<DesignFile>> {
    let format = call.input.0.format;
    let file = acts::export(&call.cx, &call.path, format).await?;
    Ok(Attached::new(format.media_type(), file.name, file.text))
}

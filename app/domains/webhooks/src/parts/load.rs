//! Data that is shown according to who looks at it.

use kernel::{PageData, Permission, Viewer};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use ui::{Banner, ErrorState, Skeleton, Wait};

/// Shows the content of a resource to a viewer who manages webhooks, when both are there.
#[component]
pub(crate) fn LoadAs<T, C, V>(
    /// What is loaded.
    resource: PageData<T>,
    /// How many rows the skeleton has.
    #[prop(default = 5)]
    rows: i64,
    /// Shows viewer and data.
    children: C,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    C: Fn((Viewer, T)) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let viewer = kernel::use_viewer();
    let content = move || {
        let children = children.clone();
        async move {
            match (viewer.await, resource.await) {
                (Ok(viewer), _) if !viewer.may(Permission::ApiManage) => {
                    view! { <Banner>{Permission::ApiManage.refusal()}</Banner> }.into_any()
                }
                (Ok(viewer), Ok(data)) => children((viewer, data)).into_any(),
                (Err(error), _) | (_, Err(error)) => {
                    set_status(&error);
                    let retry = move || {
                        viewer.refetch();
                        resource.refetch();
                    };
                    view! { <ErrorState error retry/> }.into_any()
                }
            }
        }
    };
    view! { <Wait fallback=move || view! { <Skeleton rows/> } content/> }
}

/// Gives the answer the status of an error, when this is drawn by the server.
fn set_status(error: &kernel::Error) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(error.status()))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}

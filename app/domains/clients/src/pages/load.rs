//! Data that is shown according to who looks at it.

use kernel::{PageData, Viewer};
use leptos::{prelude::*, server::ServerAction, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use ui::{ErrorState, Skeleton, Wait};

/// Shows the content of a resource to the viewer of the page, when both are there.
#[component]
pub(super) fn LoadAs<T, C, V>(
    /// What is loaded.
    resource: PageData<T>,
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
    view! { <Wait fallback=move || view! { <Skeleton rows=6/> } content/> }
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

/// Does something after each act that went well.
pub(super) fn after<S>(action: ServerAction<S>, then: impl Fn(S::Output) + Send + Sync + 'static)
where
    S: ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
    S::Output: Send + Sync + Clone + 'static,
{
    let version = action.version();
    Effect::watch(
        move || version.get(),
        move |_, _, _| {
            if let Some(Ok(done)) = action.value().get_untracked() {
                then(done);
            }
        },
        false,
    );
}

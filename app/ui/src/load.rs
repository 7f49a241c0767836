//! Loading: what every page says once about data that is on its way.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::tachys::reactive_graph::OwnedView;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::feedback::{Banner, ErrorState, Skeleton};

/// Shows what has to be waited for; when it is waited for again, the old stays until the new is there.
///
/// Every page and every part of the shell waits by this one, so that the browser gets its code once.
#[component]
pub fn Wait<C, F>(
    /// What stands in its place until it comes first.
    #[prop(optional, into)]
    fallback: ViewFn,
    /// What comes, read anew whenever a signal that it reads before its first wait changes.
    content: C,
) -> impl IntoView
where
    C: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = AnyView> + Send + 'static,
{
    wait(fallback, Arc::new(move || Box::pin(content())))
}

type Coming = Pin<Box<dyn Future<Output = AnyView> + Send>>;

fn wait(fallback: ViewFn, content: Arc<dyn Fn() -> Coming + Send + Sync>) -> AnyView {
    let fallback = move || fallback.run();
    view! { <Transition fallback>{drawn(move || owned(&content))}</Transition> }.into_any()
}

/// What the browser draws again when something that it reads changes, and the server once. Given a closure, the server
/// would draw it each time it looks whether there is more to wait for.
#[cfg(not(feature = "ssr"))]
pub fn drawn<T, F: Fn() -> T>(draw: F) -> F {
    draw
}

/// What the browser draws again when something that it reads changes, and the server once. Given a closure, the server
/// would draw it each time it looks whether there is more to wait for.
#[cfg(feature = "ssr")]
pub fn drawn<T>(draw: impl FnOnce() -> T) -> T {
    draw()
}

/// Lets what was shown own its signals until the new takes its place.
///
/// Without that they would be gone as soon as something is read anew, while their view still stands and still reads
/// them.
fn owned(content: &Arc<dyn Fn() -> Coming + Send + Sync>) -> impl IntoView + use<> {
    let now = Owner::current().unwrap_or_default();
    // Beside the effect that runs this, which disposes of what it owns before it runs again.
    let owner = now.parent().unwrap_or(now).child();
    let coming = owner.with(|| content());
    Suspend::new(async move {
        let view = owner.with(|| ScopedFuture::new(coming)).await;
        OwnedView::new_with_owner(view, owner).into_any()
    })
}

/// Shows the content of a resource when it is there, rows of the real height until then, and the error with "Try again"
/// in its place. When it loads again, the old content stays until the new one is there.
#[component]
pub fn Load<T, C, V>(
    /// What is loaded.
    resource: kernel::PageData<T>,
    /// How many rows the skeleton has.
    #[prop(default = 5)]
    rows: i64,
    /// Another skeleton, where rows do not fit.
    #[prop(optional, into)]
    skeleton: Option<ViewFn>,
    /// Shows the data: `<Load resource let:members>…</Load>`.
    children: C,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    C: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let fallback = skeleton.unwrap_or_else(|| (move || view! { <Skeleton rows/> }).into());
    let content = move || {
        let children = children.clone();
        async move {
            match resource.await {
                Ok(data) => children(data).into_any(),
                Err(error) => view! { <ErrorState error retry=move || resource.refetch()/> }.into_any(),
            }
        }
    };
    view! { <Wait fallback content/> }
}

/// Shows the content of a resource to the viewer of the page, when both are there.
#[component]
pub fn LoadAs<T, C, V>(
    /// What is loaded.
    resource: kernel::PageData<T>,
    /// What the viewer must be allowed to see anything.
    #[prop(optional)]
    needs: Option<Permission>,
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
                (Ok(viewer), _) if needs.is_some_and(|needs| !viewer.may(needs)) => {
                    view! { <Banner>{needs.map(Permission::refusal)}</Banner> }.into_any()
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
pub fn set_status(error: &kernel::Error) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(error.status()))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}

/// Returns the error of an action's last run, for [`crate::FormError`].
pub fn error_of<T>(
    value: impl Into<Signal<Option<Result<T, kernel::Error>>>>,
) -> Signal<Option<kernel::Error>>
where
    T: Send + Sync + 'static,
{
    let value = value.into();
    Signal::derive(move || value.with(|value| value.as_ref()?.as_ref().err().cloned()))
}

/// Returns what an error says about one field, for the `error` of that field.
pub fn field_error(error: Signal<Option<kernel::Error>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || error.with(|error| error.as_ref()?.field(field).map(str::to_owned)))
}

/// Runs once for each act that went well.
pub fn on_done<S>(action: ServerAction<S>, then: impl Fn(S::Output) + Send + Sync + 'static)
where
    S: leptos::server_fn::ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
    S::Output: Send + Sync + Clone + 'static,
{
    on_answer(action, move |answer| {
        if let Ok(done) = answer {
            then(done);
        }
    });
}

/// Runs once for each answer.
pub fn on_answer<S>(
    action: ServerAction<S>,
    act: impl Fn(Result<S::Output, kernel::Error>) + Send + Sync + 'static,
) where
    S: leptos::server_fn::ServerFn<Error = kernel::Error> + Send + Sync + Clone + 'static,
    S::Output: Send + Sync + Clone + 'static,
{
    let version = action.version();
    Effect::watch(
        move || version.get(),
        move |_, _, _| {
            if let Some(answer) = action.value().get_untracked() {
                act(answer);
            }
        },
        false,
    );
}

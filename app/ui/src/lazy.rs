//! Pages and parts of pages whose code the browser fetches when they are first wanted.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::prelude::IntoMaybeErased;
use leptos::tachys::view::iterators::StaticVec;
pub use leptos::wasm_split::SplitLoaderError;
use leptos_router::{ChooseView, NestedRoute, PossibleRouteMatch, SsrMode};

use crate::feedback::ErrorState;
use crate::toast::{Toast, use_toaster};
use crate::words::use_words;

/// A page, as a route shows it.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its code, as it comes.
    pub part: Part,
    /// Fetches the code ahead.
    pub fetch: fn() -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        (self.part)().await.unwrap_or_else(|_| not_fetched())
    }

    async fn preload(&self) {
        (self.fetch)().await;
    }
}

/// Makes a [`Page`] of a component: `page!(settings: teams => TeamsPage)`, or `page!(BoardPage)` for one that is part of
/// the main file.
///
/// What the pages of one group need beyond the rest of the program is one file, so groups are few: each one more may
/// double the number of files that hold what several groups share. The names are unique in the program.
// Formatting would move the attribute a step to the right each time.
#[rustfmt::skip]
#[macro_export]
macro_rules! page {
    ($component:ident) => {
        $crate::Page {
            part: || {
                ::std::boxed::Box::pin(async {
                    use ::leptos::prelude::*;
                    Ok(view! { <$component/> }.into_any())
                })
            },
            fetch: || ::std::boxed::Box::pin(async {}),
        }
    };
    ($group:ident: $name:ident => $component:ident) => {{
        #[::leptos::wasm_split::wasm_split(
            $group,
            wasm_split_path = ::leptos::wasm_split,
            fallible,
            preload(fetch)
        )]
        fn $name() -> Result<::leptos::prelude::AnyView, $crate::SplitLoaderError> {
            use ::leptos::prelude::*;
            Ok(view! { <$component/> }.into_any())
        }

        $crate::Page {
            part: || {
                // The server tells the browser what to fetch ahead.
                #[cfg(not(target_family = "wasm"))]
                ::leptos::prefetch_lazy_fn_on_server(stringify!($group));
                ::std::boxed::Box::pin($name())
            },
            // What is wrong is said in place of the page.
            fetch: || ::std::boxed::Box::pin(async { drop(fetch().await) }),
        }
    }};
}

/// The address of a route.
pub type Address = Arc<dyn PossibleRouteMatch + Send + Sync>;

/// Makes an [`Address`] of a path; [`at!`](crate::at) reads the path, too.
pub fn address(path: impl PossibleRouteMatch + Send + Sync + 'static) -> Address {
    Arc::new(path)
}

/// Makes the address of a route, of one type for all: `at!("/items/:key")`.
#[macro_export]
macro_rules! at {
    ($path:tt) => {
        $crate::address(::leptos_router::path!($path))
    };
}

/// A route, whatever its page: one type for all of them, made here alone, keeps the client small.
pub type Route = <NestedRoute<Address, (), (), Page> as IntoMaybeErased>::Output;

/// The route of a page.
///
/// Pages are sent when they are complete: they need no script to be read, and what is missing is a 404.
pub fn route(address: Address, page: Page) -> Route {
    NestedRoute::new(address, page).ssr_mode(SsrMode::Async).into_maybe_erased()
}

/// The routes of pages that stand in the `Outlet` of another. The first that fits is taken.
pub fn routes_under(page: Page, routes: Vec<Route>) -> Route {
    let address = at!("");
    NestedRoute::new(address, page)
        .ssr_mode(SsrMode::Async)
        .child(StaticVec::from(routes))
        .into_maybe_erased()
}

/// What stands in the place of a page whose code did not come.
pub fn not_fetched() -> AnyView {
    let error = kernel::Error::Unavailable(use_words().not_fetched.to_owned());
    let retry = || {
        window().location().reload().ok();
    };
    view! { <ErrorState error retry/> }.into_any()
}

/// The code of a part of a page, as it comes: [`later!`](crate::later) makes one.
pub type Part = fn() -> Pin<Box<dyn Future<Output = Result<AnyView, SplitLoaderError>> + Send>>;

/// Makes a [`Part`] of a component without properties: `later!(tools: palette => Commands)`. Several parts of one group
/// are one file; the names are unique in the program.
#[macro_export]
macro_rules! later {
    ($group:ident: $name:ident => $component:ident) => {{
        #[::leptos::wasm_split::wasm_split($group, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $name() -> Result<::leptos::prelude::AnyView, $crate::SplitLoaderError> {
            use ::leptos::prelude::*;
            Ok(view! { <$component/> }.into_any())
        }

        const PART: $crate::Part = || ::std::boxed::Box::pin($name());
        PART
    }};
}

/// A part of a page that most visits never need, such as a dialog: it is fetched and drawn when it is first wanted, and
/// stays. Nothing stands in its place before, so it must not carry what works without scripts.
#[component]
pub fn Later(
    /// Whether it is wanted now.
    #[prop(into)]
    wanted: Signal<bool>,
    /// What is fetched.
    part: Part,
) -> impl IntoView {
    let toaster = use_toaster();
    let words = use_words();
    let here = RwSignal::new(false);
    let shown = Memo::new(move |_| here.get() || wanted.get());
    move || {
        shown.get().then(|| {
            Suspend::new(async move {
                match part().await {
                    Ok(view) => {
                        here.set(true);
                        view
                    }
                    // Whoever wants it again fetches it again.
                    Err(_) => {
                        toaster.show(Toast::failed(words.not_fetched));
                        ().into_any()
                    }
                }
            })
        })
    }
}

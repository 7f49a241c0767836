//! Pages whose code the browser fetches when they are first opened.

/// Makes a route of each page: `lazy_pages! { settings { TeamsRoute => TeamsPage } }`, then
/// `view={Lazy::<TeamsRoute>::new()}`.
///
/// What the pages of one group need beyond the rest of the program is one file, so groups are few: each one more
/// may double the number of files that hold what several groups share.
#[macro_export]
macro_rules! lazy_pages {
    ($($group:ident { $($route:ident => $page:ident),* $(,)? })*) => {$($(
        struct $route;

        const _: () = {
            use ::leptos::prelude::*;

            #[::leptos::wasm_split::wasm_split(
                $group,
                wasm_split_path = ::leptos::wasm_split,
                preload(fetch)
            )]
            #[allow(non_snake_case, clippy::allow_attributes, reason = "the name must be unique in the program")]
            fn $route() -> AnyView {
                view! { <$page/> }.into_any()
            }

            impl ::leptos_router::LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    // The server tells the browser what to fetch ahead.
                    #[cfg(not(target_family = "wasm"))]
                    ::leptos::prefetch_lazy_fn_on_server(stringify!($group));
                    $route().await
                }

                async fn preload() {
                    fetch().await;
                }
            }
        };
    )*)*};
}

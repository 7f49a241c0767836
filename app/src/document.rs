//! The HTML document around the app, written by the server only.

use leptos::WasmSplitManifest;
use leptos::attr::custom::custom_attribute;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use ui::{ButtonSize, LinkButton, theme::Theme};

use crate::pages::{ErrorContent, words_of};
use crate::{App, brand, request};

/// The colour of the browser's own bars: `--surface` of the two themes.
const LIGHT: &str = "#ffffff";
const DARK: &str = "#121416";

/// The built files that pages load, by the addresses that carry the hash of their content.
///
/// Leptos' own components would look for them in the list of hashes, a file, for every page.
#[derive(Clone, Debug)]
pub struct Built {
    /// The style sheet.
    pub stylesheet: String,
    /// The script that starts the client.
    pub script: String,
    /// The client.
    pub client: String,
    /// The parts of the client that come later, and which page needs which.
    pub parts: WasmSplitManifest,
}

impl Built {
    fn stylesheet(&self) -> impl IntoView + use<> {
        view! { <link id="leptos" rel="stylesheet" href=self.stylesheet.clone()/> }
    }

    /// Fetches the client and lets it take over the page. Where browsers allow it, a worker is there for the next time,
    /// and an offer to install the program is kept for when the person wants it.
    fn start(&self) -> impl IntoView + use<> {
        let Built { script, client, .. } = self;
        let start = format!(
            "import({script:?}).then(it => it.default({{module_or_path: {client:?}}}).then(() => it.hydrate()));\
             navigator.serviceWorker?.register(\"/sw.js\").catch(() => {{}});\
             const offer = (it) => {{ window.mediapInstall = it; dispatchEvent(new Event(\"mediap:install\")); }};\
             addEventListener(\"beforeinstallprompt\", (event) => {{ event.preventDefault(); offer(event); }});\
             addEventListener(\"appinstalled\", () => offer(null));"
        );
        view! {
            <link rel="modulepreload" href=script.clone() crossorigin="anonymous"/>
            <link
                rel="preload"
                href=client.clone()
                r#as="fetch"
                r#type="application/wasm"
                crossorigin="anonymous"
            />
            <script type="module" nonce=use_nonce()>
                {start}
            </script>
        }
    }
}

/// Writes the document of a request. The theme is the person's, so that no page flashes in the other one.
pub fn shell(options: LeptosOptions, built: &Built) -> impl IntoView + use<> {
    provide_context(built.parts.clone());
    let theme = request::theme();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute() data-sidebar=request::sidebar()>
            <head>
                {common_head(theme)}
                {built.stylesheet()}
                // After the tokens, which it wins over; it holds back the first picture as they do.
                {brand::style().map(|href| view! { <link id=brand::LINK rel="stylesheet" href=href/> })}
                <AutoReload options/>
                {built.start()}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Writes a page for an answer that the app cannot give: it failed, took too long or is overloaded. It needs no script.
///
/// `cookies` is the request's header of that name, `reference` the id under which the cause was logged.
pub fn error_document(built: &Built, status: u16, reference: &str, cookies: &str) -> String {
    let reference = Some(reference.to_owned());
    plain_document(built, Theme::from_cookies(cookies), words_of(status).title, || {
        view! { <ErrorContent status reference/> }.into_any()
    })
}

/// Writes the page that leads on to another site by itself; its link is for browsers that do not follow.
///
/// `cookies` is the request's header of that name.
pub fn going_document(built: &Built, to: &str, address: &str, cookies: &str) -> String {
    let title = format!("On to {to}");
    plain_document(built, Theme::from_cookies(cookies), &title, || {
        view! {
            <section class="error-page">
                <h1>{title.clone()}</h1>
                <p class="error-page-text">
                    <a class="link" href=address.to_owned()>{format!("Open {to}")}</a>
                    ", if it does not open by itself."
                </p>
            </section>
        }
        .into_any()
    })
}

/// Writes the page that browsers keep and show in place of any other while the server cannot be reached. It is the same
/// for everybody, so its theme is that of the system.
pub fn offline_document(built: &Built) -> String {
    let title = "You are offline";
    plain_document(built, Theme::System, title, || {
        view! {
            <section class="error-page">
                <h1>{title}</h1>
                <p class="error-page-text">
                    "Mediap cannot be reached. What was saved is safe on the server; check the network, then go on."
                </p>
                // What this browser keeps for the person: see `offline.js`.
                <div class="offline-kept" id="kept" hidden></div>
                // An empty address is that of the page which was asked for.
                <LinkButton href="" size=ButtonSize::Large>
                    "Try again"
                </LinkButton>
            </section>
        }
        .into_any()
    })
    .replace("</head>", "<script src=\"/offline.js\" defer></script></head>")
}

/// Writes a document that needs no script.
fn plain_document(built: &Built, theme: Theme, title: &str, content: impl FnOnce() -> AnyView) -> String {
    let html = Owner::new().with(|| {
        view! {
            <html lang="en" data-theme=theme.attribute()>
                <head>
                    {common_head(theme)}
                    {built.stylesheet()}
                    <title>{format!("{title} · Mediap")}</title>
                </head>
                <body>
                    <main id="content">{content()}</main>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{html}")
}

/// What the head of every document holds.
fn common_head(theme: Theme) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        <meta name="color-scheme" content="light dark"/>
        {theme_colours(theme)}
        <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
        <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
        <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
        <link rel="manifest" href="/manifest.webmanifest"/>
    }
}

/// The colours for the browser's bars: one when the person chose a theme, both when the system decides.
fn theme_colours(theme: Theme) -> AnyView {
    let media = |query: &'static str| custom_attribute("media", query);
    match theme {
        Theme::Light => view! { <meta name="theme-color" content=LIGHT/> }.into_any(),
        Theme::Dark => view! { <meta name="theme-color" content=DARK/> }.into_any(),
        Theme::System => view! {
            <meta {..media("(prefers-color-scheme: light)")} name="theme-color" content=LIGHT/>
            <meta {..media("(prefers-color-scheme: dark)")} name="theme-color" content=DARK/>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_document_names_its_reference_and_a_way_on() {
        let built = Built {
            stylesheet: "/pkg/mediap.css".into(),
            script: "/pkg/mediap.js".into(),
            client: "/pkg/mediap.wasm".into(),
            parts: WasmSplitManifest::default(),
        };
        let html = error_document(&built, 503, "8f2k<b>", "theme=dark");
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"dark\""), "{html}");
        assert!(html.contains("8f2k&lt;b&gt;") && html.contains("Try again"), "{html}");
        assert!(html.contains("mediap.css") && html.contains("name=\"theme-color\""), "{html}");
        assert!(!html.contains("<script") && !html.contains("style=\""), "{html}");
    }
}

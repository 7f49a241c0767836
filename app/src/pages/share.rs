//! What was shared with the installed program: a new item is made of it, or it goes to one that is there.
//!
//! The worker has put the texts into the address and keeps the files (`server/src/offline/worker.js`) until a page of an
//! item with `?shared` in its address takes them.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Breadcrumbs, Crumb, EmptyState, PageTitle, TopBar, Wait};

use crate::session::encode;
use crate::shell::WorkflowsResource;

/// How long the title of an item may be.
const TITLE: usize = 200;

/// What was shared.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shared {
    title: String,
    text: String,
    files: usize,
}

impl Shared {
    fn is_nothing(&self) -> bool {
        self.title.is_empty() && self.text.is_empty() && self.files == 0
    }

    /// What a browser sends as `title`, `text` and `url`: each may be missing, and the address often stands in the text.
    fn read(title: &str, text: &str, url: &str, files: usize) -> Self {
        let mut lines: Vec<&str> = Vec::new();
        for part in [title, text, url].map(str::trim).into_iter().filter(|part| !part.is_empty()) {
            if !lines.iter().any(|line| line.contains(part)) {
                lines.push(part);
            }
        }
        let text = lines.join("\n");
        let title = text.lines().next().unwrap_or_default().chars().take(TITLE).collect();
        Shared { title, text, files }
    }

    /// The address of the form for a new item of a workflow.
    fn new_item(&self, workflow: &str) -> String {
        let note = if self.text == self.title { "" } else { self.text.as_str() };
        let shared = if self.files == 0 { "" } else { "&shared" };
        format!("/workflows/{workflow}/new?title={}&note={}{shared}", encode(&self.title), encode(note))
    }

    /// The address of an item, with what was shared in the field for a comment.
    fn to_item(&self, key: &str) -> String {
        let shared = if self.files == 0 { "" } else { "&shared" };
        format!("/items/{key}?comment={}{shared}", encode(&self.text))
    }
}

/// `/share`
#[component]
pub(crate) fn SharePage() -> impl IntoView {
    let query = use_query_map();
    let shared = Memo::new(move |_| {
        let query = query.read();
        let get = |name| query.get_str(name).unwrap_or_default();
        Shared::read(get("title"), get("text"), get("url"), get("files").parse().unwrap_or_default())
    });
    let workflows = expect_context::<WorkflowsResource>();
    // The browser knows them, the server does not.
    let recent = RwSignal::new(Vec::new());
    Effect::new(move |_| recent.set(workflows::recent::list()));
    let what = move || {
        shared.with(|shared| {
            let files = match shared.files {
                0 => None,
                1 => Some("One file".to_owned()),
                count => Some(format!("{count} files")),
            };
            view! {
                {(!shared.text.is_empty()).then(|| view! { <blockquote class="shared-text">{shared.text.clone()}</blockquote> })}
                {files.map(|files| view! { <p class="shared-files"><ui::Icon name="paperclip"/>{files}</p> })}
            }
        })
    };
    let items = move || {
        recent.with(|recent| {
            let rows: Vec<_> = recent
                .iter()
                .take(8)
                .map(|item| {
                    let href = shared.with(|shared| shared.to_item(&item.key));
                    view! {
                        <li>
                            <a class="shared-way" href=href>
                                <span class="shared-key">{item.key.clone()}</span>
                                {item.title.clone()}
                            </a>
                        </li>
                    }
                })
                .collect();
            (!rows.is_empty()).then(|| {
                view! {
                    <h2>"Add it to an item"</h2>
                    <ul class="shared-ways">{rows}</ul>
                }
            })
        })
    };
    view! {
        <Title text="Share"/>
        <TopBar title="Share" back="/" path=|| view! { <Breadcrumbs icon="share-2"><Crumb>"Share"</Crumb></Breadcrumbs> }/>
        <div class="page shared">
            <PageTitle title="What shall become of it?" text="It was shared with Mediap from another program."/>
            {move || {
                if shared.with(Shared::is_nothing) {
                    return view! { <EmptyState icon="share-2" title="Nothing was shared" text="Install Mediap, then choose it where another program shares something."/> }.into_any();
                }
                view! {
                    {what}
                    <h2>"Make a new item"</h2>
                    <Wait content=move || async move {
                        let all = workflows.await.unwrap_or_default();
                        let rows: Vec<_> = all
                            .into_iter()
                            .map(|workflow| {
                                let href = shared.with(|shared| shared.new_item(&workflow.key));
                                view! { <li><a class="shared-way" href=href><ui::Icon name="square-kanban"/>{workflow.name}</a></li> }
                            })
                            .collect();
                        view! { <ul class="shared-ways">{rows}</ul> }.into_any()
                    }/>
                    {items}
                }
                .into_any()
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_send_is_put_together_once() {
        let shared = Shared::read("A page", "A page https://example.com/a", "https://example.com/a", 0);
        assert_eq!(shared.title, "A page");
        assert_eq!(shared.text, "A page\nA page https://example.com/a");
        assert_eq!(Shared::read("", " https://example.com ", "", 2).title, "https://example.com");
        assert!(Shared::read("", " ", "", 0).is_nothing());
        assert_eq!(Shared::read(&"x".repeat(500), "", "", 0).title.len(), TITLE);
    }

    #[test]
    fn addresses_carry_what_was_shared() {
        let shared = Shared::read("A & B", "more", "", 1);
        assert_eq!(
            shared.new_item("UC"),
            "/workflows/UC/new?title=A%20%26%20B&note=A%20%26%20B%0Amore&shared"
        );
        assert_eq!(Shared::read("A", "", "", 0).to_item("UC-1"), "/items/UC-1?comment=A");
    }
}

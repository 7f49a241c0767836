//! What stands in the place of content: banners, empty states, errors, skeletons.

use leptos::prelude::*;

use crate::button::{Button, ButtonSize, LinkButton};
use crate::icon::{Icon, IconSize};
use crate::mark::Tone;
use crate::words::use_words;

/// A message about the page that stays, with a way on at its right.
#[component]
pub fn Banner(
    /// What it is about.
    #[prop(optional)]
    tone: Tone,
    /// Links or small buttons at the right.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    /// The message.
    children: Children,
) -> impl IntoView {
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    view! {
        <div class=format!("banner {}", tone.class()) role=role>
            <Icon name=tone.icon()/>
            <div class="banner-text">{children()}</div>
            <div class="banner-actions">{actions.run()}</div>
        </div>
    }
}

/// Nothing here yet: what is missing, how it fills, and at most one button.
#[component]
pub fn EmptyState(
    /// An icon of what is missing.
    #[prop(into)]
    icon: String,
    /// What is missing.
    #[prop(into)]
    title: Signal<String>,
    /// How it fills.
    #[prop(optional, into)]
    text: MaybeProp<String>,
    /// At most one button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name=icon size=IconSize::Large/>
            <p class="empty-state-title">{move || title.get()}</p>
            {move || text.get().map(|text| view! { <p class="empty-state-text">{text}</p> })}
            {children.map(|children| view! { <div class="empty-state-act">{children()}</div> })}
        </div>
    }
}

/// An error in the place of the content: what went wrong, its reference, and a way to try again.
#[component]
pub fn ErrorState(
    /// What went wrong.
    error: kernel::Error,
    /// Called to try again; without it there is no button.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let words = use_words();
    view! {
        <div class="error-state" role="alert">
            <Icon name="circle-alert"/>
            <p class="error-state-text">
                {error.to_string()}
            </p>
            {retry
                .map(|retry| {
                    view! {
                        <Button size=ButtonSize::Small on_click=move |_| retry.run(())>
                            {words.try_again}
                        </Button>
                    }
                })}
        </div>
    }
}

/// An error that concerns the whole form, above its buttons. Errors of single fields stand at the fields.
#[component]
pub fn FormError(
    /// What went wrong, if anything did.
    #[prop(into)]
    error: Signal<Option<kernel::Error>>,
) -> impl IntoView {
    let message = move || match error.get() {
        None | Some(kernel::Error::Invalid(_)) => None,
        Some(error) => Some(view! {
            <div class="banner is-danger">
                <Icon name="circle-alert"/>
                <div class="banner-text">{error.to_string()}</div>
                {(error == kernel::Error::ProveAgain)
                    .then(|| view! { <a class="link" href="/prove">{use_words().prove}</a> })}
            </div>
        }),
    };
    view! {
        <div class="form-error" role="alert">
            {message}
        </div>
    }
}

/// A whole page that says why there is nothing else: not found, not allowed, failed.
#[component]
pub fn ErrorPage(
    /// The status as a number, small above the title.
    #[prop(into)]
    code: String,
    /// What happened, in a few words.
    #[prop(into)]
    title: String,
    /// What to do about it.
    #[prop(into)]
    text: String,
    /// Where the button leads.
    #[prop(default = "/".to_owned(), into)]
    href: String,
    /// The label of the button.
    #[prop(into)]
    action: String,
) -> impl IntoView {
    view! {
        <main class="error-page">
            <p class="error-page-code">{code}</p>
            <h1>{title}</h1>
            <p class="error-page-text">{text}</p>
            <LinkButton href size=ButtonSize::Large>
                {action}
            </LinkButton>
        </main>
    }
}

/// Rows of the height of the real ones, which appear when loading takes longer than 300 ms.
#[component]
pub fn Skeleton(
    /// How many rows.
    #[prop(default = 5)]
    rows: i64,
) -> impl IntoView {
    let row = |_| {
        view! {
            <div class="skeleton-row">
                <span class="skeleton is-disc"></span>
                <span class="skeleton is-name"></span>
                <span class="skeleton is-meta"></span>
            </div>
        }
    };
    view! {
        <div class="skeleton-rows" role="status">
            <span class="visually-hidden">{use_words().loading}</span>
            {(0..rows).map(row).collect_view()}
        </div>
    }
}

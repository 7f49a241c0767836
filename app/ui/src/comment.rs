//! Comments: one of them, and the field that another is written in.

use kernel::{COMMENT_MAX, Error, Person};
use leptos::prelude::*;

use crate::{
    button::{Button, ButtonKind, ButtonSize, ButtonVariant, IconButton},
    feedback::FormError,
    field::TextArea,
    load::field_error,
    mark::Avatar,
    mention::Mentions,
};

/// One comment, in a list that has the class `activity`.
#[component]
pub fn CommentRow(
    /// Who wrote it.
    #[prop(into)]
    name: String,
    /// Their colour, 1 to 10.
    category: i64,
    /// The address of their picture.
    #[prop(optional_no_strip, into)]
    picture: Option<String>,
    /// When, for people and for machines, as `when::moment` says it.
    moment: (String, String),
    /// What was written.
    #[prop(into)]
    text: String,
    /// Deletes it, where that is allowed.
    #[prop(optional_no_strip)]
    on_delete: Option<Callback<()>>,
) -> impl IntoView {
    let (when, machine) = moment;
    let delete = on_delete.map(|on_delete| {
        view! {
            <IconButton
                class="is-end"
                icon="trash-2"
                label="Delete comment"
                size=ButtonSize::Small
                on_click=move |_| on_delete.run(())
            />
        }
    });
    view! {
        <li class="comment">
            <Avatar name=name.clone() category picture/>
            <article class="comment-body">
                <header>
                    <strong>{name}</strong>
                    <time datetime=machine>{when}</time>
                    {delete}
                </header>
                <p class="comment-text">{text}</p>
            </article>
        </li>
    }
}

/// What a form of the class `comment-form` is made of, beside what it hides: the field `body`, in which an `@` names somebody, and
/// the button that sends it.
#[component]
pub fn CommentFields(
    /// What is written.
    draft: RwSignal<String>,
    /// Who can be named.
    people: Vec<Person>,
    /// Why it was not taken.
    error: Signal<Option<Error>>,
    /// Whether it is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// Each time something is typed.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
) -> impl IntoView {
    let typed = move |text| {
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    };
    view! {
        <FormError error/>
        <Mentions draft people>
            <TextArea
                name="body"
                label="Comment"
                label_hidden=true
                bind=draft
                on_input=typed
                rows=2
                placeholder="Write a comment; @ names somebody"
                required=true
                maxlength=i64::try_from(COMMENT_MAX).unwrap_or(i64::MAX)
                error=field_error(error, "body")
            />
        </Mentions>
        <Button kind=ButtonKind::Submit variant=ButtonVariant::Secondary pending>
            "Comment"
        </Button>
    }
}

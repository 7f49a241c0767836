//! The comments below a record, on its page.

use kernel::{CommentId, Error, PageData, Person, Viewer, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    Avatar, Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, ErrorState, FormError, IconButton,
    Mentions, Skeleton, Slot, TextArea, Toast, Toaster, Wait, error_of, field_error, on_done, use_toaster,
    waiting::new_key, when::moment,
};

use crate::{
    api::{self, Say},
    model::{Comment, Discussion},
};

/// What the parts of the section share. Cheap to copy.
#[derive(Clone, Copy)]
struct Place {
    kind: &'static str,
    key: Memo<String>,
    /// What the page waits for; nothing for who does not see the record.
    page: PageData<Option<Discussion>>,
    /// What is shown: the field and the comments stay as they are when it is loaded again.
    shown: RwSignal<Discussion>,
    /// What the page waited for last, and for which record: content that is drawn anew must not bring it back.
    waited_for: StoredValue<Option<(String, Discussion)>>,
    /// How often it was loaded again: an answer that is overtaken by a newer one is not shown.
    asked: StoredValue<u32>,
    say: ServerAction<Say>,
    draft: RwSignal<String>,
    /// Lets what is sent twice be said once.
    once: RwSignal<String>,
}

impl Place {
    /// Shows what the page waited for, once.
    fn begin(self, discussion: Discussion) {
        let new = Some((self.key.get_untracked(), discussion.clone()));
        if self.waited_for.with_value(|old| *old != new) {
            self.waited_for.set_value(new);
            self.shown.set(discussion);
        }
    }

    /// Loads the comments again. Nothing happens when the page is gone: the way back in a message may be taken from elsewhere.
    fn reload(self) {
        let Some(key) = self.key.try_get_untracked() else { return };
        self.asked.update_value(|asked| *asked += 1);
        let this = self.asked.get_value();
        spawn_local(async move {
            let answer = api::load_discussion(self.kind.to_owned(), key.clone()).await;
            let is_newest = self.asked.try_get_value() == Some(this);
            // What was shown stays when it could not be loaded.
            if let (Ok(discussion), true) = (answer, is_newest && self.key.try_get_untracked() == Some(key)) {
                self.shown.set(discussion);
            }
        });
    }
}

/// The comments on the record of this kind that has `key` in the address of its page. Made once per page: its content may be
/// drawn as often as the page likes.
pub fn discussion(kind: &'static str, key: Memo<String>) -> Slot {
    let page = kernel::page_data(
        move || key.get(),
        move |key| async move {
            match api::load_discussion(kind.to_owned(), key).await {
                Ok(discussion) => Ok(Some(discussion)),
                // The page of the record says that there is none.
                Err(Error::Forbidden(_) | Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        },
    );
    let place = Place {
        kind,
        key,
        page,
        shown: RwSignal::new(Discussion::default()),
        waited_for: StoredValue::new(None),
        asked: StoredValue::new(0),
        say: ServerAction::new(),
        draft: RwSignal::new(String::new()),
        once: RwSignal::new(String::new()),
    };
    // Not while the page is written: the browser's would be another one.
    Effect::new(move |_| place.once.set(new_key()));
    on_done(place.say, move |_| {
        place.draft.set(String::new());
        place.once.set(new_key());
        place.reload();
    });
    // What was written of one record is not for the next.
    Effect::watch(move || key.get(), move |_, _, _| place.draft.set(String::new()), false);
    let content = ViewFn::from(move || view! { <Section place/> });
    Slot { content, reload: Callback::new(move |()| place.reload()) }
}

#[component]
fn Section(place: Place) -> impl IntoView {
    let viewer = use_viewer();
    let content = move || async move {
        match (viewer.await, place.page.await) {
            (Ok(viewer), Ok(Some(discussion))) => {
                place.begin(discussion);
                view! { <Comments place viewer/> }.into_any()
            }
            (Ok(_), Ok(None)) => ().into_any(),
            (Err(error), _) | (_, Err(error)) => {
                view! { <ErrorState error retry=move || place.page.refetch()/> }.into_any()
            }
        }
    };
    view! { <Wait fallback=|| view! { <Skeleton rows=2/> } content/> }
}

#[component]
fn Comments(place: Place, viewer: Viewer) -> impl IntoView {
    let shown = place.shown;
    let may_write = Memo::new(move |_| shown.with(|shown| shown.may_write));
    let none = Memo::new(move |_| shown.with(|shown| shown.comments.is_empty()));
    let people = StoredValue::new(viewer.directory.people.clone());
    view! {
        <section class="settings-section" aria-labelledby="comments-heading" id="comments">
            <h2 id="comments-heading">"Comments"</h2>
            {move || may_write.get().then(|| view! { <Writing place people=people.get_value()/> })}
            <ol class="activity">
                <For each=move || shown.with(|shown| shown.comments.clone()) key=|comment| comment.id let:comment>
                    <Said place comment viewer=viewer.clone()/>
                </For>
            </ol>
            {move || {
                none.get()
                    .then(|| {
                        view! { <EmptyState icon="message-square" title="Nothing said yet" text="What you write here is read by everybody who sees this."/> }
                    })
            }}
        </section>
    }
}

#[component]
fn Writing(place: Place, people: Vec<Person>) -> impl IntoView {
    let error = error_of(place.say.value());
    view! {
        <ActionForm action=place.say attr:class="comment-form">
            <input type="hidden" name="kind" value=place.kind/>
            <input type="hidden" name="record" prop:value=place.key value=place.key.get_untracked()/>
            <input type="hidden" name="key" prop:value=place.once/>
            <FormError error/>
            <Mentions draft=place.draft people>
                <TextArea
                    name="body"
                    label="Comment"
                    label_hidden=true
                    bind=place.draft
                    rows=2
                    placeholder="Write a comment; @ names somebody"
                    required=true
                    maxlength=10_000
                    error=field_error(error, "body")
                />
            </Mentions>
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Secondary pending=place.say.pending()>
                "Comment"
            </Button>
        </ActionForm>
    }
}

#[component]
fn Said(place: Place, comment: Comment, viewer: Viewer) -> impl IntoView {
    let person = viewer.directory.person(comment.created_by);
    let (name, category, picture) = person
        .map_or_else(|| ("Somebody".to_owned(), 1, None), |it| (it.name.clone(), it.category, it.picture()));
    let (time, machine) = moment(comment.created_at, &viewer);
    let (id, mine) = (comment.id, comment.created_by == viewer.member_id);
    let toaster = use_toaster();
    let remove = move |_| delete(place, toaster, id);
    view! {
        <li class="comment">
            <Avatar name=name.clone() category picture/>
            <article class="comment-body">
                <header>
                    <strong>{name}</strong>
                    <time datetime=machine>{time}</time>
                    {mine
                        .then(|| {
                            view! {
                                <IconButton
                                    class="is-end"
                                    icon="trash-2"
                                    label="Delete comment"
                                    size=ButtonSize::Small
                                    on_click=remove
                                />
                            }
                        })}
                </header>
                <p class="comment-text">{comment.body}</p>
            </article>
        </li>
    }
}

fn delete(place: Place, toaster: Toaster, id: CommentId) {
    spawn_local(async move {
        match api::unsay(id).await {
            Ok(()) => {
                toaster.undoable("Comment deleted", move || api::say_again(id), move |()| place.reload());
                place.reload();
            }
            Err(error) => {
                toaster.show(Toast::failed(error.to_string()));
            }
        }
    });
}

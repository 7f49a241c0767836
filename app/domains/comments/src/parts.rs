//! The comments below a record, on its page.

use kernel::{CommentId, Error, Loaded, PageData, Person, Viewer, use_viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    CommentFields, CommentRow, EmptyState, ErrorState, Skeleton, Slot, Toast, Toaster, Wait, error_of,
    on_done, use_toaster, waiting::new_key, when::moment,
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
    shown: Loaded<Discussion>,
    say: ServerAction<Say>,
    draft: RwSignal<String>,
    /// Lets what is sent twice be said once.
    once: RwSignal<String>,
}

impl Place {
    /// Loads the comments again. What was shown stays when they could not be.
    fn reload(self) {
        spawn_local(async move {
            let load = |key| api::load_discussion(self.kind.to_owned(), key);
            if let Some(Ok(discussion)) = self.shown.ask(load).await {
                self.shown.show(discussion);
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
        shown: Loaded::new(key),
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
                place.shown.begin(discussion);
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
    let comments = move || shown.with(|shown| shown.map(|shown| shown.comments.clone()).unwrap_or_default());
    let may_write = Memo::new(move |_| shown.with(|shown| shown.is_some_and(|shown| shown.may_write)));
    let none = Memo::new(move |_| comments().is_empty());
    let people = StoredValue::new(viewer.directory.people.clone());
    view! {
        <section class="settings-section" aria-labelledby="comments-heading" id="comments">
            <h2 id="comments-heading">"Comments"</h2>
            {move || may_write.get().then(|| view! { <Writing place people=people.get_value()/> })}
            <ol class="activity">
                <For each=comments key=|comment| comment.id let:comment>
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
    view! {
        <ActionForm action=place.say attr:class="comment-form">
            <input type="hidden" name="kind" value=place.kind/>
            <input type="hidden" name="record" prop:value=place.key value=place.key.get_untracked()/>
            <input type="hidden" name="key" prop:value=place.once/>
            <CommentFields
                draft=place.draft
                people
                error=error_of(place.say.value())
                pending=place.say.pending()
            />
        </ActionForm>
    }
}

#[component]
fn Said(place: Place, comment: Comment, viewer: Viewer) -> impl IntoView {
    let person = viewer.directory.person(comment.created_by);
    let (name, category, picture) = person
        .map_or_else(|| ("Somebody".to_owned(), 1, None), |it| (it.name.clone(), it.category, it.picture()));
    let toaster = use_toaster();
    let mine = comment.created_by == viewer.member_id;
    let on_delete = mine.then(|| Callback::new(move |()| delete(place, toaster, comment.id)));
    let moment = moment(comment.created_at, &viewer);
    view! { <CommentRow name category picture moment text=comment.body on_delete/> }
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

//! The passkeys of a person, for their settings.

use crate::passkey::{
    api::{RemovePasskey, RenamePasskey, finish_passkey, list_passkeys, start_passkey},
    browser,
    model::{Listed, MAX_NAME, Passkeys},
};
use chrono::{DateTime, Utc};
use kernel::{Error, Viewer};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, Icon, IconSize, LoadAs, Outcome,
    TextField, Toast, Tone, error_of, field_error, use_toaster, when, words::Language,
};

/// The list, each with its name and when it last logged in, and a form that adds one.
#[component]
pub(crate) fn PasskeySection() -> impl IntoView {
    let rename = ServerAction::<RenamePasskey>::new();
    let remove = ServerAction::<RemovePasskey>::new();
    let outcome = Outcome::begin();
    outcome.follow(rename, |()| Some(Toast::new("Passkey renamed")));
    outcome.follow_row(remove, |name| Some(Toast::new(format!("{name} is removed"))));
    let added = RwSignal::new(0);
    let changes = outcome.changes();
    let passkeys = kernel::page_data(move || (changes.get(), added.get()), |_| list_passkeys());
    view! {
        <section class="settings-section" aria-labelledby="passkeys-heading">
            <h2 id="passkeys-heading">"Passkeys"</h2>
            <p>"Log in with your fingerprint, face or the PIN of a device, without the password."</p>
            <FormError error=outcome.error()/>
            <LoadAs resource=passkeys rows=2 let:((viewer, passkeys))>
                <PasskeyList viewer passkeys rename remove added/>
            </LoadAs>
        </section>
    }
}

#[component]
fn PasskeyList(
    viewer: Viewer,
    passkeys: Passkeys,
    rename: ServerAction<RenamePasskey>,
    remove: ServerAction<RemovePasskey>,
    added: RwSignal<i64>,
) -> impl IntoView {
    let rows = passkeys
        .list
        .into_iter()
        .map(|passkey| view! { <PasskeyRow viewer=viewer.clone() passkey rename remove/> })
        .collect_view();
    let add = match passkeys.unfit {
        Some(unfit) => view! { <Banner tone=Tone::Info>{unfit}</Banner> }.into_any(),
        None => view! { <AddPasskey added/> }.into_any(),
    };
    view! {
        <div class="ways">{rows}</div>
        {add}
    }
}

/// A native disclosure, so that it opens before the script is there.
#[component]
fn PasskeyRow(
    viewer: Viewer,
    passkey: Listed,
    rename: ServerAction<RenamePasskey>,
    remove: ServerAction<RemovePasskey>,
) -> impl IntoView {
    let id = passkey.id;
    let meta = used(&viewer, passkey.created_at, passkey.last_used_at, "Added");
    let error = error_of(rename.value());
    let own = Signal::derive(move || {
        let sent = rename.input().with(|input| input.as_ref().map(|input| input.id));
        error.get().filter(|_| sent.is_none_or(|sent| sent == id))
    });
    view! {
        <details class="way">
            <summary>
                <Icon name="key-round" size=IconSize::Small/>
                <span class="truncate">{passkey.name.clone()}</span>
                <small>{meta}</small>
                <Icon name="chevron-down" size=IconSize::Small/>
            </summary>
            <div class="way-body">
                <ActionForm action=rename attr:class="form">
                    <input type="hidden" name="id" value=id.to_string()/>
                    <TextField
                        name="name"
                        id=format!("field-passkey-{id}")
                        label="Name"
                        maxlength=max_name()
                        autocomplete="off"
                        value=passkey.name
                        required=true
                        error=field_error(own, "name")
                    />
                    <div class="form-actions">
                        <Button kind=ButtonKind::Submit pending=rename.pending()>"Rename"</Button>
                    </div>
                </ActionForm>
                <ActionForm action=remove>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <Button
                        kind=ButtonKind::Submit
                        variant=ButtonVariant::Ghost
                        size=ButtonSize::Small
                        icon="trash-2"
                        pending=remove.pending()
                    >
                        "Remove passkey"
                    </Button>
                </ActionForm>
            </div>
        </details>
    }
}

/// The most letters, as the field takes them.
fn max_name() -> i64 {
    i64::try_from(MAX_NAME).unwrap_or(i64::MAX)
}

/// When something was added and last used: `Added 3 Nov · used 12 min ago`.
pub(super) fn used(viewer: &Viewer, added: DateTime<Utc>, last: Option<DateTime<Utc>>, verb: &str) -> String {
    let today = viewer.today;
    let language = Language::from_tag(&viewer.settings.language);
    let on = when::bare_date(today.local(added).date_naive(), today.date(), language);
    match last {
        Some(last) => {
            let ago =
                when::ago(today.local(last).naive_local(), today.local(today.now).naive_local(), language);
            format!("{verb} {on} · last used {}", lower(&ago))
        }
        None => format!("{verb} {on} · not used yet"),
    }
}

/// `Now` and `Yesterday` stand inside a line here; names of months keep their letter.
fn lower(ago: &str) -> String {
    match ago {
        "Now" | "Yesterday" => ago.to_lowercase(),
        other => other.to_owned(),
    }
}

/// The form for a further passkey. Not one of the server: only the browser can make a passkey.
#[component]
pub(crate) fn AddPasskey(
    /// Counts those that were added.
    added: RwSignal<i64>,
) -> impl IntoView {
    let toaster = use_toaster();
    let name = RwSignal::new(String::new());
    let error = RwSignal::new(None::<Error>);
    let pending = RwSignal::new(false);
    let add = async move |wanted: String| {
        let question = start_passkey().await?;
        let answer = match browser::make(&question.options).await {
            Ok(answer) => answer,
            Err(refusal) => return Err(Error::Conflict(refusal.words().unwrap_or_default().into())),
        };
        finish_passkey(question.id, answer, wanted).await
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked();
        // Before the device is troubled.
        if wanted.trim().is_empty() {
            error.set(Some(Error::invalid("name", "Name it, so that you know it again.")));
            return;
        }
        error.set(None);
        pending.set(true);
        spawn_local(async move {
            let result = add(wanted).await;
            pending.try_set(false);
            match result {
                Ok(()) => {
                    name.try_set(String::new());
                    added.try_update(|added| *added += 1);
                    toaster.show(Toast::new("Passkey added"));
                }
                Err(refusal) => {
                    error.try_set(Some(refusal));
                }
            }
        });
    };
    view! {
        <form class="way-add needs-script" on:submit=submit>
            <TextField
                name="name"
                id="field-new-passkey"
                label="New passkey"
                placeholder="Work laptop"
                maxlength=max_name()
                autocomplete="off"
                bind=name
                error=field_error(error.into(), "name")
            />
            <Button kind=ButtonKind::Submit icon="plus" pending=pending>
                "Add a passkey"
            </Button>
            <FormError error/>
        </form>
    }
}

//! Keys with which programs ask: one's own, and all of the organisation for who manages them.

mod new;

use chrono::{DateTime, Utc};
use kernel::{Permission, Viewer};
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonSize, ButtonVariant, EmptyState, FormError, Icon, LinkButton, LoadAs, Outcome,
    PageTitle, Pill, Toast, Tone, when,
};

use crate::{
    key::{
        api::{RevokeKey, list_keys},
        model::{KeyCard, Keys},
    },
    parts::{SettingsPage, language},
};

pub(crate) use new::NewKeyPage;

/// See the module.
#[component]
pub(crate) fn KeysPage() -> impl IntoView {
    let revoke = ServerAction::<RevokeKey>::new();
    let outcome = Outcome::begin();
    outcome.follow_row(revoke, |()| Some(Toast::new("The key is withdrawn and opens nothing any more")));
    let changes = outcome.changes();
    let keys = kernel::page_data(move || changes.get(), |_| list_keys());
    let actions = || {
        view! {
            <LinkButton href="/settings/keys/new" icon="plus" variant=ButtonVariant::Primary>
                "New key"
            </LinkButton>
        }
    };
    view! {
        <SettingsPage title="API keys" actions>
            <link rel="stylesheet" href="/keys.css"/>
            <PageTitle
                title="API keys"
                text="With a key another program does what you may do, as far as you let it. What there is to call stands in the reference."
            />
            <p class="settings-after">
                // Another document, with a policy of its own.
                <a href="/api/reference" rel="external" class="link">"Reference of the interface"</a>
            </p>
            <FormError error=outcome.error()/>
            <LoadAs resource=keys rows=4 let:((viewer, keys))>
                {content(&viewer, keys, revoke)}
            </LoadAs>
        </SettingsPage>
    }
}

fn content(viewer: &Viewer, keys: Keys, revoke: ServerAction<RevokeKey>) -> AnyView {
    let Keys { own, others } = keys;
    let own = list(
        viewer,
        own,
        revoke,
        "You have no key yet",
        "A key is for a script, a sheet or another service that should work with Mediap in your name.",
    );
    let others = viewer.may(Permission::ApiManage).then(|| {
        let keys = list(viewer, others, revoke, "There is no other key", "Keys of the organisation belong to nobody who could leave; those of other members are listed here, too.");
        view! {
            <section class="settings-section" aria-labelledby="other-keys-heading">
                <h2 id="other-keys-heading">"The organisation's, and those of other members"</h2>
                {keys}
            </section>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="own-keys-heading">
            <h2 id="own-keys-heading">"Yours"</h2>
            {own}
        </section>
        {others}
    }
    .into_any()
}

fn list(
    viewer: &Viewer,
    keys: Vec<KeyCard>,
    revoke: ServerAction<RevokeKey>,
    nothing: &'static str,
    text: &'static str,
) -> AnyView {
    if keys.is_empty() {
        return view! { <EmptyState icon="key-round" title=nothing text/> }.into_any();
    }
    let rows = keys.into_iter().map(|key| row(viewer, key, revoke)).collect_view();
    view! { <ul>{rows}</ul> }.into_any()
}

fn row(viewer: &Viewer, key: KeyCard, revoke: ServerAction<RevokeKey>) -> AnyView {
    let counts = key.counts(viewer.today.now);
    let meta = meta(viewer, &key);
    let owner = (key.member_id != viewer.member_id).then(|| match key.personal {
        true => viewer
            .directory
            .person(key.member_id)
            .map_or_else(|| "A member".into(), |person| person.name.clone()),
        false => "The organisation".to_owned(),
    });
    let permissions: Vec<_> =
        key.permissions.iter().map(|permission| view! { <li>{permission.label()}</li> }).collect();
    let may = match permissions.len() {
        1 => "1 permission".to_owned(),
        count => format!("{count} permissions"),
    };
    let aside = if counts {
        let label = format!(" {}", key.name);
        view! {
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=key.id.to_string()/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small variant=ButtonVariant::Danger>
                    "Withdraw"<span class="visually-hidden">{label}</span>
                </Button>
            </ActionForm>
        }
        .into_any()
    } else {
        let words = if key.revoked_at.is_some() { "Withdrawn" } else { "Ended" };
        view! { <Pill tone=Tone::Neutral small=true>{words}</Pill> }.into_any()
    };
    view! {
        <li class="settings-row">
            <div class="settings-thing">
                <Icon name="key-round"/>
                <div>
                    <strong>{key.name}</strong>
                    {owner.map(|owner| view! { <small>{owner}</small> })}
                    <small>{meta}</small>
                    <details class="key-permissions">
                        <summary>{may}</summary>
                        <ul>{permissions}</ul>
                    </details>
                </div>
            </div>
            {aside}
        </li>
    }
    .into_any()
}

fn meta(viewer: &Viewer, key: &KeyCard) -> String {
    let used = match key.used_at {
        Some(at) => format!("last used {}", ago(viewer, at).to_lowercase()),
        None => "never used".to_owned(),
    };
    let mut parts = vec![format!("made {}", day(viewer, key.created_at)), used];
    if let (true, Some(end)) = (key.revoked_at.is_none(), key.expires_at) {
        let word = if end <= viewer.today.now { "ended" } else { "ends" };
        parts.push(format!("{word} {}", day(viewer, end)));
    }
    parts.join(" · ")
}

fn day(viewer: &Viewer, at: DateTime<Utc>) -> String {
    let today = viewer.today;
    when::bare_date(today.local(at).date_naive(), today.date(), language(viewer))
}

fn ago(viewer: &Viewer, at: DateTime<Utc>) -> String {
    let today = viewer.today;
    when::ago(today.local(at).naive_local(), today.local(today.now).naive_local(), language(viewer))
}

//! Making a key. What opens is shown this once.

use kernel::{Module, Permission, PermissionSet, Viewer};
use leptos::prelude::*;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, ButtonVariant, Checkbox, Choice, FormError, LinkButton, LoadAs,
    PageTitle, SelectField, TextField, Tone, error_of, field_error, use_toaster,
};

use crate::{
    key::{
        api::CreateKey,
        model::{NewKey, OFFERED_DAYS},
    },
    parts::SettingsPage,
};

/// See the module.
#[component]
pub(crate) fn NewKeyPage() -> impl IntoView {
    let create = ServerAction::<CreateKey>::new();
    // Not the action itself: after a refusal the form stays as it is.
    let made = Memo::new(move |_| create.value().get().and_then(Result::ok));
    let nothing = kernel::page_data(|| (), |()| async { Ok(()) });
    view! {
        <SettingsPage title="New API key" under=("API keys", "/settings/keys")>
            <link rel="stylesheet" href="/keys.css"/>
            <PageTitle
                title="New API key"
                text="Give it no more than the program needs. It never may do more than you may yourself."
            />
            <LoadAs resource=nothing rows=8 let:((viewer, ()))>
                {
                    let form = StoredValue::new(viewer);
                    move || match made.get() {
                        Some(made) => view! { <Made made/> }.into_any(),
                        _ => view! { <NewKeyForm viewer=form.get_value() create/> }.into_any(),
                    }
                }
            </LoadAs>
        </SettingsPage>
    }
}

/// The key, once.
#[component]
fn Made(made: NewKey) -> impl IntoView {
    let toaster = use_toaster();
    let token = StoredValue::new(made.token.clone());
    let example = move || {
        let origin = window().location().origin().unwrap_or_default();
        format!("curl -H \"Authorization: Bearer {}\" {origin}/api/v1/teams", token.get_value())
    };
    view! {
        <Banner tone=Tone::Warning>"Copy it now: it is not kept, and cannot be shown again."</Banner>
        <div class="key-made">
            <TextField name="token" label="Your key" value=made.token readonly=true/>
            <Button
                icon="copy"
                variant=ButtonVariant::Primary
                on_click=move |_| ui::copy_to_clipboard(token.get_value(), toaster)
            >
                "Copy"
            </Button>
        </div>
        <p>"Try it:"</p>
        <pre class="key-example"><code>{example}</code></pre>
        <div class="form-actions">
            <LinkButton href="/settings/keys">"Done"</LinkButton>
        </div>
    }
}

/// What somebody may put into a key at most: what they may do anywhere.
fn own(viewer: &Viewer) -> PermissionSet {
    viewer.grants.iter().fold(viewer.permissions, |set, grant| set.union(grant.permissions))
}

/// What only reads.
fn reading(set: PermissionSet) -> PermissionSet {
    set.iter()
        .filter(|permission| permission.key().ends_with(".view") || *permission == Permission::DirectoryView)
        .collect()
}

#[component]
fn NewKeyForm(viewer: Viewer, create: ServerAction<CreateKey>) -> impl IntoView {
    let error = error_of(create.value());
    let own = own(&viewer);
    let refused = field_error(error, "permissions");
    let chosen = RwSignal::new(reading(own));
    let boxes = move || {
        Module::ALL
            .iter()
            .filter_map(|module| {
                let boxes: Vec<_> = module
                    .permissions()
                    .filter(|permission| own.has(*permission))
                    .map(|permission| {
                        let bind = RwSignal::new(chosen.get().has(permission));
                        view! {
                            <Checkbox name="permissions[]" value=permission.key() bind>
                                {permission.label()}
                            </Checkbox>
                        }
                    })
                    .collect();
                (!boxes.is_empty()).then(|| {
                    view! {
                        <fieldset class="role-module">
                            <legend>{module.label()}</legend>
                            {boxes}
                        </fieldset>
                    }
                })
            })
            .collect_view()
    };
    let days: Vec<Choice> =
        OFFERED_DAYS.iter().map(|days| Choice::new(days.to_string(), format!("After {days} days"))).collect();
    let whose = if viewer.may(Permission::ApiManage) {
        let options = vec![
            Choice::new("true", "Yours: it acts as you, and ends when you leave"),
            Choice::new("false", "The organisation's: it acts for itself"),
        ];
        view! { <SelectField name="personal" label="Whose it is" options value="true"/> }.into_any()
    } else {
        view! { <input type="hidden" name="personal" value="true"/> }.into_any()
    };
    let quick = move |label: &'static str, set: PermissionSet| {
        view! {
            <Button size=ButtonSize::Small on_click=move |_| chosen.set(set)>
                {label}
            </Button>
        }
    };
    view! {
        <ActionForm action=create attr:class="form">
            <TextField
                name="name"
                label="What it is for"
                maxlength=60
                autocomplete="off"
                placeholder="Monthly report"
                required=true
                error=field_error(error, "name")
            />
            {whose}
            <SelectField name="days" label="It ends" options=days value="90" error=field_error(error, "days")/>
            <fieldset class="key-rights">
                <legend>"What it may be used for"</legend>
                <div class="key-quick">
                    {quick("Only reading", reading(own))}
                    {quick("Everything I may do", own)}
                    {quick("Nothing", PermissionSet::NONE)}
                </div>
                <div class="role-modules">{boxes}</div>
                {move || refused.get().map(|words| view! { <Banner tone=Tone::Danger>{words}</Banner> })}
            </fieldset>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/keys">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending() icon="key-round">
                    "Make key"
                </Button>
            </div>
        </ActionForm>
    }
}

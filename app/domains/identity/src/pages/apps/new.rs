//! Registering an app.

use kernel::{Module, Permission};
use leptos::prelude::*;
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, Checkbox, FormError, LinkButton, LoadAs, PageTitle, TextArea,
    TextField, Tone, error_of, field_error,
};

use crate::{app::api::RegisterApp, parts::SettingsPage};

/// See the module.
#[component]
pub(crate) fn NewAppPage() -> impl IntoView {
    let register = ServerAction::<RegisterApp>::new();
    // Not the action itself: after a refusal the form stays as it is.
    let made = Memo::new(move |_| register.value().get().and_then(Result::ok));
    let nothing = kernel::page_data(|| (), |()| async { Ok(()) });
    view! {
        <SettingsPage title="Register an app" under=("Apps", "/settings/apps")>
            <link rel="stylesheet" href="/apps.css"/>
            <PageTitle
                title="Register an app"
                text="Members can connect it then. It never may do more than the member who connects it."
            />
            <LoadAs resource=nothing rows=8 let:((_, ()))>
                {move || match made.get() {
                    Some(app) => view! {
                        <Banner tone=Tone::Success>{format!("{} is registered.", app.name)}</Banner>
                        <TextField name="client_id" label="Client id" value=app.client_id readonly=true/>
                        <div class="form-actions">
                            <LinkButton href="/settings/apps">"Done"</LinkButton>
                        </div>
                    }
                    .into_any(),
                    None => view! { <NewAppForm register/> }.into_any(),
                }}
            </LoadAs>
        </SettingsPage>
    }
}

/// What only reads is chosen at first.
fn reads(permission: Permission) -> bool {
    permission.key().ends_with(".view")
}

#[component]
fn NewAppForm(register: ServerAction<RegisterApp>) -> impl IntoView {
    let error = error_of(register.value());
    let refused = field_error(error, "permissions");
    let modules = Module::ALL.iter().map(|module| {
        let boxes: Vec<_> = module
            .permissions()
            .map(|permission| {
                let bind = RwSignal::new(reads(permission));
                view! {
                    <Checkbox name="permissions[]" value=permission.key() bind>
                        {permission.label()}
                    </Checkbox>
                }
            })
            .collect();
        view! {
            <fieldset class="role-module">
                <legend>{module.label()}</legend>
                {boxes}
            </fieldset>
        }
    });
    view! {
        <ActionForm action=register attr:class="form">
            <TextField
                name="name"
                label="What it is called"
                maxlength=60
                autocomplete="off"
                placeholder="Workshop for telephones"
                required=true
                error=field_error(error, "name")
            />
            <TextArea
                name="redirect_uris"
                label="Where it is gone back to"
                hint="One address in each line: https://…, http://127.0.0.1/… at any port, or the scheme of a program as in com.example.app:/…"
                required=true
                error=field_error(error, "redirect_uris")
            />
            <fieldset class="app-rights">
                <legend>"What it may ask for"</legend>
                <div class="role-modules">{modules.collect_view()}</div>
                {move || refused.get().map(|words| view! { <Banner tone=Tone::Danger>{words}</Banner> })}
            </fieldset>
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/apps">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=register.pending() icon="plug">
                    "Register"
                </Button>
            </div>
        </ActionForm>
    }
}

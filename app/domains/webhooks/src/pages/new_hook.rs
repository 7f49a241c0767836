//! Making an incoming hook. Its secret is shown this once.

use kernel::Permission;
use leptos::prelude::*;
use ui::{
    Button, ButtonKind, ButtonVariant, Choice, FormError, LinkButton, LoadAs, PageTitle, RadioGroup,
    TextField, error_of, field_error,
};

use super::{Frame, Framed, UNDER};
use crate::{
    api::CreateHook,
    model::{HookKind, LONGEST_NAME},
    parts::MadeHook,
};

/// See the module.
#[component]
pub fn NewHookPage(
    /// The frame of the settings.
    frame: Frame,
) -> impl IntoView {
    let create = ServerAction::<CreateHook>::new();
    // Only what was made takes the place of the form: after a refusal it stays as it was filled in.
    let made = Memo::new(move |_| create.value().get().and_then(Result::ok));
    let nothing = kernel::page_data(|| (), |()| async { Ok(()) });
    let content = move || {
        view! {
            <link rel="stylesheet" href="/keys.css"/>
            <PageTitle
                title="New incoming hook"
                text="What comes by it is stored, sets off the rules of workflows that wait for it, and becomes the event hook.received."
            />
            <LoadAs needs=Permission::ApiManage resource=nothing rows=4 let:((_viewer, ()))>
                {move || match made.get() {
                    Some(made) => {
                        view! {
                            <MadeHook made/>
                            <div class="form-actions">
                                <LinkButton href="/settings/webhooks">"Done"</LinkButton>
                            </div>
                        }
                        .into_any()
                    }
                    None => view! { <HookForm create/> }.into_any(),
                }}
            </LoadAs>
        }
        .into_any()
    };
    frame(Framed {
        title: "New incoming hook",
        under: Some(UNDER),
        actions: ViewFnOnce::default(),
        content: Box::new(content),
    })
}

#[component]
fn HookForm(create: ServerAction<CreateHook>) -> impl IntoView {
    let error = error_of(create.value());
    let choice = |kind: HookKind, hint: &str| Choice::new(kind.as_str(), kind.label()).hint(hint);
    let kinds = vec![
        choice(HookKind::Standard, "The sender signs as Standard Webhooks says. Choose it where you can."),
        choice(HookKind::Token, "For senders that cannot sign: whoever knows the address may send."),
    ];
    view! {
        <ActionForm action=create attr:class="form">
            <TextField
                name="name"
                label="What it is for"
                maxlength=i64::try_from(LONGEST_NAME).unwrap_or(i64::MAX)
                autocomplete="off"
                placeholder="Web shop"
                required=true
                error=field_error(error, "name")
            />
            <RadioGroup
                name="kind"
                label="How it knows its sender"
                options=kinds
                value=HookKind::Standard.as_str()
                error=field_error(error, "kind")
            />
            <FormError error/>
            <div class="form-actions">
                <LinkButton href="/settings/webhooks">"Cancel"</LinkButton>
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary pending=create.pending() icon="inbox">
                    "Make hook"
                </Button>
            </div>
        </ActionForm>
    }
}

//! Joining an organisation by invitation.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, PasswordField, TextField, Wait,
    error_of, field_error,
};

use crate::{
    account::{
        api::{AcceptInvitation, invitation},
        model::Invitation,
    },
    parts::{leave_when_done, leaving},
};

/// Says who invites to what, and joins on a press. Looking uses nothing up.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let looked_at = kernel::page_data(move || token.get(), invitation);
    view! {
        <Title text="Join an organisation"/>
        <Wait content=move || async move {
            match looked_at.await {
                Ok(invitation) => view! { <JoinForm token=token.get_untracked() invitation/> }.into_any(),
                Err(error) => view! { <DeadLink error/> }.into_any(),
            }
        }/>
    }
}

#[component]
fn JoinForm(token: String, invitation: Invitation) -> impl IntoView {
    let accept = ServerAction::<AcceptInvitation>::new();
    leave_when_done(accept);
    let error = error_of(accept.value());
    let title = format!("Join {}", invitation.organisation);
    let text = format!(
        "{} invites {} as {}.",
        invitation.inviter,
        invitation.email,
        invitation.role.label().to_lowercase()
    );
    let about_oneself = invitation.is_new.then(|| {
        view! {
            <TextField
                name="name"
                label="Your name"
                autocomplete="name"
                maxlength=100
                value=invitation.name
                required=true
                large=true
                error=field_error(error, "name")
            />
            // Tells password managers which address the password belongs to.
            <input type="email" class="visually-hidden" autocomplete="username" value=invitation.email tabindex="-1" readonly aria-hidden="true"/>
            <PasswordField
                name="password"
                label="Password"
                autocomplete="new-password"
                minlength=12
                large=true
                hint="At least 12 characters. A few words in a row are easy to remember."
                error=field_error(error, "password")
            />
        }
    });
    view! {
        <AuthFrame brand="Mediap" title text>
            <ActionForm action=accept attr:class="form">
                <input type="hidden" name="token" value=token/>
                {about_oneself}
                <FormError error/>
                <Button
                    kind=ButtonKind::Submit
                    variant=ButtonVariant::Primary
                    size=ButtonSize::Huge
                    class="is-wide"
                    pending=leaving(accept)
                >
                    "Join"
                </Button>
            </ActionForm>
        </AuthFrame>
    }
}

#[component]
fn DeadLink(error: kernel::Error) -> impl IntoView {
    view! {
        <AuthFrame
            brand="Mediap"
            title="This invitation is not open"
            text="It has been used, taken back or has expired. Whoever invited you can send it again."
        >
            // A failure of the server is no dead link, and has its reference here.
            <FormError error=Some(error).filter(|error| !matches!(error, kernel::Error::Conflict(_)))/>
            <p class="auth-note"><a class="link" href="/login">"Back to log-in"</a></p>
        </AuthFrame>
    }
}

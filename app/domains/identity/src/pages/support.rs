//! Where somebody of support begins to act as a member who gave leave.

use kernel::{Error, OrganisationId, SupportAccessId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{AuthFrame, Button, ButtonKind, ButtonSize, ButtonVariant, FormError, Load, error_of, set_status};

use crate::{
    parts::{leave_when_done, leaving},
    support::{
        api::{ActAsMember, support_offer},
        model::Offer,
    },
};

/// See the module. Organisation and leave are parts of the address; for whoever is not of support nothing is here.
#[component]
pub(crate) fn SupportPage() -> impl IntoView {
    let params = use_params_map();
    let place = Memo::new(move |_| {
        let params = params.read();
        let organisation: Option<OrganisationId> = params.get("organisation").and_then(|id| id.parse().ok());
        let id: Option<SupportAccessId> = params.get("id").and_then(|id| id.parse().ok());
        organisation.zip(id)
    });
    let act = ServerAction::<ActAsMember>::new();
    leave_when_done(act);
    let offer = kernel::page_data(
        move || place.get(),
        |place| async move {
            let (organisation, id) = place.ok_or(Error::NotFound)?;
            let offer = support_offer(organisation, id).await.inspect_err(set_status)?;
            Ok((organisation, id, offer))
        },
    );
    view! {
        <Title text="Support"/>
        <AuthFrame brand="Mediap" title="Act as a member">
            <Load resource=offer rows=4 let:((organisation, id, offer))>
                <OfferForm organisation id offer act/>
            </Load>
        </AuthFrame>
    }
}

#[component]
fn OfferForm(
    organisation: OrganisationId,
    id: SupportAccessId,
    offer: Offer,
    act: ServerAction<ActAsMember>,
) -> impl IntoView {
    let Offer { member, organisation: name, allowed_by, reason, ends_at } = offer;
    let until = ends_at.format("%-d %B %Y, %H:%M UTC").to_string();
    view! {
        <dl class="support-offer">
            <dt>"Member"</dt>
            <dd>{member.clone()}</dd>
            <dt>"Organisation"</dt>
            <dd>{name}</dd>
            <dt>"Look at"</dt>
            <dd>{reason}</dd>
            <dt>"Allowed by"</dt>
            <dd>{allowed_by}</dd>
            <dt>"Until"</dt>
            <dd>{until}</dd>
        </dl>
        <p class="auth-text">
            "They are told that you have begun. What you do stands in their audit log with your name and theirs."
        </p>
        <ActionForm action=act attr:class="form">
            <input type="hidden" name="organisation" value=organisation.to_string()/>
            <input type="hidden" name="id" value=id.to_string()/>
            <FormError error=error_of(act.value())/>
            <Button
                kind=ButtonKind::Submit
                variant=ButtonVariant::Primary
                size=ButtonSize::Huge
                class="is-wide"
                pending=leaving(act)
            >
                {format!("Act as {member}")}
            </Button>
        </ActionForm>
    }
}

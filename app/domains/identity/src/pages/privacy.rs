//! What is kept about a member: taking it away, and erasing them.

use kernel::{Error, MemberId, Permission, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::{
    Banner, Button, ButtonKind, ButtonVariant, ErrorState, FormError, LoadAs, Outcome, PageTitle, Table,
    TableHead, TextField, Toast, Tone, error_of, field_error,
};

use crate::{
    consent::{api::my_consents, model::Consent},
    parts::{SettingsPage, leave_when_done, moment},
    privacy::{
        api::{ErasePerson, PrepareExport, plan_erasure},
        model::{ErasureLine, ErasurePlan},
    },
};

/// What can be done here. Cheap to copy.
#[derive(Clone, Copy)]
struct Acts {
    export: ServerAction<PrepareExport>,
    erase: ServerAction<ErasePerson>,
}

/// See the module. The member's id is part of the address.
#[component]
pub(crate) fn PrivacyPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("member").and_then(|id| id.parse::<MemberId>().ok()));
    let acts = Acts { export: ServerAction::new(), erase: ServerAction::new() };
    // The answer is a file, so the page stays.
    leave_when_done(acts.export);
    let outcome = Outcome::begin();
    outcome.follow(acts.erase, |erased| Some(Toast::new(erased.summary())));
    let changes = outcome.changes();
    let data = kernel::page_data(
        move || (id.get(), changes.get()),
        |(id, _)| async move {
            let id = id.ok_or(Error::NotFound)?;
            match plan_erasure(id).await {
                // Who may not erase may still take the data away.
                Err(Error::Forbidden(_)) => Ok((id, None)),
                plan => Ok((id, Some(plan?))),
            }
        },
    );
    view! {
        <SettingsPage title="Data and privacy" under=("Members", "/settings/members")>
            <LoadAs resource=data rows=8 let:((viewer, (id, plan)))>
                {content(&viewer, id, plan, acts)}
            </LoadAs>
        </SettingsPage>
    }
}

fn content(viewer: &Viewer, id: MemberId, plan: Option<ErasurePlan>, acts: Acts) -> AnyView {
    let Some(person) = viewer.directory.person(id) else {
        return view! { <ErrorState error=Error::NotFound/> }.into_any();
    };
    let oneself = viewer.member_id == id;
    let exports = oneself || viewer.may(Permission::PersonExport);
    if !exports && plan.is_none() {
        return view! { <Banner>{Permission::PersonExport.refusal()}</Banner> }.into_any();
    }
    view! {
        <PageTitle title=person.name.clone() text="What is kept about a person is theirs to have, and to have erased."/>
        {exports.then(|| view! { <Export id acts/> })}
        {oneself.then(|| view! { <Consents/> })}
        {plan.map(|plan| view! { <Erase plan oneself acts/> })}
    }
    .into_any()
}

#[component]
fn Export(id: MemberId, acts: Acts) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="export-heading">
            <h2 id="export-heading">"Export"</h2>
            <p>
                "One JSON file with all of it: profile and picture, teams and roles, ways in and devices, \
                 what the audit log says, items, comments and what they did to items. \
                 Passwords, keys and codes are not in it."
            </p>
            <FormError error=error_of(acts.export.value())/>
            <ActionForm action=acts.export>
                <input type="hidden" name="member" value=id.to_string()/>
                <Button kind=ButtonKind::Submit icon="download" pending=acts.export.pending()>
                    "Download"
                </Button>
            </ActionForm>
        </section>
    }
}

/// What the viewer agreed to, word by word. What can be taken back is taken back where it counts.
#[component]
fn Consents() -> impl IntoView {
    let consents = kernel::page_data(|| (), |()| my_consents());
    let content = |viewer: &Viewer, consents: Vec<Consent>| {
        if consents.is_empty() {
            return view! { <p class="text-meta">"Nothing so far."</p> }.into_any();
        }
        let rows = consents.iter().map(|consent| consent_row(viewer, consent)).collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    view! {
        <section class="settings-section" aria-labelledby="consents-heading">
            <h2 id="consents-heading">"What you agreed to"</h2>
            <LoadAs resource=consents rows=2 let:((viewer, consents))>
                {content(&viewer, consents)}
            </LoadAs>
        </section>
    }
}

fn consent_row(viewer: &Viewer, consent: &Consent) -> impl IntoView + use<> {
    let dates = match consent.withdrawn_at {
        None => format!("Agreed: {}", moment(viewer, consent.given_at)),
        Some(withdrawn) => format!(
            "Agreed: {} · taken back: {}",
            moment(viewer, consent.given_at),
            moment(viewer, withdrawn)
        ),
    };
    view! {
        <li class="settings-row">
            <div>
                <strong>{dates}</strong>
                <small>{consent.text.clone()}</small>
            </div>
        </li>
    }
}

#[component]
fn Erase(plan: ErasurePlan, oneself: bool, acts: Acts) -> impl IntoView {
    let ErasurePlan { id, name, email, obstacle, whole, lines } = plan;
    let act = match obstacle {
        Some(obstacle) => view! { <Banner tone=Tone::Warning>{obstacle}</Banner> }.into_any(),
        None => view! { <EraseForm id name email oneself acts/> }.into_any(),
    };
    let elsewhere = (!whole && !lines.is_empty()).then(|| {
        view! {
            <Banner>
                "Their account stays: another organisation has this person too, or they have not joined this one yet. Here they are forgotten."
            </Banner>
        }
    });
    let rows = lines.iter().map(row).collect_view();
    let table = (!lines.is_empty()).then(|| {
        view! {
            <Table label="What erasing does" class="is-erasure">
                <TableHead slot>
                    <th scope="col">"What"</th>
                    <th scope="col" class="is-numeric">"Rows"</th>
                    <th scope="col">"What happens"</th>
                </TableHead>
                {rows}
            </Table>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="erase-heading">
            <h2 id="erase-heading">"Erase"</h2>
            <p>
                "What is theirs is deleted. What is the organisation's stays and says “Erased person”. \
                 What they wrote themselves is not read for names. This is what would happen now:"
            </p>
            {elsewhere}
            {table}
            {act}
        </section>
    }
}

fn row(line: &ErasureLine) -> impl IntoView + use<> {
    let why = (!line.why.is_empty()).then(|| view! { <small>{line.why.clone()}</small> });
    view! {
        <tr>
            <td>{line.what.clone()} {why}</td>
            <td class="is-numeric">{line.rows}</td>
            <td>{line.fate.label()}</td>
        </tr>
    }
}

/// The address, typed, is what keeps the wrong person from being erased: nothing brings them back.
#[component]
fn EraseForm(id: MemberId, name: String, email: String, oneself: bool, acts: Acts) -> impl IntoView {
    let error = error_of(acts.erase.value());
    let warning = if oneself {
        "Nothing brings you back, and you are logged out at once.".to_owned()
    } else {
        format!("Nothing brings {name} back, also not a backup.")
    };
    view! {
        <ActionForm action=acts.erase attr:class="form erase-form">
            <input type="hidden" name="member" value=id.to_string()/>
            <Banner tone=Tone::Danger>{warning}</Banner>
            <TextField
                name="email"
                label="Type their address to go on"
                kind="text"
                hint=email
                autocomplete="off"
                required=true
                error=field_error(error, "email")
            />
            <FormError error/>
            <div class="form-actions">
                <Button kind=ButtonKind::Submit variant=ButtonVariant::Danger icon="user-x" pending=acts.erase.pending()>
                    "Erase for good"
                </Button>
            </div>
        </ActionForm>
    }
}

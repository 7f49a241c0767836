//! The audit log: what was done here, by whom and when, with a filter in the address.

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, Choice, EmptyState, LinkButton, LoadAs, PageTitle, SelectField, Table,
    TableHead, TextField, Tone,
};

use crate::{
    audit::{
        api::{VerifyAudit, list_audit},
        model::{AREAS, AuditEntry, AuditFilter, AuditPage, AuditProof, words},
    },
    parts::{SettingsPage, moment},
};

/// Filter, entries, and the proof that they are all there.
#[component]
pub(crate) fn AuditLogPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        let query = query.read();
        let value = |name| query.get(name).unwrap_or_default();
        AuditFilter {
            actor: value("actor"),
            area: value("area"),
            from: value("from"),
            until: value("until"),
            before: value("before").parse().ok(),
        }
    });
    let verify = ServerAction::<VerifyAudit>::new();
    let page = kernel::page_data(move || filter.get(), list_audit);
    let acts = move || {
        let export = Signal::derive(move || format!("/settings/audit.csv?{}", filter.read().query(None)));
        view! {
            <ActionForm action=verify>
                <Button kind=ButtonKind::Submit pending=verify.pending() icon="shield-check">
                    "Verify"
                </Button>
            </ActionForm>
            <LinkButton href=export icon="download" attr:download="">
                "Export"
            </LinkButton>
        }
    };
    let proof = move || verify.value().get().map(proof);
    view! {
        <SettingsPage title="Audit log" wide=true actions=acts>
            <PageTitle title="Audit log" text="What was done here, by whom and when. Nobody can change or delete an entry."/>
            {proof}
            <LoadAs resource=page rows=12 let:((viewer, page))>
                <Log viewer page filter=filter.get_untracked()/>
            </LoadAs>
        </SettingsPage>
    }
}

/// What verifying has shown.
fn proof(found: kernel::Result<AuditProof>) -> AnyView {
    let (tone, text) = match found {
        Ok(AuditProof { entries, head, fault: None }) => (
            Tone::Success,
            format!(
                "{} as written. Fingerprint {}",
                if entries == 1 {
                    "The one entry is".to_owned()
                } else {
                    format!("All {entries} entries are")
                },
                head.get(..16).unwrap_or_default()
            ),
        ),
        Ok(AuditProof { fault: Some(fault), .. }) => (Tone::Danger, format!("The log is broken: {fault}.")),
        Err(error) => (Tone::Danger, error.to_string()),
    };
    view! { <Banner tone>{text}</Banner> }.into_any()
}

#[component]
fn Log(viewer: Viewer, page: AuditPage, filter: AuditFilter) -> impl IntoView {
    if !viewer.may(Permission::AuditView) {
        return view! { <Banner>{Permission::AuditView.refusal()}</Banner> }.into_any();
    }
    let AuditPage { entries, older, actors } = page;
    let actors: Vec<Choice> =
        actors.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let areas: Vec<Choice> = AREAS.into_iter().map(|(area, name)| Choice::new(area, name)).collect();
    let clear =
        (!filter.is_empty()).then(|| view! { <LinkButton href="/settings/audit">"Clear"</LinkButton> });
    let tools = view! {
        <form class="settings-tools is-dense" method="get" action="/settings/audit">
            <SelectField name="actor" label="Person" label_hidden=true placeholder="Everybody" options=actors value=filter.actor.clone()/>
            <SelectField name="area" label="Area" label_hidden=true placeholder="Everything" options=areas value=filter.area.clone()/>
            <TextField name="from" label="From" kind="date" value=filter.from.clone()/>
            <TextField name="until" label="Until" kind="date" value=filter.until.clone()/>
            <Button kind=ButtonKind::Submit icon="list-filter">
                "Filter"
            </Button>
            {clear}
        </form>
    };
    let list = match entries.last() {
        None => view! {
            <EmptyState icon="scroll-text" title="No entry fits" text="Choose other days, or everybody.">
                <LinkButton href="/settings/audit">"Show everything"</LinkButton>
            </EmptyState>
        }
        .into_any(),
        Some(last) => {
            let next = format!("/settings/audit?{}", filter.query(Some(last.number)));
            let rows = entries.iter().map(|entry| row(entry, &viewer)).collect_view();
            view! {
                <Table label="Entries of the audit log" class="is-log is-stacked">
                    <TableHead slot>
                        <th scope="col">"When"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Facts"</th>
                        <th scope="col">"No."</th>
                    </TableHead>
                    {rows}
                </Table>
                {older
                    .then(|| {
                        view! {
                            <p class="settings-more">
                                <LinkButton href=next>"Older entries"</LinkButton>
                            </p>
                        }
                    })}
            }
            .into_any()
        }
    };
    view! {
        {tools}
        {list}
    }
    .into_any()
}

fn row(entry: &AuditEntry, viewer: &Viewer) -> impl IntoView + use<> {
    let time = moment(viewer, entry.at);
    let supporter = entry
        .supporter
        .clone()
        .map(|name| view! { <small class="audit-supporter">{format!("by {name} of support")}</small> });
    let subject = entry.subject.clone().map(|name| view! { <strong>{name}</strong> });
    view! {
        <tr>
            <td class="is-time is-aside">
                <time datetime=entry.at.to_rfc3339()>{time}</time>
            </td>
            <td class="is-main">{entry.actor.clone().unwrap_or_else(|| "Mediap".to_owned())} {supporter}</td>
            <td class="is-what is-aside">{words(&entry.kind)} " " {subject}</td>
            <td class="is-facts">
                <code>{entry.facts.clone()}</code>
            </td>
            <td class="is-number">{entry.number}</td>
        </tr>
    }
}

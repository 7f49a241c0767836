//! The outbox: which mails of the organisation went out, which did not and why, with a filter in the address.

use kernel::{Permission, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{
    Banner, Button, ButtonKind, ButtonSize, Choice, EmptyState, FormError, LinkButton, LoadAs, Outcome,
    PageTitle, Pill, SelectField, Table, TableHead, TextField, Toast,
};

use crate::{
    outbox::{
        api::{SendMailAgain, list_mails},
        model::{MailState, OutboxFilter, OutboxMail, OutboxPage},
    },
    parts::{SettingsPage, moment},
};

/// Filter and mails.
#[component]
pub(crate) fn MailPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        let query = query.read();
        let value = |name| query.get(name).unwrap_or_default();
        OutboxFilter { state: value("state"), text: value("text"), before: value("before") }
    });
    let again = ServerAction::<SendMailAgain>::new();
    let outcome = Outcome::begin();
    outcome.follow_row(again, |to| Some(Toast::new(format!("On its way to {to}"))));
    let changes = outcome.changes();
    let page = kernel::page_data(move || (filter.get(), changes.get()), |(filter, _)| list_mails(filter));
    view! {
        <SettingsPage title="Mail" wide=true>
            <PageTitle title="Mail" text="What was sent in the name of the organisation in the last three months, and what was not."/>
            <FormError error=outcome.error()/>
            <LoadAs resource=page rows=12 let:((viewer, page))>
                <Outbox viewer page filter=filter.get_untracked() again/>
            </LoadAs>
        </SettingsPage>
    }
}

#[component]
fn Outbox(
    viewer: Viewer,
    page: OutboxPage,
    filter: OutboxFilter,
    again: ServerAction<SendMailAgain>,
) -> impl IntoView {
    if !viewer.may(Permission::MailManage) {
        return view! { <Banner>{Permission::MailManage.refusal()}</Banner> }.into_any();
    }
    let OutboxPage { mails, older, counts } = page;
    let states: Vec<Choice> = counts
        .into_iter()
        .map(|(state, count)| Choice::new(state.as_str(), format!("{} ({count})", state.label())))
        .collect();
    let clear =
        (!filter.is_empty()).then(|| view! { <LinkButton href="/settings/mail">"Clear"</LinkButton> });
    let tools = view! {
        <form class="settings-tools is-dense" method="get" action="/settings/mail">
            <SelectField name="state" label="State" label_hidden=true placeholder="Every state" options=states value=filter.state.clone()/>
            <TextField name="text" label="Receiver, subject or reason" label_hidden=true placeholder="Search" value=filter.text.clone()/>
            <Button kind=ButtonKind::Submit icon="list-filter">
                "Filter"
            </Button>
            {clear}
        </form>
    };
    let list = match mails.last() {
        None if filter.is_empty() => {
            let text = "Invitations and other mails of the organisation appear here when they are written.";
            view! { <EmptyState icon="mail" title="No mail yet" text/> }.into_any()
        }
        None => view! {
            <EmptyState icon="mail" title="No mail fits" text="Choose another state, or look for something else.">
                <LinkButton href="/settings/mail">"Show everything"</LinkButton>
            </EmptyState>
        }
        .into_any(),
        Some(last) => {
            let next = format!("/settings/mail?{}", filter.query(Some(last.id)));
            let rows = mails.iter().map(|mail| row(mail, &viewer, again)).collect_view();
            view! {
                <Table label="Mails of the outbox" class="is-log is-stacked">
                    <TableHead slot>
                        <th scope="col">"Mail"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Attempts"</th>
                        <th scope="col">"Written"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Acts"</span>
                        </th>
                    </TableHead>
                    {rows}
                </Table>
                {older
                    .then(|| {
                        view! {
                            <p class="settings-more">
                                <LinkButton href=next>"Older mails"</LinkButton>
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

fn row(mail: &OutboxMail, viewer: &Viewer, again: ServerAction<SendMailAgain>) -> impl IntoView + use<> {
    let (state, id) = (mail.state, mail.id.to_string());
    let time = moment(viewer, mail.at);
    let form = mail.again.then(|| {
        let which = format!(": {} to {}", mail.subject, mail.to);
        view! {
            <ActionForm action=again>
                <input type="hidden" name="id" value=id/>
                <Button kind=ButtonKind::Submit size=ButtonSize::Small icon="send">
                    "Send again"
                    <span class="visually-hidden">{which}</span>
                </Button>
            </ActionForm>
        }
    });
    view! {
        <tr>
            <td class="is-main">
                <strong>{mail.subject.clone()}</strong>
                <small>{mail.to.clone()}</small>
            </td>
            <td class="is-what is-aside">
                <Pill tone=state.tone() small=true>{state.label()}</Pill>
                <small>{reason(mail)}</small>
            </td>
            <td class="is-number">{mail.attempts}</td>
            <td class="is-time is-aside">
                <time datetime=mail.at.to_rfc3339()>{time}</time>
            </td>
            <td class="table-acts">{form}</td>
        </tr>
    }
}

/// What happened, and what that means where it is not plain.
fn reason(mail: &OutboxMail) -> String {
    match mail.state {
        MailState::MaybeSent => {
            format!("{}. Ask before you send it again: it may arrive twice.", mail.reason)
        }
        _ => mail.reason.clone(),
    }
}

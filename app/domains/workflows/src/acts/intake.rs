//! Public forms: turning one on, and what it does with what somebody sends who is not logged in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use kernel::{
    ClientAddress, CommentId, Cx, Error, Event, OrNotFound, OrganisationId, Permission, Result, Site, Visit,
    WorkflowId, counted,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    comment,
    item::{self, Form, Sent, around, signer},
};
use crate::{
    form::value::Around,
    intake::{self, Answered, Intake, IntakePage, Letter, PER_HOUR, PublicForm, Received},
    model::{Field, Priority, Workflow},
    repo::{self, intake::Kept},
};

/// Bytes of a link's secret.
const SECRET: usize = 32;
/// How often one address may send a form within [`WINDOW`].
pub const PER_ADDRESS: i64 = 30;
const WINDOW: Duration = Duration::minutes(15);
/// In which a link starts [`PER_HOUR`] items at most.
const HOUR: Duration = Duration::hours(1);
/// How long a form that was sent is known, so that sending it again makes no second item.
const KEPT: Duration = Duration::days(7);

/// A form that was sent without scripts: the server gives it as a context to the page that it answers with.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Names the form as it stood before somebody.
    pub key: Uuid,
    /// What was sent, and what came of it.
    pub answered: Answered,
}

/// What a form brought, beside what can be read of it.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// What was filled in.
    pub sent: intake::Sent,
    /// What nobody sees and only robots fill in.
    pub trap: String,
    /// Names the form as it stood before somebody.
    pub key: Option<Uuid>,
}

/// The public form of the workflow whose items are called `key-…`.
pub async fn page(cx: &Cx, key: &str) -> Result<IntakePage> {
    let (cx, workflow, fields) = publisher(cx, key).await?;
    let first = workflow.steps.first().or_not_found()?.id;
    let kept = repo::intake::find(cx.db(), &cx, workflow.head.id).await?;
    let link = kept.as_ref().map(|kept| link(cx.visit().site(), &kept.token));
    Ok(IntakePage {
        intake: match &kept {
            Some(kept) => kept.intake(),
            None => Intake::begin(&workflow.head, &fields, first),
        },
        open: kept.as_ref().is_some_and(|kept| kept.active),
        version: kept.map_or(0, |kept| kept.version),
        head: workflow.head,
        fields,
        first,
        link,
    })
}

/// Keeps what the public form of a workflow says and asks, and whether it is open. `version` is what that was said on, 0 where
/// there was none.
pub async fn save(cx: &Cx, key: &str, version: i64, intake: Intake, open: bool) -> Result<()> {
    let (cx, workflow, fields) = publisher(cx, key).await?;
    let mut intake = intake.tidied()?;
    let first = workflow.steps.first().or_not_found()?.id;
    // What may not be asked is not kept either.
    let may_be = |id: &kernel::FieldId| {
        fields.iter().any(|field| field.id == *id && intake::may_be_asked(field, first))
    };
    intake.fields.retain(may_be);
    let id = workflow.head.id;
    let mut tx = cx.begin().await?;
    let before = repo::intake::find(&mut tx, &cx, id).await?;
    let was_open = before.is_some_and(|before| before.active);
    let written = match version {
        0 => repo::intake::insert(&mut tx, &cx, id, &intake, open, &token(cx.organisation_id())).await?,
        _ => repo::intake::update(&mut tx, &cx, id, version, &intake, open).await?,
    };
    if !written {
        return Err(changed_meanwhile());
    }
    let kind = match (was_open, open) {
        (false, true) => "workflow.form_opened",
        (true, false) => "workflow.form_closed",
        _ => "workflow.form_changed",
    };
    tx.record(event(kind, id)).await?;
    tx.commit().await
}

/// Gives the public form of a workflow another link. The one before opens nothing any more.
pub async fn renew(cx: &Cx, key: &str, version: i64) -> Result<()> {
    let (cx, workflow, _) = publisher(cx, key).await?;
    let id = workflow.head.id;
    let mut tx = cx.begin().await?;
    if !repo::intake::renew(&mut tx, &cx, id, version, &token(cx.organisation_id())).await? {
        return Err(changed_meanwhile());
    }
    tx.record(event("workflow.form_link_renewed", id)).await?;
    tx.commit().await
}

async fn publisher(cx: &Cx, key: &str) -> Result<(Cx, Workflow, Vec<Field>)> {
    let cx = cx.clone().require(Permission::WorkflowPublish)?;
    let workflow = repo::workflow::find_by_key(cx.db(), cx.organisation_id(), key).await?.or_not_found()?;
    let fields = repo::workflow::fields(cx.db(), cx.organisation_id(), workflow.head.id).await?;
    Ok((cx, workflow, fields))
}

fn changed_meanwhile() -> Error {
    Error::Conflict("Somebody else changed the public form meanwhile. Load the page again.".into())
}

fn event(kind: &'static str, id: WorkflowId) -> Event {
    Event { kind, subject_kind: "workflow", subject_id: id.uuid(), topic: None, data: json!({}) }
}

/// What a link ends with: the organisation, which has to be known before anything can be looked up, and a secret.
fn token(organisation: OrganisationId) -> String {
    let secret = rand::random::<[u8; SECRET]>();
    URL_SAFE_NO_PAD.encode([organisation.uuid().as_bytes().as_slice(), &secret].concat())
}

fn organisation_of(token: &str) -> Option<OrganisationId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == 16 + SECRET)?;
    Uuid::from_slice(bytes.get(..16)?).ok().map(OrganisationId::from)
}

fn link(site: &Site, token: &str) -> String {
    format!("{}/forms/{token}", site.base_url())
}

/// What a link opens: the program itself in the organisation, the form and what it asks.
struct Opened {
    cx: Cx,
    kept: Kept,
    workflow: Workflow,
    fields: Vec<Field>,
}

/// What is closed, or was never there, is not found, and neither is what belongs to an organisation that is gone.
async fn open(visit: &Visit, token: &str) -> Result<Opened> {
    let organisation = organisation_of(token).or_not_found()?;
    // The program looks with a connection of its own.
    visit.rest().await;
    let cx = visit.site().in_one(visit.request_id(), organisation).await?.or_not_found()?;
    let kept = repo::intake::find_open(cx.db(), &cx, token).await?.or_not_found()?;
    let workflow = repo::workflow::find(cx.db(), organisation, kept.workflow_id).await?.or_not_found()?;
    let fields = repo::workflow::fields(cx.db(), organisation, kept.workflow_id).await?;
    let first = workflow.steps.first().or_not_found()?.id;
    let fields = intake::asked(&fields, first, &kept.intake().fields);
    cx.visit().rest().await;
    Ok(Opened { cx, kept, workflow, fields })
}

/// What the form that a link opens asks of anybody; what was sent and came back stands in it.
pub async fn show(visit: &Visit, token: &str, posted: Option<Posted>) -> Result<PublicForm> {
    let Opened { cx, kept, fields, .. } = open(visit, token).await?;
    let intake = kept.intake();
    let membership = cx.membership();
    Ok(PublicForm {
        organisation: membership.organisation_name.clone(),
        currency: membership.settings.currency.clone(),
        zone: membership.settings.home_zone.clone(),
        heading: intake.heading,
        introduction: intake.introduction,
        title_label: intake.title_label,
        contact: intake.contact,
        fields,
        key: posted.as_ref().map_or_else(|| cx.new_id(), |posted| posted.key),
        answered: posted.map(|posted| posted.answered),
    })
}

/// Starts an item with what somebody sent, with nobody behind it. Sent again with the same key, it starts one.
pub async fn send(
    visit: &Visit,
    address: Option<ClientAddress>,
    token: &str,
    delivery: Delivery,
) -> Result<Received> {
    let Opened { cx, kept, workflow, fields } = open(visit, token).await?;
    let (intake, head) = (kept.intake(), &workflow.head);
    if let Some(address) = address {
        let key = counted(&format!("public form {} {}", address.network(), head.id));
        visit.begin().await?.count_tries(vec![(key, PER_ADDRESS)], WINDOW).await?;
    }
    let received = |number| Received { item: head.item_key(number), afterwards: intake.afterwards.clone() };
    if !delivery.trap.trim().is_empty() {
        // A robot is not told that it was seen.
        let number = repo::intake::next_number(cx.db(), &cx, head.id).await?.or_not_found()?;
        return Ok(received(number));
    }
    let sent = delivery.sent.plain();
    let letter = intake::read(
        &fields,
        intake.contact,
        &sent,
        &Around { signer: signer(&cx, ""), ..around(&cx, None) },
    )?;
    let key = delivery.key.unwrap_or_else(|| cx.new_id());

    let mut tx = cx.begin().await?;
    // Those who send at the same moment stand in line, so that they are counted.
    repo::workflow::hold(&mut tx, &cx, head.id).await?;
    if let Some(number) = repo::intake::sent_before(&mut tx, &cx, head.id, key).await? {
        return Ok(received(number));
    }
    repo::intake::find_open(&mut tx, &cx, token).await?.or_not_found()?;
    let lately = repo::intake::sent_since(&mut tx, &cx, head.id, cx.now() - HOUR, PER_HOUR).await?;
    if let Some(oldest) = lately.first().filter(|_| PER_HOUR <= lately.len()) {
        let wait = *oldest + HOUR - cx.now();
        return Err(Error::TooMany { retry_after_secs: wait.num_seconds().max(0) + 1 });
    }
    let Letter { title, sender } = letter;
    let form = Form {
        title,
        priority: Priority::default(),
        assignee_id: Ok(None),
        due_on: Ok(None),
        data: Sent::Texts(sent.data),
    };
    let (_, item) = item::add_from_outside(&mut tx, &cx, head.id, form).await?;
    if let Some(sender) = sender {
        comment::note_of(&mut tx, &cx, cx.new_id::<CommentId>(), item.card.id, &sender, intake::AUTHOR)
            .await?;
    }
    repo::intake::note_sent(&mut tx, &cx, head.id, key, item.card.number).await?;
    tx.commit().await?;
    Ok(received(item.card.number))
}

/// What the audit log says of an item that came by a public form.
pub(super) fn facts(number: i64) -> Value {
    json!({ "number": number, "by": "public_form" })
}

/// Forgets forms that nobody sends again.
pub async fn sweep(site: &Site) -> Result<()> {
    for cx in site.in_each("intake.sweep").await? {
        let before = cx.now() - KEPT;
        let mut tx = cx.begin().await?;
        repo::intake::sweep(&mut tx, cx.organisation_id(), before).await?;
        tx.commit().await?;
    }
    Ok(())
}

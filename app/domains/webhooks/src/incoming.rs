//! What other programs tell us: checked, stored, and then handled by a job.

use http::HeaderMap;
use jobs::NewJob;
use kernel::{Cx, Error, Event, OrNotFound, OrganisationId, Result, Site};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    acts::{HOOK_PREVIOUS, HOOK_SECRET, broken, open, topic},
    delivery::system,
    model::{HookKind, event},
    repo::incoming::{self as repo, Door, NewEvent},
    rules::{Secret, Signed, same, verify},
};

/// The job that handles what came.
pub const RECEIVED: &str = "webhook.handle";
/// Bytes of what is taken at most.
pub const LARGEST: usize = 1024 * 1024;
/// Headers that are kept at most, and letters of each.
const MOST_HEADERS: usize = 50;
const LONGEST_HEADER: usize = 1_000;
/// Letters of the id that a sender without a signature gives.
const LONGEST_ID: usize = 255;

/// What is answered to a sender: the same however often it sends the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Received {
    /// The event, as it was stored.
    pub id: Uuid,
}

/// What a job is about.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Task {
    event: Uuid,
}

/// Takes what somebody sent to `/webhooks/{organisation}/{hook}`. Senders that cannot sign send to `{hook}.{token}`.
///
/// What is neither signed nor has the token is refused; what was sent before is answered as it was then. When this has
/// answered, the event is stored; it is handled afterwards.
pub async fn receive(
    site: &Site,
    organisation: &str,
    hook: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Received> {
    if LARGEST < body.len() {
        return Err(Error::invalid("body", "At most 1 MB is taken."));
    }
    let organisation: OrganisationId = organisation.parse().map_err(|_| Error::NotFound)?;
    let (id, token) = match hook.split_once('.') {
        Some((id, token)) => (id, Some(token)),
        None => (hook, None),
    };
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let door = repo::door(&reader, organisation, id).await?.or_not_found()?;
    reader.rest().await;
    let cx = system(site, organisation, door.created_by);
    let secrets = secrets(&cx, id, &door)?;
    let external_id = match door.kind() {
        Some(HookKind::Standard) => {
            let named = |name| headers.get(name).and_then(|value| value.to_str().ok());
            let signed = Signed {
                id: named("webhook-id"),
                timestamp: named("webhook-timestamp"),
                signature: named("webhook-signature"),
            };
            let verified = verify(&secrets, signed, body, site.now());
            verified.map_err(|refused| Error::Forbidden(refused.to_string()))?.to_owned()
        }
        // Whoever does not have the whole address does not learn that there is half of one.
        Some(HookKind::Token) => {
            let shown = token.or_not_found()?;
            if !secrets.iter().any(|secret| same(&secret.token(), shown)) {
                return Err(Error::NotFound);
            }
            given_id(headers).unwrap_or_else(|| cx.new_id::<Uuid>().to_string())
        }
        None => return Err(Error::NotFound),
    };
    store(&cx, id, external_id, headers, body).await
}

fn secrets(cx: &Cx, id: Uuid, door: &Door) -> Result<Vec<Secret>> {
    let site = cx.visit().site();
    let unreadable = |cause: kernel::Sealed| broken(cx, &cause);
    let mut secrets = vec![open(site, HOOK_SECRET, id, &door.secret).map_err(unreadable)?];
    if let Some(previous) = &door.previous_secret
        && door.previous_until.is_some_and(|until| cx.now() < until)
    {
        secrets.push(open(site, HOOK_PREVIOUS, id, previous).map_err(unreadable)?);
    }
    Ok(secrets)
}

/// By what a sender without a signature tells its own repetitions, if it says so.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let named = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let given = named("webhook-id").or_else(|| named("idempotency-key"))?;
    (1..=LONGEST_ID).contains(&given.len()).then(|| given.to_owned())
}

async fn store(
    cx: &Cx,
    hook_id: Uuid,
    external_id: String,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Received> {
    let id: Uuid = cx.new_id();
    let mut tx = cx.begin().await?;
    let event = NewEvent {
        id,
        hook_id,
        external_id: external_id.clone(),
        headers: kept(headers),
        body: body.to_vec(),
    };
    if !repo::insert_event(&mut tx, cx, event).await? {
        let id = repo::find_event(&mut tx, cx, hook_id, &external_id).await?.or_not_found()?;
        return Ok(Received { id });
    }
    tx.enqueue(NewJob::new(RECEIVED, json!({ "event": id }))).await?;
    tx.commit().await?;
    Ok(Received { id })
}

/// What can be kept of headers: texts, and nothing that opens anything or says from where somebody asked.
fn kept(headers: &HeaderMap) -> Value {
    let secret = ["auth", "cookie", "secret", "token", "signature", "key", "forwarded", "real-ip"];
    let mut kept = Map::new();
    for (name, value) in headers {
        let plain = !secret.iter().any(|word| name.as_str().contains(word));
        if let (true, Ok(text)) = (plain && kept.len() < MOST_HEADERS, value.to_str()) {
            kept.insert(name.to_string(), text.chars().take(LONGEST_HEADER).collect::<String>().into());
        }
    }
    Value::Object(kept)
}

/// Handles what came: it becomes an event of the organisation, which others may hear of.
pub(crate) async fn handle(site: &Site, organisation: OrganisationId, task: Task) -> Result<()> {
    let reader = site.reader(db::Scope::organisation(organisation.uuid()));
    let Some((hook, author)) = repo::hook_of(&reader, organisation, task.event).await? else { return Ok(()) };
    reader.rest().await;
    let cx = system(site, organisation, author);
    let mut tx = cx.begin().await?;
    if repo::handled(&mut tx, &cx, task.event).await? {
        tx.record(Event {
            kind: event::RECEIVED,
            subject_kind: "hook_event",
            subject_id: task.event,
            topic: Some(topic()),
            data: json!({ "hook": hook }),
        })
        .await?;
    }
    tx.commit().await
}

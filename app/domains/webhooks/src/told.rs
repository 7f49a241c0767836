//! What happened becomes deliveries, in the transaction of the act that recorded it.

use std::pin::Pin;

use kernel::{Cx, Event, Result, Tx};
use uuid::Uuid;

use crate::{
    acts::delivery::{body, data, write},
    repo::{delivery::New, webhook},
    rules::fits,
};

/// Writes a delivery with its job for each webhook of the organisation that wants to be told of an event. `cx` is who acts, and
/// `tx` their unit of work, in which nothing else is read than by itself.
///
/// Most organisations have no webhook: for them it is one statement that finds no row of a small index.
pub fn on_event<'a>(
    tx: &'a mut Tx,
    cx: &'a Cx,
    event: &'a Event,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(tell(tx, cx, event))
}

async fn tell(tx: &mut Tx, cx: &Cx, event: &Event) -> Result<()> {
    let mut message: Option<Uuid> = None;
    for (webhook_id, events) in webhook::told(&mut *tx, cx.organisation_id()).await? {
        if !events.iter().any(|pattern| fits(pattern, event.kind)) {
            continue;
        }
        // The same for all that are told, so that a program behind two of them can tell.
        let message_id = *message.get_or_insert_with(|| cx.new_id());
        let facts = data(event.subject_kind, event.subject_id, &event.data);
        let new = New {
            id: cx.new_id(),
            webhook_id,
            message_id,
            replay_of: None,
            kind: event.kind.to_owned(),
            body: body(event.kind, cx.now(), facts),
        };
        write(tx, cx, new).await?;
    }
    Ok(())
}

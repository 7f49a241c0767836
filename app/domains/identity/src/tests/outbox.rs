//! The outbox as those see it who answer for it.

use db::{both, sql};
use kernel::{Cx, Error, Letter, Mail, MailId, Role};

use super::fixture::events;
use crate::outbox::{
    acts::{list, send_again},
    model::{MailState, OutboxFilter},
};

/// Writes a mail in this state.
async fn write(cx: &Cx, to: &str, state: MailState, error: &str) -> MailId {
    let mut tx = cx.begin().await.unwrap();
    let mail = Mail {
        key: Mail::key_of_act(cx.visit(), "test"),
        to: to.to_owned(),
        subject: "Hello".into(),
        letter: Letter::to("Bo").says("Hi."),
    };
    tx.send(&mail).await.unwrap();
    let (id,): (MailId,) = sql("update mail
         set state = $3, last_error = $4
         where organisation_id = $1 and key = $2
         returning id")
    .bind(cx.organisation_id())
    .bind(&mail.key)
    .bind(state.as_str())
    .bind(error)
    .one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

fn only(state: &str, text: &str) -> OutboxFilter {
    OutboxFilter { state: state.into(), text: text.into(), ..OutboxFilter::default() }
}

both!(mails_are_found_by_state_and_words, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let failed = write(&cx, "Bo@Nordvik.example", MailState::Failed, "550 No such mailbox").await;
    let open = write(&cx, "eva_1@nordvik.example", MailState::MaybeSent, "no answer").await;
    write(&cx, "kim@nordvik.example", MailState::Sent, "").await;
    let found = async |filter: OutboxFilter| {
        let page = list(&cx, &filter).await.unwrap();
        page.mails.into_iter().map(|mail| mail.to).collect::<Vec<_>>()
    };
    assert_eq!(
        found(OutboxFilter::default()).await,
        ["kim@nordvik.example", "eva_1@nordvik.example", "Bo@Nordvik.example"]
    );
    assert_eq!(found(only("failed", "")).await, ["Bo@Nordvik.example"]);
    assert_eq!(found(only("", "NO SUCH")).await, ["Bo@Nordvik.example"]);
    assert_eq!(found(only("", "a_1@")).await, ["eva_1@nordvik.example"]);
    assert!(found(only("", "a%1")).await.is_empty() && found(only("sent", "bo@")).await.is_empty());
    assert_eq!(found(only("nonsense", "")).await.len(), 3);
    let older = OutboxFilter { before: open.to_string(), ..OutboxFilter::default() };
    let page = list(&cx, &older).await.unwrap();
    assert_eq!((page.mails[0].id, page.mails[0].again, page.older), (failed, true, false));
    assert!(page.counts.contains(&(MailState::Sent, 1)) && page.counts.contains(&(MailState::Waiting, 0)));
});

both!(sending_again_is_an_act_that_is_remembered, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let id = write(&cx, "bo@nordvik.example", MailState::MaybeSent, "no answer").await;
    assert_eq!(send_again(&cx, id).await.unwrap(), "bo@nordvik.example");
    assert!(events(&cx).await.contains(&"mail.sent_again".to_owned()));
    let page = list(&cx, &OutboxFilter::default()).await.unwrap();
    assert_eq!((page.mails[0].state, page.mails[0].again), (MailState::Waiting, false));
    assert!(matches!(send_again(&cx, id).await, Err(Error::Conflict(_))));
});

both!(nobody_else_sees_or_sends_it, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let id = write(&cx, "bo@nordvik.example", MailState::Failed, "550 no").await;
    let member = cx.colleague("Mia Member", Role::Member).await;
    assert!(matches!(list(&member, &OutboxFilter::default()).await, Err(Error::Forbidden(_))));
    assert!(matches!(send_again(&member, id).await, Err(Error::Forbidden(_))));
    let admin = cx.colleague("Ada Admin", Role::Admin).await;
    assert_eq!(list(&admin, &OutboxFilter::default()).await.unwrap().mails.len(), 1);
    let stranger = Cx::test(&db, "Halden Studio").await;
    assert_eq!(send_again(&stranger, id).await, Err(Error::NotFound));
    assert!(list(&stranger, &OutboxFilter::default()).await.unwrap().mails.is_empty());
});

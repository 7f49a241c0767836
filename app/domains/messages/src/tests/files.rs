//! Messages with files, on both engines. The files are rows of a table as their own domain keeps them.

use std::pin::Pin;

use db::{On, both, sql};
use kernel::{
    ConversationId, Cx, Enclosures, Error, FileId, FilesDone, FilesFound, FilesKnown, Reason, Role, Topic,
    Tx, testing::TestClock,
};
use uuid::Uuid;

use super::api::{by, lines, told};
use crate::{
    acts::message as acts,
    api,
    model::{FILES_MAX, Message},
    repo::written::Wanted,
};

/// What the domain of files does, in short.
const ENCLOSURES: Enclosures = Enclosures { take, there, known, delete };

fn take<'a>(tx: &'a mut Tx, cx: &'a Cx, record: (&'a str, Uuid), files: &'a [FileId]) -> FilesFound<'a> {
    found(
        sql("select id from file where organisation_id = $1 and created_by = $2 and record_kind = $3
           and record_id = $4 and deleted_at is null and state in ('scanning', 'ready') and id in ")
        .bind(cx.organisation_id())
        .bind(cx.member_id())
        .bind(record.0)
        .bind(record.1)
        .push_list(files.iter().copied()),
        tx.into(),
    )
}

fn there<'a>(on: On<'a>, cx: &'a Cx, files: &'a [FileId]) -> FilesFound<'a> {
    found(
        sql("select id from file where deleted_at is null and organisation_id = $1 and id in ")
            .bind(cx.organisation_id())
            .push_list(files.iter().copied()),
        on,
    )
}

/// Nothing asks for it here.
fn known<'a>(_: On<'a>, _: &'a Cx, _: &'a [FileId]) -> FilesKnown<'a> {
    Box::pin(async { Ok(Vec::new()) })
}

fn found<'a>(query: db::Query, on: On<'a>) -> FilesFound<'a> {
    Box::pin(async move {
        let rows: Vec<(FileId,)> = query.all(on).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    })
}

fn delete<'a>(tx: &'a mut Tx, cx: &'a Cx, _: Topic, files: &'a [FileId]) -> FilesDone<'a> {
    let deleted = async move {
        sql("update file set deleted_at = $2 where organisation_id = $1 and id in ")
            .bind(cx.organisation_id())
            .bind(cx.now())
            .push_list(files.iter().copied())
            .execute(tx)
            .await?;
        Ok(())
    };
    let deleted: Pin<Box<dyn Future<Output = kernel::Result<()>> + Send + 'a>> = Box::pin(deleted);
    deleted
}

/// Two who write to each other, and their conversation.
async fn two(db: &db::Db) -> (Cx, Cx, ConversationId) {
    let site = kernel::testing::site(db, TestClock::new()).with_enclosures(ENCLOSURES);
    let olle = Cx::test_on(site, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    (olle, petra, id)
}

/// A file that the member has brought to the conversation.
async fn bring(cx: &Cx, conversation: ConversationId, state: &str) -> FileId {
    let id = cx.new_id();
    let mut tx = cx.begin().await.unwrap();
    sql("insert into file (organisation_id, id, record_kind, record_id, name, size, state, created_at, created_by, updated_at)
         values ($1, $2, 'conversation', $3, 'a.txt', 7, $4, $5, $6, $5)")
    .bind(cx.organisation_id())
    .bind(id)
    .bind(conversation)
    .bind(state)
    .bind(cx.now())
    .bind(cx.member_id())
    .exactly_one(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn remove(cx: &Cx, id: FileId) {
    let mut tx = cx.begin().await.unwrap();
    sql("update file set deleted_at = $3 where organisation_id = $1 and id = $2")
        .bind(cx.organisation_id())
        .bind(id)
        .bind(cx.now())
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn try_to(cx: &Cx, id: ConversationId, text: &str, files: &[FileId]) -> kernel::Result<Message> {
    by(cx, api::send_message(id, Uuid::new_v4(), text.into(), files.to_vec())).await
}

async fn shown(cx: &Cx, id: ConversationId) -> Vec<(String, Vec<FileId>)> {
    let talk = by(cx, api::load_conversation(id, None)).await.unwrap();
    talk.messages.into_iter().map(|message| (message.body, message.files)).collect()
}

fn is_about_files(answer: kernel::Result<Message>) -> bool {
    matches!(answer, Err(Error::Invalid(fields)) if fields.iter().any(|field| field.field == "files"))
}

both!(files_are_sent_with_a_message_in_their_order, |db| {
    let (olle, petra, id) = two(&db).await;
    let (first, second) = (bring(&olle, id, "ready").await, bring(&olle, id, "scanning").await);
    let sent = try_to(&olle, id, "Both", &[second, first]).await.unwrap();
    assert_eq!(sent.files, [second, first]);
    try_to(&petra, id, "Thank you", &[]).await.unwrap();
    let both = vec![("Both".into(), vec![second, first]), ("Thank you".into(), vec![])];
    assert_eq!(shown(&petra, id).await, both);
    let older = by(&petra, api::load_older(id, 2)).await.unwrap();
    assert_eq!(older[0].files, [second, first]);
    let written = acts::list(&petra, &Wanted::default(), 10).await.unwrap();
    assert_eq!(written.iter().map(|message| message.files.len()).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(acts::get(&petra, sent.id).await.unwrap().files, [second, first]);
});

both!(files_alone_are_a_message, |db| {
    let (olle, petra, id) = two(&db).await;
    let one = bring(&olle, id, "ready").await;
    let sent = try_to(&olle, id, " \n", &[one]).await.unwrap();
    assert_eq!(sent.body, "");
    assert_eq!(lines(&petra).await[0].excerpt, "Sent a file");
    let reason = Reason::Addressed.key().to_owned();
    assert_eq!(told(&petra).await, [("message.received".into(), reason, "Sent a file".into())]);
    // Its text may come and go, as long as the file stays.
    by(&olle, api::edit_message(sent.id, "See page 2".into())).await.unwrap();
    by(&olle, api::edit_message(sent.id, String::new())).await.unwrap();
    remove(&olle, one).await;
    assert_eq!(shown(&petra, id).await, [(String::new(), vec![])], "what is deleted is not shown");
    assert!(by(&olle, api::edit_message(sent.id, String::new())).await.is_err());
    let (two, three) = (bring(&olle, id, "ready").await, bring(&olle, id, "ready").await);
    try_to(&olle, id, "", &[two, three]).await.unwrap();
    assert_eq!(lines(&petra).await[0].excerpt, "Sent 2 files");
});

both!(only_what_one_has_brought_and_not_sent_yet_is_sent, |db| {
    let (olle, petra, id) = two(&db).await;
    let anna = olle.colleague("Anna Admin", Role::Admin).await;
    let elsewhere = by(&olle, api::open_direct(anna.member_id())).await.unwrap();
    let stranger = Cx::test_on(olle.visit().site().clone(), "Halden Bilar").await;
    let mut wrong = vec![
        bring(&petra, id, "ready").await,
        bring(&olle, elsewhere, "ready").await,
        bring(&stranger, id, "ready").await,
        bring(&olle, id, "uploading").await,
        bring(&olle, id, "refused").await,
        Uuid::from_u128(7).into(),
    ];
    let deleted = bring(&olle, id, "ready").await;
    remove(&olle, deleted).await;
    wrong.push(deleted);
    let good = bring(&olle, id, "ready").await;
    let mut answers = Vec::new();
    for file in wrong {
        answers.push(try_to(&olle, id, "This", &[good, file]).await);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "nobody learns which: {answers:?}");
    assert!(answers.into_iter().all(is_about_files));
    assert!(shown(&olle, id).await.is_empty(), "nothing of it was sent");

    assert!(is_about_files(try_to(&olle, id, "Twice", &[good, good]).await));
    let mut many = Vec::new();
    for _ in 0..=FILES_MAX {
        many.push(bring(&olle, id, "ready").await);
    }
    assert!(is_about_files(try_to(&olle, id, "Many", &many).await));
    try_to(&olle, id, "As many as may be", &many[1..]).await.unwrap();
    assert!(is_about_files(try_to(&olle, id, "Again", &many[1..2]).await), "it is in a message");
});

both!(a_message_that_is_sent_again_has_its_files_once, |db| {
    let (olle, petra, id) = two(&db).await;
    let one = bring(&olle, id, "ready").await;
    let key = Uuid::new_v4();
    let first = by(&olle, api::send_message(id, key, "Once".into(), vec![one])).await.unwrap();
    let again = by(&olle, api::send_message(id, key, "Once".into(), vec![one])).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(shown(&petra, id).await, [("Once".into(), vec![one])]);
});

both!(a_file_that_is_gone_for_good_is_in_no_message, |db| {
    let (olle, petra, id) = two(&db).await;
    let (gone, kept) = (bring(&olle, id, "ready").await, bring(&olle, id, "ready").await);
    try_to(&olle, id, "Both", &[gone, kept]).await.unwrap();
    let mut tx = olle.begin().await.unwrap();
    sql("delete from file where organisation_id = $1 and id = $2")
        .bind(olle.organisation_id())
        .bind(gone)
        .exactly_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shown(&petra, id).await, [("Both".into(), vec![kept])]);
});

both!(a_deleted_message_takes_its_files_along, |db| {
    let (olle, petra, id) = two(&db).await;
    let one = bring(&olle, id, "ready").await;
    let kept = bring(&olle, id, "ready").await;
    let sent = try_to(&olle, id, "With a file", &[one]).await.unwrap();
    assert_eq!(by(&petra, api::delete_message(sent.id)).await, Err(Error::NotFound));
    assert_eq!(shown(&petra, id).await[0].1, [one]);
    by(&olle, api::delete_message(sent.id)).await.unwrap();
    assert_eq!(shown(&petra, id).await, [(String::new(), vec![])]);
    olle.visit().rest().await;
    let left: Vec<(FileId,)> = sql("select id from file where organisation_id = $1 and deleted_at is null")
        .bind(olle.organisation_id())
        .all(olle.db())
        .await
        .unwrap();
    assert_eq!(left, [(kept,)]);
});

//! Writing to each other, through the server functions, on both engines.

use db::both;
use kernel::{ConversationId, Cx, Error, MemberId, Reason, Role, Visit};
use leptos::prelude::{Owner, provide_context};
use uuid::Uuid;

use crate::{
    api,
    model::{Line, Message, PAGE},
};

/// Calls server functions as the member of `cx`.
pub(super) async fn by<T>(cx: &Cx, act: impl Future<Output = T>) -> T {
    cx.visit().rest().await;
    let owner = Owner::new();
    owner.set();
    provide_context::<Visit>(cx.visit().clone());
    let answer = leptos::reactive::computed::ScopedFuture::new(act).await;
    drop(owner);
    cx.visit().rest().await;
    answer
}

pub(super) async fn send(cx: &Cx, id: ConversationId, text: &str) -> Message {
    by(cx, api::send_message(id, Uuid::new_v4(), text.into(), vec![])).await.unwrap()
}

pub(super) async fn lines(cx: &Cx) -> Vec<Line> {
    by(cx, api::list_conversations()).await.unwrap().lines
}

/// Unread in the list, and in the number of the sidebar.
async fn unread(cx: &Cx) -> (Vec<i64>, i64) {
    let lines = lines(cx).await.iter().map(|line| line.unread).collect();
    (lines, by(cx, api::count_unread()).await.unwrap())
}

pub(super) async fn texts(cx: &Cx, id: ConversationId) -> Vec<String> {
    let talk = by(cx, api::load_conversation(id, None)).await.unwrap();
    talk.messages.into_iter().map(|message| message.body).collect()
}

/// What the member was told of, in the inbox: kind, reason, text.
pub(super) async fn told(cx: &Cx) -> Vec<(String, String, String)> {
    cx.visit().rest().await;
    let told = db::sql(
        "select kind, reason, excerpt from notification
         where organisation_id = $1 and member_id = $2 order by created_at, id",
    )
    .bind(cx.organisation_id())
    .bind(cx.member_id())
    .all(cx.db())
    .await
    .unwrap();
    cx.visit().rest().await;
    told
}

fn reason(reason: Reason, text: &str) -> (String, String, String) {
    ("message.received".into(), reason.key().into(), text.into())
}

both!(two_members_have_one_conversation_whoever_opens_it, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    assert_eq!(by(&olle, api::open_direct(petra.member_id())).await.unwrap(), id);
    assert_eq!(by(&petra, api::open_direct(olle.member_id())).await.unwrap(), id);
    assert!(lines(&petra).await.is_empty(), "what was only opened is nobody else's business");
    assert_eq!(lines(&olle).await.len(), 1);

    send(&olle, id, "Hello\nPetra").await;
    let line = lines(&petra).await.remove(0);
    assert_eq!((line.excerpt.as_str(), line.unread), ("Hello Petra", 1));
    assert_eq!(line.head.other(petra.member_id()), Some(olle.member_id()));
    assert_eq!(texts(&petra, id).await, ["Hello\nPetra"]);
    let oneself = by(&olle, api::open_direct(olle.member_id())).await.unwrap_err();
    assert!(oneself.field("member_id").is_some(), "{oneself:?}");
});

both!(opening_at_the_same_moment_makes_one_conversation, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let (one, other) = (olle.clone(), petra.clone());
    let (to, from) = (petra.member_id(), olle.member_id());
    let (one, other) = tokio::join!(
        tokio::spawn(async move { by(&one, api::open_direct(to)).await }),
        tokio::spawn(async move { by(&other, api::open_direct(from)).await })
    );
    assert_eq!(one.unwrap().unwrap(), other.unwrap().unwrap());
});

both!(sending_twice_with_one_key_is_sending_once, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    let key = Uuid::new_v4();
    let first = by(&olle, api::send_message(id, key, "Once".into(), vec![])).await.unwrap();
    let again = by(&olle, api::send_message(id, key, "Once".into(), vec![])).await.unwrap();
    assert_eq!(first, again);
    let at_once = (0..6).map(|_| {
        let (cx, key) = (olle.clone(), Uuid::from_u128(7));
        tokio::spawn(async move { by(&cx, api::send_message(id, key, "Also once".into(), vec![])).await })
    });
    let mut numbers = Vec::new();
    for sent in at_once.collect::<Vec<_>>() {
        numbers.push(sent.await.unwrap().unwrap().number);
    }
    assert_eq!(numbers, [2; 6]);
    assert_eq!(texts(&petra, id).await, ["Once", "Also once"]);
    // The key is the sender's own: somebody else's is another one.
    let sent = by(&petra, api::send_message(id, key, "Mine".into(), vec![])).await.unwrap();
    assert_eq!((sent.number, sent.body.as_str()), (3, "Mine"));
    for text in ["", " \n ", &"x".repeat(4_001)] {
        let error = by(&olle, api::send_message(id, Uuid::new_v4(), text.into(), vec![])).await.unwrap_err();
        assert!(error.field("body").is_some(), "{error:?}");
    }
});

both!(who_is_not_in_a_conversation_finds_nothing_of_it, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let anna = olle.colleague("Anna Admin", Role::Admin).await;
    let elsewhere = Cx::test(&db, "Halden").await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    let sent = send(&olle, id, "A secret").await;
    for stranger in [&anna, &elsewhere] {
        let refused = [
            by(stranger, api::load_conversation(id, None)).await.map(drop),
            by(stranger, api::load_since(id, 0)).await.map(drop),
            by(stranger, api::load_older(id, 9)).await.map(drop),
            by(stranger, api::send_message(id, Uuid::new_v4(), "Me too".into(), vec![])).await.map(drop),
            by(stranger, api::send_message(id, Uuid::new_v4(), String::new(), vec![])).await.map(drop),
            by(stranger, api::edit_message(sent.id, "Mine".into())).await,
            by(stranger, api::edit_message(sent.id, String::new())).await,
            by(stranger, api::delete_message(sent.id)).await,
            by(stranger, api::mark_read(id, 1)).await,
            by(stranger, api::mute_conversation(id, true)).await,
            by(stranger, api::leave_group(id)).await,
            by(stranger, api::rename_group(id, 1, "Ours".into())).await,
            by(stranger, api::add_to_group(id, vec![anna.member_id()])).await,
            by(stranger, api::remove_from_group(id, olle.member_id())).await,
            by(stranger, api::be_at_conversation(id, kernel::Doing::Looking)).await.map(drop),
        ];
        assert!(refused.iter().all(|answer| *answer == Err(Error::NotFound)), "{refused:?}");
        assert!(by(stranger, api::search_messages("secret".into())).await.unwrap().is_empty());
        let record = (crate::records::CONVERSATION.by_id)(stranger, id.uuid()).await.unwrap();
        assert_eq!(record, None);
    }
    // The other one is in it, and still may not touch what they did not write.
    assert_eq!(by(&petra, api::edit_message(sent.id, "Mine".into())).await, Err(Error::NotFound));
    assert_eq!(by(&petra, api::delete_message(sent.id)).await, Err(Error::NotFound));
    assert_eq!(texts(&petra, id).await, ["A secret"]);
    let record = (crate::records::CONVERSATION.by_key)(&petra, &id.to_string()).await.unwrap().unwrap();
    assert!(record.may_change);
});

both!(nobody_is_there_for_who_may_not_see_who_is, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let guest = olle.colleague("Greta Guest", Role::Guest).await;
    assert_eq!(by(&guest, api::open_direct(olle.member_id())).await, Err(Error::NotFound));
    let made_up = MemberId::from(Uuid::from_u128(1));
    assert_eq!(by(&guest, api::open_direct(made_up)).await, Err(Error::NotFound));
    assert_eq!(by(&olle, api::open_direct(made_up)).await, Err(Error::NotFound));
    // Once somebody has written to them they know who that is, and can answer.
    let id = by(&olle, api::open_direct(guest.member_id())).await.unwrap();
    send(&olle, id, "Welcome").await;
    let talk = by(&guest, api::load_conversation(id, None)).await.unwrap();
    assert_eq!(talk.people.iter().filter(|person| person.name == "Olle Owner").count(), 1);
    send(&guest, id, "Thank you").await;
    assert_eq!(by(&guest, api::open_direct(olle.member_id())).await, Ok(id));
    assert!(by(&olle, api::load_conversation(id, None)).await.unwrap().people.is_empty());
});

both!(what_is_read_is_counted_off, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    for text in ["One", "Two", "Three"] {
        send(&olle, id, text).await;
    }
    assert_eq!(unread(&petra).await, (vec![3], 3));
    assert_eq!(unread(&olle).await, (vec![0], 0));
    by(&petra, api::mark_read(id, 2)).await.unwrap();
    assert_eq!(unread(&petra).await, (vec![1], 1));
    by(&petra, api::mark_read(id, 1)).await.unwrap();
    let before_the_first = by(&petra, api::mark_read(id, -1)).await.unwrap_err();
    assert!(before_the_first.field("number").is_some(), "{before_the_first:?}");
    assert_eq!(unread(&petra).await.1, 1, "what was seen stays seen");
    let last = send(&olle, id, "Four").await;
    by(&olle, api::delete_message(last.id)).await.unwrap();
    assert_eq!(unread(&petra).await.1, 1, "what is gone is not new");
    by(&petra, api::mute_conversation(id, true)).await.unwrap();
    assert_eq!(unread(&petra).await, (vec![1], 0), "what is muted does not ask for attention");
    by(&petra, api::mark_read(id, i64::MAX)).await.unwrap();
    send(&olle, id, "Five").await;
    assert_eq!(unread(&petra).await.0, [1], "nobody has read what is not written yet");
    send(&petra, id, "Six").await;
    assert_eq!(unread(&petra).await.0, [0], "who answers has read");
});

both!(messages_are_loaded_in_parts_without_a_gap, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    let numbers =
        |messages: &[Message]| -> Vec<i64> { messages.iter().map(|message| message.number).collect() };
    for number in 1..=120 {
        let who = if number % 2 == 0 { &olle } else { &petra };
        assert_eq!(send(who, id, &format!("Message {number}")).await.number, number);
    }
    let talk = by(&petra, api::load_conversation(id, None)).await.unwrap();
    assert_eq!((talk.last, talk.read), (120, 119));
    assert_eq!(numbers(&talk.messages), (71..=120).collect::<Vec<_>>());
    let older = by(&petra, api::load_older(id, 71)).await.unwrap();
    assert_eq!(numbers(&older), (21..=70).collect::<Vec<_>>());
    let oldest = by(&petra, api::load_older(id, 21)).await.unwrap();
    assert_eq!(numbers(&oldest), (1..=20).collect::<Vec<_>>());
    let around = by(&petra, api::load_conversation(id, Some(40))).await.unwrap();
    assert_eq!(numbers(&around.messages).len(), PAGE);
    assert!(numbers(&around.messages).contains(&40) && around.last == 120);
    let since = by(&petra, api::load_since(id, 118)).await.unwrap();
    assert_eq!(numbers(&since.messages), [118, 119, 120]);
});

both!(nobody_floods_a_conversation, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    for number in 0..120 {
        send(&olle, id, &format!("Message {number}")).await;
    }
    let more = by(&olle, api::send_message(id, uuid::Uuid::from_u128(1), "One more".into(), vec![])).await;
    assert_eq!(more, Err(Error::TooMany { retry_after_secs: 60 }));
    send(&petra, id, "Slowly, please").await;
});

both!(what_is_deleted_is_gone_and_its_place_stays, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    let sent = send(&olle, id, "A mistke").await;
    by(&olle, api::edit_message(sent.id, "A mistake".into())).await.unwrap();
    let message = by(&petra, api::load_conversation(id, None)).await.unwrap().messages.remove(0);
    assert_eq!((message.body.as_str(), message.edited, message.deleted), ("A mistake", true, false));
    assert_eq!(told(&petra).await.len(), 1);

    by(&olle, api::delete_message(sent.id)).await.unwrap();
    let message = by(&petra, api::load_conversation(id, None)).await.unwrap().messages.remove(0);
    assert_eq!((message.body.as_str(), message.deleted), ("", true));
    let stored: (String,) = db::sql("select body from message where organisation_id = $1")
        .bind(olle.organisation_id())
        .one(olle.db())
        .await
        .unwrap();
    assert_eq!(stored.0, "");
    assert!(told(&petra).await.is_empty(), "nobody is told of it any more");
    assert_eq!(lines(&petra).await[0].excerpt, "Message deleted");
    assert_eq!(by(&olle, api::edit_message(sent.id, "Back".into())).await, Err(Error::NotFound));
    assert_eq!(by(&olle, api::delete_message(sent.id)).await, Err(Error::NotFound));
    assert!(by(&petra, api::search_messages("mistake".into())).await.unwrap().is_empty());
});

both!(words_are_found_where_one_may_read_them, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let anna = olle.colleague("Anna Admin", Role::Admin).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    let other = by(&olle, api::open_direct(anna.member_id())).await.unwrap();
    send(&olle, id, "The Volvo is 100% ready").await;
    send(&olle, other, "A volvo_for Åsa").await;
    let found = async |cx: &Cx, words: &str| -> Vec<ConversationId> {
        let hits = by(cx, api::search_messages(words.into())).await.unwrap();
        hits.into_iter().map(|hit| hit.conversation_id).collect()
    };
    assert_eq!(found(&olle, "VOLVO").await, [other, id], "the newest first");
    assert_eq!(found(&petra, "volvo").await, [id]);
    assert_eq!(found(&olle, "100%").await, [id]);
    assert_eq!(found(&olle, "o_f").await, [other], "signs stand for themselves");
    assert_eq!(found(&olle, "Åsa").await, [other]);
    assert!(found(&olle, "v").await.is_empty() && found(&olle, "%%").await.is_empty());
});

both!(who_is_written_to_is_told_once_for_a_conversation, |db| {
    let olle = Cx::test(&db, "Nordvik Cars").await;
    let petra = olle.colleague("Petra Planner", Role::Member).await;
    let id = by(&olle, api::open_direct(petra.member_id())).await.unwrap();
    for number in 0..70 {
        send(&olle, id, &format!("Message {number}")).await;
    }
    assert_eq!(told(&petra).await, [reason(Reason::Addressed, "Message 69")]);
    assert!(told(&olle).await.is_empty());
    by(&petra, api::mute_conversation(id, true)).await.unwrap();
    send(&olle, id, "Quietly").await;
    assert_eq!(told(&petra).await, [reason(Reason::Addressed, "Message 69")]);
    send(&olle, id, "@Petra Planner look").await;
    assert_eq!(told(&petra).await, [reason(Reason::Named, "@Petra Planner look")]);
});

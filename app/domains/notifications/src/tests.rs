//! Rules by property, and the inbox on both engines.

mod delivery;

use chrono::{DateTime, Duration, TimeZone, Timelike, Utc};
use db::both;
use kernel::{ByMail, Cx, MemberId, Notice, NoticeKind, Reason, Role, Today, Ways};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    model::{Inbox, Mute, Notification, Shown, Thread},
    repo,
    rules::{morning, muted_until, threads, ways},
};

/// The process that the records of these tests belong to.
const PLACE: Uuid = Uuid::from_u128(77);

fn notice(subject: u128, source: u128, to: &[(MemberId, Reason)]) -> Notice {
    Notice {
        kind: NoticeKind::Commented,
        record_id: Uuid::from_u128(subject),
        source_id: Uuid::from_u128(source),
        place_id: Some(PLACE),
        path: format!("/items/UC-{subject}"),
        title: format!("UC-{subject} Volvo"),
        text: "The keys are here.".into(),
        to: to.to_vec(),
    }
}

async fn tell(cx: &Cx, notice: Notice) {
    let mut tx = cx.begin().await.unwrap();
    tx.notify(notice).await.unwrap();
    tx.commit().await.unwrap();
}

async fn choose(cx: &Cx, place: Option<Uuid>, ways: Ways) {
    let mut tx = cx.begin().await.unwrap();
    repo::choose(&mut tx, cx, place, NoticeKind::Commented, ways).await.unwrap();
    tx.commit().await.unwrap();
}

async fn listed(cx: &Cx, shown: Shown) -> Vec<Notification> {
    cx.visit().rest().await;
    repo::list(cx, shown, None, 100).await.unwrap()
}

async fn unread(cx: &Cx) -> i64 {
    cx.visit().rest().await;
    kernel::unread(cx).await.unwrap()
}

both!(who_has_to_do_with_it_is_told_once_and_why_and_who_acts_is_not, |db| {
    let owner = Cx::test(&db, "Nordvik Cars").await;
    let petra = owner.colleague("Petra Planner", Role::Member).await;
    let (me, other) = (owner.member_id(), petra.member_id());
    tell(&owner, notice(1, 1, &[(me, Reason::Author), (other, Reason::Assignee), (other, Reason::TookPart)]))
        .await;
    let told = listed(&petra, Shown::All).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].reason, told[0].actor_id), (Reason::Assignee, Some(me)));
    assert_eq!(told[0].excerpt, "The keys are here.");
    assert!(listed(&owner, Shown::All).await.is_empty());
    let elsewhere = Cx::test(&db, "Halden").await;
    tell(&elsewhere, notice(1, 1, &[(other, Reason::Assignee)])).await;
    assert_eq!(unread(&petra).await, 1, "nobody is told from another organisation");
});

both!(what_is_read_is_counted_off_and_can_be_unread_again, |db| {
    let owner = Cx::test(&db, "Nordvik Cars").await;
    let petra = owner.colleague("Petra Planner", Role::Member).await;
    let to = [(petra.member_id(), Reason::Assignee)];
    for subject in 1..=3 {
        tell(&owner, notice(subject, subject, &to)).await;
    }
    let first = listed(&petra, Shown::All).await[0].id;
    let marked = async |read_at| {
        let mut tx = petra.begin().await.unwrap();
        let count = repo::mark(&mut tx, &petra, &[first], read_at).await.unwrap();
        tx.commit().await.unwrap();
        count
    };
    assert_eq!(marked(Some(petra.now())).await, 1);
    assert_eq!((unread(&petra).await, listed(&petra, Shown::Unread).await.len()), (2, 2));
    assert_eq!(marked(None).await, 1);
    let mut tx = owner.begin().await.unwrap();
    assert_eq!(repo::mark(&mut tx, &owner, &[first], None).await.unwrap(), 0, "of one's own only");
    tx.commit().await.unwrap();

    let at = petra.now();
    let mut tx = petra.begin().await.unwrap();
    assert_eq!(repo::mark_path(&mut tx, &petra, "/items/UC-2", at - Duration::hours(1)).await.unwrap(), 1);
    assert_eq!(repo::mark_all(&mut tx, &petra, at).await.unwrap(), 2);
    assert_eq!(repo::unmark_all(&mut tx, &petra, at).await.unwrap(), 2, "what was read before stays read");
    tx.commit().await.unwrap();
    assert_eq!(unread(&petra).await, 2);
});

both!(what_is_not_wanted_is_not_told_and_what_is_gone_goes, |db| {
    let owner = Cx::test(&db, "Nordvik Cars").await;
    let petra = owner.colleague("Petra Planner", Role::Member).await;
    let to = [(petra.member_id(), Reason::Assignee)];
    tell(&owner, notice(1, 1, &to)).await;
    choose(&petra, None, Ways::NONE).await;
    tell(&owner, notice(2, 2, &to)).await;
    assert_eq!(unread(&petra).await, 1);
    let mut tx = owner.begin().await.unwrap();
    tx.take_back(Uuid::from_u128(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(unread(&petra).await, 0);
});

both!(who_is_muted_is_not_disturbed_and_misses_nothing, |db| {
    let owner = Cx::test(&db, "Nordvik Cars").await;
    let petra = owner.colleague("Petra Planner", Role::Member).await;
    let mut tx = petra.begin().await.unwrap();
    repo::mute(&mut tx, &petra, petra.now() + Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    tell(&owner, notice(1, 1, &[(petra.member_id(), Reason::Assignee)])).await;
    assert_eq!((kernel::attention(&petra).await.unwrap(), unread(&petra).await), (0, 1));
    petra.visit().rest().await;
    let mut tx = petra.begin().await.unwrap();
    repo::mute(&mut tx, &petra, petra.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(kernel::attention(&petra).await.unwrap(), 1);
});

both!(one_sender_cannot_flood_somebody, |db| {
    let owner = Cx::test(&db, "Nordvik Cars").await;
    let petra = owner.colleague("Petra Planner", Role::Member).await;
    for number in 0..70 {
        tell(&owner, notice(number, number, &[(petra.member_id(), Reason::Assignee)])).await;
    }
    assert_eq!(unread(&petra).await, 60);
    let told = listed(&petra, Shown::All).await;
    let held: Vec<_> = told.iter().map(|notification| notification.held_back).collect();
    assert_eq!((held[0], held.iter().sum::<i64>()), (10, 10), "what is more is counted, on the last one");
    let other = owner.colleague("Marek Member", Role::Member).await;
    tell(&other, notice(99, 99, &[(petra.member_id(), Reason::Named)])).await;
    assert_eq!(unread(&petra).await, 61, "others still reach them");
});

fn told(id: u128, subject: u128) -> Notification {
    Notification {
        id: Uuid::from_u128(id).into(),
        kind: NoticeKind::Commented,
        reason: Reason::Author,
        actor_id: None,
        record_id: Uuid::from_u128(subject),
        path: String::new(),
        title: String::new(),
        excerpt: String::new(),
        created_at: DateTime::UNIX_EPOCH,
        read: id.is_multiple_of(2),
        held_back: 0,
    }
}

proptest! {
    #[test]
    fn threads_hold_everything_once_and_in_order(subjects in proptest::collection::vec(0_u128..5, 0..30)) {
        let notifications: Vec<_> = (0..).zip(&subjects).map(|(id, subject)| told(id, *subject)).collect();
        let threads = threads(notifications.clone());
        let unread: usize = threads.iter().map(|thread| thread.unread()).sum();
        prop_assert_eq!(unread, notifications.iter().filter(|notification| !notification.read).count());
        for thread in &threads {
            let ids: Vec<_> = thread.all().map(|notification| notification.id).collect();
            let expected: Vec<_> = notifications
                .iter()
                .filter(|notification| notification.record_id == thread.newest.record_id)
                .map(|notification| notification.id)
                .collect();
            prop_assert_eq!(ids, expected);
        }
        let newest: Vec<_> = threads.iter().map(|thread| thread.newest.id).collect();
        prop_assert!(newest.is_sorted());
    }

    #[test]
    fn tomorrow_is_eight_in_the_morning_of_the_next_day(secs in 0_i64..2_000_000_000, hours in -12_i32..14) {
        let today = Today { now: Utc.timestamp_opt(secs, 0).unwrap(), offset_secs: hours * 3600 };
        let until = muted_until(Mute::Tomorrow, today).unwrap();
        let local = today.local(until);
        prop_assert_eq!((local.hour(), local.minute()), (8, 0));
        prop_assert_eq!(local.date_naive(), today.date().succ_opt().unwrap());
        prop_assert!(today.now < until);
    }
}

proptest! {
    #[test]
    fn the_morning_is_seven_of_the_same_day_and_never_to_come(secs in 0_i64..2_000_000_000, hours in -12_i32..14) {
        let today = Today { now: Utc.timestamp_opt(secs, 0).unwrap(), offset_secs: hours * 3600 };
        match morning(today) {
            Some(at) => {
                prop_assert_eq!((today.local(at).hour(), today.local(at).minute()), (7, 0));
                prop_assert_eq!(today.local(at).date_naive(), today.date());
                prop_assert!(at <= today.now);
            }
            None => prop_assert!(today.local(today.now).hour() < 7),
        }
    }
}

#[test]
fn what_was_chosen_in_the_place_wins() {
    let kind = NoticeKind::Commented;
    let everywhere = Ways { in_app: true, mail: ByMail::AtOnce, push: true };
    assert_eq!(ways(kind, &[]), kind.usual());
    assert_eq!(ways(kind, &[(Uuid::nil(), kind, everywhere)]), everywhere);
    assert_eq!(ways(kind, &[(Uuid::nil(), kind, everywhere), (PLACE, kind, Ways::NONE)]), Ways::NONE);
    let other = [(PLACE, NoticeKind::Assigned, Ways::NONE)];
    assert_eq!(ways(kind, &other), kind.usual());
}

#[test]
fn one_is_left_alone_for_as_long_as_one_says() {
    let now = Utc.with_ymd_and_hms(2025, 11, 21, 8, 0, 0).unwrap();
    let today = Today { now, offset_secs: 3600 };
    assert_eq!(muted_until(Mute::Hour, today), Some(now + Duration::hours(1)));
    assert_eq!(muted_until(Mute::Week, today), Some(now + Duration::days(7)));
    assert_eq!(muted_until(Mute::Off, today), None);
}

#[test]
fn what_was_read_stays_beside_what_is_new() {
    let thread = |record: u128, minute: i64, read: bool| {
        let created_at = DateTime::UNIX_EPOCH + Duration::minutes(minute);
        Thread { newest: Notification { created_at, read, ..told(record, record) }, older: Vec::new() }
    };
    let inbox = |threads| Inbox { threads, unread: 0, older: None, muted_until: None };
    let shown = inbox(vec![thread(3, 3, true), thread(2, 2, false), thread(1, 1, true)]);
    let mut new = inbox(vec![thread(4, 4, false), thread(1, 5, false)]);
    new.keep_read(&shown);
    let records: Vec<u128> = new.threads.iter().map(|it| it.newest.record_id.as_u128()).collect();
    assert_eq!(records, [1, 4, 3], "in order, each once, and what is unread nowhere is not kept");
}

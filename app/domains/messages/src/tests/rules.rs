//! Decisions by property.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{FileId, MemberId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    model::{BODY_MAX, FILES_MAX, Message},
    rules::{Piece, blocks, excerpt, found, merge, pair, pieces, read_body, read_files, read_title, summary},
};

fn member(number: u128) -> MemberId {
    Uuid::from_u128(number).into()
}

fn message(number: i64, author: u128, minutes: i64) -> Message {
    Message {
        id: Uuid::from_u128(number.unsigned_abs().into()).into(),
        number,
        key: Uuid::from_u128(0),
        author_id: member(author),
        body: format!("Message {number}"),
        files: Vec::new(),
        at: DateTime::UNIX_EPOCH + Duration::minutes(minutes),
        edited: false,
        deleted: false,
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.date_naive()
}

fn numbers(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.number).collect()
}

#[test]
fn a_message_says_something_and_not_too_much() {
    assert_eq!(read_body("\n  code\n    more \n\n", 0).unwrap(), "  code\n    more");
    assert_eq!(read_body("a\r\nb", 0).unwrap(), "a\nb");
    assert!(read_body(&"å".repeat(BODY_MAX), 0).is_ok());
    for text in ["", " ", "\n\n", &"å".repeat(BODY_MAX + 1)] {
        assert!(read_body(text, 0).is_err());
    }
    assert_eq!(read_title("  Auction \n cars ").unwrap(), "Auction cars");
}

#[test]
fn files_may_say_it_all() {
    assert_eq!(read_body(" \n ", 1).unwrap(), "");
    assert_eq!(read_body("a ", 1).unwrap(), "a");
    assert!(read_body(&"å".repeat(BODY_MAX + 1), 1).is_err());
    let files: Vec<FileId> =
        (0..=FILES_MAX).map(|number| Uuid::from_u128(u128::try_from(number).unwrap()).into()).collect();
    assert!(read_files(&[]).is_ok() && read_files(&files[1..]).is_ok());
    assert!(read_files(&files).is_err(), "too many");
    assert!(read_files(&[files[0], files[1], files[0]]).is_err(), "one twice");
    assert_eq!((summary("", 1), summary("", 3)), ("Sent a file".into(), "Sent 3 files".into()));
    assert_eq!(summary("See\nthere", 3), "See there");
}

#[test]
fn messages_stand_together_by_author_day_and_time() {
    let messages =
        [message(1, 1, 0), message(2, 1, 4), message(3, 2, 5), message(4, 2, 12), message(5, 2, 1_440)];
    let drawn = blocks(&messages, None, member(1), day);
    let shape: Vec<(bool, Vec<i64>)> =
        drawn.iter().map(|block| (block.day.is_some(), numbers(&block.messages))).collect();
    assert_eq!(shape, [(true, vec![1, 2]), (false, vec![3]), (false, vec![4]), (true, vec![5])]);
}

#[test]
fn the_line_stands_before_the_first_message_that_is_new() {
    let messages = [message(1, 2, 0), message(2, 2, 1), message(3, 1, 2), message(4, 2, 3)];
    let new = |read, viewer| -> Vec<i64> {
        let drawn = blocks(&messages, read, member(viewer), day);
        drawn.iter().filter(|block| block.new).map(|block| block.messages[0].number).collect()
    };
    assert_eq!(new(Some(1), 1), [2]);
    assert_eq!(new(Some(2), 1), [4], "one's own is never new");
    assert!(new(Some(4), 1).is_empty() && new(None, 1).is_empty());
}

#[test]
fn addresses_are_links_without_what_ends_the_sentence() {
    let text = "See https://mediap.test/items/UC-1, (http://a.test). Not https:// nor ftp://x.";
    let links: Vec<_> = pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Link(link) => Some(link),
            Piece::Text(_) => None,
        })
        .collect();
    assert_eq!(links, ["https://mediap.test/items/UC-1", "http://a.test"]);
}

#[test]
fn what_was_found_is_shown() {
    let long = format!("{}the Volvo is ready", "before ".repeat(40));
    assert!(found(&long, "VOLVO").contains("Volvo is ready") && found(&long, "VOLVO").starts_with('…'));
    assert_eq!(found("A Volvo", "volvo"), "A Volvo");
}

proptest! {
    #[test]
    fn a_pair_is_the_same_from_both_sides(one in 1_u128..50, other in 1_u128..50) {
        prop_assert_eq!(pair(member(one), member(other)), pair(member(other), member(one)));
    }

    #[test]
    fn blocks_hold_every_message_once_and_in_order(
        authors in proptest::collection::vec((1_u128..4, 0_i64..900), 0..40),
        read in proptest::option::of(0_i64..40),
    ) {
        let mut minutes = 0;
        let messages: Vec<Message> = (1..)
            .zip(&authors)
            .map(|(number, (author, later))| {
                minutes += later;
                message(number, *author, minutes)
            })
            .collect();
        let drawn = blocks(&messages, read, member(1), day);
        let all: Vec<Message> = drawn.iter().flat_map(|block| block.messages.clone()).collect();
        prop_assert_eq!(all, messages);
        for block in &drawn {
            let first = &block.messages[0];
            prop_assert!(block.messages.iter().all(|it| it.author_id == first.author_id && day(it.at) == day(first.at)));
            prop_assert!(block.day.is_none_or(|date| date == day(first.at)));
        }
        prop_assert!(drawn.iter().filter(|block| block.new).count() <= 1);
        let mut days: Vec<NaiveDate> = drawn.iter().filter_map(|block| block.day).collect();
        let count = days.len();
        days.dedup();
        prop_assert_eq!(days.len(), count);
    }

    #[test]
    fn what_is_shown_has_no_gap_and_ends_with_the_newest(
        shown in (1_i64..40, 0_i64..20),
        more in (1_i64..40, 0_i64..20),
    ) {
        let range = |(from, count): (i64, i64)| -> Vec<Message> {
            (from..from + count).map(|number| message(number, 1, number)).collect()
        };
        let merged = numbers(&merge(range(shown), range(more)));
        prop_assert!(merged.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{:?}", merged);
        let newest = range(shown).iter().chain(&range(more)).map(|message| message.number).max();
        prop_assert_eq!(merged.last().copied(), newest);
    }

    #[test]
    fn the_later_word_on_a_message_counts(number in 1_i64..9) {
        let changed = Message { body: "Changed".into(), edited: true, ..message(number, 1, number) };
        let merged = merge((1..9).map(|number| message(number, 1, number)).collect(), vec![changed.clone()]);
        prop_assert!(merged.contains(&changed));
        prop_assert_eq!(merged.iter().filter(|it| it.number == number).count(), 1);
    }

    #[test]
    fn pieces_are_the_whole_text(text in "(https?://|[a-zå .,:/]){0,30}") {
        let joined: String = pieces(&text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) => text,
            })
            .collect();
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn reading_never_panics_and_keeps_what_it_takes(text in "\\PC{0,300}", words in "\\PC{0,10}", files in 0_usize..3) {
        if let Ok(body) = read_body(&text, files) {
            prop_assert_eq!(files == 0, files == 0 && !body.is_empty());
            prop_assert_eq!(read_body(&body, files).unwrap(), body);
        }
        prop_assert!(excerpt(&text).chars().count() <= 120);
        prop_assert!(found(&text, &words).chars().count() <= 120);
    }
}

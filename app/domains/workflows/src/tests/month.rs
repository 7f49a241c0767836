//! The calendar: its days, and what is due on them.

use chrono::{Datelike, Days, NaiveDate};
use kernel::{Cx, Error, ItemId, WeekStart};
use proptest::prelude::*;

use super::api::dealership;
use crate::{
    acts::{
        item::{self, Form, Sent},
        workflow as acts,
    },
    filter::{Due, Filter},
    model::Card,
    month::{MONTH_LIMIT, Month, weekday},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (1_i32..=9998, 1_u32..=366).prop_map(|(year, of_year)| {
        NaiveDate::from_yo_opt(year, of_year).unwrap_or_else(|| NaiveDate::from_yo_opt(year, 1).unwrap())
    })
}

fn any_start() -> impl Strategy<Value = WeekStart> {
    prop::sample::select(vec![WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday])
}

proptest! {
    #[test]
    fn a_month_is_shown_in_whole_weeks_and_no_more(of in any_day(), start in any_start()) {
        let month = Month::of(of);
        let days = month.days(start);
        prop_assert_eq!(days.len() % 7, 0);
        prop_assert!((28..=42).contains(&days.len()));
        prop_assert_eq!(days[0].weekday(), weekday(start));
        prop_assert!(days.windows(2).all(|pair| pair[0].succ_opt() == Some(pair[1])));
        prop_assert!(days.contains(&of));
        // Every day of the month, and no week without one.
        let inside = days.iter().filter(|day| month.has(**day)).count();
        prop_assert_eq!(inside, usize::from(of.num_days_in_month()));
        prop_assert!(days.chunks(7).all(|week| week.iter().any(|day| month.has(*day))));
        prop_assert_eq!(month.span(start), (days[0], *days.last().unwrap()));
    }

    #[test]
    fn a_month_survives_the_address(of in any_day()) {
        let month = Month::of(of);
        prop_assert_eq!(Month::read(&month.to_string()), Some(month));
        prop_assert!(month.has(month.first()) && month.first().day() == 1);
    }

    #[test]
    fn months_follow_each_other(of in any_day()) {
        let month = Month::of(of);
        let next = month.next();
        if next != month {
            prop_assert_eq!(next.previous(), month);
            prop_assert_eq!(month.first().checked_add_months(chrono::Months::new(1)), Some(next.first()));
        } else {
            prop_assert_eq!(month.to_string(), "9998-12");
        }
    }

    #[test]
    fn nonsense_in_an_address_is_no_month(text in ".{0,12}") {
        if let Some(month) = Month::read(&text) {
            prop_assert_eq!(month.to_string(), text);
        }
    }
}

#[test]
fn weeks_begin_as_the_organisation_has_it() {
    let month = Month::read("2025-11").unwrap();
    assert_eq!(month.span(WeekStart::Monday), (day("2025-10-27"), day("2025-11-30")));
    assert_eq!(month.span(WeekStart::Sunday), (day("2025-10-26"), day("2025-12-06")));
    assert_eq!(month.span(WeekStart::Saturday), (day("2025-11-01"), day("2025-12-05")));
    // February of a year that begins on a Monday needs four weeks.
    assert_eq!(Month::read("2027-02").unwrap().days(WeekStart::Monday).len(), 28);
    for text in ["", "2025", "2025-13", "2025-1", "25-11", "0000-01", "9999-01", "+025-11", "2025-11-03"] {
        assert_eq!(Month::read(text), None, "{text}");
    }
}

async fn due(cx: &Cx, id: ItemId, due_on: Option<NaiveDate>) -> Card {
    let (_, found) = crate::repo::item::find(cx.db(), cx.organisation_id(), id).await.unwrap().unwrap();
    let form = Form {
        title: found.card.title,
        priority: found.card.priority,
        assignee_id: Ok(found.card.assignee_id),
        due_on: Ok(due_on),
        data: Sent::Texts(Default::default()),
    };
    item::save(cx, id, found.card.version, form).await.unwrap()
}

db::both!(a_month_has_what_is_due_on_its_days_in_their_order, |db| {
    let cx = dealership(&db, "Nordvik Cars", 120).await;
    let everything = acts::board(&cx, "UC", &Filter::default()).await.unwrap();
    let cards: Vec<Card> = everything.columns.into_iter().flat_map(|column| column.cards).collect();
    // One on the first and one on the last day that is shown, one just outside on each side.
    let (first, last) = (day("2031-03-31"), day("2031-05-04"));
    let month = Month::read("2031-04").unwrap();
    assert_eq!(month.span(WeekStart::Monday), (first, last));
    let days = [
        first,
        last,
        first.pred_opt().unwrap(),
        last.succ_opt().unwrap(),
        day("2031-04-15"),
        day("2031-04-15"),
    ];
    for (card, day) in cards.iter().zip(days) {
        due(&cx, card.id, Some(day)).await;
    }
    let shown = acts::month(&cx, "UC", &Filter::default(), Some(month)).await.unwrap();
    let mut both = [cards[4].id, cards[5].id];
    both.sort_unstable();
    let ids: Vec<ItemId> = shown.cards.iter().map(|card| card.id).collect();
    assert_eq!(ids, [cards[0].id, both[0], both[1], cards[1].id]);
    assert!(!shown.cut);

    // Filters are those of the list.
    let one = Filter { q: cards[0].number.to_string(), ..Filter::default() };
    let shown = acts::month(&cx, "UC", &one, Some(month)).await.unwrap();
    assert!(shown.cards.iter().any(|card| card.id == cards[0].id));
    assert!(shown.cards.iter().all(|card| one.matches(card, cx.today().date())));

    // What has no due day is counted as the list would.
    due(&cx, cards[0].id, None).await;
    let unset = Filter { due: Some(Due::Unset), ..Filter::default() };
    let list = acts::items(&cx, "UC", &unset, Default::default(), None).await.unwrap();
    let shown = acts::month(&cx, "UC", &Filter::default(), Some(month)).await.unwrap();
    assert_eq!(shown.undated, list.total);
    assert_eq!(shown.cards.len(), 3);

    let now = acts::month(&cx, "UC", &Filter::default(), None).await.unwrap();
    assert!(now.month.has(cx.today().date()));
    let halden = Cx::test(&db, "Halden Studio").await;
    let theirs = acts::month(&halden, "UC", &Filter::default(), Some(month)).await;
    assert_eq!(theirs.err(), Some(Error::NotFound));
});

db::both!(a_month_reads_no_more_than_its_limit_and_says_so, |db| {
    let cx = dealership(&db, "Nordvik Cars", 3).await;
    let board = acts::board(&cx, "UC", &Filter::default()).await.unwrap();
    let card = board.columns.into_iter().flat_map(|column| column.cards).next().unwrap();
    let (workflow, item) = item::find(&cx, &format!("UC-{}", card.number)).await.unwrap();
    let mut tx = cx.begin().await.unwrap();
    let first = day("2031-04-01");
    for index in 0..=MONTH_LIMIT {
        let mut one = item.clone();
        one.card.id = cx.new_id();
        one.card.number = 1000 + i64::try_from(index).unwrap();
        one.card.due_on = first.checked_add_days(Days::new(u64::try_from(index).unwrap() % 30));
        crate::repo::item::insert(&mut tx, cx.organisation_id(), workflow.head.id, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let month = Some(Month::of(first));
    let shown = acts::month(&cx, "UC", &Filter::default(), month).await.unwrap();
    assert!(shown.cut);
    assert_eq!(shown.cards.len(), MONTH_LIMIT);
    assert!(shown.cards.is_sorted_by_key(|card| (card.due_on, card.id)));
});

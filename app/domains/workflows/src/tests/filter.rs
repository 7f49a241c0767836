//! Filters live in addresses: what is written there is read back.

use proptest::{option, prelude::*};
use uuid::Uuid;

use crate::filter::{Assignee, Due, Filter, Sort, address};

fn any_filter() -> impl Strategy<Value = Filter> {
    let id = any::<u128>().prop_map(Uuid::from_u128);
    (
        "[a-z0-9 %&=+#ÅÄÖ'<>]{0,20}",
        option::of(id.clone()),
        option::of(id.clone()),
        option::of(option::of(id)),
        option::of(1_i64..=4),
        option::of(prop::sample::select(Due::ALL.to_vec())),
        option::of(1_i64..=900),
    )
        .prop_map(|(q, step, team, assignee, priority, due, version)| Filter {
            q: q.trim().to_owned(),
            step: step.map(Into::into),
            team: team.map(Into::into),
            assignee: assignee.map(|id| id.map_or(Assignee::Nobody, |id| Assignee::Member(id.into()))),
            priority,
            due,
            version,
        })
}

/// Reads a query string the way a browser sends it.
fn parse(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            let mut bytes = Vec::new();
            let mut rest = value.bytes();
            while let Some(byte) = rest.next() {
                if byte == b'%' {
                    let hex = String::from_utf8(vec![rest.next().unwrap(), rest.next().unwrap()]).unwrap();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                } else {
                    bytes.push(byte);
                }
            }
            (name.to_owned(), String::from_utf8(bytes).unwrap())
        })
        .collect()
}

proptest! {
    #[test]
    fn a_filter_survives_the_address(filter in any_filter()) {
        let pairs = parse(&address("/workflows/UC", &filter.pairs()));
        let read = Filter::from_query(|name| {
            pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
        });
        prop_assert_eq!(read, filter);
    }

    #[test]
    fn nonsense_in_an_address_shows_everything_or_something(text in ".{0,40}") {
        let _ = Filter::from_query(|_| Some(&text));
        let _ = Sort::from_query(Some(&text));
    }
}

#[test]
fn an_order_survives_the_address() {
    for text in ["due", "-due", "number", "-updated"] {
        assert_eq!(Sort::from_query(Some(text)).text(), text);
    }
    assert_eq!(Sort::from_query(Some("colour")), Sort::default());
}

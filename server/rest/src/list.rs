//! Lists: filter, order, pages by cursors.

use std::cmp::Ordering;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Required, Schema, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    Problem,
    call::{Input, only_known, take},
};

/// Records on a page when nobody says how many.
const USUAL: usize = 50;
/// Records on a page at most.
pub(crate) const MOST: usize = 200;

/// What a list can be narrowed by. `derive(Deserialize, IntoParams)` with optional fields gives the parameters.
pub trait Filter: DeserializeOwned + IntoParams + Clone + Send + Sync + 'static {
    /// What the list can go by. The first is usual.
    const SORTS: &'static [&'static str];
}

/// The filter of a list that has none but its order.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoFilter {}

impl Filter for NoFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// Which part of a list is asked for, and in what order.
#[derive(Debug, Clone)]
pub struct List<F> {
    /// What it is narrowed by.
    pub filter: F,
    /// What it goes by: one of [`Filter::SORTS`].
    pub sort: &'static str,
    /// Largest first.
    pub descending: bool,
    /// How many records a page has, 1 to 200.
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// One page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// The records.
    pub data: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// What a record is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A number, or an instant in microseconds.
    Number(i64),
    /// A text, in lower case where people do not care.
    Text(String),
}

/// A record of a list that is small enough to be read whole.
pub trait Listed {
    /// Tells it from the others.
    fn id(&self) -> String;

    /// What it is sorted by in the order of this name.
    fn key(&self, sort: &str) -> Key;
}

#[derive(Serialize, Deserialize)]
struct Cursor(Key, String);

impl<F: Filter> List<F> {
    /// The page of records that have all been read: cut after the last of the page before.
    pub fn page<T: Listed>(&self, records: Vec<T>) -> Result<Page<T>, Problem> {
        let after = self.after.as_deref().map(read_cursor::<Cursor>).transpose()?;
        let directed = |order: Ordering| if self.descending { order.reverse() } else { order };
        let mut keyed: Vec<(Key, String, T)> =
            records.into_iter().map(|record| (record.key(self.sort), record.id(), record)).collect();
        keyed.sort_by(|one, other| directed((&one.0, &one.1).cmp(&(&other.0, &other.1))));
        let rest = keyed.into_iter().filter(|(key, id, _)| {
            after
                .as_ref()
                .is_none_or(|Cursor(last, last_id)| directed((key, id).cmp(&(last, last_id))).is_gt())
        });
        let mut page: Vec<_> = rest.take(self.limit + 1).collect();
        let more = self.limit < page.len();
        page.truncate(self.limit);
        let next = page.last().filter(|_| more).map(|(key, id, _)| cursor(&Cursor(key.clone(), id.clone())));
        Ok(Page { data: page.into_iter().map(|(_, _, record)| record).collect(), next })
    }
}

/// A cursor of any content as a word in an address.
fn cursor(content: &impl Serialize) -> String {
    // Numbers and texts: writing them does not fail.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(content).unwrap_or_default())
}

fn read_cursor<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| {
        Problem::parameter("after", "Send what the page before said as next, and the same sort.")
    })
}

impl<F: Filter> Input for List<F> {
    fn read(mut pairs: Vec<(String, String)>, _: &HeaderMap, _: &Bytes) -> Result<Self, Problem> {
        let sort = take(&mut pairs, "sort")?;
        let after = take(&mut pairs, "after")?;
        let limit = match take(&mut pairs, "limit")? {
            None => USUAL,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| Problem::parameter("limit", format!("A page has 1 to {MOST} records.")))?,
        };
        let (sort, descending) = read_sort::<F>(sort.as_deref())?;
        Ok(List { filter: read_filter(&pairs)?, sort, descending, limit, after })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = F::into_params(|| Some(ParameterIn::Query));
        let sorts = F::SORTS.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]);
        let words = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(sorts)).build();
        parameters.push(query("sort", "What the list goes by; `-` before it puts the largest first.", words));
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(i64::try_from(MOST).unwrap_or_default()))
            .default(Some(USUAL.into()))
            .build();
        parameters.push(query("limit", "How many records a page has.", limit));
        let word = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9_-]+$")).build();
        parameters.push(query("after", "Where the page before ended: its `next`.", word));
        parameters
    }
}

/// What a query says that is of no list. `derive(Deserialize, IntoParams)` with optional fields gives the parameters.
#[derive(Debug, Clone)]
pub struct Query<T>(
    /// What it says.
    pub T,
);

impl<T: DeserializeOwned + IntoParams + Send + 'static> Input for Query<T> {
    fn read(pairs: Vec<(String, String)>, _: &HeaderMap, _: &Bytes) -> Result<Self, Problem> {
        read_filter(&pairs).map(Query)
    }

    fn parameters() -> Vec<Parameter> {
        T::into_params(|| Some(ParameterIn::Query))
    }
}

/// A parameter of the query.
pub(crate) fn query(name: &str, description: &str, schema: impl Into<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(RefOr::T(schema.into())))
        .build()
}

/// Reads the parameters of a filter.
fn read_filter<F: DeserializeOwned + IntoParams>(pairs: &[(String, String)]) -> Result<F, Problem> {
    let known: Vec<String> =
        F::into_params(|| Some(ParameterIn::Query)).into_iter().map(|parameter| parameter.name).collect();
    only_known(pairs, &known)?;
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    serde_urlencoded::from_str(&text).map_err(|cause| {
        // One at a time, to name the one that cannot be read.
        let wrong = pairs.iter().find(|(name, value)| {
            let alone = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
            serde_urlencoded::from_str::<F>(&alone).is_err()
        });
        Problem::parameter(wrong.map_or("query", |(name, _)| name.as_str()), format!("{cause}."))
    })
}

fn read_sort<F: Filter>(text: Option<&str>) -> Result<(&'static str, bool), Problem> {
    let Some(text) = text else { return Ok((F::SORTS.first().copied().unwrap_or_default(), false)) };
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let known = F::SORTS.iter().find(|sort| **sort == name);
    known
        .map(|sort| (*sort, descending))
        .ok_or_else(|| Problem::parameter("sort", format!("It goes by one of {}.", F::SORTS.join(", "))))
}

impl<T: ToSchema> Page<T> {
    /// What the document says of a page of such records.
    pub(crate) fn schema() -> Schema {
        use utoipa::openapi::{ArrayBuilder, Ref, schema::SchemaType};
        ObjectBuilder::new()
            .property("data", ArrayBuilder::new().items(Ref::from_schema_name(T::name())))
            .property(
                "next",
                ObjectBuilder::new()
                    .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
                    .description(Some(
                        "Where the next page begins: send it as `after`. None on the last page.",
                    )),
            )
            .required("data")
            .required("next")
            .build()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Thing(i64, String);

    impl Listed for Thing {
        fn id(&self) -> String {
            self.1.clone()
        }

        fn key(&self, _: &str) -> Key {
            Key::Number(self.0)
        }
    }

    fn list(text: &str) -> Result<List<NoFilter>, Problem> {
        let pairs = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        List::read(pairs, &HeaderMap::new(), &Bytes::new())
    }

    #[test]
    fn a_parameter_that_is_wrong_is_named() {
        for (text, name) in [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=x", "limit"),
            ("sort=size", "sort"),
            ("nmae=x", "nmae"),
            ("limit=1&limit=2", "limit"),
        ] {
            let problem = list(text).unwrap_err();
            assert_eq!(serde_json::to_value(problem.sent()).unwrap()["errors"][0]["field"], name, "{text}");
        }
        assert!(list("after=nonsense").unwrap().page(vec![Thing(1, "a".into())]).is_err());
    }

    proptest! {
        #[test]
        fn the_pages_are_the_list(
            numbers in proptest::collection::vec(0..5_i64, 0..40), limit in 1..7_usize, descending: bool
        ) {
            let things: Vec<Thing> =
                numbers.iter().enumerate().map(|(index, number)| Thing(*number, format!("{index:02}"))).collect();
            let mut whole = things.clone();
            whole.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
            if descending {
                whole.reverse();
            }
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let list =
                    List { filter: NoFilter {}, sort: "name", descending, limit, after: after.take() };
                let page = list.page(things.clone()).unwrap();
                prop_assert!(page.data.len() <= limit);
                seen.extend(page.data);
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            prop_assert_eq!(seen, whole);
        }
    }
}

//! One call of a handler: who asks, and what for, read and checked.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_TYPE, header::IF_MATCH};
use kernel::Cx;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use utoipa::{
    ToSchema,
    openapi::{
        Content, Ref, RefOr, Required, Schema,
        path::Parameter,
        request_body::{RequestBody, RequestBodyBuilder},
    },
};

use crate::Problem;

/// See the module. `P` is what stands in the path, `I` what else was sent.
#[derive(Debug)]
pub struct Call<P = (), I = ()> {
    /// Who asks, and the way to the database.
    pub cx: Cx,
    /// What the path names.
    pub path: P,
    /// The body, or filter and order of a list.
    pub input: I,
    pub(crate) if_match: Option<String>,
}

impl<P, I> Call<P, I> {
    /// Goes on only if the change was made on this version of the record: what `If-Match` says.
    pub fn made_on(&self, version: i64) -> Result<(), Problem> {
        let Some(wanted) = &self.if_match else { return Err(Problem::which_version()) };
        let tag = etag(version);
        let fits = wanted.split(',').map(str::trim).any(|one| one == "*" || one == tag);
        if fits { Ok(()) } else { Err(Problem::stale()) }
    }
}

/// The `ETag` of a record's version.
pub(crate) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

pub(crate) fn if_match(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(IF_MATCH)?;
    // What is no text fits no version.
    Some(value.to_str().unwrap_or_default().to_owned())
}

/// What a handler is sent besides the path.
pub trait Input: Sized + Send + 'static {
    /// Reads it from the query's pairs and the body.
    fn read(pairs: Vec<(String, String)>, headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem>;

    /// What the document says of the query.
    fn parameters() -> Vec<Parameter> {
        Vec::new()
    }

    /// What the document says of the body.
    fn body() -> Option<RequestBody> {
        None
    }

    /// The schemas that the two refer to.
    fn schemas(_schemas: &mut Vec<(String, RefOr<Schema>)>) {}
}

impl Input for () {
    fn read(pairs: Vec<(String, String)>, _: &HeaderMap, _: &Bytes) -> Result<Self, Problem> {
        only_known(&pairs, &[])
    }
}

/// Refuses parameters that a route does not have: a misspelt filter would otherwise show everything.
pub(crate) fn only_known(pairs: &[(String, String)], known: &[String]) -> Result<(), Problem> {
    match pairs.iter().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => Err(Problem::parameter(name, format!("There is no parameter {name:?} here."))),
        None => Ok(()),
    }
}

/// A body in JSON.
#[derive(Debug, Clone)]
pub struct Json<T>(
    /// What it says.
    pub T,
);

impl<T: DeserializeOwned + ToSchema + Send + 'static> Input for Json<T> {
    fn read(pairs: Vec<(String, String)>, headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        only_known(&pairs, &[])?;
        json(headers, body).map(Json)
    }

    fn body() -> Option<RequestBody> {
        let content = Content::new(Some(Ref::from_schema_name(T::name())));
        Some(
            RequestBodyBuilder::new()
                .content("application/json", content)
                .required(Some(Required::True))
                .build(),
        )
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// Reads a body of JSON. A key that stands twice is refused: two programs might believe different ones.
pub(crate) fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "The body is of another kind",
            "Send JSON, with the header Content-Type: application/json.",
        ));
    }
    serde_json::from_slice::<Once>(body).map_err(|cause| unreadable(&cause))?;
    serde_json::from_slice(body).map_err(|cause| unreadable(&cause))
}

fn unreadable(cause: &serde_json::Error) -> Problem {
    match cause.classify() {
        serde_json::error::Category::Data => Problem::from(kernel::Error::invalid("body", cause.to_string())),
        _ => Problem::unreadable(format!("The body is no JSON: {cause}.")),
    }
}

/// Any JSON in which no object has a key twice.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once)
    }
}

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Once;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Once, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Once;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Once, A::Error> {
        while items.next_element_seed(Once)?.is_some() {}
        Ok(Once)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Once, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            entries.next_value_seed(Once)?;
            if let Some(key) = keys.replace(key) {
                return Err(serde::de::Error::custom(format!("the key {key:?} stands twice")));
            }
        }
        Ok(Once)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, StatusCode};

    use super::*;

    fn read(text: &str) -> Result<serde_json::Value, StatusCode> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        json(&headers, &Bytes::copy_from_slice(text.as_bytes())).map_err(|problem| problem.status())
    }

    #[test]
    fn what_is_no_json_is_told_from_what_does_not_fit() {
        assert_eq!(read("{\"a\": [1, null, \"x\", 2.5, true]}").unwrap()["a"][2], "x");
        assert_eq!(read("{\"a\": 1"), Err(StatusCode::BAD_REQUEST));
        assert_eq!(read(&"[".repeat(10_000)), Err(StatusCode::BAD_REQUEST));
        assert_eq!(read("{\"a\": 1, \"a\": 2}"), Err(StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(read("{\"b\": {\"a\": 1, \"a\": 2}}"), Err(StatusCode::UNPROCESSABLE_ENTITY));
        let none = json::<serde_json::Value>(&HeaderMap::new(), &Bytes::from_static(b"{}"));
        assert_eq!(none.unwrap_err().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}

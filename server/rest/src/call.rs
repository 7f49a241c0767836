//! One call of a handler: who asks, and what for, read and checked.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE, header::IF_MATCH, request::Parts};
use kernel::Cx;
use percent_encoding::percent_decode_str;
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        Content, Ref, RefOr, Required, Schema,
        path::Parameter,
        request_body::{RequestBody, RequestBodyBuilder},
    },
};

use crate::{Problem, text};

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
        if wanted == "*" || *wanted == etag(version) { Ok(()) } else { Err(Problem::stale()) }
    }
}

/// The `ETag` of a record's version.
pub(crate) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// What `If-Match` looks like: one `ETag`, or `*` for whatever there is.
pub(crate) const IF_MATCH_PATTERN: &str = r#"^(\*|(W/)?"[!#-~]{0,200}")$"#;

/// What `If-Match` says, without the mark of a proxy that has compressed the record on its way.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let value = value.to_str().unwrap_or_default();
    if value == "*" || is_tag(value) {
        return Ok(Some(strong(value).to_owned()));
    }
    let message = "Send the ETag as it came, with its quotation marks, or * for whatever there is.";
    Err(Problem::parameter("If-Match", message))
}

fn is_tag(text: &str) -> bool {
    let inner = strong(text).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner = inner.filter(|inner| inner.len() <= 200);
    inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

fn strong(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// Whether one of the tags of `If-None-Match` is this one.
pub(crate) fn is_known(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || strong(one) == tag)
}

/// Takes the body out of a request, up to the size that the server allows.
pub(crate) async fn take_body(request: Request) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = Bytes::from_request(whole, &()).await.map_err(|cause| {
        if cause.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
            Problem::too_large("Send less at once.")
        } else {
            Problem::unreadable("The body did not arrive as it was sent.")
        }
    })?;
    Ok((parts, body))
}

/// The query's pairs, in which everything is text.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String)>, Problem> {
    // Reading pairs would put another letter where there is none.
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(Problem::unreadable("The address is no UTF-8."));
    }
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    match pairs.iter().find(|(name, value)| !text::is_plain(name) || !text::is_plain(value)) {
        Some((name, _)) => {
            Err(Problem::parameter(name.escape_debug().to_string(), "Remove the control characters."))
        }
        None => Ok(pairs),
    }
}

/// Takes a parameter out of the query, which may be there once.
pub(crate) fn take(pairs: &mut Vec<(String, String)>, wanted: &str) -> Result<Option<String>, Problem> {
    let Some(place) = pairs.iter().position(|(name, _)| name == wanted) else { return Ok(None) };
    let (name, value) = pairs.remove(place);
    if pairs.iter().any(|(other, _)| *other == name) {
        return Err(Problem::parameter(name, "Send it once."));
    }
    Ok(Some(value))
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

/// Reads a body of JSON. A key that stands twice is refused: two programs might believe different ones. So are control
/// characters, which no database and no reader should meet.
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
    let value = strict(body).map_err(|cause| unreadable(&cause))?;
    serde_json::from_value(value).map_err(|cause| unreadable(&cause))
}

fn strict(body: &[u8]) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Strict.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

fn unreadable(cause: &serde_json::Error) -> Problem {
    match cause.classify() {
        serde_json::error::Category::Data => Problem::from(kernel::Error::invalid("body", cause.to_string())),
        _ => Problem::unreadable(format!("The body is no JSON: {cause}.")),
    }
}

const CONTROL: &str = "there are control characters";

/// JSON in which no object has a key twice, no text a control character, and a number that is whole has no point: `8.0`
/// is an integer to whoever wrote the document.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let whole = if value.fract() == 0.0 { format!("{value:.0}").parse::<i64>().ok() } else { None };
        Ok(whole.map_or_else(|| value.into(), Value::from))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        plain(text)?;
        Ok(text.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = serde_json::Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            plain(&key)?;
            let value = entries.next_value_seed(Strict)?;
            if all.contains_key(&key) {
                return Err(serde::de::Error::custom(format!("the key {key:?} stands twice")));
            }
            all.insert(key, value);
        }
        Ok(Value::Object(all))
    }
}

fn plain<E: serde::de::Error>(text: &str) -> Result<(), E> {
    if text::is_plain(text) { Ok(()) } else { Err(E::custom(CONTROL)) }
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
        let numbers = read("[8.0, 1e2, -0.0, 8.5, 1e300, 18446744073709551615, 9007199254740993]").unwrap();
        assert_eq!(numbers.to_string(), "[8,100,0,8.5,1e+300,18446744073709551615,9007199254740993]");
        assert_eq!(read("{\"a\": 1"), Err(StatusCode::BAD_REQUEST));
        assert_eq!(read(&"[".repeat(10_000)), Err(StatusCode::BAD_REQUEST));
        assert_eq!(read("{\"a\": 1, \"a\": 2}"), Err(StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(read("{\"b\": {\"a\": 1, \"a\": 2}}"), Err(StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(read("{\"a\": [\"b\\u0000\"]}"), Err(StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(read("{\"\\u001b\": 1}"), Err(StatusCode::UNPROCESSABLE_ENTITY));
        let none = json::<serde_json::Value>(&HeaderMap::new(), &Bytes::from_static(b"{}"));
        assert_eq!(none.unwrap_err().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    #[test]
    fn a_query_is_text() {
        assert_eq!(pairs("q=%C3%BC+1&x=%EF%BF%BD&y=%&z=%zz").unwrap().len(), 4);
        for (query, status) in
            [("q=%ff", 400), ("%c3=1", 400), ("q=%C3%28", 400), ("q=a%00", 422), ("%1b=1", 422)]
        {
            assert_eq!(pairs(query).unwrap_err().status().as_u16(), status, "{query}");
        }
    }

    #[test]
    fn a_version_is_named_by_its_tag() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_MATCH, HeaderValue::from_str(value).unwrap());
            if_match(&headers).map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(if_match(&HeaderMap::new()), Ok(None));
        for (value, tag) in [("*", "*"), ("\"3\"", "\"3\""), ("W/\"3\"", "\"3\""), ("\"\"", "\"\"")] {
            assert_eq!(read(value), Ok(Some(tag.into())));
        }
        for value in ["", "3", "\"3", "\"", "W/*", "\"a b\"", "\"a\"b\"", "\"1\", \"2\""] {
            assert_eq!(read(value), Err(422), "{value}");
        }
    }

    #[test]
    fn a_record_is_known_by_one_of_its_tags() {
        let header = |text: &'static str| HeaderValue::from_static(text);
        for (known, is) in
            [("\"3\"", true), ("W/\"3\"", true), ("\"2\", \"3\"", true), ("*", true), ("3", false)]
        {
            assert_eq!(is_known(&header(known), &header("\"3\"")), is, "{known}");
        }
    }
}

//! Answers: a page, a record, a new record, a file, nothing.

use std::marker::PhantomData;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, LINK, LOCATION},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::{BASE, Problem, call::etag, list::Page};

/// The media type of records with some of their fields only: they are not what a record's schema says.
pub(crate) const SOME_FIELDS: &str = "application/vnd.mediap.fields+json";

/// A record as other programs see it.
pub trait Record: Serialize + ToSchema + Send + 'static {
    /// The version that a change names, for records that have one: their `ETag`.
    fn version(&self) -> Option<i64> {
        None
    }
}

/// A record that a call has made.
#[derive(Debug)]
pub struct Created<T> {
    /// Its address below the base of the interface, as in `/teams/0198…`.
    pub at: String,
    /// The record.
    pub record: T,
}

/// What of an answer depends on the request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The fields that were asked for, if not all.
    pub(crate) fields: Option<&'a [String]>,
    /// The query, as it was sent.
    pub(crate) query: &'a str,
}

/// What a handler answers with.
pub trait Reply: Sized + Send + 'static {
    /// The status of the answer.
    const STATUS: StatusCode;
    /// Whether it carries an `ETag`.
    const TAGGED: bool = false;
    /// Whether it says where the next page is.
    const PAGED: bool = false;

    /// The media types of a body that is a file, in which there are no records.
    const FILES: &'static [&'static str] = &[];

    /// What the document says of the body.
    fn schema() -> Option<RefOr<Schema>>;

    /// The schemas that it refers to.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>);

    /// The fields that can be asked for, if the answer has records.
    fn fields() -> Vec<String> {
        Vec::new()
    }

    /// Writes it.
    fn answer(self, asked: Asked<'_>) -> Result<Response, Problem>;
}

impl<T: Record> Reply for T {
    const STATUS: StatusCode = StatusCode::OK;
    const TAGGED: bool = true;

    fn schema() -> Option<RefOr<Schema>> {
        Some(Ref::from_schema_name(T::name()).into())
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas_of::<T>(schemas);
    }

    fn fields() -> Vec<String> {
        fields_of::<T>()
    }

    fn answer(self, asked: Asked<'_>) -> Result<Response, Problem> {
        let tag = self.version().map(etag);
        let mut response = match asked.fields {
            None => json(Self::STATUS, JSON, &self)?,
            Some(fields) => json(Self::STATUS, SOME_FIELDS, &sparse(&self, fields)?)?,
        };
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            response.headers_mut().insert(ETAG, tag);
        }
        Ok(response)
    }
}

impl<T: Record> Reply for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;
    const TAGGED: bool = true;

    fn schema() -> Option<RefOr<Schema>> {
        <T as Reply>::schema()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas_of::<T>(schemas);
    }

    fn answer(self, asked: Asked<'_>) -> Result<Response, Problem> {
        let mut response = self.record.answer(asked)?;
        *response.status_mut() = Self::STATUS;
        if let Ok(place) = HeaderValue::from_str(&format!("{BASE}{}", self.at)) {
            response.headers_mut().insert(LOCATION, place);
        }
        Ok(response)
    }
}

impl<T: Record> Reply for Page<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const PAGED: bool = true;

    fn schema() -> Option<RefOr<Schema>> {
        Some(RefOr::T(Page::<T>::schema()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas_of::<T>(schemas);
    }

    fn fields() -> Vec<String> {
        fields_of::<T>()
    }

    fn answer(self, asked: Asked<'_>) -> Result<Response, Problem> {
        #[derive(Serialize)]
        struct Sent<'a, D> {
            data: D,
            next: &'a Option<String>,
        }
        let next = self.next;
        let mut response = match asked.fields {
            None => json(Self::STATUS, JSON, &Sent { data: &self.data, next: &next })?,
            Some(fields) => {
                let data =
                    self.data.iter().map(|record| sparse(record, fields)).collect::<Result<Vec<_>, _>>()?;
                json(Self::STATUS, SOME_FIELDS, &Sent { data, next: &next })?
            }
        };
        let link = next.map(|next| next_page(asked.query, &next));
        if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
            response.headers_mut().insert(LINK, link);
        }
        Ok(response)
    }
}

impl Reply for () {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;

    fn schema() -> Option<RefOr<Schema>> {
        None
    }

    fn schemas(_: &mut Vec<(String, RefOr<Schema>)>) {}

    fn answer(self, _: Asked<'_>) -> Result<Response, Problem> {
        Ok(Self::STATUS.into_response())
    }
}

/// The media types that a file may have.
pub trait Kinds: Send + 'static {
    /// Each of them.
    const KINDS: &'static [&'static str];
}

/// A file to take away, of one of these kinds.
#[derive(Debug)]
pub struct Attached<K> {
    kind: &'static str,
    name: String,
    text: String,
    of: PhantomData<fn() -> K>,
}

impl<K> Attached<K> {
    /// A file of this media type with this name, of letters, digits and dots.
    pub fn new(kind: &'static str, name: String, text: String) -> Self {
        Attached { kind, name, text, of: PhantomData }
    }
}

impl<K: Kinds> Reply for Attached<K> {
    const STATUS: StatusCode = StatusCode::OK;
    const FILES: &'static [&'static str] = K::KINDS;

    fn schema() -> Option<RefOr<Schema>> {
        None
    }

    fn schemas(_: &mut Vec<(String, RefOr<Schema>)>) {}

    fn answer(self, _: Asked<'_>) -> Result<Response, Problem> {
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        let headers = [(CONTENT_TYPE, self.kind.to_owned()), (CONTENT_DISPOSITION, disposition)];
        Ok((Self::STATUS, headers, Body::from(self.text)).into_response())
    }
}

/// The address of the next page, relative to that of this one.
fn next_page(query: &str, next: &str) -> String {
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "after");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair("after", next)
        .finish();
    format!("<?{query}>; rel=\"next\"")
}

fn schemas_of<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// The names of a record's fields, in the order in which it declares them.
pub(crate) fn fields_of<T: ToSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}

/// A record with these fields only.
fn sparse(record: &impl Serialize, fields: &[String]) -> Result<Value, Problem> {
    let mut value = to_value(record)?;
    if let Value::Object(entries) = &mut value {
        entries.retain(|name, _| fields.contains(name));
    }
    Ok(value)
}

pub(crate) fn to_value(record: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(record).map_err(|cause| unwritable(&cause))
}

fn unwritable(cause: &serde_json::Error) -> Problem {
    tracing::error!(error = %cause, "An answer cannot be written as JSON");
    Problem::from(kernel::Error::Internal { reference: "answer".into() })
}

const JSON: &str = "application/json";

fn json(status: StatusCode, kind: &'static str, body: &impl Serialize) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(body).map_err(|cause| unwritable(&cause))?;
    Ok((status, [(CONTENT_TYPE, kind)], Body::from(bytes)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_of_the_same_list() {
        assert_eq!(next_page("", "abc"), "<?after=abc>; rel=\"next\"");
        assert_eq!(
            next_page("q=a+b%26&after=old&sort=-name", "new"),
            "<?q=a+b%26&sort=-name&after=new>; rel=\"next\""
        );
    }
}

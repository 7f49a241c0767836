//! Answers: a page, a record, a new record, nothing.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, ETAG, LINK, LOCATION},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::{BASE, Problem, call::etag, list::Page};

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

/// What a handler answers with.
pub trait Reply: Sized + Send + 'static {
    /// The status of the answer.
    const STATUS: StatusCode;
    /// Whether it carries an `ETag`.
    const TAGGED: bool = false;

    /// What the document says of the body.
    fn schema() -> Option<RefOr<Schema>>;

    /// The schemas that it refers to.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>);

    /// The fields that can be asked for, if the answer has records.
    fn fields() -> Vec<String> {
        Vec::new()
    }

    /// Writes it, with those fields only if some were asked for.
    fn answer(self, fields: Option<&[String]>) -> Result<Response, Problem>;
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

    fn answer(self, fields: Option<&[String]>) -> Result<Response, Problem> {
        let tag = self.version().map(etag);
        let mut response = json(Self::STATUS, &self, fields)?;
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

    fn answer(self, fields: Option<&[String]>) -> Result<Response, Problem> {
        let mut response = self.record.answer(fields)?;
        *response.status_mut() = Self::STATUS;
        if let Ok(place) = HeaderValue::from_str(&format!("{BASE}{}", self.at)) {
            response.headers_mut().insert(LOCATION, place);
        }
        Ok(response)
    }
}

impl<T: Record> Reply for Page<T> {
    const STATUS: StatusCode = StatusCode::OK;

    fn schema() -> Option<RefOr<Schema>> {
        Some(RefOr::T(Page::<T>::schema()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas_of::<T>(schemas);
    }

    fn fields() -> Vec<String> {
        fields_of::<T>()
    }

    fn answer(self, fields: Option<&[String]>) -> Result<Response, Problem> {
        #[derive(Serialize)]
        struct Sent<'a, D> {
            data: D,
            next: &'a Option<String>,
        }
        let next = self.next;
        let mut response = match fields {
            None => json(Self::STATUS, &Sent { data: &self.data, next: &next }, None)?,
            Some(fields) => {
                let data =
                    self.data.iter().map(|record| sparse(record, fields)).collect::<Result<Vec<_>, _>>()?;
                json(Self::STATUS, &Sent { data, next: &next }, None)?
            }
        };
        // Relative to the address of this page; whoever follows it keeps the other parameters.
        let link =
            next.and_then(|next| HeaderValue::from_str(&format!("<?after={next}>; rel=\"next\"")).ok());
        if let Some(link) = link {
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

    fn answer(self, _: Option<&[String]>) -> Result<Response, Problem> {
        Ok(Self::STATUS.into_response())
    }
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

fn json(status: StatusCode, body: &impl Serialize, fields: Option<&[String]>) -> Result<Response, Problem> {
    let bytes = match fields {
        None => serde_json::to_vec(body),
        Some(fields) => serde_json::to_vec(&sparse(body, fields)?),
    };
    let bytes = bytes.map_err(|cause| unwritable(&cause))?;
    Ok((status, [(CONTENT_TYPE, "application/json")], Body::from(bytes)).into_response())
}

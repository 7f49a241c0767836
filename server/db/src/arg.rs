//! Values that a statement may carry, independent of the engine.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// One bound value. Every kind may be null, and a null keeps its type, since PostgreSQL asks for it.
#[derive(Debug, Clone)]
pub enum Arg {
    /// `boolean`
    Bool(Option<bool>),
    /// `bigint`
    Int(Option<i64>),
    /// `double precision`
    Float(Option<f64>),
    /// `text`
    Text(Option<String>),
    /// `bytea`
    Bytes(Option<Vec<u8>>),
    /// `uuid`
    Uuid(Option<Uuid>),
    /// `timestamptz`
    Time(Option<DateTime<Utc>>),
    /// `date`
    Date(Option<NaiveDate>),
    /// `jsonb`; objects and arrays only
    Json(Option<serde_json::Value>),
}

/// A Rust type whose absence is a null of a known kind, so that `Option` of it can be bound.
pub trait Nullable: Into<Arg> {
    /// The null of this kind.
    const NULL: Arg;
}

impl<T: Nullable> From<Option<T>> for Arg {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}

macro_rules! arg_from {
    ($($kind:ident: $($from:ty => $into:expr),+;)+) => {$($(
        impl From<$from> for Arg {
            fn from(value: $from) -> Self {
                Arg::$kind(Some($into(value)))
            }
        }

        impl Nullable for $from {
            const NULL: Arg = Arg::$kind(None);
        }
    )+)+};
}

arg_from! {
    Bool: bool => std::convert::identity;
    Int: i64 => std::convert::identity;
    Float: f64 => std::convert::identity;
    Text: String => std::convert::identity, &str => str::to_owned, &String => Clone::clone;
    Bytes: Vec<u8> => std::convert::identity, &[u8] => <[u8]>::to_vec;
    Uuid: Uuid => std::convert::identity;
    Time: DateTime<Utc> => std::convert::identity;
    Date: NaiveDate => std::convert::identity;
    Json: serde_json::Value => std::convert::identity;
}

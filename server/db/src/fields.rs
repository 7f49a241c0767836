//! A row of any shape as JSON, for exports: whoever reads it does not know the columns.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};
use sqlx::{
    Column, Decode, FromRow, Postgres, Row, Sqlite, Type, TypeInfo, ValueRef, postgres::PgRow,
    sqlite::SqliteRow,
};
use uuid::Uuid;

/// The columns of a row by name, as both engines write them: ids and instants as text, bytes in base64.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(pub Map<String, Value>);

impl FromRow<'_, PgRow> for Fields {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        fn get<'r, T: Decode<'r, Postgres> + Type<Postgres>>(row: &'r PgRow, at: usize) -> sqlx::Result<T> {
            row.try_get(at)
        }
        let mut fields = Map::new();
        for column in row.columns() {
            let at = column.ordinal();
            let raw = row.try_get_raw(at)?;
            let value = if raw.is_null() {
                Value::Null
            } else {
                match column.type_info().name() {
                    "BOOL" => get::<bool>(row, at)?.into(),
                    "INT8" => get::<i64>(row, at)?.into(),
                    "FLOAT8" => get::<f64>(row, at)?.into(),
                    "UUID" => get::<Uuid>(row, at)?.to_string().into(),
                    "TIMESTAMPTZ" => get::<DateTime<Utc>>(row, at)?.to_rfc3339().into(),
                    "DATE" => get::<NaiveDate>(row, at)?.to_string().into(),
                    "JSONB" => get::<Value>(row, at)?,
                    "BYTEA" => STANDARD.encode(get::<Vec<u8>>(row, at)?).into(),
                    _ => get::<String>(row, at)?.into(),
                }
            };
            fields.insert(column.name().to_owned(), value);
        }
        Ok(Fields(fields))
    }
}

impl FromRow<'_, SqliteRow> for Fields {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        fn get<'r, T: Decode<'r, Sqlite>>(row: &'r SqliteRow, at: usize) -> sqlx::Result<T> {
            // What SQLite holds decides, not what the column was declared as.
            row.try_get_unchecked(at)
        }
        let mut fields = Map::new();
        for column in row.columns() {
            let at = column.ordinal();
            let held = row.try_get_raw(at)?.type_info().name().to_owned();
            let declared = column.type_info().name();
            let value = match (held.as_str(), declared) {
                _ if row.try_get_raw(at)?.is_null() => Value::Null,
                ("INTEGER", "BOOLEAN") => (get::<i64>(row, at)? != 0).into(),
                ("INTEGER", _) => get::<i64>(row, at)?.into(),
                ("REAL", _) => get::<f64>(row, at)?.into(),
                ("BLOB", _) => {
                    let bytes = get::<Vec<u8>>(row, at)?;
                    // Ids are the only short ones.
                    Uuid::from_slice(&bytes)
                        .map_or_else(|_| STANDARD.encode(&bytes), |id| id.to_string())
                        .into()
                }
                (_, "TEXT" | "DATE") => get::<String>(row, at)?.into(),
                // JSON and instants have no type of their own here.
                _ => {
                    let text = get::<String>(row, at)?;
                    let json =
                        text.starts_with(['{', '[']).then(|| serde_json::from_str(&text).ok()).flatten();
                    json.unwrap_or_else(|| text.into())
                }
            };
            fields.insert(column.name().to_owned(), value);
        }
        Ok(Fields(fields))
    }
}

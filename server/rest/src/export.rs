//! A whole list as a file, read and sent a page at a time.

use std::{fmt::Write as _, future::Future, marker::PhantomData};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type, path::Parameter};

use crate::{
    Answer, Call, Problem,
    call::{Input, take},
    list::{Filter, List, MOST, Page, query},
    reply::{Asked, Record, Reply, fields_of, to_value},
};

/// What a route's export is called.
pub(crate) fn summary(list: &'static str) -> &'static str {
    // One text for each list, made once when the routes are.
    Box::leak(format!("Export: {}", lower_first(list)).into_boxed_str())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Lines,
}

/// What of a list is exported, and how.
pub struct Export<F> {
    list: List<F>,
    format: Format,
}

impl<F: Filter> Input for Export<F> {
    fn read(mut pairs: Vec<(String, String)>, headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        if let Some((name, _)) = pairs.iter().find(|(name, _)| matches!(name.as_str(), "limit" | "after")) {
            return Err(Problem::parameter(name, "An export has no pages."));
        }
        let format = match take(&mut pairs, "format")?.as_deref() {
            None | Some("csv") => Format::Csv,
            Some("ndjson") => Format::Lines,
            Some(_) => return Err(Problem::parameter("format", "It is csv or ndjson.")),
        };
        let list = List { limit: MOST, ..List::read(pairs, headers, body)? };
        Ok(Export { list, format })
    }

    fn parameters() -> Vec<Parameter> {
        let mut parameters = List::<F>::parameters();
        parameters.retain(|parameter| !matches!(parameter.name.as_str(), "limit" | "after"));
        let words = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["csv", "ndjson"]))
            .default(Some("csv".into()))
            .build();
        parameters.push(query("format", "A table, or a line of JSON for each record.", words));
        parameters
    }
}

/// An export under way.
pub struct File<T> {
    response: Response,
    of: PhantomData<fn() -> T>,
}

impl<T: Record> Reply for File<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const FILES: &'static [&'static str] = &["text/csv", "application/x-ndjson"];

    fn schema() -> Option<RefOr<Schema>> {
        None
    }

    fn schemas(_: &mut Vec<(String, RefOr<Schema>)>) {}

    fn answer(self, _: Asked<'_>) -> Result<Response, Problem> {
        Ok(self.response)
    }
}

/// Reads the first page, so that what is wrong is said in words, and then sends the rest while it is read.
pub(crate) async fn stream<P, F, T, Fut>(
    call: Call<P, Export<F>>,
    handler: fn(Call<P, List<F>>) -> Fut,
) -> Answer<File<T>>
where
    P: Clone + Send + Sync + 'static,
    F: Filter,
    T: Record,
    Fut: Future<Output = Answer<Page<T>>> + Send + 'static,
{
    let Call { cx, path, input: Export { list, format }, .. } = call;
    let page = move |after: Option<String>| {
        let input = List { after, ..list.clone() };
        handler(Call { cx: cx.clone(), path: path.clone(), input, if_match: None })
    };
    let first = page(None).await?;
    let columns = fields_of::<T>();
    let (kind, name, head) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "export.csv", format!("{}\r\n", columns.join(","))),
        Format::Lines => ("application/x-ndjson", "export.ndjson", String::new()),
    };
    let pages = stream::try_unfold(Some((Some(first), None)), move |state| {
        let page = page.clone();
        async move {
            let Some((ready, after)) = state else { return Ok::<_, Problem>(None) };
            let found = match ready {
                Some(first) => first,
                None => page(after).await?,
            };
            let next = found.next.map(|next| (None, Some(next)));
            Ok(Some((found.data, next)))
        }
    });
    let lines = pages
        .map(move |page| page.and_then(|records| write(&records, format, &columns)))
        .inspect_err(|problem| tracing::warn!(?problem, "An export broke off"))
        .map_err(|problem| std::io::Error::other(format!("{problem:?}")));
    let body = stream::once(async move { Ok(head) }).chain(lines);
    let headers =
        [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    Ok(File { response: (headers, Body::from_stream(body)).into_response(), of: PhantomData })
}

fn write<T: Record>(records: &[T], format: Format, columns: &[String]) -> Result<String, Problem> {
    let mut text = String::new();
    for record in records {
        let value = to_value(record)?;
        match format {
            Format::Lines => {
                // Writing to a String does not fail.
                writeln!(text, "{value}").unwrap_or_default();
            }
            Format::Csv => {
                let cells: Vec<String> = columns.iter().map(|name| cell(value.get(name))).collect();
                text.push_str(&cells.join(","));
                text.push_str("\r\n");
            }
        }
    }
    Ok(text)
}

/// A value in a table. What is no single value stands there as JSON.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => format!("\"{}\"", harmless(text).replace('"', "\"\"")),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
        Some(value) => format!("\"{}\"", value.to_string().replace('"', "\"\"")),
    }
}

/// Spreadsheets take a cell that begins like this for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_is_one_value_and_no_formula() {
        for (value, cell_text) in [
            (json!("a \"b\", c"), "\"a \"\"b\"\", c\""),
            (json!("=1+1"), "\"'=1+1\""),
            (json!(-5), "-5"),
            (json!(null), ""),
            (json!(["x"]), "\"[\"\"x\"\"]\""),
        ] {
            assert_eq!(cell(Some(&value)), cell_text);
        }
    }
}

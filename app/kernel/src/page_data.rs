//! What a page shows: loaded on the server while it renders, sent along with the page, taken over by the browser.

use std::future::Future;

use leptos::prelude::Resource;
use leptos::server::codee::{Decoder, Encoder};
use serde::{Serialize, de::DeserializeOwned};

use crate::Result;

/// The answer of a server function, as pages hold it.
pub type PageData<T> = Resource<Result<T>, Wire>;

/// Loads the answer of a server function, and again when `source` changes.
///
/// The page waits for it: pages are sent whole.
#[track_caller]
pub fn page_data<T, S, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    load: impl Fn(S) -> F + Send + Sync + 'static,
) -> PageData<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: PartialEq + Clone + Send + Sync + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    Resource::new_with_options(source, load, true)
}

/// How an answer travels inside a page: `+` and the data, or `-` and the error, both in JSON.
///
/// Data is read by the very function that reads the answers of server functions, from bytes: a second one for each
/// type, which reads from text, would make the client a tenth larger.
#[derive(Debug)]
pub struct Wire;

const DATA: &str = "+";
const ERROR: &str = "-";

impl<T: Serialize> Encoder<Result<T>> for Wire {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &Result<T>) -> serde_json::Result<String> {
        let (mark, json) = match answer {
            Ok(data) => (DATA, serde_json::to_string(data)?),
            Err(error) => (ERROR, serde_json::to_string(error)?),
        };
        Ok(format!("{mark}{json}"))
    }
}

impl<T: DeserializeOwned> Decoder<Result<T>> for Wire {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> serde_json::Result<Result<T>> {
        match text.strip_prefix(ERROR) {
            Some(error) => serde_json::from_slice(error.as_bytes()).map(Err),
            None => serde_json::from_slice(text.strip_prefix(DATA).unwrap_or(text).as_bytes()).map(Ok),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn travelled(answer: &Result<Vec<i64>>) -> Result<Vec<i64>> {
        Wire::decode(&Wire::encode(answer).unwrap()).unwrap()
    }

    #[test]
    fn answers_arrive_as_they_were_sent() {
        assert_eq!(travelled(&Ok(vec![-1, 2])), Ok(vec![-1, 2]));
        assert_eq!(travelled(&Err(Error::NotFound)), Err(Error::NotFound));
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for text in ["", "+", "-", "+{", "[1"] {
            assert!(<Wire as Decoder<Result<Vec<i64>>>>::decode(text).is_err(), "{text}");
        }
    }
}

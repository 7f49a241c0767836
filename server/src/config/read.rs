//! Takes the layered values key by key, so that an error can say where the value stands.

use std::{ops::RangeInclusive, path::Path};

use config::{Environment, File, FileFormat, Map, Source, Value};
use serde::de::DeserializeOwned;

use super::{Error, Sources};

const DEFAULT_FILE: &str = "mediap.toml";
/// The name that the `config` crate gives this origin.
const ENVIRONMENT: &str = "the environment";
/// Variables that share our prefix and are not settings: the file itself, those of the tests, and those that
/// Kubernetes sets for a service called `mediap`.
const FOREIGN: [&str; 4] = ["config", "test_", "service_", "port"];

/// Values that have not been taken yet, and the keys that were asked for.
#[derive(Default)]
pub(super) struct Read {
    values: Map<String, Value>,
    keys: Vec<&'static str>,
}

impl Read {
    /// Lays the sources over each other.
    pub(super) fn new(sources: &Sources) -> Result<Self, Error> {
        let mut values = Map::new();
        let file = sources.file.as_deref();
        if let Some(path) = file.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists())) {
            let found = File::from(path).format(FileFormat::Toml).collect();
            values.extend(found.map_err(|cause| Error::file(path, &cause))?);
        }
        let environment = Environment::with_prefix("MEDIAP").source(Some(sources.environment.clone()));
        let found = environment.collect().map_err(|cause| Error::file(Path::new(ENVIRONMENT), &cause))?;
        values.extend(
            found.into_iter().filter(|(key, _)| !FOREIGN.iter().any(|prefix| key.starts_with(prefix))),
        );
        for (key, value) in &sources.flags {
            values.insert(key.clone(), Value::new(None, value.as_str()));
        }
        Ok(Read { values, keys: Vec::new() })
    }

    /// A value of a type that reads itself.
    pub(super) fn value<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        allowed: &str,
    ) -> Result<Option<T>, Error> {
        self.take(key)
            .map(|value| value.clone().try_deserialize().map_err(|_| wrong(key, &value, allowed)))
            .transpose()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, Error> {
        self.value(key, "`true` or `false`")
    }

    /// A number between two bounds.
    pub(super) fn within(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Error> {
        let allowed = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let Some(value) = self.take(key) else { return Ok(None) };
        match value.clone().try_deserialize() {
            Ok(number) if bounds.contains(&number) => Ok(Some(number)),
            _ => Err(wrong(key, &value, &allowed)),
        }
    }

    /// A text that `parse` understands. A list in the file is read like a text with commas.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let text = text(&value).ok_or_else(|| wrong(key, &value, allowed))?;
        parse(&text).map(Some).ok_or_else(|| wrong(key, &value, allowed))
    }

    /// Like [`Read::parsed`], and no error repeats the value.
    pub(super) fn secret<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let parsed = text(&value).and_then(|text| parse(&text));
        parsed.map(Some).ok_or_else(|| Error::value(key, &origin(key, &value), None, allowed))
    }

    /// A list of tables, which the environment and the command line hold as JSON. `parse` names the key below the list
    /// that is wrong, and what may stand there; no error repeats a value, since some are secrets.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl Fn(&serde_json::Value) -> Result<T, (String, String)>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let wrong = |below: &str, allowed: &str| {
            Error::value(&format!("{key}{below}"), &origin(key, &value), None, allowed)
        };
        let list = match value.clone().into_array() {
            Ok(_) => value.clone().try_deserialize().ok(),
            Err(_) => text(&value).and_then(|text| serde_json::from_str(&text).ok()),
        };
        let list: serde_json::Value = list.ok_or_else(|| wrong("", allowed))?;
        parse(&list).map(Some).map_err(|(below, allowed)| wrong(&below, &allowed))
    }

    /// What is left was not asked for.
    pub(super) fn finish(self) -> Result<(), Error> {
        match self.values.iter().min_by_key(|(key, _)| key.as_str()) {
            Some((key, value)) => Err(Error::unknown(key, &origin(key, value), &self.keys)),
            None => Ok(()),
        }
    }

    pub(super) fn into_keys(self) -> Vec<&'static str> {
        self.keys
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.keys.push(key);
        self.values.remove(key)
    }
}

fn text(value: &Value) -> Option<String> {
    if let Ok(parts) = value.clone().into_array() {
        let parts: Result<Vec<_>, _> = parts.into_iter().map(Value::into_string).collect();
        return parts.ok().map(|parts| parts.join(","));
    }
    value.clone().into_string().ok()
}

fn wrong(key: &str, value: &Value, allowed: &str) -> Error {
    Error::value(key, &origin(key, value), text(value).as_deref(), allowed)
}

/// Where the value stands, as people look for it.
fn origin(key: &str, value: &Value) -> String {
    match value.origin() {
        Some(ENVIRONMENT) => format!("MEDIAP_{} in the environment", key.to_uppercase()),
        Some(file) => format!("in {file}"),
        None => "on the command line".into(),
    }
}

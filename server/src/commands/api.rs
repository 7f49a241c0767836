//! `mediap api` and `mediap openapi`

use std::{
    io::{IsTerminal, Read as _, Write as _},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use http::Method;
use serde_json::Value;

use crate::{api::document, config::Config};

/// A call of a server's interface.
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// GET, POST, PUT, PATCH or DELETE
    method: String,
    /// The address below /api/v1, as in /items?workflow=UC
    path: String,
    /// The body: JSON, @file, or - for standard input
    #[arg(long, short, value_name = "JSON")]
    body: Option<String>,
    /// The version that a change is made on: the ETag of the record. With "now", that of the record at this moment
    #[arg(long, value_name = "ETAG")]
    if_match: Option<String>,
    /// A word of your own for this act: sent again with the same word, it is done once
    #[arg(long, value_name = "WORD")]
    once: Option<String>,
    /// Follow a list to its end, and print a line for each record
    #[arg(long)]
    all: bool,
    /// Print the head of the answer to standard error
    #[arg(long)]
    head: bool,
    /// The server [default: the settings' base_url]
    #[arg(long, value_name = "URL", env = "MEDIAP_API_URL")]
    server: Option<String>,
    /// The key; better in the environment than on the command line
    #[arg(long, value_name = "KEY", env = "MEDIAP_API_KEY", hide_env_values = true)]
    key: Option<String>,
}

/// Prints the document of the interface.
pub(crate) async fn openapi(config: Config) -> anyhow::Result<ExitCode> {
    print(&document(&server(&config, None)))?;
    Ok(ExitCode::SUCCESS)
}

/// Calls a server and prints what it answers; fails when that is no success.
pub(crate) async fn call(config: Config, call: Call) -> anyhow::Result<ExitCode> {
    let base = format!("{}{}", server(&config, call.server.as_deref()), rest::BASE);
    let Some(key) = call.key.as_deref().filter(|key| !key.is_empty()) else {
        bail!("a key is needed: make one under Settings › API keys and put it into MEDIAP_API_KEY");
    };
    let client = Client { http: reqwest::Client::builder().build()?, base, key: key.to_owned() };
    let method: Method =
        call.method.to_uppercase().parse().context("the method is GET, POST, PUT, PATCH or DELETE")?;
    let body = call.body.as_deref().map(read_body).transpose()?;
    let tag = match call.if_match.as_deref() {
        Some("now") => client.tag(&call.path).await?,
        other => other.map(str::to_owned),
    };
    let mut path = call.path.clone();
    loop {
        let answer =
            client.send(&method, &path, body.as_deref(), tag.as_deref(), call.once.as_deref()).await?;
        if call.head {
            eprint!("{}", answer.head);
        }
        if !answer.success {
            print(&answer.pretty())?;
            return Ok(ExitCode::FAILURE);
        }
        let list = answer.json.as_ref().and_then(|json| json.get("data")?.as_array());
        match list.filter(|_| call.all) {
            None => {
                print(&answer.pretty())?;
                return Ok(ExitCode::SUCCESS);
            }
            Some(records) => {
                for record in records {
                    print(&record.to_string())?;
                }
            }
        }
        match answer.json.as_ref().and_then(|json| json.get("next")?.as_str()) {
            None => return Ok(ExitCode::SUCCESS),
            Some(next) => path = after(&call.path, next),
        }
    }
}

/// The same list from a cursor on.
fn after(path: &str, next: &str) -> String {
    format!("{path}{}after={next}", if path.contains('?') { '&' } else { '?' })
}

fn server(config: &Config, given: Option<&str>) -> String {
    let own = || config.base_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
    given.map_or_else(own, |url| url.trim_end_matches('/').to_owned())
}

fn read_body(text: &str) -> anyhow::Result<String> {
    match text {
        "-" => {
            let mut body = String::new();
            std::io::stdin().read_to_string(&mut body)?;
            Ok(body)
        }
        _ => match text.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(file).with_context(|| format!("reading {file}")),
            None => Ok(text.to_owned()),
        },
    }
}

/// Who reads along further down may stop reading.
fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(cause.into()),
        _ => Ok(()),
    }
}

struct Client {
    http: reqwest::Client,
    base: String,
    key: String,
}

struct Reply {
    success: bool,
    head: String,
    tag: Option<String>,
    text: String,
    json: Option<Value>,
}

impl Client {
    async fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&str>,
        tag: Option<&str>,
        once: Option<&str>,
    ) -> anyhow::Result<Reply> {
        if !path.starts_with('/') {
            bail!("the address begins with /, as in /items");
        }
        let url = format!("{}{path}", self.base);
        let mut request = self.http.request(method.clone(), &url).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        let headers = [("if-match", tag), ("idempotency-key", once)];
        for (name, value) in headers.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            request = request.header(name, value);
        }
        let answer = request.send().await.with_context(|| format!("asking {url}"))?;
        let status = answer.status();
        let mut head = format!("{status}\n");
        for (name, value) in answer.headers() {
            head.push_str(&format!("{name}: {}\n", value.to_str().unwrap_or_default()));
        }
        let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let text = answer.text().await?;
        Ok(Reply { success: status.is_success(), head, tag, json: serde_json::from_str(&text).ok(), text })
    }

    /// The version that a record has now.
    async fn tag(&self, path: &str) -> anyhow::Result<Option<String>> {
        let answer = self.send(&Method::GET, path, None, None, None).await?;
        if !answer.success {
            bail!("the record cannot be read: {}", answer.text);
        }
        Ok(answer.tag)
    }
}

impl Reply {
    /// For people, where people read it.
    fn pretty(&self) -> String {
        match &self.json {
            Some(json) if std::io::stdout().is_terminal() => format!("{json:#}"),
            _ => self.text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_on_where_it_ended() {
        assert_eq!(after("/items", "abc"), "/items?after=abc");
        assert_eq!(after("/items?workflow=UC", "abc"), "/items?workflow=UC&after=abc");
    }
}

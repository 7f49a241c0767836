//! `/dev/mail`: the mails that were written instead of sent, in development only.

use adapters::mail::Kept;
use axum::{
    extract::{Path, Request, State},
    response::{Html, IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute, encode_text};
use http::header::CONTENT_TYPE;

use crate::{
    problem::{Asked, Problem, plain_page},
    state::AppState,
};

const MOST: usize = 100;
/// The policy allows no style inside the page.
const STYLE: &str = "/dev/mail.css";

/// The few rules of these pages, on top of the product's tokens.
pub(crate) async fn style(State(state): State<AppState>, request: Request) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("dev_mail.css")).into_response()
}

/// The list, newest first.
pub(crate) async fn list(State(state): State<AppState>, request: Request) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    match state.mailbox.newest(MOST).await {
        Ok(mails) => page(&state, "Mailbox", &listed(&mails)),
        Err(cause) => unreadable(&cause, &state, &request),
    }
}

/// One mail.
pub(crate) async fn mail(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    match state.mailbox.find(&id).await {
        Ok(Some(mail)) => page(&state, "Mail", &shown(&mail)),
        Ok(None) => missing(&state, &request),
        Err(cause) => unreadable(&cause, &state, &request),
    }
}

fn listed(mails: &[Kept]) -> String {
    if mails.is_empty() {
        return "<h1>Mailbox</h1><p>No mail yet. What Mediap would send appears here.</p>".into();
    }
    let rows: String = mails
        .iter()
        .map(|mail| {
            format!(
                "<li><a href=\"/dev/mail/{id}\"><strong>{subject}</strong>\
                 <span>{to}</span><time datetime=\"{at}\">{time}</time></a></li>",
                id = encode_double_quoted_attribute(&mail.id),
                subject = encode_text(&mail.subject),
                to = encode_text(&mail.to),
                at = mail.at.to_rfc3339(),
                time = mail.at.format("%Y-%m-%d %H:%M:%S UTC"),
            )
        })
        .collect();
    format!("<h1>Mailbox</h1><ol>{rows}</ol>")
}

fn shown(mail: &Kept) -> String {
    format!(
        "<p><a href=\"/dev/mail\">Mailbox</a></p><h1>{subject}</h1>\
         <p>To {to} · {time}</p><pre>{text}</pre>",
        subject = encode_text(&mail.subject),
        to = encode_text(&mail.to),
        time = mail.at.format("%Y-%m-%d %H:%M:%S UTC"),
        text = linked(&mail.text),
    )
}

/// The text with its links, which stand on lines of their own, made clickable.
fn linked(text: &str) -> String {
    text.lines()
        .map(|line| {
            let link = line.trim();
            let is_link = link.starts_with("http://") || link.starts_with("https://");
            if is_link && !link.contains(char::is_whitespace) {
                format!("<a href=\"{}\">{}</a>\n", encode_double_quoted_attribute(link), encode_text(link))
            } else {
                format!("{}\n", encode_text(line))
            }
        })
        .collect()
}

fn page(state: &AppState, title: &str, body: &str) -> Response {
    let body = format!("<main class=\"dev-mail\">{body}</main>");
    Html(plain_page(title, &[&state.built().stylesheet, STYLE], &body)).into_response()
}

fn missing(state: &AppState, request: &Request) -> Response {
    Problem::not_found().answer(&Asked::by(request), state)
}

fn unreadable(cause: &std::io::Error, state: &AppState, request: &Request) -> Response {
    tracing::error!(%cause, "Mailbox cannot be read");
    let asked = Asked::by(request);
    Problem::broken(&asked).answer(&asked, state)
}

#[cfg(test)]
mod tests {
    use super::linked;

    #[test]
    fn only_whole_lines_become_links_and_nothing_becomes_markup() {
        let text = "Hi <b>you</b>,\n\nhttp://127.0.0.1:3000/confirm?token=a&b=\"c\n see http://x for more";
        assert_eq!(
            linked(text),
            "Hi &lt;b&gt;you&lt;/b&gt;,\n\n\
             <a href=\"http://127.0.0.1:3000/confirm?token=a&amp;b=&quot;c\">http://127.0.0.1:3000/confirm?token=a&amp;b=\"c</a>\n \
             see http://x for more\n"
        );
    }
}

//! `/dev/mail`: the outbox and the mails that were written instead of sent, in development only.

use adapters::mail::Kept;
use axum::{
    extract::{Path, Request, State},
    response::{Html, IntoResponse, Response},
};
use html_escape::{encode_double_quoted_attribute, encode_text};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use kernel::mail::Remembered;

use crate::{
    problem::{Asked, Problem, plain_page},
    state::AppState,
};

const MOST: usize = 100;
/// The policy allows no style inside the page.
const STYLE: &str = "/dev/mail.css";
/// A mail's HTML may show its own styles and pictures, in a frame of the mailbox and nowhere else, and do nothing.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups";

/// The few rules of these pages, on top of the product's tokens.
pub(crate) async fn style(State(state): State<AppState>, request: Request) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("dev_mail.css")).into_response()
}

/// The mails, newest first, and what the outbox holds back.
pub(crate) async fn list(State(state): State<AppState>, request: Request) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    let mails = match state.mailbox.newest(MOST).await {
        Ok(mails) => mails,
        Err(cause) => return unreadable(&cause, &state, &request),
    };
    match kernel::mail::newest(&state.site, MOST).await {
        Ok(outbox) => page(&state, "Mailbox", &(listed(&mails) + &waiting(&outbox))),
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

/// One mail: the HTML in a frame, the text, and what the outbox knows about it.
pub(crate) async fn mail(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    let mail = match state.mailbox.find(&id).await {
        Ok(Some(mail)) => mail,
        Ok(None) => return missing(&state, &request),
        Err(cause) => return unreadable(&cause, &state, &request),
    };
    match kernel::mail::newest(&state.site, MOST).await {
        Ok(outbox) => {
            // The name of a file ends in the id.
            let known = outbox.iter().find(|it| mail.id.ends_with(&it.id.uuid().simple().to_string()));
            page(&state, "Mail", &shown(&mail, known))
        }
        Err(error) => Problem::from(error).answer(&Asked::by(&request), &state),
    }
}

/// The HTML of one mail, for the frame.
pub(crate) async fn html(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    if !state.config.development {
        return missing(&state, &request);
    }
    match state.mailbox.find(&id).await {
        Ok(Some(mail)) => {
            let headers = [(CONTENT_SECURITY_POLICY, MAIL_POLICY), (X_FRAME_OPTIONS, "SAMEORIGIN")];
            (headers, Html(mail.html)).into_response()
        }
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

/// What has not been sent: those are the ones somebody wonders about.
fn waiting(outbox: &[Remembered]) -> String {
    let rows: String = outbox
        .iter()
        .filter(|mail| mail.state != "sent")
        .map(|mail| {
            format!(
                "<tr><td>{state}</td><td>{to}</td><td>{subject}</td><td>{attempts}</td><td>{error}</td></tr>",
                state = encode_text(&mail.state.replace('_', " ")),
                to = encode_text(&mail.recipient),
                subject = encode_text(&mail.subject),
                attempts = mail.attempts,
                error = encode_text(&mail.last_error),
            )
        })
        .collect();
    if rows.is_empty() {
        return "<h2>Outbox</h2><p>Nothing waits and nothing has failed.</p>".into();
    }
    format!(
        "<h2>Outbox</h2><table><thead><tr><th>State</th><th>To</th><th>Subject</th><th>Attempts</th>\
         <th>Last error</th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn shown(mail: &Kept, known: Option<&Remembered>) -> String {
    let state = known.map_or_else(String::new, |known| {
        format!(" · {} ({})", encode_text(&known.state.replace('_', " ")), encode_text(&known.answer))
    });
    format!(
        "<p><a href=\"/dev/mail\">Mailbox</a></p><h1>{subject}</h1>\
         <p>To {to} · {time}{state}</p>\
         <h2>HTML</h2><iframe title=\"The mail as HTML\" sandbox=\"allow-popups\" src=\"/dev/mail/{id}/html\"></iframe>\
         <h2>Text</h2><pre>{text}</pre>",
        subject = encode_text(&mail.subject),
        to = encode_text(&mail.to),
        time = mail.at.format("%Y-%m-%d %H:%M:%S UTC"),
        id = encode_double_quoted_attribute(&mail.id),
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

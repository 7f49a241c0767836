//! The page as text.

use std::fmt::Write as _;

use crate::statements::{Board, Card, Whole};

/// Writes the whole page.
pub fn page(board: &Board) -> String {
    let mut html = String::with_capacity(256 * 1024);
    html.push_str("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    escape(&mut html, board.whole.first().map_or("", |row| &row.workflow_name));
    html.push_str(
        "</title><link rel=\"stylesheet\" href=\"/pkg/mediap.css\"></head><body><nav class=\"sidebar\">",
    );
    escape(&mut html, &board.place.organisation_name);
    escape(&mut html, &board.viewer.name);
    escape(&mut html, &board.viewer.email);
    for choice in &board.choices {
        html.push_str("<button type=\"button\">");
        escape(&mut html, &choice.name);
        html.push_str("</button>");
    }
    for workflow in &board.workflows {
        write(&mut html, format_args!("<a href=\"/workflows/{}\">", workflow.key));
        escape(&mut html, &workflow.name);
        write(&mut html, format_args!("<span>{}</span></a>", workflow.open_count));
    }
    html.push_str("</nav><main><div class=\"board\">");
    for step in board.whole.chunk_by(|one, next| one.step_id == next.step_id) {
        column(&mut html, board, step);
    }
    html.push_str("</div></main></body></html>");
    html
}

fn column(html: &mut String, board: &Board, transitions: &[Whole]) {
    let Some(step) = transitions.first() else { return };
    write(html, format_args!("<section class=\"column\" data-step=\"{}\"><header><h2>", step.step_id));
    escape(html, &step.step_name);
    write(html, format_args!("</h2><span class=\"count\">{}</span>", step.item_count));
    if let Some(team) = board.directory.iter().find(|it| it.is_team && Some(it.id) == step.team_id) {
        write(html, format_args!("<span class=\"team is-{}\">", team.category));
        escape(html, &team.name);
        html.push_str("</span>");
    }
    for transition in transitions {
        let (Some(to), Some(name)) = (transition.to_step_id, &transition.transition_name) else { continue };
        write(html, format_args!("<button type=\"button\" data-to=\"{to}\">"));
        escape(html, name);
        html.push_str("</button>");
    }
    html.push_str("</header><ol>");
    for item in board.cards.iter().filter(|card| card.step_id == step.step_id) {
        card(html, board, item);
    }
    html.push_str("</ol></section>");
}

fn card(html: &mut String, board: &Board, card: &Card) {
    let key = board.whole.first().map_or("", |row| &row.key);
    let Card { id, number, version, priority, step_since, .. } = card;
    write(
        html,
        format_args!("<li class=\"card\" data-item=\"{id}\" data-version=\"{version}\" tabindex=\"0\">"),
    );
    write(html, format_args!("<div class=\"card-head\"><span class=\"priority is-{priority}\"></span>"));
    write(html, format_args!("<span class=\"card-key\">{key}-{number}</span>"));
    if !card.tag.is_empty() {
        html.push_str("<span class=\"plate\">");
        escape(html, &card.tag);
        html.push_str("</span>");
    }
    match board.directory.iter().find(|person| Some(person.id) == card.assignee_id) {
        Some(person) => {
            write(html, format_args!("<span class=\"avatar is-{}\" title=\"", person.category));
            escape(html, &person.name);
            html.push_str("\"></span>");
        }
        None => html.push_str("<span class=\"avatar is-none\"></span>"),
    }
    write(html, format_args!("</div><p class=\"card-title\"><a href=\"/items/{key}-{number}\">"));
    escape(html, &card.title);
    write(html, format_args!("</a></p><div class=\"card-foot\"><time>{}</time>", step_since.date_naive()));
    if let Some(day) = card.due_on {
        write(html, format_args!("<span class=\"due\">{day}</span>"));
    }
    if 0 < card.comment_count {
        write(html, format_args!("<span class=\"card-fact\">{} comments</span>", card.comment_count));
    }
    if let Some(amount) = card.amount {
        write(html, format_args!("<span class=\"card-amount\">{}.{:02}</span>", amount / 100, amount % 100));
    }
    write(
        html,
        format_args!("</div><button type=\"button\" class=\"card-move\" aria-label=\"Move {key}-{number}\">"),
    );
    html.push_str("<svg class=\"icon\"><use href=\"/icons.svg#arrow-right-left\"></use></svg></button></li>");
}

fn write(html: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = html.write_fmt(text);
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

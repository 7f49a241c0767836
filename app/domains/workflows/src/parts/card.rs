//! The cards of a column as text.
//!
//! A board draws hundreds of cards, and a card has no state of its own: what happens on it is heard by the board.
//! So a column's cards are written as one string, on the server and in the browser by the same function, which makes
//! the page several times cheaper to render and to hydrate than a component per mark.

use chrono::NaiveDate;
use kernel::{Directory, Viewer};
use ui::{
    IconSize, Presence, Size,
    html::{push_avatar, push_escaped, push_icon, push_plate, push_priority, push_unassigned},
    words::Language,
};

use crate::{model::Card, rules};

/// What a card's text depends on besides the card.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The letters before the number.
    pub workflow_key: String,
    /// Names of people.
    pub directory: Directory,
    /// Today, in the organisation's zone.
    pub today: NaiveDate,
    /// The organisation's currency.
    pub currency: String,
    /// Language of dates.
    pub language: Language,
    /// Whether the viewer may move items.
    pub may_move: bool,
}

impl Scene {
    /// The scene of a workflow's cards for a viewer.
    pub fn new(workflow_key: &str, viewer: &Viewer) -> Self {
        Scene {
            workflow_key: workflow_key.into(),
            directory: viewer.directory.clone(),
            today: viewer.today.date(),
            currency: viewer.settings.currency.clone(),
            language: Language::from_tag(&viewer.settings.language),
            may_move: viewer.may(kernel::Permission::ItemMove),
        }
    }

    /// The key people say, e.g. `UC-414`.
    pub fn key(&self, card: &Card) -> String {
        format!("{}-{}", self.workflow_key, card.number)
    }
}

/// The cards of a column. `done` cards have no due day left to keep.
pub fn cards_html(cards: &[Card], scene: &Scene, done: bool) -> String {
    let mut html = String::with_capacity(cards.len() * 1200);
    for card in cards {
        push_card(&mut html, card, scene, done);
    }
    html
}

fn push_card(html: &mut String, card: &Card, scene: &Scene, done: bool) {
    let key = scene.key(card);
    let words = scene.language.words();
    html.push_str("<li class=\"card\" data-item=\"");
    html.push_str(&card.id.to_string());
    html.push_str("\" data-key=\"");
    push_escaped(html, &key);
    html.push_str("\"><div class=\"card-head\">");
    push_priority(html, card.priority.glyph(), words);
    html.push_str("<span class=\"card-key\">");
    push_escaped(html, &key);
    html.push_str("</span>");
    if !card.tag.is_empty() {
        push_plate(html, &card.tag);
    }
    match card.assignee_id.and_then(|id| scene.directory.person(id)) {
        Some(person) => {
            let picture = person.picture();
            let (size, presence) = (Size::Small, Presence::Offline);
            push_avatar(html, &person.name, person.category, picture.as_deref(), size, presence, words);
        }
        None => push_unassigned(html, Size::Small, words),
    }
    html.push_str("</div><p class=\"card-title\"><a href=\"/items/");
    push_escaped(html, &key);
    html.push_str("\">");
    push_escaped(html, &card.title);
    html.push_str("</a></p><div class=\"card-foot\">");
    if let Some(day) = card.due_on.filter(|_| !done) {
        let due = ui::when::due(day, scene.today, scene.language);
        html.push_str("<span class=\"");
        html.push_str(due.urgency.class());
        html.push_str("\">");
        push_escaped(html, &due.text);
        html.push_str("</span>");
    }
    if 0 < card.comment_count {
        html.push_str("<span class=\"card-fact\">");
        push_icon(html, "message-square", IconSize::Tiny);
        html.push_str(&card.comment_count.to_string());
        html.push_str("<span class=\"visually-hidden\"> comments</span></span>");
    }
    if let Some(amount) = card.amount {
        html.push_str("<span class=\"card-amount\">");
        push_escaped(html, &rules::show_money(amount, &scene.currency));
        html.push_str("</span>");
    }
    html.push_str("</div>");
    if scene.may_move {
        html.push_str("<button type=\"button\" class=\"card-move\" data-act=\"move\" aria-label=\"Move ");
        push_escaped(html, &key);
        html.push_str("\">");
        push_icon(html, "arrow-right-left", IconSize::Small);
        html.push_str("</button>");
    }
    html.push_str("</li>");
}

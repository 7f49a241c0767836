//! The pieces of pages: board, cards, item.

use leptos::prelude::*;

use super::Exhibit;
use crate::html::{
    push_avatar, push_escaped, push_icon, push_plate, push_priority, push_step_glyph, push_team,
    push_unassigned,
};
use crate::words::use_words;
use crate::{
    Avatar, Button, ButtonVariant, Icon, IconButton, IconSize, Keys, Priority, Size, Step, StepGlyph,
    work_in_progress_class,
};

struct Card {
    key: &'static str,
    plate: &'static str,
    title: &'static str,
    note: Option<(&'static str, &'static str, &'static str)>,
    due: (&'static str, &'static str),
    amount: &'static str,
    priority: Priority,
    person: Option<(&'static str, i64)>,
    class: &'static str,
}

const CARD: Card = Card {
    key: "UC-417",
    plate: "GNB 316",
    title: "Volvo XC40 T4 R-Design, 2020",
    note: Some(("calendar-clock", "card-note", "Lift 3, Mon 08:00–12:00")),
    due: ("due is-late", "1 day late"),
    amount: "SEK 11,450",
    priority: Priority::High,
    person: Some(("Oskar Berg", 1)),
    class: "card",
};

const CARDS: [Card; 6] = [
    CARD,
    Card {
        key: "UC-414",
        plate: "HPD 740",
        title: "Audi A4 Avant 40 TDI, 2018",
        note: Some(("stamp", "card-note is-warning", "Approval: repair above SEK 15,000")),
        due: ("due", "24 Nov"),
        amount: "SEK 18,900",
        priority: Priority::Medium,
        class: "card is-selected",
        ..CARD
    },
    Card {
        key: "UC-421",
        plate: "RZN 419",
        title: "Ford Transit Custom, 2018",
        note: Some(("circle-pause", "card-note is-danger", "Waiting for diagnostic licence")),
        due: ("due is-late", "2 days late"),
        amount: "",
        priority: Priority::Urgent,
        person: None,
        ..CARD
    },
    Card { key: "UC-412", class: "card is-dragged", ..CARD },
    Card { key: "UC-411", note: None, due: ("due is-today", "Today"), class: "card is-dragging", ..CARD },
    Card {
        key: "UC-407",
        note: None,
        due: ("due", "26 Nov"),
        priority: Priority::None,
        class: "card is-pending",
        ..CARD
    },
];

#[component]
pub(super) fn Pages(name: &'static str) -> impl IntoView {
    let words = use_words();
    let column =
        |step: &str, position: i64, team: (&str, i64), count: (i64, Option<i64>), class: &str, range| {
            let mut html = String::new();
            html.push_str("<div class=\"board-column-head\">");
            push_step_glyph(&mut html, Step::At { position, of: 6 });
            html.push_str("<span class=\"board-column-name\">");
            push_escaped(&mut html, step);
            html.push_str("</span><span class=\"");
            html.push_str(work_in_progress_class(count.0, count.1));
            html.push_str("\">");
            match count.1 {
                Some(limit) => html.push_str(&format!("{} {} {limit}", count.0, words.of)),
                None => html.push_str(&count.0.to_string()),
            }
            html.push_str("</span></div><div class=\"board-column-team\">");
            push_team(&mut html, team.0, team.1);
            html.push_str("<span>median 3.2 d</span></div>");
            html.push_str("<p class=\"board-reason\">");
            push_icon(&mut html, "ban", IconSize::Tiny);
            html.push_str("<span>Photo needs a finished repair. UC-411 is still in Repair.</span></p>");
            html.push_str("<div class=\"board-cards\">");
            let cards: &[Card] = CARDS.get::<std::ops::Range<usize>>(range).unwrap_or_default();
            for card in cards {
                push_card(&mut html, card, words);
                if card.class.contains("is-dragged") {
                    html.push_str("<div class=\"drop-slot\"></div>");
                }
            }
            html.push_str("</div>");
            view! { <section class=format!("board-column {class}") inner_html=html></section> }
        };
    view! {
        <Exhibit title="Board: cards, drop place, full and forbidden columns" width="is-12">
            <nav class="step-tabs" aria-label="Steps">
                <a class="step-tab" href="#test">
                    <StepGlyph step=Step::At { position: 2, of: 6 }/>
                    "Test and inspect"
                    <span class="work-in-progress is-full">"5 of 5"</span>
                </a>
                <a class="step-tab" href="#repair" aria-current="true">
                    <StepGlyph step=Step::At { position: 3, of: 6 }/>
                    "Repair and recondition"
                    <span class="work-in-progress is-over">"7 of 6"</span>
                </a>
            </nav>
            <div class="exhibit-board">
                <div class="board">
                    {column("Test and inspect", 2, ("Testers", 4), (5, Some(5)), "", 0..2)}
                    {column("Repair and recondition", 3, ("Mechanics", 2), (7, Some(6)), "is-target", 2..6)}
                    {column("Photo and listing", 4, ("Photo", 10), (3, None), "is-forbidden", 0..1)}
                </div>
            </div>
        </Exhibit>
        <Exhibit title="Item" width="is-8">
            <p class="item-meta">
                <crate::PriorityGlyph priority=Priority::Medium/>
                "UC-414"
                <span>"· created Wed 19 Nov by Sara Johansson"</span>
            </p>
            <h3 class="item-title">"Audi A4 Avant 40 TDI, 2018" <crate::Plate text="HPD 740"/></h3>
            <ol class="step-strip">
                <StripStep step=Step::Done class="is-done" name="Request test" note="0.4 d"/>
                <StripStep step=Step::Done class="is-done" name="Test and inspect" note="1.2 d"/>
                <StripStep
                    step=Step::At { position: 3, of: 6 }
                    class="is-current"
                    name="Repair and recondition"
                    note="2 d so far"
                />
                <StripStep step=Step::Waiting class="" name="Photo and listing" note="Photo"/>
                <StripStep step=Step::Waiting class="" name="Published" note="Sales"/>
            </ol>
            <div class="comment">
                <Avatar name="Oskar Berg" category=1 size=Size::Medium/>
                <div class="comment-body">
                    <header>
                        <strong class="text-name">"Oskar Berg"</strong>
                        <time>"11:40"</time>
                    </header>
                    <p>"Timing cover leaks as well. Belt, pump and cover in one go saves about 2 h."</p>
                </div>
            </div>
            <div class="event">
                <Avatar name="Marek Havel" category=2/>
                <p>
                    <strong>"Marek"</strong>
                    " moved it from "
                    <strong>"Test and inspect"</strong>
                    " to "
                    <strong>"Repair and recondition"</strong>
                </p>
                <time>"Wed 15:12"</time>
            </div>
        </Exhibit>
        <Exhibit title="Why, and where to">
            <div class="exhibit-stack">
                <section class="reasons">
                    <h3>
                        <Icon name="circle-help" size=IconSize::Small/>
                        "Why is this item here?"
                    </h3>
                    <ul>
                        <li class="is-met">
                            <Icon name="check" size=IconSize::Small/>
                            <span>"Inspection report is signed " <small>"by Marek Havel, Wed 15:12"</small></span>
                        </li>
                        <li class="is-unmet">
                            <Icon name="x" size=IconSize::Small/>
                            <span>"Repair cost is " <b>"SEK 18,900"</b> ", the limit without approval is SEK 15,000"</span>
                        </li>
                    </ul>
                    <footer>"It escalates to Elsa Lindqvist on Mon 24 Nov, 09:00."</footer>
                </section>
                <ul class="moves">
                    <li>
                        <button type="button" class="move">
                            <StepGlyph step=Step::At { position: 4, of: 6 }/>
                            "Photo and listing"
                            <span class="move-note is-warning">
                                <Icon name="stamp" size=IconSize::Tiny/>
                                "needs approval"
                            </span>
                        </button>
                    </li>
                    <li>
                        <button type="button" class="move">
                            <StepGlyph step=Step::At { position: 2, of: 6 }/>
                            "Back to test"
                            <Keys keys="B"/>
                        </button>
                    </li>
                </ul>
                <div class="item-acts">
                    <Button variant=ButtonVariant::Primary>"Request approval"</Button>
                    <IconButton icon="message-square" label=format!("Comment ({name})")/>
                </div>
            </div>
        </Exhibit>
    }
}

#[component]
fn StripStep(step: Step, class: &'static str, name: &'static str, note: &'static str) -> impl IntoView {
    view! {
        <li class=class aria-current=(class == "is-current").then_some("step")>
            <span class="step-strip-name">
                <StepGlyph step/>
                <span>{name}</span>
            </span>
            <span class="step-strip-note">{note}</span>
        </li>
    }
}

/// Writes a card as boards do: this order of parts is the anatomy.
fn push_card(html: &mut String, card: &Card, words: &crate::words::Words) {
    html.push_str("<article class=\"");
    html.push_str(card.class);
    html.push_str("\"><div class=\"card-head\">");
    push_priority(html, card.priority, words);
    html.push_str("<span class=\"card-key\">");
    push_escaped(html, card.key);
    html.push_str("</span>");
    push_plate(html, card.plate);
    match card.person {
        Some((name, category)) => {
            push_avatar(html, name, category, None, Size::Small, crate::Presence::Offline, words);
        }
        None => push_unassigned(html, Size::Small, words),
    }
    html.push_str("</div><h3 class=\"card-title\"><a href=\"#");
    push_escaped(html, card.key);
    html.push_str("\">");
    push_escaped(html, card.title);
    html.push_str("</a></h3>");
    if let Some((icon, class, text)) = card.note {
        html.push_str("<p class=\"");
        html.push_str(class);
        html.push_str("\">");
        push_icon(html, icon, IconSize::Tiny);
        html.push_str("<span>");
        push_escaped(html, text);
        html.push_str("</span></p>");
    }
    html.push_str("<div class=\"card-foot\"><span class=\"");
    html.push_str(card.due.0);
    html.push_str("\">");
    push_escaped(html, card.due.1);
    html.push_str("</span><span class=\"card-fact\">");
    push_icon(html, "message-square", IconSize::Tiny);
    html.push_str("3</span><span class=\"card-amount\">");
    push_escaped(html, card.amount);
    html.push_str("</span></div></article>");
}

//! Marks written straight into text. A board draws hundreds of cards, so it writes them as one string; the components in
//! [`crate::mark`] and [`crate::icon`] show the very same text, so that each mark has one implementation.

use std::fmt::Write;

use leptos::tachys::html::InertElement;

use crate::choice::Choice;
use crate::icon::IconSize;
use crate::letters::upper;
use crate::mark::{Presence, Priority, Size, Step};
use crate::words::Words;

/// Where the build puts the sprite of all icons.
pub const SPRITE: &str = "/icons.svg";

/// Appends text, escaped for both element content and quoted attributes.
pub fn push_escaped(html: &mut String, text: &str) {
    html_escape::encode_double_quoted_attribute_to_string(text, html);
}

/// Appends an icon of the sprite, hidden from screen readers.
pub fn push_icon(html: &mut String, name: &str, size: IconSize) {
    html.push_str("<svg class=\"");
    html.push_str(size.class());
    html.push_str("\" aria-hidden=\"true\"><use href=\"");
    html.push_str(SPRITE);
    html.push('#');
    push_escaped(html, name);
    html.push_str("\"></use></svg>");
}

/// Appends the ring that shows a place in a workflow. The step's name stands beside it, so it is decoration.
pub fn push_step_glyph(html: &mut String, step: Step) {
    html.push_str("<svg class=\"step-glyph ");
    html.push_str(step.class());
    html.push_str("\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">");
    match step {
        Step::Waiting => html.push_str("<circle cx=\"7\" cy=\"7\" r=\"5.9\"></circle>"),
        Step::At { position, of } => {
            html.push_str("<circle cx=\"7\" cy=\"7\" r=\"5.9\"></circle>");
            push_pie(html, position, of);
        }
        Step::Done => {
            html.push_str("<circle cx=\"7\" cy=\"7\" r=\"6.65\"></circle><path d=\"M4.2 7.3l2 2 3.7-4.1\"></path>");
        }
        Step::Ended => html.push_str(
            "<circle cx=\"7\" cy=\"7\" r=\"6.65\"></circle><path d=\"M4.9 4.9l4.2 4.2m0-4.2l-4.2 4.2\"></path>",
        ),
    }
    html.push_str("</svg>");
}

/// Appends the three bars of a priority, with the priority as its accessible name.
pub fn push_priority(html: &mut String, priority: Priority, words: &Words) {
    html.push_str("<svg class=\"priority ");
    html.push_str(priority.class());
    html.push_str("\" viewBox=\"0 0 14 14\" role=\"img\" aria-label=\"");
    push_escaped(html, priority.name(words));
    html.push_str("\">");
    // Two paths for three bars: boards draw hundreds of these.
    html.push_str(match priority {
        Priority::None => "<path class=\"is-dash\" d=\"M1 7h3m1.5 0h3m1.5 0h3\"></path>",
        Priority::Low => {
            "<path class=\"is-set\" d=\"M2.5 13V9\"></path>\
             <path class=\"is-unset\" d=\"M7 13V5.8M11.5 13V2.6\"></path>"
        }
        Priority::Medium => {
            "<path class=\"is-set\" d=\"M2.5 13V9M7 13V5.8\"></path>\
             <path class=\"is-unset\" d=\"M11.5 13V2.6\"></path>"
        }
        Priority::High => "<path class=\"is-set\" d=\"M2.5 13V9M7 13V5.8M11.5 13V2.6\"></path>",
        Priority::Urgent => {
            "<rect x=\".5\" y=\".5\" width=\"13\" height=\"13\" rx=\"3\"></rect><path d=\"M7 3.6v4.2\"></path>\
             <path d=\"M7 10.4v.01\"></path>"
        }
    });
    html.push_str("</svg>");
}

/// Appends a person: their picture, or two letters on the ground of their category, with the name as accessible name
/// and tooltip. The letters stand behind the picture until it has come.
pub fn push_avatar(
    html: &mut String,
    name: &str,
    category: i64,
    picture: Option<&str>,
    size: Size,
    presence: Presence,
    words: &Words,
) {
    html.push_str("<span class=\"avatar ");
    html.push_str(category_class(category));
    html.push_str(size.class());
    html.push_str(presence.class());
    html.push_str("\" role=\"img\" aria-label=\"");
    push_escaped(html, name);
    if let Some(word) = presence.word(words) {
        html.push_str(", ");
        push_escaped(html, word);
    }
    html.push_str("\" data-tooltip=\"");
    push_escaped(html, name);
    html.push_str("\">");
    push_escaped(html, &initials(name));
    if let Some(picture) = picture {
        html.push_str("<img src=\"");
        push_escaped(html, picture);
        html.push_str("\" alt=\"\" loading=\"lazy\" decoding=\"async\">");
    }
    html.push_str("</span>");
}

/// Appends the dashed circle that stands for nobody.
pub fn push_unassigned(html: &mut String, size: Size, words: &Words) {
    html.push_str("<span class=\"avatar is-nobody");
    html.push_str(size.class());
    html.push_str("\" role=\"img\" aria-label=\"");
    push_escaped(html, words.nobody);
    html.push_str("\" data-tooltip=\"");
    push_escaped(html, words.nobody);
    html.push_str("\">");
    push_icon(html, "plus", IconSize::Tiny);
    html.push_str("</span>");
}

/// Appends the square of a client, a brand or an organisation. Its name stands beside it.
pub fn push_square_mark(html: &mut String, name: &str, category: Option<i64>, size: Size) {
    html.push_str("<span class=\"square-mark ");
    html.push_str(category.map_or("is-accent", category_class));
    html.push_str(size.class());
    html.push_str("\" aria-hidden=\"true\">");
    push_escaped(
        html,
        &name.chars().next().map(|letter| upper(letter.encode_utf8(&mut [0; 4]))).unwrap_or_default(),
    );
    html.push_str("</span>");
}

/// Appends a team: its square and its name.
pub fn push_team(html: &mut String, name: &str, category: i64) {
    html.push_str("<span class=\"team ");
    html.push_str(category_class(category));
    html.push_str("\">");
    push_escaped(html, name);
    html.push_str("</span>");
}

/// Appends a record tag, the field that shows itself in its own form.
pub fn push_plate(html: &mut String, text: &str) {
    html.push_str("<span class=\"plate\">");
    push_escaped(html, text);
    html.push_str("</span>");
}

/// Appends a field for a line of text, for forms that the browser sends by itself, so that no code for it is fetched.
/// Fields that follow signals or show errors are in [`crate::field`].
pub fn push_text_field(html: &mut String, name: &str, label: &str, value: &str, icon: &str, max_length: i64) {
    push_label(html, name, label);
    html.push_str("<div class=\"input\">");
    push_icon(html, icon, IconSize::Small);
    html.push_str("<input type=\"text\" id=\"field-");
    push_escaped(html, name);
    html.push_str("\" name=\"");
    push_escaped(html, name);
    html.push_str("\" value=\"");
    push_escaped(html, value);
    html.push_str("\" maxlength=\"");
    html.push_str(&max_length.to_string());
    html.push_str("\"></div></div>");
}

/// Appends a field for one of a few values, for forms that the browser sends by itself.
pub fn push_select(html: &mut String, name: &str, label: &str, choices: &[Choice], value: &str) {
    push_label(html, name, label);
    html.push_str("<div class=\"select\"><select id=\"field-");
    push_escaped(html, name);
    html.push_str("\" name=\"");
    push_escaped(html, name);
    html.push_str("\">");
    for choice in choices {
        html.push_str("<option value=\"");
        push_escaped(html, &choice.value);
        html.push_str(if choice.value == value { "\" selected>" } else { "\">" });
        push_escaped(html, &choice.label);
        html.push_str("</option>");
    }
    html.push_str("</select>");
    push_icon(html, "chevrons-up-down", IconSize::Small);
    html.push_str("</div></div>");
}

fn push_label(html: &mut String, name: &str, label: &str) {
    html.push_str("<div class=\"field\"><div class=\"field-head\"><label class=\"field-label\" for=\"field-");
    push_escaped(html, name);
    html.push_str("\">");
    push_escaped(html, label);
    html.push_str("</label></div>");
}

/// Returns the class of a colour of the category palette; numbers outside 1 to 10 wrap around.
pub fn category_class(category: i64) -> &'static str {
    match category.rem_euclid(10) {
        1 => "cat-1",
        2 => "cat-2",
        3 => "cat-3",
        4 => "cat-4",
        5 => "cat-5",
        6 => "cat-6",
        7 => "cat-7",
        8 => "cat-8",
        9 => "cat-9",
        _ => "cat-10",
    }
}

/// Returns the first letters of the first and the last word of a name.
pub fn initials(name: &str) -> String {
    let mut words =
        name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    upper(&first.into_iter().chain(last).collect::<String>())
}

/// Shows one element that was written as text.
pub(crate) fn raw(write: impl FnOnce(&mut String)) -> InertElement {
    let mut html = String::new();
    write(&mut html);
    InertElement::new(html)
}

/// A thick dashed line around the centre. Its length counts as the number of steps, so nothing has to be computed: sines
/// and fractions would cost the client several kB.
fn push_pie(html: &mut String, position: i64, of: i64) {
    if of <= position {
        html.push_str("<circle class=\"step-part\" cx=\"7\" cy=\"7\" r=\"3.9\"></circle>");
        return;
    }
    let position = position.max(0);
    let written = write!(
        html,
        "<circle class=\"step-slice\" cx=\"7\" cy=\"7\" r=\"1.95\" pathLength=\"{of}\" \
         stroke-dasharray=\"{position} {of}\" transform=\"rotate(-90 7 7)\"></circle>"
    );
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut html = String::new();
        write(&mut html);
        html
    }

    #[test]
    fn text_cannot_leave_its_place() {
        let html = written(|html| push_plate(html, "<b onload=\"x\">&"));
        assert_eq!(html, "<span class=\"plate\">&lt;b onload=&quot;x&quot;&gt;&amp;</span>");
    }

    #[test]
    fn initials_are_those_of_the_first_and_the_last_name() {
        assert_eq!(initials("Oskar Berg"), "OB");
        assert_eq!(initials("elsa maria lindqvist"), "EL");
        assert_eq!(initials("Åsa"), "Å");
        assert_eq!(initials("(Bo) Axén"), "BA");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn a_picture_stands_before_the_letters() {
        let words = Language::English.words();
        let html = written(|html| {
            push_avatar(html, "Bo Axén", 1, Some("/a?v=1&x"), Size::Small, Presence::Offline, words);
        });
        assert!(html.contains(">BA<img src=\"/a?v=1&amp;x\" alt=\"\""), "{html}");
    }

    #[test]
    fn a_ring_is_filled_to_its_place() {
        let third = written(|html| push_step_glyph(html, Step::At { position: 2, of: 6 }));
        assert!(third.contains("pathLength=\"6\" stroke-dasharray=\"2 6\""), "{third}");
        let none = written(|html| push_step_glyph(html, Step::At { position: 0, of: 6 }));
        assert!(none.contains("stroke-dasharray=\"0 6\""), "{none}");
        let all = written(|html| push_step_glyph(html, Step::At { position: 6, of: 6 }));
        assert!(all.contains("step-part") && !all.contains("step-slice"), "{all}");
    }

    #[test]
    fn a_priority_has_a_name() {
        let html = written(|html| push_priority(html, Priority::Low, Language::English.words()));
        assert!(html.contains("aria-label=\"Low\""));
        assert_eq!(html.matches("is-set").count(), 1);
    }

    #[test]
    fn categories_wrap_around() {
        assert_eq!(category_class(1), "cat-1");
        assert_eq!(category_class(10), "cat-10");
        assert_eq!(category_class(12), "cat-2");
        assert_eq!(category_class(-1), "cat-9");
    }
}

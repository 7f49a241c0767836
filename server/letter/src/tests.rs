//! Both forms say the same, and nothing that comes from outside is more than text.

use proptest::prelude::*;

use super::*;

fn head() -> Letterhead {
    let shades = |solid: &str| Shades {
        solid: Hex::new(solid),
        edge: Hex::new(solid),
        on: Hex::new("#ffffff"),
        text: Hex::new(solid),
    };
    let accent = Accent { light: shades("#00667f"), dark: shades("#4fb3cc") };
    Letterhead { name: "Nordvik Cars".into(), site: "https://mediap.test".into(), accent, logo: None }
}

fn letter() -> Letter {
    Letter::to("Elsa")
        .says("Confirm your address to start using Mediap.")
        .button("Confirm the address", "https://mediap.test/confirm?token=abc&x=1")
        .quotes("First line\nsecond line")
        .link("Log in", "https://mediap.test/login")
        .note("The link works for 3 days.")
}

#[test]
fn the_text_has_each_address_on_a_line_of_its_own() {
    assert_eq!(
        letter().text(&head()).unwrap(),
        "Hello Elsa,\n\n\
         Confirm your address to start using Mediap.\n\n\
         Confirm the address:\n\nhttps://mediap.test/confirm?token=abc&x=1\n\n\
         > First line\n> second line\n\n\
         Log in:\n\nhttps://mediap.test/login\n\n\
         The link works for 3 days.\n\n\
         -- \nNordvik Cars\nhttps://mediap.test\n"
    );
}

#[test]
fn the_html_has_every_part_in_the_colours_of_the_brand() {
    let Rendered { html, .. } = letter().render("Confirm your address", &head()).unwrap();
    for part in [
        "<title>Confirm your address</title>",
        ">Confirm your address</h1>",
        "Hello Elsa,</p>",
        "background:#00667f;",
        ".button { background: #4fb3cc !important;",
        "href=\"https://mediap.test/confirm?token=abc&#38;x=1\"",
        "First line\nsecond line</p>",
        "href=\"https://mediap.test/login\"",
        "The link works for 3 days.",
        ">Nordvik Cars</span>",
    ] {
        assert!(html.contains(part), "{part} is missing in\n{html}");
    }
    assert!(!html.contains("<img") && !html.contains("<script"), "{html}");
}

#[test]
fn a_logo_travels_inside_and_says_whose_it_is() {
    let logo = Some(Logo { bytes: Vec::new(), media_type: "image/png".into() });
    let head = Letterhead { logo, ..head() };
    let Rendered { html, .. } = letter().render("Hello", &head).unwrap();
    assert!(html.contains("src=\"cid:logo\" alt=\"Nordvik Cars\""), "{html}");
}

#[test]
fn nobody_in_particular_is_not_greeted() {
    let letter = Letter::to_whom_it_concerns().says("Hi.");
    let Rendered { text, html } = letter.render("Hello", &head()).unwrap();
    assert!(text.starts_with("Hi.\n") && !html.contains("Hello ,"), "{text}");
}

#[test]
fn only_colours_are_colours() {
    assert_eq!(Hex::new("#00667F").to_string(), "#00667F");
    for wrong in ["", "#fff", "red", "#00667f;}", "#00667g", "00667f0"] {
        assert_eq!(Hex::new(wrong).to_string(), "#000000", "{wrong}");
    }
}

#[test]
fn a_letter_survives_being_put_away() {
    let kept = serde_json::to_string(&letter()).unwrap();
    assert_eq!(serde_json::from_str::<Letter>(&kept).unwrap(), letter());
}

proptest! {
    #[test]
    fn whatever_people_are_called_is_text(name in "[a-z<>&\"' ;{}%]{0,24}") {
        let named = |name: &str| {
            let head = Letterhead { name: name.to_owned(), ..head() };
            Letter::to(name)
                .says(name)
                .button(name, "https://mediap.test/confirm?token=abc&x=1")
                .quotes(name)
                .link(name, "https://mediap.test/login")
                .note(name)
                .render(name, &head)
                .unwrap()
                .html
        };
        let (hostile, plain) = (named(&name), named("x"));
        // The same tags and attributes as with a harmless name.
        for mark in ['<', '>', '"'] {
            prop_assert_eq!(hostile.matches(mark).count(), plain.matches(mark).count());
        }
    }
}

//! The tones of a page that follow from a brand's colour, in light and in dark.
//!
//! Hue and chroma are kept where screens can show them; lightness goes only as far from the brand's own as it must, so
//! that text on the accent, accent text, the focus ring and the marks are readable on every ground of the theme.

use super::colour::{BLACK, Colour, Oklch, WHITE};

/// What text needs (WCAG AA).
pub const TEXT: f64 = 4.5;
/// What marks, borders that mean something and the focus ring need.
pub const MARK: f64 = 3.0;

/// The most chroma that text and grounds get; buttons keep all of it.
const CALM: f64 = 0.18;
/// Below this a colour counts as grey.
const GREY: f64 = 0.06;
/// A colour against which white has less contrast than this is light: it carries black text.
const LIGHT_COLOUR: f64 = 2.2;

/// The accent tokens of one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tones {
    /// The ground of what is selected.
    pub subtle: Colour,
    /// The same under the pointer.
    pub subtle_2: Colour,
    /// A line that only decorates.
    pub line: Colour,
    /// Buttons, ticks, switches.
    pub solid: Colour,
    /// The same under the pointer.
    pub hover: Colour,
    /// The same while it is pressed.
    pub active: Colour,
    /// The edge of buttons, ticks and switches, where their own colour is too near the ground.
    pub edge: Option<Colour>,
    /// Text on solid, hover and active.
    pub on: Colour,
    /// Links.
    pub text: Colour,
    /// Marks, and borders that mean something.
    pub mark: Colour,
    /// The focus ring.
    pub focus: Colour,
}

/// The tones of both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// In the light theme.
    pub light: Tones,
    /// In the dark theme.
    pub dark: Tones,
}

/// The neutral grounds of the style sheet (`--n-*` of tokens.css), by lightness and chroma. All have one hue.
const LIGHT_GROUNDS: [(f64, f64); 5] =
    [(1.0, 0.0), (0.988, 0.001), (0.976, 0.002), (0.957, 0.003), (0.936, 0.004)];
const DARK_GROUNDS: [(f64, f64); 5] =
    [(0.158, 0.004), (0.19, 0.005), (0.222, 0.006), (0.252, 0.007), (0.276, 0.008)];
const NEUTRAL_HUE: f64 = 245.0;
/// How many of the grounds, from the first, carry buttons.
const BUTTON_GROUNDS: usize = 3;

fn grounds(of: [(f64, f64); 5]) -> [Colour; 5] {
    of.map(|(l, c)| Oklch { l, c, h: NEUTRAL_HUE.to_radians() }.colour())
}

/// The grounds of the light theme.
pub fn light_grounds() -> [Colour; 5] {
    grounds(LIGHT_GROUNDS)
}

/// The grounds of the dark theme.
pub fn dark_grounds() -> [Colour; 5] {
    grounds(DARK_GROUNDS)
}

impl Theme {
    /// The tones that follow from a brand's colour.
    pub fn of(colour: Colour) -> Theme {
        let own = colour.oklch();
        let own = Oklch { c: if own.c < 0.005 { 0.0 } else { own.c }, ..own };
        let is_light = WHITE.contrast(colour) < LIGHT_COLOUR;
        if GREY <= own.c {
            return Theme { light: light(own, is_light), dark: dark(own, is_light) };
        }
        // A middle grey looks switched off, so what is next to the ground goes to its other end: white becomes nearly
        // black on white, black nearly white on black.
        let mirrored = |low: f64, high: f64| Oklch { l: (1.0 - own.l).clamp(low, high), ..own };
        let on_light = if own.l < 0.6 { own } else { mirrored(0.22, 0.36) };
        let on_dark = if 0.7 < own.l { own } else { mirrored(0.84, 0.96) };
        Theme { light: light(on_light, false), dark: dark(on_dark, true) }
    }

    /// The style sheet that gives a page these tones. It wins over the tokens, which stand on `:root`.
    pub fn css(&self) -> String {
        let Theme { light, dark } = self;
        let token = |name: &str, light: Colour, dark: Colour| {
            format!("--accent-{name}:light-dark({},{});", light.hex(), dark.hex())
        };
        let shown = |edge: Option<Colour>| edge.map_or_else(|| "transparent".to_owned(), Colour::hex);
        let edge = format!("--accent-edge:light-dark({},{});", shown(light.edge), shown(dark.edge));
        let tokens = [
            token("subtle", light.subtle, dark.subtle),
            token("subtle-2", light.subtle_2, dark.subtle_2),
            token("line", light.line, dark.line),
            token("solid", light.solid, dark.solid),
            token("hover", light.hover, dark.hover),
            token("active", light.active, dark.active),
            edge,
            token("on", light.on, dark.on),
            token("text", light.text, dark.text),
            token("mark", light.mark, dark.mark),
            format!("--focus:light-dark({},{});", light.focus.hex(), dark.focus.hex()),
        ];
        format!("html:root{{{}}}\n", tokens.concat())
    }
}

fn light(own: Oklch, black_on: bool) -> Tones {
    let grounds = light_grounds();
    let calm = own.c.min(CALM);
    let subtle = own.with(0.966, calm * 0.16).colour();
    let subtle_2 = own.with(0.935, calm * 0.3).colour();
    let everywhere = |colour: Colour, least: f64| {
        grounds.iter().chain([&subtle, &subtle_2]).all(|ground| least <= colour.contrast(*ground))
    };
    let on = if black_on { BLACK } else { WHITE };
    let carries = |colour: Colour| TEXT <= colour.contrast(on);
    let stands_out =
        |colour: Colour| grounds.iter().take(BUTTON_GROUNDS).all(|ground| MARK <= colour.contrast(*ground));
    let l = fit(own, own.l, DARKER, carries);
    let further = |by: f64| {
        // Next to black there is nothing darker to see, and the first steps away from it are not seen either.
        let (l, step) = if l < 0.3 { (l.max(0.14), by) } else { (l, -by) };
        shade(own, l, step, carries)
    };
    let solid = own.with(l, own.c).colour();
    let mark = tone(own, own.l.clamp(0.3, 0.62), own.c, DARKER, |colour| everywhere(colour, MARK));
    Tones {
        subtle,
        subtle_2,
        line: own.with(0.83, calm * 0.62).colour(),
        solid,
        hover: further(0.05),
        active: further(0.09),
        edge: (!stands_out(solid)).then_some(mark),
        on,
        text: tone(own, own.l.clamp(0.3, 0.47), calm, DARKER, |colour| everywhere(colour, TEXT)),
        mark,
        focus: tone(own, own.l.clamp(0.45, 0.55), ring(own), DARKER, |colour| everywhere(colour, MARK)),
    }
}

fn dark(own: Oklch, black_on: bool) -> Tones {
    let grounds = dark_grounds();
    let calm = own.c.min(CALM);
    let subtle = own.with(0.258, calm * 0.42).colour();
    let subtle_2 = own.with(0.305, calm * 0.5).colour();
    let everywhere = |colour: Colour, least: f64| {
        grounds.iter().chain([&subtle, &subtle_2]).all(|ground| least <= colour.contrast(*ground))
    };
    let on = if black_on { BLACK } else { WHITE };
    let carries = |colour: Colour| TEXT <= colour.contrast(on);
    let stands_out =
        |colour: Colour| grounds.iter().take(BUTTON_GROUNDS).all(|ground| MARK <= colour.contrast(*ground));
    // Dark enough for white text first; then as light as it must be to stand out, which still carries the text.
    let l = if black_on { own.l } else { fit(own, own.l, DARKER, carries) };
    let l = fit(own, l, LIGHTER, |colour| stands_out(colour) && (!black_on || carries(colour)));
    let further = |by: f64| shade(own, l, if black_on { -by } else { by }, carries);
    let solid = own.with(l, own.c).colour();
    Tones {
        subtle,
        subtle_2,
        line: own.with(0.43, calm * 0.62).colour(),
        solid,
        hover: further(0.035),
        active: further(-0.03),
        // It stands out by itself.
        edge: None,
        on,
        text: tone(own, own.l.clamp(0.8, 0.9), calm * 0.75, LIGHTER, |colour| everywhere(colour, TEXT)),
        mark: tone(own, own.l.clamp(0.66, 0.88), own.c, LIGHTER, |colour| everywhere(colour, MARK)),
        focus: tone(own, own.l.clamp(0.74, 0.84), ring(own), LIGHTER, |colour| everywhere(colour, MARK)),
    }
}

/// The chroma of the focus ring: seen at once, unless the brand is grey.
fn ring(own: Oklch) -> f64 {
    if own.c < GREY { own.c } else { own.c.max(0.12) }
}

const DARKER: f64 = -0.004;
const LIGHTER: f64 = 0.004;

/// The first lightness from `start` on, in this direction, whose colour is good.
fn fit(own: Oklch, start: f64, step: f64, is_good: impl Fn(Colour) -> bool) -> f64 {
    let mut l = start;
    while (0.0..=1.0).contains(&l) && !is_good(own.with(l, own.c).colour()) {
        l += step;
    }
    l.clamp(0.0, 1.0)
}

/// The same with another chroma, as a colour.
fn tone(own: Oklch, start: f64, c: f64, step: f64, is_good: impl Fn(Colour) -> bool) -> Colour {
    let own = Oklch { c, ..own };
    own.with(fit(own, start, step, is_good), c).colour()
}

/// A button's colour under the pointer: a step to one side, or to the other where text would not be read.
fn shade(own: Oklch, l: f64, step: f64, carries: impl Fn(Colour) -> bool) -> Colour {
    let there = own.with(l + step, own.c).colour();
    let back = own.with(l - step, own.c).colour();
    if carries(there) {
        there
    } else if carries(back) {
        back
    } else {
        own.with(l, own.c).colour()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(colour: Colour) {
        let theme = Theme::of(colour);
        for (name, tones, grounds) in
            [("light", theme.light, light_grounds()), ("dark", theme.dark, dark_grounds())]
        {
            let at = |what: &str| format!("{what} of {} in {name}: {tones:?}", colour.hex());
            for solid in [tones.solid, tones.hover, tones.active] {
                assert!(TEXT <= tones.on.contrast(solid), "{}", at("text on a button"));
            }
            assert_ne!(tones.hover, tones.solid, "{}", at("hover"));
            for ground in grounds.into_iter().take(BUTTON_GROUNDS) {
                assert!(MARK <= tones.edge.unwrap_or(tones.solid).contrast(ground), "{}", at("edge"));
            }
            for ground in grounds.into_iter().chain([tones.subtle, tones.subtle_2]) {
                assert!(TEXT <= tones.text.contrast(ground), "{}", at("link"));
                assert!(MARK <= tones.mark.contrast(ground), "{}", at("mark"));
                assert!(MARK <= tones.focus.contrast(ground), "{}", at("focus"));
            }
            // The quiet text of the style sheet (`--n-10`) stands on what is selected, too.
            let quiet = if name == "light" { (0.505, 0.014) } else { (0.695, 0.012) };
            let quiet = Oklch { l: quiet.0, c: quiet.1, h: NEUTRAL_HUE.to_radians() }.colour();
            assert!(TEXT <= quiet.contrast(tones.subtle), "{}", at("selection"));
        }
    }

    #[test]
    fn hard_colours_are_readable() {
        for hex in [
            "#ffff00", "#ffd500", "#000000", "#111111", "#ffffff", "#fafafa", "#808080", "#ff0000",
            "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#f59e0b", "#22c55e", "#7f7f80", "#fefe00",
            "#000100",
        ] {
            check(Colour::parse(hex).unwrap());
        }
    }

    #[test]
    fn a_colour_that_is_good_as_it_is_stays() {
        let petrol = Colour::parse("#00667f").unwrap();
        let theme = Theme::of(petrol);
        assert_eq!((theme.light.solid, theme.light.on), (petrol, WHITE));
        let yellow = Colour::parse("#ffd500").unwrap();
        let theme = Theme::of(yellow);
        assert_eq!((theme.dark.solid, theme.dark.on), (yellow, BLACK));
        assert_eq!((theme.light.solid, theme.light.on), (yellow, BLACK));
        assert!(theme.light.edge.is_some() && theme.dark.edge.is_none(), "on white it needs an edge");
    }

    #[test]
    fn black_and_white_do_not_become_grey() {
        for hex in ["#fafafa", "#0a0a0c", "#ffffff", "#000000"] {
            let theme = Theme::of(Colour::parse(hex).unwrap());
            assert_eq!((theme.light.on, theme.dark.on), (WHITE, BLACK), "{hex}");
            assert!(12.0 < theme.light.solid.contrast(WHITE), "{hex} {theme:?}");
            assert!(12.0 < theme.dark.solid.contrast(BLACK), "{hex} {theme:?}");
        }
    }

    #[test]
    fn the_style_sheet_sets_tokens_and_nothing_else() {
        let css = Theme::of(Colour::parse("#c2561b").unwrap()).css();
        assert!(css.starts_with("html:root{--accent-subtle:light-dark(#"), "{css}");
        assert_eq!(css.matches("light-dark(").count(), 11);
        assert!(css.ends_with(";}\n") && css.matches('}').count() == 1, "{css}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn every_colour_is_readable(red in any::<u8>(), green in any::<u8>(), blue in any::<u8>()) {
            check(Colour::new(red, green, blue));
        }

        #[test]
        fn the_hue_stays(red in any::<u8>(), green in any::<u8>(), blue in any::<u8>()) {
            let own = Colour::new(red, green, blue).oklch();
            let theme = Theme::of(Colour::new(red, green, blue));
            for tone in [theme.light.solid, theme.light.text, theme.dark.solid, theme.dark.text] {
                let tone = tone.oklch();
                if 0.06 < own.c && 0.06 < tone.c {
                    let turn = (tone.h - own.h).abs();
                    prop_assert!(turn.min(std::f64::consts::TAU - turn) < 0.12, "{turn}");
                }
            }
        }
    }
}

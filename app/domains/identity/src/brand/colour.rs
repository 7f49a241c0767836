//! Colours: what somebody chose, how light and how colourful it is, and how well it is read on another.

/// A colour as screens have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour([u8; 3]);

/// White.
pub const WHITE: Colour = Colour([255; 3]);
/// Black.
pub const BLACK: Colour = Colour([0; 3]);

impl Colour {
    /// A colour of its three parts: red, green, blue.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Colour([red, green, blue])
    }

    /// Reads `#rrggbb` or `#rgb`, with or without the sign, in letters of either case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        let values: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(16)).collect();
        let part = |high: u32, low: u32| u8::try_from(high * 16 + low).ok();
        match values?.as_slice() {
            [r, g, b] => Some(Colour([part(*r, *r)?, part(*g, *g)?, part(*b, *b)?])),
            [r, r2, g, g2, b, b2] => Some(Colour([part(*r, *r2)?, part(*g, *g2)?, part(*b, *b2)?])),
            _ => None,
        }
    }

    /// `#rrggbb`.
    pub fn hex(self) -> String {
        let Colour([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Relative luminance as WCAG 2 defines it: 0 is black, 1 is white.
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast as WCAG 2 defines it, from 1 to 21.
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// The colour by lightness, chroma and hue.
    pub fn oklch(self) -> Oklch {
        let [red, green, blue] = self.linear();
        let l = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let m = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let s = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        Oklch {
            l: 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
            c: a.hypot(b),
            h: b.atan2(a),
        }
    }
}

/// A colour by how people see it (OKLCH).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oklch {
    /// Lightness, 0 to 1.
    pub l: f64,
    /// Chroma: 0 is grey, about 0.3 the most that screens show.
    pub c: f64,
    /// Hue in radians.
    pub h: f64,
}

/// A part of a colour that screens cannot show is off by at least this.
const OUTSIDE: f64 = 0.000_1;

impl Oklch {
    /// The same hue with another lightness and chroma.
    pub fn with(self, l: f64, c: f64) -> Self {
        Oklch { l: l.clamp(0.0, 1.0), c: c.max(0.0), h: self.h }
    }

    /// The colour on screens: what they cannot show loses chroma, never hue or lightness.
    pub fn colour(self) -> Colour {
        let shown = |c: f64| {
            let parts = Oklch { c, ..self }.linear();
            parts.iter().all(|part| (-OUTSIDE..=1.0 + OUTSIDE).contains(part)).then_some(parts)
        };
        if let Some(parts) = shown(self.c) {
            return encode(parts);
        }
        let (mut low, mut high) = (0.0, self.c);
        for _ in 0..20 {
            let middle = f64::midpoint(low, high);
            if shown(middle).is_some() {
                low = middle;
            } else {
                high = middle;
            }
        }
        encode(Oklch { c: low, ..self }.linear())
    }

    fn linear(self) -> [f64; 3] {
        let (sine, cosine) = self.h.sin_cos();
        let (a, b) = (self.c * cosine, self.c * sine);
        let l = (self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
    }
}

fn encode(linear: [f64; 3]) -> Colour {
    Colour(linear.map(|part| {
        let part = part.clamp(0.0, 1.0);
        let part = if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
        #[expect(clippy::as_conversions, reason = "the value is between 0 and 255")]
        let byte = (part * 255.0).round() as u8;
        byte
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_a_colour() {
        for (text, hex) in [("#0B6E8E", "#0b6e8e"), (" ffd500 ", "#ffd500"), ("#fA0", "#ffaa00")] {
            assert_eq!(Colour::parse(text).map(Colour::hex).as_deref(), Some(hex));
        }
        for text in ["", "#", "red", "#12345", "#1234567", "#gg0000", "#12 456", "rgb(1,2,3)", "#ééé", "#١٢٣"]
        {
            assert_eq!(Colour::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 1e-9);
        let grey = Colour::parse("#767676").unwrap();
        assert!((grey.contrast(WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn hues_are_where_they_are_known_to_be() {
        let red = Colour::parse("#ff0000").unwrap().oklch();
        assert!((red.l - 0.628).abs() < 0.001 && (red.c - 0.2577).abs() < 0.001, "{red:?}");
        assert!((red.h.to_degrees() - 29.23).abs() < 0.1, "{red:?}");
    }

    proptest! {
        #[test]
        fn a_colour_survives_the_way_there_and_back(red in any::<u8>(), green in any::<u8>(), blue in any::<u8>()) {
            let colour = Colour::new(red, green, blue);
            prop_assert_eq!(colour.oklch().colour(), colour);
            prop_assert_eq!(Colour::parse(&colour.hex()), Some(colour));
        }

        #[test]
        fn what_no_screen_shows_keeps_its_lightness_and_hue(l in 0.1..0.95f64, c in 0.0..0.5f64, h in -3.1..3.1f64) {
            let shown = Oklch { l, c, h }.colour().oklch();
            prop_assert!((shown.l - l).abs() < 0.01, "{} {}", shown.l, l);
            if shown.c > 0.05 {
                let turn = (shown.h - h).abs();
                prop_assert!(turn.min(std::f64::consts::TAU - turn) < 0.1, "{turn}");
            }
        }

        #[test]
        fn reading_never_panics(text in any::<String>()) {
            Colour::parse(&text);
        }
    }
}

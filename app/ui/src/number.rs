//! Numbers in words and in drawings.

/// Writes a number with groups of three digits: `18,900`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length as style sheets write it, in whole pixels: writing fractions would cost the client several kB.
pub fn pixels(length: f64) -> String {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "lengths on a screen are small"
    )]
    let whole = (length + 0.5).floor() as i32;
    format!("{whole}px")
}

/// Returns which part of the whole a count is, between 0 and 1.
pub(crate) fn ratio(part: i64, whole: i64) -> f64 {
    if whole <= 0 { 0.0 } else { (real(part) / real(whole)).clamp(0.0, 1.0) }
}

/// Returns a whole number as a real one; what does not fit 32 bits is cut off, no drawing is that large.
pub(crate) fn real(number: i64) -> f64 {
    let bound = i64::from(i32::MAX);
    f64::from(i32::try_from(number.clamp(-bound, bound)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_whole_pixels() {
        assert_eq!(pixels(12.4), "12px");
        assert_eq!(pixels(-3.6), "-4px");
    }

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(900), "900");
        assert_eq!(grouped(18_900), "18,900");
        assert_eq!(grouped(-1_234_567), "−1,234,567");
    }

    #[test]
    fn a_part_never_exceeds_its_whole() {
        assert!((ratio(1, 4) - 0.25).abs() < f64::EPSILON);
        assert!((ratio(9, 4) - 1.0).abs() < f64::EPSILON);
        assert!(ratio(1, 0).abs() < f64::EPSILON);
    }
}

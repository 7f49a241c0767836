//! Codes that an authenticator app shows: RFC 6238 with SHA-1, six digits, a new one every 30 seconds.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds that a code is shown.
const STEP: i64 = 30;
/// Steps that a clock may be wrong, in either direction.
const SKEW: i64 = 1;
/// Bytes of a secret: as many as SHA-1 gives.
pub const SECRET: usize = 20;

/// A new secret.
pub(crate) fn secret() -> [u8; SECRET] {
    rand::random()
}

/// The code of a step.
pub fn code(secret: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest.last().copied().unwrap_or_default() & 0xf);
    let number = digest.iter().skip(at).take(4).enumerate().fold(0_u32, |number, (place, byte)| {
        let byte = if place == 0 { byte & 0x7f } else { *byte };
        (number << 8) | u32::from(byte)
    });
    format!("{:06}", number % 1_000_000)
}

/// The step that is shown at an instant.
pub fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP)
}

/// The step whose code was typed, if there is one that is near and newer than `last_step`: what was used, and what is
/// older than that, is never taken again.
pub fn accepted(secret: &[u8], typed: &str, now: DateTime<Utc>, last_step: i64) -> Option<i64> {
    let present = step_at(now);
    (present - SKEW..=present + SKEW)
        .filter(|step| last_step < *step)
        .find(|step| is_same(&code(secret, *step), typed))
}

/// Compares without telling by its time where the difference is.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// What is typed into an app that cannot read the picture: base32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    let mut push = |index: u32| {
        let index = usize::try_from(index & 31).unwrap_or_default();
        text.push(LETTERS.get(index).copied().map_or('A', char::from));
    };
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while 5 <= bits {
            bits -= 5;
            push(held >> bits);
        }
        held &= (1 << bits) - 1;
    }
    if 0 < bits {
        push(held << (5 - bits));
    }
    text
}

/// What the picture holds, as apps expect it.
pub(crate) fn address(email: &str, secret: &[u8]) -> String {
    let path = crate::web::with_query(
        &format!("otpauth://totp/Mediap:{email}"),
        &[
            ("secret", &base32(secret)),
            ("issuer", "Mediap"),
            ("algorithm", "SHA1"),
            ("digits", "6"),
            ("period", "30"),
        ],
    );
    path.replacen('+', "%2B", 1)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    /// The secret of the examples in RFC 6238.
    const KNOWN: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(seconds, 0).unwrap()
    }

    #[test]
    fn the_examples_of_the_standard() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(KNOWN, step_at(at(seconds))), expected, "{seconds}");
        }
    }

    #[test]
    fn clocks_may_differ_by_one_step() {
        let now = at(1_234_567_890);
        let step = step_at(now);
        for (away, fits) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code(KNOWN, step + away);
            assert_eq!(accepted(KNOWN, &typed, now, 0), fits.then_some(step + away), "{away}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_none_before_it() {
        let now = at(1_234_567_890);
        let step = step_at(now);
        assert_eq!(accepted(KNOWN, &code(KNOWN, step), now, step), None);
        assert_eq!(accepted(KNOWN, &code(KNOWN, step - 1), now, step), None);
        assert_eq!(accepted(KNOWN, &code(KNOWN, step + 1), now, step), Some(step + 1));
    }

    #[test]
    fn base32_as_in_its_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
        assert_eq!(base32(KNOWN), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_address_names_product_and_person() {
        assert_eq!(
            address("elsa+cars@nordvik.example", KNOWN),
            "otpauth://totp/Mediap:elsa%2Bcars@nordvik.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Mediap&algorithm=SHA1&digits=6&period=30"
        );
    }

    proptest! {
        #[test]
        fn what_is_no_code_is_refused(typed in any::<String>(), seconds in 0_i64..4_000_000_000) {
            let is_code = typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit());
            if !is_code {
                prop_assert_eq!(accepted(KNOWN, &typed, at(seconds), 0), None);
            }
        }

        #[test]
        fn codes_have_six_digits(secret in prop::collection::vec(any::<u8>(), 20), step in 0_i64..200_000_000) {
            let code = code(&secret, step);
            prop_assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
        }
    }
}

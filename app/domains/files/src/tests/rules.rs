//! Names, limits, headers.

use kernel::FileId;
use proptest::prelude::*;
use uuid::Uuid;

use crate::rules::{Limits, address, disposition, in_words, is_shown, next_chunk, read_name};

#[test]
fn a_name_has_no_folders_and_hides_nothing() {
    for (text, expected) in [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\elsa\\car.png", "car.png"),
        (".htaccess", "htaccess"),
        ("  räksmörgås.txt \n", "räksmörgås.txt"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("a\0b\r\nc.txt", "abc.txt"),
    ] {
        assert_eq!(read_name(text).unwrap(), expected, "{text:?}");
    }
    for nothing in ["", "  ", "..", "../..", "/", "a/", "\u{200b}"] {
        assert!(read_name(nothing).is_err(), "{nothing:?}");
    }
    let long = read_name(&format!("{}.jpeg", "ö".repeat(400))).unwrap();
    assert_eq!(long.chars().count(), 200);
    assert!(long.ends_with("ö.jpeg"), "{long}");
}

#[test]
fn a_size_is_checked_in_words() {
    let limits = Limits { max_bytes: 2 * 1024 * 1024 * 1024 };
    limits.check(1).unwrap();
    limits.check(limits.max_bytes).unwrap();
    assert_eq!(limits.check(0).unwrap_err().to_string(), "The file is empty.");
    let error = limits.check(5 * 1024 * 1024 * 1024).unwrap_err().to_string();
    assert_eq!(error, "The file has 5 GB. Files may have 2 GB at most.");
}

#[test]
fn sizes_are_read_like_those_of_systems() {
    let of = |bytes| in_words(bytes);
    assert_eq!(
        [
            of(0),
            of(1023),
            of(1024),
            of(1536),
            of(1_048_576),
            of(5_242_880_000),
            of(150 * 1024 * 1024 + 900_000)
        ],
        ["0 B", "1023 B", "1 KB", "1.5 KB", "1 MB", "4.8 GB", "150 MB"]
    );
}

#[test]
fn a_header_carries_any_name_and_nothing_else() {
    assert_eq!(
        disposition("Räkning \"maj\".pdf", true),
        "inline; filename=\"R_kning _maj_.pdf\"; filename*=UTF-8''R%C3%A4kning%20%22maj%22.pdf"
    );
    assert!(
        disposition("a\r\nSet-Cookie: x", false).starts_with("attachment; filename=\"a__Set-Cookie: x\"")
    );
    let id = FileId::from(Uuid::nil());
    assert_eq!(address("/files", id, "a/b?c#d.txt"), format!("/files/{id}/a%2Fb%3Fc%23d.txt"));
}

#[test]
fn only_what_cannot_run_is_shown() {
    for shown in ["image/png", "image/jpeg", "application/pdf", "video/mp4", "audio/mpeg"] {
        assert!(is_shown(shown), "{shown}");
    }
    for kept in ["image/svg+xml", "text/html", "text/xml", "text/plain", "application/octet-stream", ""] {
        assert!(!is_shown(kept), "{kept}");
    }
}

proptest! {
    #[test]
    fn a_name_is_safe_whatever_it_was(text in "\\PC{0,60}") {
        if let Ok(name) = read_name(&text) {
            prop_assert!(!name.contains(['/', '\\', '\0', '\n']) && !name.is_empty() && !name.starts_with('.'));
            prop_assert_eq!(read_name(&name).unwrap(), name);
        }
    }

    #[test]
    fn a_header_is_ascii_in_one_line(name in ".{0,40}") {
        let text = disposition(&name, false);
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        prop_assert_eq!(text.matches('"').count(), 2);
    }

    #[test]
    fn chunks_stay_within_their_bounds(size in 1_i64..20_000_000, millis in 0_i64..60_000) {
        let next = next_chunk(size, millis, 8_388_608);
        prop_assert!((65_536..=8_388_608).contains(&next));
        prop_assert!(next <= size.saturating_mul(2).max(65_536));
    }
}

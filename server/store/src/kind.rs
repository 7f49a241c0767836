//! What a file is, by its content and never by its name.

/// How much of the beginning of a file is looked at.
pub const HEAD: usize = 8 * 1024;

/// What is sent for what nobody knows.
pub const UNKNOWN: &str = "application/octet-stream";

/// The media type of a file that begins so.
pub fn media_type(head: &[u8]) -> &'static str {
    match infer::get(head) {
        Some(found) => found.mime_type(),
        None if is_text(head) => "text/plain",
        None => UNKNOWN,
    }
}

/// Whether a file that begins so is a program that an operating system would run.
pub fn is_program(head: &[u8]) -> bool {
    infer::get(head).is_some_and(|found| found.matcher_type() == infer::MatcherType::App)
        || head.starts_with(b"#!")
}

/// Letters and nothing that only machines write. The last letter may be cut off.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => head
            .get(..error.valid_up_to())
            .and_then(|whole| std::str::from_utf8(whole).ok())
            .unwrap_or_default(),
        Err(_) => return false,
    };
    !valid.is_empty()
        && valid.chars().all(|letter| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (head, expected) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"<!DOCTYPE html><script>", "text/html"),
            (b"a,b\n1,2\n", "text/plain"),
            (
                "räksmörgås, cut off: å".as_bytes().split_last().map_or(&[][..], |(_, rest)| rest),
                "text/plain",
            ),
            (b"\0\x01\x02\x03", UNKNOWN),
            (b"", UNKNOWN),
        ] {
            assert_eq!(media_type(head), expected, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn programs_are_known() {
        for head in [&b"\x7fELF\x02\x01\x01"[..], b"MZ\x90\0\x03", b"#!/bin/sh\n"] {
            let mut file = head.to_vec();
            file.resize(64, 0);
            assert!(is_program(&file), "{head:?}");
        }
        assert!(!is_program(b"%PDF-1.7") && !is_program(b"hello"));
    }
}

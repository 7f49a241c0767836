//! The picture that an authenticator app reads, as one path of an SVG: the page may carry no inline style.

use qrcode::{Color, EcLevel, QrCode};

use crate::factor::model::Picture;

/// Empty modules around the code, as the standard wants it.
const QUIET: usize = 4;

/// Draws a text; nothing if it is too long for one.
pub(crate) fn draw(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (line, modules) in colors.chunks(width).enumerate() {
        let mut modules = modules.iter().enumerate().peekable();
        while let Some((start, color)) = modules.next() {
            if *color != Color::Dark {
                continue;
            }
            let mut length = 1;
            while modules.next_if(|(_, color)| **color == Color::Dark).is_some() {
                length += 1;
            }
            path.push_str(&format!("M{} {}h{length}v1h-{length}z", start + QUIET, line + QUIET));
        }
    }
    let size = i64::try_from(width + 2 * QUIET).ok()?;
    Some(Picture { size, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_corners_and_a_quiet_edge() {
        let picture = draw("otpauth://totp/Mediap:elsa@nordvik.example?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "{}", picture.path);
        assert!(29 < picture.size && picture.size < 80, "{}", picture.size);
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}

//! Pictures: whatever is uploaded is decoded and drawn anew, so that nothing but pixels is kept.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType};
use kernel::{Cx, Error, Result};

use crate::fault;

/// A picture with its media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// For example `image/png`.
    pub media_type: String,
}

/// What is taken, and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// The form field that carries the file.
    pub(crate) field: &'static str,
    /// The largest file, in bytes.
    pub(crate) max_bytes: usize,
    /// The same in words.
    pub(crate) max_words: &'static str,
    /// Width and height of what is taken, at most. A small file may unpack to a very large picture.
    max_side: u32,
    /// Width and height of what is kept.
    side: u32,
    /// Whether it is cut to a square of exactly that size; else it is fitted in.
    square: bool,
    format: ImageFormat,
    media_type: &'static str,
}

/// The logo of an organisation or a brand.
pub(crate) const LOGO: Kind = Kind {
    field: "logo",
    max_bytes: 512 * 1024,
    max_words: "512 KB",
    max_side: 4096,
    side: 256,
    square: false,
    format: ImageFormat::Png,
    media_type: "image/png",
};

/// The picture of a person.
pub(crate) const AVATAR: Kind = Kind {
    field: "avatar",
    max_bytes: 1536 * 1024,
    max_words: "1.5 MB",
    max_side: 6000,
    side: 256,
    square: true,
    format: ImageFormat::WebP,
    media_type: "image/webp",
};

/// Memory that decoding may take.
const MAX_ALLOC: u64 = 96 * 1024 * 1024;

/// Reads a PNG, JPEG or WebP file by its content, whatever its name says, and draws it anew. Others use the member's
/// connection meanwhile.
pub(crate) async fn redraw_for(cx: &Cx, file: Vec<u8>, kind: Kind) -> Result<Picture> {
    cx.visit().rest().await;
    redraw(file, kind).await
}

async fn redraw(file: Vec<u8>, kind: Kind) -> Result<Picture> {
    if file.is_empty() {
        return Err(Error::invalid(kind.field, "Choose a file."));
    }
    if kind.max_bytes < file.len() {
        return Err(Error::invalid(kind.field, format!("Use a file of at most {}.", kind.max_words)));
    }
    tokio::task::spawn_blocking(move || redraw_now(file, kind))
        .await
        .map_err(|cause| fault::internal("Drawing a picture was interrupted", &cause))?
}

fn redraw_now(file: Vec<u8>, kind: Kind) -> Result<Picture> {
    let unreadable = || {
        let message =
            format!("This is no picture we can read. Use PNG, JPEG or WebP, at most {} px.", kind.max_side);
        Error::invalid(kind.field, message)
    };
    let format = image::guess_format(&file).map_err(|_| unreadable())?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(Error::invalid(kind.field, "Use PNG, JPEG or WebP."));
    }
    let picture = decode(file, format, kind).map_err(|_| unreadable())?;
    let drawn = if kind.square {
        picture.resize_to_fill(kind.side, kind.side, FilterType::Triangle)
    } else if kind.side < picture.width() || kind.side < picture.height() {
        picture.resize(kind.side, kind.side, FilterType::Lanczos3)
    } else {
        picture
    };
    let mut bytes = Cursor::new(Vec::new());
    drawn
        .to_rgba8()
        .write_to(&mut bytes, kind.format)
        .map_err(|cause| fault::internal("A picture cannot be written", &cause))?;
    Ok(Picture { bytes: bytes.into_inner(), media_type: kind.media_type.to_owned() })
}

/// Decodes within the limits, and turns the picture as the camera says.
fn decode(file: Vec<u8>, format: ImageFormat, kind: Kind) -> image::ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(kind.max_side);
    limits.max_image_height = Some(kind.max_side);
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image::RgbImage::from_pixel(width, height, image::Rgb([0, 112, 133]))
            .write_to(&mut file, format)
            .unwrap();
        file.into_inner()
    }

    fn size(picture: &Picture) -> (u32, u32) {
        let read = image::load_from_memory(&picture.bytes).unwrap();
        (read.width(), read.height())
    }

    #[tokio::test]
    async fn a_large_logo_becomes_a_small_png() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let drawn = redraw(file(800, 400, format), LOGO).await.unwrap();
            assert!(drawn.bytes.starts_with(b"\x89PNG"));
            assert_eq!(size(&drawn), (256, 128), "{format:?}");
        }
    }

    #[tokio::test]
    async fn a_small_logo_keeps_its_size() {
        assert_eq!(size(&redraw(file(48, 48, ImageFormat::Png), LOGO).await.unwrap()), (48, 48));
    }

    #[tokio::test]
    async fn a_person_becomes_a_square_whatever_the_picture_was() {
        for (width, height) in [(800, 400), (300, 900), (20, 20)] {
            let drawn = redraw(file(width, height, ImageFormat::Jpeg), AVATAR).await.unwrap();
            assert_eq!((size(&drawn), drawn.media_type.as_str()), ((256, 256), "image/webp"));
            assert!(drawn.bytes.starts_with(b"RIFF"));
        }
    }

    #[tokio::test]
    async fn other_files_are_refused() {
        let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let cut_off: Vec<u8> = file(64, 64, ImageFormat::Png).into_iter().take(60).collect();
        for kind in [LOGO, AVATAR] {
            let large = vec![0; kind.max_bytes + 1];
            for file in [Vec::new(), script.clone(), b"GIF89a....".to_vec(), cut_off.clone(), large] {
                assert!(redraw(file, kind).await.unwrap_err().field(kind.field).is_some());
            }
        }
    }

    #[tokio::test]
    async fn a_picture_that_unpacks_to_a_huge_one_is_refused() {
        for (kind, side) in [(LOGO, 5000), (AVATAR, 6001), (AVATAR, 5990)] {
            let file = file(side, side, ImageFormat::Png);
            assert!(file.len() < kind.max_bytes);
            assert!(redraw(file, kind).await.unwrap_err().field(kind.field).is_some(), "{side}");
        }
    }
}

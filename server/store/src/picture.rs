//! Small pictures: decoded within limits, turned as the camera held it, and drawn anew, so that nothing of the file but
//! pixels is kept.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};

/// Width and height of what is drawn, at most.
pub const SIDE: u32 = 512;
/// The largest file that is read.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Width and height of what is read, at most.
const MAX_SIDE: u32 = 12_000;
/// Memory that decoding may take: a photo of 50 megapixels.
const MAX_ALLOC: u64 = 160 * 1024 * 1024;
const QUALITY: u8 = 82;

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    /// A JPEG, or a PNG when something shines through.
    pub bytes: Vec<u8>,
}

/// Draws the small picture of a PNG, JPEG, WebP or GIF file. The error is for people.
///
/// It takes a processor and memory for a while: call it where that holds nobody up.
pub fn small(file: Vec<u8>) -> Result<Small, String> {
    let picture = decode(file).map_err(|cause| format!("The picture cannot be read: {cause}"))?;
    let picture = if SIDE < picture.width() || SIDE < picture.height() {
        picture.resize(SIDE, SIDE, FilterType::Triangle)
    } else {
        picture
    };
    write(&picture).map_err(|cause| format!("The picture cannot be drawn: {cause}"))
}

/// Whether files of this type are pictures that [`small`] reads.
pub fn reads(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/webp" | "image/gif")
}

fn decode(file: Vec<u8>) -> image::ImageResult<DynamicImage> {
    let format = image::guess_format(&file)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
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

fn write(picture: &DynamicImage) -> image::ImageResult<Small> {
    let mut bytes = Vec::new();
    if picture.color().has_alpha() {
        picture.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
    } else {
        let pixels = picture.to_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, QUALITY).write_image(
            &pixels,
            pixels.width(),
            pixels.height(),
            image::ExtendedColorType::Rgb8,
        )?;
    }
    Ok(Small { bytes })
}

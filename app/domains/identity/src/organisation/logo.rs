//! The logo: whatever is uploaded is decoded and drawn anew, so that nothing but pixels is kept.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits, imageops::FilterType};
use kernel::{Error, OrganisationId, Result, Visit};

use crate::{fault, organisation::repo};

/// The largest file that is taken.
pub const MAX_BYTES: usize = 512 * 1024;
/// Width and height of the picture that is kept, at most.
const SIDE: u32 = 256;
/// Width and height of an uploaded picture, at most. A small file may unpack to a very large picture.
const MAX_SIDE: u32 = 4096;
/// Memory that decoding may take.
const MAX_ALLOC: u64 = 96 * 1024 * 1024;
/// What is kept.
pub(crate) const MEDIA_TYPE: &str = "image/png";

/// A picture with its media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The file.
    pub bytes: Vec<u8>,
    /// For example `image/png`.
    pub media_type: String,
}

/// The logo of an organisation the person of this request belongs to. Others get nothing, whether it exists or not.
pub async fn logo(visit: &Visit, id: OrganisationId) -> Result<Option<Logo>> {
    let Some(session) = visit.session() else { return Ok(None) };
    let found = repo::logo(visit.db(), session.account_id, id).await?;
    Ok(found.map(|(bytes, media_type)| Logo { bytes, media_type }))
}

/// Reads a PNG, JPEG or WebP file by its content, whatever its name says, and draws it as a PNG of at most 256 px.
pub(crate) async fn redraw(file: Vec<u8>) -> Result<Vec<u8>> {
    if file.is_empty() {
        return Err(Error::invalid("logo", "Choose a file."));
    }
    if MAX_BYTES < file.len() {
        return Err(Error::invalid("logo", "Use a file of at most 512 KB."));
    }
    tokio::task::spawn_blocking(move || redraw_now(file))
        .await
        .map_err(|cause| fault::internal("Drawing a logo was interrupted", &cause))?
}

fn redraw_now(file: Vec<u8>) -> Result<Vec<u8>> {
    let unreadable =
        || Error::invalid("logo", "This is no picture we can read. Use PNG, JPEG or WebP, at most 4096 px.");
    let format = image::guess_format(&file).map_err(|_| unreadable())?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(Error::invalid("logo", "Use PNG, JPEG or WebP."));
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| unreadable())?;
    let picture = if SIDE < picture.width() || SIDE < picture.height() {
        picture.resize(SIDE, SIDE, FilterType::Lanczos3)
    } else {
        picture
    };
    let mut drawn = Cursor::new(Vec::new());
    picture
        .to_rgba8()
        .write_to(&mut drawn, ImageFormat::Png)
        .map_err(|cause| fault::internal("A logo cannot be written", &cause))?;
    Ok(drawn.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image::RgbImage::from_pixel(width, height, image::Rgb([0, 112, 133]))
            .write_to(&mut file, format)
            .unwrap();
        file.into_inner()
    }

    #[tokio::test]
    async fn a_large_picture_becomes_a_small_png() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let drawn = redraw(picture(800, 400, format)).await.unwrap();
            let read = image::load_from_memory_with_format(&drawn, ImageFormat::Png).unwrap();
            assert_eq!((read.width(), read.height()), (256, 128), "{format:?}");
        }
    }

    #[tokio::test]
    async fn a_small_picture_keeps_its_size() {
        let drawn = redraw(picture(48, 48, ImageFormat::Png)).await.unwrap();
        assert_eq!(image::load_from_memory(&drawn).unwrap().width(), 48);
    }

    #[tokio::test]
    async fn other_files_are_refused() {
        let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let cut_off: Vec<u8> = picture(64, 64, ImageFormat::Png).into_iter().take(60).collect();
        for file in [Vec::new(), script, b"GIF89a....".to_vec(), cut_off, vec![0; MAX_BYTES + 1]] {
            assert!(redraw(file).await.unwrap_err().field("logo").is_some());
        }
    }

    #[tokio::test]
    async fn a_picture_that_unpacks_to_a_huge_one_is_refused() {
        let file = picture(5000, 5000, ImageFormat::Png);
        assert!(file.len() < MAX_BYTES);
        assert!(redraw(file).await.unwrap_err().field("logo").is_some());
    }
}

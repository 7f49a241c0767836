//! Pure decisions: names, limits, what a browser may show, how large the next chunk is.

use std::fmt::Write as _;

use kernel::{Error, FileId, Result};

/// The longest name, in letters.
const NAME: usize = 200;
/// The smallest chunk but the last, in bytes.
const SMALLEST_CHUNK: i64 = 64 * 1024;
/// With which chunk an upload begins.
pub const FIRST_CHUNK: i64 = 512 * 1024;

/// What is taken of files that are attached to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes.
    pub max_bytes: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_bytes: 2 * 1024 * 1024 * 1024 }
    }
}

impl Limits {
    /// The same for files of a use that takes no larger ones than these.
    #[must_use]
    pub fn within(self, most: Option<i64>) -> Self {
        Limits { max_bytes: most.map_or(self.max_bytes, |most| most.min(self.max_bytes)) }
    }

    /// Whether a file of this size is taken.
    pub fn check(self, size: i64) -> Result<()> {
        if size <= 0 {
            return Err(Error::invalid("size", "The file is empty."));
        }
        if self.max_bytes < size {
            let (size, most) = (in_words(size), in_words(self.max_bytes));
            return Err(Error::invalid(
                "size",
                format!("The file has {size}. Files may have {most} at most."),
            ));
        }
        Ok(())
    }
}

/// The name of a file without folders, and without letters that are not shown as themselves.
pub fn read_name(text: &str) -> Result<String> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|letter| !is_hidden(*letter)).collect();
    let name = name.trim().trim_matches('.').trim();
    // The dots at the end of a name are nothing; those at its beginning hide a file when it was saved.
    let name = shortened(name);
    if name.is_empty() { Err(Error::invalid("name", "Give the file a name.")) } else { Ok(name) }
}

/// Letters that turn or hide others: a name must look like what it is.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The beginning of a name that is too long, with its ending.
fn shortened(name: &str) -> String {
    let letters = name.chars().count();
    if letters <= NAME {
        return name.to_owned();
    }
    let ending =
        name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 10);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let rest = NAME.saturating_sub(ending.chars().count());
    name.chars().take(rest).chain(ending.chars()).collect()
}

/// Whether a browser may show files of this type by itself, without running anything of them.
pub fn is_shown(media_type: &str) -> bool {
    is_picture(media_type)
        || media_type == "application/pdf"
        || media_type.starts_with("video/")
        || media_type.starts_with("audio/")
}

/// Whether it is a picture that consists of nothing but pixels. SVG does not.
fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif" | "image/bmp")
}

/// The icon of files of this type.
pub fn icon(media_type: &str) -> &'static str {
    match media_type.split('/').next() {
        Some("image") => "file-image",
        Some("text") => "file-text",
        _ if media_type == "application/pdf" => "file-text",
        Some("video") => "circle-play",
        _ => "file",
    }
}

/// The header that says what a download is called: RFC 6266, with the name once for old readers and once whole.
pub fn disposition(name: &str, shown: bool) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            '"' | '\\' | '%' => '_',
            letter if letter.is_ascii_graphic() || letter == ' ' => letter,
            _ => '_',
        })
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", encoded(name))
}

/// The address of a file. The name is there for people and for saving; the server reads the id.
pub fn address(place: &str, id: FileId, name: &str) -> String {
    format!("{place}/{id}/{}", encoded(name))
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            write!(encoded, "%{byte:02X}").unwrap_or_default();
        }
        encoded
    })
}

/// A size as people say it: `1.4 MB`, in steps of 1024 as systems show files.
pub fn in_words(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths of a unit, rounded; whole numbers are enough and cost the browser less than fractions.
    let mut tenths = bytes.saturating_mul(10) / 1024;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while 10_230 < tenths
        && let Some(next) = units.next()
    {
        tenths /= 1024;
        unit = Some(next);
    }
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let unit = unit.copied().unwrap_or_default();
    if tenth == 0 || 100 <= whole { format!("{whole} {unit}") } else { format!("{whole}.{tenth} {unit}") }
}

/// How large the chunk after one of `size` bytes is, that took so long: about a second each, so that progress is seen
/// and little has to be sent again, and as large as allowed where the line is fast.
pub fn next_chunk(size: i64, millis: i64, largest: i64) -> i64 {
    let wanted = if millis < 500 {
        size.saturating_mul(2)
    } else if 2_000 < millis {
        size / 2
    } else {
        size
    };
    wanted.clamp(SMALLEST_CHUNK, largest)
}

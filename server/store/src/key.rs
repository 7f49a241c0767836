//! Names of objects: the organisation first, then what it is, then ids. Nothing that somebody typed is part of one.

use object_store::path::Path;
use uuid::Uuid;

/// The name of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    path: Path,
    /// What the object belongs to.
    file: Uuid,
    /// The part of an upload that it is, if it is one.
    part: Option<Uuid>,
}

const FILES: &str = "files";
const PARTS: &str = "parts";
const PREVIEWS: &str = "previews";

impl Key {
    /// A whole file.
    pub fn file(organisation: Uuid, file: Uuid) -> Self {
        Key { path: path(&[organisation.to_string(), FILES.into(), file.to_string()]), file, part: None }
    }

    /// The small picture of a file.
    pub fn preview(organisation: Uuid, file: Uuid) -> Self {
        Key { path: path(&[organisation.to_string(), PREVIEWS.into(), file.to_string()]), file, part: None }
    }

    /// A chunk of an upload.
    pub fn part(organisation: Uuid, file: Uuid, part: Uuid) -> Self {
        let parts = [organisation.to_string(), PARTS.into(), file.to_string(), part.to_string()];
        Key { path: path(&parts), file, part: Some(part) }
    }

    /// The file that the object belongs to.
    pub fn of_file(&self) -> Uuid {
        self.file
    }

    /// The chunk that the object is, if it is one.
    pub fn of_part(&self) -> Option<Uuid> {
        self.part
    }

    /// What all objects of an organisation begin with.
    pub(crate) fn organisation(organisation: Uuid) -> Self {
        Key { path: path(&[organisation.to_string()]), file: Uuid::nil(), part: None }
    }

    /// What is written to see whether anything can be.
    pub(crate) fn probe() -> Self {
        let name = format!("check-{}", std::process::id());
        Key { path: path(&["check".into(), name]), file: Uuid::nil(), part: None }
    }

    /// The key of an object that was found; none when it is not one of ours.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let parts: Vec<String> = path.parts().map(|part| part.as_ref().to_owned()).collect();
        let id = |at: usize| parts.get(at)?.parse::<Uuid>().ok();
        match (parts.len(), parts.get(1).map(String::as_str)) {
            (3, Some(FILES)) => Some(Key::file(id(0)?, id(2)?)),
            (3, Some(PREVIEWS)) => Some(Key::preview(id(0)?, id(2)?)),
            (4, Some(PARTS)) => Some(Key::part(id(0)?, id(2)?, id(3)?)),
            _ => None,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn path(parts: &[String]) -> Path {
    Path::from_iter(parts.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_listed_is_the_one_that_was_written() {
        let (organisation, file, part) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        for key in [
            Key::file(organisation, file),
            Key::preview(organisation, file),
            Key::part(organisation, file, part),
        ] {
            assert_eq!(Key::read(key.path()), Some(key));
        }
        assert_eq!(Key::read(&Path::from("a/files/b")), None);
        assert_eq!(Key::read(Key::probe().path()), None);
    }
}

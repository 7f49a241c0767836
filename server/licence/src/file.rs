//! The file as the running program sees it: read once, and again when it was changed.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use crate::{Error, Keys, Licence};

/// Far more than any licence has.
const LONGEST: u64 = 64 * 1024;

/// What a file has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// There is none, and nobody said that there should be.
    Nothing,
    /// A licence.
    Licence(Licence),
    /// Something that is no licence. It counts as none.
    Fault(Error),
}

impl Reading {
    /// The licence, if there is one.
    pub fn licence(&self) -> Option<&Licence> {
        match self {
            Reading::Licence(licence) => Some(licence),
            Reading::Nothing | Reading::Fault(_) => None,
        }
    }
}

/// The licence file of an installation. Cheap to clone; without a path there never is one.
#[derive(Debug, Clone, Default)]
pub struct File(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    path: PathBuf,
    expected: bool,
    keys: Keys,
    seen: Mutex<Option<(Stamp, Arc<Reading>)>>,
}

/// A file that was changed has another time or another length.
type Stamp = (SystemTime, u64);

impl File {
    /// The file at `path`, checked against `keys`. `expected` says that somebody named it, so that it is a fault if it is
    /// not there.
    pub fn new(path: impl Into<PathBuf>, expected: bool, keys: Keys) -> Self {
        File(Arc::new(Inner { path: path.into(), expected, keys, seen: Mutex::default() }))
    }

    /// Where it is, or would be.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// What it says now. Asks the file system for the time of the last change, and reads only after one.
    pub fn read(&self) -> Arc<Reading> {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = match stamp(&self.0.path) {
            Ok(stamp) => stamp,
            Err(error) => {
                *seen = None;
                let missing = error.kind() == io::ErrorKind::NotFound && !self.0.expected;
                return Arc::new(if missing { Reading::Nothing } else { fault(&error) });
            }
        };
        if let Some((before, reading)) = &*seen
            && *before == stamp
        {
            return reading.clone();
        }
        let reading = Arc::new(match content(&self.0.path) {
            Ok(content) => match Licence::read(&content, &self.0.keys) {
                _ if LONGEST < stamp.1 => Reading::Fault(Error::TooLong),
                Ok(licence) => Reading::Licence(licence),
                Err(error) => Reading::Fault(error),
            },
            Err(error) => fault(&error),
        });
        // A right to read that is given later changes neither time nor length.
        let lasts = !matches!(&*reading, Reading::Fault(Error::Unreadable(_)));
        *seen = lasts.then(|| (stamp, reading.clone()));
        reading
    }
}

fn fault(error: &io::Error) -> Reading {
    Reading::Fault(Error::Unreadable(error.kind().to_string()))
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let about = fs::metadata(path)?;
    // Reading a pipe would wait for ever.
    if !about.is_file() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((about.modified()?, about.len()))
}

fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    fs::File::open(path)?.take(LONGEST).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tests::{key, licence};

    /// A path that nobody else has, with a folder that goes away with the test.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("mediap-licence-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Place(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("licence.json")
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    fn keys() -> Keys {
        Keys::new([key().public()])
    }

    #[test]
    fn no_file_is_the_free_edition_unless_somebody_named_it() {
        let place = Place::new("missing");
        assert_eq!(*File::new(place.file(), false, keys()).read(), Reading::Nothing);
        assert_eq!(*File::default().read(), Reading::Nothing);
        let named = File::new(place.file(), true, keys()).read();
        assert_eq!(*named, Reading::Fault(Error::Unreadable("entity not found".into())));
    }

    #[test]
    fn a_file_is_read_again_when_it_was_changed() {
        let place = Place::new("changed");
        let file = File::new(place.file(), false, keys());
        assert_eq!(file.read().licence(), None);
        let first = licence();
        fs::write(place.file(), key().sign(&first)).unwrap();
        assert_eq!(file.read().licence(), Some(&first));
        assert!(Arc::ptr_eq(&file.read(), &file.clone().read()), "nothing was changed");

        // As long as before, so only the time tells.
        let second = Licence { id: first.id.to_uppercase(), ..first };
        fs::write(place.file(), key().sign(&second)).unwrap();
        let later = SystemTime::now() + Duration::from_secs(60);
        fs::File::options().write(true).open(place.file()).unwrap().set_modified(later).unwrap();
        assert_eq!(file.read().licence(), Some(&second));

        fs::write(place.file(), "nonsense").unwrap();
        assert_eq!(*file.read(), Reading::Fault(Error::NotJson));
        fs::remove_file(place.file()).unwrap();
        assert_eq!(*file.read(), Reading::Nothing);
    }

    #[test]
    fn what_is_no_file_or_too_long_is_a_fault() {
        let place = Place::new("long");
        assert!(matches!(*File::new(&place.0, false, keys()).read(), Reading::Fault(Error::Unreadable(_))));
        fs::write(place.file(), " ".repeat(65 * 1024) + &key().sign(&licence())).unwrap();
        assert_eq!(*File::new(place.file(), false, keys()).read(), Reading::Fault(Error::TooLong));
    }
}

//! What can go wrong with the store, in the three kinds that make a difference.

use std::{error, io};

/// The result of everything a store is asked for.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object.
    #[error("it is not in the store")]
    Missing,
    /// There is no room for it. Somebody has to make some.
    #[error("the store is full: {0}")]
    Full(String),
    /// The store does not answer, refuses, or failed; it may work later.
    #[error("the store failed: {0}")]
    Unavailable(String),
}

impl Error {
    /// The kind of an error of the file system.
    pub fn of_io(cause: &io::Error) -> Self {
        if is_full(cause) {
            Error::Full(cause.to_string())
        } else if cause.kind() == io::ErrorKind::NotFound {
            Error::Missing
        } else {
            Error::Unavailable(cause.to_string())
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(cause: object_store::Error) -> Self {
        if matches!(cause, object_store::Error::NotFound { .. }) {
            return Error::Missing;
        }
        let text = cause.to_string();
        let mut next: Option<&(dyn error::Error + 'static)> = Some(&cause);
        while let Some(link) = next {
            if link.downcast_ref::<io::Error>().is_some_and(is_full) {
                return Error::Full(text);
            }
            next = link.source();
        }
        // What storage servers say in S3's words.
        if text.contains("507 Insufficient Storage") || text.contains("StorageFull") {
            return Error::Full(text);
        }
        Error::Unavailable(text)
    }
}

fn is_full(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ENOSPC` and `EDQUOT`.
    const FULL: [i32; 2] = [28, 122];

    #[test]
    fn a_full_disk_is_found_below_what_wraps_it() {
        for code in FULL {
            let source = Box::new(io::Error::from_raw_os_error(code));
            let wrapped = object_store::Error::Generic { store: "test", source };
            assert!(matches!(Error::from(wrapped), Error::Full(_)), "{code}");
        }
        let source = Box::new(io::Error::from_raw_os_error(5));
        let other = object_store::Error::Generic { store: "test", source };
        assert!(matches!(Error::from(other), Error::Unavailable(_)));
    }
}

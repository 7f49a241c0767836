//! Content hashes: of a step's inputs, to skip it when nothing changed, and of a file, to name it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Collects everything a build step depends on.
#[derive(Default)]
pub struct Fingerprint {
    hash: Sha256,
}

impl Fingerprint {
    /// Adds a word: an argument, a version.
    pub fn text(mut self, text: &str) -> Self {
        self.hash.update(text.as_bytes());
        self.hash.update([0]);
        self
    }

    /// Adds a file's name and content; a file that does not exist counts as empty.
    pub fn file(mut self, path: &Path) -> Result<Self> {
        self.hash.update(path.as_os_str().as_encoded_bytes());
        match fs::read(path) {
            Ok(bytes) => self.hash.update(Sha256::digest(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
        Ok(self)
    }

    /// Adds every file below a folder whose name ends in one of `extensions` (all, if there are none).
    pub fn folder(mut self, folder: &Path, extensions: &[&str]) -> Result<Self> {
        for path in files_below(folder)? {
            let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
            if extensions.is_empty() || extensions.contains(&extension) {
                self = self.file(&path)?;
            }
        }
        Ok(self)
    }

    /// The hash of all that was added.
    pub fn finish(self) -> String {
        hex(&self.hash.finalize())
    }
}

/// The hash that names a file: long enough never to meet by chance, short enough to read.
pub fn of_bytes(bytes: &[u8]) -> String {
    let mut name = hex(&Sha256::digest(bytes));
    name.truncate(16);
    name
}

/// Every file below `folder`, sorted, without `node_modules` and hidden folders; none if it does not exist.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if name == "node_modules" || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

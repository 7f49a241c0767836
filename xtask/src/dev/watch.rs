//! Notices edits by looking at the files' times a few times a second: a few hundred files, well under a
//! hundredth of a core, the same on every system, and editors that replace files do not confuse it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::fingerprint::files_below;

const INTERVAL: Duration = Duration::from_millis(150);

/// What an edit makes necessary.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Compile the client.
    pub client: bool,
    /// Compile and restart the server.
    pub server: bool,
    /// Styles, icons, fonts and public files.
    pub assets: bool,
    /// When the last of the files was saved.
    pub edited: Option<SystemTime>,
    files: Vec<PathBuf>,
}

impl Changes {
    /// Everything, for the first build.
    pub fn all() -> Self {
        Self { client: true, server: true, assets: true, edited: Some(SystemTime::now()), files: Vec::new() }
    }

    /// Adds what an earlier edit made necessary and a failed build left undone.
    pub fn and(mut self, earlier: &Self) -> Self {
        self.client |= earlier.client;
        self.server |= earlier.server;
        self.assets |= earlier.assets;
        self
    }

    /// How long ago the last of the files was saved.
    pub fn age(&self) -> Duration {
        self.edited.and_then(|time| time.elapsed().ok()).unwrap_or_default()
    }

    fn of(files: Vec<PathBuf>) -> Self {
        let mut changes = Self::default();
        for file in &files {
            let folder = file.components().next().map(|it| it.as_os_str().to_string_lossy().into_owned());
            match folder.as_deref().unwrap_or_default() {
                // A view may use a class name that no other file used.
                "app" => (changes.client, changes.server, changes.assets) = (true, true, true),
                "server" => (changes.server, changes.assets) = (true, true),
                "frontend" => changes.client = true,
                "migrations" => changes.server = true,
                "style" | "public" => changes.assets = true,
                // Cargo.toml and Cargo.lock.
                _ => (changes.client, changes.server) = (true, true),
            }
        }
        changes.files = files;
        changes
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.files.iter().map(|file| file.display().to_string()).collect();
        write!(f, "edited: {}", names.join(", "))
    }
}

/// The files of the checkout and when they were last written.
pub struct Watch {
    root: PathBuf,
    seen: BTreeMap<PathBuf, SystemTime>,
}

impl Watch {
    /// Starts from the present state.
    pub fn start(root: &Path) -> Result<Self> {
        Ok(Self { root: root.to_path_buf(), seen: scan(root)? })
    }

    /// Waits until something changes, and then until nothing does for a moment.
    pub fn wait(&mut self) -> Result<Changes> {
        let before = self.seen.clone();
        loop {
            thread::sleep(INTERVAL);
            let now = scan(&self.root)?;
            let settled = now == self.seen;
            self.seen = now;
            if settled && self.seen != before {
                let mut changes = Changes::of(difference(&before, &self.seen));
                changes.edited = changes.files.iter().filter_map(|file| self.seen.get(file)).max().copied();
                return Ok(changes);
            }
        }
    }
}

fn scan(root: &Path) -> Result<BTreeMap<PathBuf, SystemTime>> {
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for folder in ["app", "server", "frontend", "style", "public", "migrations"] {
        files.extend(files_below(&root.join(folder))?);
    }
    let mut seen = BTreeMap::new();
    for path in files {
        // A file that vanishes between the two looks is a change like any other.
        if let Ok(time) = path.metadata().and_then(|data| data.modified()) {
            seen.insert(path.strip_prefix(root)?.to_path_buf(), time);
        }
    }
    Ok(seen)
}

fn difference(before: &BTreeMap<PathBuf, SystemTime>, after: &BTreeMap<PathBuf, SystemTime>) -> Vec<PathBuf> {
    let changed = after.iter().filter(|(path, time)| before.get(*path) != Some(time)).map(|(path, _)| path);
    let removed = before.keys().filter(|path| !after.contains_key(*path));
    changed.chain(removed).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, client: bool, server: bool, assets: bool) {
        let files = vec![PathBuf::from(file)];
        assert_eq!(Changes::of(files.clone()), Changes { client, server, assets, edited: None, files });
    }

    #[test]
    fn an_edit_rebuilds_only_what_it_touches() {
        check("app/domains/workflows/src/pages/board.rs", true, true, true);
        check("server/src/main.rs", false, true, true);
        check("frontend/src/lib.rs", true, false, false);
        check("migrations/0001_identity.sql", false, true, false);
        check("style/main.css", false, false, true);
        check("Cargo.toml", true, true, false);
    }
}

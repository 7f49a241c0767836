//! The files of the project as the rules see them: Rust sources split into code and text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

/// A text file of the project.
pub struct File {
    /// Path within the checkout, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl File {
    /// Whether the file lies below `folder` and ends in `.extension`.
    pub fn is(&self, folder: &str, extension: &str) -> bool {
        self.path.starts_with(folder) && self.path.ends_with(&format!(".{extension}"))
    }

    /// The numbers (from 1) of the lines that `wanted` picks.
    pub fn lines_with(&self, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
        self.text.lines().zip(1..).filter(|(line, _)| wanted(line)).map(|(_, number)| number).collect()
    }
}

/// All text files that are, or may become, part of a commit.
pub struct Tree {
    /// In order of their paths.
    pub files: Vec<File>,
}

impl Tree {
    /// Reads what git tracks and what it would track.
    pub fn read(root: &Path) -> Result<Self> {
        let sh = Shell::new()?;
        sh.change_dir(root);
        let list = cmd!(sh, "git -c safe.directory=* ls-files --cached --others --exclude-standard")
            .quiet()
            .read()
            .context("listing the files of the checkout")?;
        let mut paths: Vec<_> = list.lines().map(str::to_owned).collect();
        paths.sort();
        paths.dedup();
        // Deleted but still tracked, or not text: nothing to read.
        let files = paths.into_iter().filter_map(|path| {
            let text = fs::read_to_string(root.join(&path)).ok()?;
            Some(File { path, text })
        });
        Ok(Self { files: files.collect() })
    }

    /// The Rust sources.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// One file.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// A piece of Rust source.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Code between comments and literals.
    Code(String),
    /// The content of a string literal, as written.
    Text(String),
}

/// Splits Rust source into `(line, piece)`, without comments.
///
/// It knows strings, raw strings, characters, lifetimes and nested comments: enough never to mistake one
/// for the other in source that compiles.
pub fn pieces(source: &str) -> Vec<(usize, Piece)> {
    let mut scanner = Scanner { rest: source, line: 1, code: String::new(), code_line: 1, found: Vec::new() };
    while !scanner.rest.is_empty() {
        scanner.step();
    }
    scanner.end_code();
    scanner.found
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    code: String,
    code_line: usize,
    found: Vec<(usize, Piece)>,
}

impl<'a> Scanner<'a> {
    fn step(&mut self) {
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.take(end);
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if let Some(hashes) = self.raw_string() {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = 2 + hashes;
            self.string(open, |rest| rest.find(&close).unwrap_or(rest.len()), close.len());
        } else if self.rest.starts_with('"') {
            self.string(1, end_of_string, 1);
        } else if self.rest.starts_with('\'') {
            let length = character(self.rest);
            self.keep(length);
        } else {
            let length = self.rest.chars().next().map_or(0, char::len_utf8);
            self.keep(length);
        }
    }

    /// The number of hashes, if a raw string starts here.
    fn raw_string(&self) -> Option<usize> {
        let after = self.rest.strip_prefix('r')?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        let in_a_word = self.code.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        (!in_a_word && after.trim_start_matches('#').starts_with('"')).then_some(hashes)
    }

    fn string(&mut self, open: usize, end: impl Fn(&str) -> usize, close: usize) {
        self.end_code();
        self.take(open);
        let line = self.line;
        let length = end(self.rest);
        let text = self.take(length).to_owned();
        self.take(close);
        self.found.push((line, Piece::Text(text)));
        self.code_line = self.line;
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            let (length, change) = match self.rest.get(..2) {
                Some("/*") => (2, 1),
                Some("*/") => (2, -1),
                _ => (self.rest.chars().next().map_or(0, char::len_utf8), 0),
            };
            self.take(length);
            depth = depth.saturating_add_signed(change);
            if depth == 0 || self.rest.is_empty() {
                return;
            }
        }
    }

    fn end_code(&mut self) {
        if !self.code.trim().is_empty() {
            let code = std::mem::take(&mut self.code);
            self.found.push((self.code_line, Piece::Code(code)));
        }
        self.code.clear();
        self.code_line = self.line;
    }

    fn keep(&mut self, length: usize) {
        let text = self.take(length).to_owned();
        self.code.push_str(&text);
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line += taken.matches('\n').count();
        taken
    }
}

fn end_of_string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// The length of a character literal, or of the quote alone when it begins a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match inside.next() {
        Some((_, '\\')) => rest.get(3..).and_then(|tail| tail.find('\'')).map_or(1, |at| at + 4),
        Some(_) => match inside.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

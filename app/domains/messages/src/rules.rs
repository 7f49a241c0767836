//! Pure decisions.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{Error, FileId, MemberId, Result};

use crate::model::{BODY_MAX, FILES_MAX, Message, TITLE_MAX};

/// How much of a message the list shows.
const EXCERPT: usize = 120;
/// Messages of one person within this time stand together.
const TOGETHER: Duration = Duration::minutes(5);

/// Reads what somebody wrote with so many files: not too long, and something where there is no file.
pub fn read_body(text: &str, files: usize) -> Result<String> {
    let body = text.replace("\r\n", "\n");
    let body = body.trim_end().trim_start_matches('\n');
    if body.trim().is_empty() {
        return match files {
            0 => Err(Error::invalid("body", "Write something first.")),
            _ => Ok(String::new()),
        };
    }
    if BODY_MAX < body.chars().count() {
        return Err(Error::invalid("body", format!("A message may have {BODY_MAX} characters.")));
    }
    Ok(body.to_owned())
}

/// Reads which files go with a message: each once, and not too many.
pub fn read_files(files: &[FileId]) -> Result<()> {
    if FILES_MAX < files.len() {
        return Err(Error::invalid("files", format!("A message may have {FILES_MAX} files.")));
    }
    let twice = (1..).zip(files).any(|(next, file)| files.iter().skip(next).any(|other| other == file));
    if twice { Err(Error::invalid("files", "Name each file once.")) } else { Ok(()) }
}

/// What stands in one line for a message: the beginning of its text, else how many files it was sent with.
pub fn summary(body: &str, files: i64) -> String {
    match (body.is_empty(), files) {
        (true, 0 | 1) => "Sent a file".to_owned(),
        (true, files) => format!("Sent {files} files"),
        (false, _) => excerpt(body),
    }
}

/// Reads the title of a group: one line, and not too long.
pub fn read_title(text: &str) -> Result<String> {
    let title = line(text);
    if title.is_empty() {
        return Err(Error::invalid("title", "Give the group a name."));
    }
    if TITLE_MAX < title.chars().count() {
        return Err(Error::invalid("title", format!("A name may have {TITLE_MAX} characters.")));
    }
    Ok(title)
}

/// What stands for two members, in whichever order they are named.
pub fn pair(one: MemberId, other: MemberId) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, in one line.
pub fn excerpt(text: &str) -> String {
    shortened(line(text))
}

fn shortened(line: String) -> String {
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let mut short: String = line.chars().take(EXCERPT - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The part of a text that has the words in it, in one line.
pub fn found(text: &str, words: &str) -> String {
    /// How much stands before the words.
    const LEAD: usize = 30;
    let line = line(text);
    let folded: Vec<char> = line.chars().map(lower).collect();
    let words: Vec<char> = words.trim().chars().map(lower).collect();
    let at = folded.windows(words.len().max(1)).position(|window| window == words).unwrap_or_default();
    if at <= LEAD {
        return shortened(line);
    }
    let rest: String = line.chars().skip(at - LEAD).collect();
    shortened(format!("…{}", rest.trim_start()))
}

/// One letter stays one, so that places stay where they are.
fn lower(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => letter,
    }
}

/// What is shown once more messages have come: each once, the later word on it, in order. What would stand before a gap
/// goes: it is loaded again when somebody scrolls there.
pub fn merge(shown: Vec<Message>, more: Vec<Message>) -> Vec<Message> {
    let all: BTreeMap<i64, Message> =
        shown.into_iter().chain(more).map(|message| (message.number, message)).collect();
    let mut merged: Vec<Message> = Vec::new();
    for (number, message) in all {
        if merged.last().is_some_and(|last| last.number + 1 != number) {
            merged.clear();
        }
        merged.push(message);
    }
    merged
}

/// Messages that stand under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The day, above the first block of each.
    pub day: Option<NaiveDate>,
    /// Whether what follows is new to the viewer.
    pub new: bool,
    /// The messages, all of one author and day. Never empty.
    pub messages: Vec<Message>,
}

/// Puts messages together by day and author. `day` says on which day something happened; `read` is the place up to which
/// nothing is new, if a line is to be drawn.
pub fn blocks(
    messages: &[Message],
    read: Option<i64>,
    viewer: MemberId,
    day: impl Fn(DateTime<Utc>) -> NaiveDate,
) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut line = read;
    let mut today = None;
    for message in messages {
        let on = day(message.at);
        let new = line.is_some_and(|read| read < message.number) && message.author_id != viewer;
        if new {
            line = None;
        }
        let another_day = today != Some(on);
        today = Some(on);
        let fits = |block: &&mut Block| {
            block.messages.last().is_some_and(|last| {
                last.author_id == message.author_id && message.at.signed_duration_since(last.at) < TOGETHER
            })
        };
        match blocks.last_mut().filter(fits).filter(|_| !new && !another_day) {
            Some(block) => block.messages.push(message.clone()),
            None => {
                blocks.push(Block { day: another_day.then_some(on), new, messages: vec![message.clone()] })
            }
        }
    }
    blocks
}

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// An address of the web.
    Link(&'a str),
}

/// The addresses in a text, and what stands between them.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, link) = rest.split_at(at);
        let end = link.find(char::is_whitespace).unwrap_or(link.len());
        let (link, _) = link.split_at(end);
        // What ends a sentence ends the address.
        let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '>']);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let whole = link.split_once("://").is_some_and(|(_, host)| host.starts_with(char::is_alphanumeric));
        pieces.push(if whole { Piece::Link(link) } else { Piece::Text(link) });
        rest = rest.get(at + link.len()..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

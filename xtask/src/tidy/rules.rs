//! The rules themselves.

use std::collections::BTreeSet;

use super::source::{File, Piece, Tree, pieces};
use crate::build::icon_names;

/// The longest a source file may be: past this it is two things.
const MOST_LINES: usize = 500;

/// Where the two engines may be told apart: the connection, the migrations, and the dialect itself.
const ENGINE_FILES: [&str; 5] = [
    "server/db/build.rs",
    "server/db/src/dialect.rs",
    "server/db/src/engine.rs",
    "server/db/src/lib.rs",
    "server/db/src/migrate.rs",
];

/// A feature's crate meets another only through the kernel, events, or `app`.
pub fn domains_do_not_know_each_other(tree: &Tree) -> Vec<String> {
    let folder = "app/domains/";
    let manifests: Vec<_> = tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml")).collect();
    let domain = |file: &File| file.path.strip_prefix(folder)?.split('/').next().map(str::to_owned);
    let domains: BTreeSet<_> = manifests.iter().filter_map(|file| domain(file)).collect();
    let below = |file: &&&File| {
        let base =
            ["app/kernel/", "app/ui/", "server/db/", "server/jobs/", "server/live/", "server/adapters/"];
        base.iter().any(|folder| file.path.starts_with(folder)) || domain(file).is_some()
    };
    let mut complaints = Vec::new();
    for file in manifests.iter().filter(below) {
        for name in dependencies(&file.text) {
            if domains.contains(name) && domain(file).as_deref() != Some(name) {
                complaints.push(format!("{}: depends on the domain `{name}`", file.path));
            }
        }
    }
    complaints
}

/// `NNNN_x.sqlite.sql` and `NNNN_x.postgres.sql`, or `NNNN_x.sql` for both.
pub fn migrations_that_differ_come_in_pairs(tree: &Tree) -> Vec<String> {
    let pairs = [(".sqlite.sql", ".postgres.sql"), (".postgres.sql", ".sqlite.sql")];
    let migrations = tree.files.iter().filter(|file| file.is("migrations/", "sql"));
    migrations
        .flat_map(|file| {
            pairs.iter().filter_map(move |(mine, other)| {
                let twin = format!("{}{other}", file.path.strip_suffix(mine)?);
                tree.file(&twin).is_none().then(|| format!("{}: {twin} is missing", file.path))
            })
        })
        .collect()
}

/// `select *` reads what a later migration adds, and breaks rows that do not know it.
pub fn statements_name_their_columns(tree: &Tree) -> Vec<String> {
    let bad = |sql: &str| {
        let words: Vec<_> = sql.split_whitespace().map(str::to_lowercase).collect();
        words.windows(2).any(|pair| match pair {
            [verb, star] => {
                (verb == "select" || verb == "distinct" || verb == "returning") && star.starts_with('*')
            }
            _ => false,
        })
    };
    let mut complaints = Vec::new();
    for file in tree.rust().filter(|file| !file.path.starts_with("xtask/")) {
        for (line, piece) in pieces(&file.text) {
            if matches!(piece, Piece::Text(text) if bad(&text)) {
                complaints.push(format!("{}:{line}: name the columns instead of `*`", file.path));
            }
        }
    }
    for file in tree.files.iter().filter(|file| file.path.ends_with(".sql") && bad(&file.text)) {
        complaints.push(format!("{}: name the columns instead of `*`", file.path));
    }
    complaints
}

/// Statements are written once; the exceptions are functions in `dialect.rs`.
pub fn one_place_asks_which_engine_it_is(tree: &Tree) -> Vec<String> {
    let asks = |code: &str| code.contains("Engine::Sqlite") || code.contains("Engine::Postgres");
    let elsewhere = tree
        .rust()
        .filter(|file| !file.path.starts_with("xtask/") && !ENGINE_FILES.contains(&file.path.as_str()));
    elsewhere.flat_map(|file| code_with(file, asks, "asks which engine it is")).collect()
}

/// The Content Security Policy forbids inline style; the server would render it as an attribute.
pub fn views_carry_no_inline_style(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with("app/")) {
        for (line, piece) in pieces(&file.text) {
            let inline = match piece {
                Piece::Code(code) => {
                    styles(&code).any(|rest| rest.starts_with('=') && !rest.starts_with("=="))
                }
                Piece::Text(text) => {
                    styles(&text).any(|rest| ["=\\", "='", "=\""].iter().any(|it| rest.starts_with(it)))
                }
            };
            if inline {
                complaints.push(format!("{}:{line}: near here stands `style=`: use a class", file.path));
            }
        }
    }
    complaints
}

/// What follows each word `style`, and each directive `style:name`.
fn styles(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("style").filter_map(|(at, word)| {
        let (before, rest) = (text.get(..at)?, text.get(at + word.len()..)?);
        let name =
            |name: &str| name.trim_start_matches(|it: char| it.is_ascii_lowercase() || it == '-').len();
        let directive = rest.strip_prefix(':').and_then(|tail| tail.get(tail.len() - name(tail)..));
        before.ends_with(char::is_whitespace).then_some(directive.unwrap_or(rest))
    })
}

/// Examples in comments cost a link each; tests stand beside the code.
pub fn crates_have_no_doctests(tree: &Tree) -> Vec<String> {
    let libraries = tree.files.iter().filter_map(|file| {
        let folder = file.path.strip_suffix("Cargo.toml")?;
        tree.file(&format!("{folder}src/lib.rs")).map(|_| file)
    });
    libraries
        .filter(|file| file.lines_with(|line| line.replace(' ', "") == "doctest=false").is_empty())
        .map(|file| format!("{}: [lib] lacks `doctest = false`", file.path))
        .collect()
}

/// One paragraph at the top: what the module is for, and what always holds in it. Tests are for their neighbour.
pub fn modules_say_what_they_are_for(tree: &Tree) -> Vec<String> {
    tree.rust()
        .filter(|file| !file.path.ends_with("tests.rs") && !file.path.contains("/tests/"))
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{}: does not begin with `//! `", file.path))
        .collect()
}

/// A long file becomes a folder.
pub fn files_stay_short(tree: &Tree) -> Vec<String> {
    let sources = tree
        .files
        .iter()
        .filter(|file| ["rs", "sql", "js", "mjs"].iter().any(|extension| file.is("", extension)));
    sources
        .filter_map(|file| {
            let lines = file.text.lines().count();
            (MOST_LINES < lines).then(|| format!("{}: {lines} lines, at most {MOST_LINES}", file.path))
        })
        .collect()
}

/// A name that the sprite lacks shows nothing at all.
pub fn icons_are_in_the_sprite(tree: &Tree) -> Vec<String> {
    let Some(list) = tree.file("style/icons.txt") else {
        return vec!["style/icons.txt is missing".to_owned()];
    };
    let known = icon_names(&list.text);
    let mut complaints = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with("app/")) {
        for (line, name) in icons_named_in(&file.text) {
            if !known.contains(&name) {
                complaints.push(format!("{}:{line}: `{name}` is not in style/icons.txt", file.path));
            }
        }
    }
    complaints
}

/// Where packages come from is the machine's own setting.
pub fn registries_are_not_named(tree: &Tree) -> Vec<String> {
    // In two halves, so that this list does not complain about itself.
    let hosts =
        [("crates", ".io"), ("npmjs", ".org"), ("npmjs", ".com"), ("pypi", ".org"), ("pythonhosted", ".org")]
            .map(|(name, end)| format!("{name}{end}"));
    let mut complaints = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != "Cargo.lock") {
        for line in file.lines_with(|line| hosts.iter().any(|host| line.contains(host))) {
            complaints.push(format!("{}:{line}: names a package registry", file.path));
        }
    }
    complaints
}

/// The names of the dependencies in a manifest, of every kind.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(section) = line.trim().strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies");
            names.extend(section.split_once("dependencies.").map(|(_, name)| name));
        } else if inside {
            names.extend(line.split(['=', '.', ' ']).next().filter(|name| !name.is_empty()));
        }
    }
    names
}

/// Pieces of code that `bad` picks, as complaints with the line of the first match.
fn code_with(file: &File, bad: impl Fn(&str) -> bool, complaint: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for (start, piece) in pieces(&file.text) {
        if let Piece::Code(code) = piece {
            for (line, _) in (start..).zip(code.lines()).filter(|(_, line)| bad(line)) {
                complaints.push(format!("{}:{line}: {complaint}", file.path));
            }
        }
    }
    complaints
}

/// The literals that stand where an icon's name does.
pub fn icons_named_in(source: &str) -> Vec<(usize, String)> {
    let pieces = pieces(source);
    let marks = |code: &str| {
        let code = code.trim_end();
        let argument = code.rsplit_once("push_icon(").is_some_and(|(_, rest)| !rest.contains([')', ';']));
        code.ends_with("icon=") || code.ends_with("icon:") || code.ends_with("<Icon name=") || argument
    };
    let neighbours = pieces.iter().zip(pieces.iter().skip(1));
    neighbours
        .filter_map(|(before, here)| match (before, here) {
            ((_, Piece::Code(code)), (line, Piece::Text(name))) if marks(code) && !name.is_empty() => {
                Some((*line, name.clone()))
            }
            _ => None,
        })
        .collect()
}

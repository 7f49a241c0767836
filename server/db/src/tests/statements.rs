//! Every statement of the program is one that both engines understand.
//!
//! The sources are read for `sql("…")`; a text that is complete by itself is prepared on a migrated database, which
//! finds misspelt names and what only one engine knows, without running anything.

use std::{fs, path::Path};

use crate::{Db, both, engine::Pools};

/// Tables that belong to no organisation, or are read before one is known.
const SHARED: [&str; 25] = [
    "account",
    "account_event",
    "attempt",
    "consent",
    "job",
    "known_device",
    "linked_identity",
    "login_challenge",
    "login_link",
    "mail_token",
    "oidc_flow",
    "oidc_proof",
    "organisation",
    "passkey",
    "program_key",
    "recovery_code",
    "recovery_sheet",
    "schedule",
    "second_factor",
    "session",
    "sqlite_master",
    "thing",
    "totp",
    "webauthn_challenge",
    "worker",
];

struct Statement {
    place: String,
    text: String,
    /// Nothing is appended to it.
    whole: bool,
}

fn collect(folder: &Path, into: &mut Vec<Statement>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" && name != "node_modules" {
            collect(&path, into);
        } else if name.ends_with(".rs") && name != "testing.rs" && name != "tests.rs" {
            read(&path, into);
        }
    }
}

fn read(path: &Path, into: &mut Vec<Statement>) {
    let source = fs::read_to_string(path).unwrap();
    let mut rest = source.as_str();
    while let Some(at) = rest.find("sql(") {
        rest = &rest[at + "sql(".len()..];
        let literal = rest.trim_start();
        let Some(literal) = literal.strip_prefix('"') else { continue };
        let end = (0..literal.len())
            .find(|end| literal[*end..].starts_with('"') && !literal[..*end].ends_with('\\'));
        let Some(end) = end else { continue };
        let text = literal[..end].replace("\\\"", "\"").replace("\\\\", "\\").replace("\\\n", "\n");
        // What follows until the statement runs tells whether text is appended.
        let chain = literal[end..].split(';').next().unwrap_or_default();
        // By custom a text that is to go on ends in a space.
        let whole = !chain.contains(".push") && !text.is_empty() && !text.ends_with(char::is_whitespace);
        into.push(Statement { place: path.display().to_string(), text, whole });
        rest = &literal[end..];
    }
}

fn statements() -> Vec<Statement> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    collect(&root.join("app"), &mut found);
    collect(&root.join("server"), &mut found);
    found
}

async fn prepare(db: &Db, text: &str) -> Result<(), sqlx::Error> {
    use sqlx::{Executor, SqlSafeStr};
    let text = sqlx::AssertSqlSafe(text.to_owned()).into_sql_str();
    match &db.pools {
        Pools::Sqlite { read, .. } => read.prepare(text).await.map(drop),
        Pools::Postgres(pool) => pool.prepare(text).await.map(drop),
    }
}

both!(every_statement_is_understood, |db| {
    let statements = statements();
    let whole: Vec<_> = statements.iter().filter(|statement| statement.whole).collect();
    assert!(60 < whole.len(), "only {} statements were found", whole.len());
    let mut mistakes = Vec::new();
    for statement in whole {
        if let Err(error) = prepare(&db, &statement.text).await {
            mistakes.push(format!("{}: {error}\n{}", statement.place, statement.text));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n\n"));
});

/// Whether a statement touches an organisation's table without saying whose rows it means.
pub(super) fn names_no_organisation(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let on_tenant_table = words
        .windows(2)
        .filter(|pair| matches!(pair[0], "from" | "join" | "into" | "update"))
        .any(|pair| !pair[1].is_empty() && pair[1] != "set" && !SHARED.contains(&pair[1]));
    // A person's own memberships are looked up before an organisation is known.
    let own_memberships = text.contains("account_id") && text.contains("member");
    on_tenant_table && !text.contains("organisation_id") && !own_memberships
}

#[test]
fn a_statement_on_an_organisations_table_names_the_organisation() {
    let mistakes: Vec<String> = statements()
        .into_iter()
        .filter(|statement| names_no_organisation(&statement.text))
        .map(|statement| format!("{}\n{}", statement.place, statement.text))
        .collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n\n"));
}

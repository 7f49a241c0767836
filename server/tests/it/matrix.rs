//! Who may call what: every server function by every role, before and without a membership, and from another
//! organisation. What to expect is derived from the catalogue of permissions.

mod document;
mod keys;
mod plain;
mod programs;
mod rows;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write;

use http::StatusCode;
use kernel::{BuiltIn, PermissionSet, Role, Scope};

use rows::{Needs, ROWS, Row};
use world::{Holder, World};

/// Somebody with a client, which is not the one that calls name.
const CLIENT: &str = "Owner of another client";

#[test]
fn every_server_function_has_a_row() {
    let rows: BTreeSet<String> = ROWS.iter().map(|row| format!("/api/{}", row.path)).collect();
    assert_eq!(rows.len(), ROWS.len(), "a function has two rows");
    let functions: BTreeSet<String> =
        server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let missing: Vec<_> = functions.difference(&rows).collect();
    assert!(missing.is_empty(), "say in matrix/rows.rs what these need: {missing:#?}");
    let gone: Vec<_> = rows.difference(&functions).collect();
    assert!(gone.is_empty(), "these are no server functions: {gone:#?}");
}

impl Needs {
    /// Whether a member with these rights may call it.
    fn lets(self, holder: &Holder, world: &World) -> bool {
        match self {
            Needs::Public | Needs::LoggedIn | Needs::Member => true,
            Needs::May(permission) => holder.permissions.has(permission),
            Needs::Either(one, other) => holder.permissions.has(one) || holder.permissions.has(other),
            Needs::InTeam(permission) => holder.may_in(permission, world.team_scope()),
            Needs::InBrand(permission) => holder.may_in(permission, world.brand_scope()),
            Needs::InClient(permission) => holder.may_in(permission, world.client_scope()),
            Needs::BothInClient(first, second) => {
                [first, second].into_iter().all(|permission| holder.may_in(permission, world.client_scope()))
            }
            Needs::Somewhere(permission) => holder.may_somewhere(permission),
        }
    }
}

/// The arguments could be read and the program did not break: otherwise the answer says nothing about rights.
fn is_an_answer(status: StatusCode) -> bool {
    status != StatusCode::BAD_REQUEST && !status.is_server_error()
}

/// The same for a program, which may also be told that its empty body is none of this kind.
fn is_answer_to_a_program(status: StatusCode) -> bool {
    !status.is_server_error()
}

fn is_refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

db::both!(every_role_may_what_the_catalogue_says_and_nothing_else, |db| {
    let world = World::new(db).await;
    let mut mistakes = Vec::new();
    let mut note = |row: &Row, who: &str, status: StatusCode, expected: &str| {
        mistakes.push(format!("{} by {who}: {status}, expected {expected}", row.path));
    };
    for row in ROWS {
        let status = world.call(row, None).await.status;
        match row.needs {
            Needs::Public if !is_an_answer(status) || is_refused(status) => {
                note(row, "nobody", status, "an answer");
            }
            Needs::Public => (),
            _ if status != StatusCode::UNAUTHORIZED => note(row, "nobody", status, "401"),
            _ => (),
        }
    }
    for outsider in world.outsiders().await {
        for row in ROWS.iter().filter(|row| !row.ends_the_session) {
            let status = world.call(row, Some(&outsider.cookie)).await.status;
            let open = matches!(row.needs, Needs::Public | Needs::LoggedIn);
            if !is_an_answer(status) || is_refused(status) == open {
                let expected = if open { "an answer" } else { "a refusal" };
                note(row, &outsider.name, status, expected);
            }
        }
    }
    let nowhere = Scope::Client(uuid::Uuid::from_u128(4712).into());
    let mut holders = world.holders().await;
    holders.push(world.client_user(CLIENT, BuiltIn::ClientOwner, nowhere).await);
    for holder in holders {
        for row in ROWS.iter().filter(|row| !row.ends_the_session) {
            let status = world.call(row, Some(&holder.cookie)).await.status;
            let lets = row.needs.lets(&holder, &world);
            if lets && (!is_an_answer(status) || is_refused(status)) {
                note(row, &holder.name, status, "an answer");
            }
            // Of the client of others there is nothing.
            let elsewhere = match row.needs {
                Needs::InClient(permission) => holder.may_somewhere(permission),
                Needs::BothInClient(view, _) => {
                    holder.may_somewhere(view) && !holder.may_in(view, world.client_scope())
                }
                _ => false,
            };
            let expected = if elsewhere { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN };
            if !lets && status != expected {
                note(row, &holder.name, status, expected.as_str());
            }
        }
    }
    assert!(mistakes.is_empty(), "{} mistakes:\n{}", mistakes.len(), mistakes.join("\n"));
});

db::both!(for_another_organisation_nothing_of_this_one_exists, |db| {
    let world = World::new(db).await;
    let stranger = world.stranger().await;
    let before = world.digest().await;
    let mut mistakes = Vec::new();
    for row in ROWS.iter().filter(|row| row.names_something()) {
        let real = world.call(row, Some(&stranger)).await;
        let made_up = world.call_with_made_up_ids(row, Some(&stranger)).await;
        if (real.status, &real.text) != (made_up.status, &made_up.text) {
            mistakes.push(format!(
                "{}: {} {} for what exists, {} {} for what does not",
                row.path, real.status, real.text, made_up.status, made_up.text
            ));
        }
        if !is_an_answer(real.status) {
            mistakes.push(format!("{}: {} {}", row.path, real.status, real.text));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    assert_eq!(world.digest().await, before, "something was changed");
});

/// The matrix as a document beside the other results of the build; it is made anew with each run.
#[test]
fn the_matrix_is_written_down() {
    let roles: Vec<(&str, PermissionSet)> = std::iter::once(("Guest", Role::Guest.permissions()))
        .chain(BuiltIn::ALL.iter().map(|role| (role.label(), role.permissions())))
        .collect();
    let mut text = String::from("# Who may call what\n\n| server function | needs |");
    for (name, _) in &roles {
        write!(text, " {name} |").unwrap();
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(roles.len()));
    text.push('\n');
    for row in ROWS {
        let (needs, permission) = match row.needs {
            Needs::Public => ("nothing".to_owned(), None),
            Needs::LoggedIn => ("a log-in".to_owned(), None),
            Needs::Member => ("a membership".to_owned(), None),
            Needs::May(permission) => (permission.key().to_owned(), Some(permission)),
            Needs::Either(one, other) => (format!("{} or {}", one.key(), other.key()), None),
            Needs::InTeam(permission) => (format!("{} in the team", permission.key()), Some(permission)),
            Needs::InBrand(permission) => (format!("{} in the brand", permission.key()), Some(permission)),
            Needs::InClient(permission) => (format!("{} in the client", permission.key()), Some(permission)),
            Needs::BothInClient(view, act) => {
                (format!("{} and {} in the client", view.key(), act.key()), None)
            }
            Needs::Somewhere(permission) => (format!("{} somewhere", permission.key()), Some(permission)),
        };
        write!(text, "| {} | {needs} |", row.path).unwrap();
        for (_, set) in &roles {
            let may = match row.needs {
                Needs::Either(one, other) => set.has(one) || set.has(other),
                Needs::BothInClient(view, act) => set.has(view) && set.has(act),
                _ => permission.is_none_or(|permission| set.has(permission)),
            };
            text.push_str(if may { " yes |" } else { "  |" });
        }
        text.push('\n');
    }
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/permissions.md");
    std::fs::write(file, &text).unwrap();
    assert_eq!(text.lines().count(), ROWS.len() + 4);
}

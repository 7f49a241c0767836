//! The matrix as a document beside the browser tests; it is made anew with each run.

use kernel::{BuiltIn, PermissionSet, Role};

use super::rows::{Needs, ROWS};
use super::{CLIENT, plain, programs};

#[test]
fn the_matrix_is_written_down() {
    let roles: Vec<(&str, PermissionSet)> = std::iter::once((Role::Guest.label(), Role::Guest.permissions()))
        .chain(BuiltIn::ALL.iter().map(|role| (role.label(), role.permissions())))
        .collect();
    let tables = [
        ("Routes for other programs", programs::table(&roles)),
        ("Server functions", functions(&roles)),
        ("Pages that are no pages: exports, news, pictures, files", plain::table(&roles)),
    ];
    let mut text = "# Who may call what\n\nWritten by the tests, which try every cell. `yes` is whatever it says to who may ask \
                    it, `no` 401 or 403.\n"
        .to_owned();
    for (title, table) in tables {
        text.push_str(&format!("\n## {title}\n\n"));
        for (number, cells) in table.iter().enumerate() {
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
            if number == 0 {
                text.push_str(&format!("|{}\n", "---|".repeat(cells.len())));
            }
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end/matrix.md");
    std::fs::write(file, &text).unwrap();
}

/// The server functions, as a table.
fn functions(roles: &[(&str, PermissionSet)]) -> Vec<Vec<String>> {
    let mut table = vec![head("function", roles)];
    for row in ROWS {
        let mut cells = vec![format!("`{}`", row.path)];
        let elsewhere = if row.names_something() { "404" } else { "only theirs" };
        cells.extend(cells_of(row.needs, "no", elsewhere, roles));
        table.push(cells);
    }
    table
}

/// The first line of a table of what is asked with a session.
pub(super) fn head(first: &str, roles: &[(&str, PermissionSet)]) -> Vec<String> {
    let fixed = [first, "needs", "nobody", "invited", "suspended", "removed", "another organisation", CLIENT];
    fixed.into_iter().chain(roles.iter().map(|(name, _)| *name)).map(str::to_owned).collect()
}

/// What is needed, and what each may expect. `away` is how somebody is turned away.
pub(super) fn cells_of(
    needs: Needs,
    away: &str,
    elsewhere: &str,
    roles: &[(&str, PermissionSet)],
) -> Vec<String> {
    let words = match needs {
        Needs::Public => "nothing".to_owned(),
        Needs::LoggedIn => "a session".to_owned(),
        Needs::Member => "a membership".to_owned(),
        Needs::May(permission) => permission.key().to_owned(),
        Needs::Either(one, other) => format!("{} or {}", one.key(), other.key()),
        Needs::InTeam(permission) => format!("{}, or in the team", permission.key()),
        Needs::InBrand(permission) => format!("{}, or in the brand", permission.key()),
        Needs::InClient(permission) => format!("{}, or in the client", permission.key()),
        Needs::BothInClient(view, act) => format!("{} and {}, or in the client", view.key(), act.key()),
        Needs::Somewhere(permission) => format!("{}, somewhere", permission.key()),
    };
    let cell = |yes: bool| if yes { "yes" } else { away }.to_owned();
    let open = matches!(needs, Needs::Public | Needs::LoggedIn);
    let mut cells = vec![words, cell(matches!(needs, Needs::Public))];
    cells.extend([cell(open), cell(open), cell(open)]);
    cells.push(if open { "yes" } else { elsewhere }.to_owned());
    let client = BuiltIn::ClientOwner.permissions();
    cells.push(match needs {
        Needs::InClient(permission) if client.has(permission) => "404".to_owned(),
        Needs::BothInClient(view, act) if client.has(view) && client.has(act) => "404".to_owned(),
        Needs::Somewhere(permission) if client.has(permission) => "only theirs".to_owned(),
        _ => cell(open || matches!(needs, Needs::Member)),
    });
    cells.extend(roles.iter().map(|(_, rights)| {
        cell(match needs {
            Needs::Public | Needs::LoggedIn | Needs::Member => true,
            Needs::Either(one, other) => rights.has(one) || rights.has(other),
            Needs::BothInClient(view, act) => rights.has(view) && rights.has(act),
            Needs::May(permission)
            | Needs::InTeam(permission)
            | Needs::InBrand(permission)
            | Needs::InClient(permission)
            | Needs::Somewhere(permission) => rights.has(permission),
        })
    }));
    cells
}

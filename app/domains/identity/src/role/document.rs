//! The document of what each role may do: a line per permission, a column per role.

use kernel::{Cx, Module, Result};

use crate::role::model::RoleCard;

/// The document as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8.
///
/// As every export it asks once more who is there.
pub async fn csv(cx: &Cx) -> Result<String> {
    cx.require_recent()?;
    Ok(write(&super::acts::list(cx).await?))
}

fn write(roles: &[RoleCard]) -> String {
    let mut text = String::from("\u{feff}");
    let head = ["Module", "Permission", "Key"].into_iter().chain(roles.iter().map(|role| role.name.as_str()));
    push_line(&mut text, head);
    for module in Module::ALL {
        for permission in module.permissions() {
            let cells = roles.iter().map(|role| if role.permissions.has(permission) { "yes" } else { "" });
            let about = [module.label(), permission.label(), permission.key()];
            push_line(&mut text, about.into_iter().chain(cells));
        }
    }
    let counts: Vec<String> = roles.iter().map(|role| role.holders.to_string()).collect();
    push_line(&mut text, ["", "Members", ""].into_iter().chain(counts.iter().map(String::as_str)));
    text
}

fn push_line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (index, cell) in cells.enumerate() {
        if index != 0 {
            text.push(',');
        }
        push_cell(text, cell);
    }
    text.push_str("\r\n");
}

fn push_cell(text: &mut String, cell: &str) {
    // A spreadsheet would take such a name for a formula and run it.
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula || cell.contains([',', '"', '\n', '\r']) {
        text.push('"');
        if is_formula {
            text.push('\'');
        }
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Permission, PermissionSet};

    use super::*;
    use crate::role::model::Kind;

    #[test]
    fn a_line_per_permission_and_no_formulas() {
        let role = RoleCard {
            key: "x".into(),
            kind: Kind::Custom,
            name: "=1+1, \"x\"".into(),
            purpose: String::new(),
            permissions: PermissionSet::of(&[Permission::ItemMove]),
            holders: 3,
            version: 1,
        };
        let text = write(&[role]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "\u{feff}Module,Permission,Key,\"'=1+1, \"\"x\"\"\"");
        assert_eq!(lines.len(), Permission::ALL.len() + 2);
        assert!(lines.contains(&"Items,Move items along,item.move,yes"), "{text}");
        assert!(lines.contains(&"Items,Delete items,item.delete,"), "{text}");
        assert_eq!(lines.last(), Some(&",Members,,3"));
    }
}

//! One spelling for constraint names: PostgreSQL's.

use sqlx::error::{DatabaseError, ErrorKind};

use crate::error::ConstraintKind;

/// Name and kind of the constraint that `cause` speaks of, if it speaks of one.
pub(crate) fn normalise(cause: &dyn DatabaseError) -> Option<(String, ConstraintKind)> {
    let kind = match cause.kind() {
        ErrorKind::UniqueViolation => ConstraintKind::Unique,
        ErrorKind::ForeignKeyViolation => ConstraintKind::ForeignKey,
        ErrorKind::CheckViolation | ErrorKind::NotNullViolation => ConstraintKind::Check,
        _ => return None,
    };
    let name = match cause.constraint() {
        Some(name) => name.to_owned(),
        None => from_sqlite(cause.message()),
    };
    Some((name, kind))
}

/// SQLite gives a sentence: `UNIQUE constraint failed: account.email`, or `…: index 'account_email_key'`
/// for an index over an expression, or `CHECK constraint failed: <name>`.
fn from_sqlite(message: &str) -> String {
    let subject = message.split_once("failed: ").map_or("", |(_, subject)| subject).trim();
    if let Some(index) = subject.strip_prefix("index ") {
        return index.trim_matches('\'').to_owned();
    }
    let mut columns = subject.split(", ").map(|column| column.rsplit_once('.').unwrap_or(("", column)));
    let Some((table, first)) = columns.next() else { return String::new() };
    if table.is_empty() {
        return first.to_owned();
    }
    columns.fold(format!("{table}_{first}"), |name, (_, column)| format!("{name}_{column}")) + "_key"
}

#[cfg(test)]
mod tests {
    use super::from_sqlite;

    #[test]
    fn sqlite_messages_become_postgres_names() {
        assert_eq!(from_sqlite("UNIQUE constraint failed: account.email"), "account_email_key");
        assert_eq!(
            from_sqlite("UNIQUE constraint failed: item.workflow_id, item.number"),
            "item_workflow_id_number_key"
        );
        assert_eq!(from_sqlite("UNIQUE constraint failed: index 'team_name_key'"), "team_name_key");
        assert_eq!(from_sqlite("CHECK constraint failed: step_position"), "step_position");
        assert_eq!(from_sqlite("FOREIGN KEY constraint failed"), "");
    }
}

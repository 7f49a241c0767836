//! The statements that must differ between the engines, each a named function.
//!
//! This is the only place outside the connection code that asks which engine it is.

use crate::Engine;

/// Ends a sub-select that claims a row, so that two workers never wait for or take the same one.
///
/// SQLite needs nothing: its writers stand in line already.
pub fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " for update skip locked",
    }
}

/// Ends a select whose rows nobody else changes until the transaction is over; who does so at the moment is waited for.
///
/// SQLite needs nothing: its writers stand in line already.
pub fn for_update(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " for update",
    }
}

/// The same, where others may go on to refer to the rows: they do so wherever they write what belongs to them.
pub fn for_no_key_update(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " for no key update",
    }
}

/// Whether what a statement writes in its `with` can go on into another table, and bytes can be hashed: what takes SQLite
/// several statements is one trip then, while others of the organisation wait.
pub fn writes_in_one(engine: Engine) -> bool {
    match engine {
        Engine::Sqlite => false,
        Engine::Postgres => true,
    }
}

/// One more column for the statement that moves the end of an organisation's outbox: it wakes the other servers when the
/// transaction commits.
pub fn notify_outbox(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => ", pg_notify('mediap_outbox', organisation_id::text) is null",
    }
}

/// Ends the connections that wait to be woken, and counts them; where there are none, that of the one process.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn end_listeners(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "select 1",
        Engine::Postgres => {
            "select count(pg_terminate_backend(pid)) from pg_stat_activity
             where datname = current_database() and query ilike 'listen%'"
        }
    }
}

/// The words around a list of columns that make one JSON array of all rows, each an array of its columns.
#[derive(Debug, Clone, Copy)]
pub struct JsonRows {
    /// Before the columns.
    pub begin: &'static str,
    /// After them.
    pub end: &'static str,
    /// Before the name of an id.
    pub begin_id: &'static str,
    /// After it.
    pub end_id: &'static str,
}

/// How to get many rows as one text, where that is faster. The rows come in no order.
///
/// With SQLite each value of each row is copied to another thread, so a text costs a fraction of it. PostgreSQL sends
/// values faster than it writes JSON.
pub fn json_rows(engine: Engine) -> Option<JsonRows> {
    match engine {
        Engine::Sqlite => Some(JsonRows {
            begin: "json_group_array(json_array(",
            end: "))",
            // A blob cannot stand in JSON, and `hex` makes an empty text of null.
            begin_id: "nullif(hex(",
            end_id: "), '')",
        }),
        Engine::Postgres => None,
    }
}

/// Lists `(table, column, nullable)` of every table, sorted, for comparing the schemas of both engines.
pub fn columns(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "select m.name, p.name, p.\"notnull\" = 0 and p.pk = 0
             from sqlite_master m, pragma_table_info(m.name) p
             where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '\\_sqlx%' escape '\\'
             order by 1, 2"
        }
        Engine::Postgres => {
            "select table_name::text, column_name::text, is_nullable = 'YES'
             from information_schema.columns
             where table_schema = 'public' and table_name not like '\\_sqlx%'
               and table_name not in (select table_name from information_schema.views)
             order by table_name::text collate \"C\", column_name::text collate \"C\""
        }
    }
}

/// Lists `(table, column, table it points to)` of every foreign key, sorted.
pub fn foreign_keys(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "select m.name, f.\"from\", f.\"table\"
             from sqlite_master m, pragma_foreign_key_list(m.name) f
             where m.type = 'table'
             order by 1, 2, 3"
        }
        Engine::Postgres => {
            "select c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text
             from pg_constraint c
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
             where c.contype = 'f'
             order by 1, 2, 3"
        }
    }
}

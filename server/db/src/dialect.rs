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
             order by table_name::text collate \"C\", column_name::text collate \"C\""
        }
    }
}

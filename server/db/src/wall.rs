//! The wall between organisations on PostgreSQL: row-level security on every table that carries an organisation, and a
//! user for the running program that can neither lift nor pass it.
//!
//! SQLite has no such thing; there the statements themselves, checked by tests, are the wall.
//!
//! The owner of the tables runs [`raise`] after the migrations, so a new table cannot be forgotten. The program looks at
//! [`standing`] before it starts and at [`breaches`] in its tests.

use sqlx::{AssertSqlSafe, PgPool, SqlSafeStr, postgres::PgConnectOptions};

use crate::{Db, Error, Result, engine::Pools, sql};

/// The organisation of the scope. The sub-select is computed once per statement, not once per row.
///
/// This and the conditions below are written as PostgreSQL writes them down, so that they can be compared.
const TENANT: &str =
    r#"( SELECT (NULLIF(current_setting('mediap.organisation'::text, true), ''::text))::uuid AS "nullif")"#;
/// The person of the scope: where they belong must be seen before an organisation is known.
const PERSON: &str =
    r#"( SELECT (NULLIF(current_setting('mediap.account'::text, true), ''::text))::uuid AS "nullif")"#;

/// The program itself, when it lists the organisations.
const REGISTRY: &str = "(current_setting('mediap.registry'::text, true) = 'on'::text)";

/// The tables behind the wall: those that carry an organisation, the organisations, and jobs and mails, which may carry one.
const TABLES: &str = "
select c.relname::text as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
  coalesce((select string_agg(
      p.polname || '|' || p.polcmd::text || '|' || p.polpermissive::text || '|'
      || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || '|'
      || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''), ';' order by p.polname)
    from pg_policy p where p.polrelid = c.oid), '') as policies
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p')
  and (c.relname = 'organisation' or exists (
    select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id'
      and (a.attnotnull or c.relname in ('job', 'mail'))))
order by 1";

#[derive(Debug, sqlx::FromRow)]
struct Table {
    name: String,
    enabled: bool,
    forced: bool,
    policies: String,
}

/// A policy as it should be.
struct Policy {
    name: &'static str,
    /// `all`, or `select` for what is only read.
    command: &'static str,
    condition: String,
}

impl Table {
    fn wanted(&self) -> Vec<Policy> {
        let all = |condition| Policy { name: "tenant", command: "all", condition };
        let own = |condition| Policy { name: "own", command: "select", condition };
        match self.name.as_str() {
            "organisation" => vec![
                own(format!(
                    "(EXISTS ( SELECT\n   FROM member\n  WHERE ((member.organisation_id = organisation.id) AND (member.account_id = {PERSON}))))"
                )),
                Policy { name: "registry", command: "select", condition: REGISTRY.to_owned() },
                all(format!("(id = {TENANT})")),
            ],
            "member" => {
                vec![own(format!("(account_id = {PERSON})")), all(format!("(organisation_id = {TENANT})"))]
            }
            // The program itself, without an organisation, runs the jobs of all of them.
            "job" => vec![all(format!(
                "((organisation_id IS NULL) OR ({TENANT} IS NULL) OR (organisation_id = {TENANT}))"
            ))],
            "mail" => vec![all(format!("((organisation_id IS NULL) OR (organisation_id = {TENANT}))"))],
            _ => vec![all(format!("(organisation_id = {TENANT})"))],
        }
    }

    fn expected(&self) -> String {
        let policies = self.wanted().into_iter().map(|policy| {
            let command = if policy.command == "all" { "*" } else { "r" };
            format!("{}|{command}|true|{}|", policy.name, policy.condition)
        });
        policies.collect::<Vec<_>>().join(";")
    }

    fn breaches(&self) -> Vec<String> {
        let mut found = Vec::new();
        if !self.enabled {
            found.push(format!("{}: row-level security is off", self.name));
        }
        if !self.forced {
            found.push(format!("{}: row-level security is not forced", self.name));
        }
        if self.policies != self.expected() {
            found.push(format!(
                "{}: its policies are {:?}, not {:?}",
                self.name,
                self.policies,
                self.expected()
            ));
        }
        found
    }
}

/// Where the wall has a hole; none on SQLite.
pub async fn breaches(db: &Db) -> Result<Vec<String>> {
    match &db.pools {
        Pools::Sqlite { .. } => Ok(Vec::new()),
        Pools::Postgres(_) => {
            let tables: Vec<Table> = sql(TABLES).all(db).await?;
            Ok(tables.iter().flat_map(Table::breaches).collect())
        }
    }
}

/// Puts the wall up where it is missing. Done by the owner of the tables after the migrations.
pub(crate) async fn raise(db: &Db) -> Result<()> {
    let Pools::Postgres(pool) = &db.pools else { return Ok(()) };
    let tables: Vec<Table> = sql(TABLES).all(db).await?;
    for table in tables.iter().filter(|table| !table.breaches().is_empty()) {
        let name = &table.name;
        let mut text = format!(
            "alter table {name} enable row level security; alter table {name} force row level security;"
        );
        for policy in table.wanted() {
            let Policy { name: policy, command, condition } = policy;
            text.push_str(&format!(
                "drop policy if exists {policy} on {name};
                 create policy {policy} on {name} for {command} using ({condition});"
            ));
        }
        define(pool, text).await?;
    }
    Ok(())
}

/// The user that the running program connects as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub user: String,
    /// Why it could pass the wall, if it could.
    pub above: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct Role {
    name: String,
    superuser: bool,
    bypasses: bool,
    owns: Option<String>,
}

const ROLE: &str = "
select r.rolname::text as name, r.rolsuper as superuser, r.rolbypassrls as bypasses,
  (select min(c.relname::text) from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'MEMBER')) as owns
from pg_roles r
where r.rolname = current_user";

/// Whether the user of this connection stands behind the wall; `None` on SQLite.
pub async fn standing(db: &Db) -> Result<Option<Standing>> {
    if matches!(db.pools, Pools::Sqlite { .. }) {
        return Ok(None);
    }
    let role: Role = sql(ROLE).one(db).await?;
    let above = if role.superuser {
        Some("it is a superuser".to_owned())
    } else if role.bypasses {
        Some("it has BYPASSRLS".to_owned())
    } else {
        role.owns.map(|table| format!("it owns tables, such as `{table}`"))
    };
    Ok(Some(Standing { user: role.name, above }))
}

/// Lets the user of `url` work behind the wall: creates it if it is missing, and grants what it needs. Done by the
/// owner of the tables after the migrations.
pub async fn admit(db: &Db, url: &str) -> Result<()> {
    let Pools::Postgres(pool) = &db.pools else { return Ok(()) };
    let connect: PgConnectOptions =
        url.parse().map_err(|cause: sqlx::Error| Error::Url(cause.to_string()))?;
    let (create, grant): (String, String) =
        sql(ADMIT).bind(connect.get_username()).bind(password(url)).one(db).await?;
    match define(pool, create).await {
        // It exists, or another server has just created it.
        Err(Error::Constraint { .. }) => {}
        Err(Error::Query(cause)) if exists(&cause) => {}
        done => done?,
    }
    define(pool, grant).await
}

/// `$1` is the name, `$2` the password or nothing.
const ADMIT: &str = "
select format('create role %I login nosuperuser nobypassrls %s', $1::text,
    case when $2::text = '' then '' else format('password %L', $2::text) end),
  format('
    grant usage on schema public to %1$I;
    grant select, insert, update, delete on all tables in schema public to %1$I;
    revoke insert, update, delete on _sqlx_migrations from %1$I;
    revoke update, delete on audit from %1$I', $1::text)";

const DUPLICATE_OBJECT: &str = "42710";

fn exists(cause: &sqlx::Error) -> bool {
    cause.as_database_error().and_then(|cause| cause.code()).is_some_and(|code| code == DUPLICATE_OBJECT)
}

/// The password in a URL, decoded; empty if there is none.
fn password(url: &str) -> String {
    let hidden = || {
        let (_, rest) = url.split_once("://")?;
        let (user, _) = rest.split('/').next()?.rsplit_once('@')?;
        let (_, password) = user.split_once(':')?;
        Some(password)
    };
    let mut bytes = Vec::new();
    let mut rest = hidden().unwrap_or_default();
    while let Some(c) = rest.chars().next() {
        let hex = rest.strip_prefix('%').and_then(|rest| rest.get(..2));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Data definition cannot be bound; what is put in are names from the catalogue, or text that PostgreSQL quoted itself.
async fn define(pool: &PgPool, text: String) -> Result<()> {
    use sqlx::Executor;
    pool.execute(sqlx::raw_sql(AssertSqlSafe(text).into_sql_str())).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn a_password_is_taken_from_the_url() {
        assert_eq!(password("postgres://me:p%40s%2Fs@db:5432/mediap"), "p@s/s");
        assert_eq!(password("postgres://me:100%@db/mediap"), "100%");
        assert_eq!(password("postgres://me@db/mediap"), "");
        assert_eq!(password("postgres://db/mediap"), "");
    }
}

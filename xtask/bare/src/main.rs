//! The board page and a list of items by hand: axum, sqlx, and strings. The measure for `cargo xtask bench`, and nothing else.
//!
//! It runs the statements that the program runs for the same page, in the same order, with the same connection settings,
//! and writes a page with the same facts. No wall between organisations and no transaction, no framework, no components,
//! no data for hydration, no middleware: what is left is the price of the database and of writing text.

mod html;
mod items;
mod statements;

use std::net::SocketAddr;
use std::str::FromStr;

use anyhow::{Context, Result};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::items::{Asked, Page, Token};
use crate::statements::{Board, on_postgres, on_sqlite};

#[derive(Clone)]
enum Pool {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

#[tokio::main]
async fn main() -> Result<()> {
    let pool = connect(&setting("MEDIAP_DATABASE_URL")?).await?;
    let listen: SocketAddr = setting("MEDIAP_LISTEN")?.parse()?;
    let router = Router::new()
        .route("/readyz", get(|| async { "ok" }))
        .route("/workflows/{key}", get(board))
        .route("/api/v1/items", get(list))
        .with_state(pool);
    axum::serve(tokio::net::TcpListener::bind(listen).await?, router).await?;
    Ok(())
}

async fn board(
    State(pool): State<Pool>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Html<String>, StatusCode> {
    let token = headers
        .get("cookie")
        .and_then(|cookie| cookie.to_str().ok()?.split_once('='))
        .map(|(_, token)| Sha256::digest(token.as_bytes()).to_vec())
        .ok_or(StatusCode::UNAUTHORIZED)?;
    let board: Result<Option<Board>, sqlx::Error> = match &pool {
        Pool::Sqlite(pool) => on_sqlite::board(pool, token, &key).await,
        Pool::Postgres(pool) => on_postgres::board(pool, token, &key).await,
    };
    match board {
        Ok(Some(board)) => Ok(Html(html::page(&board))),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn list(
    State(pool): State<Pool>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<Page>, StatusCode> {
    let token = headers.get("authorization").and_then(|value| Token::read(value.to_str().ok()?));
    let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
    let page: Result<Option<Page>, sqlx::Error> = match &pool {
        Pool::Sqlite(pool) => items::on_sqlite::items(pool, &token, &asked).await,
        Pool::Postgres(pool) => items::on_postgres::items(pool, &token, &asked).await,
    };
    match page {
        Ok(Some(page)) => Ok(Json(page)),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The settings of `db::Db::connect`, so that only what is above the database differs.
async fn connect(url: &str) -> Result<Pool> {
    if url.starts_with("postgres") {
        let connect = PgConnectOptions::from_str(url)?.options([("plan_cache_mode", "force_generic_plan")]);
        let options = PgPoolOptions::new().max_connections(connections()).test_before_acquire(false);
        return Ok(Pool::Postgres(options.connect_with(connect).await?));
    }
    let connect = SqliteConnectOptions::from_str(url)?
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "memory")
        .row_buffer_size(256);
    let options = SqlitePoolOptions::new()
        .max_connections(connections())
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None);
    Ok(Pool::Sqlite(options.connect_with(connect).await?))
}

/// As many as the program has.
fn connections() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    u32::try_from(3 * processors).unwrap_or(u32::MAX).clamp(6, 50)
}

fn setting(name: &str) -> Result<String> {
    std::env::var_os(name)
        .and_then(|value| value.into_string().ok())
        .with_context(|| format!("{name} is not set"))
}

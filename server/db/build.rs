//! Lists `migrations/` into a table that the crate embeds.
//!
//! A file is `NNNN_name.sql` (both engines), `NNNN_name.sqlite.sql` or `NNNN_name.postgres.sql`.

use std::{env, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Both relative to the package as it stands now: checkouts may share one target folder, and with it this program.
    println!("cargo::rerun-if-changed=../../migrations");
    let package = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?;
    let root = Path::new(&package).join("../../migrations").canonicalize()?;

    let mut files: Vec<_> = fs::read_dir(&root)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".sql"))
        .collect();
    files.sort();

    let mut table = String::from("&[\n");
    for file in files {
        let stem = file.trim_end_matches(".sql");
        let (stem, engine) = match stem.rsplit_once('.') {
            Some((stem, "sqlite")) => (stem, "Some(Engine::Sqlite)"),
            Some((stem, "postgres")) => (stem, "Some(Engine::Postgres)"),
            _ => (stem, "None"),
        };
        let (number, name) = stem.split_once('_').ok_or(format!("{file}: expected NNNN_name.sql"))?;
        let number: i64 = number.parse()?;
        // Not the absolute path: the checkout may have moved since.
        let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../migrations/{file}\")");
        table.push_str(&format!(
            "    File {{ version: {number}, name: {name:?}, engine: {engine}, sql: include_str!({path}) }},\n"
        ));
    }
    table.push(']');
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("migrations.rs"), table)?;
    Ok(())
}

//! The list of server functions. The linker drops those of a crate that nothing refers to, without a word.

use std::fmt::Write;

#[test]
fn every_server_function_is_linked() {
    let mut functions: Vec<_> = server_fn::axum::server_fn_paths().collect();
    functions.sort_by_key(|(path, _)| *path);
    let list = functions.iter().fold(String::new(), |mut list, (path, method)| {
        writeln!(list, "{method} {path}").unwrap();
        list
    });
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/server_functions.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, &list).unwrap();
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(list, expected, "if this is meant, run the tests once with UPDATE_SNAPSHOTS=1");
}

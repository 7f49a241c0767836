//! Each rule as a test of the whole tree, and the rules on small examples.

use super::rules;
use super::source::{File, Piece, Tree, pieces};
use crate::project::Project;

fn check(rule: fn(&Tree) -> Vec<String>) {
    let tree = Tree::read(&Project::find().unwrap().root).unwrap();
    let complaints = rule(&tree);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// One test a rule, under the rule's own name.
macro_rules! hold {
    ($($rule:ident),* $(,)?) => {
        $(#[test]
        fn $rule() {
            check(rules::$rule);
        })*

        #[test]
        fn every_rule_is_tested() {
            assert_eq!([$(stringify!($rule).replace('_', " ")),*].as_slice(), super::RULES.map(|(name, _)| name));
        }
    };
}

hold!(
    domains_do_not_know_each_other,
    migrations_that_differ_come_in_pairs,
    statements_name_their_columns,
    one_place_asks_which_engine_it_is,
    views_carry_no_inline_style,
    crates_have_no_doctests,
    modules_say_what_they_are_for,
    files_stay_short,
    icons_are_in_the_sprite,
    registries_are_not_named,
);

fn tree(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
    Tree { files: files.iter().map(file).collect() }
}

fn check_complaints(rule: fn(&Tree) -> Vec<String>, files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(rule(&tree(files)), expected);
}

fn code(text: &str) -> Piece {
    Piece::Code(text.to_owned())
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

#[test]
fn source_is_split_into_code_and_text() {
    assert_eq!(pieces("a(\"b\\\"c\");"), [(1, code("a(")), (1, text("b\\\"c")), (1, code(");"))]);
    assert_eq!(pieces("x // \"no\"\ny"), [(1, code("x \ny"))]);
    assert_eq!(pieces("/* \"no\" /* deep */ */x"), [(1, code("x"))]);
    assert_eq!(
        pieces("'\"' '\\'' '\\u{e9}' &'a b\n\"c\""),
        [(1, code("'\"' '\\'' '\\u{e9}' &'a b\n")), (2, text("c"))]
    );
    assert_eq!(
        pieces("r#\"a\"b\"# + \"\n\" + d"),
        [(1, text("a\"b")), (1, code(" + ")), (1, text("\n")), (2, code(" + d"))]
    );
}

#[test]
fn a_domain_that_depends_on_a_domain_is_found() {
    let files = [
        ("app/domains/one/Cargo.toml", "[dependencies]\nkernel.workspace = true\ntwo.workspace = true\n"),
        (
            "app/domains/two/Cargo.toml",
            "[features]\none = []\n[dev-dependencies]\none = { path = \"../one\" }\n",
        ),
        ("app/ui/Cargo.toml", "[dependencies.two]\nworkspace = true\n"),
        ("app/Cargo.toml", "[dependencies]\none.workspace = true\n"),
    ];
    let expected = [
        "app/domains/one/Cargo.toml: depends on the domain `two`",
        "app/domains/two/Cargo.toml: depends on the domain `one`",
        "app/ui/Cargo.toml: depends on the domain `two`",
    ];
    check_complaints(rules::domains_do_not_know_each_other, &files, &expected);
}

#[test]
fn a_migration_without_its_twin_is_found() {
    let files = [("migrations/0001_a.sqlite.sql", ""), ("migrations/0002_b.sql", "")];
    let expected = ["migrations/0001_a.sqlite.sql: migrations/0001_a.postgres.sql is missing"];
    check_complaints(rules::migrations_that_differ_come_in_pairs, &files, &expected);
}

#[test]
fn a_star_in_a_statement_is_found_and_a_count_is_not() {
    let source = "sql(\"select count(*) from t\"); // select *\nsql(\"\n  select\n  * from t\");";
    let expected = ["a.rs:2: name the columns instead of `*`"];
    check_complaints(rules::statements_name_their_columns, &[("a.rs", source)], &expected);
}

#[test]
fn inline_style_is_found() {
    for bad in ["<p style=x>", "<p style:width=x>", "push(\"<p style='x'>\")", "<p\n style=move || x>"] {
        assert_eq!(rules::views_carry_no_inline_style(&tree(&[("app/a.rs", bad)])).len(), 1, "{bad}");
    }
    for good in [
        "let style = 1;",
        "if style == x {}",
        "A { style: x }",
        "// style=x",
        "font-style=\"\"",
        "x.style==y",
    ] {
        assert!(rules::views_carry_no_inline_style(&tree(&[("app/a.rs", good)])).is_empty(), "{good}");
    }
}

#[test]
fn icons_are_found_wherever_they_are_named() {
    let source = r#"
        <Icon name="car"/> <Button icon="plus" label="x"/> Item { icon: "wrench", label: "y" }
        push_icon(html, "tag", size); push_icon(html, name, size); other("no");
        push_icon(
            html,
            "flag",
        );
    "#;
    let names: Vec<_> = rules::icons_named_in(source).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["car", "plus", "wrench", "tag", "flag"]);
}

#[test]
fn a_registry_is_found() {
    let line = format!("https://registry.{}.org/x", "npmjs");
    check_complaints(
        rules::registries_are_not_named,
        &[("a", line.as_str())],
        &["a:1: names a package registry"],
    );
}

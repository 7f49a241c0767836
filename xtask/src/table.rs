//! Plain tables for reports.

/// A Markdown table whose columns line up in a terminal too.
pub fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
    };
    let line = |cells: &mut dyn Iterator<Item = (usize, &str)>| {
        let cells: Vec<_> = cells.map(|(column, cell)| format!("{cell:<0$}", width(column))).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(&mut head.iter().copied().enumerate());
    let rule: Vec<_> = (0..head.len()).map(|column| "-".repeat(width(column))).collect();
    text.push_str(&line(&mut rule.iter().map(String::as_str).enumerate()));
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str).enumerate()));
    }
    text
}

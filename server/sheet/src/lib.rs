//! Tables to take away: as CSV (RFC 4180), and as a workbook (XLSX).

use chrono::NaiveDateTime;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, which no spreadsheet takes for a formula.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Tenths of one, such as hours.
    Tenths(i64),
    /// A time on the clock of whoever takes the table away, to the minute.
    Moment(NaiveDateTime),
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Cell::Empty, Into::into)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

/// A table with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name, of 31 letters at most and without brackets and slashes.
    pub name: &'static str,
    /// The names of its columns.
    pub head: Vec<&'static str>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// The table as CSV, with the mark by which spreadsheets know UTF-8.
pub fn csv(sheet: &Sheet) -> String {
    let mut text = String::from("\u{feff}");
    push_line(&mut text, sheet.head.iter().map(|name| (*name).to_owned()));
    for row in &sheet.rows {
        push_line(&mut text, row.iter().map(written));
    }
    text
}

fn push_line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        if index != 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        // A spreadsheet would take such a text for a formula and run it.
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Whole(number) => number.to_string(),
        Cell::Tenths(tenths) => {
            let sign = if *tenths < 0 { "-" } else { "" };
            format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
        }
        Cell::Moment(at) => at.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// The tables as one workbook. Fails only for what no workbook can hold, such as a million rows.
pub fn xlsx(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, tenths) = (Format::new().set_bold(), Format::new().set_num_format("0.0"));
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        for (column, name) in (0..).zip(&sheet.head) {
            page.set_column_width(column, 16)?;
            page.write_string_with_format(0, column, *name, &bold)?;
        }
        for (row, cells) in (1..).zip(&sheet.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Empty => continue,
                    // Written as a text, it is never taken for a formula. A cell holds 32,767 letters.
                    Cell::Text(text) => {
                        let short: String = text.chars().take(32_000).collect();
                        page.write_string(row, column, short)?
                    }
                    Cell::Whole(number) => page.write_number(row, column, real(*number))?,
                    Cell::Tenths(number) => {
                        page.write_number_with_format(row, column, real(*number) / 10.0, &tenths)?
                    }
                    Cell::Moment(at) => page.write_datetime_with_format(row, column, at, &moment)?,
                };
            }
        }
    }
    book.save_to_buffer()
}

/// A number as workbooks hold it: exactly up to nine thousand billions.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "what is counted is smaller")]
fn real(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn sheet() -> Sheet {
        let at = NaiveDate::from_ymd_opt(2025, 11, 24).unwrap().and_hms_opt(14, 5, 0).unwrap();
        let row = vec![
            Cell::Text("=1+1, \"x\"".into()),
            Cell::Whole(-3),
            Cell::Tenths(-5),
            Cell::Tenths(1234),
            Cell::Moment(at),
            Cell::Empty,
        ];
        Sheet { name: "Items", head: vec!["Title", "A", "B", "C", "At", "Nothing"], rows: vec![row] }
    }

    #[test]
    fn a_table_has_a_line_for_each_row_and_no_formula() {
        let text = csv(&sheet());
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "\u{feff}Title,A,B,C,At,Nothing");
        assert_eq!(lines[1], "\"'=1+1, \"\"x\"\"\",-3,-0.5,123.4,2025-11-24 14:05,");
        assert_eq!(lines[2..], [""]);
        for begin in ["=", "+", "-", "@", "\t", "\r"] {
            let harmless = written(&Cell::Text(format!("{begin}cmd")));
            assert!(harmless.starts_with('\''), "{harmless}");
        }
    }

    #[test]
    fn a_workbook_is_a_zip_with_a_sheet_for_each_table() {
        let bytes = xlsx(&[sheet(), Sheet { name: "Steps", ..sheet() }]).unwrap();
        assert!(bytes.starts_with(b"PK"));
        let names = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"];
        for name in names {
            assert!(bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name}");
        }
    }
}

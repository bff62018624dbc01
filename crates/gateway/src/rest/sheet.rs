//! A statement as it is written: as rows, or for paper.

use model::account::Wallet;
use model::calendar::Calendar;
use model::id::AccountId;
use views::span::Span;
use wire::binance::error::Refusal;
use wire::binance::params::Params;
use wire::csv::Cell;
use wire::pdf::{self, Pdf};

use crate::reply::Content;
use crate::rest::ledger::wallet_word;
use crate::rest::rows::{RowFormat, Rows};

/// The columns of a statement.
pub const COLUMNS: [&str; 14] = [
    "row",
    "time",
    "sequence",
    "step",
    "wallet",
    "asset",
    "cause",
    "symbol",
    "order_id",
    "trade_id",
    "free_change",
    "locked_change",
    "free",
    "locked",
];
/// Those that fit a line of paper, each with its width; numbers are set to the right.
const PRINTED: [(usize, usize); 9] = [
    (0, 7),
    (1, 19),
    (4, 7),
    (5, 8),
    (6, 17),
    (10, 17),
    (11, 17),
    (12, 17),
    (13, 17),
];
const WORDS: usize = 5;

/// The rows of a statement.
pub type Row = [Cell; COLUMNS.len()];

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Rows(RowFormat),
    Pdf,
}

impl Format {
    /// Returns the form that a request asks for.
    ///
    /// # Errors
    /// -1130 for an unknown one.
    pub fn read(params: &Params) -> Result<Format, Refusal> {
        match params.text("format")? {
            Some("PDF") => Ok(Format::Pdf),
            _ => RowFormat::read(params).map(Format::Rows),
        }
    }

    pub const fn content(self) -> Content {
        match self {
            Format::Rows(format) => format.content(),
            Format::Pdf => Content::Pdf,
        }
    }

    /// How many entries a statement has at most; beyond it, shorter times are to be asked for.
    pub const fn entries_max(self) -> usize {
        match self {
            Format::Rows(_) => 200_000,
            Format::Pdf => 50_000,
        }
    }
}

/// Whose statement it is, and who says it.
#[derive(Clone, Debug)]
pub struct Title {
    /// The name of the exchange.
    pub issuer: String,
    pub account: AccountId,
    pub span: Span,
}

/// A statement that grows by rows.
pub enum Sheet {
    Rows(Rows),
    Pdf(Pdf),
}

impl Sheet {
    pub fn of(format: Format, title: Title) -> Sheet {
        match format {
            Format::Rows(format) => Sheet::Rows(Rows::of_columns(format, &COLUMNS, title.issuer)),
            Format::Pdf => {
                let Title {
                    issuer,
                    account,
                    span,
                } = title;
                let title = format!(
                    "{issuer}: statement of account {}, {} to {} UTC",
                    account.0,
                    Calendar(span.from),
                    Calendar(span.until)
                );
                let names = COLUMNS.map(|name| Cell::Text(name.to_owned()));
                let mut head = vec![title, String::new()];
                head.extend(printed(&names));
                head.push("-".repeat(pdf::LINE_CHARS));
                Sheet::Pdf(Pdf::headed(head))
            }
        }
    }

    pub fn row(&mut self, row: &Row) {
        match self {
            Sheet::Rows(rows) => rows.row(row),
            Sheet::Pdf(pdf) => {
                for line in printed(row) {
                    pdf.line(&line);
                }
            }
        }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Sheet::Rows(rows) => rows.into_bytes(),
            Sheet::Pdf(pdf) => pdf.into_bytes(),
        }
    }
}

/// Returns a row as one line, or with a line a number where those are too long for one: nothing is cut off.
fn printed(row: &Row) -> Vec<String> {
    let cells = PRINTED.map(|(column, width)| (shown(&row[column]), width));
    let (words, numbers) = cells.split_at(WORDS);
    let words: Vec<String> = words
        .iter()
        .map(|(text, width)| format!("{text:<width$}"))
        .collect();
    let words = words.join(" ");
    let aligned = |(text, width): &(&str, usize)| format!("{text:>width$}");
    let line: Vec<String> = numbers.iter().map(aligned).collect();
    let line = format!("{words} {}", line.join(" "));
    if line.len() <= pdf::LINE_CHARS {
        return vec![line];
    }
    let rest = numbers.iter().zip(&PRINTED[WORDS..]);
    let rest = rest.map(|((text, _), (column, _))| format!("        {} {text}", COLUMNS[*column]));
    core::iter::once(words).chain(rest).collect()
}

fn shown(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) | Cell::Number(text) => text,
        Cell::Nothing => "",
    }
}

/// Returns a wallet as a cell.
pub fn wallet(wallet: Wallet) -> Cell {
    Cell::Text(wallet_word(wallet).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_line_unless_its_numbers_are_too_long() {
        let mut row: Row = [const { Cell::Nothing }; COLUMNS.len()];
        row[0] = Cell::Text("CLOSING".to_owned());
        row[12] = Cell::Number("12.00000000".to_owned());
        let lines = printed(&row);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("CLOSING ") && lines[0].contains(" 12.00000000 "));
        let long = "396140812571321687967.75438400";
        for column in [10, 11, 12] {
            row[column] = Cell::Number(long.to_owned());
        }
        let lines = printed(&row);
        assert!(lines.iter().all(|line| line.len() <= pdf::LINE_CHARS));
        let whole = lines.join("\n");
        assert_eq!(whole.matches(long).count(), 3, "{whole}");
    }
}

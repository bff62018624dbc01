//! Tables as RFC 4180 text that no spreadsheet takes for formulas.

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text of anybody's: an apostrophe is put before what a spreadsheet would calculate.
    Text(String),
    /// A number that this program wrote: its sign stays a sign.
    Number(String),
    Nothing,
}

/// A table that grows by rows.
#[derive(Debug, Default)]
pub struct Csv {
    text: String,
}

impl Csv {
    /// Returns a table with the names of its columns.
    pub fn of_columns(names: &[&str]) -> Csv {
        let mut csv = Csv::default();
        let names = names.iter().map(|name| Cell::Text((*name).to_owned()));
        csv.row(&names.collect::<Vec<Cell>>());
        csv
    }

    /// Appends a row.
    pub fn row(&mut self, cells: &[Cell]) {
        for (index, cell) in cells.iter().enumerate() {
            if 0 < index {
                self.text.push(',');
            }
            match cell {
                Cell::Text(text) => self.write(&harmless(text)),
                Cell::Number(digits) => self.write(digits),
                Cell::Nothing => {}
            }
        }
        self.text.push_str("\r\n");
    }

    fn write(&mut self, text: &str) {
        if text.contains(['"', ',', '\r', '\n']) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
    }

    /// Returns the whole table.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Returns a text that begins with nothing that a spreadsheet calculates.
fn harmless(text: &str) -> String {
    const BEGINNINGS: [char; 11] = [
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff20}',
    ];
    let text = text.replace('\0', "\u{fffd}");
    let is_formula = text.starts_with(BEGINNINGS) || text.starts_with('\u{fffd}');
    if mutant::plant!("formula-in-a-file", false, is_formula) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_line_ends_are_kept_in_one_cell() {
        let mut csv = Csv::of_columns(&["a", "b"]);
        csv.row(&[
            Cell::Text("say \"x\", y".to_owned()),
            Cell::Text("two\r\nlines".to_owned()),
        ]);
        csv.row(&[Cell::Number("-1.5".to_owned()), Cell::Nothing]);
        let expected = "a,b\r\n\"say \"\"x\"\", y\",\"two\r\nlines\"\r\n-1.5,\r\n";
        assert_eq!(csv.into_bytes(), expected.as_bytes());
    }

    #[test]
    fn no_text_begins_a_formula() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0=1",
            "＝1",
            "＋1",
            "＠1",
            "=HYPERLINK(\"http://x\",\"y\")",
            "-2+3+cmd|' /C calc'!A0",
        ] {
            let mut csv = Csv::default();
            csv.row(&[Cell::Text(text.to_owned())]);
            let written = String::from_utf8(csv.into_bytes()).expect("text");
            assert!(
                written.trim_start_matches('"').starts_with('\''),
                "{written:?}"
            );
            assert!(!written.contains('\0'), "{written:?}");
        }
        assert_eq!(harmless("BTCUSDT"), "BTCUSDT");
        assert_eq!(harmless(""), "");
    }
}

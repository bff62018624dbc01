//! Tables as JSON: a list of objects, one a row.

use wire::csv::Cell;

/// A list that grows by rows.
#[derive(Debug)]
pub struct JsonRows {
    /// The names of the columns, as JSON writes them.
    names: Vec<String>,
    text: String,
}

impl JsonRows {
    /// Returns a list without rows.
    pub fn of_columns(names: &[&str]) -> JsonRows {
        JsonRows {
            names: names.iter().map(|name| quoted(name)).collect(),
            text: "[".to_owned(),
        }
    }

    /// Appends a row: texts and decimals in quotes, so that no reader rounds them, whole numbers without.
    pub fn row(&mut self, cells: &[Cell]) {
        assert_eq!(cells.len(), self.names.len());
        let separator = if self.text.len() == 1 { "\n{" } else { ",\n{" };
        self.text.push_str(separator);
        for (index, (name, cell)) in self.names.iter().zip(cells).enumerate() {
            if 0 < index {
                self.text.push(',');
            }
            self.text.push_str(name);
            self.text.push(':');
            match cell {
                Cell::Text(text) => self.text.push_str(&quoted(text)),
                Cell::Number(digits) if digits.contains('.') => self.text.push_str(&quoted(digits)),
                Cell::Number(digits) => self.text.push_str(digits),
                Cell::Nothing => self.text.push_str("null"),
            }
        }
        self.text.push('}');
    }

    /// Returns the whole list.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.text.push_str("\n]\n");
        self.text.into_bytes()
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_text_numbers_are_numbers_and_nothing_is_null() {
        let mut rows = JsonRows::of_columns(&["name", "amount", "trade_id"]);
        rows.row(&[
            Cell::Text("=say \"x\"\n".to_owned()),
            Cell::Number("-0.10000000".to_owned()),
            Cell::Number("7".to_owned()),
        ]);
        rows.row(&[Cell::Nothing, Cell::Nothing, Cell::Nothing]);
        let text = String::from_utf8(rows.into_bytes()).expect("text");
        let expected = concat!(
            "[\n{\"name\":\"=say \\\"x\\\"\\n\",\"amount\":\"-0.10000000\",\"trade_id\":7},\n",
            "{\"name\":null,\"amount\":null,\"trade_id\":null}\n]\n",
        );
        assert_eq!(text, expected);
        let none = JsonRows::of_columns(&["name"]).into_bytes();
        assert_eq!(none, b"[\n]\n");
    }
}

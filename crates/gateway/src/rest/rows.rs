//! Files of rows: for a spreadsheet, or for a program.

use serde::Serialize;
use serde_json::Value;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::csv::{Cell, Csv};

use crate::reply::Content;
use crate::rest::json_rows::JsonRows;

/// What follows the columns of every file: the name of whoever runs the exchange.
pub const ISSUER: &str = "exchange";

/// Members of answers that are decimals, though JSON has them as texts.
const DECIMALS: [&str; 17] = [
    "price",
    "origPrice",
    "newPrice",
    "origQty",
    "newQty",
    "executedQty",
    "cummulativeQuoteQty",
    "stopPrice",
    "origStopPrice",
    "newStopPrice",
    "icebergQty",
    "origQuoteOrderQty",
    "peggedPrice",
    "preventedQuantity",
    "qty",
    "quoteQty",
    "commission",
];

/// The form of such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    Csv,
    Json,
}

impl RowFormat {
    /// Returns the form that a request asks for.
    ///
    /// # Errors
    /// -1130 for an unknown one.
    pub fn read(params: &Params) -> Result<RowFormat, Refusal> {
        match params.text("format")? {
            None | Some("CSV") => Ok(RowFormat::Csv),
            Some("JSON") => Ok(RowFormat::Json),
            Some(_) => Err(Refusal::with(Fault::DataInvalid, &["format"])),
        }
    }

    pub const fn content(self) -> Content {
        match self {
            RowFormat::Csv => Content::Csv,
            RowFormat::Json => Content::JsonRows,
        }
    }
}

/// A file that grows by rows, each with the name of the exchange.
pub struct Rows {
    table: Table,
    issuer: Cell,
}

enum Table {
    Csv(Csv),
    Json(JsonRows),
}

impl Rows {
    /// Returns a file with the names of its columns.
    pub fn of_columns(format: RowFormat, columns: &[&str], issuer: String) -> Rows {
        let names = [columns, &[ISSUER]].concat();
        Rows {
            table: match format {
                RowFormat::Csv => Table::Csv(Csv::of_columns(&names)),
                RowFormat::Json => Table::Json(JsonRows::of_columns(&names)),
            },
            issuer: Cell::Text(issuer),
        }
    }

    pub fn row(&mut self, cells: &[Cell]) {
        let cells = [cells, core::slice::from_ref(&self.issuer)].concat();
        match &mut self.table {
            Table::Csv(csv) => csv.row(&cells),
            Table::Json(rows) => rows.row(&cells),
        }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        match self.table {
            Table::Csv(csv) => csv.into_bytes(),
            Table::Json(rows) => rows.into_bytes(),
        }
    }
}

/// Returns members of an answer as cells, in the order of their names.
pub fn cells(answer: &impl Serialize, members: &[&str]) -> Vec<Cell> {
    let answer = serde_json::to_value(answer).unwrap_or(Value::Null);
    let cell = |name: &&str| match &answer[*name] {
        Value::Null => Cell::Nothing,
        Value::String(text) if DECIMALS.contains(name) => Cell::Number(text.clone()),
        Value::String(text) => Cell::Text(text.clone()),
        other => Cell::Number(other.to_string()),
    };
    members.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rebate_keeps_its_sign_and_a_name_calculates_nothing() {
        let answer = json!({"commission": "-0.10000000", "clientOrderId": "-1", "id": 7});
        let row = cells(&answer, &["commission", "clientOrderId", "id", "none"]);
        let mut rows = Rows::of_columns(RowFormat::Csv, &["a", "b", "c", "d"], "X".to_owned());
        rows.row(&row);
        let text = String::from_utf8(rows.into_bytes()).expect("text");
        assert_eq!(text, "a,b,c,d,exchange\r\n-0.10000000,'-1,7,,X\r\n");
    }
}

//! Answers about orders that are spread over time.
//!
//! **Source** `docs/spec/algo-orders.md`.

use model::text::ClientOrderId;
use serde::Serialize;

use crate::binance::error::Refusal;
use crate::binance::time::Time;
use crate::binance::words::{ClientIdText, SymbolText};
use crate::decimal::Decimal;

/// `POST /sapi/v1/algo/spot/newOrderTwap`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAlgo {
    pub algo_id: u64,
    pub client_algo_id: ClientIdText,
    pub success: bool,
    pub code: i32,
    pub msg: &'static str,
}

impl NewAlgo {
    /// Returns the answer to an order that was taken.
    pub const fn of(algo_id: u64, name: ClientOrderId) -> NewAlgo {
        NewAlgo {
            algo_id,
            client_algo_id: ClientIdText(name),
            success: true,
            code: 0,
            msg: "OK",
        }
    }
}

/// `DELETE /sapi/v1/algo/spot/order`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelledAlgo {
    pub algo_id: u64,
    pub success: bool,
    pub code: i32,
    pub msg: &'static str,
}

impl CancelledAlgo {
    /// Returns the answer to a cancel that was carried out.
    pub const fn of(algo_id: u64) -> CancelledAlgo {
        CancelledAlgo {
            algo_id,
            success: true,
            code: 0,
            msg: "OK",
        }
    }
}

/// `GET /v1/algo/twap/preview`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlgoPreview {
    pub symbol: SymbolText,
    pub slices: u32,
    pub slice_qty: Decimal,
    /// Seconds between two slices.
    pub interval: u64,
    pub end_time: Time,
    pub duration_min: u64,
    pub duration_max: u64,
}

/// A page of orders.
#[derive(Debug, Serialize)]
pub struct AlgoOrders {
    pub total: u64,
    pub orders: Vec<AlgoRow>,
}

/// An order that is spread over time.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlgoRow {
    pub algo_id: u64,
    pub symbol: SymbolText,
    pub side: &'static str,
    pub total_qty: Decimal,
    pub executed_qty: Decimal,
    pub executed_amt: Decimal,
    pub avg_price: Decimal,
    pub client_algo_id: ClientIdText,
    pub book_time: Time,
    pub end_time: Time,
    pub algo_status: &'static str,
    pub algo_type: &'static str,
    pub urgency: &'static str,
    pub limit_price: Decimal,
    pub planned_end_time: Time,
    pub slices: u32,
    pub slices_sent: u32,
    pub error_code: i32,
    pub error_msg: String,
}

/// A page of slices.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlgoSlices {
    pub total: u32,
    pub executed_qty: Decimal,
    pub executed_amt: Decimal,
    pub sub_orders: Vec<AlgoSliceRow>,
}

/// A slice.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AlgoSliceRow {
    pub algo_id: u64,
    /// 0 of a slice that became no order.
    pub order_id: u64,
    pub order_status: &'static str,
    pub executed_qty: Decimal,
    pub executed_amt: Decimal,
    pub fee_amt: Decimal,
    pub fee_asset: Option<SymbolText>,
    pub book_time: Time,
    pub avg_price: Decimal,
    pub side: &'static str,
    pub symbol: SymbolText,
    pub sub_id: u32,
    pub time_in_force: &'static str,
    pub orig_qty: Decimal,
    pub client_order_id: ClientIdText,
    pub error_code: i32,
    pub error_msg: String,
}

/// What an error of a row is told as, nothing where there is none.
pub fn told(refusal: Option<&Refusal>) -> (i32, String) {
    refusal.map_or((0, String::new()), |refusal| {
        (refusal.code, refusal.msg.clone().into_owned())
    })
}

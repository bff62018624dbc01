//! Parameters that mean something else in some requests than in all others.

use crate::description::kind::Kind;
use crate::description::parameters::Row;
use crate::description::shape::{SIDES, STATUSES, TYPES};
use crate::rest::{kyc, notifications};
use crate::route::Route;

const TICKERS: &[&str] = &["FULL", "MINI"];

/// Returns the row of a parameter that is particular to a request.
pub fn meaning(route: Route, name: &str) -> Option<Row> {
    match (route, name) {
        (Route::NamePasskey | Route::RemovePasskey, "id") => Some((
            "id",
            Kind::Number,
            "1",
            "As the row of the passkey names it.",
        )),
        (Route::Challenge, "id") => Some((
            "id",
            Kind::Number,
            "1",
            "Of the passkey that is to be removed.",
        )),
        (Route::ChangeKey, "addresses") => Some((
            "addresses",
            Kind::Text,
            "203.0.113.7",
            "From where the key may be used, with commas between; `any` for everywhere.",
        )),
        (Route::ChangeKey, "expiresAt") => Some((
            "expiresAt",
            Kind::Moment,
            "4102444800000",
            "When the key ends, in milliseconds, at the latest when it was made to; 0 for no end of its own.",
        )),
        (Route::ChangeKey | Route::DeleteKey, "id") => {
            Some(("id", Kind::Number, "1", "As the row of the key names it."))
        }
        (Route::DayTicker | Route::RollingTicker | Route::TradingDayTicker, "type") => Some((
            "type",
            Kind::Word(TICKERS),
            "MINI",
            "How much the answer says.",
        )),
        (Route::Depth, "limit") => Some((
            "limit",
            Kind::Limit(i64::MAX, 100),
            "5",
            "How many levels a side; 5000 at most are answered.",
        )),
        (Route::AggregateTrades, "limit") => Some((
            "limit",
            Kind::Limit(i64::MAX, 500),
            "5",
            "How many rows; 1000 at most are answered.",
        )),
        (Route::AllOrders, "orderId") => Some((
            "orderId",
            Kind::Number,
            "1",
            "The first order; it wins over the times.",
        )),
        (Route::Transfer | Route::Transfers, "type") => Some((
            "type",
            Kind::Text,
            "MAIN_FUNDING",
            "From which wallet to which.",
        )),
        (Route::Deposits | Route::Withdrawals, "limit") => {
            Some(("limit", Kind::Limit(1_000, 1_000), "5", "How many rows."))
        }
        (Route::Withdraw, "name") => {
            Some(("name", Kind::Text, "mine", "What the address is called."))
        }
        (Route::Preferences | Route::SetPreference, "name") => Some((
            "name",
            Kind::Text,
            "language",
            "The name of the document: 1 to 64 letters, digits, dots, hyphens and underscores.",
        )),
        (Route::AttachDocument, "kind") => Some((
            "kind",
            Kind::Word(&kyc::DOCUMENTS),
            "IDENTITY",
            "What the picture shows.",
        )),
        (Route::DescribeApplicant, "level") => Some((
            "level",
            Kind::Number,
            "2",
            "What is applied for: 1 to 3, above what is reached.",
        )),
        (Route::DescribeApplicant, "address") => Some((
            "address",
            Kind::Text,
            "Example Street 1, 12345 Town",
            "Where the applicant lives: one line of at most 400 characters.",
        )),
        (Route::Notifications, "limit") => Some((
            "limit",
            Kind::Limit(notifications::ROWS_MAX as i64, 20),
            "5",
            "How many rows.",
        )),
        (Route::EndAuditor | Route::AcceptAudit | Route::EndAudit, "id") => {
            Some(("id", Kind::Number, "1", "As the row of the leave names it."))
        }
        (Route::InviteAuditor, "expiresAt") => Some((
            "expiresAt",
            Kind::Moment,
            "4102444800000",
            "When the leave ends, in milliseconds.",
        )),
        (Route::RemoveAddress, "id") => Some((
            "id",
            Kind::Number,
            "1",
            "As the row of the address names it.",
        )),
        (Route::OwnWithdrawals | Route::CancelWithdrawal, "id") => Some((
            "id",
            Kind::Number,
            "1",
            "One withdrawal, as its row names it.",
        )),
        (Route::OwnWithdrawals, "limit") => {
            Some(("limit", Kind::Limit(1_000, 100), "5", "How many rows."))
        }
        (Route::NewAlgo | Route::PreviewAlgo, "limitPrice") => Some((
            "limitPrice",
            Kind::Decimal,
            "20000.00",
            "No slice trades at a worse price; any price without it.",
        )),
        (Route::RemoveAlerts, "id") => Some((
            "id",
            Kind::Number,
            "1",
            "One alert, as its row names it; all without it.",
        )),
        (Route::AddAlert, "price") => Some((
            "price",
            Kind::Decimal,
            "100.00",
            "On the grid of the market.",
        )),
        (Route::QueryList, "origClientOrderId") => Some((
            "origClientOrderId",
            Kind::ClientId,
            "my-list",
            "The list by its name.",
        )),
        (
            Route::Ledger
            | Route::InternalTransfers
            | Route::OrderChanges
            | Route::OrderHistory
            | Route::TradeHistory,
            "cursor",
        ) => Some((
            "cursor",
            Kind::Text,
            "00",
            "`next` of the page before, whose other parameters are to be the same.",
        )),
        (Route::Statement, "format") => Some((
            "format",
            Kind::Word(&["CSV", "JSON", "PDF"]),
            "CSV",
            "The form of the file; CSV unless sent.",
        )),
        (Route::TaxLots | Route::OrderFile | Route::TradeFile, "format") => Some((
            "format",
            Kind::Word(&["CSV", "JSON"]),
            "CSV",
            "The form of the file; CSV unless sent.",
        )),
        (Route::OrderFile | Route::OrderHistory, "status") => Some((
            "status",
            Kind::Word(STATUSES),
            "FILLED",
            "Only orders in this state.",
        )),
        (Route::OrderFile | Route::OrderHistory, "type") => Some((
            "type",
            Kind::Word(TYPES),
            "LIMIT",
            "Only orders of this type.",
        )),
        (
            Route::OrderFile | Route::TradeFile | Route::OrderHistory | Route::TradeHistory,
            "side",
        ) => Some((
            "side",
            Kind::Word(SIDES),
            "BUY",
            "Only what buys, or sells.",
        )),
        (
            Route::OrderFile | Route::TradeFile | Route::OrderHistory | Route::TradeHistory,
            "symbol",
        ) => Some((
            "symbol",
            Kind::Symbol,
            "BTCUSDT",
            "One market; all without it.",
        )),
        (Route::Equity, "quoteAsset") => Some((
            "quoteAsset",
            Kind::Symbol,
            "USDT",
            "In which asset everything is told.",
        )),
        (Route::Equity, "points") => Some((
            "points",
            Kind::Limit(200, 50),
            "5",
            "At how many instants, evenly from the first moment to the last: 2 or more.",
        )),
        (Route::BalancesAt, "time") => Some((
            "time",
            Kind::Moment,
            "1700000000000",
            "The instant: after its last command.",
        )),
        (Route::Outcome, "idempotencyKey") => Some((
            "idempotencyKey",
            Kind::ClientId,
            "once-1",
            "The key of the request that is asked about.",
        )),
        _ => None,
    }
}

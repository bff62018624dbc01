//! What became of orders that are spread over time.
//!
//! **Source** `docs/spec/algo-orders.md`.

use identity::algo::{
    AlgoFilter, AlgoId, AlgoOrder, AlgoPage, AlgoSlice, Ending, SliceFate, SliceFill,
};
use model::instrument::{Grid, UNITS_PER_WHOLE};
use model::number::{Amount, Price, Qty};
use model::reject::Reject;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};
use views::views::Views;
use wire::binance::answer::algo::{AlgoOrders, AlgoRow, AlgoSliceRow, AlgoSlices, told};
use wire::binance::error::{Fault, Refusal};
use wire::binance::reject::{Operation, refusal};
use wire::binance::request;
use wire::binance::words::{self, ClientIdText, SymbolText};
use wire::decimal::{Decimal, of_price, of_qty};

use crate::algo::slice::name_of;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::{Listing, asset_symbol, market_of};
use crate::rest::opening::failed;
use crate::rest::range::{Reach, Times, times};

/// Rows a page, unless another number is asked for, and at most.
pub const ROWS_MAX: usize = 100;

/// `GET /sapi/v1/algo/spot/openOrders`: the oldest first.
///
/// # Errors
/// -1001 when the database fails.
pub async fn open(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let orders = ask.gateway.identity().open_algos(ask.account).await;
    let orders = orders.map_err(failed)?;
    Ok(page_of(ask, orders.len() as u64, &orders))
}

/// `GET /sapi/v1/algo/spot/historicalOrders`: those that have ended, the newest first.
///
/// # Errors
/// Those of the values, -1001 when the database fails.
pub async fn past(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let market = match ask.params.text("symbol")? {
        None => None,
        Some(_) => {
            let symbol = request::symbol(ask.params)?;
            let views = ask.gateway.hub().views();
            Some(market_of(&views, symbol)?.instrument().id)
        }
    };
    let side = ask.params.text("side")?.map(words::parse_side);
    let side = side.map(|side| side.ok_or_else(|| Refusal::of(Fault::SideInvalid)));
    let filter = AlgoFilter {
        account: ask.account,
        market,
        side: side.transpose()?,
        begun: match times(ask.params, Reach::ByRows)? {
            Times::Newest => (Timestamp::ZERO, Timestamp::MAX),
            Times::From(span) => (span.from, span.until),
            Times::Until(until) => (Timestamp::ZERO, until),
        },
    };
    let found = ask.gateway.identity().past_algos(&filter, page(ask)?).await;
    let (total, orders) = found.map_err(failed)?;
    Ok(page_of(ask, total, &orders))
}

/// `GET /sapi/v1/algo/spot/subOrders`: the first slice first.
///
/// # Errors
/// -20124 when the account has no such order, those of the values, -1001 when the database fails.
pub async fn slices(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    ask.params.mandatory("algoId")?;
    let id = AlgoId(ask.number("algoId")?.unwrap_or(0));
    let page = page(ask)?;
    let identity = ask.gateway.identity();
    let order = identity.algo(id).await.map_err(failed)?;
    let order = order.filter(|order| {
        mutant::plant!(
            "foreign-algo-shown",
            true,
            order.wish.account == ask.account
        )
    });
    let order = order.ok_or_else(|| Refusal::of(Fault::AlgoUnknown))?;
    let slices = identity.algo_slices(id, page).await.map_err(failed)?;
    let views = ask.gateway.hub().views();
    let market = views.market(order.wish.market);
    let market = market.ok_or_else(|| Refusal::of(Fault::Unknown))?;
    let listing = Listing::of(&views, market);
    let rows = slices.iter();
    let rows = rows.map(|slice| slice_row(ask, &views, &order, &listing, slice));
    Ok(Reply::ok(&AlgoSlices {
        total: order.sent,
        executed_qty: of_qty(order.executed, &listing.instrument.grid),
        executed_amt: Decimal(order.quote.units()),
        sub_orders: rows.collect(),
    }))
}

fn page(ask: &Ask<'_>) -> Result<AlgoPage, Refusal> {
    let size = ask.params.limit_named("pageSize", ROWS_MAX, ROWS_MAX)?;
    let page = ask.number("page")?.unwrap_or(1).max(1) - 1;
    Ok(AlgoPage {
        skipped: page.saturating_mul(size as u64),
        rows: u32::try_from(size).unwrap_or(u32::MAX),
    })
}

fn page_of(ask: &Ask<'_>, total: u64, orders: &[AlgoOrder]) -> Reply {
    let views = ask.gateway.hub().views();
    let rows = orders.iter();
    let rows = rows.filter_map(|order| {
        let market = views.market(order.wish.market)?;
        Some(row(ask, order, &Listing::of(&views, market)))
    });
    Reply::ok(&AlgoOrders {
        total,
        orders: rows.collect(),
    })
}

fn row(ask: &Ask<'_>, order: &AlgoOrder, listing: &Listing) -> AlgoRow {
    let (wish, grid) = (&order.wish, &listing.instrument.grid);
    let ending = order.end.map(|(ending, _)| ending);
    let ended_at = order.end.map_or(Timestamp::ZERO, |(_, at)| at);
    let (error_code, error_msg) = match ending {
        Some(Ending::Refused(reject)) => told(Some(&refusal_of(reject))),
        Some(ending) => (0, reason(ending).to_owned()),
        None => told(None),
    };
    AlgoRow {
        algo_id: order.id.0,
        symbol: SymbolText(listing.instrument.symbol),
        side: words::side(wish.side),
        total_qty: of_qty(wish.qty, grid),
        executed_qty: of_qty(order.executed, grid),
        executed_amt: Decimal(order.quote.units()),
        avg_price: average(order.executed, order.quote, grid),
        client_algo_id: ClientIdText(wish.client_id),
        book_time: ask.unit.show(wish.begins_at),
        end_time: ask.unit.show(ended_at),
        algo_status: status(ending),
        algo_type: "TWAP",
        urgency: "LOW",
        limit_price: wish
            .limit
            .map_or(Decimal::ZERO, |price: Price| of_price(price, grid)),
        planned_end_time: ask.unit.show(wish.ends_at),
        slices: wish.slices,
        slices_sent: order.sent,
        error_code,
        error_msg,
    }
}

pub const STATUSES: &[&str] = &["WORKING", "FINISHED", "CANCELLED", "EXPIRED"];

const fn status(ending: Option<Ending>) -> &'static str {
    match ending {
        None => "WORKING",
        Some(Ending::Filled) => "FINISHED",
        Some(Ending::Cancelled) => "CANCELLED",
        Some(_) => "EXPIRED",
    }
}

/// Returns why an order expired, as far as no refusal tells it.
const fn reason(ending: Ending) -> &'static str {
    match ending {
        Ending::Filled | Ending::Cancelled | Ending::Refused(_) => "",
        Ending::TimeOver => "The time is over, and a part is not executed.",
        Ending::RestTooSmall => "What is left is less than the market takes.",
        Ending::MarketClosed => "The market is closed.",
        Ending::AccountClosed => "The account is closed.",
    }
}

fn refusal_of(reject: Reject) -> Refusal {
    refusal(reject, Operation::Place)
}

fn slice_row(
    ask: &Ask<'_>,
    views: &Views,
    order: &AlgoOrder,
    listing: &Listing,
    slice: &AlgoSlice,
) -> AlgoSliceRow {
    let grid = &listing.instrument.grid;
    let fill = match slice.fate {
        SliceFate::Taken(fill) => Some(fill),
        _ => None,
    };
    let executed = fill.map_or(Qty::ZERO, |fill| fill.executed);
    let quote = fill.map_or(Amount::ZERO, |fill| fill.quote);
    let fee = fill.and_then(|fill| fill.fee);
    let (error_code, error_msg) = match slice.fate {
        SliceFate::Refused(reject) => told(Some(&refusal_of(reject))),
        _ => told(None),
    };
    AlgoSliceRow {
        algo_id: order.id.0,
        order_id: fill.map_or(0, |fill: SliceFill| fill.order.0),
        order_status: slice_status(slice),
        executed_qty: of_qty(executed, grid),
        executed_amt: Decimal(quote.units()),
        fee_amt: fee.map_or(Decimal::ZERO, |(fee, _)| Decimal(fee.units())),
        fee_asset: fee.map(|(_, asset)| SymbolText(asset_symbol(views, asset))),
        book_time: ask.unit.show(slice.sent_at),
        avg_price: average(executed, quote, grid),
        side: words::side(order.wish.side),
        symbol: SymbolText(listing.instrument.symbol),
        sub_id: slice.number,
        time_in_force: "IMMEDIATE_OR_CANCEL",
        orig_qty: of_qty(slice.qty, grid),
        client_order_id: ClientIdText(name_of(order.id, slice.number)),
        error_code,
        error_msg,
    }
}

pub const SLICE_STATUSES: &[&str] = &["NEW", "FILLED", "EXPIRED", "REJECTED"];

/// A slice never rests: what it does not execute at once expires.
fn slice_status(slice: &AlgoSlice) -> &'static str {
    match slice.fate {
        SliceFate::InDoubt => "NEW",
        SliceFate::Taken(fill) if fill.executed == slice.qty => "FILLED",
        SliceFate::Taken(_) => "EXPIRED",
        SliceFate::Refused(_) | SliceFate::Lost => "REJECTED",
    }
}

/// Returns the average price, rounded down to the last place that is printed.
fn average(executed: Qty, quote: Amount, grid: &Grid) -> Decimal {
    let base = i128::from(executed.lots()) * i128::from(grid.lot_units);
    if base == 0 {
        return Decimal::ZERO;
    }
    let whole = i128::from(UNITS_PER_WHOLE);
    Decimal(mul_div(quote.units(), whole, base, Rounding::Floor).unwrap_or(0))
}

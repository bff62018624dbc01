//! Assets and markets as columns: what makes the numbers of all other tables readable.

use model::id::{AssetId, MarketId};
use model::instrument::{Asset, Grid, Instrument, InstrumentKind};
use model::text::Symbol;

use crate::codes::Code;
use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::Values;
use crate::trade_columns::{Columns, damaged};

/// Appends the values of an asset to a statement, in the order of `tables::ASSET_COLUMNS`.
pub fn push_asset(values: &mut Values, asset: &Asset) {
    values.push_bind(i64::from(asset.id.0));
    values.push_bind(asset.symbol.as_str().to_owned());
}

/// Returns the asset in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_asset(row: &Row) -> Result<Asset, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(Asset {
        id: AssetId(columns.number("asset")?),
        symbol: symbol(&mut columns)?,
    })
}

/// Appends the values of a market to a statement, in the order of `tables::MARKET_COLUMNS`.
pub fn push_market(values: &mut Values, market: &Instrument) {
    values.push_bind(i64::from(market.id.0));
    values.push_bind(market.symbol.as_str().to_owned());
    values.push_bind(market.kind.number());
    values.push_bind(i64::from(market.base.0));
    values.push_bind(i64::from(market.quote.0));
    values.push_bind(market.grid.tick_units);
    values.push_bind(market.grid.lot_units);
}

/// Returns the market in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read_market(row: &Row) -> Result<Instrument, HistoryError> {
    let mut columns = Columns::of(row);
    let id = MarketId(columns.number("market")?);
    let symbol = symbol(&mut columns)?;
    let kind: InstrumentKind = columns.code("kind")?;
    let (base, quote) = (
        AssetId(columns.number("base")?),
        AssetId(columns.number("quote")?),
    );
    let grid = Grid {
        tick_units: columns.number("tick_units")?,
        lot_units: columns.number("lot_units")?,
    };
    let quote_per_tick_lot = grid.quote_per_tick_lot();
    Ok(Instrument {
        id,
        symbol,
        kind,
        base,
        quote,
        grid,
        quote_per_tick_lot: quote_per_tick_lot.ok_or(damaged("tick_units"))?,
    })
}

fn symbol(columns: &mut Columns<'_>) -> Result<Symbol, HistoryError> {
    Symbol::parse(columns.text("symbol")?.as_bytes()).ok_or(damaged("symbol"))
}

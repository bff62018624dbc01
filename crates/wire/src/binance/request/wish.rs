//! What one order asks for, read from its parameters by the rules of its type.
//!
//! What must be there comes first, then what must not, then the values.

use model::instrument::Grid;
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty};
use model::order::{Condition, Instructions, OrderKind, Peg, TimeInForce, Trigger};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::ClientOrderId;

use crate::binance::error::{EngineCode, Fault, Refusal, text};
use crate::binance::params::Params;
use crate::binance::request::names::OrderNames;
use crate::binance::request::{not_required, overflowed};
use crate::binance::words::{self, OrderType};
use crate::decimal;

/// What one order asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub kind: OrderKind,
    pub instructions: Instructions,
    pub client_id: ClientOrderId,
}

/// Reads an order whose type is known; `name` gives it a client id when it came without one.
///
/// # Errors
/// The refusal upstream gives for the first rule that is broken.
pub fn wish(
    params: &Params,
    names: &OrderNames,
    order_type: OrderType,
    grid: &Grid,
    name: impl Fn() -> ClientOrderId,
) -> Result<Wish, Refusal> {
    let reader = Reader {
        params,
        names,
        grid,
    };
    let peg = reader.peg(order_type)?;
    let kind = reader.kind(order_type)?;
    let instructions = Instructions {
        trigger: reader.trigger(order_type)?,
        iceberg: reader.iceberg(&kind)?,
        peg,
        strategy: reader.strategy()?,
    };
    Ok(Wish {
        kind,
        instructions,
        client_id: params
            .client_id(names.client_id, Fault::ClientIdEmpty)?
            .unwrap_or_else(name),
    })
}

struct Reader<'a> {
    params: &'a Params,
    names: &'a OrderNames,
    grid: &'a Grid,
}

impl Reader<'_> {
    /// Only what has a limit price can take it from the book.
    fn peg(&self, order_type: OrderType) -> Result<Option<Peg>, Refusal> {
        let levels = self.peg_levels()?;
        let Some(base) = self.params.text(self.names.peg_price_type)? else {
            self.refuse(self.names.peg_offset_type)?;
            return Ok(None);
        };
        let base = words::parse_peg_base(base)
            .ok_or_else(|| Refusal::with(Fault::DataInvalid, &[self.names.peg_price_type]))?;
        if !order_type.has_limit() {
            return Err(Refusal::engine(EngineCode::NewOrder, text::PEG_FORBIDDEN));
        }
        let named = self.is_sent(self.names.price);
        let price = named.then(|| price(self.params, self.names.price, self.grid));
        Ok(Some(Peg {
            base,
            levels,
            price: price.transpose()?,
        }))
    }

    /// An offset names its type and its value, or neither.
    fn peg_levels(&self) -> Result<PegLevels, Refusal> {
        let (of_type, value) = (self.names.peg_offset_type, self.names.peg_offset_value);
        match self.params.text(of_type)? {
            None => {
                self.refuse(value)?;
                return Ok(PegLevels::BEST);
            }
            Some("PRICE_LEVEL") => (),
            Some(_) => return Err(Refusal::with(Fault::DataInvalid, &[of_type])),
        }
        self.params.mandatory(value)?;
        let levels = self.params.integer(value)?;
        levels
            .and_then(|levels| u8::try_from(levels).ok())
            .and_then(PegLevels::new)
            .ok_or_else(|| Refusal::with(Fault::DataInvalid, &[value]))
    }

    fn kind(&self, order_type: OrderType) -> Result<OrderKind, Refusal> {
        match order_type {
            OrderType::Limit | OrderType::StopLossLimit | OrderType::TakeProfitLimit => {
                self.limit()
            }
            OrderType::LimitMaker => self.limit_maker(),
            OrderType::Market => self.market(),
            OrderType::StopLoss | OrderType::TakeProfit => self.triggered_market(),
        }
    }

    fn limit(&self) -> Result<OrderKind, Refusal> {
        let word = self.params.mandatory(self.names.time_in_force)?;
        let time_in_force = words::parse_time_in_force(word)
            .ok_or_else(|| Refusal::of(Fault::TimeInForceInvalid))?;
        let (price, qty) = self.price_and_qty()?;
        Ok(OrderKind::Limit {
            price,
            qty,
            time_in_force,
        })
    }

    fn limit_maker(&self) -> Result<OrderKind, Refusal> {
        self.refuse_time_in_force()?;
        let (price, qty) = self.price_and_qty()?;
        Ok(OrderKind::LimitMaker { price, qty })
    }

    fn market(&self) -> Result<OrderKind, Refusal> {
        self.refuse(self.names.price)?;
        self.refuse_time_in_force()?;
        let Some(quote_name) = self.names.quote_qty else {
            return Ok(OrderKind::Market {
                qty: self.mandatory_qty()?,
            });
        };
        let qty = self.params.text(self.names.qty)?;
        match (qty, self.params.decimal(quote_name)?) {
            (Some(_), None) => Ok(OrderKind::Market {
                qty: self.mandatory_qty()?,
            }),
            (None, Some(units)) => Ok(OrderKind::MarketQuote {
                quote: Amount::new(units).ok_or_else(|| overflowed(quote_name))?,
            }),
            (Some(_), Some(_)) => Err(Refusal::of(Fault::OptionalCombination)),
            (None, None) => Err(Refusal::with(
                Fault::EitherMissing,
                &[self.names.qty, quote_name],
            )),
        }
    }

    /// What a stop loss or take profit without a limit price becomes.
    fn triggered_market(&self) -> Result<OrderKind, Refusal> {
        self.params.mandatory(self.names.qty)?;
        self.refuse(self.names.price)?;
        self.refuse_time_in_force()?;
        self.refuse_quote()?;
        Ok(OrderKind::Market {
            qty: self.mandatory_qty()?,
        })
    }

    fn price_and_qty(&self) -> Result<(Price, Qty), Refusal> {
        self.params.mandatory(self.names.qty)?;
        if self.is_sent(self.names.peg_price_type) {
            self.refuse_quote()?;
            // The book says the price.
            return Ok((Price::MIN, self.mandatory_qty()?));
        }
        self.params.mandatory(self.names.price)?;
        self.refuse_quote()?;
        Ok((
            price(self.params, self.names.price, self.grid)?,
            self.mandatory_qty()?,
        ))
    }

    fn mandatory_qty(&self) -> Result<Qty, Refusal> {
        qty(self.params, self.names.qty, self.grid)
    }

    /// A type without a trigger takes neither a stop price nor a delta.
    fn trigger(&self, order_type: OrderType) -> Result<Option<Trigger>, Refusal> {
        let Some(purpose) = order_type.purpose() else {
            self.refuse(self.names.stop_price)?;
            self.refuse(self.names.trailing_delta)?;
            return Ok(None);
        };
        let stop = self.stop_price()?;
        let condition = match (stop, self.delta()?) {
            (Some(price), None) => Condition::Stop { price },
            (None, Some(delta)) => Condition::Trail { delta },
            (Some(activation), Some(delta)) => Condition::TrailFrom { activation, delta },
            (None, None) => {
                let names = [self.names.stop_price, self.names.trailing_delta];
                return Err(Refusal::with(Fault::EitherMissing, &names));
            }
        };
        Ok(Some(Trigger { purpose, condition }))
    }

    fn stop_price(&self) -> Result<Option<Price>, Refusal> {
        let name = self.names.stop_price;
        let sent = self.params.text(name)?;
        sent.map(|_| price(self.params, name, self.grid))
            .transpose()
    }

    fn delta(&self) -> Result<Option<BasisPoints>, Refusal> {
        let sent = self.params.integer(self.names.trailing_delta)?;
        sent.map(|points| {
            u16::try_from(points)
                .ok()
                .and_then(BasisPoints::new)
                .ok_or_else(|| Refusal::with(Fault::Filter, &["TRAILING_DELTA"]))
        })
        .transpose()
    }

    /// An iceberg of nothing is none. Only what rests can hide a part of itself.
    fn iceberg(&self, kind: &OrderKind) -> Result<Option<Qty>, Refusal> {
        let name = self.names.iceberg_qty;
        if matches!(self.params.decimal(name)?, None | Some(0)) {
            return Ok(None);
        }
        match kind {
            OrderKind::LimitMaker { .. }
            | OrderKind::Limit {
                time_in_force: TimeInForce::GoodTillCancel,
                ..
            } => qty(self.params, name, self.grid).map(Some),
            OrderKind::Limit { .. } => Err(Refusal::with(self.names.iceberg_fault, &[name])),
            OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => Err(not_required(name)),
        }
    }

    fn strategy(&self) -> Result<Strategy, Refusal> {
        let id = self.params.integer(self.names.strategy_id)?;
        let kind = self.params.integer(self.names.strategy_type)?;
        let kind = kind.map(|number| {
            StrategyKind::new(number).ok_or_else(|| Refusal::of(Fault::StrategyTypeTooSmall))
        });
        Ok(Strategy {
            // Digits are never below zero.
            id: id.and_then(StrategyId::new),
            kind: kind.transpose()?,
        })
    }

    fn is_sent(&self, name: &str) -> bool {
        self.params.raw(name).is_some()
    }

    fn refuse(&self, name: &str) -> Result<(), Refusal> {
        if self.is_sent(name) {
            return Err(not_required(name));
        }
        Ok(())
    }

    fn refuse_quote(&self) -> Result<(), Refusal> {
        self.names
            .quote_qty
            .map_or(Ok(()), |name| self.refuse(name))
    }

    fn refuse_time_in_force(&self) -> Result<(), Refusal> {
        if self.is_sent(self.names.time_in_force) {
            return Err(Refusal::of(Fault::TimeInForceNotRequired));
        }
        Ok(())
    }
}

/// Returns a mandatory price on the grid.
///
/// # Errors
/// -1102 when it is missing, -1013 off the grid, and those of a decimal.
pub fn price(params: &Params, name: &str, grid: &Grid) -> Result<Price, Refusal> {
    let units = money(params, name)?;
    decimal::price_on_grid(units, grid)
        .ok_or_else(|| Refusal::with(Fault::Filter, &["PRICE_FILTER"]))
}

/// Returns a mandatory quantity above nothing on the grid.
///
/// # Errors
/// -1102 when it is missing, -1013 off the grid, and those of a decimal.
pub fn qty(params: &Params, name: &str, grid: &Grid) -> Result<Qty, Refusal> {
    let units = money(params, name)?;
    decimal::qty_on_grid(units, grid)
        .filter(|qty| !qty.is_zero())
        .ok_or_else(|| Refusal::with(Fault::Filter, &["LOT_SIZE"]))
}

/// A mandatory decimal inside the range of prices and quantities.
fn money(params: &Params, name: &str) -> Result<i128, Refusal> {
    params.mandatory(name)?;
    let units = params.decimal(name)?.unwrap_or(0);
    if i128::from(i64::MAX) < units {
        return Err(overflowed(name));
    }
    Ok(units)
}

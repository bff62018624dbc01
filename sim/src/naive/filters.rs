//! What an order must pass before anything is held.

use super::orders::hold;
use super::{Incoming, Market, Naive, Parked};
use model::account::Wallet;
use model::id::{AccountId, MarketId};
use model::instrument::{Phase, Terms};
use model::number::{Amount, Price, Qty};
use model::order::{Direction, Instructions, OrderKind, Side, TimeInForce};
use model::reject::Reject;
use model::strategy::Strategy;
use model::text::ClientOrderId;

/// How many more orders an account would have open.
#[derive(Clone, Copy, Debug, Default)]
pub struct More {
    pub orders: usize,
    pub with_trigger: usize,
    pub icebergs: usize,
}

impl Naive {
    /// Checks all that needs no funds, in the order of `orders.md` §1.1, items 1 to 10.
    pub(super) fn filter(&self, id: MarketId, incoming: &Incoming) -> Result<(), Reject> {
        self.check_order(id, incoming)?;
        if let OrderKind::MarketQuote { .. } = incoming.kind {
            return Ok(());
        }
        let is_algo = incoming.instructions.trigger.is_some();
        let more = More {
            orders: usize::from(is_algo || may_rest(&incoming.kind)),
            with_trigger: usize::from(is_algo),
            icebergs: usize::from(incoming.instructions.iceberg.is_some()),
        };
        self.check_counts(id, incoming.account, more)?;
        let lots = incoming.kind.qty().map_or(0, Qty::lots);
        let bought = if incoming.side == Side::Buy { lots } else { 0 };
        self.check_position(self.market(id)?, incoming.account, bought)
    }

    /// Checks what concerns the order alone: items 1 to 7.
    pub(super) fn check_order(&self, id: MarketId, incoming: &Incoming) -> Result<(), Reject> {
        let market = self.market(id)?;
        check(is_open(market.phase, incoming), Reject::PhaseClosed)?;
        let modes = market.terms.self_trade_allowed;
        check(
            modes.includes(incoming.self_trade),
            Reject::SelfTradeModeForbidden,
        )?;
        check_instructions(market, incoming)?;
        self.check_kind(market, incoming)
    }

    fn check_kind(&self, market: &Market, incoming: &Incoming) -> Result<(), Reject> {
        if let Some(peg) = incoming.instructions.peg {
            if let Some(price) = peg.price {
                let kind = incoming.kind.at(price);
                self.check_price_and_qty(market, &Incoming { kind, ..*incoming })?;
            } else if incoming.starts_later {
                let lots = incoming.kind.qty().map_or(0, Qty::lots);
                let (min, max) = (market.terms.qty_min, market.terms.qty_max);
                let is_within = min.lots() <= lots && lots <= max.lots();
                return check(is_within, Reject::LotSize);
            }
        }
        self.check_price_and_qty(market, incoming)
    }

    pub(super) fn check_price_and_qty(
        &self,
        market: &Market,
        incoming: &Incoming,
    ) -> Result<(), Reject> {
        let terms = &market.terms;
        if let OrderKind::MarketQuote { quote } = incoming.kind {
            check(0 < quote.units(), Reject::AmountNotPositive)?;
            return check(
                is_between(quote.units(), terms.notional_min, terms.notional_max),
                Reject::Notional,
            );
        }
        let lots = incoming.kind.qty().map_or(0, Qty::lots);
        if let Some(price) = incoming.kind.price() {
            check(is_in_price_range(market, price), Reject::PriceFilter)?;
            let band = if incoming.side == Side::Buy {
                terms.bid_band
            } else {
                terms.ask_band
            };
            check(
                self.is_in_band(market, price.ticks(), &band),
                Reject::PercentPrice,
            )?;
        }
        let in_lots = |min: Qty, max: Qty| min.lots() <= lots && lots <= max.lots();
        check(in_lots(terms.qty_min, terms.qty_max), Reject::LotSize)?;
        if incoming.kind.price().is_none() {
            check(
                in_lots(terms.market_qty_min, terms.market_qty_max),
                Reject::MarketLotSize,
            )?;
        }
        check(
            self.is_worth_enough(market, incoming, lots),
            Reject::Notional,
        )
    }

    fn is_worth_enough(&self, market: &Market, incoming: &Incoming, lots: i64) -> bool {
        let factor = i128::from(lots) * i128::from(market.instrument.quote_per_tick_lot);
        let (min, max) = (market.terms.notional_min, market.terms.notional_max);
        if let Some(price) = incoming.kind.price() {
            return is_between(i128::from(price.ticks()) * factor, min, max);
        }
        match self.reference(market) {
            // value / qty × factor against min and max, without dividing.
            Some((value, qty)) => {
                min.units() * qty <= value * factor && value * factor <= max.units() * qty
            }
            None => true,
        }
    }

    /// Checks how many orders the account may have: items 8 and 9.
    pub(super) fn check_counts(
        &self,
        id: MarketId,
        account: AccountId,
        more: More,
    ) -> Result<(), Reject> {
        let market = self.market(id)?;
        let resting = market.orders.iter().filter(|row| row.account == account);
        let parked = || {
            let is_mine = |row: &&Parked| row.order.account == account;
            market.parked.iter().filter(is_mine)
        };
        let with_trigger = parked().filter(|row| row.order.instructions.trigger.is_some());
        let hidden = parked().filter(|row| row.order.instructions.iceberg.is_some());
        let icebergs = resting.clone().filter(|row| row.iceberg.is_some()).count() + hidden.count();
        let is_within =
            |known: usize, more: usize, most: u32| more == 0 || known + more <= most as usize;
        let open = resting.count() + parked().count();
        let (terms, limits) = (&market.terms, &market.limits);
        check(
            is_within(open, more.orders, terms.open_orders_max),
            Reject::OpenOrdersLimit,
        )?;
        check(
            is_within(
                with_trigger.count(),
                more.with_trigger,
                limits.algo_orders_max,
            ),
            Reject::AlgoOrdersLimit,
        )?;
        check(
            is_within(icebergs, more.icebergs, limits.iceberg_orders_max),
            Reject::IcebergOrdersLimit,
        )
    }

    /// Checks that an account may want to buy so many more lots: item 10.
    pub(super) fn check_position(
        &self,
        market: &Market,
        account: AccountId,
        bought: i64,
    ) -> Result<(), Reject> {
        let limit = market.terms.position_max;
        if bought == 0 || limit == Amount::MAX {
            return Ok(());
        }
        let balance = self.balance(account, Wallet::Spot, market.instrument.base);
        let lots = i128::from(bought) + open_buys(market, account);
        let wanted = lots * i128::from(market.instrument.grid.lot_units);
        check(
            balance.available + balance.held + wanted <= limit.units(),
            Reject::PositionLimit,
        )
    }

    pub(super) fn check_client_id(
        &self,
        id: MarketId,
        account: AccountId,
        client_id: ClientOrderId,
    ) -> Result<(), Reject> {
        let market = self.market(id)?;
        let rests = market
            .orders
            .iter()
            .any(|row| row.account == account && row.client_id == client_id);
        let waits = market
            .parked
            .iter()
            .any(|row| row.order.account == account && row.order.client_id == client_id);
        check(!rests && !waits, Reject::ClientIdTaken)
    }
}

/// Returns whether the phase takes the order; one that asks for more than a strategy needs them all.
fn is_open(phase: Phase, incoming: &Incoming) -> bool {
    let asked = Instructions {
        strategy: Strategy::NONE,
        ..incoming.instructions
    };
    match phase {
        Phase::Continuous => true,
        _ if asked != Instructions::NONE => false,
        Phase::LimitOnly => incoming.kind.price().is_some(),
        Phase::PostOnly => matches!(incoming.kind, OrderKind::LimitMaker { .. }),
        _ => false,
    }
}

/// Items 2 to 6.
fn check_instructions(market: &Market, incoming: &Incoming) -> Result<(), Reject> {
    let Instructions {
        trigger, iceberg, ..
    } = incoming.instructions;
    let can_wait = matches!(
        incoming.kind,
        OrderKind::Limit { .. } | OrderKind::Market { .. }
    );
    check(trigger.is_none() || can_wait, Reject::TriggerForbidden)?;
    check(
        iceberg.is_none() || may_rest(&incoming.kind),
        Reject::IcebergForbidden,
    )?;
    if let Some(price) = trigger.and_then(|trigger| trigger.price()) {
        check(is_in_price_range(market, price), Reject::PriceFilter)?;
    }
    if let Some((trigger, delta)) = trigger.and_then(|trigger| Some((trigger, trigger.delta()?))) {
        let range = match trigger.direction(incoming.side) {
            Direction::Above => market.limits.trailing_above,
            Direction::Below => market.limits.trailing_below,
        };
        check(range.contains(delta), Reject::TrailingDelta)?;
    }
    let Some(shown) = iceberg.map(Qty::lots) else {
        return Ok(());
    };
    let lots = incoming.kind.qty().map_or(0, Qty::lots);
    check(shown <= lots, Reject::IcebergExceedsQty)?;
    check(market.terms.qty_min.lots() <= shown, Reject::LotSize)?;
    // ceil(lots / shown) parts: more than `parts` exactly when `parts` showings are not enough.
    let parts = i128::from(market.limits.iceberg_parts_max);
    check(
        i128::from(lots) <= parts * i128::from(shown),
        Reject::IcebergParts,
    )
}

/// Returns the lots that the open orders of an account may still buy here.
fn open_buys(market: &Market, account: AccountId) -> i128 {
    let resting = market
        .orders
        .iter()
        .filter(|row| row.account == account && row.side == Side::Buy)
        .map(|row| i128::from(row.open));
    let parked = market
        .parked
        .iter()
        .filter(|row| row.order.account == account && row.order.side == Side::Buy)
        .map(|row| i128::from(row.order.kind.qty().map_or(0, Qty::lots)));
    resting.sum::<i128>() + parked.sum::<i128>()
}

/// Returns whether what is left of an order of this kind joins the book.
fn may_rest(kind: &OrderKind) -> bool {
    match kind {
        OrderKind::Limit { time_in_force, .. } => *time_in_force == TimeInForce::GoodTillCancel,
        OrderKind::LimitMaker { .. } => true,
        OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => false,
    }
}

fn is_in_price_range(market: &Market, price: Price) -> bool {
    market.terms.price_min <= price && price <= market.terms.price_max
}

/// Returns whether the market's terms would let an order stand: its limit price, its quantity, its notional.
pub fn fits(market: &Market, terms: &Terms, kind: &OrderKind, lots: i64) -> bool {
    let in_lots = |min: Qty, max: Qty| min.lots() <= lots && lots <= max.lots();
    if !fits_in_lots(terms, lots) {
        return false;
    }
    let Some(price) = kind.price() else {
        return in_lots(terms.market_qty_min, terms.market_qty_max);
    };
    let worth = hold(market, Side::Buy, price.ticks(), lots);
    terms.price_min <= price
        && price <= terms.price_max
        && is_between(worth, terms.notional_min, terms.notional_max)
}

/// Returns whether the terms would let an order of so many lots stand, whatever its price.
pub fn fits_in_lots(terms: &Terms, lots: i64) -> bool {
    terms.qty_min.lots() <= lots && lots <= terms.qty_max.lots()
}

pub fn is_between(value: i128, min: Amount, max: Amount) -> bool {
    min.units() <= value && value <= max.units()
}

pub fn check(holds: bool, reason: Reject) -> Result<(), Reject> {
    if holds { Ok(()) } else { Err(reason) }
}

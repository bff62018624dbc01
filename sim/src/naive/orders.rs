//! Placing and replacing: what an order will do, decided before it does it.

use super::filters::check;
use super::matching::Walk;
use super::triggers::is_met;
use super::{Incoming, Market, Naive, Outcome, Waiting};
use model::account::Wallet;
use model::command::{NewOrder, Replace};
use model::event::{Event, OrderAccepted, OrderInstructed};
use model::id::{AccountId, AssetId, MarketId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, Instructions, OrderKind, ReplaceMode, Side, TimeInForce};
use model::reject::Reject;

const LOTS_MAX: i64 = 1 << 50;

/// What an order will do when it starts, decided before anything changes.
pub struct Decision {
    pub hold: i128,
    /// The matches it makes.
    pub walk: Walk,
    /// What becomes of the rest; `None` lets it rest.
    pub end: Option<CloseReason>,
}

impl Decision {
    /// Joins the book without meeting anyone.
    pub fn to_rest(hold: i128, lots: i64) -> Decision {
        Decision {
            hold,
            walk: Walk::nothing(lots),
            end: None,
        }
    }
}

impl Naive {
    pub(super) fn place(
        &mut self,
        account: AccountId,
        order: &NewOrder,
        instructions: Instructions,
    ) -> Outcome {
        let incoming = self.incoming(account, order, instructions)?;
        let incoming = self.priced(order.market, &incoming)?;
        self.filter(order.market, &incoming)?;
        let mut events = Vec::new();
        self.place_filtered(order.market, &incoming, &mut events)?;
        Ok(events)
    }

    pub(super) fn replace(
        &mut self,
        account: AccountId,
        replace: &Replace,
        instructions: Instructions,
    ) -> Outcome {
        let market = replace.order.market;
        let incoming = self.incoming(account, &replace.order, instructions)?;
        let incoming = self.priced(market, &incoming)?;
        self.filter(market, &incoming)?;
        let mut events = Vec::new();
        match self.cancellable(market, account, &replace.cancel, replace.restriction) {
            Ok(id) => self.end_order(market, id, CloseReason::Replaced, &mut events),
            Err(reason) => {
                events.push(Event::ReplaceCancelRejected { reason });
                if replace.mode == ReplaceMode::StopOnFailure {
                    events.push(Event::ReplacePlaceSkipped);
                    return Ok(events);
                }
            }
        }
        if let Err(reason) = self.place_filtered(market, &incoming, &mut events) {
            events.push(Event::ReplacePlaceRejected { reason });
        }
        Ok(events)
    }

    pub(super) fn incoming(
        &self,
        id: AccountId,
        order: &NewOrder,
        instructions: Instructions,
    ) -> Result<Incoming, Reject> {
        let account = self.account(id)?;
        check(account.may_trade(), Reject::AccountRestricted)?;
        self.check_verification(id, order.market)?;
        let market = self.market(order.market)?;
        Ok(Incoming {
            account: id,
            group: account.group,
            side: order.side,
            kind: order.kind,
            client_id: order.client_id,
            self_trade: order.self_trade.unwrap_or(market.terms.self_trade_default),
            instructions,
            starts_later: instructions.trigger.is_some(),
        })
    }

    /// Carries out an order that passed its filters, and then whatever is due.
    fn place_filtered(
        &mut self,
        id: MarketId,
        incoming: &Incoming,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        self.check_client_id(id, incoming.account, incoming.client_id)?;
        let market = self.market(id)?;
        let available = self.available(market, incoming);
        if let Some(trigger) = incoming.instructions.trigger {
            let is_too_late = is_met(&trigger, incoming.side, market.last_price);
            check(!is_too_late, Reject::WouldTrigger)?;
            let hold = waiting_hold(market, incoming)?;
            check(hold <= available, Reject::InsufficientFunds)?;
            let order = self.accept(id, incoming, hold, None, events);
            self.park(id, order, incoming, Waiting::Market, hold);
        } else {
            let decision = self.decide_kind(id, incoming, available)?;
            let order = self.accept(id, incoming, decision.hold, None, events);
            self.carry_out(id, incoming, order, &decision, events);
        }
        self.start_some_due(id, events);
        Ok(())
    }

    /// Gives an order its number and takes its hold.
    pub(super) fn accept(
        &mut self,
        id: MarketId,
        incoming: &Incoming,
        hold: i128,
        waits_for: Option<Waiting>,
        events: &mut Vec<Event>,
    ) -> u64 {
        let market = &mut self.markets[usize::from(id.0)];
        market.last_order += 1;
        let order = market.last_order;
        let paid = paid_asset(market, incoming.side);
        self.change(incoming.account, paid, -hold, hold);
        events.push(Event::OrderAccepted(OrderAccepted {
            market: id,
            order: OrderId(order),
            account: incoming.account,
            side: incoming.side,
            kind: incoming.kind,
            self_trade: incoming.self_trade,
            client_id: incoming.client_id,
            hold: amount(hold),
        }));
        let is_pending = waits_for == Some(Waiting::Working);
        if is_pending || incoming.instructions != Instructions::NONE {
            events.push(Event::OrderInstructed(OrderInstructed {
                market: id,
                order: OrderId(order),
                account: incoming.account,
                instructions: incoming.instructions,
                is_pending,
            }));
        }
        order
    }

    /// Returns what the account has available of what the order pays with.
    pub(super) fn available(&self, market: &Market, incoming: &Incoming) -> i128 {
        let paid = paid_asset(market, incoming.side);
        self.balance(incoming.account, Wallet::Spot, paid).available
    }

    /// Decides what an order does when it starts, with so much to hold.
    pub(super) fn decide_kind(
        &self,
        id: MarketId,
        incoming: &Incoming,
        available: i128,
    ) -> Result<Decision, Reject> {
        let market = self.market(id)?;
        match incoming.kind {
            OrderKind::Limit {
                price,
                qty,
                time_in_force,
            } => {
                let hold = hold(market, incoming.side, price.ticks(), qty.lots());
                check(hold <= available, Reject::InsufficientFunds)?;
                Ok(self.decide_limit(market, incoming, time_in_force, hold))
            }
            OrderKind::LimitMaker { price, qty } => {
                let hold = hold(market, incoming.side, price.ticks(), qty.lots());
                check(hold <= available, Reject::InsufficientFunds)?;
                check(!would_take(market, incoming), Reject::WouldTake)?;
                Ok(Decision::to_rest(hold, qty.lots()))
            }
            OrderKind::Market { qty } => {
                self.decide_market(market, incoming, qty.lots(), available)
            }
            OrderKind::MarketQuote { quote } => {
                self.decide_quote(market, incoming, quote.units(), available)
            }
        }
    }

    fn decide_limit(
        &self,
        market: &Market,
        incoming: &Incoming,
        force: TimeInForce,
        hold: i128,
    ) -> Decision {
        let price = incoming.kind.price().map_or(0, Price::ticks);
        let lots = incoming.kind.qty().map_or(0, Qty::lots);
        let nothing = |end| Decision {
            hold,
            walk: Walk::nothing(lots),
            end,
        };
        let ended = match force {
            TimeInForce::GoodTillCancel => None,
            TimeInForce::ImmediateOrCancel => Some(CloseReason::ImmediateRemainder),
            TimeInForce::FillOrKill => Some(CloseReason::FillOrKillUnfilled),
        };
        if !is_crossed(market, incoming.side, price) {
            return nothing(ended);
        }
        let walk = self.walk(market, incoming, price, lots);
        if force == TimeInForce::FillOrKill {
            if walk.filled < lots {
                return nothing(Some(CloseReason::FillOrKillUnfilled));
            }
            return Decision {
                hold,
                walk,
                end: Some(CloseReason::Filled),
            };
        }
        let end = if walk.left == 0 && walk.was_prevented_last {
            Some(CloseReason::SelfTrade)
        } else if walk.left == 0 {
            Some(CloseReason::Filled)
        } else if walk.met_the_band {
            Some(CloseReason::ExecutionBand)
        } else {
            ended
        };
        Decision { hold, walk, end }
    }

    fn decide_market(
        &self,
        market: &Market,
        incoming: &Incoming,
        lots: i64,
        available: i128,
    ) -> Result<Decision, Reject> {
        let walk = self.walk(market, incoming, any_price(incoming.side), lots);
        let hold = match incoming.side {
            Side::Buy => walk.value(market),
            Side::Sell => i128::from(lots) * i128::from(market.instrument.grid.lot_units),
        };
        check(hold <= available, Reject::InsufficientFunds)?;
        let end = Some(match () {
            () if walk.left == 0 && walk.was_prevented_last => CloseReason::SelfTrade,
            () if walk.left == 0 => CloseReason::Filled,
            () if walk.met_the_band => CloseReason::ExecutionBand,
            () => CloseReason::InsufficientLiquidity,
        });
        Ok(Decision { hold, walk, end })
    }

    fn decide_quote(
        &self,
        market: &Market,
        incoming: &Incoming,
        quote: i128,
        available: i128,
    ) -> Result<Decision, Reject> {
        let lot_units = i128::from(market.instrument.grid.lot_units);
        let lots_max = match incoming.side {
            Side::Buy => {
                check(quote <= available, Reject::InsufficientFunds)?;
                LOTS_MAX
            }
            Side::Sell => i64::try_from(available / lot_units)
                .unwrap_or(LOTS_MAX)
                .min(LOTS_MAX),
        };
        let budget = quote / i128::from(market.instrument.quote_per_tick_lot);
        let search = self.search(market, incoming, lots_max, budget);
        if search.is_outside_band {
            return Err(Reject::LiquidityBelowLot);
        }
        let found = search.found;
        let terms = &market.terms;
        if found < terms.qty_min.lots().max(terms.market_qty_min.lots()) {
            return Err(match search.end {
                CloseReason::InsufficientLiquidity | CloseReason::ExecutionBand => {
                    Reject::LiquidityBelowLot
                }
                _ if found == lots_max => Reject::InsufficientFunds,
                _ => Reject::LotSize,
            });
        }
        check(found <= terms.qty_max.lots(), Reject::LotSize)?;
        check(found <= terms.market_qty_max.lots(), Reject::MarketLotSize)?;
        let bought = if incoming.side == Side::Buy { found } else { 0 };
        self.check_position(market, incoming.account, bought)?;
        let walk = self.walk(market, incoming, any_price(incoming.side), found);
        let hold = if incoming.side == Side::Buy {
            quote
        } else {
            i128::from(found) * lot_units
        };
        Ok(Decision {
            hold,
            walk,
            end: Some(search.end),
        })
    }
}

/// Returns what an order holds while it waits outside the book.
///
/// # Errors
/// A market order to buy without a price to measure it by, or one beyond the money bound.
pub fn waiting_hold(market: &Market, incoming: &Incoming) -> Result<i128, Reject> {
    let lots = incoming.kind.qty().map_or(0, Qty::lots);
    let Instructions { trigger, peg, .. } = incoming.instructions;
    // Without a trigger it starts, so the book has set its price.
    let is_unpriced = peg.is_some() && trigger.is_some();
    let limit = incoming.kind.price().filter(|_| !is_unpriced);
    if let (Side::Buy, None) = (incoming.side, limit) {
        let named = trigger.and_then(|trigger| trigger.price());
        let basis = named
            .map(Price::ticks)
            .or(market.last_price)
            .ok_or(Reject::TriggerUnpriced)?;
        let up = i128::from(market.terms.execution_band.up.ppm());
        let raised = i128::from(basis) * up / 1_000_000;
        let price = raised.clamp(i128::from(basis), i128::from(Price::MAX.ticks()));
        return price
            .checked_mul(i128::from(lots))
            .and_then(|tick_lots| {
                tick_lots.checked_mul(i128::from(market.instrument.quote_per_tick_lot))
            })
            .filter(|value| Amount::new(*value).is_some())
            .ok_or(Reject::InsufficientFunds);
    }
    let price = incoming.kind.price().map_or(1, Price::ticks);
    Ok(hold(market, incoming.side, price, lots))
}

/// Returns the asset that a side pays with.
pub fn paid_asset(market: &Market, side: Side) -> AssetId {
    match side {
        Side::Buy => market.instrument.quote,
        Side::Sell => market.instrument.base,
    }
}

/// Returns what an order holds for `lots` at `price`: quote for a buy, base for a sell.
pub fn hold(market: &Market, side: Side, price: i64, lots: i64) -> i128 {
    match side {
        Side::Buy => {
            i128::from(price) * i128::from(lots) * i128::from(market.instrument.quote_per_tick_lot)
        }
        Side::Sell => i128::from(lots) * i128::from(market.instrument.grid.lot_units),
    }
}

/// Returns whether a limit maker would trade at once.
pub fn would_take(market: &Market, incoming: &Incoming) -> bool {
    let price = incoming.kind.price().map_or(0, Price::ticks);
    matches!(incoming.kind, OrderKind::LimitMaker { .. })
        && is_crossed(market, incoming.side, price)
}

/// Returns whether an order at this price would meet the best of the other side.
fn is_crossed(market: &Market, side: Side, price: i64) -> bool {
    market.orders.iter().any(|order| match side {
        Side::Buy => order.side == Side::Sell && order.price <= price,
        Side::Sell => order.side == Side::Buy && price <= order.price,
    })
}

fn any_price(side: Side) -> i64 {
    match side {
        Side::Buy => Price::MAX.ticks(),
        Side::Sell => Price::MIN.ticks(),
    }
}

pub fn amount(units: i128) -> Amount {
    Amount::new(units).expect("the naive exchange keeps money in bounds")
}

pub fn ticks(price: i64) -> Price {
    Price::new(price).expect("the naive exchange keeps prices in bounds")
}

pub fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("the naive exchange keeps quantities in bounds")
}

//! Placing, cancelling, replacing and amending.

use super::matching::{Step, Walk};
use super::{Incoming, Market, Naive, Order, Outcome};
use model::account::Wallet;
use model::command::{Amend, Cancel, NewOrder, Replace};
use model::event::{Event, OrderAccepted, OrderAmended, OrderClosed};
use model::id::{AccountId, MarketId, OrderId};
use model::instrument::Phase;
use model::number::{Amount, Price, Qty};
use model::order::{
    CancelRestriction, CloseReason, OrderKind, OrderRef, ReplaceMode, Side, TimeInForce,
};
use model::reject::Reject;

const LOTS_MAX: i64 = 1 << 50;

/// What a placed order will do, decided before anything changes.
struct Decision {
    hold: i128,
    /// The matches it makes.
    walk: Walk,
    /// What becomes of the rest; `None` lets it rest.
    end: Option<CloseReason>,
}

impl Naive {
    pub(super) fn place(&mut self, account: AccountId, order: &NewOrder) -> Outcome {
        let incoming = self.incoming(account, order)?;
        self.filter(order.market, &incoming)?;
        let decision = self.decide_order(order.market, &incoming)?;
        Ok(self.carry_out(order.market, &incoming, decision))
    }

    pub(super) fn replace(&mut self, account: AccountId, replace: &Replace) -> Outcome {
        let market = replace.order.market;
        let incoming = self.incoming(account, &replace.order)?;
        self.filter(market, &incoming)?;
        let mut events =
            match self.cancellable(market, account, &replace.cancel, replace.restriction) {
                Ok(id) => self.cancel_orders(market, vec![id], CloseReason::Replaced),
                Err(reason) if replace.mode == ReplaceMode::AllowFailure => {
                    vec![Event::ReplaceCancelRejected { reason }]
                }
                Err(reason) => {
                    return Ok(vec![
                        Event::ReplaceCancelRejected { reason },
                        Event::ReplacePlaceSkipped,
                    ]);
                }
            };
        match self.decide_order(market, &incoming) {
            Ok(decision) => events.extend(self.carry_out(market, &incoming, decision)),
            Err(reason) => events.push(Event::ReplacePlaceRejected { reason }),
        }
        Ok(events)
    }

    fn incoming(&self, id: AccountId, order: &NewOrder) -> Result<Incoming, Reject> {
        let account = self.account(id)?;
        if !account.state.may_trade() {
            return Err(Reject::AccountRestricted);
        }
        let market = self.market(order.market)?;
        Ok(Incoming {
            account: id,
            group: account.group,
            tier: account.tier,
            side: order.side,
            kind: order.kind,
            client_id: order.client_id,
            self_trade: order.self_trade.unwrap_or(market.terms.self_trade_default),
        })
    }

    fn filter(&self, id: MarketId, incoming: &Incoming) -> Result<(), Reject> {
        let market = self.market(id)?;
        let terms = &market.terms;
        let is_post_only = matches!(incoming.kind, OrderKind::LimitMaker { .. });
        let is_open = match market.phase {
            Phase::Continuous => true,
            Phase::LimitOnly => incoming.kind.price().is_some(),
            Phase::PostOnly => is_post_only,
            _ => false,
        };
        if !is_open {
            return Err(Reject::PhaseClosed);
        }
        if !terms.self_trade_allowed.includes(incoming.self_trade) {
            return Err(Reject::SelfTradeModeForbidden);
        }
        if let OrderKind::MarketQuote { quote } = incoming.kind {
            if quote.units() <= 0 {
                return Err(Reject::AmountNotPositive);
            }
            return check(
                is_between(quote.units(), terms.notional_min, terms.notional_max),
                Reject::Notional,
            );
        }
        let lots = incoming.kind.qty().map_or(0, Qty::lots);
        if let Some(price) = incoming.kind.price() {
            let in_range = terms.price_min <= price && price <= terms.price_max;
            check(in_range, Reject::PriceFilter)?;
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
        )?;
        let may_rest = is_post_only
            || matches!(
                incoming.kind,
                OrderKind::Limit {
                    time_in_force: TimeInForce::GoodTillCancel,
                    ..
                }
            );
        let open = market
            .orders
            .iter()
            .filter(|order| order.account == incoming.account)
            .count();
        check(
            !may_rest || open < terms.open_orders_max as usize,
            Reject::OpenOrdersLimit,
        )?;
        self.check_position(market, incoming, lots)
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

    fn check_position(
        &self,
        market: &Market,
        incoming: &Incoming,
        lots: i64,
    ) -> Result<(), Reject> {
        let limit = market.terms.position_max;
        if incoming.side == Side::Sell || limit == Amount::MAX {
            return Ok(());
        }
        let balance = self.balance(incoming.account, Wallet::Spot, market.instrument.base);
        let is_buy = |order: &&Order| order.account == incoming.account && order.side == Side::Buy;
        let open: i128 = market
            .orders
            .iter()
            .filter(is_buy)
            .map(|order| i128::from(order.open))
            .sum();
        let wanted = (open + i128::from(lots)) * i128::from(market.instrument.grid.lot_units);
        check(
            balance.available + balance.held + wanted <= limit.units(),
            Reject::PositionLimit,
        )
    }

    fn decide_order(&self, id: MarketId, incoming: &Incoming) -> Result<Decision, Reject> {
        let market = self.market(id)?;
        let is_same = |order: &Order| {
            order.account == incoming.account && order.client_id == incoming.client_id
        };
        if market.orders.iter().any(is_same) {
            return Err(Reject::ClientIdTaken);
        }
        let paid = if incoming.side == Side::Buy {
            market.instrument.quote
        } else {
            market.instrument.base
        };
        let available = self.balance(incoming.account, Wallet::Spot, paid).available;
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
                check(
                    !is_crossed(market, incoming.side, price.ticks()),
                    Reject::WouldTake,
                )?;
                Ok(Decision {
                    hold,
                    walk: Walk::nothing(qty.lots()),
                    end: None,
                })
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
        self.check_position(market, incoming, found)?;
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

    fn carry_out(&mut self, id: MarketId, incoming: &Incoming, decision: Decision) -> Vec<Event> {
        let market = &mut self.markets[usize::from(id.0)];
        market.last_order += 1;
        let order = market.last_order;
        let paid = if incoming.side == Side::Buy {
            market.instrument.quote
        } else {
            market.instrument.base
        };
        self.change(incoming.account, paid, -decision.hold, decision.hold);
        let mut events = vec![Event::OrderAccepted(OrderAccepted {
            market: id,
            order: OrderId(order),
            account: incoming.account,
            side: incoming.side,
            kind: incoming.kind,
            self_trade: incoming.self_trade,
            client_id: incoming.client_id,
            hold: amount(decision.hold),
        })];
        let mut held = decision.hold;
        for step in &decision.walk.steps {
            match step {
                Step::Fill { maker, lots } => {
                    self.fill(id, incoming, order, *maker, *lots, &mut held, &mut events);
                }
                Step::Prevented {
                    maker,
                    maker_lots,
                    taker_lots,
                } => {
                    let lots = [*maker_lots, *taker_lots];
                    self.prevent(id, incoming, order, *maker, lots, &mut held, &mut events);
                }
            }
        }
        events.push(match decision.end {
            Some(reason) => {
                self.change(incoming.account, paid, held, -held);
                Event::OrderClosed(OrderClosed {
                    market: id,
                    order: OrderId(order),
                    account: incoming.account,
                    side: incoming.side,
                    reason,
                    unbooked: Qty::ZERO,
                    price: incoming.kind.price(),
                    release: amount(held),
                })
            }
            None => self.rest(id, incoming, order, &decision.walk),
        });
        events
    }

    fn rest(&mut self, id: MarketId, incoming: &Incoming, order: u64, walk: &Walk) -> Event {
        let price = incoming.kind.price().map_or(0, Price::ticks);
        self.markets[usize::from(id.0)].orders.push(Order {
            id: order,
            account: incoming.account,
            group: incoming.group,
            client_id: incoming.client_id,
            side: incoming.side,
            price,
            original: incoming.kind.qty().map_or(0, Qty::lots),
            executed: walk.filled,
            open: walk.left,
        });
        Event::OrderRested {
            market: id,
            order: OrderId(order),
            account: incoming.account,
            side: incoming.side,
            price: ticks(price),
            qty: qty(walk.left),
        }
    }

    pub(super) fn cancel(&mut self, account: AccountId, cancel: &Cancel) -> Outcome {
        check(
            self.market(cancel.market)?.phase.accepts_cancels(),
            Reject::PhaseClosed,
        )?;
        let id = self.cancellable(cancel.market, account, &cancel.order, cancel.restriction)?;
        Ok(self.cancel_orders(cancel.market, vec![id], CloseReason::Cancelled))
    }

    pub(super) fn cancel_all(&mut self, account: AccountId, market: MarketId) -> Outcome {
        check(
            self.market(market)?.phase.accepts_cancels(),
            Reject::PhaseClosed,
        )?;
        let mine = self
            .market(market)?
            .orders
            .iter()
            .filter(|order| order.account == account);
        let mut ids: Vec<u64> = mine.map(|order| order.id).collect();
        ids.sort_unstable();
        check(!ids.is_empty(), Reject::OrderUnknown)?;
        Ok(self.cancel_orders(market, ids, CloseReason::Cancelled))
    }

    fn find(
        &self,
        market: MarketId,
        account: AccountId,
        wanted: &OrderRef,
    ) -> Result<&Order, Reject> {
        let mut mine = self
            .market(market)?
            .orders
            .iter()
            .filter(|order| order.account == account);
        let found = match *wanted {
            OrderRef::Id(id) | OrderRef::Both(id, _) => mine.find(|order| order.id == id.0),
            OrderRef::Client(client_id) => mine.find(|order| order.client_id == client_id),
        };
        let order = found.ok_or(Reject::OrderUnknown)?;
        match *wanted {
            OrderRef::Both(_, client_id) if order.client_id != client_id => {
                Err(Reject::OrderRefMismatch)
            }
            _ => Ok(order),
        }
    }

    fn cancellable(
        &self,
        market: MarketId,
        account: AccountId,
        wanted: &OrderRef,
        restriction: CancelRestriction,
    ) -> Result<u64, Reject> {
        let order = self.find(market, account, wanted)?;
        let is_allowed = match restriction {
            CancelRestriction::None => true,
            CancelRestriction::OnlyNew => order.executed == 0,
            CancelRestriction::OnlyPartiallyFilled => 0 < order.executed,
        };
        if is_allowed {
            Ok(order.id)
        } else {
            Err(Reject::CancelRestricted)
        }
    }

    pub(super) fn cancel_orders(
        &mut self,
        id: MarketId,
        orders: Vec<u64>,
        reason: CloseReason,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        for order in orders {
            let market = &mut self.markets[usize::from(id.0)];
            let index = market
                .orders
                .iter()
                .position(|known| known.id == order)
                .expect("an order of this market");
            let order = market.orders.remove(index);
            let release = hold(market, order.side, order.price, order.open);
            let asset = if order.side == Side::Buy {
                market.instrument.quote
            } else {
                market.instrument.base
            };
            self.change(order.account, asset, release, -release);
            events.push(Event::OrderClosed(OrderClosed {
                market: id,
                order: OrderId(order.id),
                account: order.account,
                side: order.side,
                reason,
                unbooked: qty(order.open),
                price: Some(ticks(order.price)),
                release: amount(release),
            }));
        }
        events
    }

    pub(super) fn amend(&mut self, account: AccountId, amend: &Amend) -> Outcome {
        check(
            self.account(account)?.state.may_trade(),
            Reject::AccountRestricted,
        )?;
        let market = self.market(amend.market)?;
        let phases = [Phase::PostOnly, Phase::LimitOnly, Phase::Continuous];
        check(phases.contains(&market.phase), Reject::PhaseClosed)?;
        let order = *self.find(amend.market, account, &amend.order)?;
        let wanted = amend.qty.lots();
        check(wanted <= order.original, Reject::AmendIncrease)?;
        check(wanted != order.original, Reject::AmendUnchanged)?;
        check(
            order.original - order.open < wanted,
            Reject::AmendBelowExecuted,
        )?;
        let terms = &market.terms;
        check(
            terms.qty_min.lots() <= wanted && wanted <= terms.qty_max.lots(),
            Reject::LotSize,
        )?;
        let k = i128::from(market.instrument.quote_per_tick_lot);
        let worth = i128::from(order.price) * i128::from(wanted) * k;
        check(
            is_between(worth, terms.notional_min, terms.notional_max),
            Reject::Notional,
        )?;
        let client_id = amend.client_id.unwrap_or(order.client_id);
        let is_taken = |other: &Order| {
            other.account == account && other.client_id == client_id && other.id != order.id
        };
        check(!market.orders.iter().any(is_taken), Reject::ClientIdTaken)?;

        let reduced = order.original - wanted;
        let release = hold(market, order.side, order.price, reduced);
        let asset = if order.side == Side::Buy {
            market.instrument.quote
        } else {
            market.instrument.base
        };
        self.change(account, asset, release, -release);
        let orders = &mut self.markets[usize::from(amend.market.0)].orders;
        let kept = orders
            .iter_mut()
            .find(|known| known.id == order.id)
            .expect("found before");
        kept.original = wanted;
        kept.open -= reduced;
        kept.client_id = client_id;
        Ok(vec![Event::OrderAmended(OrderAmended {
            market: amend.market,
            order: OrderId(order.id),
            account,
            side: order.side,
            price: ticks(order.price),
            qty: amend.qty,
            reduced: qty(reduced),
            client_id,
            previous_client_id: order.client_id,
            release: amount(release),
        })])
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

fn is_between(value: i128, min: Amount, max: Amount) -> bool {
    min.units() <= value && value <= max.units()
}

fn check(holds: bool, reason: Reject) -> Result<(), Reject> {
    if holds { Ok(()) } else { Err(reason) }
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

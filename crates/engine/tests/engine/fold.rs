//! A naive reader of events: balances, holds and books from the events alone, written to be obviously right.

use std::collections::BTreeMap;

use model::account::Wallet;
use model::command::{Deposit, Withdrawal};
use model::event::{Event, MatchPrevented, OrderAccepted, OrderClosed, OrderTriggered, Traded};
use model::id::{AccountId, AssetId, ListId, MarketId, OrderId, Reference};
use model::instrument::{Instrument, OrderLimits, Phase};
use model::number::{Amount, Price, Qty};
use model::order::{OrderKind, Side, TimeInForce};
use model::snapshot::{
    AmendedRow, EngineState, HouseAccount, IcebergRow, ListRow, MarketState, OrderRow, ParkedRow,
};

use crate::fold_countdowns::Countdowns;
use crate::fold_market::{Market, Order, Place};

type Key = (AccountId, Wallet, AssetId);

#[derive(Default)]
pub struct Fold {
    instruments: Vec<Instrument>,
    phases: Vec<Phase>,
    limits: Vec<OrderLimits>,
    markets: Vec<Market>,
    balances: BTreeMap<Key, Money>,
    house: BTreeMap<(AssetId, HouseAccount), i128>,
    seen: BTreeMap<Reference, Deposit>,
    last_list: u64,
    pub countdowns: Countdowns,
}

#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Money {
    available: i128,
    held: i128,
}

impl Fold {
    /// Reads all events of one command.
    pub fn fold(&mut self, events: &[Event]) {
        self.countdowns.begin_command();
        for event in events {
            if let Some(market) = market_of(event) {
                self.market(market).read(event);
            }
            self.fold_one(event);
        }
        for market in &mut self.markets {
            market.end_command();
        }
        for (account, market) in self.countdowns.expired.clone() {
            let phase = self.phases[usize::from(market.0)];
            let mut orders = self.market(market).orders.values();
            let is_left = orders.any(|order| order.account == account);
            assert!(!is_left || !phase.accepts_cancels(), "orders are left");
        }
    }

    fn fold_one(&mut self, event: &Event) {
        match event {
            Event::MarketListed { instrument, .. } => {
                self.instruments.push(*instrument);
                self.phases.push(Phase::PreTrading);
                self.limits.push(OrderLimits::LISTED);
                self.markets.push(Market::default());
            }
            Event::PhaseChanged { market, phase, .. } => {
                self.phases[usize::from(market.0)] = *phase;
            }
            Event::OrderLimitsChanged { market, limits, .. } => {
                self.limits[usize::from(market.0)] = **limits;
                let is_counted = limits.order_amends_max != u32::MAX;
                self.markets[usize::from(market.0)].counts_amendments = is_counted;
            }
            Event::DepositSeen(deposit) => self.see(deposit),
            Event::DepositCredited(deposit) => self.credit(deposit),
            Event::DepositDropped { reference } => self.drop_seen(*reference),
            Event::WithdrawalHeld {
                account,
                withdrawal,
            } => self.withdraw(*account, withdrawal, 1),
            Event::WithdrawalCancelled {
                account,
                withdrawal,
            } => self.withdraw(*account, withdrawal, -1),
            Event::WithdrawalSettled { withdrawal, .. } => self.pay_out(withdrawal),
            Event::Transferred { account, transfer } => {
                let amount = transfer.amount.units();
                self.money((*account, transfer.from, transfer.asset))
                    .available -= amount;
                self.money((transfer.to_account, transfer.to, transfer.asset))
                    .available += amount;
            }
            Event::BalanceAdjusted(adjustment) => {
                let (asset, amount) = (adjustment.asset, adjustment.amount.units());
                *self.house(asset, HouseAccount::Equity) -= amount;
                self.spot(adjustment.account, asset).available += amount;
            }
            Event::OrderAccepted(accepted) => self.accept(accepted),
            Event::Traded(traded) => self.trade(traded),
            Event::MatchPrevented(prevented) => self.prevent(prevented),
            Event::OrderAmended(amended) => {
                self.release(amended.market, amended.order, amended.release);
            }
            Event::OrderRequeued(requeued) => {
                let (market, order) = (requeued.market, requeued.order);
                self.release(market, order, requeued.release);
                assert_eq!(self.order(market, order).held, 0);
                self.hold(market, order, requeued.hold);
            }
            Event::WaitingAmended(amended) => {
                let (market, order) = (amended.market, amended.order);
                self.release(market, order, amended.release);
                assert_eq!(self.order(market, order).held, 0);
                self.hold(market, order, amended.hold);
            }
            Event::HoldShifted(shifted) => {
                let (market, order) = (shifted.market, shifted.order);
                self.release(market, order, shifted.release);
                assert_eq!(self.order(market, order).held, 0);
                self.hold(market, order, shifted.hold);
            }
            Event::OrderTriggered(triggered) => self.trigger(triggered),
            Event::OrderActivated(activated) => {
                self.hold(activated.market, activated.order, activated.hold);
            }
            Event::OrderClosed(closed) => self.close(closed),
            Event::CountdownSet {
                market,
                account,
                until,
            } => self.countdowns.set(*account, *market, *until),
            Event::CountdownExpired { market, account } => {
                self.countdowns.expire(*account, *market);
            }
            Event::ListAccepted(accepted) => {
                self.last_list += 1;
                assert_eq!(accepted.list, ListId(self.last_list));
            }
            _ => {}
        }
    }

    /// Returns the markets for which the exchange issues `StartDue`.
    pub fn due_markets(&self) -> Vec<MarketId> {
        let markets = self.instruments.iter().zip(&self.markets);
        let due = markets.filter(|(_, market)| market.has_due());
        due.map(|(instrument, _)| instrument.id).collect()
    }

    fn market(&mut self, market: MarketId) -> &mut Market {
        &mut self.markets[usize::from(market.0)]
    }

    fn money(&mut self, key: Key) -> &mut Money {
        self.balances.entry(key).or_default()
    }

    fn spot(&mut self, account: AccountId, asset: AssetId) -> &mut Money {
        self.money((account, Wallet::Spot, asset))
    }

    fn house(&mut self, asset: AssetId, account: HouseAccount) -> &mut i128 {
        self.house.entry((asset, account)).or_default()
    }

    fn order(&mut self, market: MarketId, order: OrderId) -> &mut Order {
        self.market(market).order(order)
    }

    fn assets(&self, market: MarketId) -> (AssetId, AssetId) {
        let instrument = &self.instruments[usize::from(market.0)];
        (instrument.base, instrument.quote)
    }

    fn paying(&self, market: MarketId, side: Side) -> AssetId {
        let (base, quote) = self.assets(market);
        match side {
            Side::Buy => quote,
            Side::Sell => base,
        }
    }

    fn see(&mut self, deposit: &Deposit) {
        let amount = deposit.amount.units();
        *self.house(deposit.asset, HouseAccount::ChainPending) += amount;
        *self.house(deposit.asset, HouseAccount::DepositTransit) += amount;
        self.seen.insert(deposit.reference, *deposit);
    }

    fn drop_seen(&mut self, reference: Reference) {
        let deposit = self.seen.remove(&reference).expect("it was seen");
        let amount = deposit.amount.units();
        *self.house(deposit.asset, HouseAccount::ChainPending) -= amount;
        *self.house(deposit.asset, HouseAccount::DepositTransit) -= amount;
    }

    fn credit(&mut self, deposit: &Deposit) {
        if self.seen.contains_key(&deposit.reference) {
            self.drop_seen(deposit.reference);
        }
        let amount = deposit.amount.units();
        *self.house(deposit.asset, HouseAccount::ChainHot) += amount;
        self.spot(deposit.account, deposit.asset).available += amount;
    }

    fn withdraw(&mut self, account: AccountId, withdrawal: &Withdrawal, direction: i128) {
        let total = direction * (withdrawal.amount.units() + withdrawal.fee.units());
        self.spot(account, withdrawal.asset).available -= total;
        *self.house(withdrawal.asset, HouseAccount::WithdrawTransit) += total;
    }

    fn pay_out(&mut self, withdrawal: &Withdrawal) {
        let (amount, fee) = (withdrawal.amount.units(), withdrawal.fee.units());
        *self.house(withdrawal.asset, HouseAccount::WithdrawTransit) -= amount + fee;
        *self.house(withdrawal.asset, HouseAccount::ChainHot) -= amount;
        *self.house(withdrawal.asset, HouseAccount::WithdrawalFees) += fee;
    }

    fn accept(&mut self, accepted: &OrderAccepted) {
        self.hold(accepted.market, accepted.order, accepted.hold);
    }

    /// Takes money of whoever placed an order into its hold.
    fn hold(&mut self, market: MarketId, order: OrderId, amount: Amount) {
        self.release(market, order, Amount::ZERO.minus(amount));
    }

    fn trigger(&mut self, triggered: &OrderTriggered) {
        let OrderTriggered { market, order, .. } = *triggered;
        self.release(market, order, triggered.release);
        assert_eq!(self.order(market, order).held, 0);
        self.hold(market, order, triggered.hold);
    }

    /// Returns money from an order's hold to where it came from.
    fn release(&mut self, market: MarketId, order: OrderId, amount: Amount) {
        let Order { account, side, .. } = *self.order(market, order);
        self.order(market, order).held -= amount.units();
        let asset = self.paying(market, side);
        let money = self.spot(account, asset);
        money.held -= amount.units();
        money.available += amount.units();
    }

    fn trade(&mut self, traded: &Traded) {
        let (base, quote) = self.assets(traded.market);
        let (buyer, seller) = match traded.taker_side {
            Side::Buy => (traded.taker, traded.maker),
            Side::Sell => (traded.maker, traded.taker),
        };
        let (base_units, quote_units) = (traded.base.units(), traded.quote.units());
        self.order(traded.market, buyer.order).held -= quote_units;
        self.order(traded.market, seller.order).held -= base_units;
        self.spot(buyer.account, quote).held -= quote_units;
        self.spot(seller.account, base).held -= base_units;
        self.spot(buyer.account, base).available += base_units - buyer.fee.units();
        self.spot(seller.account, quote).available += quote_units - seller.fee.units();
        self.release(traded.market, buyer.order, traded.buyer_release);
        *self.house(base, HouseAccount::TradingFees) += buyer.fee.units();
        *self.house(quote, HouseAccount::TradingFees) += seller.fee.units();

        let taker_receives = match traded.taker_side {
            Side::Buy => base,
            Side::Sell => quote,
        };
        let rebate = traded.maker_rebate.units();
        self.spot(traded.maker.account, taker_receives).available += rebate;
        *self.house(taker_receives, HouseAccount::TradingFees) -= rebate;
    }

    fn prevent(&mut self, prevented: &MatchPrevented) {
        let market = prevented.market;
        self.release(market, prevented.maker_order, prevented.maker_release);
        self.release(market, prevented.taker_order, prevented.taker_release);
    }

    fn close(&mut self, closed: &OrderClosed) {
        self.release(closed.market, closed.order, closed.release);
        self.countdowns.assert_may_close(closed);
        self.market(closed.market).close(closed);
    }

    /// Expects the engine to say the same of balances, house accounts and books.
    pub fn assert_agrees(&self, state: &EngineState) {
        let balances: Vec<(Key, Money)> = state
            .balances
            .iter()
            .map(|row| {
                let money = Money {
                    available: row.available.units(),
                    held: row.held.units(),
                };
                ((row.account, row.wallet, row.asset), money)
            })
            .collect();
        let folded = self.balances.iter().map(|(key, money)| (*key, *money));
        let folded: Vec<_> = folded
            .filter(|(_, money)| *money != Money::default())
            .collect();
        assert_eq!(folded, balances);

        let house: Vec<_> = state
            .house
            .iter()
            .map(|row| ((row.asset, row.account), row.balance.units()))
            .collect();
        let folded = self.house.iter().map(|(key, units)| (*key, *units));
        assert_eq!(
            folded.filter(|(_, units)| *units != 0).collect::<Vec<_>>(),
            house
        );

        assert_eq!(self.last_list, state.last_list.0);
        assert_eq!(self.countdowns.rows(), state.countdowns);
        for (number, market) in state.markets.iter().enumerate() {
            let folded = &self.markets[number];
            assert_eq!(self.phases[number], market.phase);
            assert_eq!(self.limits[number], market.limits);
            assert_eq!(folded.last_price, market.last_price);
            assert_eq!(resting_rows(folded), market.orders);
            assert_eq!(parked_rows(folded), market.parked);
            assert_eq!(iceberg_rows(folded), market.icebergs);
            assert_eq!(amended_rows(folded), market.amended);
            assert_eq!(list_rows(folded), market.lists);
            assert_eq!(folded.levels, displayed(market));
        }
    }
}

fn market_of(event: &Event) -> Option<MarketId> {
    match event {
        Event::PhaseChanged { market, .. }
        | Event::OrderRested { market, .. }
        | Event::OrderRefilled { market, .. }
        | Event::IcebergAmended { market, .. }
        | Event::ListClosed { market, .. }
        | Event::DueStarted { market, .. } => Some(*market),
        Event::OrderAccepted(event) => Some(event.market),
        Event::OrderInstructed(event) => Some(event.market),
        Event::OrderTriggered(event) => Some(event.market),
        Event::OrderActivated(event) => Some(event.market),
        Event::Traded(event) => Some(event.market),
        Event::MatchPrevented(event) => Some(event.market),
        Event::OrderAmended(event) => Some(event.market),
        Event::OrderRequeued(event) => Some(event.market),
        Event::WaitingAmended(event) => Some(event.market),
        Event::HoldShifted(event) => Some(event.market),
        Event::OrderClosed(event) => Some(event.market),
        Event::ListAccepted(event) => Some(event.market),
        _ => None,
    }
}

/// Returns the books: bids, then asks, best first, and within a price in the order of arrival.
fn resting_rows(market: &Market) -> Vec<OrderRow> {
    let rows = market.orders.iter().filter_map(|(id, order)| {
        let Place::Booked { price, arrival, .. } = order.place else {
            return None;
        };
        let lots = |lots| Qty::new(lots).expect("a quantity");
        let rank = match order.side {
            Side::Buy => -price.ticks(),
            Side::Sell => price.ticks(),
        };
        let qty = lots(order.original.expect("what rests names its lots"));
        let row = OrderRow {
            order: *id,
            account: order.account,
            side: order.side,
            kind: resting_kind(&order.kind, price, qty),
            self_trade: order.self_trade,
            client_id: order.client_id,
            price,
            original: qty,
            executed: lots(order.executed),
            prevented: lots(order.prevented),
            open: lots(order.open()),
            hold: Amount::new(order.held).expect("an amount"),
        };
        Some(((order.side, rank, arrival), row))
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Returns the kind of what rests, with the quantity it has by now.
fn resting_kind(kind: &OrderKind, price: Price, qty: Qty) -> OrderKind {
    match kind {
        OrderKind::LimitMaker { .. } => OrderKind::LimitMaker { price, qty },
        _ => OrderKind::Limit {
            price,
            qty,
            time_in_force: TimeInForce::GoodTillCancel,
        },
    }
}

fn parked_rows(market: &Market) -> Vec<ParkedRow> {
    let rows = market.orders.iter().filter_map(|(id, order)| {
        let Place::Parked(waiting) = order.place else {
            return None;
        };
        Some(ParkedRow {
            order: *id,
            account: order.account,
            side: order.side,
            kind: order.kind,
            self_trade: order.self_trade,
            client_id: order.client_id,
            instructions: order.instructions,
            waiting,
            hold: Amount::new(order.held).expect("an amount"),
        })
    });
    rows.collect()
}

fn iceberg_rows(market: &Market) -> Vec<IcebergRow> {
    let rows = market.orders.iter().filter_map(|(id, order)| {
        let (Place::Booked { shown, .. }, Some(shown_max)) =
            (order.place, order.instructions.iceberg)
        else {
            return None;
        };
        Some(IcebergRow {
            order: *id,
            shown_max,
            shown: Qty::new(shown).expect("a quantity"),
        })
    });
    rows.collect()
}

fn amended_rows(market: &Market) -> Vec<AmendedRow> {
    let amended = market.orders.iter();
    let amended = amended.filter(|(_, order)| 0 < order.amendments);
    let row = |(id, order): (&OrderId, &Order)| AmendedRow {
        order: *id,
        amendments: order.amendments,
    };
    amended.map(row).collect()
}

fn list_rows(market: &Market) -> Vec<ListRow> {
    let lists = market.lists.open.values().map(|list| &list.accepted);
    lists
        .map(|accepted| ListRow {
            list: accepted.list,
            account: accepted.account,
            kind: accepted.kind,
            client_id: accepted.client_id,
            first_order: accepted.first_order,
        })
        .collect()
}

/// Returns what the engine's books have on display, level by level.
fn displayed(market: &MarketState) -> BTreeMap<(Side, Price), i128> {
    let hiding: BTreeMap<OrderId, Qty> = market
        .icebergs
        .iter()
        .map(|row| (row.order, row.shown))
        .collect();
    let mut levels = BTreeMap::new();
    for row in &market.orders {
        let shown = hiding.get(&row.order).unwrap_or(&row.open);
        *levels.entry((row.side, row.price)).or_default() += i128::from(shown.lots());
    }
    levels
}

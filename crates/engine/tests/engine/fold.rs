//! A naive reader of events: balances, holds and books from the events alone, written to be obviously right.

use std::collections::BTreeMap;

use model::account::Wallet;
use model::command::{Deposit, Withdrawal};
use model::event::{Event, MatchPrevented, OrderAccepted, OrderAmended, OrderClosed, Traded};
use model::id::{AccountId, AssetId, MarketId, OrderId, Reference};
use model::instrument::{Instrument, Phase};
use model::number::{Amount, Price};
use model::order::{CloseReason, Side};
use model::snapshot::{EngineState, HouseAccount};
use model::text::ClientOrderId;

type Key = (AccountId, Wallet, AssetId);

#[derive(Default)]
pub struct Fold {
    instruments: Vec<Instrument>,
    phases: Vec<Phase>,
    last_prices: Vec<Option<Price>>,
    balances: BTreeMap<Key, Money>,
    house: BTreeMap<(AssetId, HouseAccount), i128>,
    orders: BTreeMap<(MarketId, OrderId), Order>,
    seen: BTreeMap<Reference, Deposit>,
}

#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Money {
    available: i128,
    held: i128,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Order {
    account: AccountId,
    side: Side,
    client_id: ClientOrderId,
    held: i128,
    executed: i64,
    /// Lots on the book, and at which price, once it rests.
    booked: Option<(Price, i64)>,
}

impl Fold {
    pub fn fold(&mut self, events: &[Event]) {
        for event in events {
            self.fold_one(event);
        }
    }

    fn fold_one(&mut self, event: &Event) {
        match event {
            Event::MarketListed { instrument, .. } => {
                self.instruments.push(*instrument);
                self.phases.push(Phase::PreTrading);
                self.last_prices.push(None);
            }
            Event::PhaseChanged { market, phase, .. } => {
                self.phases[usize::from(market.0)] = *phase;
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
            Event::OrderAccepted(accepted) => self.accept(accepted),
            Event::OrderRested {
                market,
                order,
                price,
                qty,
                ..
            } => {
                self.order(*market, *order).booked = Some((*price, qty.lots()));
            }
            Event::Traded(traded) => self.trade(traded),
            Event::MatchPrevented(prevented) => self.prevent(prevented),
            Event::OrderAmended(amended) => self.amend(amended),
            Event::OrderClosed(closed) => self.close(closed),
            _ => {}
        }
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
        self.orders
            .get_mut(&(market, order))
            .expect("an order is accepted before anything happens to it")
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
        let asset = self.paying(accepted.market, accepted.side);
        let hold = accepted.hold.units();
        let money = self.spot(accepted.account, asset);
        money.available -= hold;
        money.held += hold;
        let order = Order {
            account: accepted.account,
            side: accepted.side,
            client_id: accepted.client_id,
            held: hold,
            executed: 0,
            booked: None,
        };
        let earlier = self.orders.insert((accepted.market, accepted.order), order);
        assert_eq!(earlier, None, "an order number was given out twice");
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

        for party in [buyer, seller] {
            let order = self.order(traded.market, party.order);
            assert_eq!(order.account, party.account);
            order.executed += traded.qty.lots();
        }
        self.unbook(traded.market, traded.maker.order, traded.qty.lots());
        self.last_prices[usize::from(traded.market.0)] = Some(traded.price);
    }

    fn unbook(&mut self, market: MarketId, order: OrderId, lots: i64) {
        if let Some((_, booked)) = &mut self.order(market, order).booked {
            *booked -= lots;
        } else {
            assert_eq!(lots, 0, "an order lost lots it did not have on the book");
        }
    }

    fn prevent(&mut self, prevented: &MatchPrevented) {
        let market = prevented.market;
        self.release(market, prevented.maker_order, prevented.maker_release);
        self.release(market, prevented.taker_order, prevented.taker_release);
        self.unbook(market, prevented.maker_order, prevented.maker_qty.lots());
    }

    fn amend(&mut self, amended: &OrderAmended) {
        self.release(amended.market, amended.order, amended.release);
        self.unbook(amended.market, amended.order, amended.reduced.lots());
        let order = self.order(amended.market, amended.order);
        assert_eq!(order.client_id, amended.previous_client_id);
        order.client_id = amended.client_id;
    }

    fn close(&mut self, closed: &OrderClosed) {
        self.release(closed.market, closed.order, closed.release);
        self.unbook(closed.market, closed.order, closed.unbooked.lots());
        let order = self
            .orders
            .remove(&(closed.market, closed.order))
            .expect("an order ends once");
        assert_eq!(order.held, 0, "an order ended with money held: {closed:?}");
        if let Some((price, booked)) = order.booked {
            assert_eq!(closed.price, Some(price));
            assert_eq!(
                booked, 0,
                "an order ended with lots on the book: {closed:?}"
            );
        }
        if closed.reason == CloseReason::FillOrKillUnfilled {
            assert_eq!(order.executed, 0);
        }
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

        for market in &state.markets {
            let number = usize::from(market.instrument.id.0);
            assert_eq!(self.phases[number], market.phase);
            assert_eq!(self.last_prices[number], market.last_price);
        }
        assert_eq!(self.book_lines(), engine_book_lines(state));
    }

    /// Returns every order on the books: market by market, bids then asks, best first, oldest first.
    fn book_lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for ((market, id), order) in &self.orders {
            let (price, booked) = order.booked.expect("between commands every order rests");
            let line = Line {
                market: *market,
                side: order.side,
                rank: match order.side {
                    Side::Buy => -price.ticks(),
                    Side::Sell => price.ticks(),
                },
                id: *id,
                account: order.account,
                client_id: order.client_id,
                open: booked,
                executed: order.executed,
                held: order.held,
            };
            lines.push(line);
        }
        lines.sort_by_key(|line| (line.market, line.side, line.rank, line.id));
        lines
    }
}

#[derive(PartialEq, Debug)]
struct Line {
    market: MarketId,
    side: Side,
    rank: i64,
    id: OrderId,
    account: AccountId,
    client_id: ClientOrderId,
    open: i64,
    executed: i64,
    held: i128,
}

fn engine_book_lines(state: &EngineState) -> Vec<Line> {
    let markets = state.markets.iter();
    let rows = markets.flat_map(|market| {
        let id = market.instrument.id;
        market.orders.iter().map(move |row| (id, row))
    });
    rows.map(|(market, row)| Line {
        market,
        side: row.side,
        rank: match row.side {
            Side::Buy => -row.price.ticks(),
            Side::Sell => row.price.ticks(),
        },
        id: row.order,
        account: row.account,
        client_id: row.client_id,
        open: row.open.lots(),
        executed: row.executed.lots(),
        held: row.hold.units(),
    })
    .collect()
}

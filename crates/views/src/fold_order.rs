//! The fold of what happens to orders: holds, fills, releases, and the levels they move.

use crate::account_market::{AccountMarket, OrderBalances};
use crate::accounts::{BalanceCell, Gain};
use crate::change::{Changes, OrderChange};
use crate::fold::misled;
use crate::known::known;
use crate::order::Order;
use crate::order_row::OrderRow;
use crate::rows::Slot;
use crate::views::Views;
use model::account::Wallet;
use model::event::{
    Event, MatchPrevented, OrderAccepted, OrderAmended, OrderClosed, OrderRequeued, Traded,
};
use model::id::{AccountId, MarketId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::snapshot_views::{AmendmentViewRow, PreventedViewRow, PriceChange};
use model::time::Timestamp;

impl Views {
    pub(crate) fn fold_order(&mut self, event: &Event, changes: &mut impl Changes) {
        match event {
            Event::OrderAccepted(event) => self.accept_order(event, changes),
            Event::OrderRested {
                market,
                order,
                account,
                side,
                price,
                qty,
            } => self.rest_order((*market, *order, *account), (*side, *price, *qty), changes),
            Event::Traded(event) => self.trade(event, changes),
            Event::MatchPrevented(event) => self.prevent_match(event, changes),
            Event::OrderAmended(event) => self.amend_order(event, changes),
            Event::OrderRequeued(event) => self.requeue_order(event, changes),
            Event::OrderClosed(event) => self.close_order(event, changes),
            _ => misled(event),
        }
    }

    fn accept_order(&mut self, event: &OrderAccepted, changes: &mut impl Changes) {
        let row = OrderRow::new(&self.new_order(event), None);
        let slot = self.orders.open(row, &mut self.account_markets);
        if let Some(list) = self.lists.list_of_leg(event.market, event.order) {
            self.attach_list(slot, list);
        }
        changes.push(OrderChange::Accepted.of(event.account, event.market, event.order));
        // A pending leg holds nothing yet, and the second leg of a pair often no more than the first.
        if !event.hold.is_zero() {
            self.gain_given(slot, Gain::hold(event.hold), changes);
        }
    }

    fn new_order(&self, event: &OrderAccepted) -> Order {
        Order {
            market: event.market,
            order: event.order,
            account: event.account,
            client_id: event.client_id,
            side: event.side,
            kind: event.kind,
            self_trade: event.self_trade,
            original: event.kind.qty().unwrap_or(Qty::ZERO),
            executed: Qty::ZERO,
            prevented: Qty::ZERO,
            quote_units: 0,
            created_at: self.at,
            updated_at: self.at,
            working_at: Some(self.at),
            prevented_match: None,
            closed: None,
            instructed: None,
        }
    }

    fn rest_order(
        &mut self,
        (market, order, account): (MarketId, OrderId, AccountId),
        (side, price, qty): (Side, Price, Qty),
        changes: &mut impl Changes,
    ) {
        let slot = known(self.orders.find(market, order));
        self.orders.rest(slot, self.at);
        self.touch(market);
        self.add_lots(market, (side, price, qty), changes);
        changes.push(OrderChange::Rested.of(account, market, order));
    }

    /// Brings lots to the book.
    pub(crate) fn add_lots(
        &mut self,
        market: MarketId,
        (side, price, qty): (Side, Price, Qty),
        changes: &mut impl Changes,
    ) {
        let is_behind = self.orders.is_behind();
        let market = self.market_mut(market);
        if is_behind {
            return market.levels.count();
        }
        market.add_lots(side, price, qty, changes);
    }

    /// Takes lots off the book; none is no change.
    pub(crate) fn remove_lots(
        &mut self,
        market: MarketId,
        (side, price, qty): (Side, Price, Qty),
        changes: &mut impl Changes,
    ) {
        if qty.is_zero() {
            return;
        }
        let is_behind = self.orders.is_behind();
        let market = self.market_mut(market);
        if is_behind {
            return market.levels.count();
        }
        market.remove_lots(side, price, qty, changes);
    }

    fn trade(&mut self, event: &Traded, changes: &mut impl Changes) {
        let maker = known(self.orders.find(event.market, event.maker.order));
        let taker = known(self.orders.find(event.market, event.taker.order));
        self.keep_trade(event, maker, taker, changes);
        if !self.market_mut(event.market).coming_trails.is_empty() {
            self.begin_trails(event.market, event.price);
        }
        self.settle(event, maker, taker, changes);
    }

    /// Moves the money of a fill: each side gives what it held and receives the rest less its fee.
    fn settle(
        &mut self,
        event: &Traded,
        maker: Slot<OrderRow>,
        taker: Slot<OrderRow>,
        changes: &mut impl Changes,
    ) {
        if self.orders.is_behind() {
            self.accounts.touch(event.maker.account, self.at);
            return self.accounts.touch(event.taker.account, self.at);
        }
        let maker = self.balances_of(maker);
        let taker = self.balances_of(taker);
        let (maker_side, taker_side) = (event.taker_side.opposite(), event.taker_side);
        let buyer_gives = Gain::release(event.buyer_release).spend(event.quote);
        let seller_gives = Gain::release(Amount::ZERO).spend(event.base);
        let (maker_gives, taker_gives) = match event.taker_side {
            Side::Buy => (seller_gives, buyer_gives),
            Side::Sell => (buyer_gives, seller_gives),
        };
        let (maker_receives, taker_receives) = match event.taker_side {
            Side::Buy => (event.quote, event.base),
            Side::Sell => (event.base, event.quote),
        };
        // The rebate is in the asset the taker receives, which is the one the maker gives (D18).
        let rebate = mutant::plant!("balance-misses-the-rebate", 0, event.maker_rebate.units());
        self.gain(
            maker.gives(maker_side),
            maker_gives.plus_available(rebate),
            changes,
        );
        self.gain(
            maker.receives(maker_side),
            received(maker_receives, event.maker.fee),
            changes,
        );
        self.gain(taker.gives(taker_side), taker_gives, changes);
        self.gain(
            taker.receives(taker_side),
            received(taker_receives, event.taker.fee),
            changes,
        );
    }

    fn prevent_match(&mut self, event: &MatchPrevented, changes: &mut impl Changes) {
        let maker = known(self.orders.find(event.market, event.maker_order));
        let taker = known(self.orders.find(event.market, event.taker_order));
        let prevented = event.prevented;
        self.orders
            .prevent(maker, prevented, event.maker_qty, self.at);
        self.orders
            .prevent(taker, prevented, event.taker_qty, self.at);
        self.touch(event.market);
        let lots = (event.taker_side.opposite(), event.price, event.maker_qty);
        self.remove_lots(event.market, lots, changes);
        let what = OrderChange::Prevented(prevented);
        changes.push(what.of(event.maker_account, event.market, event.maker_order));
        changes.push(what.of(event.taker_account, event.market, event.taker_order));
        self.prevented_matches.push(prevented_row(event, self.at));
        self.release(maker, event.maker_release, changes);
        self.release(taker, event.taker_release, changes);
    }

    fn amend_order(&mut self, event: &OrderAmended, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        self.amendments.push(AmendmentViewRow {
            sequence: self.sequence,
            at: self.at,
            market: event.market,
            order: event.order,
            account: event.account,
            qty_before: self.orders.get(slot).original,
            qty_after: event.qty,
            client_id: event.client_id,
            previous_client_id: event.previous_client_id,
            price: None,
            condition: None,
        });
        self.orders.amend(slot, event.qty, event.client_id, self.at);
        self.touch(event.market);
        let lots = (event.side, event.price, event.reduced);
        self.remove_lots(event.market, lots, changes);
        changes.push(OrderChange::Amended.of(event.account, event.market, event.order));
        self.release(slot, event.release, changes);
    }

    /// The order leaves its level; where it goes from there, other events tell.
    fn requeue_order(&mut self, event: &OrderRequeued, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        self.amendments.push(AmendmentViewRow {
            sequence: self.sequence,
            at: self.at,
            market: event.market,
            order: event.order,
            account: event.account,
            qty_before: event.previous_qty,
            qty_after: event.qty,
            client_id: event.client_id,
            previous_client_id: event.previous_client_id,
            price: Some(PriceChange {
                before: event.previous_price,
                after: event.price,
            }),
            condition: None,
        });
        self.orders.amend(slot, event.qty, event.client_id, self.at);
        self.orders.reprice(slot, event.price);
        self.touch(event.market);
        let lots = (event.side, event.previous_price, event.unbooked);
        mutant::plant!(
            "requeued-stays-in-its-level",
            (),
            self.remove_lots(event.market, lots, changes)
        );
        changes.push(OrderChange::Amended.of(event.account, event.market, event.order));
        if event.release != event.hold {
            let gain = Gain::release(event.release).plus_hold(event.hold);
            self.gain_given(slot, gain, changes);
        }
    }

    fn close_order(&mut self, event: &OrderClosed, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        if let Some(price) = event.price {
            self.touch(event.market);
            let lots = (event.side, price, event.unbooked);
            self.remove_lots(event.market, lots, changes);
        }
        let what = OrderChange::Closed(event.reason);
        changes.push(what.of(event.account, event.market, event.order));
        self.release(slot, event.release, changes);
        if self.orders.get(slot).is_instructed {
            self.forget_trail(slot);
        }
        self.orders
            .close(slot, event.reason, self.at, &mut self.account_markets);
    }

    /// Returns what an order held to what is available.
    fn release(&mut self, slot: Slot<OrderRow>, amount: Amount, changes: &mut impl Changes) {
        if mutant::plant!("balance-misses-a-release", false, !amount.is_zero()) {
            self.gain_given(slot, Gain::release(amount), changes);
        }
    }

    /// Adds to the balance that an order gives from.
    pub(crate) fn gain_given(
        &mut self,
        slot: Slot<OrderRow>,
        gain: Gain,
        changes: &mut impl Changes,
    ) {
        let row = self.orders.get(slot);
        if self.orders.is_behind() {
            return self.accounts.touch(row.account, self.at);
        }
        let side = row.side;
        let gives = self.balances_of(slot).gives(side);
        self.gain(gives, gain, changes);
    }

    /// Returns the balances that an order moves.
    fn balances_of(&mut self, slot: Slot<OrderRow>) -> OrderBalances {
        let of = self.orders.get(slot).of();
        match self.account_markets.get(of).balances {
            Some(balances) => balances,
            None => self.open_balances(of),
        }
    }

    #[cold]
    fn open_balances(&mut self, of: Slot<AccountMarket>) -> OrderBalances {
        let own = self.account_markets.get_mut(of);
        let instrument = &known(self.markets.get(usize::from(own.market.0))).instrument;
        let mut open = |asset| self.accounts.open_balance(own.account, Wallet::Spot, asset);
        let balances = OrderBalances {
            base: open(instrument.base),
            quote: open(instrument.quote),
        };
        own.balances = Some(balances);
        balances
    }

    fn gain(&mut self, slot: Slot<BalanceCell>, gain: Gain, changes: &mut impl Changes) {
        self.accounts.add(slot, gain, self.at, changes);
    }
}

fn received(amount: Amount, fee: Amount) -> Gain {
    Gain::available(amount.units() - fee.units())
}

fn prevented_row(event: &MatchPrevented, at: Timestamp) -> PreventedViewRow {
    PreventedViewRow {
        market: event.market,
        prevented: event.prevented,
        maker_order: event.maker_order,
        taker_order: event.taker_order,
        maker_account: event.maker_account,
        taker_account: event.taker_account,
        price: event.price,
        mode: event.mode,
        maker_qty: event.maker_qty,
        taker_qty: event.taker_qty,
        taker_side: event.taker_side,
        at,
    }
}

//! The fold of what happens to orders with instructions and to lists.

use crate::accounts::Gain;
use crate::change::{Change, Changes, ListChange, OrderChange};
use crate::fold::misled;
use crate::known::known;
use crate::list::OrderList;
use crate::order::{Instructed, Stage};
use crate::order_row::OrderRow;
use crate::rows::Slot;
use crate::views::Views;
use model::event::{
    Event, HoldShifted, ListAccepted, OrderActivated, OrderInstructed, OrderTriggered,
    WaitingAmended,
};
use model::id::{ListId, MarketId, OrderId, Sequence};
use model::instrument::OrderLimits;
use model::number::{Price, Qty};
use model::order::{Instructions, Side, Trigger};
use model::snapshot_views::{AmendmentViewRow, ConditionChange, PriceChange};
use model::time::Timestamp;

impl Views {
    // Out of line, so that the fold of plain orders stays as small as it was.
    #[cold]
    pub(crate) fn fold_instructed(&mut self, event: &Event, changes: &mut impl Changes) {
        match event {
            Event::OrderInstructed(event) => self.instruct_order(event, changes),
            Event::OrderTriggered(event) => self.trigger_order(event, changes),
            Event::OrderActivated(event) => self.activate_order(event, changes),
            Event::WaitingAmended(event) => self.amend_waiting(event, changes),
            Event::IcebergAmended {
                market,
                order,
                shown,
                ..
            } => self.amend_iceberg((*market, *order), *shown),
            Event::HoldShifted(event) => self.shift_hold(event, changes),
            Event::OrderRefilled {
                market,
                side,
                price,
                qty,
                ..
            } => self.refill_level(*market, (*side, *price, *qty), changes),
            Event::ListAccepted(event) => self.accept_list(event, changes),
            Event::ListClosed { list, .. } => self.close_list(*list, changes),
            _ => misled(event),
        }
    }

    pub(crate) fn set_order_limits(
        &mut self,
        market: MarketId,
        limits: &OrderLimits,
        changes: &mut impl Changes,
    ) {
        self.market_mut(market).limits = *limits;
        changes.push(Change::MarketChanged { market });
    }

    /// Notes the list of a leg that was just accepted.
    #[cold]
    pub(crate) fn attach_list(&mut self, slot: Slot<OrderRow>, list: ListId) {
        self.orders.instruct(
            slot,
            Instructed {
                instructions: Instructions::NONE,
                list: Some(list),
                stage: Stage::Working,
                trailing_since: None,
            },
        );
    }

    fn instruct_order(&mut self, event: &OrderInstructed, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        let list = self.orders.instructed(slot).and_then(|leg| leg.list);
        let stage = if event.is_pending {
            Stage::Pending
        } else {
            Stage::of(&event.instructions)
        };
        self.orders.instruct(
            slot,
            Instructed {
                instructions: event.instructions,
                list,
                stage,
                trailing_since: None,
            },
        );
        self.await_trail(slot);
        changes.push(OrderChange::Instructed.of(event.account, event.market, event.order));
    }

    fn trigger_order(&mut self, event: &OrderTriggered, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        self.orders.trigger(slot, event.pegged, self.at);
        changes.push(OrderChange::Triggered.of(event.account, event.market, event.order));
        if event.release != event.hold {
            let gain = Gain::release(event.release).plus_hold(event.hold);
            self.gain_given(slot, gain, changes);
        }
    }

    fn activate_order(&mut self, event: &OrderActivated, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        self.orders.activate(slot, event.pegged, self.at);
        self.await_trail(slot);
        if let Some(list) = self.orders.instructed(slot).and_then(|leg| leg.list)
            && let Some(list) = self.lists.update(list, (self.sequence, self.at))
        {
            changes.push(ListChange::Updated.of(&list));
        }
        changes.push(OrderChange::Activated.of(event.account, event.market, event.order));
        if !event.hold.is_zero() {
            self.gain_given(slot, Gain::hold(event.hold), changes);
        }
    }

    /// The order waits on; one that trails already goes on from where it began.
    fn amend_waiting(&mut self, event: &WaitingAmended, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        let row = amendment_of_waiting(event, (self.sequence, self.at));
        self.amendments.push(row);
        self.forget_trail(slot);
        let (qty, name) = (row.qty_after, event.client_id);
        self.orders.amend(slot, qty, name, self.at);
        let until = mutant::plant!("views-keep-the-old-trigger", event.previous, event.awaited);
        self.orders.wait_otherwise(slot, event.kind.price(), until);
        self.await_trail(slot);
        changes.push(OrderChange::Amended.of(event.account, event.market, event.order));
        if event.release != event.hold {
            let gain = Gain::release(event.release).plus_hold(event.hold);
            self.gain_given(slot, gain, changes);
        }
    }

    /// The event that follows tells of the amendment.
    fn amend_iceberg(&mut self, (market, order): (MarketId, OrderId), shown: Qty) {
        let slot = known(self.orders.find(market, order));
        self.orders.show_otherwise(
            slot,
            mutant::plant!("views-keep-the-old-part", Qty::ZERO, shown),
        );
    }

    fn shift_hold(&mut self, event: &HoldShifted, changes: &mut impl Changes) {
        let slot = known(self.orders.find(event.market, event.order));
        let gain = Gain::release(event.release).plus_hold(event.hold);
        self.gain_given(slot, gain, changes);
    }

    /// Notes an order that is to trail, once it waits for its trigger.
    pub(crate) fn await_trail(&mut self, slot: Slot<OrderRow>) {
        if let Some((order, trigger)) = self.coming_trail(slot) {
            let (market, number, side) = order;
            let market = self.market_mut(market);
            market.coming_trails.add(number, side, &trigger);
        }
    }

    /// Lets go of an order that may have been to trail.
    #[cold]
    pub(crate) fn forget_trail(&mut self, slot: Slot<OrderRow>) {
        if let Some((order, trigger)) = self.coming_trail(slot) {
            let (market, number, side) = order;
            let market = self.market_mut(market);
            market.coming_trails.remove(number, side, &trigger);
        }
    }

    /// Lets the orders trail that begin to with a trade.
    #[cold]
    pub(crate) fn begin_trails(&mut self, market: MarketId, price: Price) {
        let since = (self.sequence, self.at);
        for order in self.market_mut(market).coming_trails.begin(price) {
            self.orders.trail((market, order), since);
        }
    }

    fn coming_trail(&self, slot: Slot<OrderRow>) -> Option<((MarketId, OrderId, Side), Trigger)> {
        let instructed = self.orders.instructed(slot)?;
        let is_coming = instructed.stage == Stage::Waiting && instructed.trailing_since.is_none();
        let trigger = instructed.instructions.trigger.filter(|_| is_coming)?;
        let row = self.orders.get(slot);
        Some(((row.market, row.order, row.side), trigger))
    }

    /// Shows what an iceberg had hidden. The order itself is as it was.
    fn refill_level(
        &mut self,
        market: MarketId,
        (side, price, qty): (Side, Price, Qty),
        changes: &mut impl Changes,
    ) {
        self.touch(market);
        self.add_lots(market, (side, price, qty), changes);
    }

    fn accept_list(&mut self, event: &ListAccepted, changes: &mut impl Changes) {
        let list = OrderList {
            market: event.market,
            list: event.list,
            account: event.account,
            kind: event.kind,
            client_id: event.client_id,
            first_order: event.first_order,
            created_at: self.at,
            updated_at: self.at,
            is_closed: false,
        };
        self.lists.accept(list);
        changes.push(ListChange::Accepted.of(&list));
    }

    fn close_list(&mut self, list: ListId, changes: &mut impl Changes) {
        changes.push(ListChange::Closed.of(known(self.lists.get(list))));
        self.lists.close(list, self.at);
    }
}

fn amendment_of_waiting(
    event: &WaitingAmended,
    (sequence, at): (Sequence, Timestamp),
) -> AmendmentViewRow {
    let prices = event.previous_kind.price().zip(event.kind.price());
    AmendmentViewRow {
        sequence,
        at,
        market: event.market,
        order: event.order,
        account: event.account,
        qty_before: event.previous_kind.qty().unwrap_or(Qty::ZERO),
        qty_after: event.kind.qty().unwrap_or(Qty::ZERO),
        client_id: event.client_id,
        previous_client_id: event.previous_client_id,
        price: prices.map(|(before, after)| PriceChange { before, after }),
        condition: ConditionChange::of(event.previous, event.awaited),
    }
}

impl ListChange {
    /// Returns the change of one list.
    fn of(self, list: &OrderList) -> Change {
        Change::List {
            account: list.account,
            market: list.market,
            list: list.list,
            what: self,
        }
    }
}

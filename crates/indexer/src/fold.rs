//! The fold: the events of a batch, each into the rows it concerns.

use model::event::{
    Event, ListAccepted, MatchPrevented, OrderAccepted, OrderActivated, OrderClosed,
    OrderInstructed, OrderTriggered, Party, Published, Traded,
};
use model::id::{AccountId, ListId, MarketId, OrderId, Sequence};
use model::instrument::{Asset, Instrument};
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, Instructions};
use model::snapshot_views::{OrderStage, PreventedViewRow, ShownChange};
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use views::list::OrderList;

use crate::batch::Batch;
use crate::candle::PastCandle;
use crate::candles::{LastCandles, Seconds};
use crate::coming::Coming;
use crate::entry::{BalanceKey, PastBalance, PastDay, PastEntry};
use crate::error::HistoryError;
use crate::fundings::FundingStep;
use crate::lists::{ListChanges, ListStep};
use crate::money::Entries;
use crate::order::{OrderKey, PastOrder};
use crate::order_change::{Change, PastChange};
use crate::trade::{FillRole, PastAggregate, PastFill, PastTrade};
use crate::transfer::PastTransfer;
use crate::volume::{PastVolume, VolumeKey};

/// What the fold remembers from one batch to the next, beside the tables.
#[derive(Debug, Default)]
pub struct Memory {
    pub coming: Coming,
    /// The last aggregate trade of each market that has any.
    pub last_aggregates: BTreeMap<MarketId, u64>,
    pub last_candles: LastCandles,
    pub markets: BTreeMap<MarketId, Instrument>,
    /// Those of balances that changed lately; the others are in the tables.
    pub balances: BTreeMap<BalanceKey, PastBalance>,
    /// Those of volumes that changed lately.
    pub volumes: BTreeMap<VolumeKey, PastVolume>,
}

/// The rows that a batch changes.
#[derive(Debug, Default)]
pub struct Changes {
    pub orders: BTreeMap<OrderKey, PastOrder>,
    /// Orders that began to trail and are not among `orders`.
    pub begun: Vec<(OrderKey, Timestamp)>,
    pub trades: Vec<PastTrade>,
    pub fills: Vec<PastFill>,
    /// Added by `volume::add`.
    pub volumes: Vec<PastVolume>,
    pub aggregates: Vec<PastAggregate>,
    pub assets: Vec<Asset>,
    pub markets: Vec<Instrument>,
    /// In order; what the balances are after them is added by `money::settle`.
    pub entries: Vec<PastEntry>,
    pub days: Vec<PastDay>,
    /// In order.
    pub fundings: Vec<FundingStep>,
    pub transfers: Vec<PastTransfer>,
    pub candles: Vec<PastCandle>,
    pub lists: ListChanges,
    pub prevented: Vec<PreventedViewRow>,
    pub order_changes: Vec<PastChange>,
}

/// Returns the orders that a batch speaks of and that were accepted before it.
pub fn earlier_orders(batch: &Batch) -> BTreeSet<OrderKey> {
    let (mut accepted, mut earlier) = (BTreeSet::new(), BTreeSet::new());
    for published in &batch.events {
        if let Event::OrderAccepted(event) = &published.event {
            accepted.insert(key(event.account, event.market, event.order));
        }
        let orders = orders_of(&published.event).into_iter().flatten();
        earlier.extend(orders.filter(|order| !accepted.contains(order)));
    }
    earlier
}

/// Returns the orders that an event changes.
fn orders_of(event: &Event) -> [Option<OrderKey>; 2] {
    match event {
        Event::OrderRested {
            market,
            order,
            account,
            ..
        } => [Some(key(*account, *market, *order)), None],
        Event::Traded(event) => [&event.maker, &event.taker]
            .map(|party| Some(key(party.account, event.market, party.order))),
        Event::MatchPrevented(event) => [
            Some(key(event.maker_account, event.market, event.maker_order)),
            Some(key(event.taker_account, event.market, event.taker_order)),
        ],
        Event::OrderAmended(event) => [Some(key(event.account, event.market, event.order)), None],
        Event::OrderRequeued(event) => [Some(key(event.account, event.market, event.order)), None],
        Event::WaitingAmended(event) => [Some(key(event.account, event.market, event.order)), None],
        Event::IcebergAmended {
            market,
            order,
            account,
            ..
        } => [Some(key(*account, *market, *order)), None],
        Event::OrderClosed(event) => [Some(key(event.account, event.market, event.order)), None],
        Event::OrderInstructed(event) => {
            [Some(key(event.account, event.market, event.order)), None]
        }
        Event::OrderTriggered(event) => [Some(key(event.account, event.market, event.order)), None],
        Event::OrderActivated(event) => [Some(key(event.account, event.market, event.order)), None],
        _ => [None; 2],
    }
}

pub const fn key(account: AccountId, market: MarketId, order: OrderId) -> OrderKey {
    OrderKey {
        account,
        market,
        order,
    }
}

/// Folds a batch into rows, on top of the `earlier` orders it speaks of.
///
/// # Errors
/// When it speaks of an order that is not there.
pub fn fold(
    batch: &Batch,
    earlier: BTreeMap<OrderKey, PastOrder>,
    memory: &mut Memory,
) -> Result<Changes, HistoryError> {
    let mut fold = Fold {
        memory,
        changes: Changes {
            orders: earlier,
            ..Changes::default()
        },
        legs: None,
        shown: None,
        takers: BTreeMap::new(),
        seconds: Seconds::default(),
        step: 0,
        sequence: batch.after.sequence,
        at: batch.after.at,
    };
    for published in &batch.events {
        fold.enter(published);
        fold.event(&published.event)?;
        fold.money(&published.event)?;
    }
    fold.changes.candles = fold.seconds.close(&mut fold.memory.last_candles);
    Ok(fold.changes)
}

pub struct Fold<'a> {
    pub memory: &'a mut Memory,
    changes: Changes,
    /// The list accepted last, and the orders that are its legs.
    legs: Option<(ListId, MarketId, std::ops::Range<u64>)>,
    /// What the iceberg shows that the next event amends: only within its command.
    pub shown: Option<ShownChange>,
    /// Whose fills the last aggregate of a market may still take in: only within their command.
    takers: BTreeMap<MarketId, OrderId>,
    seconds: Seconds,
    /// How many entries this command has.
    step: u32,
    sequence: Sequence,
    at: Timestamp,
}

impl Fold<'_> {
    fn enter(&mut self, published: &Published) {
        if self.sequence != published.sequence {
            self.takers.clear();
            self.legs = None;
            self.shown = None;
            self.step = 0;
            self.sequence = published.sequence;
            self.at = published.at;
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), HistoryError> {
        match event {
            Event::OrderAccepted(event) => self.accept(event),
            Event::OrderRested {
                market,
                order,
                account,
                ..
            } => {
                self.order(key(*account, *market, *order))?;
            }
            Event::Traded(event) => self.trade(event)?,
            Event::MatchPrevented(event) => self.prevent(event)?,
            Event::OrderAmended(event) => self.amend(event)?,
            Event::OrderRequeued(event) => self.requeue(event)?,
            Event::WaitingAmended(event) => self.amend_waiting(event)?,
            Event::IcebergAmended {
                market,
                order,
                account,
                previous,
                shown,
            } => {
                let order = self.order(key(*account, *market, *order))?;
                order.instructions.iceberg = Some(*shown);
                self.shown = Some(ShownChange {
                    before: *previous,
                    after: *shown,
                });
            }
            Event::OrderClosed(event) => self.close(event)?,
            Event::OrderInstructed(event) => self.instruct(event)?,
            Event::OrderTriggered(event) => self.trigger(event)?,
            Event::OrderActivated(event) => self.activate(event)?,
            Event::ListAccepted(event) => self.accept_list(event),
            Event::ListClosed { list, account, .. } => {
                self.step_list((*account, *list), true);
            }
            Event::AssetListed(asset) => self.changes.assets.push(*asset),
            Event::MarketListed { instrument, .. } => {
                self.memory.markets.insert(instrument.id, *instrument);
                self.changes.markets.push(*instrument);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes in what an event moves, and what comes in, leaves or is transferred by it.
    fn money(&mut self, event: &Event) -> Result<(), HistoryError> {
        let mut entries = Entries {
            markets: &self.memory.markets,
            sequence: self.sequence,
            at: self.at,
            step: &mut self.step,
            into: &mut self.changes.entries,
        };
        entries.add(event)?;
        if let Event::Transferred { account, transfer } = event {
            self.changes.transfers.push(PastTransfer {
                account: *account,
                sequence: self.sequence,
                at: self.at,
                transfer: *transfer,
            });
        }
        let step = FundingStep::of(event, self.sequence, self.at);
        self.changes.fundings.extend(step);
        Ok(())
    }

    /// Returns an order that this event updates.
    pub fn order(&mut self, key: OrderKey) -> Result<&mut PastOrder, HistoryError> {
        let (at, sequence) = (self.at, self.sequence);
        let order = self.changes.orders.get_mut(&key);
        let order = order.ok_or(HistoryError::OrderUnknown { sequence })?;
        order.updated_at = at;
        Ok(order)
    }

    /// Adds a change of an order by this command.
    pub fn note(&mut self, key: OrderKey, change: Change) {
        self.changes.order_changes.push(PastChange {
            key,
            sequence: self.sequence,
            at: self.at,
            change,
        });
    }

    fn accept(&mut self, event: &OrderAccepted) {
        let is_leg = |(_, market, legs): &&(ListId, MarketId, std::ops::Range<u64>)| {
            *market == event.market && legs.contains(&event.order.0)
        };
        let order = PastOrder {
            key: key(event.account, event.market, event.order),
            client_id: event.client_id,
            side: event.side,
            kind: event.kind,
            self_trade: event.self_trade,
            instructions: Instructions::NONE,
            list: self.legs.as_ref().filter(is_leg).map(|legs| legs.0),
            stage: OrderStage::Working,
            original: event.kind.qty().unwrap_or(Qty::ZERO),
            executed: Qty::ZERO,
            prevented: Qty::ZERO,
            prevented_match: None,
            quote_units: 0,
            created_at: self.at,
            updated_at: self.at,
            working_at: Some(self.at),
            trailing_since: None,
            closed: None,
        };
        self.changes.orders.insert(order.key, order);
        self.note(order.key, Change::Accepted);
    }

    fn accept_list(&mut self, event: &ListAccepted) {
        let first = event.first_order.0;
        let legs = first..first.saturating_add(event.kind.legs());
        self.legs = Some((event.list, event.market, legs));
        self.changes.lists.accept(OrderList {
            market: event.market,
            list: event.list,
            account: event.account,
            kind: event.kind,
            client_id: event.client_id,
            first_order: event.first_order,
            created_at: self.at,
            updated_at: self.at,
            is_closed: false,
        });
    }

    fn step_list(&mut self, key: (AccountId, ListId), is_closed: bool) {
        let step = ListStep {
            at: self.at,
            is_closed,
        };
        self.changes.lists.step(key, step);
    }

    fn instruct(&mut self, event: &OrderInstructed) -> Result<(), HistoryError> {
        let order = self.order(key(event.account, event.market, event.order))?;
        order.instructions = event.instructions;
        order.stage = if event.is_pending {
            OrderStage::Pending
        } else {
            first_stage(&event.instructions)
        };
        if order.stage != OrderStage::Working {
            order.working_at = None;
        }
        let order = *order;
        self.memory.coming.add(&order);
        Ok(())
    }

    fn activate(&mut self, event: &OrderActivated) -> Result<(), HistoryError> {
        let at = self.at;
        let order = self.order(key(event.account, event.market, event.order))?;
        peg(order, event.pegged);
        order.stage = first_stage(&order.instructions);
        if order.stage == OrderStage::Working {
            order.working_at = Some(at);
        }
        let order = *order;
        self.memory.coming.add(&order);
        self.note(order.key, Change::Activated);
        if let Some(list) = order.list {
            self.step_list((event.account, list), false);
        }
        Ok(())
    }

    fn trigger(&mut self, event: &OrderTriggered) -> Result<(), HistoryError> {
        let at = self.at;
        let order = self.order(key(event.account, event.market, event.order))?;
        peg(order, event.pegged);
        order.stage = OrderStage::Working;
        order.working_at = Some(at);
        let key = order.key;
        self.note(key, Change::Triggered);
        Ok(())
    }

    fn trade(&mut self, event: &Traded) -> Result<(), HistoryError> {
        let maker_list = self.fill_order(event, &event.maker)?;
        let taker_list = self.fill_order(event, &event.taker)?;
        let at = self.at;
        self.changes.trades.push(PastTrade {
            market: event.market,
            trade: event.trade,
            price: event.price,
            qty: event.qty,
            quote: event.quote,
            at,
            taker_side: event.taker_side,
        });
        let taker = PastFill {
            account: event.taker.account,
            market: event.market,
            trade: event.trade,
            role: FillRole::Taker,
            order: event.taker.order,
            list: taker_list,
            side: event.taker_side,
            price: event.price,
            qty: event.qty,
            quote: event.quote,
            fee: event.taker.fee,
            rebate: Amount::ZERO,
            at,
        };
        let maker = PastFill {
            account: event.maker.account,
            role: FillRole::Maker,
            order: event.maker.order,
            list: maker_list,
            side: event.taker_side.opposite(),
            fee: event.maker.fee,
            rebate: mutant::plant!(
                "rebate-not-in-the-history",
                Amount::ZERO,
                event.maker_rebate
            ),
            ..taker
        };
        self.changes.fills.extend([maker, taker]);
        self.aggregate(event);
        self.seconds.add(event, self.at);
        self.begin_trails(event.market, event.price);
        Ok(())
    }

    /// Adds a fill to one of its orders and returns the list of that.
    fn fill_order(
        &mut self,
        event: &Traded,
        party: &Party,
    ) -> Result<Option<ListId>, HistoryError> {
        let order = self.order(key(party.account, event.market, party.order))?;
        order.executed = order.executed.plus(event.qty);
        order.quote_units += event.quote.units();
        Ok(order.list)
    }

    fn aggregate(&mut self, event: &Traded) {
        let is_open =
            self.takers.insert(event.market, event.taker.order) == Some(event.taker.order);
        let mut rows = self.changes.aggregates.iter_mut().rev();
        if is_open
            && let Some(row) = rows.find(|row| row.market == event.market)
            && row.price == event.price
        {
            row.qty = row.qty.plus(event.qty);
            row.last = event.trade;
            return;
        }
        let last = self.memory.last_aggregates.entry(event.market).or_default();
        *last += 1;
        self.changes.aggregates.push(PastAggregate {
            market: event.market,
            aggregate: *last,
            price: event.price,
            qty: event.qty,
            first: event.trade,
            last: event.trade,
            at: self.at,
            taker_side: event.taker_side,
        });
    }

    /// Notes the time of orders that track the market from this trade on; it is no update of theirs.
    fn begin_trails(&mut self, market: MarketId, price: Price) {
        for key in self.memory.coming.begin(market, price) {
            match self.changes.orders.get_mut(&key) {
                Some(order) => order.trailing_since = Some(self.at),
                None => self.changes.begun.push((key, self.at)),
            }
        }
    }

    fn prevent(&mut self, event: &MatchPrevented) -> Result<(), HistoryError> {
        let maker = key(event.maker_account, event.market, event.maker_order);
        let taker = key(event.taker_account, event.market, event.taker_order);
        for (order, qty) in [(maker, event.maker_qty), (taker, event.taker_qty)] {
            let order = self.order(order)?;
            order.prevented = order.prevented.plus(qty);
            order.prevented_match = Some(event.prevented);
        }
        self.changes.prevented.push(PreventedViewRow {
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
            at: self.at,
        });
        Ok(())
    }

    fn close(&mut self, event: &OrderClosed) -> Result<(), HistoryError> {
        let order = *self.order(key(event.account, event.market, event.order))?;
        self.memory.coming.remove(&order);
        let order = self.order(order.key)?;
        order.closed = mutant::plant!("closed-order-open-in-history", None, Some(event.reason));
        // Its last trade tells of an order that is filled.
        if event.reason != CloseReason::Filled {
            let key = order.key;
            self.note(key, Change::Closed(event.reason));
        }
        Ok(())
    }
}

/// Returns what an order waits for whose list, if it has one, is not in its way.
const fn first_stage(instructions: &Instructions) -> OrderStage {
    match instructions.trigger {
        Some(_) => OrderStage::Waiting,
        None => OrderStage::Working,
    }
}

/// Gives an order the limit price that the book or an amendment has set, if one has.
pub fn peg(order: &mut PastOrder, price: Option<Price>) {
    if let Some(price) = price {
        order.kind = order.kind.at(price);
    }
}

//! Random orders with instructions and lists, with the events that an engine would say of them.

use crate::chance::Chance;
use crate::exchange::{ACCOUNTS, Exchange, MARKETS, amount, price, qty};
use crate::traffic::Pace;
use model::event::{
    Event, ListAccepted, OrderAccepted, OrderActivated, OrderClosed, OrderInstructed,
    OrderTriggered, WaitingAmended,
};
use model::id::{AccountId, ListId, MarketId, OrderId};
use model::number::{BasisPoints, Qty};
use model::order::{
    Awaited, CloseReason, Condition, Instructions, ListKind, OrderKind, Purpose, SelfTradeMode,
    Side, TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::ClientOrderId;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND};

/// An open order.
#[derive(Clone, Copy)]
struct Open {
    market: MarketId,
    order: OrderId,
    account: AccountId,
    client_id: ClientOrderId,
    side: Side,
    kind: OrderKind,
    instructions: Instructions,
    list: Option<ListId>,
    is_pending: bool,
    /// On the book, and behind it.
    shown: i64,
    hidden: i64,
    hold: i128,
}

impl Open {
    fn is_waiting(&self) -> bool {
        !self.is_pending && self.shown == 0
    }
}

/// Says what an engine might, without one.
pub struct Outside {
    chance: Chance,
    pace: Pace,
    orders: [u64; MARKETS.len()],
    lists: u64,
    open: Vec<Open>,
    events: Vec<Event>,
}

impl Outside {
    pub fn new(seed: u64, pace: Pace) -> Outside {
        Outside {
            chance: Chance::new(seed),
            pace,
            orders: [0; MARKETS.len()],
            lists: 0,
            open: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Lets some time pass and says what a random command did.
    pub fn step(&mut self, exchange: &mut Exchange) {
        let is_long = self.pace == Pace::Slow && self.chance.is_one_in(60);
        let nanos = self.chance.between(0, 90) * NANOS_PER_SECOND;
        exchange.wait_nanos(nanos + i64::from(is_long) * (NANOS_PER_DAY / 3));
        match self.chance.below(20) {
            0..5 => self.place(),
            5..10 => self.place_list(),
            10..12 => self.trigger(),
            12..14 => self.refill(),
            14..16 => self.fill_working_leg(),
            16..18 => self.cancel(),
            18 => self.amend_waiting(),
            _ => self.events.push(Event::Ticked),
        }
        exchange.say(std::mem::take(&mut self.events));
    }

    fn place(&mut self) {
        let (market, account) = (self.chance.pick(&MARKETS), self.chance.pick(&ACCOUNTS));
        let instructions = match self.chance.below(4) {
            0 => Instructions::NONE,
            1 => self.iceberg(),
            2 => Instructions {
                strategy: self.strategy(),
                ..Instructions::NONE
            },
            _ => self.trigger_instructions(),
        };
        let order = self.accept((market, account, None), instructions, 1_000);
        if instructions != Instructions::NONE {
            self.instruct(order);
        }
        if instructions.trigger.is_none() {
            self.rest(order);
        }
    }

    fn place_list(&mut self) {
        let (market, account) = (self.chance.pick(&MARKETS), self.chance.pick(&ACCOUNTS));
        let kind = self.chance.pick(&[
            ListKind::OneCancelsOther,
            ListKind::OneTriggersOther,
            ListKind::OneTriggersOneCancelsOther,
        ]);
        self.lists += 1;
        let list = ListId(self.lists);
        self.events.push(Event::ListAccepted(ListAccepted {
            market,
            list,
            account,
            kind,
            client_id: ClientOrderId::from_number(self.chance.below(25)),
            first_order: OrderId(self.orders[usize::from(market.0)] + 1),
        }));
        let owner = (market, account, Some(list));
        let first = self.accept(owner, Instructions::NONE, 1_000);
        for _ in 1..kind.legs() {
            let instructions = match self.chance.below(2) {
                0 if kind != ListKind::OneCancelsOther => Instructions::NONE,
                _ => self.trigger_instructions(),
            };
            let leg = self.accept(owner, instructions, 0);
            self.open[leg].is_pending = kind != ListKind::OneCancelsOther;
            self.instruct(leg);
        }
        self.rest(first);
    }

    /// Starts an order that waits: it rests, or ends at once.
    fn trigger(&mut self) {
        let Some(index) = self.pick(Open::is_waiting) else {
            return;
        };
        let order = &mut self.open[index];
        let release = std::mem::replace(&mut order.hold, 700);
        self.events.push(Event::OrderTriggered(OrderTriggered {
            pegged: None,
            market: order.market,
            order: order.order,
            account: order.account,
            side: order.side,
            release: amount(release),
            hold: amount(order.hold),
        }));
        if self.chance.is_one_in(3) {
            self.close(index, CloseReason::InsufficientLiquidity);
        } else {
            self.rest(index);
        }
    }

    /// Lets an order wait with other terms, half of the time under another name.
    fn amend_waiting(&mut self) {
        let Some(index) = self.pick(Open::is_waiting) else {
            return;
        };
        let before = self.open[index];
        let Some(trigger) = before.instructions.trigger else {
            return;
        };
        let client_id = match self.chance.is_one_in(2) {
            true => self.client_id(before.market, before.account, before.order.0),
            false => before.client_id,
        };
        let (limit, stop) = (self.ticks(before.side), self.ticks(Side::Buy));
        let delta = BasisPoints::new(78).expect("a delta");
        let condition = match trigger.condition {
            Condition::Stop { .. } => Condition::Stop { price: stop },
            Condition::Trail { .. } => Condition::Trail { delta },
            Condition::TrailFrom { .. } => Condition::TrailFrom {
                activation: stop,
                delta,
            },
        };
        let lots = qty(self.chance.between(3, 9));
        let order = &mut self.open[index];
        order.client_id = client_id;
        order.kind = order.kind.at(limit).of_qty(lots);
        order.hold = 900;
        order.instructions.trigger = Some(Trigger {
            condition,
            ..trigger
        });
        self.events
            .push(Event::WaitingAmended(Box::new(WaitingAmended {
                market: order.market,
                order: order.order,
                account: order.account,
                side: order.side,
                previous_kind: before.kind,
                kind: order.kind,
                previous: Awaited(Some(trigger.condition)),
                awaited: Awaited(Some(condition)),
                client_id,
                previous_client_id: before.client_id,
                release: amount(before.hold),
                hold: amount(order.hold),
            })));
    }

    fn refill(&mut self) {
        let Some(index) = self.pick(|order| 0 < order.hidden) else {
            return;
        };
        let order = &mut self.open[index];
        let lots = order.hidden.min(2);
        order.hidden -= lots;
        order.shown += lots;
        self.events.push(Event::OrderRefilled {
            market: order.market,
            order: order.order,
            account: order.account,
            side: order.side,
            price: order.kind.price().expect("an iceberg has one"),
            qty: qty(lots),
        });
    }

    /// Ends the working leg of a list, so that the pending ones begin.
    fn fill_working_leg(&mut self) {
        let Some(pending) = self.pick(|order| order.is_pending) else {
            return;
        };
        let list = self.open[pending].list;
        let working = self
            .open
            .iter()
            .position(|order| order.list == list && !order.is_pending)
            .expect("a working leg that ends takes its pending legs along");
        let is_of_list = |order: &Open| order.list == list && order.is_pending;
        self.close(working, CloseReason::Filled);
        let legs: Vec<usize> = (0..self.open.len())
            .filter(|index| is_of_list(&self.open[*index]))
            .collect();
        for leg in &legs {
            let order = &mut self.open[*leg];
            order.is_pending = false;
            order.hold = 500;
            self.events.push(Event::OrderActivated(OrderActivated {
                pegged: None,
                market: order.market,
                order: order.order,
                account: order.account,
                side: order.side,
                hold: amount(order.hold),
            }));
        }
        for leg in legs {
            if self.open[leg].instructions.trigger.is_none() {
                self.rest(leg);
            }
        }
    }

    /// Ends an order, and the other legs of its list.
    fn cancel(&mut self) {
        let Some(index) = self.pick(|_| true) else {
            return;
        };
        let list = self.open[index].list;
        self.close(index, CloseReason::Cancelled);
        let is_other = |order: &Open| list.is_some() && order.list == list;
        while let Some(other) = self.open.iter().position(is_other) {
            self.close(other, CloseReason::OtherLeg);
        }
    }

    fn accept(
        &mut self,
        (market, account, list): (MarketId, AccountId, Option<ListId>),
        instructions: Instructions,
        hold: i128,
    ) -> usize {
        let number = self.orders[usize::from(market.0)] + 1;
        self.orders[usize::from(market.0)] = number;
        let lots = self.chance.between(3, 9);
        let side = self.chance.pick(&[Side::Buy, Side::Sell]);
        let order = Open {
            market,
            order: OrderId(number),
            account,
            client_id: self.client_id(market, account, number),
            side,
            kind: OrderKind::Limit {
                price: self.ticks(side),
                qty: qty(lots),
                time_in_force: TimeInForce::GoodTillCancel,
            },
            instructions,
            list,
            is_pending: false,
            shown: 0,
            hidden: 0,
            hold,
        };
        self.events.push(Event::OrderAccepted(OrderAccepted {
            market,
            order: order.order,
            account,
            side,
            kind: order.kind,
            self_trade: SelfTradeMode::ExpireMaker,
            client_id: order.client_id,
            hold: amount(hold),
        }));
        self.open.push(order);
        self.open.len() - 1
    }

    /// Returns a client id that no open order of the account has.
    fn client_id(&mut self, market: MarketId, account: AccountId, number: u64) -> ClientOrderId {
        let common = ClientOrderId::from_number(self.chance.below(25));
        let is_taken = |order: &Open| {
            (order.market, order.account, order.client_id) == (market, account, common)
        };
        if self.open.iter().any(is_taken) {
            return ClientOrderId::from_number(1_000 + number);
        }
        common
    }

    fn instruct(&mut self, index: usize) {
        let order = &self.open[index];
        self.events.push(Event::OrderInstructed(OrderInstructed {
            market: order.market,
            order: order.order,
            account: order.account,
            instructions: order.instructions,
            is_pending: order.is_pending,
        }));
    }

    fn rest(&mut self, index: usize) {
        let order = &mut self.open[index];
        let lots = order.kind.qty().map_or(0, Qty::lots);
        order.shown = order.instructions.iceberg.map_or(lots, Qty::lots);
        order.hidden = lots - order.shown;
        self.events.push(Event::OrderRested {
            market: order.market,
            order: order.order,
            account: order.account,
            side: order.side,
            price: order.kind.price().expect("it is a limit"),
            qty: qty(order.shown),
        });
    }

    /// Closes an order, and its list after the last of its legs.
    fn close(&mut self, index: usize, reason: CloseReason) {
        let order = self.open.remove(index);
        self.events.push(Event::OrderClosed(OrderClosed {
            market: order.market,
            order: order.order,
            account: order.account,
            side: order.side,
            reason,
            unbooked: qty(order.shown),
            price: order.kind.price(),
            release: amount(order.hold),
        }));
        if let Some(list) = order.list
            && self.open.iter().all(|other| other.list != order.list)
        {
            self.events.push(Event::ListClosed {
                market: order.market,
                list,
                account: order.account,
            });
        }
    }

    fn pick(&mut self, is_wanted: impl Fn(&Open) -> bool) -> Option<usize> {
        let wanted: Vec<usize> = (0..self.open.len())
            .filter(|index| is_wanted(&self.open[*index]))
            .collect();
        (!wanted.is_empty()).then(|| self.chance.pick(&wanted))
    }

    fn iceberg(&mut self) -> Instructions {
        Instructions {
            peg: None,
            strategy: self.strategy(),
            trigger: None,
            iceberg: Some(qty(self.chance.between(1, 3))),
        }
    }

    fn strategy(&mut self) -> Strategy {
        let (id, kind) = (self.chance.between(0, 9), self.chance.between(1, 9));
        Strategy {
            id: StrategyId::new(id).filter(|_| self.chance.below(2) == 0),
            kind: StrategyKind::new(1_000_000 * kind).filter(|_| self.chance.below(2) == 0),
        }
    }

    fn trigger_instructions(&mut self) -> Instructions {
        let activation = self.ticks(Side::Buy);
        let delta = BasisPoints::new(77).expect("a delta");
        let condition = self.chance.pick(&[
            Condition::Stop { price: activation },
            Condition::Trail { delta },
            Condition::TrailFrom { activation, delta },
        ]);
        Instructions {
            peg: None,
            strategy: self.strategy(),
            trigger: Some(Trigger {
                purpose: self.chance.pick(&[Purpose::StopLoss, Purpose::TakeProfit]),
                condition,
            }),
            iceberg: None,
        }
    }

    fn ticks(&mut self, side: Side) -> model::number::Price {
        let away = self.chance.between(1, 12);
        price(match side {
            Side::Buy => 100 - away,
            Side::Sell => 100 + away,
        })
    }
}

//! Orders that wait, hide or depend on each other, and what operators do to them.
//!
//! Trigger prices lie around the last price, so that they are met soon, now and then already, and in crowds.

use super::{ACCOUNTS, ASSETS, MARKETS, MID_TICKS, Workload, client_id, name, qty, ticks, units};
use crate::naive::{Market, Naive};
use model::command::{
    Action, CancelList, ClientHeader, Command, Deposit, InstructedOrder, InstructedReplace, Leg,
    Legs, NewList, NewOrder, Replace,
};
use model::id::{AccountId, AssetId, ChainId, KeyId, ListId, MarketId};
use model::instrument::{Cause, DeltaRange, OrderLimits, Phase};
use model::number::{BasisPoints, PegLevels, Price, Qty};
use model::order::{
    Condition, Direction, Instructions, ListRef, OrderKind, Peg, PegBase, Purpose, Side,
    TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::ClientOrderId;
use model::time::Timestamp;

/// Orders of one burst: more than a command may start.
const BURST: u32 = 30;
/// The key of the last account may be revoked.
const BURST_ACCOUNTS: u32 = ACCOUNTS - 1;

impl Workload {
    /// Now and then, what is due waits a while and becomes more.
    pub(super) fn start_of_due(&mut self, naive: &Naive) -> Option<Command> {
        let market = (0..MARKETS).map(MarketId).find(|id| 0 < naive.due(*id))?;
        self.random
            .one_in(3)
            .then_some(Command::StartDue { market })
    }

    pub(super) fn limits_of_orders(&mut self) -> Command {
        let free = u32::MAX;
        let delta = |points| BasisPoints::new(points).expect("within the bound");
        let range = |min, max| DeltaRange {
            min: delta(min),
            max: delta(max),
        };
        let ranges = [
            DeltaRange::ALL,
            DeltaRange::ALL,
            range(20, 300),
            range(300, 20),
        ];
        let limits = OrderLimits {
            algo_orders_max: self.random.pick(&[free, free, free, 8, 2]),
            iceberg_orders_max: self.random.pick(&[free, free, 4, 1]),
            iceberg_parts_max: self.random.pick(&[100, 100, 10, 3, 101, 0]),
            order_lists_max: self.random.pick(&[free, free, 4, 1]),
            order_amends_max: self.random.pick(&[free, 2, 1, 0]),
            trailing_above: self.random.pick(&ranges),
            trailing_below: self.random.pick(&ranges),
        };
        Command::SetOrderLimits {
            market: self.market(),
            limits: Box::new(if self.random.one_in(2) {
                OrderLimits::LISTED
            } else {
                limits
            }),
            cause: Cause::Operator,
        }
    }

    /// Returns the first command of a crowd of stops at neighbouring prices, and of the trades that meet them.
    pub(super) fn burst(&mut self, naive: &Naive) -> Command {
        let is_open = |market: &&Market| market.phase == Phase::Continuous;
        let open = naive.markets.iter().filter(is_open);
        let open: Vec<MarketId> = open.map(|market| market.instrument.id).collect();
        if open.is_empty() {
            return Command::Tick;
        }
        let market = self.random.pick(&open);
        let last = last_ticks(naive, market);
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let away = if side == Side::Buy { 1 } else { -1 };
        let mut commands = Vec::new();
        let first_name = 100 + self.random.below(100);
        for number in 0..BURST {
            let stop = last + away * (1 + i64::from(number % 4 == 0));
            let mut order = self.stop_of_burst(market, side, stop);
            order.order.client_id = client_id(first_name + u64::from(number));
            let account = AccountId(1 + number % BURST_ACCOUNTS);
            commands.push(send(account, Action::PlaceInstructed(Box::new(order))));
        }
        for account in [2, 3, 4] {
            commands.extend(self.gifts(AccountId(account)));
        }
        // Someone rests there and someone takes it, in lots enough for what stands before.
        let price = ticks(last + away * 2);
        for (account, side, lots) in [(3, side.opposite(), 60), (2, side, 90), (4, side, 90)] {
            let order = NewOrder {
                market,
                side,
                kind: limit(price, qty(lots), TimeInForce::GoodTillCancel),
                client_id: self.client_id(),
                self_trade: None,
            };
            commands.push(send(AccountId(account), Action::Place(order)));
        }
        commands.reverse();
        self.prepared = commands;
        self.prepared.pop().expect("a burst of many")
    }

    /// Deposits, so that a burst does not fail for want of money.
    fn gifts(&mut self, account: AccountId) -> Vec<Command> {
        let gift = |asset, number| {
            Command::CreditDeposit(Deposit {
                reference: name(1, 1_000 + number),
                chain: ChainId(0),
                account,
                asset: AssetId(asset),
                amount: units(20_000_000_000),
            })
        };
        let number = self.random.below(1 << 40);
        (0..ASSETS)
            .map(|asset| gift(asset, number + u64::from(asset)))
            .collect()
    }

    fn stop_of_burst(&mut self, market: MarketId, side: Side, stop: i64) -> InstructedOrder {
        let lots = qty(self.random.between(2, 5));
        let kind = match self.random.below(3) {
            0 => OrderKind::Market { qty: lots },
            _ => limit(ticks(stop), lots, TimeInForce::GoodTillCancel),
        };
        let trigger = Trigger {
            purpose: Purpose::StopLoss,
            condition: Condition::Stop { price: ticks(stop) },
        };
        InstructedOrder {
            order: NewOrder {
                market,
                side,
                kind,
                client_id: self.client_id(),
                self_trade: None,
            },
            instructions: Instructions {
                trigger: Some(trigger),
                ..Instructions::NONE
            },
        }
    }

    pub(super) fn instructed_order(&mut self, naive: &Naive) -> InstructedOrder {
        let mut order = self.order();
        let last = last_ticks(naive, order.market);
        let (mut trigger, mut iceberg) = (None, None);
        let choice = self.random.below(20);
        if choice < 13 {
            trigger = Some(self.trigger(order.side, last));
            if !self.random.one_in(6) {
                order.kind = self.kind_that_waits(order.side);
            }
        }
        if (11..19).contains(&choice) {
            if !self.random.one_in(6) {
                order.kind = self.kind_that_hides(order.side);
            }
            iceberg = Some(self.shown());
        }
        let instructions = Instructions {
            trigger,
            iceberg,
            peg: self.random.one_in(7).then(|| self.peg()),
            strategy: self.strategy(),
        };
        InstructedOrder {
            order,
            instructions,
        }
    }

    /// Places an order that asks for nothing, or for nothing but a strategy.
    pub(super) fn place(&mut self, order: NewOrder) -> Action {
        if !self.strategies.one_in(3) {
            return Action::Place(order);
        }
        let instructions = self.nothing_but_a_strategy();
        Action::PlaceInstructed(Box::new(InstructedOrder {
            order,
            instructions,
        }))
    }

    /// Replaces an order by one that asks for nothing, or for nothing but a strategy.
    pub(super) fn replace_by(&mut self, replace: Replace) -> Action {
        if !self.strategies.one_in(3) {
            return Action::Replace(replace);
        }
        let instructions = self.nothing_but_a_strategy();
        Action::ReplaceInstructed(Box::new(InstructedReplace {
            replace,
            instructions,
        }))
    }

    fn nothing_but_a_strategy(&mut self) -> Instructions {
        Instructions {
            strategy: self.strategy(),
            ..Instructions::NONE
        }
    }

    /// None most of the time, else an id, a kind or both.
    fn strategy(&mut self) -> Strategy {
        let is_named = self.strategies.one_in(3);
        let (id, kind) = (self.strategies.between(0, 5), self.strategies.between(0, 5));
        Strategy {
            id: StrategyId::new(id).filter(|id| is_named && id.number() < 4),
            kind: StrategyKind::new(1_000_000 + kind).filter(|_| is_named && kind < 4),
        }
    }

    /// Mostly near the best price, now and then behind every level.
    fn peg(&mut self) -> Peg {
        let levels = match self.random.below(8) {
            0 => 100,
            1..=3 => self.random.below(4) as u8,
            _ => 0,
        };
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        Peg {
            base: self
                .random
                .pick(&[PegBase::Primary, PegBase::Primary, PegBase::Market]),
            levels: PegLevels::new(levels).expect("at most 100"),
            price: self.random.one_in(3).then(|| self.price(side)),
        }
    }

    fn trigger(&mut self, side: Side, last: i64) -> Trigger {
        let purpose =
            self.random
                .pick(&[Purpose::StopLoss, Purpose::StopLoss, Purpose::TakeProfit]);
        self.trigger_for(purpose, side, last)
    }

    fn trigger_for(&mut self, purpose: Purpose, side: Side, last: i64) -> Trigger {
        let at = |price| Trigger {
            purpose,
            condition: Condition::Stop { price },
        };
        let away = match self.random.below(30) {
            0 => 6_000,
            1..=2 => 0,
            _ => self.random.between(1, 5),
        };
        let price = match at(Price::MIN).direction(side) {
            Direction::Above => ticks(last + away),
            Direction::Below => ticks((last - away).max(1)),
        };
        let delta = self.delta();
        match self.random.below(10) {
            0..=5 => at(price),
            6..=7 => Trigger {
                purpose,
                condition: Condition::Trail { delta },
            },
            _ => Trigger {
                purpose,
                condition: Condition::TrailFrom {
                    activation: price,
                    delta,
                },
            },
        }
    }

    /// One tick is ten hundredths of a per cent at the middle price.
    pub(super) fn delta(&mut self) -> BasisPoints {
        let points = match self.random.below(8) {
            0 => self.random.between(100, 9_999),
            1 => self.random.pick(&[1, 9_999]),
            _ => self.random.between(5, 40),
        };
        BasisPoints::new(points as u16).expect("within the bound")
    }

    fn kind_that_waits(&mut self, side: Side) -> OrderKind {
        let (price, qty) = (self.price(side), self.qty());
        match self.random.below(10) {
            0..=4 => limit(price, qty, TimeInForce::GoodTillCancel),
            5 => limit(price, qty, TimeInForce::ImmediateOrCancel),
            6 => limit(price, qty, TimeInForce::FillOrKill),
            _ => OrderKind::Market { qty },
        }
    }

    fn kind_that_hides(&mut self, side: Side) -> OrderKind {
        let price = self.price(side);
        let qty = qty(self.random.between(5, 80));
        if self.random.one_in(4) {
            OrderKind::LimitMaker { price, qty }
        } else {
            limit(price, qty, TimeInForce::GoodTillCancel)
        }
    }

    fn shown(&mut self) -> Qty {
        qty(match self.random.below(30) {
            0 => 0,
            1 => 100,
            _ => self.random.between(1, 12),
        })
    }

    pub(super) fn list(&mut self, naive: &Naive) -> NewList {
        let market = self.market();
        let last = last_ticks(naive, market);
        let mut legs = match self.random.below(3) {
            0 => Legs::OneCancelsOther {
                pair: self.pair(last),
            },
            1 => Legs::OneTriggersOther {
                working: self.working_leg(),
                pending: self.pending_leg(last),
            },
            _ => Legs::OneTriggersOneCancelsOther {
                working: self.working_leg(),
                pending: self.pair(last),
            },
        };
        if self.random.one_in(8) {
            self.spoil(&mut legs);
        }
        NewList {
            market,
            client_id: self.client_id(),
            self_trade: self
                .random
                .one_in(3)
                .then(|| self.random.pick(&model::order::SelfTradeMode::ALL)),
            legs,
        }
    }

    fn pair(&mut self, last: i64) -> [Leg; 2] {
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let lots = self.lots_of_leg();
        let stop_loss = self.trigger_for(Purpose::StopLoss, side, last);
        let stop_loss = self.waiting_leg(side, stop_loss, lots);
        let other = if self.random.one_in(3) {
            let take_profit = self.trigger_for(Purpose::TakeProfit, side, last);
            self.waiting_leg(side, take_profit, lots)
        } else {
            let away = if self.random.one_in(6) {
                -6
            } else {
                self.random.between(0, 4)
            };
            let price = if side == Side::Sell {
                last + away
            } else {
                last - away
            };
            let kind = OrderKind::LimitMaker {
                price: ticks(price),
                qty: lots,
            };
            let iceberg = self.random.one_in(5).then(|| self.shown());
            let peg = self.random.one_in(24).then(|| self.peg());
            self.leg(
                side,
                kind,
                Instructions {
                    iceberg,
                    peg,
                    ..Instructions::NONE
                },
            )
        };
        if self.random.one_in(2) {
            [stop_loss, other]
        } else {
            [other, stop_loss]
        }
    }

    /// Few lots, now and then more than the account can pay.
    fn lots_of_leg(&mut self) -> Qty {
        qty(if self.random.one_in(6) {
            self.random.between(40, 100)
        } else {
            self.random.between(1, 25)
        })
    }

    fn waiting_leg(&mut self, side: Side, trigger: Trigger, lots: Qty) -> Leg {
        let price = self.price(side);
        let is_market = self.random.one_in(3);
        let kind = if is_market {
            OrderKind::Market { qty: lots }
        } else {
            limit(price, lots, TimeInForce::GoodTillCancel)
        };
        let hides = !is_market && self.random.one_in(8);
        let iceberg = hides.then(|| self.shown());
        let peg = (!is_market && self.random.one_in(12)).then(|| self.peg());
        self.leg(
            side,
            kind,
            Instructions {
                trigger: Some(trigger),
                iceberg,
                peg,
                ..Instructions::NONE
            },
        )
    }

    fn working_leg(&mut self) -> Leg {
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let (price, lots) = (self.price(side), qty(self.random.between(1, 25)));
        let kind = match self.random.below(8) {
            0..=4 => limit(price, lots, TimeInForce::GoodTillCancel),
            5 => limit(price, lots, TimeInForce::ImmediateOrCancel),
            6 => limit(price, lots, TimeInForce::FillOrKill),
            _ => OrderKind::LimitMaker { price, qty: lots },
        };
        let can_hide = matches!(
            kind,
            OrderKind::Limit {
                time_in_force: TimeInForce::GoodTillCancel,
                ..
            }
        );
        let iceberg = (can_hide && self.random.one_in(6)).then(|| self.shown());
        let peg = self.random.one_in(24).then(|| self.peg());
        self.leg(
            side,
            kind,
            Instructions {
                iceberg,
                peg,
                ..Instructions::NONE
            },
        )
    }

    fn pending_leg(&mut self, last: i64) -> Leg {
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let lots = self.lots_of_leg();
        if self.random.one_in(2) {
            let trigger = self.trigger(side, last);
            return self.waiting_leg(side, trigger, lots);
        }
        let price = self.price(side);
        let kind = match self.random.below(5) {
            0 => OrderKind::Market { qty: lots },
            1 => OrderKind::LimitMaker { price, qty: lots },
            2 => limit(price, lots, TimeInForce::ImmediateOrCancel),
            _ => limit(price, lots, TimeInForce::GoodTillCancel),
        };
        self.leg(side, kind, Instructions::NONE)
    }

    fn leg(&mut self, side: Side, kind: OrderKind, instructions: Instructions) -> Leg {
        Leg {
            side,
            kind,
            client_id: self.client_id(),
            instructions: Instructions {
                strategy: self.strategy(),
                ..instructions
            },
        }
    }

    /// Makes one leg something that may not fit.
    fn spoil(&mut self, legs: &mut Legs) {
        let leg = match legs {
            Legs::OneCancelsOther { pair: [leg, _] }
            | Legs::OneTriggersOther { pending: leg, .. }
            | Legs::OneTriggersOneCancelsOther {
                pending: [_, leg], ..
            } => leg,
        };
        match self.random.below(5) {
            0 => leg.side = leg.side.opposite(),
            1 => leg.kind = self.kind(leg.side),
            2 => leg.instructions.trigger = None,
            3 => leg.instructions.iceberg = Some(self.shown()),
            _ => {
                if let Some(trigger) = &mut leg.instructions.trigger {
                    trigger.purpose = Purpose::TakeProfit;
                }
            }
        }
    }

    pub(super) fn cancel_list(&mut self, naive: &Naive, account: AccountId) -> CancelList {
        let market = self.market();
        let open = open_lists(naive, market, account);
        let (id, name) = if open.is_empty() || self.random.one_in(3) {
            (ListId(self.random.below(200)), self.client_id())
        } else {
            self.random.pick(&open)
        };
        let other_name = self.client_id();
        let list = self.random.pick(&[
            ListRef::Id(id),
            ListRef::Client(name),
            ListRef::Both(id, name),
            ListRef::Both(id, other_name),
        ]);
        CancelList { market, list }
    }
}

/// Returns a command of an account under its own key.
fn send(account: AccountId, action: Action) -> Command {
    Command::Client {
        header: ClientHeader {
            account,
            key: KeyId(u64::from(account.0)),
            valid_until: Timestamp::MAX,
            idempotency: None,
        },
        action,
    }
}

fn open_lists(naive: &Naive, market: MarketId, account: AccountId) -> Vec<(ListId, ClientOrderId)> {
    let lists = naive.markets.get(usize::from(market.0));
    let lists = lists.map_or(&[][..], |market| &market.lists);
    let mine = lists.iter().filter(|list| list.account == account);
    mine.map(|list| (ListId(list.id), list.client_id)).collect()
}

pub(super) fn last_ticks(naive: &Naive, market: MarketId) -> i64 {
    let market = naive.markets.get(usize::from(market.0));
    market
        .and_then(|market| market.last_price)
        .unwrap_or(MID_TICKS)
}

const fn limit(price: Price, qty: Qty, time_in_force: TimeInForce) -> OrderKind {
    OrderKind::Limit {
        price,
        qty,
        time_in_force,
    }
}

//! Random orders that wait, hide a part or depend on each other.

use std::num::NonZeroU32;

use model::command::{
    Action, CancelList, Command, InstructedOrder, InstructedReplace, Leg, Legs, NewList, Replace,
    SetCountdown,
};
use model::id::ListId;
use model::instrument::{Cause, DeltaRange, OrderLimits};
use model::number::{BasisPoints, PegLevels, Qty};
use model::order::{
    Condition, Instructions, ListRef, OrderKind, Peg, PegBase, Purpose, Side, TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};

use crate::generator::{Generator, Taste};

impl Generator {
    pub fn set_order_limits(&mut self) -> Command {
        let mut limits = OrderLimits::LISTED;
        let count = self.chance.pick(&[0, 1, 3, u32::MAX]);
        match self.chance.below(7) {
            0 => limits.algo_orders_max = count,
            1 => limits.iceberg_orders_max = count,
            2 => limits.iceberg_parts_max = self.chance.pick(&[0, 1, 3, 100, 101, u32::MAX]),
            3 => limits.order_lists_max = count,
            4 => limits.order_amends_max = count,
            5 => limits.trailing_above = self.range(),
            _ => limits.trailing_below = self.range(),
        }
        Command::SetOrderLimits {
            market: self.market(),
            limits: Box::new(limits),
            cause: Cause::Risk,
        }
    }

    fn range(&mut self) -> DeltaRange {
        DeltaRange {
            min: self.delta(),
            max: self.delta(),
        }
    }

    pub fn delta(&mut self) -> BasisPoints {
        let points = match self.taste {
            Taste::Plausible => 1 + self.chance.below(400) as u16,
            Taste::Absurd => self.chance.pick(&[1, 2, 5_000, 9_998, 9_999]),
        };
        BasisPoints::new(points).expect("a part of one whole")
    }

    pub fn place_instructed(&mut self) -> Action {
        let order = self.order();
        let instructions = self.instructions(&order.kind);
        Action::PlaceInstructed(Box::new(InstructedOrder {
            order,
            instructions,
        }))
    }

    pub fn replace_instructed(&mut self) -> Action {
        let replace = Replace {
            cancel: self.order_ref(),
            restriction: self.restriction(),
            mode: self.replace_mode(),
            order: self.order(),
        };
        let instructions = self.instructions(&replace.order.kind);
        Action::ReplaceInstructed(Box::new(InstructedReplace {
            replace,
            instructions,
        }))
    }

    fn instructions(&mut self, kind: &OrderKind) -> Instructions {
        let can_hide = matches!(
            kind,
            OrderKind::LimitMaker { .. }
                | OrderKind::Limit {
                    time_in_force: TimeInForce::GoodTillCancel,
                    ..
                }
        );
        let is_hiding = can_hide != self.chance.is_one_in(20) && self.chance.is_one_in(2);
        let is_waiting = !matches!(kind, OrderKind::LimitMaker { .. }) || self.chance.is_one_in(9);
        Instructions {
            peg: self.peg(kind),
            strategy: self.strategy(),
            trigger: (is_waiting && !self.chance.is_one_in(4)).then(|| self.trigger()),
            iceberg: is_hiding.then(|| self.shown()),
        }
    }

    fn strategy(&mut self) -> Strategy {
        let (has_id, has_kind) = (self.chance.is_one_in(4), self.chance.is_one_in(5));
        Strategy {
            id: StrategyId::new(7).filter(|_| has_id),
            kind: has_kind.then_some(StrategyKind::MIN),
        }
    }

    /// Mostly a peg that its kind may have.
    fn peg(&mut self, kind: &OrderKind) -> Option<Peg> {
        let bases = match kind {
            OrderKind::LimitMaker { .. } => [PegBase::Primary; 2],
            OrderKind::Limit {
                time_in_force: TimeInForce::GoodTillCancel,
                ..
            } => [PegBase::Primary, PegBase::Market],
            OrderKind::Limit { .. } => [PegBase::Market; 2],
            _ if self.chance.is_one_in(20) => [PegBase::Primary, PegBase::Market],
            _ => return None,
        };
        let base = match self.chance.is_one_in(20) {
            true => PegBase::Market,
            false => self.chance.pick(&bases),
        };
        let levels = match self.taste {
            Taste::Plausible => self.chance.pick(&[0, 0, 0, 0, 0, 1, 2]),
            Taste::Absurd => self.chance.pick(&[0, 1, 99, 100]),
        };
        let peg = Peg {
            base,
            levels: PegLevels::new(levels).expect("at most 100"),
            price: self.chance.is_one_in(3).then(|| self.price()),
        };
        self.chance.is_one_in(2).then_some(peg)
    }

    pub fn set_countdown(&mut self) -> Action {
        let millis = match self.taste {
            Taste::Plausible => self.chance.pick(&[0, 1, 900, 30_000, 200_000]),
            Taste::Absurd => self.chance.pick(&[0, 1, u32::MAX]),
        };
        Action::SetCountdown(SetCountdown {
            market: self.market(),
            millis: NonZeroU32::new(millis),
        })
    }

    fn shown(&mut self) -> Qty {
        match self.taste {
            Taste::Plausible => Qty::new(1 + self.chance.below(4) as i64).expect("a quantity"),
            Taste::Absurd => self.qty(),
        }
    }

    fn trigger(&mut self) -> Trigger {
        Trigger {
            purpose: self.chance.pick(&[Purpose::StopLoss, Purpose::TakeProfit]),
            condition: self.condition(),
        }
    }

    fn condition(&mut self) -> Condition {
        match self.chance.below(4) {
            0 => Condition::Trail {
                delta: self.delta(),
            },
            1 => Condition::TrailFrom {
                activation: self.price(),
                delta: self.delta(),
            },
            _ => Condition::Stop {
                price: self.price(),
            },
        }
    }

    pub fn place_list(&mut self) -> Action {
        let side = self.chance.pick(&[Side::Buy, Side::Sell]);
        let legs = match self.chance.below(3) {
            0 => Legs::OneCancelsOther {
                pair: self.pair(side),
            },
            1 => Legs::OneTriggersOther {
                working: self.working(side),
                pending: self.single(side.opposite()),
            },
            _ => Legs::OneTriggersOneCancelsOther {
                working: self.working(side),
                pending: self.pair(side.opposite()),
            },
        };
        Action::PlaceList(Box::new(NewList {
            market: self.market(),
            client_id: self.name(),
            self_trade: None,
            legs,
        }))
    }

    /// Mostly a pair as it should be.
    fn pair(&mut self, side: Side) -> [Leg; 2] {
        let qty = self.qty();
        let price = self.price();
        let kind = OrderKind::LimitMaker { price, qty };
        let first = match self.chance.is_one_in(3) {
            true => self.waiting(side, Purpose::TakeProfit, qty),
            false => {
                let peg = self.peg(&kind);
                let instructions = Instructions {
                    peg,
                    ..Instructions::NONE
                };
                self.leg(side, kind, instructions)
            }
        };
        let second = self.waiting(side, Purpose::StopLoss, qty);
        match self.chance.below(20) {
            0 => [first, first],
            1..=9 => [second, first],
            _ => [first, second],
        }
    }

    fn waiting(&mut self, side: Side, purpose: Purpose, qty: Qty) -> Leg {
        let price = self.price();
        let kind = match self.chance.below(3) {
            0 => OrderKind::Market { qty },
            _ => OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::GoodTillCancel,
            },
        };
        let condition = self.condition();
        let instructions = Instructions {
            peg: self.peg(&kind),
            trigger: Some(Trigger { purpose, condition }),
            ..Instructions::NONE
        };
        self.leg(side, kind, instructions)
    }

    fn working(&mut self, side: Side) -> Leg {
        let (price, qty) = (self.price(), self.qty());
        let kind = match self.chance.below(4) {
            0 => OrderKind::LimitMaker { price, qty },
            1 => self.kind(),
            _ => OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::GoodTillCancel,
            },
        };
        let shown = self.chance.is_one_in(5).then(|| self.shown());
        let instructions = Instructions {
            peg: self.peg(&kind),
            iceberg: shown,
            ..Instructions::NONE
        };
        self.leg(side, kind, instructions)
    }

    fn single(&mut self, side: Side) -> Leg {
        let kind = self.kind();
        let instructions = self.instructions(&kind);
        self.leg(side, kind, instructions)
    }

    fn leg(&mut self, side: Side, kind: OrderKind, instructions: Instructions) -> Leg {
        Leg {
            side: if self.chance.is_one_in(40) {
                side.opposite()
            } else {
                side
            },
            kind,
            client_id: self.name(),
            instructions: Instructions {
                strategy: self.strategy(),
                ..instructions
            },
        }
    }

    pub fn cancel_list(&mut self) -> Action {
        let id = ListId(match self.taste {
            Taste::Plausible => self.chance.below(300),
            Taste::Absurd => self.chance.pick(&[0, 1, u64::MAX]),
        });
        Action::CancelList(CancelList {
            market: self.market(),
            list: match self.chance.below(3) {
                0 => ListRef::Id(id),
                1 => ListRef::Both(id, self.name()),
                _ => ListRef::Client(self.name()),
            },
        })
    }
}

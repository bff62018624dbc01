//! Snapshots damaged at random: each is refused, or is one that an engine lives with.

use engine::engine::Engine;
use model::command::Sequenced;
use model::id::{AccountId, ListId, MarketId, OrderId};
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty};
use model::order::{
    Condition, Instructions, ListKind, OrderKind, Peg, PegBase, Purpose, Side, TimeInForce, Trigger,
};
use model::snapshot::{CountdownRow, EngineState, MarketState, Waiting};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::time::Timestamp;

use crate::generator::{Chance, Generator, Taste};
use crate::totality::play;

fn qty(chance: &mut Chance) -> Qty {
    let lots = chance.pick(&[0, 1, 2, 5, 12, 1_000, 1 << 50]);
    Qty::new(lots).expect("a quantity")
}

fn price(chance: &mut Chance) -> Price {
    let ticks = match chance.is_one_in(4) {
        true => chance.pick(&[1, 1 << 20, 1 << 50]),
        false => 95 + chance.below(11) as i64,
    };
    Price::new(ticks).expect("a price")
}

fn amount(chance: &mut Chance) -> Amount {
    let max = Amount::MAX.units();
    Amount::new(chance.pick(&[-max, -1, 0, 1, 5, 500, max])).expect("an amount")
}

fn number(chance: &mut Chance, last: u64) -> u64 {
    match chance.is_one_in(4) {
        true => chance.pick(&[0, 1, last, last.saturating_add(1), u64::MAX - 1, u64::MAX]),
        false => chance.below(last.saturating_add(1)),
    }
}

fn instructions(chance: &mut Chance) -> Instructions {
    let delta = BasisPoints::new(chance.pick(&[1, 100, 9_999])).expect("a part");
    let condition = match chance.below(3) {
        0 => Condition::Stop {
            price: price(chance),
        },
        1 => Condition::Trail { delta },
        _ => Condition::TrailFrom {
            activation: price(chance),
            delta,
        },
    };
    let purpose = chance.pick(&[Purpose::StopLoss, Purpose::TakeProfit]);
    Instructions {
        peg: chance.is_one_in(2).then(|| peg(chance)),
        strategy: Strategy {
            id: StrategyId::new(7).filter(|_| chance.is_one_in(3)),
            kind: Some(StrategyKind::MIN).filter(|_| chance.is_one_in(3)),
        },
        trigger: (!chance.is_one_in(3)).then_some(Trigger { purpose, condition }),
        iceberg: chance.is_one_in(3).then(|| qty(chance)),
    }
}

fn peg(chance: &mut Chance) -> Peg {
    let levels = chance.pick(&[0, 1, 100]);
    Peg {
        base: chance.pick(&[PegBase::Primary, PegBase::Market]),
        levels: PegLevels::new(levels).expect("at most 100"),
        price: chance.is_one_in(2).then(|| price(chance)),
    }
}

fn kind(chance: &mut Chance) -> OrderKind {
    let (price, qty) = (price(chance), qty(chance));
    match chance.below(5) {
        0 => OrderKind::Market { qty },
        1 => OrderKind::MarketQuote {
            quote: amount(chance),
        },
        2 => OrderKind::LimitMaker { price, qty },
        3 => OrderKind::Limit {
            price,
            qty,
            time_in_force: TimeInForce::ImmediateOrCancel,
        },
        _ => OrderKind::Limit {
            price,
            qty,
            time_in_force: TimeInForce::GoodTillCancel,
        },
    }
}

fn waiting(chance: &mut Chance) -> Waiting {
    match chance.below(5) {
        0 => Waiting::Working,
        1 => Waiting::Market,
        2 => Waiting::Trailing {
            extreme: price(chance),
        },
        3 => Waiting::Turn,
        _ => Waiting::Activation,
    }
}

/// Damages one row of a market, if it has such a row.
fn damage_market(chance: &mut Chance, market: &mut MarketState) {
    let last = market.last_order.0;
    let at = |chance: &mut Chance, len: usize| chance.below(len.max(1) as u64) as usize;
    match chance.below(5) {
        0 | 1 => {
            let row = at(chance, market.parked.len());
            if let Some(row) = market.parked.get_mut(row) {
                damage_parked(chance, row, last);
            }
        }
        2 => {
            let row = at(chance, market.lists.len());
            if let Some(row) = market.lists.get_mut(row) {
                match chance.below(4) {
                    0 => row.list = ListId(number(chance, 50)),
                    1 => row.account = AccountId(number(chance, 5) as u32),
                    2 => {
                        row.kind = chance.pick(&[
                            ListKind::OneCancelsOther,
                            ListKind::OneTriggersOther,
                            ListKind::OneTriggersOneCancelsOther,
                        ]);
                    }
                    _ => row.first_order = OrderId(number(chance, last)),
                }
            }
        }
        3 => {
            let row = at(chance, market.icebergs.len());
            if let Some(row) = market.icebergs.get_mut(row) {
                match chance.below(3) {
                    0 => row.order = OrderId(number(chance, last)),
                    1 => row.shown_max = qty(chance),
                    _ => row.shown = qty(chance),
                }
            }
        }
        _ => damage_rows(chance, market),
    }
}

fn damage_parked(chance: &mut Chance, row: &mut model::snapshot::ParkedRow, last: u64) {
    match chance.below(7) {
        0 => row.order = OrderId(number(chance, last)),
        1 => row.account = AccountId(number(chance, 5) as u32),
        2 => row.side = chance.pick(&[Side::Buy, Side::Sell]),
        3 => row.kind = kind(chance),
        4 => row.instructions = instructions(chance),
        5 => row.hold = amount(chance),
        _ => row.waiting = waiting(chance),
    }
}

/// Damages one countdown, or the order in which they stand.
fn damage_countdowns(chance: &mut Chance, rows: &mut Vec<CountdownRow>) {
    let len = rows.len().max(1) as u64;
    let (one, other) = (chance.below(len) as usize, chance.below(len) as usize);
    let Some(row) = rows.get_mut(one) else {
        return;
    };
    match chance.below(5) {
        0 => row.account = AccountId(number(chance, 5) as u32),
        1 => row.market = MarketId(number(chance, 3) as u16),
        2 => row.until = chance.pick(&[Timestamp::from_nanos(i64::MIN), Timestamp::MAX]),
        3 => rows.swap(one, other),
        _ => rows.insert(other, rows[one]),
    }
}

/// Drops, doubles or swaps rows, or changes what the market remembers.
fn damage_rows(chance: &mut Chance, market: &mut MarketState) {
    fn shuffle<T: Copy>(chance: &mut Chance, rows: &mut Vec<T>) {
        if rows.is_empty() {
            return;
        }
        let len = rows.len() as u64;
        let (one, other) = (chance.below(len) as usize, chance.below(len) as usize);
        match chance.below(3) {
            0 => rows.swap(one, other),
            1 => rows.insert(other, rows[one]),
            _ => {
                rows.remove(one);
            }
        }
    }
    match chance.below(7) {
        0 => shuffle(chance, &mut market.orders),
        1 => shuffle(chance, &mut market.parked),
        2 => shuffle(chance, &mut market.icebergs),
        3 => shuffle(chance, &mut market.amended),
        4 => shuffle(chance, &mut market.lists),
        5 => market.last_price = chance.is_one_in(2).then(|| price(chance)),
        _ => {
            let orders = market.orders.len().max(1) as u64;
            let row = chance.below(orders) as usize;
            if let Some(row) = market.orders.get_mut(row) {
                match chance.below(4) {
                    0 => row.executed = qty(chance),
                    1 => row.prevented = qty(chance),
                    2 => row.order = OrderId(number(chance, market.last_order.0)),
                    _ => row.account = AccountId(number(chance, 5) as u32),
                }
            }
        }
    }
}

/// Returns whether the engine took a damaged state; it then goes on with it.
fn check_damaged(seed: u64, state: &EngineState) -> bool {
    let Ok(mut engine) = Engine::restore(state) else {
        return false;
    };
    assert!(
        engine.state() == *state,
        "a state was changed by restoring it"
    );
    let mut generator = Generator {
        chance: Chance::new(seed),
        taste: Taste::Plausible,
    };
    let mut events = Vec::new();
    for _ in 0..40 {
        let sequenced = Sequenced {
            sequence: engine.sequence().next(),
            at: engine.at(),
            command: generator.command(),
        };
        engine.apply(&sequenced, &mut events);
        engine.audit().expect("every invariant holds");
    }
    true
}

#[test]
fn a_damaged_snapshot_is_refused_or_one_that_an_engine_lives_with() {
    let (mut refused, mut taken) = (0, 0);
    for seed in 0..40 {
        let checked = play(2_000 + seed, 220, |checked, at, command| {
            checked.apply(at, command);
        });
        let state = checked.engine.state();
        let mut chance = Chance::new(seed);
        for round in 0..60 {
            let mut damaged = state.clone();
            for _ in 0..=chance.below(2) {
                let market = chance.below(damaged.markets.len() as u64) as usize;
                match chance.is_one_in(8) {
                    true => damage_countdowns(&mut chance, &mut damaged.countdowns),
                    false => damage_market(&mut chance, &mut damaged.markets[market]),
                }
            }
            if damaged == state {
                continue;
            }
            match check_damaged(seed * 100 + round, &damaged) {
                true => taken += 1,
                false => refused += 1,
            }
        }
    }
    assert!(200 < refused, "only {refused} were refused, {taken} taken");
    println!("{refused} refused, {taken} taken");
}

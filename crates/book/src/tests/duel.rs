//! The same commands played on the book and on the naive one.

use crate::book::Book;
use crate::naive::{NaiveBook, NaiveOrder, NaiveStep};
use crate::order::{Parked, Resting, Slot};
use crate::probe::Probe;
use crate::take::{Step, Stopped, Taken, Taker};
use model::id::{AccountId, OrderId, TradeGroupId};
use model::index::hash_words;
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};
use proptest::prelude::*;

/// A command with everything in it drawn beforehand; `pick` chooses among the orders that rest, or are parked.
#[derive(Clone, Copy, Debug)]
enum Command {
    /// Takes, then rests what is left, as a limit order does.
    Place {
        taker: Taker,
        account: AccountId,
        /// As an iceberg.
        shown_max: Option<Qty>,
    },
    /// Takes only.
    Take {
        taker: Taker,
    },
    /// Asks what a budget buys.
    Value {
        taker: Taker,
        budget: i128,
    },
    Remove {
        pick: u64,
    },
    Reduce {
        pick: u64,
        by: u64,
    },
    Park {
        account: AccountId,
        group: TradeGroupId,
    },
    Unpark {
        pick: u64,
    },
    /// Unparks an order and places it under its id.
    Start {
        pick: u64,
        taker: Taker,
        shown_max: Option<Qty>,
    },
}

struct Duel {
    book: Book,
    naive: NaiveBook,
    order_last: OrderId,
    gone: Vec<OrderId>,
}

impl Duel {
    fn new(seed: u64) -> Duel {
        Duel {
            book: Book::new(seed),
            naive: NaiveBook::new(),
            order_last: OrderId(0),
            gone: Vec::new(),
        }
    }

    fn play(&mut self, command: &Command) {
        match *command {
            Command::Place {
                taker,
                account,
                shown_max,
            } => {
                let order = self.next_order();
                self.place(order, &taker, account, shown_max);
            }
            Command::Take { taker } => {
                self.take(&taker);
            }
            Command::Value { taker, budget } => self.value(&taker, budget),
            Command::Remove { pick } => self.remove(pick),
            Command::Reduce { pick, by } => self.reduce(pick, by),
            Command::Park { account, group } => self.park(account, group),
            Command::Unpark { pick } => {
                let parked = self.unpark(pick);
                self.gone.extend(parked.map(|parked| parked.order));
            }
            Command::Start {
                pick,
                taker,
                shown_max,
            } => {
                if let Some(Parked { order, account, .. }) = self.unpark(pick) {
                    self.place(order, &taker, account, shown_max);
                }
            }
        }
        self.compare();
    }

    /// Ids are unique, neither dense nor rising.
    fn next_order(&mut self) -> OrderId {
        let order = OrderId(hash_words(5, &[self.order_last.0]));
        self.order_last = OrderId(self.order_last.0 + 1);
        order
    }

    fn place(&mut self, order: OrderId, taker: &Taker, account: AccountId, shown_max: Option<Qty>) {
        let taken = self.take(taker);
        if taken.left.is_zero() {
            self.gone.push(order);
            return;
        }
        let resting = Resting {
            order,
            account,
            group: taker.group,
            side: taker.side,
            price: taker.limit,
            open: taken.left,
        };
        let slot = match shown_max {
            None => self.book.rest(resting),
            Some(shown_max) => self.book.rest_iceberg(resting, shown_max),
        };
        self.naive.rest(resting, shown_max);
        assert_eq!(self.book.get(slot), resting);
        assert_eq!(self.book.find(order), Some(slot));
    }

    fn take(&mut self, taker: &Taker) -> Taken {
        let probe = self.book.probe(taker);
        let mut steps = Vec::new();
        let taken = self.book.take(taker, &mut steps);
        assert_eq!(probe, probe_of(&taken, &steps));
        let (naive_taken, naive_steps) = self.naive.take(taker);
        assert_eq!(taken, naive_taken);
        assert_eq!(
            steps.iter().map(naive_step).collect::<Vec<_>>(),
            naive_steps
        );
        self.note_gone(&steps);
        taken
    }

    fn note_gone(&mut self, steps: &[Step]) {
        for step in steps {
            let (Step::Fill {
                order, maker_left, ..
            }
            | Step::Prevented {
                order, maker_left, ..
            }) = *step
            else {
                continue;
            };
            if maker_left.is_zero() {
                self.gone.push(order);
            }
        }
    }

    /// A budget buys what the naive walk says, and a take of that many lots meets the same makers.
    fn value(&mut self, taker: &Taker, budget: i128) {
        let probe = self.book.probe_value(taker, budget);
        assert_eq!(probe, self.naive.probe_value(taker, budget));
        assert!(probe.value <= budget);
        let exact = Taker {
            qty: probe.filled.plus(probe.prevented),
            ..*taker
        };
        let mut steps = Vec::new();
        let taken = self.book.clone().take(&exact, &mut steps);
        let again = probe_of(&taken, &steps);
        assert_eq!((again.filled, again.value), (probe.filled, probe.value));
        assert_eq!(again.prevented, probe.prevented);
        if !matches!(probe.stopped, Stopped::LimitReached | Stopped::BookEmpty) {
            assert_eq!(again.stopped, probe.stopped);
        }
    }

    fn remove(&mut self, pick: u64) {
        let Some(NaiveOrder { resting, .. }) = self.pick(pick) else {
            return;
        };
        let slot = self.book.find(resting.order).expect("it rests");
        assert_eq!(self.book.remove(slot), resting);
        assert_eq!(self.naive.remove(resting.order), resting);
        self.gone.push(resting.order);
    }

    fn reduce(&mut self, pick: u64, by: u64) {
        let Some(NaiveOrder {
            resting,
            shown_max: None,
            ..
        }) = self.pick(pick)
        else {
            return;
        };
        let open = resting.open.lots();
        if open == 1 {
            return;
        }
        let by = lots(1 + (by % (open as u64 - 1)) as i64);
        let slot = self.book.find(resting.order).expect("it rests");
        self.book.reduce(slot, by);
        self.naive.reduce(resting.order, by);
    }

    fn park(&mut self, account: AccountId, group: TradeGroupId) {
        let parked = Parked {
            order: self.next_order(),
            account,
            group,
        };
        let slot = self.book.park(parked);
        self.naive.park(parked);
        assert_eq!(self.book.find(parked.order), Some(slot));
    }

    fn unpark(&mut self, pick: u64) -> Option<Parked> {
        let waiting = self.naive.parked();
        let position = (pick as usize).checked_rem(waiting.len())?;
        let parked = waiting[position];
        let slot = self.book.find(parked.order).expect("it is parked");
        assert_eq!(self.book.unpark(slot), parked);
        assert!(!self.book.is_parked(slot));
        assert_eq!(self.book.find(parked.order), None);
        Some(self.naive.unpark(parked.order))
    }

    fn pick(&self, pick: u64) -> Option<NaiveOrder> {
        let live = self.naive.arrived();
        let position = (pick as usize).checked_rem(live.len())?;
        Some(live[position])
    }

    fn compare(&self) {
        assert_eq!(self.book.audit(), Ok(()));
        assert_eq!(self.book.len(), self.naive.arrived().len());
        for side in [Side::Buy, Side::Sell] {
            let expected = self.naive.orders(side);
            let orders = self.book.orders(side);
            let orders: Vec<_> = orders.map(|(slot, it)| self.shown(slot, it)).collect();
            assert_eq!(orders, expected);
            let best = expected.first().map(|it| it.resting.price);
            assert_eq!(self.book.best(side), best);
            let levels: Vec<_> = self.book.levels(side).collect();
            assert_eq!(levels, self.naive.levels(side));
        }
        for (slot, resting) in self.book.orders(Side::Buy) {
            assert_eq!(self.book.find(resting.order), Some(slot));
        }
        self.compare_parked();
        let live = self.naive.arrived();
        let icebergs = live.iter().filter(|it| it.shown_max.is_some());
        assert_eq!(self.book.icebergs(), icebergs.count());
        for order in self.gone.iter().rev().take(8) {
            assert_eq!(self.book.find(*order), None);
        }
    }

    /// Returns an order of the book the way the naive one has it.
    fn shown(&self, slot: Slot, resting: Resting) -> NaiveOrder {
        assert!(!self.book.is_parked(slot));
        let shown_max = self.book.shown_max(slot);
        assert_eq!(self.book.is_iceberg(slot), shown_max.is_some());
        NaiveOrder {
            resting,
            shown: self.book.shown(slot),
            shown_max,
        }
    }

    fn compare_parked(&self) {
        let expected = self.naive.parked();
        assert_eq!(self.book.parked_len(), expected.len());
        for parked in expected {
            let slot = self.book.find(parked.order).expect("it is parked");
            assert!(self.book.is_parked(slot) && !self.book.is_iceberg(slot));
            assert_eq!(self.book.parked(slot), *parked);
        }
    }
}

fn naive_step(step: &Step) -> NaiveStep {
    match *step {
        Step::Fill {
            order,
            price,
            qty,
            maker_left,
            ..
        } => NaiveStep::Fill {
            order,
            price,
            qty,
            maker_left,
        },
        Step::Prevented {
            order,
            price,
            maker_qty,
            taker_qty,
            maker_left,
            ..
        } => NaiveStep::Prevented {
            order,
            price,
            maker_qty,
            taker_qty,
            maker_left,
        },
        Step::Refilled {
            order, price, qty, ..
        } => NaiveStep::Refilled { order, price, qty },
    }
}

fn probe_of(taken: &Taken, steps: &[Step]) -> Probe {
    let value = |step: &Step| match *step {
        Step::Fill { price, qty, .. } => i128::from(price.ticks()) * i128::from(qty.lots()),
        Step::Prevented { .. } | Step::Refilled { .. } => 0,
    };
    Probe {
        filled: taken.filled,
        prevented: taken.prevented,
        value: steps.iter().map(value).sum(),
        stopped: taken.stopped,
    }
}

fn lots(lots: i64) -> Qty {
    Qty::new(lots).expect("a legal quantity")
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Prices that mostly meet, sometimes lie pages apart, and sometimes at the ends of the range.
fn price() -> impl Strategy<Value = Price> {
    let ticks = prop_oneof![
        12 => 1_000_i64..1_030,
        3 => 500_i64..1_500,
        1 => 1_i64..=Price::MAX.ticks(),
        1 => Just(1_i64),
        1 => Just(Price::MAX.ticks()),
    ];
    ticks.prop_map(|ticks| Price::new(ticks).expect("a legal price"))
}

fn taker(groups: u32) -> impl Strategy<Value = Taker> {
    let modes = prop::sample::select(SelfTradeMode::ALL.to_vec());
    (side(), price(), 1_i64..60, 0..groups, modes).prop_map(
        |(side, limit, qty, group, self_trade)| Taker {
            side,
            limit,
            qty: lots(qty),
            group: TradeGroupId(group),
            self_trade,
        },
    )
}

/// Few enough lots that one taker often meets several parts of an iceberg.
fn shown_max() -> impl Strategy<Value = Option<Qty>> {
    let shown = prop_oneof![4 => 1_i64..6, 1 => 1_i64..80];
    prop::option::of(shown.prop_map(lots))
}

fn command(groups: u32) -> impl Strategy<Value = Command> {
    prop_oneof![
        10 => (taker(groups), 0_u32..9, shown_max()).prop_map(|(taker, account, shown_max)| Command::Place {
            taker,
            account: AccountId(account),
            shown_max,
        }),
        2 => taker(groups).prop_map(|taker| Command::Take { taker }),
        1 => (taker(groups), 0_i128..200_000).prop_map(|(taker, budget)| Command::Value { taker, budget }),
        4 => any::<u64>().prop_map(|pick| Command::Remove { pick }),
        2 => any::<(u64, u64)>().prop_map(|(pick, by)| Command::Reduce { pick, by }),
        2 => (0_u32..9, 0..groups).prop_map(|(account, group)| Command::Park {
            account: AccountId(account),
            group: TradeGroupId(group),
        }),
        1 => any::<u64>().prop_map(|pick| Command::Unpark { pick }),
        1 => (any::<u64>(), taker(groups), shown_max()).prop_map(|(pick, taker, shown_max)| Command::Start {
            pick,
            taker,
            shown_max,
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_book_agrees_with_the_naive_book_among_many_groups(
        seed: u64,
        commands in prop::collection::vec(command(6), 1..200),
    ) {
        let mut duel = Duel::new(seed);
        commands.iter().for_each(|command| duel.play(command));
    }

    #[test]
    fn the_book_agrees_with_the_naive_book_when_everybody_meets_himself(
        seed: u64,
        commands in prop::collection::vec(command(2), 1..200),
    ) {
        let mut duel = Duel::new(seed);
        commands.iter().for_each(|command| duel.play(command));
    }
}

/// Draws from a seed, for games longer than those worth shrinking.
struct Chance {
    state: u64,
}

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.state = hash_words(self.state, &[1]);
        self.state % end
    }

    fn taker(&mut self, groups: u64, spread_ticks: u64) -> Taker {
        let is_buy = self.below(2) == 0;
        let side = if is_buy { Side::Buy } else { Side::Sell };
        // Buyers mostly below the middle and sellers mostly above: the book stays deep.
        let near = self.below(spread_ticks) as i64;
        let ticks = if is_buy { 10_005 - near } else { 9_995 + near };
        let mode = self.below(SelfTradeMode::ALL.len() as u64) as usize;
        Taker {
            side,
            limit: Price::new(ticks).expect("a legal price"),
            qty: lots(1 + self.below(40) as i64),
            group: TradeGroupId(self.below(groups) as u32),
            self_trade: SelfTradeMode::ALL[mode],
        }
    }

    fn shown_max(&mut self) -> Option<Qty> {
        let shown_max = lots(1 + self.below(8) as i64);
        (self.below(3) == 0).then_some(shown_max)
    }

    fn command(&mut self, groups: u64, spread_ticks: u64) -> Command {
        match self.below(100) {
            0..53 => Command::Place {
                taker: self.taker(groups, spread_ticks),
                account: AccountId(self.below(50) as u32),
                shown_max: self.shown_max(),
            },
            53..56 => Command::Park {
                account: AccountId(self.below(50) as u32),
                group: TradeGroupId(self.below(groups) as u32),
            },
            56..57 => Command::Unpark {
                pick: self.below(u64::MAX),
            },
            57..60 => Command::Start {
                pick: self.below(u64::MAX),
                taker: self.taker(groups, spread_ticks),
                shown_max: self.shown_max(),
            },
            60..62 => Command::Take {
                taker: self.taker(groups, spread_ticks),
            },
            62..64 => Command::Value {
                taker: self.taker(groups, spread_ticks),
                budget: i128::from(self.below(2_000_000)),
            },
            64..92 => Command::Remove {
                pick: self.below(u64::MAX),
            },
            _ => Command::Reduce {
                pick: self.below(u64::MAX),
                by: self.below(u64::MAX),
            },
        }
    }
}

fn play_long(seed: u64, groups: u64, spread_ticks: u64, commands: usize) {
    let mut duel = Duel::new(seed);
    let mut chance = Chance { state: seed };
    for _ in 0..commands {
        let command = chance.command(groups, spread_ticks);
        duel.play(&command);
    }
    assert!(10 < duel.book.len(), "the game must not run dry");
    assert!(500 < duel.gone.len(), "the game must turn over");
}

#[test]
fn a_long_game_on_few_prices_agrees_with_the_naive_book() {
    play_long(1, 20, 20, 3_000);
}

#[test]
fn a_long_game_on_neighbouring_pages_agrees_with_the_naive_book() {
    play_long(2, 50, 200, 3_000);
}

#[test]
fn a_long_game_on_sparse_prices_agrees_with_the_naive_book() {
    play_long(3, 50, 9_000, 3_000);
}

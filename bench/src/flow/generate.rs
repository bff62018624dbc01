//! Generates a flow of a given shape from a seed.
//!
//! What the flow promises: no order meets one of its own account, a passive order and a move
//! never cross, every cancel and move names a live order. Each record picks its symbol by
//! popularity, a cancel or move then one of that symbol's orders uniformly; takers' sizes follow
//! the number of orders resting. Together this keeps every book near its target.

use crate::flow::Flow;
use crate::flow::header::Header;
use crate::flow::random::Random;
use crate::flow::record::{Operation, Record, Side};
use crate::flow::reference::{Reference, Taker};
use crate::flow::shape::Shape;

/// Cumulative percentages of the measured records.
const PASSIVE_PERCENT: u64 = 52;
const CROSSING_PERCENT: u64 = PASSIVE_PERCENT + 8;
const CANCEL_PERCENT: u64 = CROSSING_PERCENT + 27;
const MOVE_PERCENT: u64 = CANCEL_PERCENT + 8;

/// A symbol's mid takes a step of one tick once in this many of its passive prices.
const MID_STEP_CHANCES: u64 = 256;
const MAKER_LOTS_MAX: u64 = 100;
/// Gaps in the order ids, so that no engine can count on dense ones.
const ORDER_ID_GAP_END: u64 = 4;
/// A crossing order's limit reaches into the book by this part of the span,
const REACH_DIVISOR: u32 = 16;
/// except that one in so many stops at the best price.
const TOUCH_ONLY_CHANCES: u64 = 4;

/// Makers' worth of lots an average taker asks for with the book at its target. Per record, the
/// book gains 0.52 orders and loses 0.27 to cancels; 0.13 takers must consume the difference.
const TAKER_MAKERS_PPM: u128 = 2_700_000;
const TAKER_MAKERS_PPM_MIN: u128 = 100_000;
const TAKER_MAKERS_PPM_MAX: u128 = 12_000_000;
const PPM: u128 = 1_000_000;

/// Returns the flow of `shape` that `seed` determines.
///
/// **Cost**: about a microsecond a record.
pub fn generate(shape: &Shape, measured_records: u64, seed: u64) -> Flow {
    let mut generator = Generator::new(shape, seed);
    generator.prefill();
    for _ in 0..measured_records {
        generator.step();
    }
    generator.into_flow(measured_records, seed)
}

struct Generator<'shape> {
    shape: &'shape Shape,
    random: Random,
    reference: Reference,
    /// By symbol.
    mids_ticks: Vec<i64>,
    /// By symbol: the sum of the popularities up to and with it.
    popularity_sums: Vec<u64>,
    order_id_last: u64,
    records: Vec<Record>,
    /// Scratch space for the owners a taker would trade with.
    accounts_met: Vec<u32>,
}

impl<'shape> Generator<'shape> {
    fn new(shape: &'shape Shape, seed: u64) -> Self {
        Generator {
            shape,
            random: Random::from_seed(seed),
            reference: Reference::new(shape.symbols),
            mids_ticks: vec![shape.mid_start_ticks(); shape.symbols as usize],
            popularity_sums: popularity_sums(shape.symbols),
            order_id_last: 0,
            records: Vec::new(),
            accounts_met: Vec::new(),
        }
    }

    /// Builds every book to its target, in random order so that no book lies together in memory.
    fn prefill(&mut self) {
        let mut places = places(self.shape);
        for end in (1..places.len()).rev() {
            let other = self.random.below(end as u64 + 1);
            places.swap(end, usize::try_from(other).expect("an index of places"));
        }
        for (symbol, side) in places {
            self.place_passive_on(symbol, side);
        }
    }

    fn step(&mut self) {
        let symbol = self.draw_symbol();
        match self.random.below(100) {
            ..PASSIVE_PERCENT => self.place_passive(symbol),
            PASSIVE_PERCENT..CROSSING_PERCENT => self.cross(Operation::GoodTillCancel, symbol),
            CROSSING_PERCENT..CANCEL_PERCENT => self.cancel(symbol),
            CANCEL_PERCENT..MOVE_PERCENT => self.relocate(symbol),
            _ => self.cross(Operation::ImmediateOrCancel, symbol),
        }
    }

    fn place_passive(&mut self, symbol: u16) {
        let side = self.draw_side();
        self.place_passive_on(symbol, side);
    }

    fn place_passive_on(&mut self, symbol: u16, side: Side) {
        let limit_ticks = self.draw_passive_price(symbol, side);
        let lots = self.draw_lots();
        let account = self.draw_account();
        let taker = Taker {
            symbol,
            side,
            limit_ticks,
            lots,
        };
        let order_id = self.emit_order(Operation::GoodTillCancel, taker, account);
        self.reference.rest(taker, account, order_id);
    }

    /// Places an order that trades at once, or a passive one where nobody can be traded with.
    fn cross(&mut self, operation: Operation, symbol: u16) {
        let side = self.draw_side();
        let Some(taker) = self
            .draw_taker(symbol, side)
            .or_else(|| self.draw_taker(symbol, side.opposite()))
        else {
            return self.place_passive(symbol);
        };
        match self.draw_stranger(taker) {
            Some(account) => self.trade(operation, taker, account),
            None => self.place_passive(symbol),
        }
    }

    fn trade(&mut self, operation: Operation, taker: Taker, account: u32) {
        let order_id = self.emit_order(operation, taker, account);
        let lots = self.reference.take(taker);
        if operation == Operation::GoodTillCancel && 0 < lots {
            self.reference
                .rest(Taker { lots, ..taker }, account, order_id);
        }
    }

    fn cancel(&mut self, symbol: u16) {
        let Some(handle) = self.draw_live(symbol) else {
            return self.place_passive(symbol);
        };
        self.emit_change(
            Operation::Cancel,
            handle,
            self.reference.order(handle).price_ticks,
        );
        self.reference.cancel(handle);
    }

    fn relocate(&mut self, symbol: u16) {
        let Some(handle) = self.draw_live(symbol) else {
            return self.place_passive(symbol);
        };
        let order = self.reference.order(handle).clone();
        let price_ticks = self.draw_new_price(order.symbol, order.side, order.price_ticks);
        self.emit_change(Operation::Move, handle, price_ticks);
        self.reference.cancel(handle);
        let taker = Taker {
            symbol: order.symbol,
            side: order.side,
            limit_ticks: price_ticks,
            lots: order.lots,
        };
        self.reference.rest(taker, order.account, order.order_id);
    }

    fn draw_side(&mut self) -> Side {
        if self.random.one_in(2) {
            Side::Buy
        } else {
            Side::Sell
        }
    }

    fn draw_symbol(&mut self) -> u16 {
        let sum = *self.popularity_sums.last().expect("a flow has a symbol");
        let point = self.random.below(sum);
        let index = self.popularity_sums.partition_point(|end| *end <= point);
        u16::try_from(index).expect("a shape has at most 65,536 symbols")
    }

    fn draw_account(&mut self) -> u32 {
        let index = self.random.below(u64::from(self.shape.accounts));
        u32::try_from(index).expect("below a u32") + 1
    }

    fn draw_lots(&mut self) -> u32 {
        u32::try_from(self.random.below(MAKER_LOTS_MAX)).expect("below a hundred") + 1
    }

    /// Returns a uniformly chosen order of `symbol`, unless none rests there.
    fn draw_live(&mut self, symbol: u16) -> Option<usize> {
        let count = self.reference.live(symbol).len();
        if count == 0 {
            return None;
        }
        let index = self.random.below(count as u64);
        let index = usize::try_from(index).expect("an index of live orders");
        Some(self.reference.live(symbol)[index])
    }

    /// Returns a price at a cubic-distributed distance from the symbol's mid that crosses nothing.
    fn draw_passive_price(&mut self, symbol: u16, side: Side) -> i64 {
        let mid_ticks = self.walk_mid(symbol);
        let distance = self.random.cubic_below(u64::from(self.shape.span_ticks)) + 1;
        let distance_ticks = i64::try_from(distance).expect("a span is 32 bits");
        let touch_ticks = self.reference.best_ticks(symbol, side.opposite());
        match side {
            Side::Buy => (mid_ticks - distance_ticks).min(touch_ticks.map_or(i64::MAX, |t| t - 1)),
            Side::Sell => (mid_ticks + distance_ticks).max(touch_ticks.map_or(i64::MIN, |t| t + 1)),
        }
    }

    /// Returns a passive price that differs from `old_ticks`.
    fn draw_new_price(&mut self, symbol: u16, side: Side, old_ticks: i64) -> i64 {
        let price_ticks = self.draw_passive_price(symbol, side);
        match (price_ticks == old_ticks, side) {
            (false, _) => price_ticks,
            (true, Side::Buy) => price_ticks - 1,
            (true, Side::Sell) => price_ticks + 1,
        }
    }

    fn walk_mid(&mut self, symbol: u16) -> i64 {
        let step_ticks = match self.random.below(2 * MID_STEP_CHANCES) {
            0 => -1,
            1 => 1,
            _ => 0,
        };
        let mid_ticks = &mut self.mids_ticks[usize::from(symbol)];
        // Prices stay above 0 however long the walk: a mid below twice the span turns back.
        *mid_ticks = (*mid_ticks + step_ticks).max(2 * i64::from(self.shape.span_ticks) + 2);
        *mid_ticks
    }

    /// Returns an order that crosses the book, unless there is nothing to cross.
    fn draw_taker(&mut self, symbol: u16, side: Side) -> Option<Taker> {
        let touch_ticks = self.reference.best_ticks(symbol, side.opposite())?;
        let reach_ticks = self.draw_reach();
        let limit_ticks = match side {
            Side::Buy => touch_ticks + reach_ticks,
            Side::Sell => touch_ticks - reach_ticks,
        };
        let lots = self.draw_taker_lots(symbol, side.opposite());
        Some(Taker {
            symbol,
            side,
            limit_ticks,
            lots,
        })
    }

    fn draw_reach(&mut self) -> i64 {
        if self.random.one_in(TOUCH_ONLY_CHANCES) {
            return 0;
        }
        i64::from(self.shape.span_ticks / REACH_DIVISOR + 1)
    }

    /// Returns a size that grows with the square of the makers' number relative to the target.
    fn draw_taker_lots(&mut self, symbol: u16, makers: Side) -> u32 {
        let count = u128::from(self.reference.count(symbol, makers));
        let target = u128::from(self.shape.target_orders);
        let makers_ppm = (TAKER_MAKERS_PPM * count * count / (target * target))
            .clamp(TAKER_MAKERS_PPM_MIN, TAKER_MAKERS_PPM_MAX);
        let lots = u128::from(self.draw_lots()) * makers_ppm / PPM;
        u32::try_from(lots).expect("a dozen makers' lots").max(1)
    }

    /// Returns an account that owns none of the orders `taker` would trade with.
    fn draw_stranger(&mut self, taker: Taker) -> Option<u32> {
        self.reference.accounts_met(taker, &mut self.accounts_met);
        let drawn = self.draw_account();
        let accounts = self.shape.accounts;
        (drawn..=accounts)
            .chain(1..drawn)
            .find(|account| !self.accounts_met.contains(account))
    }

    fn emit_order(&mut self, operation: Operation, taker: Taker, account: u32) -> u64 {
        self.order_id_last += 1 + self.random.below(ORDER_ID_GAP_END);
        self.records.push(Record {
            operation,
            side: taker.side,
            symbol: taker.symbol,
            account,
            order_id: self.order_id_last,
            price_ticks: taker.limit_ticks,
            quantity_lots: taker.lots,
        });
        self.order_id_last
    }

    fn emit_change(&mut self, operation: Operation, handle: usize, price_ticks: i64) {
        let order = self.reference.order(handle);
        self.records.push(Record {
            operation,
            side: order.side,
            symbol: order.symbol,
            account: order.account,
            order_id: order.order_id,
            price_ticks,
            quantity_lots: order.lots,
        });
    }

    fn into_flow(self, measured_records: u64, seed: u64) -> Flow {
        let prices = || self.records.iter().map(|record| record.price_ticks);
        let header = Header {
            prefill_records: self.shape.prefill_records(),
            measured_records,
            symbols: self.shape.symbols,
            accounts: self.shape.accounts,
            order_id_end: self.order_id_last + 1,
            expected: self.reference.totals(),
            price_low_ticks: prices().min().unwrap_or(0),
            price_high_ticks: prices().max().unwrap_or(0),
            seed,
            target_orders: u64::from(self.shape.target_orders),
        };
        Flow {
            header,
            records: self.records,
        }
    }
}

/// Returns every (symbol, side) as often as orders shall rest there.
fn places(shape: &Shape) -> Vec<(u16, Side)> {
    let symbols = u16::try_from(shape.symbols - 1).expect("a shape has at most 65,536 symbols");
    (0..=symbols)
        .flat_map(|symbol| [(symbol, Side::Buy), (symbol, Side::Sell)])
        .flat_map(|place| std::iter::repeat_n(place, shape.target_orders as usize))
        .collect()
}

/// Returns the running sums of popularities proportional to 1 / (rank + 1).
fn popularity_sums(symbols: u32) -> Vec<u64> {
    (0..u64::from(symbols))
        .map(|rank| (1 << 32) / (rank + 1))
        .scan(0, |sum, popularity| {
            *sum += popularity;
            Some(*sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::naive;
    use crate::flow::shape::tests::small;
    use crate::flow::shape::{DEEP, HUNDRED, ONE};
    use proptest::prelude::*;

    /// Replays `flow` in a book of sorted vectors that also checks each of its promises.
    fn check(flow: &Flow) {
        let totals = naive::audit(flow).unwrap();
        assert_eq!(totals, flow.header.expected);
        let prices = || flow.records.iter().map(|record| record.price_ticks);
        assert_eq!(prices().min(), Some(flow.header.price_low_ticks));
        assert_eq!(prices().max(), Some(flow.header.price_high_ticks));
        assert!(0 < flow.header.price_low_ticks);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_flow_keeps_its_promises_and_its_totals(
            seed: u64,
            symbols in 1_u32..5,
            target_orders in 1_u32..40,
            accounts in 2_u32..50,
            span_ticks in 1_u32..200,
            measured_records in 0_u64..2_000,
        ) {
            let shape = Shape { name: "any", symbols, target_orders, accounts, span_ticks };
            check(&generate(&shape, measured_records, seed));
        }
    }

    #[test]
    fn the_named_flows_keep_their_promises() {
        check(&generate(&ONE, 100_000, 1));
        check(&generate(&HUNDRED, 20_000, 1));
    }

    #[test]
    fn a_seed_determines_the_flow() {
        assert_eq!(generate(&small(), 2_000, 5), generate(&small(), 2_000, 5));
        assert_ne!(generate(&small(), 2_000, 5), generate(&small(), 2_000, 6));
    }

    #[test]
    fn the_mix_is_that_of_the_format() {
        let flow = generate(&ONE, 100_000, 3);
        let measured = &flow.records[flow.prefill_count()..];
        let percent = |operation| {
            measured
                .iter()
                .filter(|record| record.operation == operation)
                .count() as f64
                / 1_000.0
        };
        assert!((percent(Operation::GoodTillCancel) - 60.0).abs() < 0.6);
        assert!((percent(Operation::ImmediateOrCancel) - 5.0).abs() < 0.3);
        assert!((percent(Operation::Cancel) - 27.0).abs() < 0.6);
        assert!((percent(Operation::Move) - 8.0).abs() < 0.4);
    }

    #[test]
    fn the_books_stay_near_their_targets() {
        let check = |shape: &Shape, measured_records: u64| {
            let resting = generate(shape, measured_records, 4)
                .header
                .expected
                .resting_orders;
            let target = shape.prefill_records();
            assert!(
                target * 9 / 10 < resting && resting < target * 11 / 10,
                "{resting}"
            );
        };
        check(&ONE, 200_000);
        check(&HUNDRED, 400_000);
        check(&DEEP, 400_000);
    }

    #[test]
    fn the_deep_book_stands_on_some_33_000_levels() {
        let mut generator = Generator::new(&DEEP, 1);
        generator.prefill();
        (0..400_000).for_each(|_| generator.step());
        let levels = generator.reference.level_count(0);
        assert!(31_000 < levels && levels < 35_000, "{levels}");
    }

    #[test]
    fn the_most_popular_of_a_hundred_symbols_gets_a_fifth() {
        let sums = popularity_sums(100);
        let share = sums[0] as f64 / sums[99] as f64;
        assert!((share - 1.0 / 5.187).abs() < 0.001, "{share}");
    }
}

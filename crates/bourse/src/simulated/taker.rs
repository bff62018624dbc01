//! Takers: noise traders who repeat themselves, and momentum traders who follow.

use super::population::{
    Intent, LADDER_TRADERS, Population, Seen, TAKER_TRADERS, TOUCH_TRADERS, Want,
};
use model::order::Side;

/// How often a taker trades on the side of the one before (recorded: 68 to 75 %).
const SAME_SIDE: f64 = 0.68;
/// Share of takers who follow the recent move.
const MOMENTUM: f64 = 0.2;
/// How far beyond the best price a taker goes, in parts of the price.
const REACH: f64 = 0.000_4;

/// When the next taker comes and which side the last one took.
pub struct Takers {
    due_ms: u64,
    last: Side,
    slow_fair: f64,
}

impl Default for Takers {
    fn default() -> Takers {
        Takers {
            due_ms: 0,
            last: Side::Buy,
            slow_fair: 0.0,
        }
    }
}

impl Takers {
    pub fn new() -> Takers {
        Takers::default()
    }

    /// Returns when the next taker comes.
    pub fn due_ms(&self) -> u64 {
        self.due_ms
    }

    /// Lets every taker act who is due.
    pub fn decide(
        &mut self,
        population: &mut Population,
        now_ms: u64,
        seen: &Seen,
        intents: &mut Vec<Intent>,
    ) {
        if now_ms < self.due_ms {
            return;
        }
        let mut due_ms = now_ms;
        while due_ms <= now_ms {
            self.take(population, seen, intents);
            due_ms += population
                .random
                .draw(&population.profile.taker_gap_ms.clone());
        }
        self.due_ms = due_ms;
    }

    fn take(&mut self, population: &mut Population, seen: &Seen, intents: &mut Vec<Intent>) {
        if seen.best_bid == 0 || seen.best_ask == 0 {
            return;
        }
        let side = self.side(population);
        let qty = population
            .random
            .draw(&population.profile.taker_size.clone())
            .max(1);
        let reach = (population.fair * REACH) as u64 + 1;
        let price = match side {
            Side::Buy => seen.best_ask + reach,
            Side::Sell => seen.best_bid.saturating_sub(reach).max(1),
        };
        let trader =
            LADDER_TRADERS + TOUCH_TRADERS + population.random.below(TAKER_TRADERS as u64) as usize;
        let client_id = population.client_id();
        intents.push(Intent {
            trader,
            want: Want::Take {
                client_id,
                side,
                price,
                qty,
            },
        });
        let typical = population.profile.touch_size[20].max(1);
        population.learn(side, qty as f64 / typical as f64);
        self.last = side;
    }

    fn side(&mut self, population: &mut Population) -> Side {
        let is_rising = self.slow_fair < population.fair;
        self.slow_fair += (population.fair - self.slow_fair) * 0.1;
        if population.random.happens(MOMENTUM) {
            return if is_rising { Side::Buy } else { Side::Sell };
        }
        if population.random.happens(SAME_SIDE) {
            self.last
        } else {
            self.last.opposite()
        }
    }
}

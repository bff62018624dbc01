//! Market makers: two who share the best price, and those who fill the book behind it.

use super::population::{Intent, LADDER_TRADERS, Own, Population, Seen, TOUCH_TRADERS, Want};
use super::profile::Profile;
use model::order::Side;

/// How many level orders are placed at one decision while the book is still filling.
const LADDER_FILL: usize = 60;

/// Share of their decisions at which touch makers want another size at a price that stays.
const SECOND_THOUGHTS: f64 = 0.05;

/// Keeps the best bid and ask one tick apart around the believed price, within an inventory limit.
#[derive(Default)]
pub struct Touch {
    bid: Quote,
    ask: Quote,
}

/// What is to rest at the best price of a side.
#[derive(Clone, Copy, Default)]
struct Quote {
    price: u64,
    qty: u64,
}

/// Keeps a side's levels as many and as far out as recorded.
#[derive(Default)]
pub struct Ladder {
    levels: usize,
    changes: usize,
}

impl Touch {
    /// Cancels what is on the wrong side of the believed price, then joins or improves both best prices.
    pub fn decide(&mut self, population: &mut Population, seen: &Seen, intents: &mut Vec<Intent>) {
        let bid = population.wanted_bid();
        for own in seen.own.iter().filter(|own| is_in_the_way(own, bid)) {
            intents.push(Intent {
                trader: own.trader,
                want: Want::Cancel {
                    client_id: own.client_id,
                },
            });
        }
        for (side, price) in [(Side::Buy, bid), (Side::Sell, bid + 1)] {
            let quote = self.quote(population, side, price);
            keep(population, seen, (side, quote), intents);
        }
    }

    /// Returns what is wanted at a price: a new draw when the price has moved, and now and then where it has not.
    fn quote(&mut self, population: &mut Population, side: Side, price: u64) -> Quote {
        let quote = match side {
            Side::Buy => &mut self.bid,
            Side::Sell => &mut self.ask,
        };
        if quote.price != price || population.random.happens(SECOND_THOUGHTS) {
            let sizes = population.profile.touch_size;
            let qty = population.random.draw(&sizes);
            *quote = Quote { price, qty };
        }
        *quote
    }
}

/// Withdraws touch orders that fell behind or are too much, and adds what is missing once half of it is.
fn keep(
    population: &mut Population,
    seen: &Seen,
    (side, quote): (Side, Quote),
    intents: &mut Vec<Intent>,
) {
    let best = population.wanted_bid();
    let ours = || seen.own.iter().filter(|own| own.side == side);
    let at_price = ours().filter(|own| own.price == quote.price);
    let mut there: u64 = at_price.map(|own| own.open).sum();
    for own in ours().filter(|own| is_touch(own.trader)) {
        let is_behind = own.price != quote.price;
        if is_behind && is_in_the_way(own, best) {
            continue;
        }
        let is_too_much = quote.qty + own.open / 2 < there;
        if !is_behind && is_too_much {
            there -= own.open;
        }
        if is_behind || is_too_much {
            let client_id = own.client_id;
            intents.push(Intent {
                trader: own.trader,
                want: Want::Cancel { client_id },
            });
        }
    }
    if there < quote.qty / 2 {
        let trader = LADDER_TRADERS + population.random.below(TOUCH_TRADERS as u64) as usize;
        let client_id = population.client_id();
        intents.push(Intent {
            trader,
            want: Want::Rest {
                client_id,
                side,
                price: quote.price,
                qty: (quote.qty - there).max(1),
            },
        });
    }
}

impl Ladder {
    pub fn new(profile: &Profile) -> Ladder {
        Ladder {
            levels: profile.levels,
            changes: profile.changes,
        }
    }

    /// Replaces a few level orders of each side, or places many while the side is thin.
    pub fn decide(&mut self, population: &mut Population, seen: &Seen, intents: &mut Vec<Intent>) {
        for side in [Side::Buy, Side::Sell] {
            self.decide_side(population, seen, side, intents);
        }
    }

    fn decide_side(
        &mut self,
        population: &mut Population,
        seen: &Seen,
        side: Side,
        intents: &mut Vec<Intent>,
    ) {
        let ours: Vec<&Own> = seen
            .own
            .iter()
            .filter(|own| own.side == side && own.trader < LADDER_TRADERS)
            .collect();
        let missing = self.levels.saturating_sub(ours.len());
        let placed = if missing > LADDER_FILL {
            LADDER_FILL
        } else {
            self.changes.min(missing + 1)
        };
        for _ in 0..placed {
            intents.push(self.place(population, side));
        }
        if missing == 0 {
            for _ in 0..self.changes {
                let own = ours[population.random.below(ours.len() as u64) as usize];
                intents.push(Intent {
                    trader: own.trader,
                    want: Want::Cancel {
                        client_id: own.client_id,
                    },
                });
            }
        }
    }

    fn place(&mut self, population: &mut Population, side: Side) -> Intent {
        // Sizes do not depend on the distance here, so drawing by quantity gives the recorded depth.
        let distance = population
            .random
            .draw(&population.profile.depth_distance.clone())
            .max(1);
        let bid = population.wanted_bid();
        let price = match side {
            Side::Buy => bid.saturating_sub(distance).max(1),
            Side::Sell => bid + 1 + distance,
        };
        let qty = population
            .random
            .draw(&population.profile.level_size.clone())
            .max(1);
        let trader = population.random.below(LADDER_TRADERS as u64) as usize;
        let client_id = population.client_id();
        Intent {
            trader,
            want: Want::Rest {
                client_id,
                side,
                price,
                qty,
            },
        }
    }
}

/// Returns whether an order would cross the quotes around `bid`.
fn is_in_the_way(own: &Own, bid: u64) -> bool {
    match own.side {
        Side::Buy => bid < own.price,
        Side::Sell => own.price <= bid,
    }
}

fn is_touch(trader: usize) -> bool {
    LADDER_TRADERS <= trader && trader < LADDER_TRADERS + TOUCH_TRADERS
}

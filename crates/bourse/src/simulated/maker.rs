//! Market makers: two who share the best price, and those who fill the book behind it.

use super::population::{Intent, LADDER_TRADERS, Own, Population, Seen, TOUCH_TRADERS, Want};
use super::profile::Profile;
use model::order::Side;

/// How many level orders are placed at one decision while the book is still filling.
const LADDER_FILL: usize = 60;

/// Keeps the best bid and ask one tick apart around the believed price, within an inventory limit.
#[derive(Default)]
pub struct Touch {}

/// Keeps a side's levels as many and as far out as recorded.
#[derive(Default)]
pub struct Ladder {
    levels: usize,
    changes: usize,
}

impl Touch {
    pub fn new() -> Touch {
        Touch {}
    }

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
        self.keep(population, seen, Side::Buy, bid, intents);
        self.keep(population, seen, Side::Sell, bid + 1, intents);
    }

    /// Tops the best price of a side up to a drawn size, and withdraws touch orders that fell behind.
    fn keep(
        &mut self,
        population: &mut Population,
        seen: &Seen,
        side: Side,
        price: u64,
        intents: &mut Vec<Intent>,
    ) {
        let ours = seen
            .own
            .iter()
            .filter(|own| own.side == side && is_touch(own.trader));
        let mut there = 0;
        for own in ours {
            if own.price == price {
                there += own.open;
            } else if !is_in_the_way(own, population.wanted_bid()) {
                intents.push(Intent {
                    trader: own.trader,
                    want: Want::Cancel {
                        client_id: own.client_id,
                    },
                });
            }
        }
        let wanted = population
            .random
            .draw(&population.profile.touch_size.clone());
        if there < wanted / 2 {
            let trader = LADDER_TRADERS + population.random.below(TOUCH_TRADERS as u64) as usize;
            let client_id = population.client_id();
            let qty = (wanted - there).max(1);
            intents.push(Intent {
                trader,
                want: Want::Rest {
                    client_id,
                    side,
                    price,
                    qty,
                },
            });
        }
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

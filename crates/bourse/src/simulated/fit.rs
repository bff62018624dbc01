//! How alike a simulated market and a recorded one are: the Kolmogorov–Smirnov distance of each measure.
//!
//! The population trades for a while of simulated time on an engine of its own, through ordinary accounts, and what
//! the public would see is measured the way the recordings were.

use super::population::{Intent, Own, Population, Seen, TRADERS, Want};
use super::profile::{Profile, Quantiles};
use crate::listing::{self, MarketPlan};
use engine::engine::Engine;
use model::command::{Action, Cancel, ClientHeader, Command, NewOrder, Sequenced};
use model::event::Event;
use model::id::{AccountId, KeyId, MarketId, Sequence};
use model::number::{Price, Qty};
use model::order::{CancelRestriction, OrderKind, OrderRef, TimeInForce};
use model::time::Timestamp;
use std::collections::BTreeMap;
use views::views::Views;

/// No measure may be farther from its recording than this.
pub const DISTANCE_MAX: f64 = 0.15;
/// What is left out at the start, while the book fills.
const WARM_UP_MS: u64 = 60_000;
const SAMPLE_PERIOD_MS: u64 = 100;

/// Samples of every measure.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    pub taker_size: Vec<u64>,
    pub taker_gap_ms: Vec<u64>,
    pub spread: Vec<u64>,
    pub touch_size: Vec<u64>,
    /// Distance in ticks and lots resting there.
    pub depth: Vec<(u64, u64)>,
    pub commands: u64,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Distance {
    pub measure: &'static str,
    pub samples: usize,
    pub distance: f64,
}

/// Returns the distance of every measure from its profile.
pub fn distances(measures: &Measures, profile: &Profile) -> Vec<Distance> {
    let plain = |measure, samples: &[u64], quantiles| {
        let weighted: Vec<(u64, u64)> = samples.iter().map(|sample| (*sample, 1)).collect();
        Distance {
            measure,
            samples: samples.len(),
            distance: distance(weighted, quantiles),
        }
    };
    vec![
        plain("taker size", &measures.taker_size, &profile.taker_size),
        plain(
            "gap between takers",
            &measures.taker_gap_ms,
            &profile.taker_gap_ms,
        ),
        plain("spread", &measures.spread, &profile.spread),
        plain(
            "size at the best price",
            &measures.touch_size,
            &profile.touch_size,
        ),
        Distance {
            measure: "depth by distance",
            samples: measures.depth.len(),
            distance: distance(measures.depth.clone(), &profile.depth_distance),
        },
    ]
}

/// Returns the largest gap between the samples' distribution function and the recorded one (Kolmogorov and Smirnov).
fn distance(mut samples: Vec<(u64, u64)>, quantiles: &Quantiles) -> f64 {
    samples.sort_unstable();
    let total: u64 = samples.iter().map(|(_, weight)| weight).sum();
    if total == 0 {
        return 1.0;
    }
    let (mut below, mut largest) = (0, 0.0_f64);
    for same in samples.chunk_by(|one, other| one.0 == other.0) {
        let value = same[0].0;
        let up_to = below + same.iter().map(|(_, weight)| weight).sum::<u64>();
        let gap_below = below as f64 / total as f64 - share_below(value, quantiles);
        let gap_up_to = up_to as f64 / total as f64 - share_below(value + 1, quantiles);
        largest = largest.max(gap_below.abs()).max(gap_up_to.abs());
        below = up_to;
    }
    largest
}

/// Returns the share of the recording below `value`: between two knots every number is as frequent as the next.
fn share_below(value: u64, quantiles: &Quantiles) -> f64 {
    let steps = quantiles.windows(2).map(|knots| {
        let (low, end) = (knots[0], knots[1] + 1);
        (value.clamp(low, end) - low) as f64 / (end - low) as f64
    });
    steps.sum::<f64>() / (quantiles.len() - 1) as f64
}

/// Lets a population trade for `seconds` of simulated time and measures what the public sees.
pub fn simulate(plan: &MarketPlan, profile: &Profile, seconds: u64, seed: u64) -> Measures {
    let mut market = Bench::new(plan);
    let mut population = Population::new(profile.clone(), plan.start_ticks, seed, 1);
    let mut measures = Measures::default();
    let mut intents = Vec::new();
    let mut last_taker_ms = None;
    let mut sample_ms = WARM_UP_MS;
    let end_ms = WARM_UP_MS + seconds * 1000;
    while population.due_ms() < end_ms {
        let now_ms = population.due_ms();
        while sample_ms < now_ms {
            market.sample(&mut measures);
            sample_ms += SAMPLE_PERIOD_MS;
        }
        intents.clear();
        population.decide(now_ms, &market.seen(), &mut intents);
        for intent in &intents {
            let taken = market.act(intent, now_ms);
            let is_measured = WARM_UP_MS <= now_ms;
            measures.commands += u64::from(is_measured);
            if is_measured && 0 < taken {
                measures.taker_size.push(taken);
                if let Some(last) = last_taker_ms.replace(now_ms) {
                    measures.taker_gap_ms.push(now_ms - last);
                }
            }
        }
    }
    measures
}

/// An engine with one market and the traders' accounts.
struct Bench {
    engine: Engine,
    views: Views,
    sequence: Sequence,
    events: Vec<Event>,
    traders: BTreeMap<AccountId, usize>,
}

/// More levels than the population ever keeps.
const LEVELS_MAX: usize = 10_000;
const MARKET: MarketId = MarketId(0);

impl Bench {
    fn new(plan: &MarketPlan) -> Bench {
        let mut bench = Bench {
            engine: Engine::new(),
            views: Views::new(),
            sequence: Sequence::ZERO,
            events: Vec::new(),
            traders: BTreeMap::new(),
        };
        for command in listing::single_market(plan, TRADERS) {
            bench.apply(command, 0);
        }
        for trader in 0..TRADERS {
            bench.traders.insert(account(trader), trader);
        }
        bench
    }

    fn apply(&mut self, command: Command, now_ms: u64) {
        self.sequence = self.sequence.next();
        self.events.clear();
        let at = Timestamp::from_millis(now_ms as i64);
        self.engine.apply(
            &Sequenced {
                sequence: self.sequence,
                at,
                command,
            },
            &mut self.events,
        );
        let place = (self.sequence, at);
        self.views
            .fold_command(place, &self.events, &mut Vec::new());
    }

    /// Carries an intent out and returns the lots it took.
    fn act(&mut self, intent: &Intent, now_ms: u64) -> u64 {
        if let Some(action) = action_of(&intent.want, MARKET) {
            self.apply(
                Command::Client {
                    header: header(account(intent.trader)),
                    action,
                },
                now_ms,
            );
        }
        let lots = self.events.iter().map(|event| match event {
            Event::Traded(traded) => traded.qty.lots() as u64,
            _ => 0,
        });
        lots.sum()
    }

    fn seen(&self) -> Seen {
        let market = self.views.market(MARKET).expect("listed at the start");
        let mut own = Vec::new();
        for (account, trader) in &self.traders {
            own.extend(
                self.views
                    .open_orders_in(*account, MARKET)
                    .iter()
                    .filter_map(|order| own_of(order, *trader)),
            );
        }
        let top = market.top();
        let ticks = |level: Option<views::depth::Level>| {
            level.map_or(0, |level| level.price.ticks() as u64)
        };
        Seen {
            best_bid: ticks(top.bid),
            best_ask: ticks(top.ask),
            own,
        }
    }

    fn sample(&self, measures: &mut Measures) {
        let market = self.views.market(MARKET).expect("listed at the start");
        let depth = market.depth(LEVELS_MAX);
        let (Some(bid), Some(ask)) = (depth.bids.first(), depth.asks.first()) else {
            return;
        };
        measures
            .spread
            .push((ask.price.ticks() - bid.price.ticks()) as u64);
        for (levels, best) in [(&depth.bids, bid), (&depth.asks, ask)] {
            measures.touch_size.push(best.lots as u64);
            for level in levels {
                let distance = level.price.ticks().abs_diff(best.price.ticks());
                if distance <= best.price.ticks() as u64 / 200 {
                    measures.depth.push((distance, level.lots as u64));
                }
            }
        }
    }
}

/// Returns the account of a trader on an exchange where only traders have accounts.
fn account(trader: usize) -> AccountId {
    AccountId(trader as u32 + 1)
}

fn header(account: AccountId) -> ClientHeader {
    let key = KeyId(u64::from(account.0));
    ClientHeader {
        account,
        key,
        valid_until: Timestamp::MAX,
        idempotency: None,
    }
}

/// Returns a trader's view of one of its orders.
pub fn own_of(order: &views::order::Order, trader: usize) -> Option<Own> {
    let price = order.kind.price()?.ticks() as u64;
    let open = order
        .original
        .minus(order.executed)
        .minus(order.prevented)
        .lots() as u64;
    Some(Own {
        trader,
        client_id: order.client_id,
        side: order.side,
        price,
        open,
    })
}

/// Returns the action that carries a want out, or `None` when its numbers are out of bounds.
pub fn action_of(want: &Want, market: MarketId) -> Option<Action> {
    let place = |client_id, side, kind| {
        Action::Place(NewOrder {
            market,
            side,
            kind,
            client_id,
            self_trade: None,
        })
    };
    match *want {
        Want::Rest {
            client_id,
            side,
            price,
            qty,
        } => {
            let (price, qty) = (Price::new(price as i64)?, Qty::new(qty as i64)?);
            Some(place(client_id, side, OrderKind::LimitMaker { price, qty }))
        }
        Want::Take {
            client_id,
            side,
            price,
            qty,
        } => {
            let (price, qty) = (Price::new(price as i64)?, Qty::new(qty as i64)?);
            let time_in_force = TimeInForce::ImmediateOrCancel;
            Some(place(
                client_id,
                side,
                OrderKind::Limit {
                    price,
                    qty,
                    time_in_force,
                },
            ))
        }
        Want::Cancel { client_id } => Some(Action::Cancel(Cancel {
            market,
            order: OrderRef::Client(client_id),
            restriction: CancelRestriction::None,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated::profile::BTCUSDT;
    use crate::simulated::random::Random;

    #[test]
    fn samples_drawn_from_a_measure_are_close_to_it() {
        let mut random = Random::new(1);
        let samples: Vec<(u64, u64)> = (0..20_000)
            .map(|_| (random.draw(&BTCUSDT.taker_size), 1))
            .collect();
        assert!(distance(samples, &BTCUSDT.taker_size) < 0.03);
    }

    #[test]
    fn samples_from_elsewhere_are_far_away() {
        let samples = vec![(1_000_000, 1); 100];
        assert!(0.9 < distance(samples, &BTCUSDT.taker_size));
        assert!(0.9 < distance(vec![(500, 1); 100], &BTCUSDT.spread));
    }
}

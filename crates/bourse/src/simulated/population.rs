//! The traders of one market, and when each of them acts.

use super::maker::{Ladder, Touch};
use super::profile::Profile;
use super::random::Random;
use super::taker::Takers;
use model::order::Side;
use model::text::ClientOrderId;

/// How often the makers look at the market.
pub const MAKER_PERIOD_MS: u64 = 50;
/// Accounts that quote far from the touch, share the touch, and take.
pub const LADDER_TRADERS: usize = 4;
pub const TOUCH_TRADERS: usize = 2;
pub const TAKER_TRADERS: usize = 4;
pub const TRADERS: usize = LADDER_TRADERS + TOUCH_TRADERS + TAKER_TRADERS;

/// One order of one trader, as the public can see it and as its owner names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    pub trader: usize,
    pub client_id: ClientOrderId,
    pub side: Side,
    /// Ticks.
    pub price: u64,
    /// Lots.
    pub open: u64,
}

/// What a trader sees before deciding.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Ticks; zero when the side is empty.
    pub best_bid: u64,
    pub best_ask: u64,
    /// Every open order of the population in this market.
    pub own: Vec<Own>,
}

/// What a trader wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    pub trader: usize,
    pub want: Want,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Post-only, good till cancelled. Ticks and lots.
    Rest {
        client_id: ClientOrderId,
        side: Side,
        price: u64,
        qty: u64,
    },
    /// Immediate or cancel at the best price of the other side or better than `price`.
    Take {
        client_id: ClientOrderId,
        side: Side,
        price: u64,
        qty: u64,
    },
    Cancel {
        client_id: ClientOrderId,
    },
}

/// The traders of one market.
pub struct Population {
    pub(super) profile: Profile,
    pub(super) random: Random,
    /// The price the traders believe in, in ticks.
    pub(super) fair: f64,
    /// Standard deviation of its change over a second, as a fraction of itself.
    volatility: f64,
    last_client_id: u64,
    client_id_prefix: u64,
    maker_due_ms: u64,
    ladder: Ladder,
    touch: Touch,
    takers: Takers,
}

impl Population {
    /// Returns a population that starts at `start` ticks. `epoch` tells its client ids from an earlier run's.
    pub fn new(profile: Profile, start: u64, seed: u64, epoch: u64) -> Population {
        Population {
            ladder: Ladder::new(&profile),
            touch: Touch::default(),
            takers: Takers::new(),
            profile,
            random: Random::new(seed),
            fair: start as f64,
            volatility: 0.000_05,
            last_client_id: 0,
            client_id_prefix: epoch,
            maker_due_ms: 0,
        }
    }

    /// Returns the time of the next decision.
    pub fn due_ms(&self) -> u64 {
        self.maker_due_ms.min(self.takers.due_ms())
    }

    /// Decides what every trader who is due at `now_ms` wants.
    pub fn decide(&mut self, now_ms: u64, seen: &Seen, intents: &mut Vec<Intent>) {
        if self.maker_due_ms <= now_ms {
            self.maker_due_ms = now_ms + MAKER_PERIOD_MS;
            self.drift();
            let mut touch = std::mem::take(&mut self.touch);
            touch.decide(self, seen, intents);
            self.touch = touch;
            let mut ladder = std::mem::take(&mut self.ladder);
            ladder.decide(self, seen, intents);
            self.ladder = ladder;
        }
        let mut takers = std::mem::take(&mut self.takers);
        takers.decide(self, now_ms, seen, intents);
        self.takers = takers;
    }

    /// Lets the believed price wander, in bursts.
    fn drift(&mut self) {
        let burst = if self.random.happens(0.02) { 4.0 } else { 1.0 };
        let seconds = MAKER_PERIOD_MS as f64 / 1000.0;
        let change = self.random.normal() * self.volatility * burst * seconds.sqrt();
        self.fair = (self.fair * (1.0 + change)).max(100.0);
    }

    /// Moves the believed price with what takers do: the market learns from its flow.
    pub(super) fn learn(&mut self, side: Side, share: f64) {
        let push = self.fair * 0.000_004 * share.min(1.0);
        self.fair += if side == Side::Buy { push } else { -push };
    }

    /// Returns a client id that no order of this population had before.
    pub(super) fn client_id(&mut self) -> ClientOrderId {
        self.last_client_id += 1;
        let text = format!("sim-{}-{}", self.client_id_prefix, self.last_client_id);
        ClientOrderId::parse(text.as_bytes()).expect("digits and dashes, well below 36 characters")
    }

    /// Returns the best bid the makers want, in ticks; the ask is one tick above.
    pub(super) fn wanted_bid(&self) -> u64 {
        self.fair as u64
    }
}

//! Request limits: weight, requests and sockets per address, in windows of the wall clock. Addresses of version 6 count
//! by their network.
//!
//! **Source** `docs/spec/binance-surface.md` §4: windows begin at full minutes (ten seconds, days, …), they do not
//! slide. Whoever keeps on after 429 is banned with 418 for a while, and for twice as long each time after.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::config::{Bans, Limiting};
use crate::network::network_of;

const MINUTE_SECONDS: i64 = 60;
const FIVE_MINUTES_SECONDS: i64 = 300;
/// Addresses, or accounts, that are counted at a time; beyond it, those whose windows are over are forgotten.
const COUNTED_MAX: usize = 100_000;

/// A refusal with the seconds to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limited {
    pub refusal: Refusal,
    pub retry_after_seconds: i64,
}

/// A count that begins anew with each window.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    number: i64,
    count: u32,
}

impl Window {
    pub(crate) fn add(&mut self, now_seconds: i64, length_seconds: i64, amount: u32) -> u32 {
        let number = now_seconds.div_euclid(length_seconds);
        if number != self.number {
            *self = Window { number, count: 0 };
        }
        self.count = self.count.saturating_add(amount);
        self.count
    }

    pub(crate) fn give_back(&mut self, now_seconds: i64, length_seconds: i64, amount: u32) {
        if self.number == now_seconds.div_euclid(length_seconds) {
            self.count = self.count.saturating_sub(amount);
        }
    }

    pub(crate) fn count(&self, now_seconds: i64, length_seconds: i64) -> u32 {
        if self.number == now_seconds.div_euclid(length_seconds) {
            self.count
        } else {
            0
        }
    }
}

pub(crate) fn seconds_left(now_seconds: i64, length_seconds: i64) -> i64 {
    length_seconds - now_seconds.rem_euclid(length_seconds)
}

#[derive(Clone, Copy, Debug, Default)]
struct AddressState {
    weight: Window,
    requests: Window,
    sockets: Window,
    strikes: Window,
    banned_until_seconds: i64,
    next_ban_seconds: i64,
}

/// The counters.
pub struct Limiter {
    limiting: Limiting,
    addresses: Mutex<HashMap<IpAddr, AddressState>>,
}

impl Limiter {
    /// Returns counters that start at zero.
    pub fn new(limiting: Limiting) -> Limiter {
        Limiter {
            limiting,
            addresses: Mutex::default(),
        }
    }

    /// Returns the limits and whether they are kept.
    pub const fn limiting(&self) -> &Limiting {
        &self.limiting
    }

    /// Counts a request of this weight and returns the weight used in this minute.
    ///
    /// # Errors
    /// 429 over a limit, 418 during a ban; each with the seconds to wait.
    pub fn charge(&self, address: IpAddr, weight: u32, now: Timestamp) -> Result<u32, Limited> {
        let mut addresses = lock(&self.addresses);
        make_room_beside_bans(&mut addresses, now.seconds());
        let state = addresses.entry(network_of(address)).or_default();
        let seconds = now.seconds();
        let Limiting::Limited(limits) = &self.limiting else {
            return Ok(state.weight.add(seconds, MINUTE_SECONDS, weight));
        };
        if seconds < state.banned_until_seconds {
            return Err(banned(state.banned_until_seconds, seconds));
        }
        let used = state.weight.add(seconds, MINUTE_SECONDS, weight);
        let requests = state.requests.add(seconds, FIVE_MINUTES_SECONDS, 1);
        if mutant::plant!("weight-not-counted", false, limits.weight_per_minute < used) {
            let limit = limits.weight_per_minute.to_string();
            let refusal = Refusal::with(Fault::TooMuchWeight, &[&limit, "1 MINUTE"]);
            return Err(state.strike(seconds, &limits.bans, (refusal, MINUTE_SECONDS)));
        }
        if limits.requests_per_five_minutes < requests {
            let limit = limits.requests_per_five_minutes.to_string();
            let refusal = Refusal::with(Fault::TooManyRequests, &[&limit, "5 MINUTE"]);
            return Err(state.strike(seconds, &limits.bans, (refusal, FIVE_MINUTES_SECONDS)));
        }
        Ok(used)
    }

    /// Gives weight back: a request that succeeded and costs nothing then.
    pub fn refund(&self, address: IpAddr, weight: u32, now: Timestamp) -> u32 {
        let mut addresses = lock(&self.addresses);
        let state = addresses.entry(network_of(address)).or_default();
        state
            .weight
            .give_back(now.seconds(), MINUTE_SECONDS, weight);
        state.weight.count(now.seconds(), MINUTE_SECONDS)
    }

    /// Returns the weight an address has used in this minute; what is refused during a ban adds nothing to it.
    pub fn used(&self, address: IpAddr, now: Timestamp) -> u32 {
        let addresses = lock(&self.addresses);
        let state = addresses.get(&network_of(address));
        state.map_or(0, |state| state.weight.count(now.seconds(), MINUTE_SECONDS))
    }

    /// Counts a stream socket that is being opened.
    ///
    /// # Errors
    /// 429 when the address opened too many, 418 during a ban; each with the seconds to wait.
    pub fn count_socket(&self, address: IpAddr, now: Timestamp) -> Result<(), Limited> {
        let mut addresses = lock(&self.addresses);
        make_room_beside_bans(&mut addresses, now.seconds());
        let state = addresses.entry(network_of(address)).or_default();
        let seconds = now.seconds();
        let sockets = state.sockets.add(seconds, FIVE_MINUTES_SECONDS, 1);
        let Limiting::Limited(limits) = &self.limiting else {
            return Ok(());
        };
        if seconds < state.banned_until_seconds {
            return Err(banned(state.banned_until_seconds, seconds));
        }
        if limits.sockets_per_five_minutes < sockets {
            let limit = limits.sockets_per_five_minutes.to_string();
            let refusal = Refusal::with(Fault::TooManyRequests, &[&limit, "5 MINUTE"]);
            return Err(state.strike(seconds, &limits.bans, (refusal, FIVE_MINUTES_SECONDS)));
        }
        Ok(())
    }
}

impl AddressState {
    const fn is_banned(&self, seconds: i64) -> bool {
        seconds < self.banned_until_seconds
    }

    /// Notes a refused request: enough of them in a minute are a ban, each ban longer than the one before.
    fn strike(
        &mut self,
        seconds: i64,
        bans: &Bans,
        (refusal, window_seconds): (Refusal, i64),
    ) -> Limited {
        if bans.refusals_max < self.strikes.add(seconds, MINUTE_SECONDS, 1) {
            let [first, longest] = [bans.first, bans.longest].map(whole_seconds);
            let length = self.next_ban_seconds.max(first);
            self.next_ban_seconds = (length * 2).min(longest);
            self.banned_until_seconds = seconds + length;
            return banned(self.banned_until_seconds, seconds);
        }
        Limited {
            refusal,
            retry_after_seconds: seconds_left(seconds, window_seconds),
        }
    }
}

/// A ban that would be shorter than a second lasts one.
fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX).max(1)
}

fn is_idle(state: &AddressState, seconds: i64) -> bool {
    state.banned_until_seconds <= seconds
        && state.requests.count(seconds, FIVE_MINUTES_SECONDS) == 0
        && state.sockets.count(seconds, FIVE_MINUTES_SECONDS) == 0
}

fn banned(until_seconds: i64, now_seconds: i64) -> Limited {
    const MILLIS: i64 = 1_000;
    let until_ms = (until_seconds * MILLIS).to_string();
    Limited {
        refusal: Refusal::with(Fault::Banned, &[&until_ms]),
        retry_after_seconds: until_seconds - now_seconds,
    }
}

/// Keeps a table of counters from growing with every stranger that ever came by.
pub(crate) fn make_room<K: Eq + Hash, V>(
    table: &mut HashMap<K, V>,
    is_needed: impl Fn(&V) -> bool,
) {
    if COUNTED_MAX <= table.len() {
        table.retain(|_, state| is_needed(state));
    }
    if COUNTED_MAX <= table.len() {
        table.clear();
    }
}

/// As `make_room`, but whoever is banned stays so: first the others begin anew, then the bans that end soonest go.
fn make_room_beside_bans(addresses: &mut HashMap<IpAddr, AddressState>, seconds: i64) {
    if addresses.len() < COUNTED_MAX {
        return;
    }
    addresses.retain(|_, state| !is_idle(state, seconds));
    // A table that stays nearly full would be gone through for every stranger.
    if addresses.len() < COUNTED_MAX / 2 {
        return;
    }
    let is_kept =
        |state: &AddressState| mutant::plant!("bans-forgotten", false, state.is_banned(seconds));
    addresses.retain(|_, state| is_kept(state));
    if COUNTED_MAX / 2 <= addresses.len() {
        let mut ends: Vec<i64> = addresses
            .values()
            .map(|state| state.banned_until_seconds)
            .collect();
        let (_, middle, _) = ends.select_nth_unstable(COUNTED_MAX / 4);
        let middle = *middle;
        addresses.retain(|_, state| middle < state.banned_until_seconds);
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AlgoLimits, RequestLimits};

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn limiter() -> Limiter {
        Limiter::new(Limiting::Limited(RequestLimits {
            weight_per_minute: 10,
            requests_per_five_minutes: 1_000,
            orders_per_ten_seconds: 2,
            orders_per_day: 3,
            socket_messages_per_second: 5,
            sockets_per_five_minutes: 2,
            sub_accounts_max: 1,
            bans: Bans::UPSTREAM,
            algos: AlgoLimits::STANDARD,
        }))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn a_window_ends_with_the_minute() {
        let limiter = limiter();
        assert_eq!(limiter.charge(ADDRESS, 10, at(59)), Ok(10));
        let limited = limiter.charge(ADDRESS, 1, at(59)).expect_err("over");
        assert_eq!(
            (limited.refusal.status, limited.retry_after_seconds),
            (429, 1)
        );
        assert_eq!(
            &*limited.refusal.msg,
            "Too much request weight used; current limit is 10 request weight per 1 MINUTE. \
             Please use WebSocket Streams for live updates to avoid polling the API."
        );
        assert_eq!(limiter.charge(ADDRESS, 1, at(60)), Ok(1));
        assert_eq!(limiter.refund(ADDRESS, 1, at(60)), 0);
    }

    #[test]
    fn keeping_on_is_a_ban_and_the_next_ban_is_longer() {
        let limiter = limiter();
        let mut now = 0;
        for length in [120, 240] {
            limiter.charge(ADDRESS, 10, at(now)).expect("within");
            let banned = (0..=Bans::UPSTREAM.refusals_max)
                .map(|_| limiter.charge(ADDRESS, 1, at(now)).expect_err("over"))
                .last()
                .expect("some");
            assert_eq!(
                (banned.refusal.status, banned.retry_after_seconds),
                (418, length)
            );
            let late = limiter
                .charge(ADDRESS, 1, at(now + length - 1))
                .expect_err("banned");
            assert_eq!((late.refusal.status, late.retry_after_seconds), (418, 1));
            let socket = limiter.count_socket(ADDRESS, at(now + length - 1));
            assert_eq!(socket.expect_err("banned").refusal.status, 418);
            now += length;
        }
        assert_eq!(limiter.charge(ADDRESS, 1, at(now)), Ok(1));
    }

    #[test]
    fn what_a_ban_takes_and_how_long_it_lasts_is_set() {
        let Limiting::Limited(limits) = *limiter().limiting() else {
            panic!("limited");
        };
        let bans = Bans {
            refusals_max: 2,
            first: Duration::from_secs(7),
            longest: Duration::from_secs(20),
        };
        let limiter = Limiter::new(Limiting::Limited(RequestLimits { bans, ..limits }));
        let mut now = 0;
        for length in [7, 14, 20, 20] {
            limiter.charge(ADDRESS, 10, at(now)).expect("within");
            for status in [429, 429, 418] {
                let refused = limiter.charge(ADDRESS, 1, at(now)).expect_err("over");
                assert_eq!(refused.refusal.status, status);
            }
            let end = now + length;
            let last = limiter.charge(ADDRESS, 1, at(end - 1)).expect_err("banned");
            assert_eq!((last.refusal.status, last.retry_after_seconds), (418, 1));
            // The next minute begins.
            now = (end / MINUTE_SECONDS + 1) * MINUTE_SECONDS;
        }
    }

    #[test]
    fn a_network_of_version_6_is_one_stranger() {
        let limiter = limiter();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(limiter.charge(address("2001:db8::1"), 6, at(0)), Ok(6));
        assert_eq!(limiter.charge(address("2001:db8::ff"), 4, at(0)), Ok(10));
        assert!(limiter.charge(address("2001:db8::2"), 1, at(0)).is_err());
        assert_eq!(limiter.charge(address("2001:db8:0:1::1"), 1, at(0)), Ok(1));
    }

    fn crowded(banned: usize, others: usize) -> HashMap<IpAddr, AddressState> {
        let address = |number: usize| {
            let number = u32::try_from(number).expect("a small number");
            IpAddr::V4(std::net::Ipv4Addr::from_bits(number))
        };
        let mut busy = AddressState::default();
        busy.requests.add(0, FIVE_MINUTES_SECONDS, 1);
        let mut addresses = HashMap::new();
        for number in 0..banned + others {
            let banned_until_seconds = if number < banned {
                1 + number as i64
            } else {
                0
            };
            let state = AddressState {
                banned_until_seconds,
                ..busy
            };
            addresses.insert(address(number), state);
        }
        addresses
    }

    #[test]
    fn strangers_without_end_lift_no_ban() {
        let mut addresses = crowded(10, COUNTED_MAX - 10);
        make_room_beside_bans(&mut addresses, 0);
        assert_eq!(addresses.len(), 10);
        assert!(addresses.values().all(|state| state.is_banned(0)));
    }

    #[test]
    fn bans_without_end_make_room_from_the_shortest_on() {
        let mut addresses = crowded(COUNTED_MAX, 0);
        make_room_beside_bans(&mut addresses, 0);
        assert!(addresses.len() < COUNTED_MAX);
        let longest = COUNTED_MAX as i64;
        assert!(
            addresses
                .values()
                .any(|state| state.banned_until_seconds == longest)
        );
        assert!(
            addresses
                .values()
                .all(|state| 1 < state.banned_until_seconds)
        );
    }

    #[test]
    fn one_address_does_not_count_for_another() {
        let limiter = limiter();
        limiter.charge(ADDRESS, 10, at(0)).expect("within");
        let other = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
        assert_eq!(limiter.charge(other, 1, at(0)), Ok(1));
    }

    #[test]
    fn sockets_are_counted_apart() {
        let limiter = limiter();
        assert!(limiter.count_socket(ADDRESS, at(0)).is_ok());
        assert!(limiter.count_socket(ADDRESS, at(0)).is_ok());
        assert_eq!(
            limiter
                .count_socket(ADDRESS, at(0))
                .expect_err("over")
                .refusal
                .status,
            429
        );
        assert!(limiter.count_socket(ADDRESS, at(300)).is_ok());
    }

    #[test]
    fn without_limits_requests_are_only_counted() {
        let limiter = Limiter::new(Limiting::Unlimited(RequestLimits {
            weight_per_minute: 1,
            requests_per_five_minutes: 1,
            orders_per_ten_seconds: 1,
            orders_per_day: 1,
            socket_messages_per_second: 1,
            sockets_per_five_minutes: 1,
            sub_accounts_max: 1,
            bans: Bans::UPSTREAM,
            algos: AlgoLimits::STANDARD,
        }));
        for used in 1..100 {
            assert_eq!(limiter.charge(ADDRESS, 1, at(0)), Ok(used));
        }
    }
}

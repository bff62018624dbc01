//! Cancel on disconnect: while a socket that asked for it stands, the gateway keeps countdowns of the core running.
//!
//! When the socket ends, its orders are cancelled at once; when the gateway ends with it, the core's countdown does it.
//!
//! **Source** `docs/spec/binance-surface.md` §12.4.

use core::num::NonZeroU32;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::command::{Action, ClientHeader, Command, SetCountdown};
use model::id::{AccountId, KeyId, MarketId};
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::hub::{Hub, Sent};

/// How often countdowns are started anew.
pub const REFRESH_PERIOD: Duration = Duration::from_secs(5);
/// How long they run: one that is missed twice still runs.
const COUNTDOWN_MILLIS: NonZeroU32 = NonZeroU32::new(15_000).expect("not zero");

/// The sockets that stand for the orders of their accounts.
pub struct Presences {
    hub: Arc<Hub>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    present: BTreeMap<u64, Present>,
    /// What is still to be sent for sockets that ended, oldest first.
    farewells: VecDeque<Farewell>,
}

struct Present {
    actor: Actor,
    markets: Vec<MarketId>,
}

/// In whose name commands are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Actor {
    pub account: AccountId,
    pub key: KeyId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Farewell {
    actor: Actor,
    market: MarketId,
    deed: Deed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    CancelAll,
    /// Unless another socket of the account stands for the market.
    EndCountdown,
}

/// One socket's stand for markets; dropping it cancels the orders.
pub struct Presence {
    presences: Arc<Presences>,
    number: u64,
}

impl Presences {
    pub fn new(hub: Arc<Hub>) -> Arc<Presences> {
        Arc::new(Presences {
            hub,
            state: Mutex::default(),
        })
    }

    /// Starts the countdowns of a socket that has logged on.
    ///
    /// # Errors
    /// -1008 when the queue is full, -1001 when the exchange stops.
    pub fn begin(
        self: &Arc<Presences>,
        actor: Actor,
        markets: Vec<MarketId>,
    ) -> Result<Presence, Refusal> {
        let mut state = self.lock();
        for (index, market) in markets.iter().enumerate() {
            let fault = match self
                .hub
                .send(actor.countdown(*market, Some(COUNTDOWN_MILLIS)))
            {
                Sent::Taken => continue,
                Sent::Busy => Fault::Overloaded,
                Sent::Gone => Fault::Disconnected,
            };
            state.part(actor, &markets[..index], Deed::EndCountdown);
            return Err(Refusal::of(fault));
        }

        // Nothing below can fail.
        let number = state.next;
        state.next += 1;
        state.present.insert(number, Present { actor, markets });
        Ok(Presence {
            presences: Arc::clone(self),
            number,
        })
    }

    /// Starts every countdown anew, once however many sockets stand for it.
    pub fn refresh(&self) {
        let state = self.lock();
        let places = state.present.values().flat_map(|present| {
            let markets = present.markets.iter();
            markets.map(|market| (present.actor, *market))
        });
        let places: BTreeSet<(Actor, MarketId)> = places.collect();
        for (actor, market) in places {
            // One that finds no room is sent again with the next.
            self.hub
                .send(actor.countdown(market, Some(COUNTDOWN_MILLIS)));
        }
    }

    /// Sends what found no room when its socket ended.
    pub fn send_farewells(&self) {
        self.send_farewells_of(&mut self.lock());
    }

    fn send_farewells_of(&self, state: &mut State) {
        while let Some(farewell) = state.farewells.front().copied() {
            if state.is_due(&farewell) && self.hub.send(farewell.command()) == Sent::Busy {
                return;
            }
            state.farewells.pop_front();
        }
    }

    fn end(&self, number: u64, deeds: &[Deed]) {
        let mut state = self.lock();
        let Some(Present { actor, markets }) = state.present.remove(&number) else {
            return;
        };
        for deed in deeds {
            state.part(actor, &markets, *deed);
        }
        self.send_farewells_of(&mut state);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Leaves something to be done for each of these markets.
    fn part(&mut self, actor: Actor, markets: &[MarketId], deed: Deed) {
        let farewells = markets.iter().map(|market| Farewell {
            actor,
            market: *market,
            deed,
        });
        self.farewells.extend(farewells);
    }

    fn is_due(&self, farewell: &Farewell) -> bool {
        let stands = |present: &Present| {
            present.actor.account == farewell.actor.account
                && present.markets.contains(&farewell.market)
        };
        farewell.deed == Deed::CancelAll || !self.present.values().any(stands)
    }
}

impl Actor {
    const fn command(self, action: Action) -> Command {
        let header = ClientHeader {
            account: self.account,
            key: self.key,
            valid_until: Timestamp::MAX,
            idempotency: None,
        };
        Command::Client { header, action }
    }

    const fn countdown(self, market: MarketId, millis: Option<NonZeroU32>) -> Command {
        self.command(Action::SetCountdown(SetCountdown { market, millis }))
    }
}

impl Farewell {
    const fn command(&self) -> Command {
        let market = self.market;
        match self.deed {
            Deed::CancelAll => self.actor.command(Action::CancelAll { market }),
            Deed::EndCountdown => self.actor.countdown(market, None),
        }
    }
}

impl Presence {
    /// Ends the countdowns and leaves the orders: the client logged out.
    pub fn give_up(self) {
        self.presences.end(self.number, &[Deed::EndCountdown]);
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let deeds = [Deed::CancelAll, Deed::EndCountdown];
        self.presences.end(self.number, &deeds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::EventHistory;
    use crate::user_data::streams::UserStreams;
    use crate::ws::counters::Counters;
    use crossbeam_channel::{Receiver, bounded};
    use model::command::Request;
    use views::views::Views;

    const ALICE: Actor = Actor {
        account: AccountId(1),
        key: KeyId(7),
    };
    const BTC: MarketId = MarketId(0);
    const ETH: MarketId = MarketId(1);

    /// Returns presences and the queue that their commands go into.
    fn presences(room: usize) -> (Arc<Presences>, Receiver<Request>) {
        let (queue, requests) = bounded(room);
        let users = UserStreams::new(Arc::new(Counters::default()));
        let hub = Hub::new(
            queue,
            Views::new(),
            EventHistory::none(),
            Box::new(|_, _| ()),
            users,
        );
        (Presences::new(hub), requests)
    }

    fn begin(presences: &Arc<Presences>, markets: &[MarketId]) -> Presence {
        presences
            .begin(ALICE, markets.to_vec())
            .unwrap_or_else(|refusal| panic!("{refusal:?}"))
    }

    /// Returns what was sent: a market, and whether its countdown starts, ends, or its orders go.
    fn sent(requests: &Receiver<Request>) -> Vec<(MarketId, &'static str)> {
        let what = |request: Request| match request.command {
            Command::Client { header, action } => {
                assert_eq!((header.account, header.key), (ALICE.account, ALICE.key));
                match action {
                    Action::SetCountdown(SetCountdown { market, millis }) => {
                        (market, millis.map_or("end", |_| "start"))
                    }
                    Action::CancelAll { market } => (market, "cancel"),
                    other => panic!("{other:?}"),
                }
            }
            other => panic!("{other:?}"),
        };
        requests.try_iter().map(what).collect()
    }

    #[test]
    fn countdowns_run_while_a_socket_stands_and_end_with_its_orders() {
        let (presences, requests) = presences(16);
        let presence = begin(&presences, &[BTC, ETH]);
        assert_eq!(sent(&requests), [(BTC, "start"), (ETH, "start")]);
        presences.refresh();
        assert_eq!(sent(&requests), [(BTC, "start"), (ETH, "start")]);
        drop(presence);
        let farewell = [(BTC, "cancel"), (ETH, "cancel"), (BTC, "end"), (ETH, "end")];
        assert_eq!(sent(&requests), farewell);
        presences.refresh();
        presences.send_farewells();
        assert_eq!(sent(&requests), []);
    }

    #[test]
    fn a_logout_leaves_the_orders() {
        let (presences, requests) = presences(16);
        begin(&presences, &[BTC]).give_up();
        assert_eq!(sent(&requests), [(BTC, "start"), (BTC, "end")]);
    }

    #[test]
    fn a_countdown_goes_on_while_another_socket_stands_for_its_market() {
        let (presences, requests) = presences(16);
        let first = begin(&presences, &[BTC, ETH]);
        let second = begin(&presences, &[BTC]);
        sent(&requests);
        presences.refresh();
        assert_eq!(sent(&requests), [(BTC, "start"), (ETH, "start")]);
        drop(first);
        let farewell = [(BTC, "cancel"), (ETH, "cancel"), (ETH, "end")];
        assert_eq!(sent(&requests), farewell);
        presences.refresh();
        assert_eq!(sent(&requests), [(BTC, "start")]);
        drop(second);
        assert_eq!(sent(&requests), [(BTC, "cancel"), (BTC, "end")]);
    }

    #[test]
    fn what_finds_no_room_is_sent_later_and_in_order() {
        let (presences, requests) = presences(1);
        let presence = begin(&presences, &[BTC]);
        drop(presence);
        assert_eq!(sent(&requests), [(BTC, "start")]);
        presences.send_farewells();
        assert_eq!(sent(&requests), [(BTC, "cancel")]);
        presences.send_farewells();
        assert_eq!(sent(&requests), [(BTC, "end")]);
    }

    #[test]
    fn a_stand_that_finds_no_room_leaves_no_countdown_behind() {
        let (presences, requests) = presences(1);
        let refused = presences.begin(ALICE, vec![BTC, ETH]).map(|_| ());
        assert_eq!(refused.map_err(|refusal| refusal.code), Err(-1008));
        assert_eq!(sent(&requests), [(BTC, "start")]);
        presences.send_farewells();
        assert_eq!(sent(&requests), [(BTC, "end")]);
    }
}

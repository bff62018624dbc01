//! The user data streams of one socket of the WebSocket API.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::id::{AccountId, KeyId};
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::user_data::place::Marks;
use crate::user_data::streams::{Manner, Subscribed, UserStreams};
use crate::ws::outbox::Outbox;

/// Subscriptions of one socket at a time.
const ACTIVE_MAX: usize = 1_000;

/// The subscriptions of one socket.
///
/// **Shape** their numbers begin at 0 and are never given twice.
pub struct Subscriptions {
    streams: Arc<UserStreams>,
    outbox: Arc<Outbox>,
    known: BTreeMap<u16, Subscription>,
    next: Option<u16>,
}

#[derive(Clone, Copy, Debug)]
struct Subscription {
    account: AccountId,
    binding: Binding,
}

/// What ends a subscription beside its own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The end of the login.
    Login,
    /// Nothing: it was signed for itself.
    Signature,
}

impl Subscriptions {
    /// Returns no subscriptions.
    pub fn new(streams: Arc<UserStreams>, outbox: Arc<Outbox>) -> Subscriptions {
        Subscriptions {
            streams,
            outbox,
            known: BTreeMap::new(),
            next: Some(0),
        }
    }

    /// Subscribes to an account by the right of one of its keys.
    ///
    /// # Errors
    /// -2035 when the socket listens to the account already, -2042 when there are no numbers, or too many of them.
    pub fn add(
        &mut self,
        (account, key): (AccountId, KeyId),
        binding: Binding,
        manner: Manner,
    ) -> Result<Subscribed, Refusal> {
        self.forget_ended();
        if self.known.values().any(|known| known.account == account) {
            return Err(Refusal::of(Fault::AlreadySubscribed));
        }
        let number = self
            .next
            .filter(|_| self.known.len() < ACTIVE_MAX)
            .ok_or_else(|| Refusal::of(Fault::SubscriptionsExhausted))?;

        // Nothing below can fail.
        self.next = number.checked_add(1);
        self.known.insert(number, Subscription { account, binding });
        self.streams
            .subscribe(&self.outbox, (number, account, key), manner);
        Ok(Subscribed {
            socket: self.outbox.id(),
            number,
            account,
        })
    }

    /// Takes back a subscription that never began for its client.
    pub fn withdraw(&mut self, what: Subscribed) {
        self.known.remove(&what.number);
        self.streams.withdraw(what);
    }

    /// Returns how the socket marks its messages unless a subscription asks for more.
    pub fn marks(&self) -> Marks {
        self.outbox.form().marks
    }

    /// Ends one subscription, or all of them.
    ///
    /// # Errors
    /// -2036 when there is none.
    pub fn end(&mut self, only: Option<u16>, at: Timestamp) -> Result<(), Refusal> {
        self.forget_ended();
        let is_meant = |number: u16| only.is_none_or(|only| only == number);
        if !self.known.keys().any(|number| is_meant(*number)) {
            return Err(Refusal::of(Fault::NotSubscribed));
        }
        self.end_those(|number, _| is_meant(number), at);
        Ok(())
    }

    /// Ends the subscription that the login stands for.
    pub fn end_login(&mut self, at: Timestamp) {
        self.end_those(|_, known| known.binding == Binding::Login, at);
    }

    /// Ends them all: the socket ends.
    pub fn leave(&mut self, at: Timestamp) {
        self.end_those(|_, _| true, at);
    }

    /// Returns the numbers of the subscriptions that stand.
    pub fn numbers(&mut self) -> Vec<u16> {
        self.forget_ended();
        self.known.keys().copied().collect()
    }

    /// Returns whether the login listens.
    pub fn has_login(&mut self) -> bool {
        self.forget_ended();
        let mut known = self.known.values();
        known.any(|known| known.binding == Binding::Login)
    }

    fn end_those(&mut self, is_meant: impl Fn(u16, &Subscription) -> bool, at: Timestamp) {
        let socket = self.outbox.id();
        let streams = &self.streams;
        self.known.retain(|number, known| {
            let stays = !is_meant(*number, known);
            if !stays {
                streams.unsubscribe(socket, *number, known.account, at);
            }
            stays
        });
    }

    /// The end of a key ends its subscriptions without asking here.
    fn forget_ended(&mut self) {
        let socket = self.outbox.id();
        let streams = &self.streams;
        self.known
            .retain(|number, known| streams.is_subscribed(socket, *number, known.account));
    }
}

/// However a socket ends, nothing is kept for it.
impl Drop for Subscriptions {
    fn drop(&mut self) {
        self.leave(Timestamp::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user_data::streams::{Beginning, Telling};
    use crate::ws::counters::Counters;
    use crate::ws::outbox::{Form, SocketId};
    use wire::binance::control::Wrapping;
    use wire::binance::time::TimeUnit;

    const FORM: Form = Form {
        wrapping: Wrapping::Raw,
        unit: TimeUnit::Milliseconds,
        marks: Marks::Plain,
    };
    const NOW: Manner = Manner {
        marks: Marks::Plain,
        telling: Telling::ACCOUNT,
        beginning: Beginning::Now,
    };

    fn none() -> Subscriptions {
        let streams = UserStreams::new(Arc::new(Counters::default()));
        Subscriptions::new(streams, Arc::new(Outbox::new(SocketId(0), FORM, 1_000)))
    }

    /// Returns the number of a subscription to an account, or the code of the refusal.
    fn add(subscriptions: &mut Subscriptions, account: u32) -> Result<u16, i32> {
        let listener = (AccountId(account), KeyId(account.into()));
        let added = subscriptions.add(listener, Binding::Signature, NOW);
        added
            .map(|added| added.number)
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_socket_has_a_thousand_subscriptions_at_a_time() {
        let mut subscriptions = none();
        for account in 0..1_000 {
            assert_eq!(
                add(&mut subscriptions, account),
                Ok(u16::try_from(account).expect("small"))
            );
        }
        assert_eq!(add(&mut subscriptions, 7), Err(-2035));
        assert_eq!(add(&mut subscriptions, 1_000), Err(-2042));
        subscriptions
            .end(Some(7), Timestamp::ZERO)
            .expect("it stands");
        assert_eq!(add(&mut subscriptions, 1_000), Ok(1_000));
    }

    #[test]
    fn a_number_is_never_given_twice() {
        let mut subscriptions = none();
        subscriptions.next = Some(u16::MAX);
        assert_eq!(add(&mut subscriptions, 1), Ok(u16::MAX));
        subscriptions.end(None, Timestamp::ZERO).expect("it stands");
        assert_eq!(add(&mut subscriptions, 1), Err(-2042));
    }
}

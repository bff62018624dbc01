//! Which sockets have logged on with which key: the end of the key ends them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::id::KeyId;

use crate::ws::outbox::{Outbox, SocketId};

/// The sockets that have logged on, each once.
#[derive(Debug, Default)]
pub struct Logins(Mutex<BTreeMap<(KeyId, SocketId), Arc<Outbox>>>);

/// That a socket has logged on with a key, for as long as it is held.
#[derive(Debug)]
pub struct LoggedOn {
    logins: Arc<Logins>,
    place: (KeyId, SocketId),
}

impl Logins {
    /// Notes that a socket has logged on.
    pub fn enter(self: &Arc<Logins>, key: KeyId, socket: &Arc<Outbox>) -> LoggedOn {
        let place = (key, socket.id());
        self.lock().insert(place, Arc::clone(socket));
        LoggedOn {
            logins: Arc::clone(self),
            place,
        }
    }

    /// Ends the sockets whose key is no longer live.
    ///
    /// A key may be live for the last time just before its socket enters: whoever calls looks again and again.
    pub fn end(&self, is_live: impl Fn(KeyId) -> bool) {
        self.lock().retain(|(key, _), socket| {
            let stays = is_live(*key);
            if !stays {
                socket.dismiss();
            }
            stays
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(KeyId, SocketId), Arc<Outbox>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LoggedOn {
    fn drop(&mut self) {
        self.logins.lock().remove(&self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user_data::place::Marks;
    use crate::ws::outbox::{Form, Woken};
    use futures_util::FutureExt;
    use wire::binance::control::Wrapping;
    use wire::binance::time::TimeUnit;

    fn socket(id: u64) -> Arc<Outbox> {
        let form = Form {
            wrapping: Wrapping::Raw,
            unit: TimeUnit::Milliseconds,
            marks: Marks::Plain,
        };
        Arc::new(Outbox::new(SocketId(id), form, 1_000))
    }

    #[test]
    fn a_key_that_ends_dismisses_the_sockets_that_are_logged_on_with_it_and_no_others() {
        let logins = Arc::<Logins>::default();
        let sockets: Vec<Arc<Outbox>> = (0..3).map(socket).collect();
        let _ended = logins.enter(KeyId(7), &sockets[0]);
        drop(logins.enter(KeyId(7), &sockets[1]));
        let _other = logins.enter(KeyId(8), &sockets[2]);
        logins.end(|key| key != KeyId(7));
        let woken: Vec<Option<Woken>> = sockets
            .iter()
            .map(|socket| socket.woken().now_or_never())
            .collect();
        assert_eq!(woken, [Some(Woken::Dismissed), None, None]);
        assert_eq!(logins.lock().len(), 1);
    }
}

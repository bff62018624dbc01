//! Nonces of requests that are signed whole: each counts once while its request stands.
//!
//! They are in memory alone. What was signed before this process began is refused, so that what the one before it took is
//! not taken again.
//!
//! **Source** `docs/spec/keys.md`.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;

use model::id::KeyId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use sha2::{Digest, Sha256};
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Window;

use crate::limit::lock;

/// Nonces of a key that stand at a time.
const OF_KEY_MAX: u32 = 20_000;
/// Nonces of all keys, some 100 bytes each.
const IN_ALL_MAX: usize = 500_000;
/// A clock of a client may run ahead so far, and what the process before took from it with it.
const AHEAD_NANOS_MAX: i64 = NANOS_PER_SECOND;
const DIGEST_BYTES: usize = 16;

/// A key and the beginning of the digest of its nonce.
type Used = (KeyId, [u8; DIGEST_BYTES]);

/// The nonces that were used.
#[derive(Debug)]
pub struct Nonces {
    /// Before it another process may have taken requests.
    began_at: Timestamp,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    used: HashSet<Used>,
    /// By the last second in which their requests stand.
    by_end: BTreeMap<i64, Vec<Used>>,
    of_key: HashMap<KeyId, u32>,
    /// Nonces of requests that end in this second or before are forgotten.
    forgotten_second: i64,
}

impl Nonces {
    /// Returns the nonces of a process that begins now, and takes requests from now on alone.
    pub fn new(began_at: Timestamp) -> Nonces {
        Nonces {
            began_at,
            seen: Mutex::new(Seen {
                forgotten_second: i64::MIN,
                ..Seen::default()
            }),
        }
    }

    /// Uses up the nonce of a request whose signature is right.
    ///
    /// # Errors
    /// -1021 for a request that another process may have taken, or that was forgotten before the clock went back; -1022
    /// for a nonce that was used; -1003 when too many stand.
    pub fn take(
        &self,
        key: KeyId,
        nonce: &str,
        window: &Window,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let first = self.began_at.plus_nanos(AHEAD_NANOS_MAX);
        if mutant::plant!("restart-forgets-nonces", false, window.sent_at < first) {
            return Err(Refusal::of(Fault::SignedBeforeStart));
        }
        let used = (key, digest(nonce));
        let end_second = window.valid_until.seconds();
        let mut seen = lock(&self.seen);
        seen.forget(now);
        if end_second <= seen.forgotten_second {
            return Err(Refusal::of(Fault::OutsideWindow));
        }
        if mutant::plant!("nonce-forgotten", false, seen.used.contains(&used)) {
            return Err(Refusal::of(Fault::NonceUsed));
        }
        let of_key = seen.of_key.get(&key).copied().unwrap_or(0);
        if OF_KEY_MAX <= of_key || IN_ALL_MAX <= seen.used.len() {
            return Err(Refusal::of(Fault::TooManyNonces));
        }
        seen.used.insert(used);
        seen.by_end.entry(end_second).or_default().push(used);
        seen.of_key.insert(key, of_key + 1);
        Ok(())
    }
}

impl Seen {
    /// Forgets what no longer stands: the time of such a request refuses it.
    fn forget(&mut self, now: Timestamp) {
        while let Some(entry) = self.by_end.first_entry() {
            if now.seconds() <= *entry.key() {
                break;
            }
            let (second, over) = entry.remove_entry();
            self.forgotten_second = self.forgotten_second.max(second);
            for used in over {
                self.used.remove(&used);
                if let Entry::Occupied(mut count) = self.of_key.entry(used.0) {
                    *count.get_mut() -= 1;
                    if *count.get() == 0 {
                        count.remove();
                    }
                }
            }
        }
    }
}

fn digest(nonce: &str) -> [u8; DIGEST_BYTES] {
    let whole = Sha256::digest(nonce.as_bytes());
    let mut digest = [0; DIGEST_BYTES];
    digest.copy_from_slice(&whole[..DIGEST_BYTES]);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    const KEY: KeyId = KeyId(1);

    const fn after(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + millis)
    }

    /// A request that was signed then and stands for five seconds, and comes at once.
    fn take(nonces: &Nonces, key: KeyId, nonce: &str, millis: i64) -> Result<(), Fault> {
        take_at(nonces, (key, nonce), millis, millis)
    }

    fn take_at(
        nonces: &Nonces,
        (key, nonce): (KeyId, &str),
        sent: i64,
        came: i64,
    ) -> Result<(), Fault> {
        let window = Window {
            sent_at: after(sent),
            valid_until: after(sent + 5_000),
        };
        let taken = nonces.take(key, nonce, &window, after(came));
        taken.map_err(|refusal| {
            let of = |fault: &&Fault| Refusal::of(**fault) == refusal;
            *Fault::ALL.iter().find(of).expect("a row")
        })
    }

    #[test]
    fn a_nonce_of_a_key_counts_once_while_its_request_stands() {
        let nonces = Nonces::new(START);
        assert_eq!(take(&nonces, KEY, "a", 10_000), Ok(()));
        for later in [0, 1, 4_999, 5_000] {
            let again = take_at(&nonces, (KEY, "a"), 10_000, 10_000 + later);
            assert_eq!(again, Err(Fault::NonceUsed), "{later}");
        }
        assert_eq!(take(&nonces, KEY, "b", 10_000), Ok(()));
        assert_eq!(take(&nonces, KeyId(2), "a", 10_000), Ok(()));
    }

    #[test]
    fn what_is_forgotten_is_refused_also_by_a_clock_that_goes_back() {
        let nonces = Nonces::new(START);
        assert_eq!(take(&nonces, KEY, "a", 10_000), Ok(()));
        assert_eq!(take(&nonces, KEY, "b", 20_000), Ok(()));
        let seen = lock(&nonces.seen);
        assert_eq!((seen.used.len(), seen.of_key[&KEY]), (1, 1));
        drop(seen);
        assert_eq!(take(&nonces, KeyId(2), "c", 30_000), Ok(()));
        assert!(!lock(&nonces.seen).of_key.contains_key(&KEY));
        let back = take_at(&nonces, (KEY, "a"), 10_000, 12_000);
        assert_eq!(back, Err(Fault::OutsideWindow));
    }

    #[test]
    fn what_another_process_may_have_taken_is_refused() {
        let nonces = Nonces::new(START);
        for (sent, expected) in [
            (-2_000, Err(Fault::SignedBeforeStart)),
            (0, Err(Fault::SignedBeforeStart)),
            (999, Err(Fault::SignedBeforeStart)),
            (1_000, Ok(())),
        ] {
            let taken = take_at(&nonces, (KEY, "a"), sent, 100);
            assert_eq!(taken, expected, "{sent}");
        }
    }

    #[test]
    fn a_key_has_so_many_nonces_at_a_time_and_nobody_elses() {
        let nonces = Nonces::new(START);
        for number in 0..OF_KEY_MAX {
            assert_eq!(take(&nonces, KEY, &number.to_string(), 10_000), Ok(()));
        }
        let many = take(&nonces, KEY, "x", 10_000);
        assert_eq!(many, Err(Fault::TooManyNonces));
        assert_eq!(take(&nonces, KeyId(2), "x", 10_000), Ok(()));
        assert_eq!(take(&nonces, KEY, "x", 20_000), Ok(()));
    }
}

//! Reports: long answers that are made apart, so that none of them slows an order.
//!
//! One is made at a time, on a thread that gets what nobody else wants, over a connection of its own; an account has
//! one under way at most.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use model::id::AccountId;
use tokio::sync::Semaphore;
use wire::binance::error::{Fault, Refusal};

use crate::aside::aside;

/// How many accounts may have a report under way.
const ACCOUNTS_MAX: usize = 16;

/// Who has a report under way.
pub struct Reports {
    turn: Arc<Semaphore>,
    accounts: Arc<Mutex<BTreeSet<AccountId>>>,
}

/// The place of an account among those; it is free again when this is gone.
struct Place {
    account: AccountId,
    accounts: Arc<Mutex<BTreeSet<AccountId>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let accounts = self.accounts.lock();
        let mut accounts = accounts.unwrap_or_else(PoisonError::into_inner);
        accounts.remove(&self.account);
    }
}

impl Reports {
    pub fn new() -> Reports {
        Reports {
            turn: Arc::new(Semaphore::new(1)),
            accounts: Arc::default(),
        }
    }

    /// Makes a report when its turn comes. Whoever goes away meanwhile does not stop it.
    ///
    /// # Errors
    /// -1003 when the account has one under way, -1008 when too many others have, and those of the report.
    pub async fn make(
        &self,
        account: AccountId,
        work: impl Future<Output = Result<Vec<u8>, Refusal>> + Send + 'static,
    ) -> Result<Vec<u8>, Refusal> {
        let place = self.enter(account)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|_| busy())?;
        let named = async move {
            let made = work.await;
            drop((place, turn));
            made
        };
        let answer = aside("report", named).map_err(|_| busy())?;
        answer.await.map_err(|_| busy())?
    }

    fn enter(&self, account: AccountId) -> Result<Place, Refusal> {
        let accounts = self.accounts.lock();
        let mut accounts = accounts.unwrap_or_else(PoisonError::into_inner);
        if accounts.contains(&account) {
            return Err(Refusal::of(Fault::ReportUnderWay));
        }
        if ACCOUNTS_MAX <= accounts.len() {
            return Err(busy());
        }
        accounts.insert(account);
        Ok(Place {
            account,
            accounts: Arc::clone(&self.accounts),
        })
    }
}

fn busy() -> Refusal {
    Refusal::of(Fault::Overloaded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn an_account_has_one_report_at_a_time_and_they_are_made_one_by_one() {
        let reports = Reports::new();
        let (go, gone) = oneshot::channel::<()>();
        let slow = async move {
            let _ = gone.await;
            Ok(b"slow".to_vec())
        };
        let quick = |text: &'static str| async move { Ok(text.as_bytes().to_vec()) };
        let first = reports.make(AccountId(1), slow);
        let second = reports.make(AccountId(1), quick("again"));
        let third = reports.make(AccountId(2), quick("other"));
        let rest = async {
            tokio::task::yield_now().await;
            assert_eq!(second.await.expect_err("one under way").code, -1003);
            let _ = go.send(());
        };
        let (first, third, ()) = tokio::join!(first, third, rest);
        assert_eq!(first, Ok(b"slow".to_vec()));
        assert_eq!(third, Ok(b"other".to_vec()));
        let again = reports.make(AccountId(1), quick("again")).await;
        assert_eq!(again, Ok(b"again".to_vec()));
    }

    #[test]
    fn only_so_many_accounts_wait() {
        let reports = Reports::new();
        let places: Vec<_> = (1..=16)
            .map(|number| reports.enter(AccountId(number)))
            .collect();
        assert!(places.iter().all(Result::is_ok));
        let refused = reports.enter(AccountId(17)).err();
        assert_eq!(refused.map(|refusal| refusal.code), Some(-1008));
        drop(places);
        assert!(reports.enter(AccountId(17)).is_ok());
    }
}

//! Opening accounts, changing their state and tier, making and revoking keys.

use model::account::{AccountState, FeeTier, OwnerState, Scopes};
use model::command::{Anchor, OpenAccount};
use model::event::Event;
use model::id::{AccountId, KeyId};
use model::instrument::Cause;
use model::proof::{self, Grant};
use model::reject::Reject;
use model::snapshot::KeyRow;
use model::time::Timestamp;

use crate::account::Opening;
use crate::engine::Engine;

impl Engine {
    /// # Errors
    /// `ReferenceConflict`, `AccountUnknown` (of the master), `OwnerForeign`, `AccountClosed`, `AccountLimit`.
    pub(crate) fn open_account(&mut self, wish: &OpenAccount) -> Result<Event, Reject> {
        let account = match self.accounts.decide(wish)? {
            Opening::Repeated(original) => return Ok(Event::Repeated { original }),
            Opening::New(account) => account,
        };

        // Nothing below can fail.
        let id = self.accounts.open(account, wish.reference, self.sequence);
        Ok(Event::AccountOpened {
            account: id,
            owner: account.owner,
            group: account.group,
        })
    }

    /// # Errors
    /// `AccountUnknown`, `StateUnchanged`.
    pub(crate) fn set_account_state(
        &mut self,
        id: AccountId,
        state: AccountState,
        cause: Cause,
    ) -> Result<Event, Reject> {
        let account = self.accounts.get_mut(id)?;
        if account.state == state {
            return Err(Reject::StateUnchanged);
        }
        account.state = state;
        Ok(Event::AccountStateChanged {
            account: id,
            state,
            cause,
        })
    }

    /// # Errors
    /// `AccountUnknown`, `StateUnchanged`.
    pub(crate) fn set_fee_tier(&mut self, id: AccountId, tier: FeeTier) -> Result<Event, Reject> {
        let account = self.accounts.get_mut(id)?;
        if account.tier == tier {
            return Err(Reject::StateUnchanged);
        }
        account.tier = tier;
        Ok(Event::FeeTierChanged { account: id, tier })
    }

    /// # Errors
    /// `AccountUnknown`, `AccountClosed`, `KeyExists`, those of `check_shown`, `CapacityExhausted`.
    pub(crate) fn create_key(
        &mut self,
        (key, account): (KeyId, AccountId),
        (scopes, expires_at): (Scopes, Timestamp),
        grant: Option<&Grant>,
    ) -> Result<Event, Reject> {
        if self.accounts.get(account)?.owner_state == OwnerState::Closed {
            return Err(Reject::AccountClosed);
        }
        if self.keys.find(key).is_some() {
            return Err(Reject::KeyExists);
        }
        if let Some(Grant::Factor(shown)) = grant {
            self.check_shown(shown, proof::key_terms(account, scopes, expires_at))?;
        }
        self.keys.check_room()?;

        // Nothing below can fail.
        self.keys.insert(KeyRow {
            key,
            account,
            scopes,
            expires_at,
            is_revoked: false,
        });
        if let Some(grant) = grant {
            self.proofs.vouch(key, grant);
        }
        Ok(Event::KeyCreated {
            key,
            account,
            scopes,
            expires_at,
        })
    }

    /// # Errors
    /// `AnchorBehind` unless the log has become longer, or is what it was.
    pub(crate) fn set_anchor(&mut self, anchor: Anchor) -> Result<Event, Reject> {
        let is_on = match self.anchor {
            None => true,
            Some(last) => last.rows < anchor.rows || last == anchor,
        };
        if !is_on {
            return Err(Reject::AnchorBehind);
        }
        self.anchor = Some(anchor);
        Ok(Event::Anchored(anchor))
    }

    /// # Errors
    /// `KeyUnknown`, also of a key that is revoked already.
    pub(crate) fn revoke_key(&mut self, key: KeyId) -> Result<Event, Reject> {
        match self.keys.find_mut(key) {
            Some(row) if !row.is_revoked => {
                row.is_revoked = true;
                let account = row.account;
                Ok(Event::KeyRevoked { key, account })
            }
            _ => Err(Reject::KeyUnknown),
        }
    }

    /// # Errors
    /// `KeyUnknown`, also of a key that is revoked or whose end has come.
    pub(crate) fn set_key_end(
        &mut self,
        key: KeyId,
        expires_at: Timestamp,
    ) -> Result<Event, Reject> {
        let at = self.at;
        match self.keys.find_mut(key) {
            Some(row)
                if !row.is_revoked
                    && mutant::plant!("ended-key-lives-again", true, at < row.expires_at) =>
            {
                row.expires_at = expires_at;
                let account = row.account;
                Ok(Event::KeyEndSet {
                    key,
                    account,
                    expires_at,
                })
            }
            _ => Err(Reject::KeyUnknown),
        }
    }
}

//! Keys and sessions: whether whoever asks may ask (D8, Q11).

use model::account::Scopes;
use model::command::{Action, ClientHeader};
use model::id::KeyId;
use model::index::Index;
use model::reject::Reject;
use model::snapshot::KeyRow;
use model::time::Timestamp;

use crate::table::{Keyed, Table};

impl Keyed for KeyRow {
    type Key = KeyId;

    fn key(&self) -> KeyId {
        self.key
    }

    #[inline]
    fn hash(key: KeyId, index: &Index) -> u64 {
        index.hash(&[key.0])
    }
}

/// Every key that exists or existed.
pub type Keys = Table<KeyRow>;

/// Refuses a request unless its key is live at `at`, belongs to the account and has the scope the action needs.
///
/// # Errors
/// `KeyUnknown`, `KeyForeign`, `ScopeMissing`.
pub fn check_authority(
    key: Option<&KeyRow>,
    header: &ClientHeader,
    action: &Action,
    at: Timestamp,
) -> Result<(), Reject> {
    let row = key.ok_or(Reject::KeyUnknown)?;
    if mutant::plant!("revoked-key-signs", false, row.is_revoked) || row.expires_at <= at {
        return Err(Reject::KeyUnknown);
    }
    if row.account != header.account {
        return Err(Reject::KeyForeign);
    }
    if !row.scopes.includes(needed_scope(action)) {
        return Err(Reject::ScopeMissing);
    }
    Ok(())
}

const fn needed_scope(action: &Action) -> Scopes {
    match action {
        Action::Place(_)
        | Action::Cancel(_)
        | Action::CancelAll { .. }
        | Action::Replace(_)
        | Action::Amend(_)
        | Action::AmendLimit(_)
        | Action::AmendOpen(_)
        | Action::AmendAny(_)
        | Action::PlaceInstructed(_)
        | Action::ReplaceInstructed(_)
        | Action::PlaceList(_)
        | Action::CancelList(_)
        | Action::SetCountdown(_)
        | Action::Freeze { .. }
        | Action::Unfreeze { .. }
        | Action::Close => Scopes::TRADE,
        Action::FindOutcome { .. } => Scopes::READ,
        Action::Transfer(_) | Action::TransferBetween(_) => Scopes::TRANSFER,
        Action::HoldWithdrawal { .. } => Scopes::WITHDRAW,
    }
}

//! Accounts that users are known to have, held against those of the journal.

use anyhow::{Result, bail};
use model::id::AccountId;

/// Checks that the journal knows every account that a user is known to have: the next user would be given it, too.
///
/// # Errors
/// The journal is older than the users.
pub fn check(of_users: Option<AccountId>, of_journal: AccountId) -> Result<()> {
    match of_users {
        Some(account) if mutant::plant!("older-journal-started", false, of_journal < account) => {
            bail!(
                "a user has account {}, and the journal knows {} accounts: the journal is older than the users. Put \
                 the whole journal in its place, or users of its time or from before; see the runbook restore",
                account.0,
                of_journal.0
            )
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_know_no_account_beyond_those_of_the_journal() {
        let journal = AccountId(7);
        for of_users in [None, Some(AccountId(1)), Some(journal)] {
            assert!(check(of_users, journal).is_ok(), "{of_users:?}");
        }
        let refused = check(Some(AccountId(8)), journal).expect_err("older");
        assert!(refused.to_string().starts_with("a user has account 8, "));
    }
}

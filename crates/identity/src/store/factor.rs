//! Second factors and recovery codes.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::tell;
use crate::store::{Store, Writing, email_change, hold, registration};
use crate::totp::{Factor, StoredFactor};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS factors (
        owner         INTEGER PRIMARY KEY REFERENCES users (id),
        secret       BLOB NOT NULL,
        is_confirmed INTEGER NOT NULL,
        last_step    INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS recovery_codes (
        owner        INTEGER NOT NULL REFERENCES users (id),
        hash        BLOB NOT NULL,
        PRIMARY KEY (owner, hash)
    ) STRICT;
";

/// Whether a factor counts already.
#[derive(Clone, Copy)]
enum Stage {
    Enrolled,
    Confirmed,
}

/// Nobody's number.
pub(crate) const NOBODY: OwnerId = OwnerId(0);

/// Whoever shows a code, or nobody.
pub(crate) struct Claim<Step, Decoy> {
    pub user: Option<OwnerId>,
    /// Knows the step of the code by the secret of the user.
    pub step: Step,
    /// Does that with a secret of nobody's.
    pub decoy_step: Decoy,
    pub recovery: TokenHash,
}

impl Store {
    /// Stores a secret that is no factor yet, instead of another that is none.
    pub(crate) async fn enrol_factor(
        &self,
        user: OwnerId,
        sealed: &[u8],
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "INSERT INTO factors (owner, secret, is_confirmed, last_step) VALUES ($1, $2, 0, 0)
             ON CONFLICT (owner) DO UPDATE SET secret = excluded.secret
             WHERE factors.is_confirmed = 0",
        );
        let query = query.bind(user.0.cast_signed()).bind(sealed);
        match self.write(query).await? {
            0 => Err(IdentityError::FactorRefused),
            _ => Ok(()),
        }
    }

    /// Makes a secret a factor if `step` knows the step of the code.
    pub(crate) async fn confirm_factor(
        &self,
        user: OwnerId,
        step: impl Fn(&StoredFactor) -> Result<Option<i64>, IdentityError>,
        codes: &[TokenHash],
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let factor = find(&mut transaction, user, Stage::Enrolled).await?;
        let step = factor.map(|factor| step(&factor)).transpose()?.flatten();
        let step = step.ok_or(IdentityError::FactorRefused)?;
        use_step(&mut transaction, user, step).await?;
        for code in codes {
            sqlx::query("INSERT INTO recovery_codes (owner, hash) VALUES ($1, $2)")
                .bind(user.0.cast_signed())
                .bind(code.bytes())
                .execute(&mut *transaction)
                .await?;
        }
        note_change(&mut transaction, user, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn remove_factor(
        &self,
        user: OwnerId,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM factors WHERE owner = $1",
            "DELETE FROM recovery_codes WHERE owner = $1",
        ] {
            sqlx::query(statement)
                .bind(user.0.cast_signed())
                .execute(&mut *transaction)
                .await?;
        }
        note_change(&mut transaction, user, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses up the step that `step` knows, or else the recovery code.
    pub(crate) async fn show_factor(
        &self,
        user: OwnerId,
        step: impl Fn(&StoredFactor) -> Result<Option<i64>, IdentityError>,
        recovery: TokenHash,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<Factor, IdentityError> {
        let mut transaction = self.begin().await?;
        let factor = show(&mut transaction, user, (step, recovery), notice, at).await?;
        transaction.commit().await?;
        Ok(factor)
    }

    /// As `show_factor`; whoever is nobody, or has no factor, costs the same work.
    pub(crate) async fn show_factor_of(
        &self,
        claim: Claim<
            impl Fn(&StoredFactor) -> Result<Option<i64>, IdentityError>,
            impl Fn() -> Result<(), IdentityError>,
        >,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<Factor, IdentityError> {
        let Claim {
            user,
            step,
            decoy_step,
            recovery,
        } = claim;
        let mut transaction = self.begin().await?;
        let claimed = user.unwrap_or(NOBODY);
        let shown = show(&mut transaction, claimed, (step, recovery), notice, at).await;
        if matches!(shown, Ok(Factor::Absent)) {
            decoy_step()?;
            use_recovery(&mut transaction, claimed, recovery).await?;
        }
        let shown = shown?;
        if user.is_none() {
            return Err(IdentityError::FactorRefused);
        }
        transaction.commit().await?;
        Ok(shown)
    }

    pub(crate) async fn has_factor(&self, user: OwnerId) -> Result<bool, IdentityError> {
        let mut transaction = self.pool.begin().await?;
        has(&mut transaction, user).await
    }
}

/// Returns whether a user has a factor that counts.
pub(super) async fn has(transaction: &mut Writing, user: OwnerId) -> Result<bool, IdentityError> {
    let factor = find(transaction, user, Stage::Confirmed).await?;
    Ok(factor.is_some())
}

/// Uses up the step that `step` knows, or else the recovery code, for whoever commits.
pub(super) async fn show(
    transaction: &mut Writing,
    user: OwnerId,
    (step, recovery): (
        impl Fn(&StoredFactor) -> Result<Option<i64>, IdentityError>,
        TokenHash,
    ),
    notice: &Notice,
    at: Timestamp,
) -> Result<Factor, IdentityError> {
    let Some(factor) = find(transaction, user, Stage::Confirmed).await? else {
        return Ok(Factor::Absent);
    };
    if let Some(step) = step(&factor)? {
        use_step(transaction, user, step).await?;
        return Ok(Factor::Shown);
    }
    if use_recovery(transaction, user, recovery).await? == 0 {
        return Err(IdentityError::FactorRefused);
    }
    hold::begin(transaction, user, at).await?;
    tell(transaction, user, Subject::RecoveryCodeUsed, notice, at).await?;
    Ok(Factor::Shown)
}

/// Uses up a recovery code of a user, and returns how many that were.
async fn use_recovery(
    transaction: &mut Writing,
    user: OwnerId,
    recovery: TokenHash,
) -> Result<u64, IdentityError> {
    let used = sqlx::query("DELETE FROM recovery_codes WHERE owner = $1 AND hash = $2")
        .bind(user.0.cast_signed())
        .bind(recovery.bytes())
        .execute(&mut **transaction)
        .await?;
    Ok(used.rows_affected())
}

async fn find(
    transaction: &mut Writing,
    user: OwnerId,
    stage: Stage,
) -> Result<Option<StoredFactor>, IdentityError> {
    let is_confirmed = match stage {
        Stage::Enrolled => 0,
        Stage::Confirmed => 1,
    };
    let query = "SELECT secret, last_step FROM factors WHERE owner = $1 AND is_confirmed = $2";
    let row = sqlx::query(query)
        .bind(user.0.cast_signed())
        .bind(is_confirmed)
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(StoredFactor {
        sealed: row.try_get(0)?,
        last_step: row.try_get(1)?,
    }))
}

async fn use_step(
    transaction: &mut Writing,
    user: OwnerId,
    step: i64,
) -> Result<(), IdentityError> {
    sqlx::query("UPDATE factors SET is_confirmed = 1, last_step = $1 WHERE owner = $2")
        .bind(step)
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Ends the logins of the user, also those that a restart finds, holds payouts, and tells the user.
pub(super) async fn note_change(
    transaction: &mut Writing,
    user: OwnerId,
    notice: &Notice,
    at: Timestamp,
) -> Result<(), IdentityError> {
    email_change::forget(transaction, user).await?;
    hold::begin(transaction, user, at).await?;
    registration::end_sessions(transaction, user, at).await?;
    tell(transaction, user, Subject::FactorChanged, notice, at).await
}

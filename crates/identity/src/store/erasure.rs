//! Erasures, and the statements that carry them out.
//!
//! `fates` says of every column of the database which of them takes it, or why it stays; its test plants a text in each.

#[cfg(test)]
pub(super) mod fates;

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::erasure::{Erasure, ROUND_MAX, Term};
use crate::identity::IdentityError;
use crate::store::{DatabaseRow, Store, Writing, audit};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS erasures (
        owner     INTEGER PRIMARY KEY REFERENCES users (id),
        asked_ns  INTEGER NOT NULL,
        begun_ns  INTEGER,
        ended_ns  INTEGER
    ) STRICT;
";

/// What no term keeps: `$1` is the user. An application that was never handed in showed nobody anything.
const FIRST: [&str; 11] = [
    "DELETE FROM payout_holds WHERE owner = $1",
    "UPDATE logins SET agent = '', address = '' WHERE owner = $1",
    "UPDATE api_keys SET label = '', addresses = '', last_used_ns = 0
     WHERE account IN (SELECT account FROM closings WHERE owner = $1)
        OR account IN (SELECT account FROM sub_accounts WHERE owner = $1)",
    "UPDATE sub_accounts SET label = 'erased-' || CAST(number AS TEXT) WHERE owner = $1",
    "UPDATE leaves SET email = '' WHERE owner = $1 OR auditor = $1",
    "UPDATE leaves SET email = '', ended_ns = COALESCE(ended_ns, created_ns)
     WHERE auditor IS NULL AND email IN (SELECT email FROM closings WHERE owner = $1)",
    "DELETE FROM kyc_calls WHERE application IN
        (SELECT id FROM kyc_applications WHERE owner = $1 AND state = 'DRAFT')",
    "DELETE FROM kyc_documents WHERE application IN
        (SELECT id FROM kyc_applications WHERE owner = $1 AND state = 'DRAFT')",
    "DELETE FROM kyc_applications WHERE owner = $1 AND state = 'DRAFT'",
    "UPDATE users SET name = 'closed-' || CAST(id AS TEXT) WHERE id = $1",
    "UPDATE closings SET email = NULL WHERE owner = $1",
];

/// What is kept until the term is over.
const LAST: [&str; 5] = [
    "UPDATE withdrawals SET address = '', tag = '', own_name = NULL, payout = '', reason = ''
     WHERE owner = $1",
    "DELETE FROM kyc_calls WHERE application IN
        (SELECT id FROM kyc_applications WHERE owner = $1)",
    "DELETE FROM kyc_documents WHERE application IN
        (SELECT id FROM kyc_applications WHERE owner = $1)",
    "DELETE FROM kyc_applications WHERE owner = $1",
    "DELETE FROM kyc_levels WHERE owner = $1",
];

/// One of the two steps of an erasure.
#[derive(Clone, Copy)]
enum Step {
    First,
    Last,
}

impl Step {
    /// Finds users of whom it is due: `$1` is now, `$2` the latest closing whose term is over.
    const fn due(self) -> &'static str {
        match self {
            Step::First => {
                "SELECT closings.owner FROM closings
                 LEFT JOIN erasures ON erasures.owner = closings.owner
                 WHERE closed_ns IS NOT NULL AND begun_ns IS NULL
                   AND (erasures.asked_ns <= $1 OR closed_ns <= $2)
                 ORDER BY closings.owner LIMIT $3"
            }
            Step::Last => {
                "SELECT closings.owner FROM closings
                 JOIN erasures ON erasures.owner = closings.owner
                 WHERE begun_ns <= $1 AND ended_ns IS NULL AND closed_ns <= $2
                 ORDER BY closings.owner LIMIT $3"
            }
        }
    }

    const fn statements(self) -> &'static [&'static str] {
        match self {
            Step::First => &FIRST,
            Step::Last => &LAST,
        }
    }

    /// Notes that it was done: `$1` is now, `$2` the user.
    const fn done(self) -> &'static str {
        match self {
            Step::First => {
                "INSERT INTO erasures (owner, asked_ns, begun_ns) VALUES ($2, $1, $1)
                 ON CONFLICT (owner) DO UPDATE SET begun_ns = excluded.begun_ns"
            }
            Step::Last => "UPDATE erasures SET ended_ns = $1 WHERE owner = $2",
        }
    }

    const fn act(self) -> &'static str {
        match self {
            Step::First => "user-erased",
            Step::Last => "identity-checks-erased",
        }
    }
}

impl Store {
    pub(crate) async fn erasure_of(&self, user: OwnerId) -> Result<Option<Erasure>, IdentityError> {
        let query = "SELECT asked_ns, begun_ns, ended_ns FROM erasures WHERE owner = $1";
        let row = sqlx::query(query)
            .bind(user.0.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    pub(crate) async fn erase_due(&self, term: Term, at: Timestamp) -> Result<u64, IdentityError> {
        let mut steps = 0;
        for step in [Step::First, Step::Last] {
            let rows = sqlx::query(step.due())
                .bind(at.nanos())
                .bind(at.plus_nanos(-term.nanos()).nanos())
                .bind(ROUND_MAX)
                .fetch_all(&self.pool)
                .await?;
            for row in &rows {
                self.erase(step, row.try_get(0)?, at).await?;
                steps += 1;
            }
        }
        Ok(steps)
    }

    async fn erase(&self, step: Step, user: i64, at: Timestamp) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        for statement in step.statements() {
            sqlx::query(*statement)
                .bind(user)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(step.done())
            .bind(at.nanos())
            .bind(user)
            .execute(&mut *transaction)
            .await?;
        let entry = Entry {
            at,
            actor: Actor::Exchange,
            act: step.act(),
            subject: format!("user {user}"),
            detail: String::new(),
            address: None,
        };
        audit::append(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Notes that the erasure of a user is wanted; the first who asks counts.
pub(super) async fn ask(
    transaction: &mut Writing,
    user: OwnerId,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO erasures (owner, asked_ns) VALUES ($1, $2) ON CONFLICT (owner) DO NOTHING",
    )
    .bind(user.0.cast_signed())
    .bind(at.nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Asks for it if the user has closed the account and is not erased yet; else returns why that cannot be.
pub(super) async fn ask_closed(
    transaction: &mut Writing,
    user: OwnerId,
    at: Timestamp,
) -> Result<Result<(), &'static str>, IdentityError> {
    let row = sqlx::query(
        "SELECT begun_ns FROM closings LEFT JOIN erasures ON erasures.owner = closings.owner
         WHERE closings.owner = $1 AND closed_ns IS NOT NULL",
    )
    .bind(user.0.cast_signed())
    .fetch_optional(&mut **transaction)
    .await?;
    let Some(row) = row else {
        return Ok(Err("the user has not closed the account"));
    };
    if row.try_get::<Option<i64>, _>(0)?.is_some() {
        return Ok(Err("the user is erased already"));
    }
    ask(transaction, user, at).await?;
    Ok(Ok(()))
}

/// Forgets that it was wanted: the account was not closed.
pub(super) async fn drop_asked(
    transaction: &mut Writing,
    user: OwnerId,
) -> Result<(), IdentityError> {
    sqlx::query("DELETE FROM erasures WHERE owner = $1 AND begun_ns IS NULL")
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn read(row: &DatabaseRow) -> Result<Erasure, IdentityError> {
    let time = |column| -> Result<Option<Timestamp>, IdentityError> {
        let nanos: Option<i64> = row.try_get(column)?;
        Ok(nanos.map(Timestamp::from_nanos))
    };
    Ok(Erasure {
        asked_at: Timestamp::from_nanos(row.try_get(0)?),
        begun_at: time(1)?,
        ended_at: time(2)?,
    })
}

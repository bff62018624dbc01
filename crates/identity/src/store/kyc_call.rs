//! Calls to a provider that wait or were taken, and the ids of results that were taken in.

use model::time::{NANOS_PER_DAY, Timestamp};
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::kyc::KycError;
use crate::kyc_call::{ATTEMPTS_MAX, KycCall, Taken, Verdict, new_id};
use crate::store::{DatabaseRow, Store, Writing, audit, kyc};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS kyc_calls (
        id           TEXT PRIMARY KEY,
        application  INTEGER NOT NULL,
        attempts     INTEGER NOT NULL,
        due_ns       INTEGER NOT NULL,
        at_ns        INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS kyc_results (
        id      TEXT PRIMARY KEY,
        at_ns   INTEGER NOT NULL
    ) STRICT;
";

/// How long the ids of results are remembered; a signature is too old long before.
const RESULTS_KEPT_NANOS: i64 = 30 * NANOS_PER_DAY;

/// Adds the call about an application, in the transaction that submits it.
pub(super) async fn add(
    transaction: &mut Writing,
    application: u64,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO kyc_calls (id, application, attempts, due_ns, at_ns)
         VALUES ($1, $2, 0, $3, $4)",
    )
    .bind(new_id()?)
    .bind(application.cast_signed())
    .bind(at.nanos())
    .bind(at.nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

impl Store {
    pub(crate) async fn due_calls(
        &self,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<KycCall>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, application, attempts, at_ns FROM kyc_calls WHERE due_ns <= $1
             ORDER BY due_ns, id LIMIT $2",
        )
        .bind(at.nanos())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let call = |row: &DatabaseRow| {
            Ok(KycCall {
                id: row.try_get(0)?,
                application: row.try_get::<i64, _>(1)?.cast_unsigned(),
                attempts: super::read_count(row, 2)?,
                at: Timestamp::from_nanos(row.try_get(3)?),
            })
        };
        rows.iter().map(call).collect()
    }

    pub(crate) async fn end_call(&self, id: &str) -> Result<(), IdentityError> {
        self.write(sqlx::query("DELETE FROM kyc_calls WHERE id = $1").bind(id))
            .await?;
        Ok(())
    }

    pub(crate) async fn postpone_call(
        &self,
        call: &KycCall,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        if call.attempts + 1 < ATTEMPTS_MAX {
            let query = "UPDATE kyc_calls SET attempts = attempts + 1, due_ns = $1 WHERE id = $2";
            let query = sqlx::query(query).bind(call.next_attempt(at).nanos());
            self.write(query.bind(&call.id)).await?;
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM kyc_calls WHERE id = $1")
            .bind(&call.id)
            .execute(&mut *transaction)
            .await?;
        let finding = "provider: it did not take the call";
        match kyc::add_finding(&mut transaction, call.application, finding).await {
            // Whoever decided in the meantime needs no finding.
            Ok(()) | Err(KycError::Unknown | KycError::State(_)) => {}
            Err(KycError::Identity(error)) => return Err(error),
            Err(other) => unreachable!("a finding is refused by {other}"),
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn take_result(
        &self,
        id: &str,
        (application, verdict, finding): (u64, Verdict, Option<&str>),
        at: Timestamp,
    ) -> Result<Taken, KycError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM kyc_results WHERE at_ns < $1")
            .bind(at.plus_nanos(-RESULTS_KEPT_NANOS).nanos())
            .execute(&mut *transaction)
            .await?;
        let added = sqlx::query(
            "INSERT INTO kyc_results (id, at_ns) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(Taken::Before);
        }
        let owner = kyc::owner_if_open(&mut transaction, application).await?;
        if let Some(finding) = finding {
            kyc::add_finding(&mut transaction, application, finding).await?;
        }
        let entry = Entry {
            at,
            actor: Actor::Exchange,
            act: "kyc-provider-told",
            subject: format!("user {}", owner.0),
            detail: format!("application {application}: {}", verdict.name()),
            address: None,
        };
        audit::append(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(Taken::Now)
    }
}

//! Passkeys of an operator: which there are, and taking one away.

use std::net::IpAddr;

use model::id::OperatorId;
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::operator_passkey::KnownPasskey;
use crate::store::operator_passkey::is_without;
use crate::store::{DatabaseRow, Store, audit};

impl Store {
    pub(crate) async fn operator_passkeys(
        &self,
        operator: OperatorId,
    ) -> Result<Vec<KnownPasskey>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, label, created_ns, last_used_ns FROM operator_passkeys
             WHERE operator = $1 ORDER BY id",
        )
        .bind(i64::from(operator.0))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Takes a passkey of an operator away, and ends the sessions of the operator and the code that would enrol another:
    /// whoever has stolen the passkey may have asked for it.
    pub(crate) async fn remove_operator_passkey(
        &self,
        (operator, passkey): (OperatorId, u64),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let own = i64::from(operator.0);
        let removed = sqlx::query("DELETE FROM operator_passkeys WHERE id = $1 AND operator = $2")
            .bind(passkey.cast_signed())
            .bind(own)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(IdentityError::KeyUnknown);
        }
        if is_without(&mut transaction, operator).await? {
            return Err(IdentityError::LastPasskey);
        }
        for ended in [
            "DELETE FROM operator_sessions WHERE operator = $1",
            "DELETE FROM operator_enrolments WHERE operator = $1",
        ] {
            sqlx::query(ended)
                .bind(own)
                .execute(&mut *transaction)
                .await?;
        }
        let entry = Entry {
            at,
            actor: Actor::Operator(operator),
            act: "operator-passkey-removed",
            subject: format!("operator {own}"),
            detail: format!("passkey {passkey}"),
            address: Some(address),
        };
        audit::append(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }
}

fn read(row: &DatabaseRow) -> Result<KnownPasskey, IdentityError> {
    let used_at = Timestamp::from_nanos(row.try_get(3)?);
    Ok(KnownPasskey {
        id: row.try_get::<i64, _>(0)?.cast_unsigned(),
        label: row.try_get(1)?,
        created_at: Timestamp::from_nanos(row.try_get(2)?),
        used_at: Some(used_at).filter(|used_at| Timestamp::ZERO < *used_at),
    })
}

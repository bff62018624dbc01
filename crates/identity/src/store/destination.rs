//! The books of users, and whether their withdrawals go beyond them.

use model::id::{AssetId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::destination::{DESTINATIONS_MAX, Destination, Listed};
use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::tell;
use crate::store::{Connection, DatabaseRow, Store};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS destinations (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        owner       INTEGER NOT NULL REFERENCES users (id),
        asset       INTEGER NOT NULL,
        network     TEXT NOT NULL,
        address     TEXT NOT NULL,
        tag         TEXT NOT NULL,
        label       TEXT NOT NULL,
        created_ns  INTEGER NOT NULL,
        payable_ns  INTEGER NOT NULL,
        UNIQUE (owner, asset, network, address, tag)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS destination_rules (
        owner    INTEGER PRIMARY KEY REFERENCES users (id),
        ends_ns  INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    pub(crate) async fn destinations(&self, user: OwnerId) -> Result<Vec<Listed>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, asset, network, address, tag, label, created_ns, payable_ns
             FROM destinations WHERE owner = $1 ORDER BY id",
        )
        .bind(user.0.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn add_destination(
        &self,
        user: OwnerId,
        (destination, label): (&Destination, &str),
        (at, payable_at): (Timestamp, Timestamp),
        notice: Option<&Notice>,
    ) -> Result<u64, IdentityError> {
        let mut transaction = self.begin().await?;
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM destinations WHERE owner = $1")
            .bind(user.0.cast_signed())
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        if DESTINATIONS_MAX as i64 <= count {
            return Err(IdentityError::DestinationsFull);
        }
        let row = sqlx::query(
            "INSERT INTO destinations
                (owner, asset, network, address, tag, label, created_ns, payable_ns)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (owner, asset, network, address, tag) DO NOTHING RETURNING id",
        )
        .bind(user.0.cast_signed())
        .bind(i64::from(destination.asset.0))
        .bind(&destination.network)
        .bind(&destination.address)
        .bind(&destination.tag)
        .bind(label)
        .bind(at.nanos())
        .bind(payable_at.nanos())
        .fetch_optional(&mut *transaction)
        .await?;
        let row = row.ok_or(IdentityError::DestinationListed)?;
        let id: i64 = row.try_get(0)?;
        if let Some(notice) = notice {
            let subject = Subject::AddressBookChanged;
            tell(&mut transaction, user, subject, notice, at).await?;
        }
        transaction.commit().await?;
        Ok(id.cast_unsigned())
    }

    pub(crate) async fn remove_destination(
        &self,
        user: OwnerId,
        id: u64,
    ) -> Result<bool, IdentityError> {
        let query = sqlx::query("DELETE FROM destinations WHERE owner = $1 AND id = $2");
        let query = query.bind(user.0.cast_signed());
        let id = i64::try_from(id).unwrap_or(i64::MAX);
        Ok(self.write(query.bind(id)).await? == 1)
    }

    pub(crate) async fn book_only_until(
        &self,
        user: OwnerId,
    ) -> Result<Option<Timestamp>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        rule(&mut connection, user).await
    }

    pub(crate) async fn set_book_only(
        &self,
        user: OwnerId,
        until: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "INSERT INTO destination_rules (owner, ends_ns) VALUES ($1, $2)
             ON CONFLICT (owner) DO UPDATE SET ends_ns = excluded.ends_ns",
        );
        let query = query.bind(user.0.cast_signed());
        self.write(query.bind(until.nanos())).await?;
        Ok(())
    }
}

/// Returns until when withdrawals of a user go to the book alone.
pub(super) async fn rule(
    connection: &mut Connection,
    user: OwnerId,
) -> Result<Option<Timestamp>, IdentityError> {
    let row = sqlx::query("SELECT ends_ns FROM destination_rules WHERE owner = $1")
        .bind(user.0.cast_signed())
        .fetch_optional(connection)
        .await?;
    let ends = row.map(|row| row.try_get(0)).transpose()?;
    Ok(ends.map(Timestamp::from_nanos))
}

/// Returns from when on a destination of the book of a user is paid to, `None` when it is not in it.
pub(super) async fn payable_at(
    connection: &mut Connection,
    user: OwnerId,
    destination: &Destination,
) -> Result<Option<Timestamp>, IdentityError> {
    let row = sqlx::query(
        "SELECT payable_ns FROM destinations
         WHERE owner = $1 AND asset = $2 AND network = $3 AND address = $4 AND tag = $5",
    )
    .bind(user.0.cast_signed())
    .bind(i64::from(destination.asset.0))
    .bind(&destination.network)
    .bind(&destination.address)
    .bind(&destination.tag)
    .fetch_optional(connection)
    .await?;
    let payable = row.map(|row| row.try_get(0)).transpose()?;
    Ok(payable.map(Timestamp::from_nanos))
}

fn read(row: &DatabaseRow) -> Result<Listed, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let asset = u16::try_from(row.try_get::<i64, _>(1)?);
    Ok(Listed {
        id: id.cast_unsigned(),
        destination: Destination {
            asset: AssetId(asset.map_err(|_| IdentityError::DestinationDamaged { id })?),
            network: row.try_get(2)?,
            address: row.try_get(3)?,
            tag: row.try_get(4)?,
        },
        label: row.try_get(5)?,
        created_at: Timestamp::from_nanos(row.try_get(6)?),
        payable_at: Timestamp::from_nanos(row.try_get(7)?),
    })
}

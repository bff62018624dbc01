//! Notifications, where they go, and how far the event log was taken in.

use std::collections::BTreeMap;

use model::id::{AccountId, OwnerId, Sequence};
use model::time::{NANOS_PER_SECOND, Timestamp};
use sqlx::Row;

use crate::identity::IdentityError;
use crate::notification::{
    Addressed, Facts, KEPT_MAX, Kind, News, Notification, Place, Setting, Told,
};
use crate::outbox::{Counts, Subject};
use crate::store::outbox::{self, NewMessage, PER_DAY_MAX};
use crate::store::{Connection, DatabaseRow, Store, Writing, alert, beyond};

/// Between two letters that count news.
const DIGEST_NANOS: i64 = 3_600 * NANOS_PER_SECOND;
/// Letters of one transaction.
const DIGESTS_MAX: i64 = 100;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS notifications (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        owner       INTEGER NOT NULL REFERENCES users (id),
        kind        INTEGER NOT NULL,
        news        TEXT NOT NULL,
        events      INTEGER NOT NULL,
        is_kept     INTEGER NOT NULL,
        is_read     INTEGER NOT NULL,
        wants_mail  INTEGER NOT NULL,
        at_ns       INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS notifications_by_owner ON notifications (owner, id);
    CREATE INDEX IF NOT EXISTS notifications_by_mail ON notifications (wants_mail, owner);
    CREATE TABLE IF NOT EXISTS notification_settings (
        owner       INTEGER NOT NULL REFERENCES users (id),
        kind        INTEGER NOT NULL,
        is_kept     INTEGER NOT NULL,
        is_mailed   INTEGER NOT NULL,
        PRIMARY KEY (owner, kind)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS digests (
        owner       INTEGER PRIMARY KEY REFERENCES users (id),
        sent_ns     INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS notice_place (
        id          INTEGER PRIMARY KEY CHECK (id = 1),
        cluster     TEXT NOT NULL,
        sequence    INTEGER NOT NULL
    ) STRICT;
";

/// Notes that something has happened to a user's own security.
pub(super) async fn tell_security(
    connection: &mut Connection,
    user: OwnerId,
    subject: Subject,
    at: Timestamp,
) -> Result<(), IdentityError> {
    add(connection, user, &News::Security(subject), at).await
}

/// Adds a notification, if the user wants it, and forgets the oldest of too many.
pub(super) async fn add(
    connection: &mut Connection,
    user: OwnerId,
    news: &News,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let setting = setting_of(connection, user, news.kind()).await?;
    if !setting.is_kept && !setting.is_mailed {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO notifications (owner, kind, news, events, is_kept, is_read, wants_mail, at_ns)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7)",
    )
    .bind(user.0.cast_signed())
    .bind(news.kind().number())
    .bind(news.text())
    .bind(i64::from(news.count()))
    .bind(i64::from(setting.is_kept))
    .bind(i64::from(setting.is_mailed))
    .bind(at.nanos())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM notifications WHERE owner = $1 AND id <=
            (SELECT id FROM notifications WHERE owner = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)",
    )
    .bind(user.0.cast_signed())
    .bind(user.0.cast_signed())
    .bind(KEPT_MAX)
    .execute(connection)
    .await?;
    Ok(())
}

async fn setting_of(
    connection: &mut Connection,
    user: OwnerId,
    kind: Kind,
) -> Result<Setting, IdentityError> {
    let row = sqlx::query(
        "SELECT is_kept, is_mailed FROM notification_settings WHERE owner = $1 AND kind = $2",
    )
    .bind(user.0.cast_signed())
    .bind(kind.number())
    .fetch_optional(connection)
    .await?;
    match row {
        Some(row) => read_setting(&row, 0),
        None => Ok(kind.default_setting()),
    }
}

fn read_setting(row: &DatabaseRow, column: usize) -> Result<Setting, IdentityError> {
    Ok(Setting {
        is_kept: row.try_get::<i64, _>(column)? != 0,
        is_mailed: row.try_get::<i64, _>(column + 1)? != 0,
    })
}

impl Store {
    pub(crate) async fn notifications(
        &self,
        user: OwnerId,
        before: Option<u64>,
        count_max: u32,
    ) -> Result<Vec<Notification>, IdentityError> {
        let before = before.and_then(|id| i64::try_from(id).ok());
        let rows = sqlx::query(
            "SELECT id, kind, news, is_read, at_ns FROM notifications
             WHERE owner = $1 AND is_kept = 1 AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(user.0.cast_signed())
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(count_max))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn newest_notification(&self) -> Result<u64, IdentityError> {
        let row = sqlx::query("SELECT COALESCE(MAX(id), 0) FROM notifications")
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
    }

    pub(crate) async fn notifications_since(
        &self,
        number: u64,
        count_max: u32,
    ) -> Result<Vec<Addressed>, IdentityError> {
        let rows = sqlx::query(
            "SELECT notifications.id, kind, news, is_read, at_ns, account FROM notifications
                JOIN accounts ON accounts.owner = notifications.owner
             WHERE is_kept = 1 AND $1 < notifications.id ORDER BY notifications.id LIMIT $2",
        )
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(i64::from(count_max))
        .fetch_all(&self.pool)
        .await?;
        let read_addressed = |row: &DatabaseRow| {
            let account: i64 = row.try_get(5)?;
            let damaged = |_| IdentityError::AccountDamaged { account };
            Ok(Addressed {
                account: AccountId(u32::try_from(account).map_err(damaged)?),
                notification: read(row)?,
            })
        };
        rows.iter().map(read_addressed).collect()
    }

    pub(crate) async fn unread(&self, user: OwnerId) -> Result<u64, IdentityError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM notifications WHERE owner = $1 AND is_kept = 1 AND is_read = 0",
        )
        .bind(user.0.cast_signed())
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
    }

    pub(crate) async fn mark_read(&self, user: OwnerId, until: u64) -> Result<(), IdentityError> {
        let query = "UPDATE notifications SET is_read = 1 WHERE owner = $1 AND id <= $2";
        let query = sqlx::query(query)
            .bind(user.0.cast_signed())
            .bind(i64::try_from(until).unwrap_or(i64::MAX));
        self.write(query).await?;
        Ok(())
    }

    pub(crate) async fn notification_settings(
        &self,
        user: OwnerId,
    ) -> Result<BTreeMap<Kind, Setting>, IdentityError> {
        let defaults = Kind::ALL.map(|kind| (kind, kind.default_setting()));
        let mut settings = BTreeMap::from(defaults);
        let rows = sqlx::query(
            "SELECT kind, is_kept, is_mailed FROM notification_settings WHERE owner = $1",
        )
        .bind(user.0.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        for row in &rows {
            if let Some(kind) = Kind::from_number(row.try_get(0)?) {
                settings.insert(kind, read_setting(row, 1)?);
            }
        }
        Ok(settings)
    }

    pub(crate) async fn set_notification(
        &self,
        user: OwnerId,
        kind: Kind,
        setting: Setting,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "INSERT INTO notification_settings (owner, kind, is_kept, is_mailed)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (owner, kind) DO UPDATE SET is_kept = excluded.is_kept,
                                                     is_mailed = excluded.is_mailed",
        )
        .bind(user.0.cast_signed())
        .bind(kind.number())
        .bind(i64::from(setting.is_kept))
        .bind(i64::from(setting.is_mailed));
        self.write(query).await?;
        Ok(())
    }

    pub(crate) async fn notice_place(&self) -> Result<Option<Place>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        place(&mut connection).await
    }

    pub(crate) async fn begin_notices(&self, at: Place) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        set_place(&mut transaction, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Returns the accounts of those who have said whether they want to be told of fills, and what they said.
    pub(crate) async fn wishes_for_fills(&self) -> Result<Vec<(AccountId, bool)>, IdentityError> {
        let rows = sqlx::query(
            "SELECT account, is_kept, is_mailed FROM accounts
                JOIN notification_settings ON notification_settings.owner = accounts.owner
             WHERE kind = $1 ORDER BY account",
        )
        .bind(Kind::Fills.number())
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &DatabaseRow| {
            let number: i64 = row.try_get(0)?;
            let account = u32::try_from(number);
            let damaged = |_| IdentityError::AccountDamaged { account: number };
            let account = AccountId(account.map_err(damaged)?);
            let setting = read_setting(row, 1)?;
            Ok((account, setting.is_kept || setting.is_mailed))
        };
        rows.iter().map(read).collect()
    }

    pub(crate) async fn take_in(
        &self,
        facts: &Facts,
        seal: impl Fn(&str, &str) -> Result<Vec<u8>, IdentityError>,
        (after, until): (Place, Sequence),
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        if place(&mut transaction).await? != Some(after) {
            return Err(IdentityError::NoticesElsewhere);
        }
        for told in &facts.told {
            let user = tell(&mut transaction, told).await?;
            if let News::DepositBeyond { asset, amount } = told.news {
                let owner = (user, told.account);
                beyond::add(&mut transaction, owner, (asset, amount), told.at).await?;
                if let Some(user) = user {
                    write_beyond(&mut transaction, user, &seal, told.at).await?;
                }
            }
        }
        for (market, trades) in &facts.trades {
            for (user, news, at) in alert::reached(&mut transaction, *market, trades).await? {
                add(&mut transaction, user, &news, at).await?;
            }
        }
        let next = Place {
            sequence: until,
            ..after
        };
        mutant::plant!(
            "notices-without-their-place",
            (),
            set_place(&mut transaction, next).await?
        );
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn write_digests(
        &self,
        seal: impl Fn(&str, &str) -> Result<Vec<u8>, IdentityError>,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let due = self.due_digests(at).await?;
        for (user, email) in due {
            let mut transaction = self.begin().await?;
            let counts = counts(&mut transaction, user).await?;
            let message = NewMessage {
                recipient: &email,
                subject: Subject::News,
                content: &seal(&counts.text(), &email)?,
                created_at: at,
            };
            outbox::add(&mut transaction, &message, i64::MAX).await?;
            note_digest(&mut transaction, user, at).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn due_digests(&self, at: Timestamp) -> Result<Vec<(OwnerId, String)>, IdentityError> {
        let rows = sqlx::query(
            "SELECT DISTINCT users.id, email FROM notifications
                JOIN users ON users.id = notifications.owner
                LEFT JOIN digests ON digests.owner = users.id
             WHERE wants_mail = 1 AND COALESCE(sent_ns, $1) <= $2 ORDER BY users.id LIMIT $3",
        )
        .bind(i64::MIN)
        .bind(at.plus_nanos(-DIGEST_NANOS).nanos())
        .bind(DIGESTS_MAX)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &DatabaseRow| {
            let user: i64 = row.try_get(0)?;
            Ok((OwnerId(user.cast_unsigned()), row.try_get(1)?))
        };
        rows.iter().map(read).collect()
    }
}

/// Returns the user who was told.
async fn tell(transaction: &mut Writing, told: &Told) -> Result<Option<OwnerId>, IdentityError> {
    let row = sqlx::query("SELECT owner FROM accounts WHERE account = $1")
        .bind(i64::from(told.account.0))
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else {
        return Ok(None); // An account of nobody who can be told.
    };
    let user: i64 = row.try_get(0)?;
    let user = OwnerId(user.cast_unsigned());
    add(transaction, user, &told.news, told.at).await?;
    Ok(Some(user))
}

/// Writes a letter that tells of a deposit beyond the allowance.
async fn write_beyond(
    transaction: &mut Writing,
    user: OwnerId,
    seal: &impl Fn(&str, &str) -> Result<Vec<u8>, IdentityError>,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let row = sqlx::query("SELECT email FROM users WHERE id = $1")
        .bind(user.0.cast_signed())
        .fetch_one(&mut **transaction)
        .await?;
    let email: String = row.try_get(0)?;
    let message = NewMessage {
        recipient: &email,
        subject: Subject::DepositBeyond,
        content: &seal("", &email)?,
        created_at: at,
    };
    outbox::add(transaction, &message, PER_DAY_MAX).await
}

async fn counts(transaction: &mut Writing, user: OwnerId) -> Result<Counts, IdentityError> {
    let rows = sqlx::query(
        "SELECT kind, CAST(SUM(events) AS BIGINT) FROM notifications WHERE owner = $1 AND wants_mail = 1
         GROUP BY kind ORDER BY kind",
    )
    .bind(user.0.cast_signed())
    .fetch_all(&mut **transaction)
    .await?;
    let mut counts = Counts::default();
    for row in &rows {
        let count = row.try_get::<i64, _>(1)?.cast_unsigned();
        match Kind::from_number(row.try_get(0)?) {
            Some(Kind::Fills) => counts.fills = count,
            Some(Kind::Deposit) => counts.deposits = count,
            Some(Kind::Withdrawal) => counts.withdrawals = count,
            Some(Kind::PriceAlert) => counts.alerts = count,
            Some(Kind::Security) | None => {}
        }
    }
    Ok(counts)
}

async fn note_digest(
    transaction: &mut Writing,
    user: OwnerId,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query("UPDATE notifications SET wants_mail = 0 WHERE owner = $1 AND wants_mail = 1")
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    sqlx::query(
        "INSERT INTO digests (owner, sent_ns) VALUES ($1, $2)
         ON CONFLICT (owner) DO UPDATE SET sent_ns = excluded.sent_ns",
    )
    .bind(user.0.cast_signed())
    .bind(at.nanos())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn place(connection: &mut Connection) -> Result<Option<Place>, IdentityError> {
    let row = sqlx::query("SELECT cluster, sequence FROM notice_place WHERE id = 1")
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let cluster: &str = row.try_get(0)?;
    // A name that nobody gave is that of another exchange.
    let cluster = u128::from_str_radix(cluster, 16).unwrap_or(0);
    let sequence: i64 = row.try_get(1)?;
    Ok(Some(Place {
        cluster,
        sequence: Sequence(sequence.cast_unsigned()),
    }))
}

async fn set_place(transaction: &mut Writing, at: Place) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO notice_place (id, cluster, sequence) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET cluster = excluded.cluster, sequence = excluded.sequence",
    )
    .bind(format!("{:032x}", at.cluster))
    .bind(at.sequence.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn read(row: &DatabaseRow) -> Result<Notification, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let damaged = || IdentityError::NotificationDamaged { id };
    let kind = Kind::from_number(row.try_get(1)?).ok_or_else(damaged)?;
    Ok(Notification {
        id: id.cast_unsigned(),
        news: News::parse(kind, row.try_get(2)?).ok_or_else(damaged)?,
        is_read: row.try_get::<i64, _>(3)? != 0,
        at: Timestamp::from_nanos(row.try_get(4)?),
    })
}

//! Requests for withdrawals: each step and its row of the audit log in one transaction.

use model::id::{AccountId, AssetId, OperatorId, OwnerId, Reference};
use model::number::Amount;
use model::time::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use crate::audit::{Actor, Entry};
use crate::destination::{Destination, rule_of};
use crate::identity::IdentityError;
use crate::outbox::{Notice, Subject};
use crate::store::outbox::{self, NewMessage};
use crate::store::{Connection, DatabaseRow, Store, Writing, audit, destination, proposal};
use crate::withdrawal::{
    Asked, Ending, OPEN_MAX, Proof, Request, State, Wish, WithdrawalError, text_of,
};

/// Amounts are texts: they may be greater than what a column of whole numbers holds.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS withdrawals (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        reference   TEXT NOT NULL UNIQUE,
        owner       INTEGER NOT NULL REFERENCES users (id),
        account     INTEGER NOT NULL,
        asset       INTEGER NOT NULL,
        network     TEXT NOT NULL,
        address     TEXT NOT NULL,
        tag         TEXT NOT NULL,
        amount      TEXT NOT NULL,
        fee         TEXT NOT NULL,
        own_name    TEXT,
        state       TEXT NOT NULL,
        is_told     INTEGER NOT NULL,
        asked_ns    INTEGER NOT NULL,
        payable_ns  INTEGER NOT NULL,
        valid_ns    INTEGER NOT NULL,
        changed_ns  INTEGER NOT NULL,
        payout      TEXT NOT NULL,
        reason      TEXT NOT NULL,
        UNIQUE (owner, own_name)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS withdrawals_by_state ON withdrawals (state, id);
    CREATE INDEX IF NOT EXISTS withdrawals_by_telling ON withdrawals (is_told, id);
";

const SELECT: &str = "
    SELECT id, reference, owner, account, asset, network, address, tag, amount, fee, own_name,
           state, asked_ns, payable_ns, valid_ns, changed_ns, payout, reason
    FROM withdrawals";
/// What one look tells the engine at most.
const LOOK_MAX: i64 = 1_000;
/// How many references one statement names at most.
const JOINED_MAX: usize = 500;

/// A step that decides about a request.
struct Step<'a> {
    from: State,
    to: State,
    act: &'a str,
    actor: Actor,
    payout: &'a str,
    reason: &'a str,
}

impl Step<'_> {
    /// Returns whether the engine knows all of it already.
    const fn is_told(&self) -> bool {
        matches!(self.to, State::Waiting | State::Processing | State::Failed)
    }
}

impl Store {
    pub(crate) async fn ask_withdrawal(
        &self,
        wish: &Wish<'_>,
        reference: Reference,
        at: Timestamp,
    ) -> Result<Asked, WithdrawalError> {
        let mut transaction = self.begin().await?;
        if let Some(name) = wish.name
            && let Some(request) = named(&mut transaction, wish.owner, name).await?
        {
            return match wish.is(&request) {
                true => Ok(Asked::Before(request)),
                false => Err(WithdrawalError::NameTaken),
            };
        }
        if OPEN_MAX as i64 <= open_count(&mut transaction, wish.owner).await? {
            return Err(WithdrawalError::TooMany);
        }
        let payable_at = payable_at(&mut transaction, wish, at).await?;
        let id = insert(&mut transaction, wish, reference, (at, payable_at)).await?;
        let request = find(&mut transaction, id).await?;
        transaction.commit().await.map_err(IdentityError::from)?;
        Ok(Asked::New(request))
    }

    pub(crate) async fn note_withdrawal_held(
        &self,
        request: &Request,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let step = Step {
            from: State::Asked,
            to: State::Waiting,
            act: "withdrawal-asked",
            actor: Actor::User(request.owner),
            payout: "",
            reason: "",
        };
        if take(&mut transaction, request.id, &step, at).await? {
            note(&mut transaction, request, &step, at).await?;
            let message = NewMessage {
                recipient: &notice.recipient,
                subject: Subject::WithdrawalAsked,
                content: &notice.content,
                created_at: at,
            };
            outbox::add(&mut transaction, &message, i64::MAX).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn drop_withdrawal(&self, id: u64) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM withdrawals WHERE id = $1 AND state = $2");
        let query = query.bind(id.cast_signed()).bind(State::Asked.name());
        self.write(query).await?;
        Ok(())
    }

    pub(crate) async fn asked_withdrawals(&self) -> Result<Vec<Request>, IdentityError> {
        let text = format!("{SELECT} WHERE state = $1 ORDER BY id LIMIT $2");
        let rows = sqlx::query(AssertSqlSafe(text))
            .bind(State::Asked.name())
            .bind(LOOK_MAX)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn untold_withdrawals(&self) -> Result<Vec<Request>, IdentityError> {
        let text = format!("{SELECT} WHERE is_told = 0 ORDER BY id LIMIT $1");
        let rows = sqlx::query(AssertSqlSafe(text))
            .bind(LOOK_MAX)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn note_withdrawal_told(&self, id: u64) -> Result<(), IdentityError> {
        let query = sqlx::query("UPDATE withdrawals SET is_told = 1 WHERE id = $1");
        self.write(query.bind(id.cast_signed())).await?;
        Ok(())
    }

    pub(crate) async fn cancel_withdrawal(
        &self,
        user: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<Request, WithdrawalError> {
        let mut transaction = self.begin().await?;
        let request = find(&mut transaction, id).await?;
        let is_own = request.owner == user && request.state != State::Asked;
        if mutant::plant!("foreign-withdrawal-cancelled", false, !is_own) {
            return Err(WithdrawalError::Unknown);
        }
        let step = Step {
            from: State::Waiting,
            to: State::Cancelled,
            act: "withdrawal-cancelled",
            actor: Actor::User(user),
            payout: "",
            reason: "",
        };
        decide(transaction, &request, &step, at).await
    }

    pub(crate) async fn end_withdrawal(
        &self,
        operator: OperatorId,
        (id, ending): (u64, &Ending<'_>),
        at: Timestamp,
    ) -> Result<Request, WithdrawalError> {
        let mut transaction = self.begin().await?;
        let request = find(&mut transaction, id).await?;
        let actor = Actor::Operator(operator);
        let step = match ending {
            Ending::Settle(payout) => Step {
                from: State::Processing,
                to: State::Completed,
                act: "withdrawal-settled",
                actor,
                payout,
                reason: "",
            },
            Ending::Reject(reason) => Step {
                from: State::Waiting,
                to: State::Rejected,
                act: "withdrawal-rejected",
                actor,
                payout: "",
                reason,
            },
        };
        if step.to == State::Completed && proposal::is_failing(&mut transaction, id).await? {
            return Err(WithdrawalError::NotOpen(State::Failed));
        }
        decide(transaction, &request, &step, at).await
    }

    pub(crate) async fn withdrawal(&self, id: u64) -> Result<Request, WithdrawalError> {
        let mut connection = self.pool.acquire().await.map_err(IdentityError::from)?;
        find(&mut connection, id).await
    }

    pub(crate) async fn withdrawals_of(
        &self,
        user: OwnerId,
        before: Option<u64>,
        count_max: u32,
    ) -> Result<Vec<Request>, IdentityError> {
        let text = format!(
            "{SELECT} WHERE owner = $1 AND id < $2 AND state <> $3 ORDER BY id DESC LIMIT $4"
        );
        let before = before.and_then(|before| i64::try_from(before).ok());
        let rows = sqlx::query(AssertSqlSafe(text))
            .bind(user.0.cast_signed())
            .bind(before.unwrap_or(i64::MAX))
            .bind(State::Asked.name())
            .bind(i64::from(count_max))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn withdrawals_referred(
        &self,
        references: &[Reference],
    ) -> Result<Vec<Request>, IdentityError> {
        let mut found = Vec::new();
        for references in references.chunks(JOINED_MAX) {
            let marks = (1..).take(references.len()).map(|mark| format!("${mark}"));
            let marks = Vec::from_iter(marks).join(", ");
            // Nothing but `$1, $2` and so on: the references themselves are bound.
            let text = [SELECT, " WHERE reference IN (", &marks, ")"].concat();
            let mut query = sqlx::query(AssertSqlSafe(text));
            for reference in references {
                query = query.bind(text_of(*reference));
            }
            let rows = query.fetch_all(&self.pool).await?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    pub(crate) async fn withdrawal_named(
        &self,
        user: OwnerId,
        name: &str,
    ) -> Result<Option<Request>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        named(&mut connection, user, name).await
    }

    pub(crate) async fn withdrawals_in(
        &self,
        state: State,
        count_max: u32,
    ) -> Result<Vec<Request>, IdentityError> {
        let text = format!("{SELECT} WHERE state = $1 ORDER BY id LIMIT $2");
        let rows = sqlx::query(AssertSqlSafe(text))
            .bind(state.name())
            .bind(i64::from(count_max))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }
}

/// Approves a request that waits, for whoever commits; else returns why that cannot be.
pub(super) async fn approve(
    transaction: &mut Writing,
    id: u64,
    at: Timestamp,
) -> Result<Result<(), &'static str>, WithdrawalError> {
    let request = find(transaction, id).await?;
    if mutant::plant!("new-address-paid-at-once", false, at < request.payable_at) {
        return Ok(Err("its address is not paid to yet"));
    }
    let step = Step {
        from: State::Waiting,
        to: State::Processing,
        act: "withdrawal-approved",
        actor: Actor::Exchange,
        payout: "",
        reason: "",
    };
    step_of_two(transaction, &request, &step, at).await
}

/// Gives the money of an approved request back, for whoever commits; else returns why that cannot be.
pub(super) async fn fail(
    transaction: &mut Writing,
    (id, reason): (u64, &str),
    at: Timestamp,
) -> Result<Result<(), &'static str>, WithdrawalError> {
    let request = find(transaction, id).await?;
    let step = Step {
        from: State::Processing,
        to: State::Failed,
        act: "withdrawal-failed",
        actor: Actor::Exchange,
        payout: "",
        reason,
    };
    step_of_two(transaction, &request, &step, at).await
}

async fn step_of_two(
    transaction: &mut Writing,
    request: &Request,
    step: &Step<'_>,
    at: Timestamp,
) -> Result<Result<(), &'static str>, WithdrawalError> {
    if !take(transaction, request.id, step, at).await? {
        return Ok(Err("the withdrawal has come further already"));
    }
    note(transaction, request, step, at).await?;
    Ok(Ok(()))
}

/// Takes a step that its own transaction is for, and returns the request as it is then.
async fn decide(
    mut transaction: Writing,
    request: &Request,
    step: &Step<'_>,
    at: Timestamp,
) -> Result<Request, WithdrawalError> {
    if !take(&mut transaction, request.id, step, at).await? {
        return Err(WithdrawalError::NotOpen(request.state));
    }
    note(&mut transaction, request, step, at).await?;
    let decided = find(&mut transaction, request.id).await?;
    transaction.commit().await.map_err(IdentityError::from)?;
    Ok(decided)
}

/// Returns whether the request was where the step begins.
async fn take(
    transaction: &mut Writing,
    id: u64,
    step: &Step<'_>,
    at: Timestamp,
) -> Result<bool, IdentityError> {
    let taken = sqlx::query(
        "UPDATE withdrawals SET state = $1, is_told = $2, changed_ns = $3, payout = $4, reason = $5
         WHERE id = $6 AND state = $7",
    )
    .bind(step.to.name())
    .bind(i64::from(step.is_told()))
    .bind(at.nanos())
    .bind(step.payout)
    .bind(step.reason)
    .bind(id.cast_signed())
    .bind(step.from.name())
    .execute(&mut **transaction)
    .await?;
    Ok(taken.rows_affected() == 1)
}

async fn note(
    transaction: &mut Writing,
    request: &Request,
    step: &Step<'_>,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let more = match (step.payout, step.reason) {
        ("", "") => String::new(),
        (payout, "") => format!("; payout {payout}"),
        (_, reason) => format!("; {reason}"),
    };
    let entry = Entry {
        at,
        actor: step.actor,
        act: step.act,
        subject: format!("user {}", request.owner.0),
        detail: format!("withdrawal {}{more}", request.id),
        address: None,
    };
    audit::append(transaction, &entry).await
}

async fn named(
    connection: &mut Connection,
    user: OwnerId,
    name: &str,
) -> Result<Option<Request>, IdentityError> {
    let text = format!("{SELECT} WHERE owner = $1 AND own_name = $2");
    let row = sqlx::query(AssertSqlSafe(text))
        .bind(user.0.cast_signed())
        .bind(name)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

async fn open_count(connection: &mut Connection, owner: OwnerId) -> Result<i64, IdentityError> {
    let row =
        sqlx::query("SELECT COUNT(*) FROM withdrawals WHERE owner = $1 AND state IN ($2, $3, $4)")
            .bind(owner.0.cast_signed())
            .bind(State::Asked.name())
            .bind(State::Waiting.name())
            .bind(State::Processing.name())
            .fetch_one(connection)
            .await?;
    Ok(row.try_get(0)?)
}

/// Returns from when on a wish may be approved.
async fn payable_at(
    connection: &mut Connection,
    wish: &Wish<'_>,
    at: Timestamp,
) -> Result<Timestamp, WithdrawalError> {
    let listed = destination::payable_at(connection, wish.owner, &wish.destination).await?;
    let ends_at = destination::rule(connection, wish.owner).await?;
    let is_closed = wish.proof == Proof::Key || rule_of(ends_at, at).is_book_only();
    match (listed, wish.proof) {
        (Some(payable_at), _) if payable_at <= at => Ok(at),
        (Some(payable_at), _) if is_closed => Err(WithdrawalError::TooNew { payable_at }),
        (Some(payable_at), _) => Ok(payable_at),
        (None, Proof::Factor { hold_nanos }) if !is_closed => Ok(at.plus_nanos(hold_nanos)),
        (None, _) => Err(WithdrawalError::Unlisted),
    }
}

async fn insert(
    connection: &mut Connection,
    wish: &Wish<'_>,
    reference: Reference,
    (at, payable_at): (Timestamp, Timestamp),
) -> Result<u64, IdentityError> {
    let row = sqlx::query(
        "INSERT INTO withdrawals (reference, owner, account, asset, network, address, tag, amount,
            fee, own_name, state, is_told, asked_ns, payable_ns, valid_ns, changed_ns, payout, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, $15, '', '')
         RETURNING id",
    )
    .bind(text_of(reference))
    .bind(wish.owner.0.cast_signed())
    .bind(i64::from(wish.account.0))
    .bind(i64::from(wish.destination.asset.0))
    .bind(&wish.destination.network)
    .bind(&wish.destination.address)
    .bind(&wish.destination.tag)
    .bind(wish.amount.units().to_string())
    .bind(wish.fee.units().to_string())
    .bind(wish.name)
    .bind(State::Asked.name())
    .bind(at.nanos())
    .bind(payable_at.nanos())
    .bind(wish.valid_until.nanos())
    .bind(at.nanos())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
}

async fn find(connection: &mut Connection, id: u64) -> Result<Request, WithdrawalError> {
    let text = format!("{SELECT} WHERE id = $1");
    let row = sqlx::query(AssertSqlSafe(text))
        .bind(i64::try_from(id).unwrap_or(i64::MAX))
        .fetch_optional(connection)
        .await
        .map_err(IdentityError::from)?;
    Ok(read(&row.ok_or(WithdrawalError::Unknown)?)?)
}

fn read(row: &DatabaseRow) -> Result<Request, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let damaged = || IdentityError::WithdrawalDamaged { id };
    let amount = |column: usize| -> Result<Amount, IdentityError> {
        let units = row.try_get::<String, _>(column)?.parse().ok();
        units.and_then(Amount::new).ok_or_else(damaged)
    };
    let moment = |column: usize| -> Result<Timestamp, IdentityError> {
        Ok(Timestamp::from_nanos(row.try_get(column)?))
    };
    let account = u32::try_from(row.try_get::<i64, _>(3)?);
    let asset = u16::try_from(row.try_get::<i64, _>(4)?);
    Ok(Request {
        id: id.cast_unsigned(),
        reference: reference(row.try_get(1)?).ok_or_else(damaged)?,
        owner: OwnerId(row.try_get::<i64, _>(2)?.cast_unsigned()),
        account: AccountId(account.map_err(|_| damaged())?),
        destination: Destination {
            asset: AssetId(asset.map_err(|_| damaged())?),
            network: row.try_get(5)?,
            address: row.try_get(6)?,
            tag: row.try_get(7)?,
        },
        amount: amount(8)?,
        fee: amount(9)?,
        name: row.try_get(10)?,
        state: State::parse(row.try_get(11)?).ok_or_else(damaged)?,
        asked_at: moment(12)?,
        payable_at: moment(13)?,
        valid_until: moment(14)?,
        changed_at: moment(15)?,
        payout: row.try_get(16)?,
        reason: row.try_get(17)?,
    })
}

fn reference(text: &str) -> Option<Reference> {
    let mut bytes = [0; 32];
    let pairs = text.as_bytes().as_chunks::<2>();
    if pairs.0.len() != bytes.len() || !pairs.1.is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs.0) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Reference(bytes))
}

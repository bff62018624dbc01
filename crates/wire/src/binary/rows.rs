//! The bytes of the rows of an engine snapshot.

use super::codec::{DecodeError, Reader};
use super::field::{Field, inline_choice, layout};
use super::section::Row;
use model::account::{AccountState, FeeTier, OwnerState, Scopes, Wallet};
use model::average::Bucket;
use model::command::{Deposit, Idempotency, Withdrawal};
use model::id::{
    AccountId, AssetId, KeyId, ListId, MarketId, OrderId, OwnerId, ProposalId, Reference, Sequence,
    TradeGroupId,
};
use model::instrument::Asset;
use model::number::{Amount, Price, Qty};
use model::order::{Instructions, ListKind, OrderKind, SelfTradeMode, Side};
use model::reject::Reject;
use model::snapshot::{
    AccountRow, AmendedRow, ApprovalRow, BalanceRow, CountdownRow, DepositRow, DepositStatus,
    HouseAccount, HouseRow, IcebergRow, IdempotencyRow, KeyRow, ListRow, OrderRow, OwnerStateRow,
    ParkedRow, PayoutHoldRow, ReferenceRow, TransferRow, Waiting, WithdrawalRow, WithdrawalStatus,
};
use model::text::ClientOrderId;
use model::time::Timestamp;

layout! {
    Bucket { second: i64, value: i128, qty: i128 }
    OrderRow {
        order: OrderId,
        account: AccountId,
        side: Side,
        kind: OrderKind,
        self_trade: SelfTradeMode,
        client_id: ClientOrderId,
        price: Price,
        original: Qty,
        executed: Qty,
        prevented: Qty,
        open: Qty,
        hold: Amount,
    }
    ApprovalRow {
        proposal: ProposalId,
        digest: Reference,
        sequence: Sequence,
        refusal: Option<Reject>,
    }
    CountdownRow { account: AccountId, market: MarketId, until: Timestamp }
    PayoutHoldRow { owner: OwnerId, until: Timestamp }
    OwnerStateRow { account: AccountId, state: OwnerState }
    IcebergRow { order: OrderId, shown_max: Qty, shown: Qty }
    AmendedRow { order: OrderId, amendments: u32 }
    ListRow {
        list: ListId,
        account: AccountId,
        kind: ListKind,
        client_id: ClientOrderId,
        first_order: OrderId,
    }
    AccountRow {
        account: AccountId,
        owner: OwnerId,
        group: TradeGroupId,
        state: AccountState,
        tier: FeeTier,
    }
    KeyRow {
        key: KeyId,
        account: AccountId,
        scopes: Scopes,
        expires_at: Timestamp,
        is_revoked: bool,
    }
    ReferenceRow { reference: Reference, account: AccountId, sequence: Sequence }
    DepositRow { deposit: Deposit, status: DepositStatus, sequence: Sequence }
    WithdrawalRow {
        withdrawal: Withdrawal,
        account: AccountId,
        status: WithdrawalStatus,
        held_by: Sequence,
        ended_by: Option<Sequence>,
    }
    TransferRow { account: AccountId, reference: Reference, body: u64, sequence: Sequence }
    IdempotencyRow {
        account: AccountId,
        idempotency: Idempotency,
        sequence: Sequence,
        at: Timestamp,
    }
}

/// Account, wallet, asset, then both amounts with all their bytes: a short form could claim more memory than input.
impl Field for BalanceRow {
    const BYTES_MIN: usize = 4 + 1 + 2 + 16 + 16;

    fn put(&self, out: &mut Vec<u8>) {
        let BalanceRow {
            account,
            wallet,
            asset,
            available,
            held,
        } = self;
        account.put(out);
        wallet.put(out);
        asset.put(out);
        available.units().put(out);
        held.units().put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<BalanceRow, DecodeError> {
        Ok(BalanceRow {
            account: Field::take(reader)?,
            wallet: Field::take(reader)?,
            asset: Field::take(reader)?,
            available: take_units(reader)?,
            held: take_units(reader)?,
        })
    }
}

inline_choice! { Waiting, "what a parked order waits for";
    0 Working [Waiting::Working] ();
    1 Market [Waiting::Market] ();
    2 Trailing [Waiting::Trailing { extreme }] (extreme);
    3 Turn [Waiting::Turn] ();
    4 Activation [Waiting::Activation] ();
}

/// The hold with all its bytes, then the fields of the order.
impl Field for ParkedRow {
    // A market order by quote is never parked, and every other kind names a quantity.
    const BYTES_MIN: usize = 16 + 8 + 4 + 1 + (1 + 8) + 1 + 2 + Instructions::BYTES_MIN + 1;

    fn put(&self, out: &mut Vec<u8>) {
        let ParkedRow {
            order,
            account,
            side,
            kind,
            self_trade,
            client_id,
            instructions,
            waiting,
            hold,
        } = self;
        hold.units().put(out);
        order.put(out);
        account.put(out);
        side.put(out);
        kind.put(out);
        self_trade.put(out);
        client_id.put(out);
        instructions.put(out);
        waiting.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<ParkedRow, DecodeError> {
        let hold = take_units(reader)?;
        let order = Field::take(reader)?;
        let account = Field::take(reader)?;
        let side = Field::take(reader)?;
        let at_kind = *reader;
        let kind = OrderKind::take(reader)?;
        if kind.qty().is_none() {
            return Err(at_kind.illegal("kind of a parked order"));
        }
        Ok(ParkedRow {
            order,
            account,
            side,
            kind,
            self_trade: Field::take(reader)?,
            client_id: Field::take(reader)?,
            instructions: Field::take(reader)?,
            waiting: Field::take(reader)?,
            hold,
        })
    }
}

/// Asset, house account, then the amount with all its bytes.
impl Field for HouseRow {
    const BYTES_MIN: usize = 2 + 1 + 16;

    fn put(&self, out: &mut Vec<u8>) {
        let HouseRow {
            asset,
            account,
            balance,
        } = self;
        asset.put(out);
        account.put(out);
        balance.units().put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<HouseRow, DecodeError> {
        Ok(HouseRow {
            asset: Field::take(reader)?,
            account: Field::take(reader)?,
            balance: take_units(reader)?,
        })
    }
}

pub(super) fn take_units(reader: &mut Reader<'_>) -> Result<Amount, DecodeError> {
    let start = *reader;
    let units = reader.array("amount").map(i128::from_le_bytes)?;
    Amount::new(units).ok_or_else(|| start.illegal("amount"))
}

macro_rules! sorted {
    ($($row:ident $list:literal by ($($part:ident $(. $inner:ident)?: $key:ty),*);)*) => {$(
        impl Row for $row {
            type Key = ($($key,)*);

            const LIST: &'static str = $list;

            fn key(&self) -> ($($key,)*) {
                ($(self.$part $(.$inner)?,)*)
            }
        }
    )*};
}

sorted! {
    Asset "assets" by (id: AssetId);
    Bucket "averages" by (second: i64);
    ApprovalRow "approvals" by (proposal: ProposalId);
    CountdownRow "countdowns" by (account: AccountId, market: MarketId);
    PayoutHoldRow "payout holds" by (owner: OwnerId);
    OwnerStateRow "states by owners" by (account: AccountId);
    ParkedRow "parked orders" by (order: OrderId);
    IcebergRow "icebergs" by (order: OrderId);
    AmendedRow "amended orders" by (order: OrderId);
    ListRow "lists" by (list: ListId);
    AccountRow "accounts" by (account: AccountId);
    BalanceRow "balances" by (account: AccountId, wallet: Wallet, asset: AssetId);
    HouseRow "house accounts" by (asset: AssetId, account: HouseAccount);
    KeyRow "keys" by (key: KeyId);
    ReferenceRow "openings" by (reference: Reference);
    DepositRow "deposits" by (deposit.reference: Reference);
    WithdrawalRow "withdrawals" by (withdrawal.reference: Reference);
    TransferRow "transfers" by (account: AccountId, reference: Reference);
    IdempotencyRow "idempotency results" by (sequence: Sequence);
}

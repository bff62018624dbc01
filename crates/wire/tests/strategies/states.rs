//! Engine states: arbitrary rows in the order a state keeps them. No rule of trading holds between them.

use super::commands::{anchor, idempotency};
use super::words::{
    account, account_state, amount, asset, asset_id, client_id, deposit, genesis, group,
    instructions, instrument, key, list_id, list_kind, market, order_id, order_kind, order_limits,
    owner, owner_state, phase, prevented, price, proposal, qty, reference, reject, scopes,
    self_trade, sequence, side, terms, tier, time, trade, wallet, withdrawal,
};
use model::average::Bucket;
use model::payout_limit::{PayoutLimitRow, PayoutLimitState, PayoutUseRow, Raise};
use model::snapshot::{
    AccountRow, AmendedRow, ApprovalRow, BalanceRow, CountdownRow, DepositRow, DepositStatus,
    DestinationRow, EngineState, HouseAccount, HouseRow, IcebergRow, IdempotencyRow, KeyRow,
    ListRow, MarketState, OrderRow, OwnerStateRow, ParkedRow, PayoutHoldRow, ProofState,
    ReferenceRow, TakenRow, TransferRow, Waiting, WithdrawalRow, WithdrawalStatus,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

/// Rows of a list, at most this many.
const ROWS_MAX: usize = 4;

/// Returns rows sorted by their key, without two of the same.
pub fn sorted<T: std::fmt::Debug, K: Ord>(
    row: impl Strategy<Value = T>,
    key: impl Fn(&T) -> K + Copy,
) -> impl Strategy<Value = Vec<T>> {
    vec(row, 0..=ROWS_MAX).prop_map(move |mut rows| {
        rows.sort_by_key(key);
        rows.dedup_by_key(|row| key(row));
        rows
    })
}

pub fn engine_state() -> impl Strategy<Value = EngineState> {
    let position = (sequence(), time(), genesis(), any::<u16>(), list_id());
    let listings = (
        sorted(asset(), |asset| asset.id),
        sorted(market_state(), |market| market.instrument.id),
    );
    let accounts = (
        sorted(account_row(), |row| row.account),
        sorted(balance_row(), |row| (row.account, row.wallet, row.asset)),
        sorted(house_row(), |row| (row.asset, row.account)),
        sorted(key_row(), |row| row.key),
    );
    let references = (
        sorted(opening_row(), |row| row.reference),
        sorted(deposit_row(), |row| row.deposit.reference),
        sorted(withdrawal_row(), |row| row.withdrawal.reference),
        sorted(transfer_row(), |row| (row.account, row.reference)),
        sorted(idempotency_row(), |row| row.sequence),
        sorted(countdown_row(), |row| (row.account, row.market)),
        sorted(payout_hold_row(), |row| row.owner),
        sorted(approval_row(), |row| row.proposal),
        option::of(anchor()),
        super::allowances::state(),
        sorted(owner_state_row(), |row| row.account),
        (proof_state(), payout_limit_state()),
    );
    (position, listings, accounts, references).prop_map(
        |(position, listings, accounts, references)| EngineState {
            sequence: position.0,
            at: position.1,
            genesis: position.2,
            logic: position.3,
            last_list: position.4,
            assets: listings.0,
            markets: listings.1,
            accounts: accounts.0,
            balances: accounts.1,
            house: accounts.2,
            keys: accounts.3,
            openings: references.0,
            deposits: references.1,
            withdrawals: references.2,
            transfers: references.3,
            idempotency: references.4,
            countdowns: references.5,
            payout_holds: references.6,
            approvals: references.7,
            anchor: references.8,
            allowances: references.9,
            owner_states: references.10,
            proofs: references.11.0,
            payout_limits: references.11.1,
        },
    )
}

pub fn payout_limit_state() -> impl Strategy<Value = PayoutLimitState> {
    let raise = (option::of(amount()), time()).prop_map(|(cap, from)| Raise { cap, from });
    let limit = (
        asset_id(),
        option::of(amount()),
        option::of(raise),
        amount(),
    );
    let limit = limit.prop_map(|(asset, cap, raise, held)| PayoutLimitRow {
        asset,
        cap,
        raise,
        held,
    });
    let used = (asset_id(), any::<i64>(), amount());
    let used = used.prop_map(|(asset, hour, value)| PayoutUseRow { asset, hour, value });
    (
        sorted(limit, |row| row.asset),
        sorted(used, |row| (row.asset, row.hour)),
    )
        .prop_map(|(limits, uses)| PayoutLimitState { limits, uses })
}

fn proof_state() -> impl Strategy<Value = ProofState> {
    let destination = (reference(), option::of(reference()));
    let destination = destination.prop_map(|(withdrawal, destination)| DestinationRow {
        withdrawal,
        destination,
    });
    let taken = (reference(), time());
    let taken = taken.prop_map(|(challenge, until)| TakenRow { challenge, until });
    (
        sorted(destination, |row| row.withdrawal),
        sorted(taken, |row| row.challenge),
        sorted(key(), |key| *key),
    )
        .prop_map(|(destinations, taken, keys)| ProofState {
            destinations,
            taken,
            keys,
        })
}

fn market_state() -> impl Strategy<Value = MarketState> {
    let head = (instrument(), terms(), phase());
    let last = (order_id(), trade(), prevented(), option::of(price()));
    let lists = (
        sorted(bucket(), |bucket| bucket.second),
        vec(order_row(), 0..=ROWS_MAX),
    );
    let outside = (
        order_limits(),
        sorted(parked_row(), |row| row.order),
        sorted(iceberg_row(), |row| row.order),
        sorted(amended_row(), |row| row.order),
        sorted(list_row(), |row| row.list),
    );
    (head, last, lists, outside).prop_map(|(head, last, lists, outside)| MarketState {
        instrument: head.0,
        terms: head.1,
        phase: head.2,
        last_order: last.0,
        last_trade: last.1,
        last_prevented: last.2,
        last_price: last.3,
        average: lists.0,
        orders: lists.1,
        limits: outside.0,
        parked: outside.1,
        icebergs: outside.2,
        amended: outside.3,
        lists: outside.4,
    })
}

fn parked_row() -> impl Strategy<Value = ParkedRow> {
    // A parked order names a quantity.
    let kind = order_kind().prop_filter("by quote", |kind| kind.qty().is_some());
    let head = (order_id(), account(), side(), kind);
    let rest = (
        self_trade(),
        client_id(),
        instructions(),
        waiting(),
        amount(),
    );
    (head, rest).prop_map(|(head, rest)| ParkedRow {
        order: head.0,
        account: head.1,
        side: head.2,
        kind: head.3,
        self_trade: rest.0,
        client_id: rest.1,
        instructions: rest.2,
        waiting: rest.3,
        hold: rest.4,
    })
}

pub fn payout_hold_row() -> impl Strategy<Value = PayoutHoldRow> {
    (owner(), time()).prop_map(|(owner, until)| PayoutHoldRow { owner, until })
}

pub fn owner_state_row() -> impl Strategy<Value = OwnerStateRow> {
    (account(), owner_state()).prop_map(|(account, state)| OwnerStateRow { account, state })
}

fn approval_row() -> impl Strategy<Value = ApprovalRow> {
    (proposal(), reference(), sequence(), option::of(reject())).prop_map(
        |(proposal, digest, sequence, refusal)| ApprovalRow {
            proposal,
            digest,
            sequence,
            refusal,
        },
    )
}

fn countdown_row() -> impl Strategy<Value = CountdownRow> {
    (account(), market(), time()).prop_map(|(account, market, until)| CountdownRow {
        account,
        market,
        until,
    })
}

fn waiting() -> impl Strategy<Value = Waiting> {
    prop_oneof![
        Just(Waiting::Working),
        Just(Waiting::Market),
        price().prop_map(|extreme| Waiting::Trailing { extreme }),
        Just(Waiting::Turn),
        Just(Waiting::Activation),
    ]
}

fn iceberg_row() -> impl Strategy<Value = IcebergRow> {
    (order_id(), qty(), qty()).prop_map(|(order, shown_max, shown)| IcebergRow {
        order,
        shown_max,
        shown,
    })
}

fn amended_row() -> impl Strategy<Value = AmendedRow> {
    (order_id(), any::<u32>()).prop_map(|(order, amendments)| AmendedRow { order, amendments })
}

fn list_row() -> impl Strategy<Value = ListRow> {
    (list_id(), account(), list_kind(), client_id(), order_id()).prop_map(
        |(list, account, kind, client_id, first_order)| ListRow {
            list,
            account,
            kind,
            client_id,
            first_order,
        },
    )
}

pub fn bucket() -> impl Strategy<Value = Bucket> {
    (any::<i64>(), any::<i128>(), any::<i128>()).prop_map(|(second, value, qty)| Bucket {
        second,
        value,
        qty,
    })
}

pub fn order_row() -> impl Strategy<Value = OrderRow> {
    let head = (order_id(), account(), side(), order_kind());
    let words = (self_trade(), client_id(), price(), amount());
    let quantities = (qty(), qty(), qty(), qty());
    (head, words, quantities).prop_map(|(head, words, quantities)| OrderRow {
        order: head.0,
        account: head.1,
        side: head.2,
        kind: head.3,
        self_trade: words.0,
        client_id: words.1,
        price: words.2,
        original: quantities.0,
        executed: quantities.1,
        prevented: quantities.2,
        open: quantities.3,
        hold: words.3,
    })
}

fn account_row() -> impl Strategy<Value = AccountRow> {
    (account(), owner(), group(), account_state(), tier()).prop_map(
        |(account, owner, group, state, tier)| AccountRow {
            account,
            owner,
            group,
            state,
            tier,
        },
    )
}

pub fn balance_row() -> impl Strategy<Value = BalanceRow> {
    (account(), wallet(), asset_id(), amount(), amount()).prop_map(
        |(account, wallet, asset, available, held)| BalanceRow {
            account,
            wallet,
            asset,
            available,
            held,
        },
    )
}

fn house_row() -> impl Strategy<Value = HouseRow> {
    (asset_id(), select(HouseAccount::ALL.as_slice()), amount()).prop_map(
        |(asset, account, balance)| HouseRow {
            asset,
            account,
            balance,
        },
    )
}

fn key_row() -> impl Strategy<Value = KeyRow> {
    (key(), account(), scopes(), time(), any::<bool>()).prop_map(
        |(key, account, scopes, expires_at, is_revoked)| KeyRow {
            key,
            account,
            scopes,
            expires_at,
            is_revoked,
        },
    )
}

fn opening_row() -> impl Strategy<Value = ReferenceRow> {
    (reference(), account(), sequence()).prop_map(|(reference, account, sequence)| ReferenceRow {
        reference,
        account,
        sequence,
    })
}

fn deposit_row() -> impl Strategy<Value = DepositRow> {
    let statuses = [
        DepositStatus::Seen,
        DepositStatus::Credited,
        DepositStatus::Dropped,
    ];
    (deposit(), select(statuses.to_vec()), sequence()).prop_map(|(deposit, status, sequence)| {
        DepositRow {
            deposit,
            status,
            sequence,
        }
    })
}

fn withdrawal_row() -> impl Strategy<Value = WithdrawalRow> {
    let statuses = [
        WithdrawalStatus::Held,
        WithdrawalStatus::Settled,
        WithdrawalStatus::Cancelled,
    ];
    let status = select(statuses.to_vec());
    (
        withdrawal(),
        account(),
        status,
        sequence(),
        option::of(sequence()),
    )
        .prop_map(
            |(withdrawal, account, status, held_by, ended_by)| WithdrawalRow {
                withdrawal,
                account,
                status,
                held_by,
                ended_by,
            },
        )
}

fn transfer_row() -> impl Strategy<Value = TransferRow> {
    (account(), reference(), any::<u64>(), sequence()).prop_map(
        |(account, reference, body, sequence)| TransferRow {
            account,
            reference,
            body,
            sequence,
        },
    )
}

pub fn idempotency_row() -> impl Strategy<Value = IdempotencyRow> {
    (account(), idempotency(), sequence(), time()).prop_map(
        |(account, idempotency, sequence, at)| IdempotencyRow {
            account,
            idempotency,
            sequence,
            at,
        },
    )
}

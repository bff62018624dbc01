//! From plain values back to an engine, refusing whatever no engine could have given.

use std::collections::BTreeSet;

use ledger::ledger::Ledger;
use model::account::OwnerState;
use model::allowance::Allowances;
use model::id::{AssetId, KeyId, MarketId, Reference, Sequence};
use model::number::Amount;
use model::payout_limit::PayoutLimits;
use model::snapshot::{
    AccountRow, ApprovalRow, CountdownRow, DepositRow, EngineState, HouseAccount, HouseRow, KeyRow,
    OwnerStateRow, PayoutHoldRow, TransferRow, WithdrawalRow, WithdrawalStatus,
};

use crate::account::Accounts;
use crate::audit::Violation;
use crate::both::{Half, both, in_turn};
use crate::engine::{Engine, NO_GENESIS};
use crate::genesis::LOGIC;
use crate::idempotency::Results;
use crate::proof::Proofs;
use crate::restore_market::{MarketError, restore_market};
use crate::table::{Keyed, Table};

/// Why a snapshot is not an engine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// It was made by a logic this binary does not know.
    Logic(u16),
    /// Something is there before the genesis record.
    BeforeGenesis,
    /// Assets are not numbered from 0, or two bear one symbol.
    Assets,
    /// Accounts are not numbered from 1, or do not go with their openings.
    Accounts,
    Ledger(ledger::snapshot::RestoreError),
    Market(MarketId, MarketError),
    /// A balance is of no account.
    BalanceOwner,
    Keys,
    Deposits,
    Withdrawals,
    Transfers,
    Idempotency,
    Approvals,
    /// A countdown is of no account or no market, or out of order.
    Countdowns,
    PayoutHolds,
    /// A market or asset is not there, or rows are out of order.
    Allowances,
    /// What an owner allows is of no account, or out of order.
    OwnerStates,
    /// A destination is of no held withdrawal, or rows are out of order.
    Proofs,
    /// An asset is not there, what is held is not what the ledger says, or rows are out of order.
    PayoutLimits,
    /// Everything reads well by itself, and together it breaks an invariant.
    Broken(Violation),
}

impl Engine {
    /// Returns the engine with this state.
    ///
    /// **Cost** O(n log n) in everything that is kept; ends with the full audit.
    ///
    /// # Errors
    /// When the state is not what [`Engine::state`] could have given.
    pub fn restore(state: &EngineState) -> Result<Engine, RestoreError> {
        Engine::restore_by(state, in_turn)
    }

    /// Returns the same engine; `run` does both halves of the work, on two threads or one.
    ///
    /// # Errors
    /// As [`Engine::restore`].
    ///
    /// # Panics
    /// When `run` leaves a half out.
    pub fn restore_by(
        state: &EngineState,
        run: impl Fn(Half<'_>, Half<'_>),
    ) -> Result<Engine, RestoreError> {
        if state.logic == 0 {
            return restore_before_genesis(state);
        }
        if LOGIC < state.logic {
            return Err(RestoreError::Logic(state.logic));
        }
        check_assets(state)?;
        let (traded, tables) = both(&run, || restore_traded(state), || restore_tables(state));
        let engine = traded?.with(tables?);
        engine.audit_by(run).map_err(RestoreError::Broken)?;
        Ok(engine)
    }

    fn with(self, tables: Tables) -> Engine {
        let Tables {
            keys,
            deposits,
            withdrawals,
            transfers,
            approvals,
            results,
            payout_holds,
        } = tables;
        Engine {
            keys,
            deposits,
            withdrawals,
            transfers,
            approvals,
            results,
            payout_holds,
            ..self
        }
    }
}

/// The tables that no order needs.
struct Tables {
    keys: Table<KeyRow>,
    deposits: Table<DepositRow>,
    withdrawals: Table<WithdrawalRow>,
    transfers: Table<TransferRow>,
    approvals: Table<ApprovalRow>,
    results: Results,
    payout_holds: Table<PayoutHoldRow>,
}

/// Returns the engine with accounts, money and markets, and without those tables.
fn restore_traded(state: &EngineState) -> Result<Engine, RestoreError> {
    let mut engine = restore_parts(state)?;
    for (number, market) in state.markets.iter().enumerate() {
        let id = MarketId(number as u16);
        let is_repeated = state.markets[..number]
            .iter()
            .any(|other| other.instrument.symbol == market.instrument.symbol);
        if is_repeated {
            return Err(RestoreError::Market(id, MarketError::Symbol));
        }
        restore_market(&mut engine, id, market).map_err(|error| RestoreError::Market(id, error))?;
    }
    restore_countdowns(&mut engine, &state.countdowns)?;
    restore_owner_states(&mut engine, &state.owner_states)?;
    check_lists(state)?;
    Ok(engine)
}

fn restore_countdowns(engine: &mut Engine, rows: &[CountdownRow]) -> Result<(), RestoreError> {
    let place = |row: &CountdownRow| (row.account, row.market);
    if !rows.is_sorted_by(|row, next| place(row) < place(next)) {
        return Err(RestoreError::Countdowns);
    }
    for row in rows {
        let is_known =
            engine.market(row.market).is_ok() && engine.accounts.get(row.account).is_ok();
        if !is_known {
            return Err(RestoreError::Countdowns);
        }
        engine
            .countdowns
            .set(row.account, row.market, Some(row.until));
    }
    Ok(())
}

/// Whether the states of a group go together is for the audit to say.
fn restore_owner_states(engine: &mut Engine, rows: &[OwnerStateRow]) -> Result<(), RestoreError> {
    if !rows.is_sorted_by(|row, next| row.account < next.account) {
        return Err(RestoreError::OwnerStates);
    }
    for row in rows {
        let account = engine.accounts.get_mut(row.account);
        let account = account.map_err(|_| RestoreError::OwnerStates)?;
        if row.state == OwnerState::Open {
            return Err(RestoreError::OwnerStates);
        }
        account.owner_state = row.state;
    }
    Ok(())
}

/// Checks that no two markets have a list of one number.
fn check_lists(state: &EngineState) -> Result<(), RestoreError> {
    let mut known = BTreeSet::new();
    for market in &state.markets {
        for row in &market.lists {
            if !known.insert(row.list) {
                let error = MarketError::List(row.list);
                return Err(RestoreError::Market(market.instrument.id, error));
            }
        }
    }
    Ok(())
}

fn restore_before_genesis(state: &EngineState) -> Result<Engine, RestoreError> {
    let mut engine = Engine::seeded(&NO_GENESIS);
    engine.sequence = state.sequence;
    engine.at = state.at;
    if engine.state() == *state {
        Ok(engine)
    } else {
        Err(RestoreError::BeforeGenesis)
    }
}

/// Returns the tables that no order needs, once what they refer to is known to be there.
fn restore_tables(state: &EngineState) -> Result<Tables, RestoreError> {
    let seed = state.genesis.table_seed;
    let known = Known::of(state);
    check_results(state, &known)?;
    Ok(Tables {
        keys: table(&state.keys, seed, |row| known.key(row)).ok_or(RestoreError::Keys)?,
        deposits: table(&state.deposits, seed, |row| known.deposit(row))
            .ok_or(RestoreError::Deposits)?,
        withdrawals: table(&state.withdrawals, seed, |row| known.withdrawal(row))
            .ok_or(RestoreError::Withdrawals)?,
        transfers: table(&state.transfers, seed, |row| known.transfer(row))
            .ok_or(RestoreError::Transfers)?,
        approvals: table(&state.approvals, seed, |row| known.approval(row))
            .ok_or(RestoreError::Approvals)?,
        results: Results::from_rows(&state.idempotency, seed).ok_or(RestoreError::Idempotency)?,
        payout_holds: table(&state.payout_holds, seed, |_| true)
            .ok_or(RestoreError::PayoutHolds)?,
    })
}

/// Returns the engine with accounts and money, and everything small.
fn restore_parts(state: &EngineState) -> Result<Engine, RestoreError> {
    let seed = state.genesis.table_seed;
    let accounts = Accounts::from_rows(&state.accounts, &state.openings, seed)
        .ok_or(RestoreError::Accounts)?;
    let ledger = Ledger::restore(seed, state.assets.len(), &state.balances, &state.house)
        .map_err(RestoreError::Ledger)?;
    check_references(state, &Known::of(state))?;
    Ok(Engine {
        sequence: state.sequence,
        at: state.at,
        logic: state.logic,
        last_list: state.last_list,
        assets: state.assets.clone(),
        accounts,
        ledger,
        anchor: state.anchor,
        allowances: restore_allowances(state).ok_or(RestoreError::Allowances)?,
        proofs: restore_proofs(state).ok_or(RestoreError::Proofs)?,
        payout_limits: restore_payout_limits(state).ok_or(RestoreError::PayoutLimits)?,
        ..Engine::seeded(&state.genesis)
    })
}

/// Returns the allowances, or `None` unless everything that they name is there.
fn restore_allowances(state: &EngineState) -> Option<Allowances> {
    let rows = &state.allowances;
    let is_known = rows
        .table
        .as_ref()
        .is_none_or(|table| usize::from(table.reference.0) < state.assets.len())
        && rows
            .markets
            .iter()
            .all(|row| usize::from(row.market.0) < state.markets.len());
    is_known.then(|| Allowances::from_state(rows)).flatten()
}

/// Returns the proofs, or `None` unless everything that they name is there.
fn restore_proofs(state: &EngineState) -> Option<Proofs> {
    let held: BTreeSet<Reference> = state
        .withdrawals
        .iter()
        .filter(|row| row.status == WithdrawalStatus::Held)
        .map(|row| row.withdrawal.reference)
        .collect();
    let keys: BTreeSet<KeyId> = state.keys.iter().map(|row| row.key).collect();
    let rows = &state.proofs;
    let is_known = rows
        .destinations
        .iter()
        .all(|row| held.contains(&row.withdrawal))
        && rows.keys.iter().all(|key| keys.contains(key));
    is_known.then(|| Proofs::from_state(rows)).flatten()
}

/// Returns the limits, or `None` unless their assets are there and what is held is what the ledger says.
fn restore_payout_limits(state: &EngineState) -> Option<PayoutLimits> {
    let held = |asset: AssetId| {
        let transit =
            |row: &&HouseRow| (row.asset, row.account) == (asset, HouseAccount::WithdrawTransit);
        let row = state.house.iter().find(transit);
        row.map_or(Amount::ZERO, |row| row.balance)
    };
    let is_known =
        state.payout_limits.limits.iter().all(|row| {
            usize::from(row.asset.0) < state.assets.len() && row.held == held(row.asset)
        });
    is_known
        .then(|| PayoutLimits::from_state(&state.payout_limits))
        .flatten()
}

/// Checks what balances and openings refer to.
fn check_references(state: &EngineState, known: &Known<'_>) -> Result<(), RestoreError> {
    let is_balance_owned = state
        .balances
        .iter()
        .all(|row| known.account(row.account.0));
    if !is_balance_owned {
        return Err(RestoreError::BalanceOwner);
    }
    let is_opening_past = |row: &model::snapshot::ReferenceRow| known.is_past(row.sequence);
    if !state.openings.iter().all(is_opening_past) {
        return Err(RestoreError::Accounts);
    }
    Ok(())
}

/// Checks what results refer to.
fn check_results(state: &EngineState, known: &Known<'_>) -> Result<(), RestoreError> {
    let is_result_past = |row: &model::snapshot::IdempotencyRow| {
        known.is_past(row.sequence) && row.at <= state.at && known.account(row.account.0)
    };
    if !state.idempotency.iter().all(is_result_past) {
        return Err(RestoreError::Idempotency);
    }
    Ok(())
}

fn check_assets(state: &EngineState) -> Result<(), RestoreError> {
    let is_legal = state.assets.iter().enumerate().all(|(number, asset)| {
        let is_new = |earlier: &model::instrument::Asset| earlier.symbol != asset.symbol;
        u16::try_from(number).is_ok_and(|number| asset.id == AssetId(number))
            && state.assets[..number].iter().all(is_new)
    });
    if is_legal {
        Ok(())
    } else {
        Err(RestoreError::Assets)
    }
}

fn table<R: Keyed + Copy>(
    rows: &[R],
    seed: u64,
    is_legal: impl Fn(&R) -> bool,
) -> Option<Table<R>> {
    if rows.iter().all(is_legal) {
        Table::from_sorted(rows, seed)
    } else {
        None
    }
}

/// What rows may refer to.
struct Known<'a> {
    accounts: &'a [AccountRow],
    asset_count: usize,
    sequence: Sequence,
}

impl<'a> Known<'a> {
    fn of(state: &'a EngineState) -> Known<'a> {
        Known {
            accounts: &state.accounts,
            asset_count: state.assets.len(),
            sequence: state.sequence,
        }
    }

    fn account(&self, number: u32) -> bool {
        0 < number && number as usize <= self.accounts.len()
    }

    fn asset(&self, asset: AssetId) -> bool {
        usize::from(asset.0) < self.asset_count
    }

    fn is_past(&self, sequence: Sequence) -> bool {
        Sequence::ZERO < sequence && sequence <= self.sequence
    }

    fn key(&self, row: &KeyRow) -> bool {
        self.account(row.account.0)
    }

    fn deposit(&self, row: &DepositRow) -> bool {
        self.account(row.deposit.account.0)
            && self.asset(row.deposit.asset)
            && Amount::ZERO < row.deposit.amount
            && self.is_past(row.sequence)
    }

    fn withdrawal(&self, row: &WithdrawalRow) -> bool {
        let withdrawal = &row.withdrawal;
        let is_end_known = match (row.status, row.ended_by) {
            (WithdrawalStatus::Held, ended_by) => ended_by.is_none(),
            (_, Some(sequence)) => row.held_by < sequence && self.is_past(sequence),
            (_, None) => false,
        };
        self.account(row.account.0)
            && self.asset(withdrawal.asset)
            && Amount::ZERO < withdrawal.amount
            && Amount::ZERO <= withdrawal.fee
            && withdrawal.amount.checked_plus(withdrawal.fee).is_some()
            && self.is_past(row.held_by)
            && is_end_known
    }

    fn approval(&self, row: &ApprovalRow) -> bool {
        self.is_past(row.sequence)
    }

    fn transfer(&self, row: &TransferRow) -> bool {
        self.account(row.account.0) && self.is_past(row.sequence)
    }
}

impl core::fmt::Display for RestoreError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "the snapshot is not an engine: {self:?}")
    }
}

impl core::error::Error for RestoreError {}

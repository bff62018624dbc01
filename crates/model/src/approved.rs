//! What two operators decide together: one proposes, another approves, and the engine carries it out once.

use crate::account::{AccountState, FeeTier};
use crate::command::ListMarket;
use crate::id::{AccountId, AssetId, MarketId, OperatorId, ProposalId, Reference};
use crate::instrument::{Phase, Terms};
use crate::number::Amount;
use crate::text::Symbol;

/// Who decided, and what their decision is recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Names the decision: the engine carries out each number once.
    pub proposal: ProposalId,
    /// The digest of the parameters that both of them saw (`docs/spec/operators.md`).
    pub digest: Reference,
    pub proposer: OperatorId,
    /// Never the proposer.
    pub approver: OperatorId,
}

/// What two operators can decide. The cause of each is `Cause::Operator`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Adjust(Adjustment),
    SetAccountState {
        account: AccountId,
        state: AccountState,
    },
    SetFeeTier {
        account: AccountId,
        tier: FeeTier,
    },
    ListAsset {
        symbol: Symbol,
    },
    ListMarket(ListMarket),
    ChangeMarket {
        market: MarketId,
        terms: Box<Terms>,
    },
    SetPhase {
        market: MarketId,
        phase: Phase,
    },
}

/// Moves money between the spot wallet of an account and what the exchange owns, its equity.
///
/// **Shape** money is neither made nor lost: what an account gains, the equity has lost, and the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment {
    pub account: AccountId,
    pub asset: AssetId,
    /// What the account gains, in smallest units; below zero it loses. Never zero.
    pub amount: Amount,
    /// The digest of the reason that was written down.
    pub reason: Reference,
}

//! What operators decide together: one proposes, others approve, and the engine carries it out once.

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
    /// Who was last to approve; never the proposer.
    pub approver: OperatorId,
}

/// Who approved beside the one who was last, where it took several: the earliest first, each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Others {
    ids: [OperatorId; Others::MAX],
    count: u8,
}

impl Others {
    /// As many as there may be.
    pub const MAX: usize = 4;
    /// One approval was enough.
    pub const NONE: Others = Others {
        ids: [OperatorId(0); Others::MAX],
        count: 0,
    };

    /// Returns these operators; `None` when they are too many, or one of them is there twice.
    pub fn new(ids: &[OperatorId]) -> Option<Others> {
        let mut others = Others::NONE;
        for id in ids {
            if others.has(*id) {
                return None;
            }
            *others.ids.get_mut(usize::from(others.count))? = *id;
            others.count += 1;
        }
        Some(others)
    }

    /// Returns them in their order.
    pub fn ids(&self) -> &[OperatorId] {
        &self.ids[..usize::from(self.count)]
    }

    pub fn has(&self, id: OperatorId) -> bool {
        self.ids().contains(&id)
    }
}

/// What operators can decide. The cause of each is `Cause::Operator`.
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
    /// How much of an asset leaves in a day, with fees, for all users together; `None` is without end.
    SetPayoutLimit {
        asset: AssetId,
        cap: Option<Amount>,
    },
    /// Something about people, which is changed where they are kept: the core notes who decided, and changes nothing.
    ChangePeople(PeopleChange),
    /// A withdrawal may be paid to the address that its user has proven.
    ApproveWithdrawal {
        reference: Reference,
        destination: Reference,
    },
    /// An approved withdrawal could not be paid: its money is given back.
    FailWithdrawal {
        reference: Reference,
    },
}

/// What is decided about operators and users; the digest of the approval covers whom, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeopleChange {
    AddOperator,
    InviteOperator,
    DisableOperator,
    SetRoles,
    SetPolicy,
    ResetFactors,
    EraseUser,
    EndSessions,
}

impl PeopleChange {
    pub const ALL: [PeopleChange; 8] = [
        PeopleChange::AddOperator,
        PeopleChange::InviteOperator,
        PeopleChange::DisableOperator,
        PeopleChange::SetRoles,
        PeopleChange::SetPolicy,
        PeopleChange::ResetFactors,
        PeopleChange::EraseUser,
        PeopleChange::EndSessions,
    ];
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_up_to_four_and_each_once() {
        let of = |numbers: &[u32]| {
            let ids: Vec<OperatorId> = numbers.iter().copied().map(OperatorId).collect();
            Others::new(&ids).map(|others| others.ids().to_vec() == ids)
        };
        for (numbers, expected) in [
            (&[][..], Some(true)),
            (&[0], Some(true)),
            (&[4, 3, 2, 1], Some(true)),
            (&[1, 2, 1], None),
            (&[0, 0], None),
            (&[1, 2, 3, 4, 5], None),
        ] {
            assert_eq!(of(numbers), expected, "{numbers:?}");
        }
        assert_eq!(Others::new(&[]), Some(Others::NONE));
    }
}

//! Who may propose what, and who may approve it.
//!
//! **Source** `docs/spec/operators.md` §3. What is not in the table is nobody's.

use model::approved::PeopleChange;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND};

use crate::operator::{Role, Roles};

/// What can be proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Adjust,
    SetAccountState,
    SetFeeTier,
    ListAsset,
    ListMarket,
    ChangeMarket,
    SetPhase,
    /// How much of an asset leaves in a day, for all users together.
    SetPayoutLimit,
    AddOperator,
    /// Lets somebody become an operator by a key or passkey of their own.
    InviteOperator,
    DisableOperator,
    SetRoles,
    SetPolicy,
    /// Takes the second factors of a user away who has lost them.
    ResetFactors,
    /// Erases what is kept of a user who has closed the account, but for what a term keeps.
    EraseUser,
    /// Ends every session of a user.
    EndSessions,
    /// Lets a withdrawal that waits be paid.
    ApproveWithdrawal,
    /// Gives the money of an approved withdrawal back: it could not be paid.
    FailWithdrawal,
}

/// As many operators as may have to approve one proposal.
pub const APPROVALS_MAX: u8 = 5;

/// How a kind of proposal is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub proposers: Roles,
    pub approvers: Roles,
    /// So many of them approve it, none of whom proposed it.
    pub approvals: u8,
    /// How long after its approval it is carried out.
    pub lock_nanos: i64,
    /// How long it stands without a decision.
    pub expiry_nanos: i64,
}

const HOUR_NANOS: i64 = 3_600 * NANOS_PER_SECOND;

impl Kind {
    pub const ALL: [Kind; 18] = [
        Kind::Adjust,
        Kind::SetAccountState,
        Kind::SetFeeTier,
        Kind::ListAsset,
        Kind::ListMarket,
        Kind::ChangeMarket,
        Kind::SetPhase,
        Kind::SetPayoutLimit,
        Kind::AddOperator,
        Kind::InviteOperator,
        Kind::DisableOperator,
        Kind::SetRoles,
        Kind::SetPolicy,
        Kind::ResetFactors,
        Kind::EraseUser,
        Kind::EndSessions,
        Kind::ApproveWithdrawal,
        Kind::FailWithdrawal,
    ];

    /// Returns the name that people write.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Adjust => "adjust",
            Kind::SetAccountState => "set-account-state",
            Kind::SetFeeTier => "set-fee-tier",
            Kind::ListAsset => "list-asset",
            Kind::ListMarket => "list-market",
            Kind::ChangeMarket => "change-market",
            Kind::SetPhase => "set-phase",
            Kind::SetPayoutLimit => "set-payout-limit",
            Kind::AddOperator => "add-operator",
            Kind::InviteOperator => "invite-operator",
            Kind::DisableOperator => "disable-operator",
            Kind::SetRoles => "set-roles",
            Kind::SetPolicy => "set-policy",
            Kind::ResetFactors => "reset-factors",
            Kind::EraseUser => "erase-user",
            Kind::EndSessions => "end-sessions",
            Kind::ApproveWithdrawal => "approve-withdrawal",
            Kind::FailWithdrawal => "fail-withdrawal",
        }
    }

    /// Returns the kind of this name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns whether operators are its subject, and not the exchange.
    pub const fn is_about_operators(self) -> bool {
        matches!(
            self,
            Kind::AddOperator
                | Kind::InviteOperator
                | Kind::DisableOperator
                | Kind::SetRoles
                | Kind::SetPolicy
        )
    }

    /// Returns whether it changes this database, once the journal has who decided it.
    pub const fn is_about_people(self) -> bool {
        self.people_change().is_some() || self.is_about_withdrawals()
    }

    /// Returns what the journal calls it, if it changes people, and nothing in the engine.
    pub const fn people_change(self) -> Option<PeopleChange> {
        match self {
            Kind::AddOperator => Some(PeopleChange::AddOperator),
            Kind::InviteOperator => Some(PeopleChange::InviteOperator),
            Kind::DisableOperator => Some(PeopleChange::DisableOperator),
            Kind::SetRoles => Some(PeopleChange::SetRoles),
            Kind::SetPolicy => Some(PeopleChange::SetPolicy),
            Kind::ResetFactors => Some(PeopleChange::ResetFactors),
            Kind::EraseUser => Some(PeopleChange::EraseUser),
            Kind::EndSessions => Some(PeopleChange::EndSessions),
            Kind::Adjust
            | Kind::SetAccountState
            | Kind::SetFeeTier
            | Kind::ListAsset
            | Kind::ListMarket
            | Kind::ChangeMarket
            | Kind::SetPhase
            | Kind::SetPayoutLimit
            | Kind::ApproveWithdrawal
            | Kind::FailWithdrawal => None,
        }
    }

    /// Returns whether it decides about what a user wants to be paid.
    pub const fn is_about_withdrawals(self) -> bool {
        matches!(self, Kind::ApproveWithdrawal | Kind::FailWithdrawal)
    }

    /// Returns how it is decided as long as nobody has decided otherwise.
    pub const fn policy(self) -> Policy {
        use Role::{Admin, Compliance, MarketOps, Risk, Support, Treasury};
        match self {
            Kind::Adjust => of(&[Treasury], &[Treasury, Risk], 4),
            Kind::SetAccountState | Kind::EndSessions => {
                of(&[Support, Compliance, Risk], &[Compliance, Risk], 4)
            }
            Kind::SetFeeTier => of(&[MarketOps, Treasury], &[Risk], 72),
            Kind::ListAsset | Kind::ListMarket | Kind::ChangeMarket => {
                of(&[MarketOps], &[Risk], 72)
            }
            Kind::SetPhase => of(&[MarketOps, Risk], &[MarketOps, Risk], 4),
            Kind::SetPayoutLimit => of(&[Treasury, Risk], &[Treasury, Risk], 72),
            Kind::AddOperator | Kind::InviteOperator | Kind::DisableOperator => {
                of(&[Admin], &[Admin], 72)
            }
            Kind::ResetFactors => Policy {
                lock_nanos: NANOS_PER_DAY,
                ..of(&[Support, Compliance], &[Compliance, Risk], 72)
            },
            Kind::ApproveWithdrawal | Kind::FailWithdrawal => {
                of(&[Treasury], &[Treasury, Compliance], 72)
            }
            Kind::EraseUser => of(&[Support, Compliance], &[Compliance, Risk], 72),
            Kind::SetRoles | Kind::SetPolicy => Policy {
                lock_nanos: NANOS_PER_DAY,
                ..of(&[Admin], &[Admin], 72)
            },
        }
    }
}

const fn of(proposers: &[Role], approvers: &[Role], expiry_hours: i64) -> Policy {
    Policy {
        proposers: Roles::of(proposers),
        approvers: Roles::of(approvers),
        approvals: 1,
        lock_nanos: 0,
        expiry_nanos: expiry_hours * HOUR_NANOS,
    }
}

impl Policy {
    /// Returns the policy with other people for each step; a viewer decides nothing, support approves nothing.
    ///
    /// # Errors
    /// Who may not have a step, and how many there may be.
    pub fn with(
        self,
        (proposers, approvers): (Roles, Roles),
        approvals: u8,
    ) -> Result<Policy, &'static str> {
        if proposers.has(Role::Viewer) {
            return Err("viewers propose nothing");
        }
        if approvers.meets(Roles::of(&[Role::Viewer, Role::Support])) {
            return Err("viewers and support approve nothing");
        }
        if !(1..=APPROVALS_MAX).contains(&approvals) {
            return Err("approvals must be 1 to 5");
        }
        Ok(Policy {
            proposers,
            approvers,
            approvals,
            ..self
        })
    }

    /// Returns whether people of these roles are enough to decide: somebody proposes, and so many others approve.
    pub fn is_decided_by(&self, people: &[Roles]) -> bool {
        let approvers = people.iter().filter(|roles| roles.meets(self.approvers));
        let count = approvers.count();
        let mut proposers = people.iter().filter(|roles| roles.meets(self.proposers));
        proposers.any(|proposer| {
            let own = usize::from(proposer.meets(self.approvers));
            usize::from(self.approvals) <= count - own
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_somebody_for_each_step() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
            let policy = kind.policy();
            assert_ne!(policy.proposers, Roles::NONE, "{kind:?}");
            assert_ne!(policy.approvers, Roles::NONE, "{kind:?}");
            assert!(0 < policy.expiry_nanos);
            for role in [Role::Viewer, Role::Support] {
                assert!(!policy.approvers.has(role), "{kind:?}");
            }
        }
        assert_eq!(Kind::parse("drop-table"), None);
    }

    #[test]
    fn a_policy_needs_as_many_approvers_as_it_says_beside_a_proposer() {
        let roles = |names| Roles::parse(names).expect("roles");
        let policy = |approvals| {
            let people = (roles("treasury"), roles("risk"));
            Kind::Adjust.policy().with(people, approvals).expect("one")
        };
        let (proposer, approver, both) = (roles("treasury"), roles("risk"), roles("treasury,risk"));
        for (approvals, people, is_enough) in [
            (1, vec![proposer, approver], true),
            (1, vec![both], false),
            (1, vec![both, both], true),
            (2, vec![both, both], false),
            (2, vec![both, approver, approver], true),
            (2, vec![approver, approver, approver], false),
            (2, vec![proposer, approver], false),
        ] {
            assert_eq!(
                policy(approvals).is_decided_by(&people),
                is_enough,
                "{people:?}"
            );
        }
        let people = (roles("treasury"), roles("risk"));
        for wrong in [0, APPROVALS_MAX + 1] {
            assert!(Kind::Adjust.policy().with(people, wrong).is_err());
        }
    }
}

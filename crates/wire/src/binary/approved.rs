//! The bytes of what operators decided.

use super::codec::{DecodeError, Reader};
use super::field::{Field, Show, inline_choice, shown_layout};
use super::json_line::Line;
use model::approved::{Act, Adjustment, Approval, Others, PeopleChange};
use model::command::Anchor;
use model::id::{AccountId, AssetId, OperatorId, ProposalId, Reference};
use model::number::Amount;

shown_layout! {
    Approval {
        proposal: ProposalId,
        digest: Reference,
        proposer: OperatorId,
        approver: OperatorId,
    }
    Anchor { rows: u64, head: Reference }
    Adjustment { account: AccountId, asset: AssetId, amount: Amount, reason: Reference }
}

inline_choice! { Act, "act of operators";
    0 Adjust [Act::Adjust(adjustment)] (adjustment);
    1 SetAccountState [Act::SetAccountState { account, state }] (account, state);
    2 SetFeeTier [Act::SetFeeTier { account, tier }] (account, tier);
    3 ListAsset [Act::ListAsset { symbol }] (symbol);
    4 ListMarket [Act::ListMarket(listing)] (listing);
    5 ChangeMarket [Act::ChangeMarket { market, terms }] (market, terms);
    6 SetPhase [Act::SetPhase { market, phase }] (market, phase);
    7 SetPayoutLimit [Act::SetPayoutLimit { asset, cap }] (asset, cap);
    8 ChangePeople [Act::ChangePeople(change)] (change);
    9 ApproveWithdrawal [Act::ApproveWithdrawal { reference, destination }] (reference, destination);
    10 FailWithdrawal [Act::FailWithdrawal { reference }] (reference);
}

inline_choice! { PeopleChange, "change of people";
    0 AddOperator [PeopleChange::AddOperator] ();
    1 InviteOperator [PeopleChange::InviteOperator] ();
    2 DisableOperator [PeopleChange::DisableOperator] ();
    3 SetRoles [PeopleChange::SetRoles] ();
    4 SetPolicy [PeopleChange::SetPolicy] ();
    5 ResetFactors [PeopleChange::ResetFactors] ();
    6 EraseUser [PeopleChange::EraseUser] ();
    7 EndSessions [PeopleChange::EndSessions] ();
}

const OTHERS: &str = "others who approved";

/// A count of 1 to 4, then the numbers. Nobody is no value: a decision of one has a version of its own.
impl Field for Others {
    const BYTES_MIN: usize = 1 + OperatorId::BYTES_MIN;

    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::try_from(self.ids().len()).expect("at most four"));
        self.ids().iter().for_each(|id| id.put(out));
    }

    fn take(reader: &mut Reader<'_>) -> Result<Others, DecodeError> {
        let start = *reader;
        let count = usize::from(u8::take(reader)?);
        let mut ids = [OperatorId(0); Others::MAX];
        let taken = ids.get_mut(..count).ok_or_else(|| start.illegal(OTHERS))?;
        for id in taken.iter_mut() {
            *id = OperatorId::take(reader)?;
        }
        let others = Others::new(taken).filter(|others| *others != Others::NONE);
        others.ok_or_else(|| start.illegal(OTHERS))
    }
}

impl Show for Others {
    fn show(&self, line: &mut Line) {
        line.open_list();
        self.ids().iter().for_each(|id| line.element(id));
        line.close_list();
    }
}

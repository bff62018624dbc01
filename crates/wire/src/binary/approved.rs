//! The bytes of what two operators decided.

use super::field::{inline_choice, shown_layout};
use model::approved::{Act, Adjustment, Approval};
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
}

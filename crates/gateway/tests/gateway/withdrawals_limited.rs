//! Limits over all users together: set by two operators, told to users and operators, and kept also at once.

use crate::withdrawals::{Ann, OWN, apply};
use model::approved::{Act, Approval, Others};
use model::command::Command;
use model::id::{AssetId, OperatorId, ProposalId, Reference};
use model::number::Amount;

/// What two operators would decide about bitcoin.
pub fn limit(proposal: u64, units: i128) -> Command {
    Command::Approved {
        approval: Approval {
            proposal: ProposalId(proposal),
            digest: Reference([7; 32]),
            proposer: OperatorId(1),
            approver: OperatorId(2),
        },
        others: Others::NONE,
        act: Box::new(Act::SetPayoutLimit {
            asset: AssetId(0),
            cap: Amount::new(units),
        }),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_users_together_withdraw_what_a_day_has_and_no_more() {
    let mut ann = Ann::open().await;
    ann.add_address(OWN).await;
    ann.world.command(limit(1, 300_000_000)).await;
    assert_eq!(ann.withdraw("1", "").await.status, 200);
    let beyond = ann.withdraw("2.00000001", "").await.error();
    let text = "All users together may withdraw 2.00000000 BTC more now; the amount once others have been paid.";
    assert_eq!((beyond.0, beyond.1, beyond.2.as_str()), (400, -4024, text));
    let never = ann.withdraw("3.00000001", "").await.error();
    assert!(
        never.2.ends_with("the amount is more than a day has."),
        "{}",
        never.2
    );

    // What is left is asked for twice at once.
    let key = ann.key().await;
    let query = format!("coin=BTC&address={OWN}&amount=2");
    let (first, second) = tokio::join!(apply(&ann, &key, &query), apply(&ann, &key, &query));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "{} {}", first.body, second.body);
    assert_eq!(ann.bitcoin().await, ["47.00000000", "3.00000000"]);

    // What was cancelled is free again.
    let last = ann.requests().await[0].id;
    let target = format!("/v1/withdrawals?id={last}");
    let client = ann.world.client().await;
    let cancelled = { client }.send("DELETE", &target, &ann.page, "").await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    assert_eq!(apply(&ann, &key, &query).await.status, 200);
    let figures = ann.world.watch("/metrics").await;
    for line in [
        "gateway_payout_limit{asset=\"BTC\"} 3.00000000",
        "gateway_payout_limit_used{asset=\"BTC\"} 3.00000000",
    ] {
        assert!(figures.body.lines().any(|one| one == line), "{line}");
    }
}

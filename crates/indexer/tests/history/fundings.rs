//! Deposits, withdrawals and transfers of the history are those that happened.

use indexer::reading::Reading;
use indexer::reading_money::FundingKind;
use model::account::Wallet;
use model::event::Event;
use model::id::AccountId;
use model::snapshot_views::Funding;
use model::time::Timestamp;
use sim::random::Random;
use views::funding::{DepositView, WithdrawalView};
use wire::binary::event::Events;

use crate::past::{Past, open};
use crate::place::place;

const ALL: (Timestamp, Timestamp) = (Timestamp::ZERO, Timestamp::MAX);

#[tokio::test]
async fn deposits_and_withdrawals_are_those_of_the_views() {
    let mut seen = [0; 4];
    for seed in 1..=4 {
        let past = Past::new(seed, 4_000);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = past.write(open(&place).await, 4_000, &mut random).await;
        let reading = Reading::open(&place).await.expect("it opens");
        for account in (1..=past.views.account_count() as u32).map(AccountId) {
            let deposits = reading
                .fundings(account, FundingKind::Deposit, ALL, usize::MAX)
                .await;
            let (mut found, mut ended) = (Vec::new(), 0);
            for row in deposits.expect("read") {
                ended += usize::from(row.ended_by.is_some());
                let Funding::Deposit { deposit, status } = row.funding else {
                    panic!("a withdrawal among deposits: {row:?}");
                };
                found.push(DepositView {
                    deposit,
                    status,
                    created_at: row.created_at,
                    updated_at: row.updated_at,
                });
            }
            assert_eq!(found, past.views.deposits(account));
            seen[0] += found.len();
            seen[1] += ended;
            let withdrawals = reading
                .fundings(account, FundingKind::Withdrawal, ALL, usize::MAX)
                .await;
            let (mut found, mut ended) = (Vec::new(), 0);
            for row in withdrawals.expect("read") {
                ended += usize::from(row.ended_by.is_some());
                let Funding::Withdrawal {
                    account,
                    withdrawal,
                    status,
                } = row.funding
                else {
                    panic!("a deposit among withdrawals: {row:?}");
                };
                found.push(WithdrawalView {
                    account,
                    withdrawal,
                    status,
                    created_at: row.created_at,
                    updated_at: row.updated_at,
                });
            }
            assert_eq!(found, past.views.withdrawals(account));
            seen[2] += found.len();
            seen[3] += ended;
        }
        writer.close().await;
    }
    assert!(
        seen.iter().all(|count| 5 < *count),
        "{seen:?} prove too little"
    );
}

#[tokio::test]
async fn transfers_are_found_by_both_sides() {
    let mut seen = 0;
    for seed in 5..=8 {
        let past = Past::new(seed, 4_000);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let writer = open(&place).await;
        let writer = past.write(writer, 4_000, &mut Random::new(seed)).await;
        let reading = Reading::open(&place).await.expect("it opens");
        for payload in &past.payloads {
            for published in Events::decode(payload).expect("events") {
                let published = published.expect("an event");
                let Event::Transferred { account, transfer } = published.event else {
                    continue;
                };
                for side in [account, transfer.to_account] {
                    let wallets = (transfer.from, transfer.to);
                    let moment = (published.at, published.at);
                    let found = reading.transfers(side, wallets, moment, usize::MAX).await;
                    let found = found.expect("read");
                    let mut ours = found
                        .iter()
                        .filter(|row| row.sequence == published.sequence);
                    let row = ours.next().expect("it is kept");
                    assert_eq!((row.account, row.transfer), (account, transfer));
                    assert_eq!(ours.next(), None);
                }
                seen += 1;
            }
        }
        let nobody = reading.transfers(
            AccountId(999),
            (Wallet::Spot, Wallet::Futures),
            ALL,
            usize::MAX,
        );
        assert_eq!(nobody.await.expect("read"), []);
        writer.close().await;
    }
    assert!(5 < seen, "{seen} transfers prove too little");
}

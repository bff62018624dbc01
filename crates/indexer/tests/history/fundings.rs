//! Deposits, withdrawals and transfers of the history are those that happened.

use indexer::reading::Reading;
use indexer::reading_money::Way;
use indexer::reading_moves::{FundingKind, MoveRange, funding_place};
use model::account::Wallet;
use model::command::{Deposit, Withdrawal};
use model::event::Event;
use model::id::{AccountId, AssetId};
use model::snapshot_views::Funding;
use model::time::Timestamp;
use sim::random::Random;
use views::funding::{DepositView, WithdrawalView};
use wire::binary::event::Events;

use crate::past::{Past, open};
use crate::place::place;

const ALL: MoveRange = MoveRange {
    from: Timestamp::ZERO,
    until: Timestamp::MAX,
    beyond: None,
    way: Way::OldestFirst,
};

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
                .fundings((account, FundingKind::Deposit), None, ALL, usize::MAX)
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
                .fundings((account, FundingKind::Withdrawal), None, ALL, usize::MAX)
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
                    let moment = MoveRange {
                        from: published.at,
                        until: published.at,
                        ..ALL
                    };
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

/// Turned page by page, from either end, a list is the whole list.
#[tokio::test]
async fn pages_of_movements_make_up_the_list() {
    let mut turned = 0;
    for seed in 9..=10 {
        let past = Past::new(seed, 4_000);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let writer = open(&place).await;
        let writer = past.write(writer, 4_000, &mut Random::new(seed)).await;
        let reading = Reading::open(&place).await.expect("it opens");
        for account in (1..=past.views.account_count() as u32).map(AccountId) {
            turned += turn_fundings(&reading, account).await;
            turned += turn_transfers(&reading, account).await;
        }
        writer.close().await;
    }
    assert!(50 < turned, "{turned} pages prove too little");
}

async fn turn_fundings(reading: &Reading, account: AccountId) -> usize {
    let mut turned = 0;
    for kind in [FundingKind::Deposit, FundingKind::Withdrawal] {
        let all = reading.fundings((account, kind), None, ALL, usize::MAX);
        let all = all.await.expect("read");
        for way in [Way::OldestFirst, Way::NewestFirst] {
            let (mut found, mut range) = (Vec::new(), MoveRange { way, ..ALL });
            loop {
                let page = reading.fundings((account, kind), None, range, 3);
                let page = page.await.expect("read");
                let Some(last) = page.last() else { break };
                range.beyond = Some(funding_place(last));
                found.extend(page);
                turned += 1;
            }
            if way == Way::NewestFirst {
                found.reverse();
            }
            assert_eq!(found, all);
        }
        for asset in [AssetId(0), AssetId(1)] {
            let of_asset = reading.fundings((account, kind), Some(asset), ALL, usize::MAX);
            let of_asset = of_asset.await.expect("read");
            assert!(of_asset.iter().all(|row| all.contains(row)));
        }
        for row in &all {
            let (Funding::Deposit {
                deposit: Deposit { reference, .. },
                ..
            }
            | Funding::Withdrawal {
                withdrawal: Withdrawal { reference, .. },
                ..
            }) = row.funding;
            let own = reading.funding((account, kind), reference).await;
            assert_eq!(own.expect("read"), Some(*row));
            let other = reading.funding((AccountId(999), kind), reference).await;
            assert_eq!(other.expect("read"), None);
        }
    }
    turned
}

async fn turn_transfers(reading: &Reading, account: AccountId) -> usize {
    let mut turned = 0;
    let wallets = [Wallet::Spot, Wallet::Futures];
    for wallets in wallets
        .iter()
        .flat_map(|from| wallets.map(|to| (*from, to)))
    {
        let all = reading.transfers(account, wallets, ALL, usize::MAX);
        let all = all.await.expect("read");
        for way in [Way::OldestFirst, Way::NewestFirst] {
            let (mut found, mut range) = (Vec::new(), MoveRange { way, ..ALL });
            loop {
                let page = reading.transfers(account, wallets, range, 2).await;
                let page = page.expect("read");
                let Some(last) = page.last() else { break };
                range.beyond = Some(last.place());
                found.extend(page);
                turned += 1;
            }
            if way == Way::NewestFirst {
                found.reverse();
            }
            assert_eq!(found, all);
        }
        let own: Vec<_> = all
            .iter()
            .filter(|row| row.account == row.transfer.to_account)
            .copied()
            .collect();
        let found = reading.own_transfers(account, wallets, ALL, (1, 2)).await;
        let (total, found) = found.expect("read");
        assert_eq!(total, own.len() as u64);
        assert!(found.iter().eq(own.iter().skip(1).take(2)));
    }
    turned
}

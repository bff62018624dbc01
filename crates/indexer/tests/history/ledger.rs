//! Every entry that the history has, against the ledger of the engine, command by command.

use std::collections::BTreeMap;

use engine::engine::Engine;
use indexer::entry::{BalanceKey, EntryCause, EntryPlace, PastBalance, PastEntry};
use indexer::reading::Reading;
use indexer::reading_money::{EntryRange, Way};
use model::account::Wallet;
use model::id::{AccountId, AssetId};
use model::time::{NANOS_PER_DAY, Timestamp};
use sim::random::Random;

use crate::past::{Past, open};
use crate::place::place;

type Balances = BTreeMap<BalanceKey, PastBalance>;

/// Returns every balance of the engine that is not nothing.
fn balances_of(engine: &Engine, accounts: u32, assets: u16) -> Balances {
    let mut balances = Balances::new();
    for account in (1..=accounts).map(AccountId) {
        for wallet in [Wallet::Spot, Wallet::Futures] {
            for asset in (0..assets).map(AssetId) {
                let balance = engine.balance(account, wallet, asset);
                let key = BalanceKey {
                    account,
                    wallet,
                    asset,
                };
                let balance = PastBalance {
                    available: balance.available,
                    held: balance.held,
                };
                if balance != PastBalance::NOTHING {
                    balances.insert(key, balance);
                }
            }
        }
    }
    balances
}

fn everything(way: Way) -> EntryRange {
    EntryRange {
        asset: None,
        from: Timestamp::from_nanos(i64::MIN),
        until: Timestamp::MAX,
        beyond: None,
        way,
    }
}

/// A past with the balances of the engine after each of its commands.
struct Book {
    past: Past,
    after: Vec<Balances>,
    accounts: u32,
}

impl Book {
    fn new(seed: u64) -> Book {
        let past = Past::paced(seed, 2_000, 400_000_000_000);
        let accounts = past.views.account_count() as u32;
        let assets = past.views.assets().len() as u16;
        let mut engine = Engine::new();
        let after = past.commands.iter().map(|command| {
            engine.apply(command, &mut Vec::new());
            balances_of(&engine, accounts, assets)
        });
        let after = after.collect();
        Book {
            past,
            after,
            accounts,
        }
    }

    async fn entries(&self, reading: &Reading) -> Vec<PastEntry> {
        let mut entries = Vec::new();
        for account in (1..=self.accounts).map(AccountId) {
            let own = reading.entries(account, everything(Way::OldestFirst), usize::MAX);
            entries.extend(own.await.expect("read"));
        }
        entries.sort_unstable_by_key(|entry| (entry.place.sequence, entry.place.step));
        entries
    }
}

#[tokio::test]
async fn entries_sum_to_every_balance_of_the_engine_after_every_command() {
    let mut causes: BTreeMap<EntryCause, usize> = BTreeMap::new();
    for seed in 1..=4 {
        let book = Book::new(seed);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = book
            .past
            .write(open(&place).await, 2_000, &mut random)
            .await;
        let reading = Reading::open(&place).await.expect("it opens");
        let entries = book.entries(&reading).await;
        let mut left = entries.iter().peekable();
        let mut sums: BTreeMap<BalanceKey, (i128, i128)> = BTreeMap::new();
        for (index, expected) in book.after.iter().enumerate() {
            let sequence = index as u64 + 1;
            while let Some(entry) = left.next_if(|entry| entry.place.sequence.0 == sequence) {
                let (available, held) = sums.entry(entry.key).or_default();
                *available += entry.available;
                *held += entry.held;
                let after = (entry.after.available.units(), entry.after.held.units());
                assert_eq!((*available, *held), after, "{entry:?}");
                *causes.entry(entry.cause).or_default() += 1;
            }
            let of = |balance: &PastBalance| (balance.available.units(), balance.held.units());
            let expected: BTreeMap<_, _> = expected.iter().map(|(k, b)| (*k, of(b))).collect();
            sums.retain(|_, sum| *sum != (0, 0));
            assert_eq!(sums, expected, "seed {seed}, command {sequence}");
        }
        assert_eq!(left.next(), None);
        writer.close().await;
    }
    assert_eq!(causes.len(), 12, "a cause is proved by nothing: {causes:?}");
}

#[tokio::test]
async fn balances_of_any_instant_are_those_of_the_engine_at_that_command() {
    let book = Book::new(9);
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let mut random = Random::new(9);
    let writer = book
        .past
        .write(open(&place).await, 2_000, &mut random)
        .await;
    let reading = Reading::open(&place).await.expect("it opens");
    for _ in 0..300 {
        let pick = random.below(2_000) as usize;
        let at = book.past.commands[pick]
            .at
            .plus_nanos(random.between(-1, 1));
        let last = book.past.commands.iter().rposition(|one| one.at <= at);
        for account in (1..=book.accounts).map(AccountId) {
            let found = reading.balances_at(account, at).await.expect("read");
            let found: Balances = found.into_iter().collect();
            let ours = last.map_or_else(Balances::new, |last| book.after[last].clone());
            let ours: Balances = ours
                .into_iter()
                .filter(|(key, _)| key.account == account)
                .collect();
            assert_eq!(found, ours, "{at:?} {account:?}");
        }
    }
    writer.close().await;
}

#[tokio::test]
async fn a_day_closes_with_the_balance_of_its_last_command() {
    let book = Book::new(10);
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let mut random = Random::new(10);
    let writer = book
        .past
        .write(open(&place).await, 2_000, &mut random)
        .await;
    let reading = Reading::open(&place).await.expect("it opens");
    let mut seen = 0;
    for account in (1..=book.accounts).map(AccountId) {
        for key in reading.balance_keys(account).await.expect("read") {
            let days = reading.days(key, (i64::MIN, i64::MAX), usize::MAX).await;
            for day in days.expect("read") {
                let end = (day.day + 1) * NANOS_PER_DAY;
                let is_before = |nanos: i64| nanos < end;
                let mut commands = book.past.commands.iter();
                let last = commands.rposition(|one| is_before(one.at.nanos()));
                let after = &book.after[last.expect("a command of the day")];
                let expected = after.get(&key).copied().unwrap_or(PastBalance::NOTHING);
                assert_eq!(day.balance, expected, "{day:?}");
                seen += 1;
            }
        }
    }
    assert!(40 < seen, "{seen} days prove too little");
    writer.close().await;
}

/// Whatever the size of a page, turning pages shows each entry once, in both directions.
#[tokio::test]
async fn pages_of_entries_leave_nothing_out() {
    let book = Book::new(11);
    let folder = tempfile::tempdir().expect("a folder");
    let place = place(folder.path()).await;
    let mut random = Random::new(11);
    let writer = book
        .past
        .write(open(&place).await, 2_000, &mut random)
        .await;
    let reading = Reading::open(&place).await.expect("it opens");
    for account in (1..=book.accounts).map(AccountId) {
        for way in [Way::OldestFirst, Way::NewestFirst] {
            let all = reading.entries(account, everything(way), usize::MAX).await;
            let all = all.expect("read");
            let (mut turned, mut beyond): (Vec<PastEntry>, Option<EntryPlace>) = (Vec::new(), None);
            loop {
                let range = EntryRange {
                    beyond,
                    ..everything(way)
                };
                let count = 1 + random.below(40) as usize;
                let page = reading.entries(account, range, count).await.expect("read");
                let Some(last) = page.last() else {
                    break;
                };
                beyond = Some(last.place);
                turned.extend(page);
            }
            assert_eq!(turned, all, "{account:?} {way:?}");
        }
    }
    writer.close().await;
}

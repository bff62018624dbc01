//! Tax lots are those that another account of the same events comes to.
//!
//! The other one knows no entries: it takes events as they came, keeps a flat list of parts, and looks through all of it.

use std::collections::{BTreeMap, BTreeSet};

use indexer::entry::EntryCause;
use indexer::reading::Reading;
use indexer::tax_lots::{Disposal, Lot, Value};
use model::command::Command;
use model::event::Event;
use model::id::{AccountId, AssetId, MarketId, Reference};
use model::order::Side;
use model::time::Timestamp;
use sim::random::Random;
use wire::binary::event::Events;

use crate::past::{Past, open};
use crate::place::place;

/// What a lot is a part of: the posting that acquired it, counted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    account: AccountId,
    asset: AssetId,
    number: usize,
    lot: Lot,
}

#[derive(Default)]
struct Plain {
    bases: BTreeSet<AssetId>,
    markets: BTreeMap<MarketId, (AssetId, AssetId)>,
    parts: Vec<Part>,
    acquired: usize,
    away: BTreeMap<Reference, Vec<Part>>,
    told: Vec<Disposal>,
}

/// The rest of what a disposal says.
#[derive(Clone, Copy)]
struct Why {
    at: Timestamp,
    cause: EntryCause,
    market: Option<MarketId>,
    trade: Option<u64>,
}

impl Why {
    const fn of(at: Timestamp, cause: EntryCause) -> Why {
        Why {
            at,
            cause,
            market: None,
            trade: None,
        }
    }
}

impl Plain {
    fn event(&mut self, at: Timestamp, event: &Event) {
        let why = |cause| Why::of(at, cause);
        match event {
            Event::DepositCredited(deposit) => {
                let value = value(deposit.asset, deposit.amount.units());
                self.acquire(deposit.account, value, None, at);
            }
            Event::BalanceAdjusted(adjusted) => {
                let units = adjusted.amount.units();
                if 0 <= units {
                    self.acquire(adjusted.account, value(adjusted.asset, units), None, at);
                } else {
                    let given = value(adjusted.asset, -units);
                    self.give(adjusted.account, given, None, why(EntryCause::Adjustment));
                }
            }
            Event::WithdrawalHeld {
                account,
                withdrawal,
            } => {
                let mut away = Vec::new();
                for (cause, amount) in [
                    (EntryCause::Withdrawal, withdrawal.amount),
                    (EntryCause::WithdrawalFee, withdrawal.fee),
                ] {
                    let given = value(withdrawal.asset, amount.units());
                    away.extend(self.give(*account, given, None, why(cause)));
                }
                self.away.insert(withdrawal.reference, away);
            }
            Event::WithdrawalCancelled {
                account,
                withdrawal,
            } => {
                let back = self.away.remove(&withdrawal.reference).unwrap_or_default();
                self.bring(*account, back, why(EntryCause::WithdrawalReturn));
            }
            Event::Transferred { account, transfer } if *account != transfer.to_account => {
                let given = value(transfer.asset, transfer.amount.units());
                let moved = self.give(*account, given, None, why(EntryCause::TransferOut));
                self.bring(transfer.to_account, moved, why(EntryCause::TransferIn));
            }
            Event::Traded(traded) => {
                let (base, quote) = self.markets[&traded.market];
                let why = Why {
                    market: Some(traded.market),
                    trade: Some(traded.trade.0),
                    ..why(EntryCause::Trade)
                };
                let rebate = traded.maker_rebate.units();
                for (party, side, rebate) in [
                    (&traded.maker, traded.taker_side.opposite(), rebate),
                    (&traded.taker, traded.taker_side, 0),
                ] {
                    let (base, quote) = (
                        value(base, traded.base.units()),
                        value(quote, traded.quote.units()),
                    );
                    let (mut given, mut received) = match side {
                        Side::Buy => (quote, base),
                        Side::Sell => (base, quote),
                    };
                    given.units -= rebate;
                    received.units -= party.fee.units();
                    self.give(party.account, given, Some(received), why);
                    self.acquire(party.account, received, Some(given), at);
                }
            }
            _ => {}
        }
    }

    fn acquire(&mut self, account: AccountId, value: Value, cost: Option<Value>, at: Timestamp) {
        if self.bases.contains(&value.asset) && 0 < value.units {
            self.acquired += 1;
            self.parts.push(Part {
                account,
                asset: value.asset,
                number: self.acquired,
                lot: Lot {
                    acquired_at: at,
                    units: value.units,
                    cost,
                },
            });
        }
    }

    /// Takes from the part that was acquired first, again and again.
    fn give(
        &mut self,
        account: AccountId,
        given: Value,
        proceeds: Option<Value>,
        why: Why,
    ) -> Vec<Part> {
        let (mut left, mut rest, mut gone) = (given.units, proceeds, Vec::new());
        if !self.bases.contains(&given.asset) {
            return gone;
        }
        while 0 < left {
            let own = self.parts.iter_mut();
            let own = own.filter(|part| part.account == account && part.asset == given.asset);
            let part = own.min_by_key(|part| part.number).expect("it was there");
            let units = left.min(part.lot.units);
            let cost = part.lot.cost.map(|cost| Value {
                units: cost.units * units / part.lot.units,
                ..cost
            });
            let received = rest.map(|rest| Value {
                units: rest.units * units / left,
                ..rest
            });
            let lot = Lot {
                units,
                cost,
                ..part.lot
            };
            part.lot.units -= units;
            if let (Some(all), Some(cost)) = (&mut part.lot.cost, cost) {
                all.units -= cost.units;
            }
            gone.push(Part { lot, ..*part });
            left -= units;
            if let (Some(rest), Some(received)) = (&mut rest, received) {
                rest.units -= received.units;
            }
            self.tell(account, given.asset, lot, received, why);
            self.parts.retain(|part| 0 < part.lot.units);
        }
        gone
    }

    fn bring(&mut self, account: AccountId, parts: Vec<Part>, why: Why) {
        for part in parts {
            self.tell(account, part.asset, part.lot, None, why);
            let mut own = self.parts.iter_mut();
            let is_same = |other: &&mut Part| {
                (other.account, other.asset, other.number) == (account, part.asset, part.number)
            };
            match own.find(is_same) {
                None => self.parts.push(Part { account, ..part }),
                Some(known) => {
                    known.lot.units += part.lot.units;
                    if let (Some(known), Some(cost)) = (&mut known.lot.cost, part.lot.cost) {
                        known.units += cost.units;
                    }
                }
            }
        }
    }

    fn tell(
        &mut self,
        account: AccountId,
        asset: AssetId,
        lot: Lot,
        proceeds: Option<Value>,
        why: Why,
    ) {
        self.told.push(Disposal {
            account,
            at: why.at,
            cause: why.cause,
            market: why.market,
            trade: why.trade,
            asset,
            lot,
            proceeds,
        });
    }
}

const fn value(asset: AssetId, units: i128) -> Value {
    Value { asset, units }
}

fn plain_of(past: &Past) -> Plain {
    let mut plain = Plain::default();
    for market in past.views.markets() {
        let instrument = market.instrument();
        let pair = (instrument.base, instrument.quote);
        plain.markets.insert(instrument.id, pair);
        plain.bases.insert(instrument.base);
    }
    for payload in &past.payloads {
        for published in Events::decode(payload).expect("events") {
            let published = published.expect("an event");
            plain.event(published.at, &published.event);
        }
    }
    plain
}

/// Lets the second market be paid for with what the first one trades.
fn chained(command: Command) -> Command {
    match command {
        Command::ListMarket(mut list) if list.base == AssetId(1) => {
            list.quote = AssetId(0);
            Command::ListMarket(list)
        }
        command => command,
    }
}

#[tokio::test]
async fn lots_are_those_of_a_plain_second_reckoning() {
    let mut causes: BTreeMap<EntryCause, usize> = BTreeMap::new();
    let (mut gains, mut both_legs) = (0, 0);
    for seed in 21..=26 {
        let past = Past::altered(seed, (4_000, 2_000_000_000), chained);
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let mut random = Random::new(seed);
        let writer = past.write(open(&place).await, 4_000, &mut random).await;
        let reading = Reading::open(&place).await.expect("it opens");
        let accounts: Vec<AccountId> = (1..=past.views.account_count() as u32)
            .map(AccountId)
            .collect();
        let mut lots = reading.tax_lots(&accounts).await.expect("read");
        let movements = reading.movements(&accounts, Timestamp::MAX).await;
        let mut movements = movements.expect("read");
        let (mut command, mut told) = (Vec::new(), Vec::new());
        while movements.next(&mut command).await.expect("read") {
            lots.add(&command, &mut told);
        }
        let plain = plain_of(&past);
        for (ours, theirs) in told.iter().zip(&plain.told) {
            assert_eq!(ours, theirs, "seed {seed}");
        }
        assert_eq!(told.len(), plain.told.len(), "seed {seed}");
        for account in &accounts {
            for asset in &plain.bases {
                let own = plain.parts.iter();
                let own = own.filter(|part| (part.account, part.asset) == (*account, *asset));
                let mut own: Vec<Part> = own.copied().collect();
                own.sort_by_key(|part| part.number);
                let left: Vec<Lot> = lots.open(*account, *asset).copied().collect();
                assert_eq!(left, Vec::from_iter(own.iter().map(|part| part.lot)));
                let sum: i128 = left.iter().map(|lot| lot.units).sum();
                assert_eq!(sum, total(&past, *account, *asset), "seed {seed}");
            }
        }
        for disposal in &told {
            *causes.entry(disposal.cause).or_default() += 1;
            gains += usize::from(disposal.gain().is_some());
            let is_priced = disposal.lot.cost.is_some() && disposal.proceeds.is_some();
            both_legs += usize::from(is_priced && disposal.gain().is_none());
        }
        writer.close().await;
    }
    assert!(5 <= causes.len(), "{causes:?} prove too little");
    assert!(
        5 < gains && 5 < both_legs,
        "{gains} and {both_legs} prove too little"
    );
}

/// Returns what an account has of an asset, in all wallets and with what orders hold.
fn total(past: &Past, account: AccountId, asset: AssetId) -> i128 {
    use model::account::Wallet;
    let of = |wallet| past.views.balance(account, wallet, asset);
    [Wallet::Spot, Wallet::Futures]
        .map(of)
        .iter()
        .map(|balance| balance.available.units() + balance.held.units())
        .sum()
}

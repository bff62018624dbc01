//! The fold of money: each event into the entries that it makes, as `docs/spec/clearing.md` §14.3 posts them.

use std::collections::BTreeMap;

use model::account::Wallet;
use model::command::{Transfer, Withdrawal};
use model::event::{Event, MatchPrevented, Party, Traded};
use model::id::{AccountId, AssetId, MarketId, OrderId, Sequence};
use model::instrument::Instrument;
use model::number::Amount;
use model::order::Side;
use model::time::Timestamp;

use crate::entry::{BalanceKey, EntryCause, EntryPlace, PastBalance, PastDay, PastEntry};
use crate::error::HistoryError;

/// Nanoseconds in a day.
const DAY: i64 = model::time::NANOS_PER_DAY;

/// Appends the entries of one command, each with its place; what the balances are after them is added by `settle`.
pub struct Entries<'a> {
    pub markets: &'a BTreeMap<MarketId, Instrument>,
    pub sequence: Sequence,
    pub at: Timestamp,
    pub step: &'a mut u32,
    pub into: &'a mut Vec<PastEntry>,
}

/// What an entry is about.
#[derive(Clone, Copy)]
struct About {
    cause: EntryCause,
    market: Option<MarketId>,
    number: Option<u64>,
}

impl Entries<'_> {
    /// Appends what an event moves.
    ///
    /// # Errors
    /// When it names a market that was never listed.
    pub fn add(&mut self, event: &Event) -> Result<(), HistoryError> {
        match event {
            Event::DepositCredited(deposit) => {
                let key = spot(deposit.account, deposit.asset);
                self.push(
                    key,
                    EntryCause::Deposit.alone(),
                    (deposit.amount.units(), 0),
                );
            }
            Event::WithdrawalHeld {
                account,
                withdrawal,
            } => self.withdraw(*account, withdrawal),
            Event::WithdrawalCancelled {
                account,
                withdrawal,
            } => {
                let total = withdrawal.amount.units() + withdrawal.fee.units();
                let key = spot(*account, withdrawal.asset);
                self.push(key, EntryCause::WithdrawalReturn.alone(), (total, 0));
            }
            Event::BalanceAdjusted(adjustment) => {
                let key = spot(adjustment.account, adjustment.asset);
                let about = EntryCause::Adjustment.alone();
                self.push(key, about, (adjustment.amount.units(), 0));
            }
            Event::Transferred { account, transfer } => self.transfer(*account, transfer),
            Event::OrderAccepted(event) => {
                let order = (event.account, event.market, event.order);
                self.hold(order, event.side, event.hold)?;
            }
            Event::OrderActivated(event) => {
                let order = (event.account, event.market, event.order);
                self.hold(order, event.side, event.hold)?;
            }
            Event::OrderTriggered(event) => {
                let order = (event.account, event.market, event.order);
                self.release(order, event.side, event.release)?;
                self.hold(order, event.side, event.hold)?;
            }
            Event::OrderRequeued(event) => {
                let order = (event.account, event.market, event.order);
                self.release(order, event.side, event.release)?;
                self.hold(order, event.side, event.hold)?;
            }
            Event::WaitingAmended(event) => {
                let order = (event.account, event.market, event.order);
                self.release(order, event.side, event.release)?;
                self.hold(order, event.side, event.hold)?;
            }
            Event::HoldShifted(event) => {
                let order = (event.account, event.market, event.order);
                self.release(order, event.side, event.release)?;
                self.hold(order, event.side, event.hold)?;
            }
            Event::OrderAmended(event) => {
                let order = (event.account, event.market, event.order);
                self.release(order, event.side, event.release)?;
            }
            Event::OrderClosed(event) => {
                let order = (event.account, event.market, event.order);
                self.release(order, event.side, event.release)?;
            }
            Event::MatchPrevented(event) => self.prevent(event)?,
            Event::Traded(event) => self.trade(event)?,
            _ => {}
        }
        Ok(())
    }

    fn withdraw(&mut self, account: AccountId, withdrawal: &Withdrawal) {
        let key = spot(account, withdrawal.asset);
        let amount = -withdrawal.amount.units();
        self.push(key, EntryCause::Withdrawal.alone(), (amount, 0));
        let fee = -withdrawal.fee.units();
        self.push(key, EntryCause::WithdrawalFee.alone(), (fee, 0));
    }

    fn transfer(&mut self, account: AccountId, transfer: &Transfer) {
        let units = transfer.amount.units();
        let key = |account, wallet| BalanceKey {
            account,
            wallet,
            asset: transfer.asset,
        };
        let (from, to) = (
            key(account, transfer.from),
            key(transfer.to_account, transfer.to),
        );
        self.push(from, EntryCause::TransferOut.alone(), (-units, 0));
        self.push(to, EntryCause::TransferIn.alone(), (units, 0));
    }

    fn prevent(&mut self, event: &MatchPrevented) -> Result<(), HistoryError> {
        let maker = (event.maker_account, event.market, event.maker_order);
        let taker = (event.taker_account, event.market, event.taker_order);
        self.release(maker, event.taker_side.opposite(), event.maker_release)?;
        self.release(taker, event.taker_side, event.taker_release)
    }

    fn hold(
        &mut self,
        (account, market, order): (AccountId, MarketId, OrderId),
        side: Side,
        amount: Amount,
    ) -> Result<(), HistoryError> {
        let key = spot(account, self.gives(market, side)?);
        let about = EntryCause::Hold.of(market, order.0);
        self.push(key, about, (-amount.units(), amount.units()));
        Ok(())
    }

    fn release(
        &mut self,
        (account, market, order): (AccountId, MarketId, OrderId),
        side: Side,
        amount: Amount,
    ) -> Result<(), HistoryError> {
        let key = spot(account, self.gives(market, side)?);
        let about = EntryCause::Release.of(market, order.0);
        self.push(key, about, (amount.units(), -amount.units()));
        Ok(())
    }

    fn trade(&mut self, event: &Traded) -> Result<(), HistoryError> {
        let maker_side = event.taker_side.opposite();
        self.fill(event, &event.maker, maker_side)?;
        self.fill(event, &event.taker, event.taker_side)?;
        let asset = self.gives(event.market, maker_side)?;
        let about = EntryCause::Rebate.of(event.market, event.trade.0);
        let rebate = mutant::plant!("entry-misses-the-rebate", 0, event.maker_rebate.units());
        self.push(spot(event.maker.account, asset), about, (rebate, 0));
        Ok(())
    }

    /// One side of a fill: it gives what it held, and receives the rest less its fee.
    fn fill(&mut self, event: &Traded, party: &Party, side: Side) -> Result<(), HistoryError> {
        let (gives, receives, released) = match side {
            Side::Buy => (event.quote, event.base, event.buyer_release.units()),
            Side::Sell => (event.base, event.quote, 0),
        };
        let of = |cause: EntryCause| cause.of(event.market, event.trade.0);
        let given = spot(party.account, self.gives(event.market, side)?);
        let received = spot(party.account, self.gives(event.market, side.opposite())?);
        self.push(given, of(EntryCause::Trade), (0, -gives.units()));
        let order = EntryCause::Release.of(event.market, party.order.0);
        self.push(given, order, (released, -released));
        self.push(received, of(EntryCause::Trade), (receives.units(), 0));
        self.push(received, of(EntryCause::Fee), (-party.fee.units(), 0));
        Ok(())
    }

    /// Returns the asset that a side pays with.
    fn gives(&self, market: MarketId, side: Side) -> Result<AssetId, HistoryError> {
        let unknown = HistoryError::MarketUnknown {
            sequence: self.sequence,
        };
        let instrument = self.markets.get(&market).ok_or(unknown)?;
        Ok(match side {
            Side::Buy => instrument.quote,
            Side::Sell => instrument.base,
        })
    }

    /// Appends an entry, unless it moves nothing.
    fn push(&mut self, key: BalanceKey, about: About, (available, held): (i128, i128)) {
        if available == 0 && held == 0 {
            return;
        }
        self.into.push(PastEntry {
            key,
            place: EntryPlace {
                at: self.at,
                sequence: self.sequence,
                step: *self.step,
            },
            cause: about.cause,
            market: about.market,
            number: about.number,
            available,
            held,
            after: PastBalance::NOTHING,
        });
        *self.step += 1;
    }
}

impl EntryCause {
    const fn alone(self) -> About {
        About {
            cause: self,
            market: None,
            number: None,
        }
    }

    const fn of(self, market: MarketId, number: u64) -> About {
        About {
            cause: self,
            market: Some(market),
            number: Some(number),
        }
    }
}

const fn spot(account: AccountId, asset: AssetId) -> BalanceKey {
    BalanceKey {
        account,
        wallet: Wallet::Spot,
        asset,
    }
}

/// Writes into each entry what its balance is after it, and returns what each balance was last on each day.
///
/// # Errors
/// When a balance leaves its bounds: then these are not the entries of this exchange.
pub fn settle(
    entries: &mut [PastEntry],
    balances: &mut BTreeMap<BalanceKey, PastBalance>,
) -> Result<Vec<PastDay>, HistoryError> {
    let mut days = BTreeMap::new();
    for entry in entries {
        let balance = balances.entry(entry.key).or_insert(PastBalance::NOTHING);
        let (available, held) = (
            gained(balance.available, entry.available),
            gained(balance.held, entry.held),
        );
        let (Some(available), Some(held)) = (available, held) else {
            return Err(HistoryError::BalanceBroken {
                sequence: entry.place.sequence,
            });
        };
        *balance = PastBalance { available, held };
        entry.after = *balance;
        days.insert((entry.key, day_of(entry.place.at)), *balance);
    }
    let days = days.into_iter();
    let day = |((key, day), balance)| PastDay { key, day, balance };
    Ok(days.map(day).collect())
}

fn gained(balance: Amount, units: i128) -> Option<Amount> {
    let sum = Amount::new(balance.units().checked_add(units)?)?;
    (Amount::ZERO <= sum).then_some(sum)
}

/// Returns the UTC day of a moment, in days since the epoch.
pub const fn day_of(at: Timestamp) -> i64 {
    at.nanos().div_euclid(DAY)
}

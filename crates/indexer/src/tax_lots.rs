//! Tax lots: what was acquired, in the order it was acquired, against what was given away (FIFO), by asset.
//!
//! An asset that some market trades as its base has lots; one that is only paid with is money and has none. Every trade
//! gives one asset for another: what it gives takes from the oldest lots of that asset, whichever market they are from,
//! and what it receives, its fee taken off, opens a lot at what was given, its rebate taken off. So a cost is in what
//! was paid, and where it is given for something else, both are told and no gain is reckoned. What comes in opens a lot
//! of unknown cost; what goes out takes from the oldest. A lot that moves to another account of its owner keeps time and
//! cost, and one that was to be paid out and was not comes back as it was. Shares are rounded down and the last part of
//! a lot or a movement takes what is left, so that nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use model::id::{AccountId, AssetId, MarketId, Sequence};
use model::instrument::Instrument;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};

use crate::entry::{EntryCause, EntryPlace, PastEntry};

/// So much of an asset, in smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    pub asset: AssetId,
    pub units: i128,
}

/// What is held since some time and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    pub acquired_at: Timestamp,
    pub units: i128,
    /// `None` for what was not traded for here.
    pub cost: Option<Value>,
}

/// A part of a lot that left its account, or came to another with its time and cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disposal {
    pub account: AccountId,
    pub at: Timestamp,
    pub cause: EntryCause,
    /// Of a trade.
    pub market: Option<MarketId>,
    pub trade: Option<u64>,
    pub asset: AssetId,
    pub lot: Lot,
    /// What a trade brought for it.
    pub proceeds: Option<Value>,
}

impl Disposal {
    /// Returns what was won, below zero what was lost, where cost and proceeds are of one asset.
    pub fn gain(&self) -> Option<Value> {
        let (cost, proceeds) = (self.lot.cost?, self.proceeds?);
        let gain = Value {
            asset: cost.asset,
            units: proceeds.units - cost.units,
        };
        (cost.asset == proceeds.asset).then_some(gain)
    }
}

/// Which lot: they are used in this order, and a part of one is of the same lot wherever it goes.
type LotKey = (EntryPlace, u32);

/// The open lots of an account in an asset.
#[derive(Debug, Default)]
struct Lots(BTreeMap<LotKey, Lot>);

/// The open lots of some accounts of one owner.
#[derive(Debug, Default)]
pub struct TaxLots {
    with_lots: BTreeSet<AssetId>,
    /// Which withdrawal of an account a command gave back: the command that held it.
    returns: BTreeMap<(AccountId, Sequence), Sequence>,
    open: BTreeMap<(AccountId, AssetId), Lots>,
    /// What left with a withdrawal, by the command that held it.
    away: BTreeMap<(AccountId, Sequence), Vec<(LotKey, Lot)>>,
    /// Tells apart what one posting acquires.
    acquired: u32,
}

/// What one side of a trade gave and what it received.
#[derive(Clone, Copy)]
struct Exchange {
    given: Value,
    received: Option<Value>,
}

/// Why and when lots are touched.
#[derive(Clone, Copy)]
struct Touch {
    account: AccountId,
    place: EntryPlace,
    cause: EntryCause,
    market: Option<MarketId>,
    trade: Option<u64>,
}

impl TaxLots {
    /// Returns what accounts have before their first entry: nothing.
    ///
    /// `returns` says of each command that gave a withdrawal back which command held that.
    pub fn new(
        markets: &[Instrument],
        returns: BTreeMap<(AccountId, Sequence), Sequence>,
    ) -> TaxLots {
        TaxLots {
            with_lots: markets.iter().map(|market| market.base).collect(),
            returns,
            ..TaxLots::default()
        }
    }

    /// Returns the lots that are left, oldest first.
    pub fn open(&self, account: AccountId, asset: AssetId) -> impl Iterator<Item = &Lot> {
        let lots = self.open.get(&(account, asset));
        lots.into_iter().flat_map(|lots| lots.0.values())
    }

    /// Takes in the entries of the next command, those of orders left out, and returns how many movements they are.
    pub fn add(&mut self, command: &[PastEntry], into: &mut Vec<Disposal>) -> usize {
        let (mut rest, mut moves) = (command, 0);
        while let Some((first, after)) = rest.split_first() {
            let size = match first.cause {
                EntryCause::Trade | EntryCause::Fee | EntryCause::Rebate => {
                    let size = rest.iter().take_while(|entry| is_of(first, entry)).count();
                    moves += self.trade(&rest[..size], into);
                    size
                }
                EntryCause::TransferOut => {
                    let received = after.first();
                    let received = received.filter(|entry| entry.cause == EntryCause::TransferIn);
                    moves += 1;
                    self.transfer(first, received, into);
                    1 + usize::from(received.is_some())
                }
                _ => {
                    moves += 1;
                    self.flow(first, into);
                    1
                }
            };
            rest = &rest[size..];
        }
        moves
    }

    /// Each side of a trade that is of these accounts gives and receives; the maker's stands first.
    fn trade(&mut self, entries: &[PastEntry], into: &mut Vec<Disposal>) -> usize {
        let mut sides: Vec<(Touch, Exchange)> = Vec::new();
        for entry in entries {
            let value = value(entry);
            match entry.cause {
                EntryCause::Trade if value.units < 0 => {
                    let given = Value {
                        units: -value.units,
                        ..value
                    };
                    let received = None;
                    sides.push((touch(entry), Exchange { given, received }));
                }
                EntryCause::Trade => {
                    if let Some((_, side)) = sides.last_mut() {
                        side.received = Some(value);
                    }
                }
                EntryCause::Fee => {
                    let received = sides
                        .last_mut()
                        .and_then(|(_, side)| side.received.as_mut());
                    if let Some(received) = received {
                        received.units += value.units;
                    }
                }
                _ => {
                    let of_maker = |(touch, side): &&mut (Touch, Exchange)| {
                        touch.account == entry.key.account && side.given.asset == value.asset
                    };
                    if let Some((_, side)) = sides.iter_mut().find(of_maker) {
                        side.given.units -= value.units;
                    }
                }
            }
        }
        for (touch, Exchange { given, received }) in &sides {
            self.give(*touch, *given, *received, into);
            if let Some(received) = received {
                self.acquire(*touch, *received, Some(*given));
            }
        }
        sides.len()
    }

    fn transfer(
        &mut self,
        paid: &PastEntry,
        received: Option<&PastEntry>,
        into: &mut Vec<Disposal>,
    ) {
        // Between wallets of one account nothing changes hands.
        if received.is_some_and(|entry| entry.key.account == paid.key.account) {
            return;
        }
        let parts = self.give(touch(paid), value(paid).positive(), None, into);
        if let Some(received) = received {
            self.bring(touch(received), paid.key.asset, parts, into);
        }
    }

    /// Money that came in or went out, or came back.
    fn flow(&mut self, entry: &PastEntry, into: &mut Vec<Disposal>) {
        let (touch, value) = (touch(entry), value(entry));
        let (account, sequence) = (entry.key.account, entry.place.sequence);
        match entry.cause {
            EntryCause::Withdrawal | EntryCause::WithdrawalFee => {
                let parts = self.give(touch, value.positive(), None, into);
                self.away
                    .entry((account, sequence))
                    .or_default()
                    .extend(parts);
            }
            EntryCause::WithdrawalReturn => {
                let held_by = self.returns.get(&(account, sequence));
                let parts = held_by.and_then(|held_by| self.away.remove(&(account, *held_by)));
                self.bring(touch, value.asset, parts.unwrap_or_default(), into);
            }
            _ if value.units < 0 => {
                self.give(touch, value.positive(), None, into);
            }
            _ => self.acquire(touch, value, None),
        }
    }

    /// Opens a lot of an asset that has lots.
    fn acquire(&mut self, touch: Touch, value: Value, cost: Option<Value>) {
        if value.units <= 0 || !self.with_lots.contains(&value.asset) {
            return;
        }
        let lot = Lot {
            acquired_at: touch.place.at,
            units: value.units,
            cost,
        };
        let key = (touch.place, self.acquired);
        self.acquired = self.acquired.wrapping_add(1);
        self.lots(touch.account, value.asset).put(key, lot);
    }

    /// Takes from the oldest lots of an asset that has lots, tells of each part, and returns them.
    fn give(
        &mut self,
        touch: Touch,
        given: Value,
        proceeds: Option<Value>,
        into: &mut Vec<Disposal>,
    ) -> Vec<(LotKey, Lot)> {
        if !self.with_lots.contains(&given.asset) {
            return Vec::new();
        }
        let parts = self
            .lots(touch.account, given.asset)
            .take(given.units, touch.place);
        let (mut units, mut proceeds) = (given.units, proceeds);
        for (_, part) in &parts {
            let received = proceeds.as_mut().map(|left| {
                let units = share(left.units, part.units, units);
                left.units -= units;
                Value { units, ..*left }
            });
            units -= part.units;
            into.push(touch.tell(given.asset, *part, received));
        }
        parts
    }

    /// Puts parts of lots into an account as they were, and tells of each.
    fn bring(
        &mut self,
        touch: Touch,
        asset: AssetId,
        parts: Vec<(LotKey, Lot)>,
        into: &mut Vec<Disposal>,
    ) {
        for (key, part) in parts {
            self.lots(touch.account, asset).put(key, part);
            into.push(touch.tell(asset, part, None));
        }
    }

    fn lots(&mut self, account: AccountId, asset: AssetId) -> &mut Lots {
        self.open.entry((account, asset)).or_default()
    }
}

impl Lots {
    /// Adds a lot, or a part of one of which another part is there.
    fn put(&mut self, key: LotKey, lot: Lot) {
        let known = self.0.entry(key).or_insert(Lot {
            units: 0,
            cost: lot.cost.map(|cost| Value { units: 0, ..cost }),
            ..lot
        });
        known.units += lot.units;
        if let (Some(known), Some(cost)) = (&mut known.cost, lot.cost) {
            known.units += cost.units;
        }
    }

    /// Takes so much out of the oldest; what is more than there is has no cost and is acquired as it goes.
    fn take(&mut self, units: i128, now: EntryPlace) -> Vec<(LotKey, Lot)> {
        let (mut left, mut parts) = (units, Vec::new());
        while 0 < left {
            let Some(mut first) = self.0.first_entry() else {
                let lot = Lot {
                    acquired_at: now.at,
                    units: left,
                    cost: None,
                };
                parts.push(((now, u32::MAX), lot));
                break;
            };
            let lot = first.get_mut();
            let taken = left.min(lot.units);
            let cost = lot.cost.as_mut().map(|cost| {
                let units = share(cost.units, taken, lot.units);
                cost.units -= units;
                Value { units, ..*cost }
            });
            lot.units -= taken;
            left -= taken;
            let part = Lot {
                units: taken,
                cost,
                ..*lot
            };
            parts.push((*first.key(), part));
            if part.units == 0 || first.get().units == 0 {
                first.remove();
            }
        }
        parts
    }
}

impl Value {
    const fn positive(self) -> Value {
        Value {
            units: self.units.abs(),
            ..self
        }
    }
}

impl Touch {
    const fn tell(self, asset: AssetId, lot: Lot, proceeds: Option<Value>) -> Disposal {
        Disposal {
            account: self.account,
            at: self.place.at,
            cause: self.cause,
            market: self.market,
            trade: self.trade,
            asset,
            lot,
            proceeds,
        }
    }
}

const fn touch(entry: &PastEntry) -> Touch {
    Touch {
        account: entry.key.account,
        place: entry.place,
        cause: entry.cause,
        market: entry.market,
        trade: entry.number,
    }
}

const fn value(entry: &PastEntry) -> Value {
    Value {
        asset: entry.key.asset,
        units: entry.available + entry.held,
    }
}

fn is_of(first: &PastEntry, entry: &PastEntry) -> bool {
    (entry.market, entry.number) == (first.market, first.number)
}

/// Returns the share of a part in an amount, rounded down; all of it for the whole.
fn share(amount: i128, part: i128, whole: i128) -> i128 {
    let share = mul_div(amount, part, whole, Rounding::Floor);
    share.expect("a part is at most the whole")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{BalanceKey, PastBalance};
    use model::account::Wallet;
    use model::instrument::{Grid, InstrumentKind};
    use model::text::Symbol;

    const BTC: AssetId = AssetId(0);
    const ETH: AssetId = AssetId(1);
    const USDT: AssetId = AssetId(2);
    const EUR: AssetId = AssetId(3);
    const OWN: AccountId = AccountId(1);
    const BELOW: AccountId = AccountId(2);

    const fn market(number: u16, base: AssetId, quote: AssetId) -> (MarketId, AssetId, AssetId) {
        (MarketId(number), base, quote)
    }

    const BTCUSDT: (MarketId, AssetId, AssetId) = market(0, BTC, USDT);
    const BTCEUR: (MarketId, AssetId, AssetId) = market(1, BTC, EUR);
    const ETHBTC: (MarketId, AssetId, AssetId) = market(2, ETH, BTC);

    fn listed((id, base, quote): (MarketId, AssetId, AssetId)) -> Instrument {
        Instrument {
            id,
            symbol: Symbol::parse(b"AB").expect("legal"),
            kind: InstrumentKind::Spot,
            base,
            quote,
            grid: Grid {
                tick_units: 100_000_000,
                lot_units: 1,
            },
            quote_per_tick_lot: 1,
        }
    }

    /// The lots of two accounts, a command a second.
    struct Told {
        lots: TaxLots,
        second: u64,
    }

    /// What is said of a part: cause, units, second of acquisition, cost, proceeds, gain.
    type Said = (
        EntryCause,
        i128,
        i64,
        Option<i128>,
        Option<i128>,
        Option<i128>,
    );

    impl Told {
        fn new() -> Told {
            let markets = [BTCUSDT, BTCEUR, ETHBTC].map(listed);
            // What the sixth command holds, the seventh gives back.
            let returns = BTreeMap::from([((OWN, Sequence(7)), Sequence(6))]);
            Told {
                lots: TaxLots::new(&markets, returns),
                second: 0,
            }
        }

        fn add(&mut self, postings: &[(AccountId, EntryCause, AssetId, i128)]) -> Vec<Said> {
            self.add_of(None, postings)
        }

        fn trade(
            &mut self,
            (market, base, quote): (MarketId, AssetId, AssetId),
            (bought, paid): (i128, i128),
            fee: i128,
        ) -> Vec<Said> {
            let (given, received) = match 0 < bought {
                true => ((quote, paid), (base, bought)),
                false => ((base, -bought), (quote, paid)),
            };
            let postings = [
                (OWN, EntryCause::Trade, given.0, -given.1),
                (OWN, EntryCause::Trade, received.0, received.1),
                (OWN, EntryCause::Fee, received.0, -fee),
            ];
            self.add_of(Some(market), &postings)
        }

        fn add_of(
            &mut self,
            market: Option<MarketId>,
            postings: &[(AccountId, EntryCause, AssetId, i128)],
        ) -> Vec<Said> {
            self.second += 1;
            let at = Timestamp::from_millis(self.second.cast_signed() * 1_000);
            let sequence = Sequence(self.second);
            let entry = |(step, &(account, cause, asset, available))| PastEntry {
                key: BalanceKey {
                    account,
                    wallet: Wallet::Spot,
                    asset,
                },
                place: EntryPlace { at, sequence, step },
                cause,
                market,
                number: market.map(|_| self.second),
                available,
                held: 0,
                after: PastBalance::NOTHING,
            };
            let command: Vec<PastEntry> = (0..).zip(postings).map(entry).collect();
            let mut told = Vec::new();
            self.lots.add(&command, &mut told);
            let units = |value: Option<Value>| value.map(|value| value.units);
            told.iter()
                .map(|told| {
                    let second = told.lot.acquired_at.millis() / 1_000;
                    let (cost, gain) = (units(told.lot.cost), units(told.gain()));
                    let proceeds = units(told.proceeds);
                    (told.cause, told.lot.units, second, cost, proceeds, gain)
                })
                .collect()
        }

        fn open(&self, account: AccountId, asset: AssetId) -> Vec<(i64, i128, Option<i128>)> {
            let lots = self.lots.open(account, asset);
            lots.map(|lot| {
                let cost = lot.cost.map(|cost| cost.units);
                (lot.acquired_at.millis() / 1_000, lot.units, cost)
            })
            .collect()
        }
    }

    #[test]
    fn what_was_bought_first_is_given_first_in_whichever_market() {
        use EntryCause::Trade;
        let mut told = Told::new();
        assert_eq!(told.trade(BTCUSDT, (10, 1_000), 0), [], "money has no lots");
        told.trade(BTCUSDT, (10, 2_000), 1);
        // Sold for another asset than was paid: both legs, and no gain.
        let sold = told.trade(BTCEUR, (-4, 700), 0);
        assert_eq!(sold, [(Trade, 4, 1, Some(400), Some(700), None)]);
        // Spent: the rest of the first lot, and a part of the second.
        let spent = told.trade(ETHBTC, (100, 8), 0);
        let expected = [
            (Trade, 6, 1, Some(600), Some(75), None),
            (Trade, 2, 2, Some(444), Some(25), None),
        ];
        assert_eq!(spent, expected);
        assert_eq!(told.open(OWN, ETH), [(4, 100, Some(8))], "paid in BTC");
        let sold = told.trade(BTCUSDT, (-7, 3_000), 30);
        assert_eq!(sold, [(Trade, 7, 2, Some(1_556), Some(2_970), Some(1_414))]);
        assert_eq!(told.open(OWN, BTC), []);
        let sold = told.trade(ETHBTC, (-50, 5), 0);
        assert_eq!(sold, [(Trade, 50, 4, Some(4), Some(5), Some(1))]);
        assert_eq!(told.open(OWN, BTC), [(6, 5, Some(50))], "paid in ETH");
    }

    #[test]
    fn lots_leave_move_and_come_back_with_their_times_and_costs() {
        use EntryCause::{
            Adjustment, Deposit, TransferIn, TransferOut, Withdrawal, WithdrawalFee,
            WithdrawalReturn,
        };
        let mut told = Told::new();
        told.add(&[(OWN, Deposit, BTC, 3)]);
        told.trade(BTCUSDT, (10, 1_000), 0);
        let moved = told.add(&[(OWN, TransferOut, BTC, -5), (BELOW, TransferIn, BTC, 5)]);
        let expected = [
            (TransferOut, 3, 1, None, None, None),
            (TransferOut, 2, 2, Some(200), None, None),
            (TransferIn, 3, 1, None, None, None),
            (TransferIn, 2, 2, Some(200), None, None),
        ];
        assert_eq!(moved, expected);
        assert_eq!(told.open(BELOW, BTC), [(1, 3, None), (2, 2, Some(200))]);
        let within = told.add(&[(OWN, TransferOut, BTC, -1), (OWN, TransferIn, BTC, 1)]);
        assert_eq!(within, [], "between wallets nothing changes hands");
        let back = told.add(&[(BELOW, TransferOut, BTC, -4), (OWN, TransferIn, BTC, 4)]);
        assert_eq!(back.len(), 4);
        assert_eq!(told.open(OWN, BTC), [(1, 3, None), (2, 9, Some(900))]);
        let before = told.open(OWN, BTC);
        let paid = told.add(&[(OWN, Withdrawal, BTC, -4), (OWN, WithdrawalFee, BTC, -1)]);
        let causes: Vec<EntryCause> = paid.iter().map(|said| said.0).collect();
        assert_eq!(causes, [Withdrawal, Withdrawal, WithdrawalFee]);
        assert_eq!(told.open(OWN, BTC), [(2, 7, Some(700))]);
        let returned = told.add(&[(OWN, WithdrawalReturn, BTC, 5)]);
        assert_eq!(returned.len(), 3);
        assert_eq!(told.open(OWN, BTC), before);
        let taken = told.add(&[(OWN, Adjustment, BTC, -3)]);
        assert_eq!(taken, [(Adjustment, 3, 1, None, None, None)]);
        told.add(&[(OWN, Adjustment, BTC, 2)]);
        assert_eq!(told.open(OWN, BTC), [(2, 9, Some(900)), (9, 2, None)]);
    }

    #[test]
    fn a_rebate_lowers_what_a_maker_gave() {
        use EntryCause::{Deposit, Rebate, Trade};
        let mut told = Told::new();
        told.add(&[(OWN, Deposit, BTC, 20)]);
        // With itself: the maker sells, the taker buys, and the maker gets one back.
        let postings = [
            (OWN, Trade, BTC, -10),
            (OWN, Trade, USDT, 1_000),
            (OWN, Trade, USDT, -1_000),
            (OWN, Trade, BTC, 10),
            (OWN, Rebate, BTC, 1),
        ];
        let sold = told.add_of(Some(BTCUSDT.0), &postings);
        assert_eq!(sold, [(Trade, 9, 1, None, Some(1_000), None)]);
        assert_eq!(told.open(OWN, BTC), [(1, 11, None), (2, 10, Some(1_000))]);
    }
}

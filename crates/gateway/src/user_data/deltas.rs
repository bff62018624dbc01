//! What events do to the spot balances of one account.
//!
//! The views fold the same events; here they are also taken back, to know a balance as it was.

use model::account::Wallet;
use model::command::Withdrawal;
use model::event::{Event, Traded};
use model::id::{AccountId, AssetId, MarketId};
use model::instrument::Instrument;
use model::number::Amount;
use model::order::Side;

/// What an event adds to a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delta {
    pub asset: AssetId,
    pub available: i128,
    pub held: i128,
}

/// The assets of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub base: AssetId,
    pub quote: AssetId,
}

impl Pair {
    /// Returns the assets of a market.
    pub const fn of(instrument: &Instrument) -> Pair {
        Pair {
            base: instrument.base,
            quote: instrument.quote,
        }
    }

    const fn given(self, side: Side) -> AssetId {
        match side {
            Side::Buy => self.quote,
            Side::Sell => self.base,
        }
    }

    const fn received(self, side: Side) -> AssetId {
        self.given(side.opposite())
    }
}

/// Returns what an event adds to the balances of an account, in order; nothing for a market without a pair.
pub fn deltas(
    event: &Event,
    own: AccountId,
    pair: &dyn Fn(MarketId) -> Option<Pair>,
) -> Vec<Delta> {
    let held = |market: MarketId, side: Side, hold: i128| match pair(market) {
        Some(pair) if hold != 0 => vec![moved(pair.given(side), hold)],
        _ => Vec::new(),
    };
    match event {
        Event::OrderAccepted(order) if order.account == own => {
            held(order.market, order.side, order.hold.units())
        }
        Event::OrderTriggered(order) if order.account == own => {
            let hold = order.hold.units() - order.release.units();
            held(order.market, order.side, hold)
        }
        Event::OrderRequeued(order) if order.account == own => {
            let hold = order.hold.units() - order.release.units();
            held(order.market, order.side, hold)
        }
        Event::WaitingAmended(order) if order.account == own => {
            let hold = order.hold.units() - order.release.units();
            held(order.market, order.side, hold)
        }
        Event::HoldShifted(order) if order.account == own => {
            let hold = order.hold.units() - order.release.units();
            held(order.market, order.side, hold)
        }
        Event::OrderActivated(order) if order.account == own => {
            held(order.market, order.side, order.hold.units())
        }
        Event::OrderAmended(order) if order.account == own => {
            held(order.market, order.side, -order.release.units())
        }
        Event::OrderClosed(order) if order.account == own => {
            held(order.market, order.side, -order.release.units())
        }
        Event::MatchPrevented(prevented) => {
            let (maker_side, taker_side) = (prevented.taker_side.opposite(), prevented.taker_side);
            let sides = [
                (prevented.maker_account, maker_side, prevented.maker_release),
                (prevented.taker_account, taker_side, prevented.taker_release),
            ];
            let own = sides.into_iter().filter(|(account, ..)| *account == own);
            own.flat_map(|(_, side, release)| held(prevented.market, side, -release.units()))
                .collect()
        }
        Event::Traded(traded) => {
            pair(traded.market).map_or_else(Vec::new, |pair| of_trade(traded, own, pair))
        }
        _ => funding(event, own)
            .into_iter()
            .map(|(asset, delta)| came(asset, delta.units()))
            .collect(),
    }
}

/// Returns what an event brings to the spot wallet of an account from elsewhere, or takes there.
pub fn funding(event: &Event, own: AccountId) -> Vec<(AssetId, Amount)> {
    let total = |withdrawal: &Withdrawal| withdrawal.amount.plus(withdrawal.fee);
    match event {
        Event::DepositCredited(deposit) if deposit.account == own => {
            vec![(deposit.asset, deposit.amount)]
        }
        Event::WithdrawalHeld {
            account,
            withdrawal,
        } if *account == own => vec![(withdrawal.asset, total(withdrawal).negated())],
        Event::WithdrawalCancelled {
            account,
            withdrawal,
        } if *account == own => vec![(withdrawal.asset, total(withdrawal))],
        Event::BalanceAdjusted(adjustment) if adjustment.account == own => {
            vec![(adjustment.asset, adjustment.amount)]
        }
        Event::Transferred { account, transfer } => {
            let ends = [
                (*account, transfer.from, transfer.amount.negated()),
                (transfer.to_account, transfer.to, transfer.amount),
            ];
            let is_own = |(account, wallet, _): &(AccountId, Wallet, Amount)| {
                *account == own && *wallet == Wallet::Spot
            };
            let own = ends.into_iter().filter(is_own);
            own.map(|(_, _, delta)| (transfer.asset, delta)).collect()
        }
        _ => Vec::new(),
    }
}

/// Each side gives what it held and receives the rest less its fee; the rebate is in what the maker gives (D18).
fn of_trade(traded: &Traded, own: AccountId, pair: Pair) -> Vec<Delta> {
    let maker_side = traded.taker_side.opposite();
    let sides = [
        (maker_side, &traded.maker, traded.maker_rebate.units()),
        (traded.taker_side, &traded.taker, 0),
    ];
    let mut deltas = Vec::new();
    for (side, party, rebate) in sides {
        if party.account != own {
            continue;
        }
        let (given, received, release) = match side {
            Side::Buy => (traded.quote, traded.base, traded.buyer_release.units()),
            Side::Sell => (traded.base, traded.quote, 0),
        };
        deltas.push(Delta {
            asset: pair.given(side),
            available: release + rebate,
            held: -given.units() - release,
        });
        let net = received.units() - party.fee.units();
        deltas.push(came(pair.received(side), net));
    }
    deltas
}

const fn moved(asset: AssetId, hold: i128) -> Delta {
    Delta {
        asset,
        available: -hold,
        held: hold,
    }
}

const fn came(asset: AssetId, available: i128) -> Delta {
    Delta {
        asset,
        available,
        held: 0,
    }
}

//! From events to what is told: fills of one side in a market come together, prices are kept for alerts.

use identity::notification::{Facts, News, Stage, Told};
use model::event::{Event, Published, Traded};
use model::id::{AccountId, AssetId, MarketId};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What some commands did.
#[derive(Default)]
pub struct Fold {
    told: Vec<Told>,
    fills: BTreeMap<(AccountId, MarketId, u8), Fills>,
    trades: BTreeMap<MarketId, Vec<(Timestamp, Price)>>,
}

/// Fills of one side.
struct Fills {
    side: Side,
    price: Price,
    qty: Qty,
    count: u32,
    at: Timestamp,
}

impl Fold {
    /// Adds what an event tells; fills only of these accounts.
    pub fn add(&mut self, published: &Published, with_fills: &BTreeSet<AccountId>) {
        let at = published.at;
        match &published.event {
            Event::Traded(traded) => self.add_trade(traded, at, with_fills),
            Event::DepositCredited(deposit) => self.told.push(Told {
                account: deposit.account,
                news: News::Deposit {
                    asset: deposit.asset,
                    amount: deposit.amount,
                },
                at,
            }),
            Event::WithdrawalHeld {
                account,
                withdrawal,
            } => self.add_withdrawal(
                *account,
                (withdrawal.asset, withdrawal.amount),
                Stage::Held,
                at,
            ),
            Event::WithdrawalSettled {
                account,
                withdrawal,
            } => self.add_withdrawal(
                *account,
                (withdrawal.asset, withdrawal.amount),
                Stage::Settled,
                at,
            ),
            Event::WithdrawalCancelled {
                account,
                withdrawal,
            } => self.add_withdrawal(
                *account,
                (withdrawal.asset, withdrawal.amount),
                Stage::Cancelled,
                at,
            ),
            _ => {}
        }
    }

    fn add_withdrawal(
        &mut self,
        account: AccountId,
        (asset, amount): (AssetId, Amount),
        stage: Stage,
        at: Timestamp,
    ) {
        let news = News::Withdrawal {
            asset,
            amount,
            stage,
        };
        self.told.push(Told { account, news, at });
    }

    fn add_trade(&mut self, traded: &Traded, at: Timestamp, with_fills: &BTreeSet<AccountId>) {
        let trades = self.trades.entry(traded.market).or_default();
        trades.push((at, traded.price));
        let sides = [
            (traded.taker.account, traded.taker_side),
            (traded.maker.account, traded.taker_side.opposite()),
        ];
        for (account, side) in sides {
            if with_fills.contains(&account) {
                self.add_fill(account, side, traded, at);
            }
        }
    }

    fn add_fill(&mut self, account: AccountId, side: Side, traded: &Traded, at: Timestamp) {
        let key = (account, traded.market, side as u8);
        let fills = self.fills.entry(key).or_insert(Fills {
            side,
            price: traded.price,
            qty: Qty::ZERO,
            count: 0,
            at,
        });
        // Beyond what a quantity holds, the last ones are what is told.
        let lots = fills.qty.lots().saturating_add(traded.qty.lots());
        fills.qty = Qty::new(lots).unwrap_or(traded.qty);
        fills.price = traded.price;
        fills.count += 1;
        fills.at = at;
    }

    /// Returns all of it, in the order of accounts where it is of the same moment.
    pub fn facts(self) -> Facts {
        let fills = self
            .fills
            .into_iter()
            .map(|((account, market, _), fills)| Told {
                account,
                news: News::Fills {
                    market,
                    side: fills.side,
                    price: fills.price,
                    qty: fills.qty,
                    count: fills.count,
                },
                at: fills.at,
            });
        let mut told: Vec<Told> = self.told.into_iter().chain(fills).collect();
        told.sort_by_key(|one| one.at);
        Facts {
            told,
            trades: self.trades,
        }
    }
}

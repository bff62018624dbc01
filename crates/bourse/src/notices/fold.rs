//! From events to what is told: fills of one side in a market come together, prices are kept for alerts.

use super::audience::Audience;
use identity::notification::{Facts, News, Stage, Told};
use model::allowance::Flow;
use model::command::Deposit;
use model::event::{Event, Published, Traded};
use model::id::{AccountId, AssetId, MarketId};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;
use std::collections::BTreeMap;

/// What some commands did.
#[derive(Default)]
pub struct Fold {
    told: Vec<Told>,
    fills: BTreeMap<(AccountId, MarketId, u8), Fills>,
    trades: BTreeMap<MarketId, Vec<(Timestamp, Price)>>,
    /// The deposit that comes next is beyond what the level of its owner is for.
    is_beyond: bool,
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
    /// Adds what an event tells; fills only of accounts whose fills are told.
    pub fn add(&mut self, published: &Published, audience: &Audience) {
        let at = published.at;
        match &published.event {
            Event::Traded(traded) => self.add_trade(traded, at, audience),
            // A command that credits a deposit tells this first.
            Event::AllowanceUsed {
                flow: Flow::Deposit,
                is_beyond,
                ..
            } => self.is_beyond = *is_beyond,
            Event::DepositCredited(deposit) => self.add_deposit(deposit, at),
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

    fn add_deposit(&mut self, deposit: &Deposit, at: Timestamp) {
        let Deposit {
            account,
            asset,
            amount,
            ..
        } = *deposit;
        let news = match std::mem::take(&mut self.is_beyond) {
            true => News::DepositBeyond { asset, amount },
            false => News::Deposit { asset, amount },
        };
        self.told.push(Told { account, news, at });
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

    fn add_trade(&mut self, traded: &Traded, at: Timestamp, audience: &Audience) {
        let trades = self.trades.entry(traded.market).or_default();
        trades.push((at, traded.price));
        let sides = [
            (traded.taker.account, traded.taker_side),
            (traded.maker.account, traded.taker_side.opposite()),
        ];
        for (account, side) in sides {
            if audience.wants(account) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::{ChainId, OwnerId, Reference, Sequence};
    use std::time::Instant;

    fn published(sequence: u64, event: Event) -> Published {
        Published {
            sequence: Sequence(sequence),
            at: Timestamp::from_nanos(1),
            event,
        }
    }

    fn used(sequence: u64, flow: Flow, is_beyond: bool) -> Published {
        let event = Event::AllowanceUsed {
            owner: OwnerId(1),
            flow,
            value: None,
            is_beyond,
        };
        published(sequence, event)
    }

    fn credited(sequence: u64) -> Published {
        let deposit = Deposit {
            reference: Reference([7; 32]),
            chain: ChainId(0),
            account: AccountId(3),
            asset: AssetId(0),
            amount: Amount::ZERO,
        };
        published(sequence, Event::DepositCredited(deposit))
    }

    #[test]
    fn only_a_deposit_that_was_beyond_is_told_so() {
        let mut fold = Fold::default();
        for event in [
            used(1, Flow::Deposit, true),
            credited(1),
            credited(2),
            used(3, Flow::Withdrawal, true),
            used(4, Flow::Deposit, false),
            credited(4),
        ] {
            fold.add(&event, &Audience::new(Instant::now()));
        }
        let facts = fold.facts();
        let is_beyond = |told: &Told| matches!(told.news, News::DepositBeyond { .. });
        let told: Vec<bool> = facts.told.iter().map(is_beyond).collect();
        assert_eq!(told, [true, false, false]);
    }
}

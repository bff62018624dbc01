//! Whether what events tell is what a market may do: invariants of the book that are properties of what happened, and
//! not of a state (`docs/spec/clearing.md` §15).
//!
//! A second reader of the events, which knows nothing of the engine or the book: orders in maps, queues by price and
//! arrival. It reads from the first event. Absent: balances and holds, which the audit of the state recomputes.

use market::Market;
use model::event::{Event, Traded};
use model::id::{AccountId, MarketId, OrderId, TradeGroupId, TradeId};
use model::order::SelfTradeMode;
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

mod market;

/// What an event breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    #[error("B1: {0:?} is crossed")]
    Crossed(MarketId),
    #[error("B2: {1:?} of {0:?} is met before what stands in front of it")]
    Priority(MarketId, OrderId),
    #[error("B3: trade {1:?} of {0:?} is not at the price of its maker")]
    MakerPrice(MarketId, TradeId),
    #[error("B3: trade {1:?} of {0:?} is beyond the limit of its taker")]
    Limit(MarketId, TradeId),
    #[error("B3: trade {1:?} of {0:?} is outside the execution band")]
    Band(MarketId, TradeId),
    #[error("B4: {1:?} of {0:?} has other lots on the book than was told")]
    Lots(MarketId, OrderId),
    #[error("B6: trade {1:?} of {0:?} is not the next one, between two orders and of one value")]
    Trade(MarketId, TradeId),
    #[error("B7: trade {1:?} of {0:?} is within a trade group")]
    SelfTrade(MarketId, TradeId),
    #[error("B8: {1:?} of {0:?} does what its kind does not")]
    Kind(MarketId, OrderId),
    #[error("L10: the fees of trade {1:?} of {0:?} are not kept or paid in full")]
    Fees(MarketId, TradeId),
    #[error("{1:?} of {0:?} is told of and is not there")]
    Unknown(MarketId, OrderId),
}

/// What the events so far have told of orders and trades.
#[derive(Clone, Debug, Default)]
pub struct TradeRules {
    markets: BTreeMap<MarketId, Market>,
    groups: BTreeMap<AccountId, TradeGroupId>,
    trades: u64,
    /// The markets that this command did something in.
    touched: BTreeSet<MarketId>,
}

impl TradeRules {
    /// Returns how many trades were looked at.
    pub const fn trades(&self) -> u64 {
        self.trades
    }

    /// Reads all events of one command.
    ///
    /// # Errors
    /// The first invariant that they break.
    pub fn read(&mut self, at: Timestamp, events: &[Event]) -> Result<(), Breach> {
        for event in events {
            match event {
                Event::MarketListed { instrument, terms } => {
                    let market = Market::new(*instrument, terms.execution_band);
                    self.markets.insert(instrument.id, market);
                }
                Event::AccountOpened { account, group, .. } => {
                    self.groups.insert(*account, *group);
                }
                Event::Traded(traded) => {
                    self.check_groups(traded)?;
                    self.trades += 1;
                    self.market(traded.market)?.trade(traded, at)?;
                }
                _ => self.read_order(event)?,
            }
        }
        for id in std::mem::take(&mut self.touched) {
            let is_sound = self.markets.get_mut(&id).is_none_or(Market::end_command);
            ensure(is_sound, Breach::Crossed(id))?;
        }
        Ok(())
    }

    fn read_order(&mut self, event: &Event) -> Result<(), Breach> {
        match event {
            Event::MarketChanged { market, terms, .. } => {
                self.market(*market)?.execution_band = terms.execution_band;
                Ok(())
            }
            Event::OrderAccepted(accepted) => self.market(accepted.market)?.accept(accepted),
            Event::OrderTriggered(it) => self.market(it.market)?.set_price(it.order, it.pegged),
            Event::OrderActivated(it) => self.market(it.market)?.set_price(it.order, it.pegged),
            Event::WaitingAmended(it) => {
                self.market(it.market)?.order(it.order)?.kind = it.kind;
                Ok(())
            }
            Event::OrderRested {
                market,
                order,
                price,
                qty,
                ..
            } => self.market(*market)?.rest(*order, *price, *qty),
            Event::OrderRefilled {
                market, order, qty, ..
            } => self.market(*market)?.refill(*order, *qty),
            Event::MatchPrevented(prevented) => self.market(prevented.market)?.prevent(prevented),
            Event::OrderAmended(it) => self.market(it.market)?.unbook(it.order, it.reduced),
            Event::OrderRequeued(it) => {
                let market = self.market(it.market)?;
                market.leave(it.order, it.unbooked)?;
                market.set_price(it.order, Some(it.price))
            }
            Event::OrderClosed(closed) => self.market(closed.market)?.close(closed),
            _ => Ok(()),
        }
    }

    fn market(&mut self, id: MarketId) -> Result<&mut Market, Breach> {
        let unknown = Breach::Unknown(id, OrderId(0));
        self.touched.insert(id);
        self.markets.get_mut(&id).ok_or(unknown)
    }

    fn check_groups(&mut self, traded: &Traded) -> Result<(), Breach> {
        let group = |account| self.groups.get(&account).copied();
        let is_own = group(traded.maker.account) == group(traded.taker.account);
        let taker = self.market(traded.market)?.order(traded.taker.order)?;
        ensure(
            !is_own || taker.self_trade == SelfTradeMode::None,
            Breach::SelfTrade(traded.market, traded.trade),
        )
    }
}

fn ensure(holds: bool, breach: Breach) -> Result<(), Breach> {
    if holds { Ok(()) } else { Err(breach) }
}

//! Listing, phases, accounts and keys.

use super::filters::{check, fits, fits_in_lots};
use super::orders::{qty, ticks};
use super::terms::check_terms;
use super::{Account, Key, Market, Naive, Order, Outcome};
use model::account::{AccountState, FeeTier, OwnerState};
use model::command::{ListMarket, OpenAccount};
use model::event::Event;
use model::id::{AccountId, AssetId, KeyId, MarketId, OwnerId, Sequence, TradeGroupId};
use model::instrument::{Asset, Cause, Instrument, InstrumentKind, OrderLimits, Phase, Terms};
use model::number::Qty;
use model::order::{CloseReason, OrderKind, Side};
use model::proof::{Grant, key_terms};
use model::reject::Reject;
use model::text::Symbol;
use model::time::Timestamp;

impl Naive {
    pub(super) fn list_asset(&mut self, symbol: Symbol) -> Outcome {
        if self.assets.contains(&symbol) {
            return Err(Reject::AssetExists);
        }
        self.assets.push(symbol);
        let id = AssetId(self.assets.len() as u16 - 1);
        Ok(vec![Event::AssetListed(Asset { id, symbol })])
    }

    pub(super) fn list_market(&mut self, listing: &ListMarket) -> Outcome {
        if self
            .markets
            .iter()
            .any(|market| market.instrument.symbol == listing.symbol)
        {
            return Err(Reject::MarketExists);
        }
        for asset in [listing.base, listing.quote] {
            self.check_asset(asset)?;
        }
        if listing.base == listing.quote {
            return Err(Reject::BaseIsQuote);
        }
        let quote_per_tick_lot = check_terms(&listing.grid, &listing.terms)?;
        let instrument = Instrument {
            id: MarketId(self.markets.len() as u16),
            symbol: listing.symbol,
            kind: InstrumentKind::Spot,
            base: listing.base,
            quote: listing.quote,
            grid: listing.grid,
            quote_per_tick_lot,
        };
        self.markets.push(Market {
            instrument,
            terms: *listing.terms,
            phase: Phase::PreTrading,
            limits: OrderLimits::LISTED,
            orders: Vec::new(),
            parked: Vec::new(),
            lists: Vec::new(),
            last_order: 0,
            last_trade: 0,
            last_prevented: 0,
            last_price: None,
            trades: Vec::new(),
        });
        Ok(vec![Event::MarketListed {
            instrument,
            terms: listing.terms.clone(),
        }])
    }

    pub(super) fn check_asset(&self, asset: AssetId) -> Result<(), Reject> {
        if usize::from(asset.0) < self.assets.len() {
            Ok(())
        } else {
            Err(Reject::AssetUnknown)
        }
    }

    pub(super) fn market(&self, id: MarketId) -> Result<&Market, Reject> {
        self.markets
            .get(usize::from(id.0))
            .ok_or(Reject::MarketUnknown)
    }

    pub(super) fn change_market(&mut self, id: MarketId, terms: &Terms, cause: Cause) -> Outcome {
        let market = self.market(id)?;
        if market.phase == Phase::Closed {
            return Err(Reject::PhaseFinal);
        }
        check_terms(&market.instrument.grid, terms)?;
        let resting = book_order(market).into_iter().filter(|order| {
            let row = market.orders.iter().find(|row| row.id == *order);
            !row.is_some_and(|row| is_fitting_order(market, row, terms))
        });
        let parked = market.parked.iter().filter(|row| {
            let lots = row.order.kind.qty().map_or(0, Qty::lots);
            match row.order.instructions.peg {
                Some(_) => !fits_in_lots(terms, lots),
                None => !fits(market, terms, &row.order.kind, lots),
            }
        });
        let misfits: Vec<u64> = resting.chain(parked.map(|row| row.id)).collect();
        let mut events = Vec::new();
        self.end_orders(id, &misfits, CloseReason::ExchangeCancelled, &mut events);
        self.markets[usize::from(id.0)].terms = *terms;
        events.push(Event::MarketChanged {
            market: id,
            terms: Box::new(*terms),
            cause,
        });
        Ok(events)
    }

    pub(super) fn set_order_limits(
        &mut self,
        id: MarketId,
        limits: &OrderLimits,
        cause: Cause,
    ) -> Outcome {
        let market = self.market(id)?;
        check(market.phase != Phase::Closed, Reject::PhaseFinal)?;
        check(limits.is_legal(), Reject::OrderLimits)?;
        self.markets[usize::from(id.0)].limits = *limits;
        Ok(vec![Event::OrderLimitsChanged {
            market: id,
            limits: Box::new(*limits),
            cause,
        }])
    }

    pub(super) fn set_phase(&mut self, id: MarketId, phase: Phase, cause: Cause) -> Outcome {
        let market = self.market(id)?;
        if market.phase == Phase::Closed {
            return Err(Reject::PhaseFinal);
        }
        if market.phase == phase {
            return Err(Reject::PhaseUnchanged);
        }
        if phase == Phase::PreTrading {
            return Err(Reject::PhaseClosed);
        }
        let mut events = Vec::new();
        if phase == Phase::Closed {
            let mut all = book_order(market);
            all.extend(market.parked.iter().map(|row| row.id));
            self.end_orders(id, &all, CloseReason::Delisted, &mut events);
        }
        self.markets[usize::from(id.0)].phase = phase;
        events.push(Event::PhaseChanged {
            market: id,
            phase,
            cause,
        });
        Ok(events)
    }

    pub(super) fn open_account(&mut self, wish: &OpenAccount) -> Outcome {
        if let Some((owner, master, _, original)) = self.openings.get(&wish.reference) {
            // Two masters of one group make the same sub-account.
            let group_of = |master: &Option<AccountId>| {
                master.map(|id| self.account(id).ok().map(|row| row.group))
            };
            let is_other = *owner != wish.owner.0 || group_of(master) != group_of(&wish.master);
            if is_other {
                return Err(Reject::ReferenceConflict);
            }
            return Ok(vec![Event::Repeated {
                original: *original,
            }]);
        }
        let id = AccountId(self.accounts.len() as u32 + 1);
        let group = match wish.master {
            None => TradeGroupId(id.0),
            Some(master) => {
                let master = self.account(master)?;
                if master.owner != wish.owner {
                    return Err(Reject::OwnerForeign);
                }
                check(master.by_owner != OwnerState::Closed, Reject::AccountClosed)?;
                master.group
            }
        };
        self.accounts.push(Account {
            owner: wish.owner,
            group,
            state: AccountState::Active,
            tier: FeeTier::LOWEST,
            by_owner: OwnerState::Open,
        });
        let opening = (wish.owner.0, wish.master, id, Sequence(self.sequence));
        self.openings.insert(wish.reference, opening);
        Ok(vec![Event::AccountOpened {
            account: id,
            owner: wish.owner,
            group,
        }])
    }

    pub(super) fn set_account_state(
        &mut self,
        account: AccountId,
        state: AccountState,
        cause: Cause,
    ) -> Outcome {
        let row = self.account_mut(account)?;
        if row.state == state {
            return Err(Reject::StateUnchanged);
        }
        row.state = state;
        Ok(vec![Event::AccountStateChanged {
            account,
            state,
            cause,
        }])
    }

    pub(super) fn set_fee_tier(&mut self, account: AccountId, tier: FeeTier) -> Outcome {
        let row = self.account_mut(account)?;
        if row.tier == tier {
            return Err(Reject::StateUnchanged);
        }
        row.tier = tier;
        Ok(vec![Event::FeeTierChanged { account, tier }])
    }

    pub(super) fn create_key(&mut self, id: KeyId, key: Key) -> Outcome {
        let is_closed = self.account(key.account)?.by_owner == OwnerState::Closed;
        check(!is_closed, Reject::AccountClosed)?;
        if self.keys.contains_key(&id) {
            return Err(Reject::KeyExists);
        }
        if let Some(Grant::Factor(shown)) = &key.grant {
            let terms = key_terms(key.account, key.scopes, key.expires_at);
            self.check_shown(shown, terms)?;
            self.answer(shown);
        }
        self.keys.insert(id, key);
        let Key {
            account,
            scopes,
            expires_at,
            ..
        } = key;
        Ok(vec![Event::KeyCreated {
            key: id,
            account,
            scopes,
            expires_at,
        }])
    }

    pub(super) fn revoke_key(&mut self, id: KeyId) -> Outcome {
        match self.keys.get_mut(&id) {
            Some(key) if !key.is_revoked => {
                key.is_revoked = true;
                Ok(vec![Event::KeyRevoked {
                    key: id,
                    account: key.account,
                }])
            }
            _ => Err(Reject::KeyUnknown),
        }
    }

    /// A key that has ended has ended for good.
    pub(super) fn set_key_end(&mut self, id: KeyId, ends: Timestamp) -> Outcome {
        let now = self.at;
        let key = self.keys.get_mut(&id).ok_or(Reject::KeyUnknown)?;
        check(!key.is_revoked, Reject::KeyUnknown)?;
        check(now < key.expires_at.nanos(), Reject::KeyUnknown)?;
        key.expires_at = ends;
        Ok(vec![Event::KeyEndSet {
            key: id,
            account: key.account,
            expires_at: ends,
        }])
    }

    pub(super) fn hold_payouts(&mut self, owner: OwnerId, until: Timestamp) -> Outcome {
        let ends = until.nanos();
        let is_longer = self
            .payout_holds
            .get(&owner.0)
            .is_none_or(|held| *held < ends);
        if ends <= self.at || !is_longer {
            return Err(Reject::StateUnchanged);
        }
        self.payout_holds.insert(owner.0, ends);
        Ok(vec![Event::PayoutsHeld { owner, until }])
    }
}

/// Returns the orders of a market as its book stands: bids then asks, best price first, oldest first.
fn book_order(market: &Market) -> Vec<u64> {
    let mut orders: Vec<&Order> = market.orders.iter().collect();
    // A stable sort: orders of one price stay in order of arrival.
    orders.sort_by_key(|order| match order.side {
        Side::Buy => (0, -order.price),
        Side::Sell => (1, order.price),
    });
    orders.into_iter().map(|order| order.id).collect()
}

/// Returns whether an order on the book fits the terms.
fn is_fitting_order(market: &Market, order: &Order, terms: &Terms) -> bool {
    let as_asked = OrderKind::LimitMaker {
        price: ticks(order.price),
        qty: qty(order.original),
    };
    fits(market, terms, &as_asked, order.original)
}

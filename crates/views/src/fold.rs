//! The fold: one event at a time, each into the views it concerns.

use crate::account::Account;
use crate::change::{Change, Changes, OrderChange};
use crate::key::Key;
use crate::known::known;
use crate::market::Market;
use crate::views::Views;
use model::account::{AccountState, FeeTier, OwnerState};
use model::event::{Event, Published};
use model::id::{AccountId, MarketId, OrderId, OwnerId, Sequence, TradeGroupId};
use model::instrument::{Asset, Instrument, Phase, Terms};
use model::number::Amount;
use model::time::Timestamp;

impl Views {
    /// Takes in the next event and appends what it changed.
    ///
    /// Events come in order and each once. An event of the next command ends the command before it first.
    ///
    /// # Panics
    /// When an event contradicts those before it: they were not all folded, or the engine broke its word.
    pub fn fold(&mut self, published: &Published, changes: &mut impl Changes) {
        self.enter((published.sequence, published.at), changes);
        self.fold_event(&published.event, changes);
    }

    /// Takes in all events of the next command, and ends it.
    ///
    /// # Panics
    /// As `fold`.
    pub fn fold_command(
        &mut self,
        place: (Sequence, Timestamp),
        events: &[Event],
        changes: &mut impl Changes,
    ) {
        for event in events {
            self.enter(place, changes);
            self.fold_event(event, changes);
        }
        self.end_command(changes);
    }

    /// Goes on to a command, unless it is under way already.
    fn enter(&mut self, (sequence, at): (Sequence, Timestamp), changes: &mut impl Changes) {
        assert!(self.sequence <= sequence);
        if self.sequence != sequence {
            self.end_command(changes);
            self.sequence = sequence;
            self.at = at;
        }
    }

    /// Ends the command whose events were folded: appends its last aggregate trades and changed tops of book.
    ///
    /// Called after the last event of a command, so that streams need not wait for the next; calling it twice is
    /// the same as once. No answer of the views depends on it.
    pub fn end_command(&mut self, changes: &mut impl Changes) {
        while let Some(market) = self.touched.pop() {
            let is_behind = self.orders.is_behind();
            let market = self.market_mut(market);
            market.end_aggregate(changes);
            if !is_behind {
                market.show_top(changes);
            }
        }
    }

    fn fold_event(&mut self, event: &Event, changes: &mut impl Changes) {
        match event {
            Event::OrderAccepted(_)
            | Event::OrderRested { .. }
            | Event::Traded(_)
            | Event::MatchPrevented(_)
            | Event::OrderAmended(_)
            | Event::OrderRequeued(_)
            | Event::OrderClosed(_) => self.fold_order(event, changes),
            Event::OrderInstructed(_)
            | Event::OrderTriggered(_)
            | Event::OrderActivated(_)
            | Event::WaitingAmended(_)
            | Event::IcebergAmended { .. }
            | Event::HoldShifted(_)
            | Event::OrderRefilled { .. }
            | Event::ListAccepted(_)
            | Event::ListClosed { .. } => self.fold_instructed(event, changes),
            Event::Started(_)
            | Event::Ticked
            | Event::AssetListed(_)
            | Event::MarketListed { .. }
            | Event::MarketChanged { .. }
            | Event::OrderLimitsChanged { .. }
            | Event::PhaseChanged { .. } => self.fold_listing(event, changes),
            Event::AccountOpened { .. }
            | Event::AccountStateChanged { .. }
            | Event::FeeTierChanged { .. }
            | Event::KeyCreated { .. }
            | Event::KeyRevoked { .. }
            | Event::KeyEndSet { .. }
            | Event::PayoutsHeld { .. }
            | Event::OwnerStateChanged { .. } => self.fold_account(event, changes),
            Event::AllowancesSet(_)
            | Event::MarketVerificationSet { .. }
            | Event::VerificationSet { .. }
            | Event::AllowanceUsed { .. } => self.fold_allowance(event),
            Event::DepositSeen(_) | Event::DepositCredited(_) | Event::DepositDropped { .. } => {
                self.fold_funding(event, changes)
            }
            Event::WithdrawalHeld { .. }
            | Event::WithdrawalSettled { .. }
            | Event::WithdrawalCancelled { .. } => self.fold_funding(event, changes),
            Event::Transferred { .. }
            | Event::BalanceAdjusted(_)
            | Event::PayoutLimitSet { .. } => self.fold_funding(event, changes),
            Event::Rejected { .. } | Event::Repeated { .. } | Event::Upgraded { .. } => (),
            Event::Approved { .. } | Event::Anchored(_) => (),
            Event::ReplaceCancelRejected { .. } | Event::ReplacePlaceRejected { .. } => (),
            Event::ReplacePlaceSkipped | Event::DueStarted { .. } => (),
            Event::CountdownSet { .. } | Event::CountdownExpired { .. } => (),
        }
    }

    fn fold_listing(&mut self, event: &Event, changes: &mut impl Changes) {
        match event {
            Event::Started(genesis) => self.start(genesis.table_seed),
            Event::Ticked => self.expire(),
            Event::AssetListed(asset) => self.list_asset(asset, changes),
            Event::MarketListed { instrument, terms } => {
                self.list_market(instrument, terms, changes);
            }
            Event::MarketChanged { market, terms, .. } => {
                self.market_mut(*market).terms = **terms;
                changes.push(Change::MarketChanged { market: *market });
            }
            Event::OrderLimitsChanged { market, limits, .. } => {
                self.set_order_limits(*market, limits, changes);
            }
            Event::PhaseChanged { market, phase, .. } => self.set_phase(*market, *phase, changes),
            _ => misled(event),
        }
    }

    fn fold_account(&mut self, event: &Event, changes: &mut impl Changes) {
        match *event {
            Event::AccountOpened {
                account,
                owner,
                group,
            } => {
                self.open_account((account, owner, group));
                changes.push(Change::Account { account });
            }
            Event::AccountStateChanged { account, state, .. } => {
                self.accounts.set_state(account, state);
                changes.push(Change::Account { account });
            }
            Event::FeeTierChanged { account, tier } => {
                self.accounts.set_tier(account, tier);
                changes.push(Change::Account { account });
            }
            Event::KeyCreated {
                key,
                account,
                scopes,
                expires_at,
            } => {
                self.keys.create(Key {
                    key,
                    account,
                    scopes,
                    expires_at,
                });
                changes.push(Change::KeyCreated { key, account });
            }
            Event::KeyRevoked { key, account } => {
                self.keys.revoke(key);
                changes.push(Change::KeyRevoked { key, account });
            }
            Event::KeyEndSet {
                key,
                account,
                expires_at,
            } => {
                self.keys.set_end(key, expires_at);
                changes.push(Change::KeyEndSet { key, account });
            }
            Event::PayoutsHeld { owner, until } => {
                self.payout_holds.insert(owner, until);
            }
            Event::OwnerStateChanged { account, state } => {
                self.accounts.set_owner_state(account, state);
                changes.push(Change::Account { account });
            }
            _ => misled(event),
        }
    }

    fn fold_allowance(&mut self, event: &Event) {
        match *event {
            Event::AllowancesSet(ref table) => self.allowances.set_table(table),
            Event::MarketVerificationSet {
                market,
                verification,
            } => self.allowances.set_market(market, verification),
            Event::VerificationSet {
                owner,
                verification,
            } => self.allowances.set_owner(owner, verification),
            Event::AllowanceUsed {
                owner, flow, value, ..
            } => {
                let value = value.unwrap_or(Amount::ZERO);
                self.allowances.count(owner, flow, value, self.at);
            }
            _ => misled(event),
        }
    }

    /// # Panics
    /// When the market is not listed.
    pub(crate) fn market_mut(&mut self, market: MarketId) -> &mut Market {
        known(self.markets.get_mut(usize::from(market.0)))
    }

    /// Notes that the command touched the market.
    pub(crate) fn touch(&mut self, market: MarketId) {
        if !self.touched.contains(&market) {
            self.touched.push(market);
        }
    }

    fn start(&mut self, table_seed: u64) {
        let (sequence, at, is_behind) = (self.sequence, self.at, self.orders.is_behind());
        *self = Views {
            sequence,
            at,
            ..Views::seeded(table_seed, self.limits)
        };
        if is_behind {
            self.orders.put_off();
        }
    }

    fn list_asset(&mut self, asset: &Asset, changes: &mut impl Changes) {
        assert!(usize::from(asset.id.0) == self.assets.len());
        self.assets.push(*asset);
        changes.push(Change::AssetListed { asset: asset.id });
    }

    fn list_market(&mut self, instrument: &Instrument, terms: &Terms, changes: &mut impl Changes) {
        assert!(usize::from(instrument.id.0) == self.markets.len());
        self.push_market(Market::list(*instrument, *terms, self.at));
        changes.push(Change::MarketListed {
            market: instrument.id,
        });
    }

    pub(crate) fn push_market(&mut self, market: Market) {
        let instrument = market.instrument;
        self.symbols.insert(instrument.symbol, instrument.id);
        self.markets.push(market);
        self.trade_share.list_market();
        for share in &mut self.candle_shares {
            share.list_market();
        }
    }

    fn set_phase(&mut self, market: MarketId, phase: Phase, changes: &mut impl Changes) {
        let at = self.at;
        let changed = self.market_mut(market);
        changed.phase = phase;
        changed.phase_since = Some(at);
        changes.push(Change::PhaseChanged { market, phase });
    }

    fn open_account(&mut self, (account, owner, group): (AccountId, OwnerId, TradeGroupId)) {
        self.accounts.open(Account {
            account,
            owner,
            group,
            state: AccountState::Active,
            tier: FeeTier::LOWEST,
            owner_state: OwnerState::Open,
            opened_at: self.at,
            updated_at: self.at,
        });
    }
}

/// Stops at an event that `fold_event` sent to the wrong place.
///
/// # Panics
/// Always.
pub(crate) fn misled(event: &Event) -> ! {
    panic!("the fold has no place for {event:?}")
}

impl OrderChange {
    /// Returns the change of one order.
    pub(crate) fn of(self, account: AccountId, market: MarketId, order: OrderId) -> Change {
        Change::Order {
            account,
            market,
            order,
            what: self,
        }
    }
}

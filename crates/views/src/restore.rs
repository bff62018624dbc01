//! Views out of a snapshot.

use crate::account::Account;
use crate::aggregates::Aggregates;
use crate::behind::{Behind, Newest};
use crate::candles::Candles;
use crate::fundings;
use crate::interval::Interval;
use crate::key::Key;
use crate::level_rows::LevelRows;
use crate::levels::Levels;
use crate::limits::{KEPT_NANOS, Limits};
use crate::market::Market;
use crate::order::Order;
use crate::order_row::OrderRow;
use crate::ticker::LastTrade;
use crate::trades::{Fill, FillParty, Trades, checked_quote_of};
use crate::views::Views;
use model::account::OwnerState;
use model::allowance::Allowances;
use model::average::Average;
use model::coming_trails::ComingTrails;
use model::id::{AccountId, MARKET_COUNTER_MAX, MarketId, OrderId, TradeId};
use model::payout_limit::PayoutLimits;
use model::snapshot::BalanceRow;
use model::snapshot_views::{
    AccountViewRow, FundingRow, KeyViewRow, MarketViewState, OrderViewRow, TradeRow, ViewsState,
};
use model::time::Timestamp;

/// Why a state is none that views could have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// Assets, markets or accounts are not numbered one after the other.
    NumberOutOfOrder,
    /// A row names an account that is not there.
    AccountUnknown(AccountId),
    /// A row names a market that is not there.
    MarketUnknown(MarketId),
    /// A market's levels, trades or candles are not what a market could have.
    MarketImpossible(MarketId),
    /// An order stands twice, or out of order, or open among the closed, or only among those with instructions.
    OrderMisplaced(MarketId, OrderId),
    /// Rows of some other list stand twice or out of order.
    RowOutOfOrder,
}

impl core::fmt::Display for RestoreError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "the snapshot is not one of views: {self:?}")
    }
}

impl core::error::Error for RestoreError {}

impl Views {
    /// Returns the views of a state that `state` returned: they answer every question, and fold on, as those did.
    ///
    /// # Errors
    /// When no views ever return such a state.
    pub fn restore(state: ViewsState) -> Result<Views, RestoreError> {
        Views::restore_within(state, Limits::STANDARD)
    }

    /// Returns the same views within other limits; what is beyond them, oldest first, is left out.
    ///
    /// # Errors
    /// When no views ever return such a state.
    pub fn restore_within(mut state: ViewsState, limits: Limits) -> Result<Views, RestoreError> {
        let balances = std::mem::take(&mut state.balances);
        let levels: Vec<LevelRows> = state.markets.iter().map(level_rows).collect();
        let behind = Behind::restore_within(state, limits)?;
        for row in &balances {
            behind.views.check_account(row.account)?;
        }
        let newest = Newest {
            balances: balances.into_iter(),
            levels: levels.into_iter(),
        };
        Ok(behind.catch_up(newest, |one, other| {
            one();
            other();
        }))
    }

    /// Puts back everything but balances and what is put off.
    pub(crate) fn restore_rows(&mut self, state: ViewsState) -> Result<(), RestoreError> {
        self.sequence = state.sequence;
        self.at = state.at;
        if may_lack(&state, &self.limits) {
            self.orders.gone_until = Some(state.at);
        }
        for account in &state.accounts {
            self.restore_account(account)?;
        }
        self.restore_balances(&state.balances)?;
        let is_numbered =
            |(index, asset): (usize, &model::instrument::Asset)| usize::from(asset.id.0) == index;
        if !state.assets.iter().enumerate().all(is_numbered) {
            return Err(RestoreError::NumberOutOfOrder);
        }
        self.assets = state.assets;
        for market in &state.markets {
            self.restore_market(market)?;
        }
        if !state.markets.is_empty() || state.expiry_market != MarketId(0) {
            self.check_market(state.expiry_market)?;
        }
        self.expiry_market = state.expiry_market;
        self.restore_orders(&state.open_orders, &state.closed_orders)?;
        self.restore_instructed(&state.instructed, &state.closed_orders)?;
        self.restore_lists(&state.open_lists, &state.closed_lists)?;
        self.restore_prevented(&state.prevented)?;
        self.restore_amendments(&state.amendments)?;
        self.restore_keys(&state.keys)?;
        self.restore_payout_holds(&state.payout_holds)?;
        self.allowances =
            Allowances::from_state(&state.allowances).ok_or(RestoreError::RowOutOfOrder)?;
        self.payout_limits =
            PayoutLimits::from_state(&state.payout_limits).ok_or(RestoreError::RowOutOfOrder)?;
        self.restore_owner_states(&state.owner_states)?;
        self.restore_fundings(&state.fundings)
    }

    fn restore_account(&mut self, row: &AccountViewRow) -> Result<(), RestoreError> {
        if row.account.0 as usize != self.accounts.len() + 1 {
            return Err(RestoreError::NumberOutOfOrder);
        }
        self.accounts.open(Account {
            account: row.account,
            owner: row.owner,
            group: row.group,
            state: row.state,
            tier: row.tier,
            owner_state: OwnerState::Open,
            opened_at: row.opened_at,
            updated_at: row.updated_at,
        });
        Ok(())
    }

    /// Opens all balances, whose values come later.
    fn restore_balances(&mut self, rows: &[BalanceRow]) -> Result<(), RestoreError> {
        let key = |row: &BalanceRow| (row.account, row.wallet, row.asset);
        if !rows.is_sorted_by(|a, b| key(a) < key(b)) {
            return Err(RestoreError::RowOutOfOrder);
        }
        for row in rows {
            self.check_account(row.account)?;
        }
        self.accounts.open_balances(rows);
        Ok(())
    }

    fn restore_market(&mut self, state: &MarketViewState) -> Result<(), RestoreError> {
        let id = state.instrument.id;
        if usize::from(id.0) != self.markets.len() {
            return Err(RestoreError::NumberOutOfOrder);
        }
        let market = market_of(state, self.at).ok_or(RestoreError::MarketImpossible(id))?;
        self.push_market(market);
        for trade in &state.trades {
            self.restore_trade(id, trade)?;
        }
        for (interval, rows) in Interval::ALL.into_iter().zip(&state.candles.series) {
            for _ in rows {
                self.make_room_for_candle(id, interval);
            }
        }
        Ok(())
    }

    fn restore_trade(&mut self, market: MarketId, row: &TradeRow) -> Result<(), RestoreError> {
        self.check_account(row.maker_account)?;
        self.check_account(row.taker_account)?;
        let fill = Fill {
            price: row.price,
            qty: row.qty,
            at: row.at,
            taker_side: row.taker_side,
            maker: FillParty {
                account: row.maker_account,
                order: row.maker_order,
                fee: row.maker_fee,
            },
            taker: FillParty {
                account: row.taker_account,
                order: row.taker_order,
                fee: row.taker_fee,
            },
            maker_rebate: row.maker_rebate,
            maker_previous: row.maker_previous,
        };
        let trades = &mut self.market_mut(market).trades;
        let trade = trades.next();
        trades.push(trade, fill);
        self.make_room_for_trade(market);
        Ok(())
    }

    fn restore_orders(
        &mut self,
        open: &[OrderViewRow],
        closed: &[OrderViewRow],
    ) -> Result<(), RestoreError> {
        // No open order stands twice: they rise.
        check_orders(open, closed)?;
        let surplus = closed.len().saturating_sub(self.limits.closed_orders_max);
        let closed = &closed[surplus..];
        for row in open.iter().chain(closed) {
            if row.closed.is_some() && self.orders.find(row.market, row.order).is_some() {
                return Err(misplaced(row));
            }
            self.check_account(row.account)?;
            self.check_market(row.market)?;
            let mut kept = OrderRow::new(&order_of(row), row.last_fill);
            // An open order has its name for sure.
            kept.is_named = row.is_named || row.closed.is_none();
            self.orders.restore(kept);
        }
        Ok(())
    }

    fn restore_keys(&mut self, rows: &[KeyViewRow]) -> Result<(), RestoreError> {
        if !rows.is_sorted_by(|a, b| a.key < b.key) {
            return Err(RestoreError::RowOutOfOrder);
        }
        for row in rows {
            self.check_account(row.account)?;
            self.keys.create(Key {
                key: row.key,
                account: row.account,
                scopes: row.scopes,
                expires_at: row.expires_at,
            });
        }
        Ok(())
    }

    fn restore_fundings(&mut self, rows: &[FundingRow]) -> Result<(), RestoreError> {
        if !rows.is_sorted_by(|a, b| a.created_by < b.created_by) {
            return Err(RestoreError::RowOutOfOrder);
        }
        for row in rows {
            let account = fundings::account(&row.funding);
            self.check_account(account)?;
            let own = &mut self.accounts.row_mut(account).fundings;
            self.fundings.restore(*row, own);
        }
        self.fundings.finish_restore();
        Ok(())
    }

    pub(crate) fn check_account(&self, account: AccountId) -> Result<(), RestoreError> {
        match self.accounts.row(account) {
            Some(_) => Ok(()),
            None => Err(RestoreError::AccountUnknown(account)),
        }
    }

    pub(crate) fn check_market(&self, market: MarketId) -> Result<(), RestoreError> {
        match self.market(market) {
            Some(_) => Ok(()),
            None => Err(RestoreError::MarketUnknown(market)),
        }
    }
}

/// Checks that open and closed orders stand where they belong.
fn check_orders(open: &[OrderViewRow], closed: &[OrderViewRow]) -> Result<(), RestoreError> {
    if let Some(row) = open.iter().find(|row| row.closed.is_some()) {
        return Err(misplaced(row));
    }
    if let Some(row) = closed.iter().find(|row| row.closed.is_none()) {
        return Err(misplaced(row));
    }
    let key = |row: &OrderViewRow| (row.market, row.order);
    match open.array_windows().find(|[a, b]| key(b) <= key(a)) {
        Some([row, _]) => Err(misplaced(row)),
        None => Ok(()),
    }
}

/// Returns whether views with this state may have let go of rows.
///
/// Rows go when they are older than the first market may be, or when there are too many, as there are ever after.
fn may_lack(state: &ViewsState, limits: &Limits) -> bool {
    let oldest = state.at.plus_nanos(-KEPT_NANOS);
    let is_old = |market: &MarketViewState| market.listed_at < oldest;
    let lacks_trades = |market: &MarketViewState| TradeId(1) < market.first_trade;
    limits.closed_orders_max <= state.closed_orders.len()
        || limits.closed_lists_max <= state.closed_lists.len()
        || limits.prevented_max <= state.prevented.len()
        || limits.amendments_max <= state.amendments.len()
        || state
            .markets
            .iter()
            .any(|it| is_old(it) || lacks_trades(it))
}

fn misplaced(row: &OrderViewRow) -> RestoreError {
    RestoreError::OrderMisplaced(row.market, row.order)
}

fn level_rows(state: &MarketViewState) -> LevelRows {
    LevelRows {
        bids: state.bids.clone(),
        asks: state.asks.clone(),
    }
}

/// Returns the market without its levels and trades, or `None` when there is no such market.
fn market_of(state: &MarketViewState, at: Timestamp) -> Option<Market> {
    let levels = Levels::counted(mutant::plant!(
        "update-ids-start-again",
        0,
        state.last_update
    ));
    let has_values = state
        .trades
        .iter()
        .all(|row| checked_quote_of(&state.instrument, row.price, row.qty).is_some());
    let is_numbered = |first: u64| (1..=MARKET_COUNTER_MAX).contains(&first);
    let has_levels = level_rows(state).are_legal();
    if !has_levels
        || !has_values
        || !is_numbered(state.first_trade.0)
        || !is_numbered(state.first_aggregate)
    {
        return None;
    }
    let mut aggregates = Aggregates::starting_at(state.first_aggregate);
    for row in &state.aggregates {
        aggregates.push_row(*row);
    }
    Some(Market {
        instrument: state.instrument,
        terms: state.terms,
        limits: state.limits,
        phase: state.phase,
        phase_since: state.phase_since,
        listed_at: state.listed_at,
        shown: levels.top(),
        levels,
        trades: Trades::starting_at(state.first_trade),
        aggregates,
        candles: Candles::from_state(&state.candles, at)?,
        average: Average::from_buckets(state.average.iter().copied()),
        last_trade: state.last_trade.map(|last| LastTrade {
            trade: last.trade,
            price: last.price,
            qty: last.qty,
            at: last.at,
        }),
        coming_trails: ComingTrails::default(),
    })
}

fn order_of(row: &OrderViewRow) -> Order {
    Order {
        market: row.market,
        order: row.order,
        account: row.account,
        client_id: row.client_id,
        side: row.side,
        kind: row.kind,
        self_trade: row.self_trade,
        original: row.original,
        executed: row.executed,
        prevented: row.prevented,
        quote_units: row.quote_units,
        created_at: row.created_at,
        updated_at: row.updated_at,
        working_at: row.working_at,
        prevented_match: row.prevented_match,
        closed: row.closed,
        instructed: None,
    }
}

//! The views as plain values, for snapshots.

use crate::list::OrderList;
use crate::market::Market;
use crate::order::{Instructed, Stage};
use crate::order_row::OrderRow;
use crate::trades::Fill;
use crate::views::Views;
use model::account::OwnerState;
use model::id::{MarketId, OrderId, OwnerId, TradeId};
use model::snapshot::{OwnerStateRow, PayoutHoldRow};
use model::snapshot_views::{
    AccountViewRow, FundingRow, InstructedViewRow, KeyViewRow, LastTradeRow, LevelRow, ListViewRow,
    MarketViewState, OrderStage, OrderViewRow, TradeRow, ViewsState,
};
use model::time::Timestamp;

impl Views {
    /// Returns everything that a later fold or question depends on.
    ///
    /// Taken between commands: after the last event of one and before the first of the next.
    ///
    /// **Shape** the same events always give the same state.
    pub fn state(&self) -> ViewsState {
        ViewsState {
            sequence: self.sequence,
            at: self.at,
            table_seed: self.table_seed,
            assets: self.assets.clone(),
            markets: self
                .markets
                .iter()
                .map(|market| self.market_state(market))
                .collect(),
            accounts: self.account_rows(),
            balances: self.accounts.balance_rows(),
            open_orders: self.open_order_rows(),
            closed_orders: self.orders.closed().map(order_row).collect(),
            keys: self.key_rows(),
            fundings: self.funding_rows(),
            instructed: self
                .orders
                .all_instructed()
                .map(|(key, instructed)| instructed_row(key, instructed))
                .collect(),
            open_lists: self.lists.open().map(list_row).collect(),
            closed_lists: self.lists.closed().map(list_row).collect(),
            prevented: self.prevented_matches.iter().copied().collect(),
            amendments: self.amendments.iter().copied().collect(),
            payout_holds: self.payout_hold_rows(),
            allowances: self.allowances.state(),
            owner_states: self.owner_state_rows(),
            payout_limits: self.payout_limits.state(),
            expiry_market: self.expiry_market,
        }
    }

    fn market_state(&self, market: &Market) -> MarketViewState {
        let depth = market.levels.depth(usize::MAX);
        let rows = |levels: Vec<crate::depth::Level>| {
            levels
                .into_iter()
                .map(|level| LevelRow {
                    price: level.price,
                    lots: level.lots,
                })
                .collect()
        };
        MarketViewState {
            instrument: market.instrument,
            terms: market.terms,
            limits: market.limits,
            phase: market.phase,
            phase_since: market.phase_since,
            listed_at: market.listed_at,
            last_update: depth.update,
            bids: rows(depth.bids),
            asks: rows(depth.asks),
            first_trade: market.trades.first(),
            trades: market
                .trades
                .from(TradeId(0))
                .map(|(_, fill)| self.trade_row(fill))
                .collect(),
            first_aggregate: market.aggregates.first(),
            aggregates: market.aggregates.rows().copied().collect(),
            last_trade: market.last_trade.map(|last| LastTradeRow {
                trade: last.trade,
                price: last.price,
                qty: last.qty,
                at: last.at,
            }),
            average: market.average.buckets().collect(),
            candles: market.candles.state(self.at),
        }
    }

    fn trade_row(&self, fill: &Fill) -> TradeRow {
        TradeRow {
            price: fill.price,
            qty: fill.qty,
            at: fill.at,
            taker_side: fill.taker_side,
            maker_account: fill.maker.account,
            maker_order: fill.maker.order,
            maker_fee: fill.maker.fee,
            maker_rebate: fill.maker_rebate,
            maker_previous: fill.maker_previous,
            taker_account: fill.taker.account,
            taker_order: fill.taker.order,
            taker_fee: fill.taker.fee,
        }
    }

    fn account_rows(&self) -> Vec<AccountViewRow> {
        self.accounts
            .iter()
            .map(|account| AccountViewRow {
                account: account.account,
                owner: account.owner,
                group: account.group,
                state: account.state,
                tier: account.tier,
                opened_at: account.opened_at,
                updated_at: account.updated_at,
            })
            .collect()
    }

    fn open_order_rows(&self) -> Vec<OrderViewRow> {
        let mut rows: Vec<OrderViewRow> = self
            .account_markets
            .iter()
            .flat_map(|own| self.orders.open_of(&own.orders))
            .map(order_row)
            .collect();
        rows.sort_unstable_by_key(|row| (row.market, row.order));
        rows
    }

    fn key_rows(&self) -> Vec<KeyViewRow> {
        let keys = self.keys.sorted().into_iter();
        keys.map(|key| KeyViewRow {
            key: key.key,
            account: key.account,
            scopes: key.scopes,
            expires_at: key.expires_at,
        })
        .collect()
    }

    fn payout_hold_rows(&self) -> Vec<PayoutHoldRow> {
        let row = |(owner, until): (&OwnerId, &Timestamp)| PayoutHoldRow {
            owner: *owner,
            until: *until,
        };
        self.payout_holds.iter().map(row).collect()
    }

    fn owner_state_rows(&self) -> Vec<OwnerStateRow> {
        let accounts = self.accounts.iter();
        accounts
            .filter(|account| account.owner_state != OwnerState::Open)
            .map(|account| OwnerStateRow {
                account: account.account,
                state: account.owner_state,
            })
            .collect()
    }

    fn funding_rows(&self) -> Vec<FundingRow> {
        let mut rows: Vec<FundingRow> = self
            .accounts
            .rows()
            .flat_map(|row| self.fundings.of(&row.fundings))
            .copied()
            .collect();
        rows.sort_unstable_by_key(|row| row.created_by);
        rows
    }
}

fn order_row(row: &OrderRow) -> OrderViewRow {
    let order = row.order(None);
    OrderViewRow {
        market: order.market,
        order: order.order,
        account: order.account,
        client_id: order.client_id,
        is_named: row.is_named,
        side: order.side,
        kind: order.kind,
        self_trade: order.self_trade,
        original: order.original,
        executed: order.executed,
        prevented: order.prevented,
        quote_units: order.quote_units,
        created_at: order.created_at,
        updated_at: order.updated_at,
        working_at: order.working_at,
        prevented_match: order.prevented_match,
        last_fill: row.last_fill(),
        closed: order.closed,
    }
}

fn instructed_row((market, order): (MarketId, OrderId), kept: &Instructed) -> InstructedViewRow {
    InstructedViewRow {
        market,
        order,
        instructions: kept.instructions,
        list: kept.list,
        stage: match kept.stage {
            Stage::Pending => OrderStage::Pending,
            Stage::Waiting => OrderStage::Waiting,
            Stage::Working => OrderStage::Working,
        },
        trailing_since: kept.trailing_since,
    }
}

fn list_row(list: &OrderList) -> ListViewRow {
    ListViewRow {
        list: list.list,
        market: list.market,
        account: list.account,
        kind: list.kind,
        client_id: list.client_id,
        first_order: list.first_order,
        created_at: list.created_at,
        updated_at: list.updated_at,
    }
}

//! What people ask about prevented matches and amendments.

use crate::amendment::Amendment;
use crate::known::known;
use crate::prevented::PreventedMatch;
use crate::views::Views;
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::snapshot_views::{AmendmentViewRow, PreventedViewRow};

impl Views {
    /// Returns a kept prevented match.
    pub fn prevented_match(
        &self,
        market: MarketId,
        prevented: PreventedMatchId,
    ) -> Option<PreventedMatch> {
        let row = self.prevented_matches.get(market, prevented)?;
        Some(self.prevented_view(row))
    }

    /// Returns the first `count` kept prevented matches of an order with this number or a later one, among those in
    /// which the account was maker or taker, oldest first.
    pub fn prevented_of_order(
        &self,
        account: AccountId,
        market: MarketId,
        order: OrderId,
        from: PreventedMatchId,
        count: usize,
    ) -> Vec<PreventedMatch> {
        let rows = self.prevented_matches.of_order(market, order, from);
        rows.filter(|row| row.maker_account == account || row.taker_account == account)
            .take(count)
            .map(|row| self.prevented_view(row))
            .collect()
    }

    /// Returns the first `count` kept prevented matches with this number or a later one, in which the account was
    /// maker or taker, oldest first.
    pub fn prevented_from(
        &self,
        account: AccountId,
        market: MarketId,
        from: PreventedMatchId,
        count: usize,
    ) -> Vec<PreventedMatch> {
        let rows = self.prevented_matches.of_account(market, account, from);
        rows.take(count)
            .map(|row| self.prevented_view(row))
            .collect()
    }

    /// Returns the first `count` kept amendments of the account's order by this command or a later one, oldest first.
    pub fn amendments(
        &self,
        account: AccountId,
        market: MarketId,
        order: OrderId,
        from: Sequence,
        count: usize,
    ) -> Vec<Amendment> {
        let rows = self.amendments.of_order(market, order, from);
        rows.filter(|row| row.account == account)
            .take(count)
            .map(amendment_view)
            .collect()
    }

    fn prevented_view(&self, row: &PreventedViewRow) -> PreventedMatch {
        let taker = known(self.accounts.row(row.taker_account));
        PreventedMatch {
            market: row.market,
            prevented: row.prevented,
            maker_order: row.maker_order,
            taker_order: row.taker_order,
            maker_account: row.maker_account,
            taker_account: row.taker_account,
            group: taker.group(),
            price: row.price,
            mode: row.mode,
            maker_qty: row.maker_qty,
            taker_qty: row.taker_qty,
            taker_side: row.taker_side,
            at: row.at,
        }
    }
}

fn amendment_view(row: &AmendmentViewRow) -> Amendment {
    Amendment {
        market: row.market,
        order: row.order,
        account: row.account,
        at: row.at,
        sequence: row.sequence,
        qty_before: row.qty_before,
        qty_after: row.qty_after,
        client_id: row.client_id,
        previous_client_id: row.previous_client_id,
        price: row.price,
        condition: row.condition,
    }
}

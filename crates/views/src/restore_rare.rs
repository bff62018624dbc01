//! Instructions, lists, prevented matches and amendments out of a snapshot.

use crate::list::OrderList;
use crate::order::{Instructed, Stage};
use crate::restore::RestoreError;
use crate::views::Views;
use model::id::{AccountId, ListId};
use model::snapshot::{OwnerStateRow, PayoutHoldRow};
use model::snapshot_views::{
    AmendmentViewRow, InstructedViewRow, ListViewRow, OrderStage, OrderViewRow, PreventedViewRow,
};
use std::collections::BTreeSet;

impl Views {
    /// Puts back what orders ask for beyond their kind; those of closed orders that were left out are left out.
    pub(crate) fn restore_instructed(
        &mut self,
        rows: &[InstructedViewRow],
        closed: &[OrderViewRow],
    ) -> Result<(), RestoreError> {
        let key = |row: &InstructedViewRow| (row.market, row.order);
        if !rows.is_sorted_by(|a, b| key(a) < key(b)) {
            return Err(RestoreError::RowOutOfOrder);
        }
        let surplus = closed.len().saturating_sub(self.limits.closed_orders_max);
        let left_out: BTreeSet<_> = closed[..surplus]
            .iter()
            .map(|row| (row.market, row.order))
            .collect();
        for row in rows {
            match self.orders.find(row.market, row.order) {
                Some(slot) => {
                    self.orders.instruct(slot, instructed_of(row));
                    if self.orders.get(slot).closed.is_none() {
                        self.await_trail(slot);
                    }
                }
                None if left_out.contains(&key(row)) => (),
                None => return Err(RestoreError::OrderMisplaced(row.market, row.order)),
            }
        }
        Ok(())
    }

    pub(crate) fn restore_lists(
        &mut self,
        open: &[ListViewRow],
        closed: &[ListViewRow],
    ) -> Result<(), RestoreError> {
        let closed = &closed[self.lists.surplus(closed.len())..];
        let open_lists = open.iter().map(|row| list_of(row, false));
        let closed_lists = closed.iter().map(|row| list_of(row, true));
        let mut lists: Vec<OrderList> = open_lists.chain(closed_lists).collect();
        lists.sort_unstable_by_key(|list| list.list);
        if !lists.is_sorted_by(|a, b| a.list < b.list) {
            return Err(RestoreError::RowOutOfOrder);
        }
        for list in &lists {
            self.check_account(list.account)?;
            self.check_market(list.market)?;
        }
        let closed: Vec<(AccountId, ListId)> =
            closed.iter().map(|row| (row.account, row.list)).collect();
        self.lists.restore(&lists, &closed);
        Ok(())
    }

    pub(crate) fn restore_prevented(
        &mut self,
        rows: &[PreventedViewRow],
    ) -> Result<(), RestoreError> {
        let rows = &rows[self.prevented_matches.surplus(rows.len())..];
        for row in rows {
            if self
                .prevented_matches
                .get(row.market, row.prevented)
                .is_some()
            {
                return Err(RestoreError::RowOutOfOrder);
            }
            self.check_market(row.market)?;
            self.check_account(row.maker_account)?;
            self.check_account(row.taker_account)?;
            self.prevented_matches.push(*row);
        }
        Ok(())
    }

    pub(crate) fn restore_payout_holds(
        &mut self,
        rows: &[PayoutHoldRow],
    ) -> Result<(), RestoreError> {
        if !rows.is_sorted_by(|a, b| a.owner < b.owner) {
            return Err(RestoreError::RowOutOfOrder);
        }
        self.payout_holds = rows.iter().map(|row| (row.owner, row.until)).collect();
        Ok(())
    }

    pub(crate) fn restore_owner_states(
        &mut self,
        rows: &[OwnerStateRow],
    ) -> Result<(), RestoreError> {
        if !rows.is_sorted_by(|a, b| a.account < b.account) {
            return Err(RestoreError::RowOutOfOrder);
        }
        for row in rows {
            self.check_account(row.account)?;
            self.accounts.set_owner_state(row.account, row.state);
        }
        Ok(())
    }

    pub(crate) fn restore_amendments(
        &mut self,
        rows: &[AmendmentViewRow],
    ) -> Result<(), RestoreError> {
        if !rows.is_sorted_by(|a, b| a.sequence < b.sequence) {
            return Err(RestoreError::RowOutOfOrder);
        }
        for row in &rows[self.amendments.surplus(rows.len())..] {
            self.check_market(row.market)?;
            self.check_account(row.account)?;
            self.amendments.push(*row);
        }
        Ok(())
    }
}

fn instructed_of(row: &InstructedViewRow) -> Instructed {
    Instructed {
        instructions: row.instructions,
        list: row.list,
        stage: match row.stage {
            OrderStage::Pending => Stage::Pending,
            OrderStage::Waiting => Stage::Waiting,
            OrderStage::Working => Stage::Working,
        },
        trailing_since: row.trailing_since,
    }
}

fn list_of(row: &ListViewRow, is_closed: bool) -> OrderList {
    OrderList {
        market: row.market,
        list: row.list,
        account: row.account,
        kind: row.kind,
        client_id: row.client_id,
        first_order: row.first_order,
        created_at: row.created_at,
        updated_at: row.updated_at,
        is_closed,
    }
}

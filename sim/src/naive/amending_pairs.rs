//! What the other leg of a pair has to do with other terms for one.

use super::amending::with;
use super::filters::check;
use super::lists::{is_passed, is_priced_rightly, other_leg, shared_holds};
use super::orders::{amount, paid_asset, waiting_hold};
use super::{Incoming, Market, Naive, Waiting};
use model::command::{Leg, Legs, NewOrder};
use model::event::{Event, HoldShifted};
use model::id::{AccountId, MarketId, OrderId};
use model::number::Qty;
use model::order::Instructions;
use model::reject::Reject;

/// What an amended order holds from then on, and its partner: its number, its hold before and after.
pub struct Shares {
    pub own: i128,
    other: Option<(u64, i128, i128)>,
}

impl Shares {
    pub fn alone(own: i128) -> Shares {
        Shares { own, other: None }
    }
}

impl Naive {
    /// Checks whether the partner of a leg, if one is open, lets it be amended.
    pub(super) fn check_other_leg(
        &self,
        market: &Market,
        order: u64,
        wanted: Option<Qty>,
    ) -> Result<(), Reject> {
        let Some(other) = other_leg(market, order) else {
            return Ok(());
        };
        let parked = |number| market.parked.iter().find(move |row| row.id == number);
        let resting = market.orders.iter().find(|row| row.id == order);
        let lots = resting.map(|row| row.original).or_else(|| {
            let row = parked(order)?;
            row.order.kind.qty().map(Qty::lots)
        });
        let is_kept = wanted.is_none_or(|wanted| Some(wanted.lots()) == lots);
        check(is_kept, Reject::AmendListed)?;
        let is_due = parked(other)
            .is_some_and(|row| matches!(row.waiting, Waiting::Turn | Waiting::Activation));
        check(!is_due, Reject::WouldTrigger)
    }

    /// Checks whether a leg and its partner, if one is open, lie on the right sides of each other and of the market.
    pub(super) fn check_prices_beside(
        &self,
        id: MarketId,
        order: u64,
        leg: &Incoming,
    ) -> Result<(), Reject> {
        let market = self.market(id)?;
        let Some(other) = other_leg(market, order) else {
            return Ok(());
        };
        let pair = [*leg, self.as_asked(id, leg.account, other)?].map(|leg| Leg {
            side: leg.side,
            kind: leg.kind,
            client_id: leg.client_id,
            instructions: leg.instructions,
        });
        let is_right = is_priced_rightly(&Legs::OneCancelsOther { pair });
        check(is_right, Reject::ListPrices)?;
        let rests = market.orders.iter().any(|row| row.id == order);
        check(!rests || !is_passed(market, leg), Reject::ListPrices)
    }

    /// Returns what a leg that needs so much and its partner hold together.
    pub(super) fn shares(
        &self,
        id: MarketId,
        order: u64,
        (leg, needed): (&Incoming, i128),
    ) -> Result<Shares, Reject> {
        let market = self.market(id)?;
        let mut free = self.available(market, leg) + market.hold_of(order);
        let Some(other) = other_leg(market, order) else {
            check(needed <= free, Reject::InsufficientFunds)?;
            return Ok(Shares::alone(needed));
        };
        let partner = self.as_asked(id, leg.account, other)?;
        let before = market.hold_of(other);
        free += before;
        let partner_needs = waiting_hold(market, &partner)?;
        check(needed.max(partner_needs) <= free, Reject::InsufficientFunds)?;
        let (own, after) = if order < other {
            let holds = shared_holds(&[*leg, partner], &[needed, partner_needs]);
            (holds[0], holds[1])
        } else {
            let holds = shared_holds(&[partner, *leg], &[partner_needs, needed]);
            (holds[1], holds[0])
        };
        Ok(Shares {
            own,
            other: Some((other, before, after)),
        })
    }

    /// Moves what the partner holds, if that is less from now on, or if it is more.
    pub(super) fn shift_other(
        &mut self,
        id: MarketId,
        shares: &Shares,
        is_more: bool,
        events: &mut Vec<Event>,
    ) {
        let Some((number, before, after)) = shares.other else {
            return;
        };
        if before == after || is_more != (before < after) {
            return;
        }
        let market = &mut self.markets[usize::from(id.0)];
        let row = market.parked.iter_mut().find(|row| row.id == number);
        let row = row.expect("a leg that rests holds what it needs");
        row.hold = after;
        let (account, side) = (row.order.account, row.order.side);
        let paid = paid_asset(market, side);
        self.change(account, paid, before - after, after - before);
        events.push(Event::HoldShifted(HoldShifted {
            market: id,
            order: OrderId(number),
            account,
            side,
            release: amount(before),
            hold: amount(after),
        }));
    }

    /// Returns an open order with its terms of now.
    fn as_asked(&self, id: MarketId, account: AccountId, number: u64) -> Result<Incoming, Reject> {
        let market = self.market(id)?;
        if let Some(row) = market.parked.iter().find(|row| row.id == number) {
            return Ok(row.order);
        }
        let row = market.orders.iter().find(|row| row.id == number);
        let row = row.ok_or(Reject::OrderUnknown)?;
        let asked = NewOrder {
            market: id,
            side: row.side,
            kind: with(row.kind, row.price, row.open),
            client_id: row.client_id,
            self_trade: Some(row.self_trade),
        };
        self.incoming(account, &asked, Instructions::NONE)
    }
}

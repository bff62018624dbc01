//! What an outsider knows of the lists of one market (`docs/spec/orders.md` §4).

use std::collections::{BTreeMap, BTreeSet};

use model::event::{Event, ListAccepted};
use model::id::{ListId, OrderId};
use model::order::{CloseReason, ListKind};

#[derive(Default)]
pub struct Lists {
    pub open: BTreeMap<ListId, List>,
}

#[derive(Clone, Debug)]
pub struct List {
    pub accepted: ListAccepted,
    pub legs: BTreeSet<OrderId>,
    /// Why all that are left end.
    ending: Option<CloseReason>,
}

/// What the next event of the market must be.
#[derive(Clone, PartialEq, Debug)]
pub enum Next {
    Closed(OrderId, CloseReason),
    ListClosed(ListId),
    /// What a leg does that its partner made way for.
    Goes(OrderId),
    /// No event, but these pending legs are due together.
    Activation(Vec<OrderId>),
}

impl Next {
    pub fn is_activation(&self) -> bool {
        matches!(self, Next::Activation(_))
    }

    pub fn assert_is(&self, event: &Event) {
        let is_it = match (self, event) {
            (Next::Closed(order, reason), Event::OrderClosed(closed)) => {
                (closed.order, closed.reason) == (*order, *reason)
            }
            (Next::ListClosed(list), Event::ListClosed { list: closed, .. }) => list == closed,
            (Next::Goes(leg), event) => is_reason_to_make_way(*leg, event),
            _ => false,
        };
        assert!(is_it, "{self:?} had to come, not {event:?}");
    }
}

/// Returns whether a leg trades, loses lots to self-trade prevention as a maker, or is started.
fn is_reason_to_make_way(leg: OrderId, event: &Event) -> bool {
    match event {
        Event::Traded(traded) => [traded.maker.order, traded.taker.order].contains(&leg),
        Event::MatchPrevented(prevented) => {
            prevented.maker_order == leg && !prevented.maker_qty.is_zero()
        }
        // Shown as a whole before it is expired.
        Event::OrderRefilled { order, .. } => *order == leg,
        Event::OrderTriggered(triggered) => triggered.order == leg,
        Event::OrderClosed(closed) => {
            let could_not = [CloseReason::NotPlaceable, CloseReason::InsufficientFunds];
            closed.order == leg && could_not.contains(&closed.reason)
        }
        _ => false,
    }
}

impl List {
    fn place(&self, leg: OrderId) -> u64 {
        leg.0 - self.accepted.first_order.0
    }

    /// Returns the first leg of its pair, if it has one.
    fn first_of_pair(&self) -> Option<u64> {
        match self.accepted.kind {
            ListKind::OneCancelsOther => Some(0),
            ListKind::OneTriggersOther => None,
            ListKind::OneTriggersOneCancelsOther => Some(1),
        }
    }

    /// Returns the other leg of an open pair.
    fn partner(&self, leg: OrderId) -> Option<OrderId> {
        let (first, place) = (self.first_of_pair()?, self.place(leg));
        let other = match place.checked_sub(first)? {
            0 => OrderId(leg.0 + 1),
            _ => OrderId(leg.0 - 1),
        };
        self.legs.contains(&other).then_some(other)
    }

    fn has_working(&self) -> bool {
        self.accepted.kind != ListKind::OneCancelsOther
    }

    fn is_working(&self, leg: OrderId) -> bool {
        self.has_working() && self.place(leg) == 0
    }

    fn next(&self) -> Option<Next> {
        match (self.legs.first(), self.ending) {
            (None, _) => Some(Next::ListClosed(self.accepted.list)),
            (Some(leg), Some(reason)) => Some(Next::Closed(*leg, reason)),
            (Some(_), None) => None,
        }
    }
}

impl Lists {
    fn of(&self, leg: OrderId) -> Option<&List> {
        self.open.values().find(|list| list.legs.contains(&leg))
    }

    /// Returns whether an order waits for its working leg.
    pub fn is_pending(&self, leg: OrderId) -> bool {
        self.of(leg).is_some_and(|list| {
            let working = list.accepted.first_order;
            list.has_working() && leg != working && list.legs.contains(&working)
        })
    }

    /// Expects that an order that trades or starts has no partner any more.
    pub fn assert_alone(&self, leg: OrderId) {
        let partner = self.of(leg).and_then(|list| list.partner(leg));
        assert_eq!(partner, None, "the partner of {leg:?} ends first");
    }

    /// Expects that an order has an open partner.
    pub fn assert_paired(&self, leg: OrderId) {
        let partner = self.of(leg).and_then(|list| list.partner(leg));
        assert!(partner.is_some(), "{leg:?} shares its hold with nobody");
    }

    pub fn accept(&mut self, accepted: &ListAccepted, last_order: u64) {
        let first = accepted.first_order.0;
        assert!(last_order < first);
        let list = List {
            accepted: *accepted,
            legs: (first..first + accepted.kind.legs()).map(OrderId).collect(),
            ending: None,
        };
        self.open.insert(accepted.list, list);
    }

    /// Notes the end of an order and returns what must follow.
    pub fn end(&mut self, leg: OrderId, reason: CloseReason, is_filled: bool) -> Option<Next> {
        let list = self.of(leg)?.accepted.list;
        let list = self.open.get_mut(&list).expect("it was found");
        let (partner, is_working) = (list.partner(leg), list.is_working(leg));
        list.legs.remove(&leg);
        let rest = list.legs.iter().copied().collect::<Vec<_>>();
        let ending = match reason {
            CloseReason::Cancelled
            | CloseReason::Countdown
            | CloseReason::Replaced
            | CloseReason::Delisted
            | CloseReason::ExchangeCancelled => Some(reason),
            CloseReason::Filled if is_working => return Some(Next::Activation(rest)),
            _ if list.ending.is_some() => list.ending,
            _ if is_working => Some(CloseReason::WorkingLeg),
            CloseReason::InsufficientFunds if is_filled => Some(reason),
            // It made way for its partner, which goes on.
            CloseReason::OtherLeg => {
                return Some(Next::Goes(partner.expect("it makes way for somebody")));
            }
            CloseReason::NotPlaceable | CloseReason::InsufficientFunds | CloseReason::SelfTrade => {
                Some(CloseReason::OtherLeg)
            }
            _ => {
                assert_eq!(partner, None, "a leg of a pair ended as {reason:?}");
                None
            }
        };
        assert!(list.ending.is_none() || list.ending == ending);
        list.ending = ending;
        list.next()
    }

    pub fn close(&mut self, list: ListId) {
        let list = self.open.remove(&list).expect("a list ends once");
        assert!(list.legs.is_empty(), "a list ended before its legs");
    }
}

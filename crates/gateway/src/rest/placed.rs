//! The answer to new orders, made of nothing but the events of their command.

use model::event::{Event, ListAccepted, OrderAccepted, Traded};
use model::id::{ListId, OrderId};
use model::number::Qty;
use model::order::Instructions;
use model::time::Timestamp;
use wire::binance::answer::list::{LegFacts, ListFacts, ListState};
use wire::binance::answer::order::{Ack, FillFacts, New, OrderFacts, Placed};
use wire::binance::request::ResponseType;
use wire::binance::time::TimeUnit;
use wire::binance::words::Stage;

use crate::rest::facts::Listing;
use crate::rest::follow::{commission, follow, role};

/// An order as its own command left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedFacts {
    pub order: OrderFacts,
    pub fills: Vec<FillFacts>,
}

impl PlacedFacts {
    /// Returns the order these events accepted, or `None` when they accepted none.
    pub fn of(events: &[Event], listing: &Listing, at: Timestamp) -> Option<PlacedFacts> {
        let accepted = accepted_orders(events).next()?;
        Some(PlacedFacts::after(accepted, None, events, listing, at))
    }

    /// Returns an order after all events of its command.
    fn after(
        accepted: &OrderAccepted,
        list: Option<ListId>,
        events: &[Event],
        listing: &Listing,
        at: Timestamp,
    ) -> PlacedFacts {
        let mut placed = PlacedFacts {
            order: accepted_facts(accepted, list, listing, at),
            fills: Vec::new(),
        };
        for event in events {
            placed.take_in(event, listing, at);
        }
        placed
    }

    fn take_in(&mut self, event: &Event, listing: &Listing, at: Timestamp) {
        if let Event::Traded(traded) = event {
            self.fills.extend(fill(traded, self.order.order, listing));
        }
        follow(&mut self.order, event, at);
    }

    /// Returns 1 for an order that has traded, 0 for one that has not.
    pub fn traded(&self) -> u32 {
        u32::from(!self.fills.is_empty())
    }

    /// Returns the answer at the length it was asked for.
    pub fn answer(&self, response: ResponseType, at: Timestamp, unit: TimeUnit) -> New {
        match response {
            ResponseType::Ack => New::Ack(Ack::of(&self.order, at, unit)),
            ResponseType::Result => New::Placed(Box::new(Placed::of(&self.order, None, at, unit))),
            ResponseType::Full => New::Placed(Box::new(Placed::of(
                &self.order,
                Some(&self.fills),
                at,
                unit,
            ))),
        }
    }
}

/// Returns what an order traded in its own command, in order.
pub fn fills(events: &[Event], order: OrderId, listing: &Listing) -> Vec<FillFacts> {
    let trades = events.iter().filter_map(|event| match event {
        Event::Traded(traded) => Some(traded),
        _ => None,
    });
    trades
        .filter_map(|traded| fill(traded, order, listing))
        .collect()
}

/// An order that rests may be met by others that its command starts: then it is the maker.
fn fill(traded: &Traded, order: OrderId, listing: &Listing) -> Option<FillFacts> {
    let role = role(traded, order)?;
    let (commission, commission_asset) = commission(traded, role, listing);
    Some(FillFacts {
        price: traded.price,
        qty: traded.qty,
        commission,
        commission_asset,
        trade: traded.trade,
    })
}

/// A list as its own command left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedList {
    pub list: ListFacts,
    pub legs: Vec<PlacedFacts>,
}

impl PlacedList {
    /// Returns the list these events accepted, or `None` when they accepted none.
    pub fn of(events: &[Event], listing: &Listing, at: Timestamp) -> Option<PlacedList> {
        let accepted = events.iter().find_map(|event| match event {
            Event::ListAccepted(accepted) => Some(accepted),
            _ => None,
        })?;
        let legs: Vec<PlacedFacts> = accepted_orders(events)
            .map(|leg| PlacedFacts::after(leg, Some(accepted.list), events, listing, at))
            .collect();
        let is_end = |event: &Event| matches!(event, Event::ListClosed { list, .. } if *list == accepted.list);
        let list = ListFacts {
            symbol: listing.instrument.symbol,
            list: accepted.list,
            kind: accepted.kind,
            client_id: accepted.client_id,
            legs: legs.iter().map(PlacedList::leg).collect(),
            state: if events.iter().any(is_end) {
                ListState::Closed
            } else {
                ListState::Open
            },
            at,
        };
        Some(PlacedList { list, legs })
    }

    const fn leg(placed: &PlacedFacts) -> LegFacts {
        LegFacts {
            order: placed.order.order,
            client_id: placed.order.client_id,
        }
    }
}

/// Returns an order before it meets the book and before what it asks for beyond its kind is told.
pub fn accepted_facts(
    accepted: &OrderAccepted,
    list: Option<ListId>,
    listing: &Listing,
    at: Timestamp,
) -> OrderFacts {
    OrderFacts {
        symbol: listing.instrument.symbol,
        grid: listing.instrument.grid,
        order: accepted.order,
        client_id: accepted.client_id,
        side: accepted.side,
        kind: accepted.kind,
        self_trade: accepted.self_trade,
        instructions: Instructions::NONE,
        list,
        stage: Stage::Working,
        original: accepted.kind.qty().unwrap_or(Qty::ZERO),
        executed: Qty::ZERO,
        prevented: Qty::ZERO,
        prevented_match: None,
        quote_units: 0,
        closed: None,
        created_at: at,
        updated_at: at,
        working_at: Some(at),
        trailing_since: None,
    }
}

/// Returns the list that an accepted order is a leg of.
pub fn list_of(list: Option<&ListAccepted>, accepted: &OrderAccepted) -> Option<ListId> {
    let list = list?;
    let legs = list.first_order.0..list.first_order.0 + list.kind.legs();
    legs.contains(&accepted.order.0).then_some(list.list)
}

fn accepted_orders(events: &[Event]) -> impl Iterator<Item = &OrderAccepted> {
    events.iter().filter_map(|event| match event {
        Event::OrderAccepted(accepted) => Some(accepted),
        _ => None,
    })
}

/// Returns the orders these events closed, in order.
pub fn closed_orders(events: &[Event]) -> impl Iterator<Item = OrderId> + '_ {
    events.iter().filter_map(|event| match event {
        Event::OrderClosed(closed) => Some(closed.order),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{
        ALICE, BOB, Script, accepted, closed, limit, list_accepted, maker, market, pending, rested,
        stop_at, traded, triggered,
    };
    use model::order::{CloseReason, ListKind, Side};

    #[test]
    fn a_list_is_answered_with_all_its_orders_as_the_command_left_them() {
        let mut script = Script::new();
        script.command(vec![
            list_accepted(ALICE, 7, ListKind::OneTriggersOneCancelsOther, 4),
            accepted(ALICE, 4, Side::Buy, limit(2)),
            accepted(ALICE, 5, Side::Sell, market(2)),
            pending(ALICE, 5, stop_at(90)),
            accepted(ALICE, 6, Side::Sell, maker(2)),
            pending(ALICE, 6, Instructions::NONE),
            rested(ALICE, 4, Side::Buy, 2),
        ]);
        let placed = PlacedList::of(&script.events, &script.listing(), script.at).expect("a list");
        assert_eq!(placed.list.list, ListId(7));
        assert_eq!(placed.list.state, ListState::Open);
        let numbers = placed.list.legs.iter().map(|leg| leg.order.0);
        assert_eq!(numbers.collect::<Vec<u64>>(), [4, 5, 6]);
        let stages = placed.legs.iter().map(|leg| leg.order.stage);
        let expected = [Stage::Working, Stage::Pending, Stage::Pending];
        assert_eq!(stages.collect::<Vec<Stage>>(), expected);
        assert!(placed.legs[0].order.working_at.is_some());
        assert!(
            placed
                .legs
                .iter()
                .all(|leg| leg.order.list == Some(ListId(7)))
        );
    }

    #[test]
    fn what_an_order_meets_in_its_own_command_counts_even_when_it_rested() {
        let mut script = Script::new();
        script.command(vec![
            accepted(BOB, 1, Side::Sell, market(2)),
            crate::script::instructed(BOB, 1, stop_at(100)),
        ]);
        script.command(vec![
            accepted(ALICE, 2, Side::Buy, limit(3)),
            rested(ALICE, 2, Side::Buy, 3),
            triggered(BOB, 1, Side::Sell),
            traded(1, 2, (ALICE, 2), (BOB, 1), Side::Sell),
            closed(BOB, 1, Side::Sell, CloseReason::Filled),
        ]);
        let placed = PlacedFacts::of(&script.events, &script.listing(), script.at);
        let placed = placed.expect("an order");
        assert_eq!(placed.order.executed.lots(), 2);
        assert_eq!(placed.order.closed, None, "what closed is another order");
        assert_eq!((placed.fills.len(), placed.traded()), (1, 1));
    }
}

//! Which orders a command let trade for the first time.

use model::event::{Event, Party, Traded};
use model::id::{AccountId, OrderId};
use model::number::Qty;
use views::views::Views;

/// Returns the account of each order that traded for the first time, and that the command did not place itself: whoever
/// asked for the command counts what it placed.
///
/// **Cost** O(events), and as much again for each fill of an order with instructions that had traded before the fill.
pub fn first_fills<'a>(
    views: &'a Views,
    events: &'a [Event],
) -> impl Iterator<Item = AccountId> + 'a {
    let placed = Placed::of(events);
    let trades = events
        .iter()
        .enumerate()
        .filter_map(|(index, event)| match event {
            Event::Traded(traded) => Some((index, traded)),
            _ => None,
        });
    trades.flat_map(move |(index, traded)| {
        [&traded.maker, &traded.taker]
            .into_iter()
            .filter(move |party| !placed.has(party.order))
            .filter(move |party| is_first_fill(views, events, (index, traded), party))
            .map(|party| party.account)
    })
}

fn is_first_fill(
    views: &Views,
    events: &[Event],
    (index, traded): (usize, &Traded),
    party: &Party,
) -> bool {
    let Some(order) = views.order(traded.market, party.order) else {
        return false;
    };
    if order.executed == traded.qty {
        return true;
    }
    // A plain order that rested is met once in a command; one that waited or hides a part, as often as it starts anew.
    order.instructed.is_some()
        && fills(&events[..index], party.order).next().is_none()
        && fills(events, party.order).fold(Qty::ZERO, Qty::plus) == order.executed
}

/// A command touches one market, so that numbers name orders.
fn fills(events: &[Event], order: OrderId) -> impl Iterator<Item = Qty> + '_ {
    events.iter().filter_map(move |event| match event {
        Event::Traded(traded) if traded.maker.order == order || traded.taker.order == order => {
            Some(traded.qty)
        }
        _ => None,
    })
}

/// The orders a command placed: one, or the legs of a list, which have consecutive numbers.
#[derive(Clone, Copy)]
struct Placed(Option<(OrderId, OrderId)>);

impl Placed {
    fn of(events: &[Event]) -> Placed {
        let mut accepted = events.iter().filter_map(|event| match event {
            Event::OrderAccepted(accepted) => Some(accepted.order),
            _ => None,
        });
        let first = accepted.next();
        Placed(first.map(|first| (first, accepted.last().unwrap_or(first))))
    }

    fn has(self, order: OrderId) -> bool {
        self.0
            .is_some_and(|(first, last)| first <= order && order <= last)
    }
}

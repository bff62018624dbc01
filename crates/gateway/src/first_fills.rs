//! Which orders a command let trade for the first time.

use model::event::{Event, Party, Traded};
use model::id::{AccountId, OrderId};
use model::number::Qty;
use views::views::Views;

/// Returns the account of each order that traded for the first time, and that the command did not place itself: whoever
/// asked for the command counts what it placed.
///
/// **Cost** O(events), and as much again for each order that trades more than once or had traded before: few do.
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
    // Orders that the command starts may meet one that its own order has met already.
    fills(&events[..index], party.order).next().is_none()
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
        Placed(first.map(|first| (first, accepted.next_back().unwrap_or(first))))
    }

    fn has(self, order: OrderId) -> bool {
        self.0
            .is_some_and(|(first, last)| first <= order && order <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{
        ALICE, BOB, CAROL, Script, accepted, instructed, limit, market, refilled, rested, showing,
        stop_at, traded, triggered,
    };
    use model::order::Side;

    fn first(script: &Script) -> Vec<AccountId> {
        first_fills(&script.views, &script.events).collect()
    }

    #[test]
    fn an_order_is_discounted_once_however_often_it_trades() {
        let mut script = Script::new();
        script.command(vec![
            accepted(ALICE, 1, Side::Buy, limit(9)),
            rested(ALICE, 1, Side::Buy, 9),
        ]);
        script.command(vec![
            accepted(BOB, 2, Side::Sell, market(4)),
            instructed(BOB, 2, stop_at(100)),
        ]);
        script.command(vec![
            accepted(CAROL, 3, Side::Sell, limit(1)),
            traded(1, 1, (ALICE, 1), (CAROL, 3), Side::Sell),
            triggered(BOB, 2, Side::Sell),
            traded(2, 1, (ALICE, 1), (BOB, 2), Side::Sell),
            traded(3, 1, (ALICE, 1), (BOB, 2), Side::Sell),
        ]);
        assert_eq!(first(&script), [ALICE, BOB], "and not what carol placed");
        script.command(vec![
            accepted(CAROL, 4, Side::Sell, limit(1)),
            traded(4, 1, (ALICE, 1), (CAROL, 4), Side::Sell),
        ]);
        assert_eq!(first(&script), [], "it has traded before");
    }

    #[test]
    fn an_iceberg_that_one_taker_meets_twice_is_discounted_once() {
        let mut script = Script::new();
        script.command(vec![
            accepted(ALICE, 1, Side::Sell, limit(5)),
            instructed(ALICE, 1, showing(2)),
            rested(ALICE, 1, Side::Sell, 2),
        ]);
        script.command(vec![
            accepted(BOB, 2, Side::Buy, limit(4)),
            traded(1, 2, (ALICE, 1), (BOB, 2), Side::Buy),
            refilled(ALICE, 1, Side::Sell, 2),
            traded(2, 2, (ALICE, 1), (BOB, 2), Side::Buy),
        ]);
        assert_eq!(first(&script), [ALICE]);
    }
}

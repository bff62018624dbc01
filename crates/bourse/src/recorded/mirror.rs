//! The mirror: what must be placed, amended and cancelled so that its orders show the recorded book.
//!
//! It starts from the orders it really has, so that whatever happened in between, trades of strangers included, is made
//! up for. What shrinks goes first and what grows comes after: the book in between lies inside both, and never crosses.

use super::book::{Levels, RecordedBook};
use model::command::{Action, Amend, Cancel, NewOrder};
use model::id::{MarketId, OrderId};
use model::number::{Price, Qty};
use model::order::{CancelRestriction, OrderKind, OrderRef, Side};
use model::text::ClientOrderId;
use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::ops::{Bound, RangeBounds};

/// One open order of the mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    pub order: OrderId,
    pub side: Side,
    pub price: Price,
    /// As placed or last amended, and what of it is still on the book.
    pub original: Qty,
    pub open: Qty,
}

/// How far from the best prices a plan reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Whole,
    /// To this price, on both sides.
    Through(Price),
}

impl Reach {
    fn of(self, side: Side) -> (Bound<Price>, Bound<Price>) {
        match (self, side) {
            (Reach::Whole, _) => (Bound::Unbounded, Bound::Unbounded),
            (Reach::Through(price), Side::Buy) => (Bound::Included(price), Bound::Unbounded),
            (Reach::Through(price), Side::Sell) => (Bound::Unbounded, Bound::Included(price)),
        }
    }
}

/// Makes plans for one market.
#[derive(Debug)]
pub struct Mirror {
    market: MarketId,
    /// Tells this run's client ids from an earlier one's.
    epoch: u64,
    placed: u64,
}

impl Mirror {
    pub fn new(market: MarketId, epoch: u64) -> Mirror {
        Mirror {
            market,
            epoch,
            placed: 0,
        }
    }

    /// Appends what leads from the mirror's own orders to the recorded book, as far as `reach` goes.
    ///
    /// **Cost** O(own orders + levels within reach).
    pub fn plan(
        &mut self,
        own: &[Own],
        book: &RecordedBook,
        reach: Reach,
        actions: &mut Vec<Action>,
    ) {
        let sides = [Side::Buy, Side::Sell].map(|side| (side, by_level(own, side, reach)));
        for (side, levels) in &sides {
            self.shrink(levels, book.side(*side), actions);
        }
        for (side, levels) in &sides {
            let wanted = book.side(*side).range(reach.of(*side));
            self.grow(*side, levels, wanted, actions);
        }
    }

    /// Takes what is too much off each level, from its newest orders.
    fn shrink(&self, own: &BTreeMap<Price, Vec<Own>>, wanted: &Levels, actions: &mut Vec<Action>) {
        for (price, orders) in own {
            let there = total(orders);
            let wanted = wanted.get(price).map_or(0, |qty| qty.lots());
            let mut surplus = (there - wanted).max(0);
            for order in orders.iter().rev() {
                if surplus == 0 {
                    break;
                }
                let cut = surplus.min(order.open.lots());
                actions.push(self.cut(order, cut));
                surplus -= cut;
            }
        }
    }

    /// Cancels an order or lowers it by `lots`.
    fn cut(&self, own: &Own, lots: i64) -> Action {
        let order = OrderRef::Id(own.order);
        let rest = Qty::new(own.original.lots() - lots).unwrap_or(Qty::ZERO);
        if own.open.lots() <= lots {
            return Action::Cancel(Cancel {
                market: self.market,
                order,
                restriction: CancelRestriction::None,
            });
        }
        Action::Amend(Amend {
            market: self.market,
            order,
            qty: rest,
            client_id: None,
        })
    }

    /// Places what is missing at each level.
    fn grow(
        &mut self,
        side: Side,
        own: &BTreeMap<Price, Vec<Own>>,
        wanted: Range<'_, Price, Qty>,
        actions: &mut Vec<Action>,
    ) {
        for (price, qty) in wanted {
            let there = own.get(price).map_or(0, |orders| total(orders));
            let missing = qty.lots() - there;
            if let Some(missing) = Qty::new(missing).filter(|missing| !missing.is_zero()) {
                actions.push(self.place(side, *price, missing));
            }
        }
    }

    fn place(&mut self, side: Side, price: Price, qty: Qty) -> Action {
        self.placed += 1;
        let text = format!("mirror-{}-{}", self.epoch, self.placed);
        let client_id =
            ClientOrderId::parse(text.as_bytes()).expect("digits and dashes, below 36 characters");
        let kind = OrderKind::LimitMaker { price, qty };
        Action::Place(NewOrder {
            market: self.market,
            side,
            kind,
            client_id,
            self_trade: None,
        })
    }
}

fn by_level(own: &[Own], side: Side, reach: Reach) -> BTreeMap<Price, Vec<Own>> {
    let mut levels: BTreeMap<Price, Vec<Own>> = BTreeMap::new();
    let prices = reach.of(side);
    let is_meant = |order: &&Own| order.side == side && prices.contains(&order.price);
    for order in own.iter().filter(is_meant) {
        levels.entry(order.price).or_default().push(*order);
    }
    for orders in levels.values_mut() {
        orders.sort_by_key(|order| order.order);
    }
    levels
}

fn total(orders: &[Own]) -> i64 {
    orders.iter().map(|order| order.open.lots()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::instrument::Grid;

    const GRID: Grid = Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    };

    fn own(order: u64, side: Side, ticks: i64, open: i64) -> Own {
        let qty = |lots| Qty::new(lots).expect("small");
        Own {
            order: OrderId(order),
            side,
            price: Price::new(ticks).expect("small"),
            original: qty(open + 1),
            open: qty(open),
        }
    }

    fn plan(own: &[Own], bids: &[(i64, i64)], asks: &[(i64, i64)]) -> Vec<String> {
        plan_within(Reach::Whole, own, bids, asks)
    }

    fn plan_within(
        reach: Reach,
        own: &[Own],
        bids: &[(i64, i64)],
        asks: &[(i64, i64)],
    ) -> Vec<String> {
        let levels = |side: &[(i64, i64)]| {
            side.iter()
                .map(|(price, qty)| {
                    (
                        Price::new(*price).expect("small"),
                        Qty::new(*qty).expect("small"),
                    )
                })
                .collect()
        };
        let mut book = RecordedBook::new(GRID);
        book.bids = levels(bids);
        book.asks = levels(asks);
        let mut actions = Vec::new();
        Mirror::new(MarketId(0), 1).plan(own, &book, reach, &mut actions);
        actions.iter().map(show).collect()
    }

    fn show(action: &Action) -> String {
        match action {
            Action::Cancel(Cancel {
                order: OrderRef::Id(order),
                ..
            }) => format!("cancel {}", order.0),
            Action::Amend(Amend {
                order: OrderRef::Id(order),
                qty,
                ..
            }) => format!("amend {} to {}", order.0, qty.lots()),
            Action::Place(order) => format!(
                "place {:?} {} at {}",
                order.side,
                order.kind.qty().expect("limit").lots(),
                order.kind.price().expect("limit").ticks()
            ),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_shrinks_goes_before_what_grows() {
        let own = [own(1, Side::Sell, 10, 5), own(2, Side::Buy, 9, 5)];
        assert_eq!(
            plan(&own, &[(10, 2)], &[(11, 5)]),
            [
                "cancel 2",
                "cancel 1",
                "place Buy 2 at 10",
                "place Sell 5 at 11"
            ]
        );
    }

    #[test]
    fn a_level_shrinks_from_its_newest_order() {
        let own = [
            own(1, Side::Buy, 9, 5),
            own(2, Side::Buy, 9, 5),
            own(3, Side::Buy, 9, 5),
        ];
        assert_eq!(plan(&own, &[(9, 7)], &[]), ["cancel 3", "amend 2 to 3"]);
    }

    #[test]
    fn a_book_that_is_right_needs_nothing() {
        let own = [own(1, Side::Buy, 9, 5), own(2, Side::Buy, 9, 2)];
        assert!(plan(&own, &[(9, 7)], &[]).is_empty());
    }

    #[test]
    fn levels_out_of_reach_are_left_alone() {
        let own = [own(1, Side::Buy, 8, 5), own(2, Side::Buy, 9, 5)];
        let reach = Reach::Through(Price::new(9).expect("small"));
        assert_eq!(
            plan_within(reach, &own, &[(9, 4)], &[(9, 3), (10, 3)]),
            ["amend 2 to 5", "place Sell 3 at 9"]
        );
    }
}

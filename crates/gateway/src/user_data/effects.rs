//! What a command did to orders, so that they can be told as they were in the midst of it.
//!
//! The views stand at the end of the command. An order may be met many times on the way there: it starts, trades, shows
//! more of itself, ends.

use std::collections::BTreeMap;

use model::event::Event;
use model::id::{MarketId, OrderId};
use model::number::{Price, Qty};
use model::order::{Awaited, Instructions};
use model::text::ClientOrderId;
use wire::binance::answer::order::OrderFacts;
use wire::binance::words::Stage;

use crate::user_data::executions::{IsHeard, OrderPlace};

/// What commands did to one order.
#[derive(Clone, Copy, Debug)]
struct Effect {
    executed: Qty,
    quote_units: i128,
    prevented: Qty,
    /// Where it stood when it was first moved on.
    stage_before: Option<Stage>,
    /// Its quantity and name when it was first amended.
    before_amended: Option<(Qty, ClientOrderId)>,
    /// Its limit price when it was first given another.
    price_before: Option<Price>,
    /// What it waited for when it was first amended while it waited.
    awaited_before: Option<Awaited>,
    /// What it showed at a time when it was first given another part to show.
    shown_before: Option<Qty>,
}

impl Effect {
    const NONE: Effect = Effect {
        executed: Qty::ZERO,
        quote_units: 0,
        prevented: Qty::ZERO,
        stage_before: None,
        before_amended: None,
        price_before: None,
        awaited_before: None,
        shown_before: None,
    };
}

/// What commands did to the orders whose owners listen.
pub struct Effects(BTreeMap<(MarketId, OrderId), Effect>);

impl Effects {
    /// Returns those of no event.
    pub const fn none() -> Effects {
        Effects(BTreeMap::new())
    }

    /// Returns what these events did.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>, is_heard: IsHeard<'_>) -> Effects {
        let mut effects = Effects::none();
        for event in events {
            effects.add(event, is_heard);
        }
        effects
    }

    /// Forgets what was done to an order.
    pub fn forget(&mut self, order: (MarketId, OrderId)) {
        self.0.remove(&order);
    }

    /// Adds what the next event did.
    pub fn add(&mut self, event: &Event, is_heard: IsHeard<'_>) {
        let mut change = |(market, order, account): OrderPlace, change: &dyn Fn(&mut Effect)| {
            if is_heard(account) {
                change(self.0.entry((market, order)).or_insert(Effect::NONE));
            }
        };
        match event {
            Event::Traded(traded) => {
                for party in [&traded.maker, &traded.taker] {
                    change((traded.market, party.order, party.account), &|effect| {
                        effect.executed = effect.executed.plus(traded.qty);
                        effect.quote_units += traded.quote.units();
                    });
                }
            }
            Event::MatchPrevented(prevented) => {
                let (maker, taker) = (prevented.maker_order, prevented.taker_order);
                let place = (prevented.market, maker, prevented.maker_account);
                change(place, &|effect| {
                    effect.prevented = effect.prevented.plus(prevented.maker_qty);
                });
                let place = (prevented.market, taker, prevented.taker_account);
                change(place, &|effect| {
                    effect.prevented = effect.prevented.plus(prevented.taker_qty);
                });
            }
            Event::OrderActivated(activated) => {
                let place = (activated.market, activated.order, activated.account);
                change(place, &|effect| {
                    effect.stage_before.get_or_insert(Stage::Pending);
                });
            }
            Event::OrderTriggered(triggered) => {
                let place = (triggered.market, triggered.order, triggered.account);
                change(place, &|effect| {
                    effect.stage_before.get_or_insert(Stage::Waiting);
                });
            }
            event => add_amended(event, &mut change),
        }
    }

    /// Returns an order of an earlier command as it was before all this, from how it is after it.
    pub fn before(&self, market: MarketId, after: &OrderFacts) -> OrderFacts {
        let effect = self.0.get(&(market, after.order)).copied();
        let effect = effect.unwrap_or(Effect::NONE);
        let stage = effect.stage_before.unwrap_or(after.stage);
        let (original, client_id) = effect
            .before_amended
            .unwrap_or((after.original, after.client_id));
        let kind = match effect.price_before {
            Some(price) => after.kind.at(price),
            None => after.kind,
        };
        let instructions = match effect.awaited_before {
            Some(awaited) => after.instructions.until(awaited),
            None => after.instructions,
        };
        let instructions = Instructions {
            iceberg: effect.shown_before.or(instructions.iceberg),
            ..instructions
        };
        OrderFacts {
            kind,
            instructions,
            original,
            client_id,
            executed: after.executed.minus(effect.executed),
            quote_units: after.quote_units - effect.quote_units,
            prevented: after.prevented.minus(effect.prevented),
            stage,
            closed: None,
            working_at: after.working_at.filter(|_| stage == Stage::Working),
            ..*after
        }
    }
}

/// Changes what was done to an order.
type Change<'a> = &'a mut dyn FnMut(OrderPlace, &dyn Fn(&mut Effect));

/// Adds what an amendment did.
fn add_amended(event: &Event, change: Change<'_>) {
    match event {
        Event::OrderAmended(amended) => {
            let place = (amended.market, amended.order, amended.account);
            let before = (
                amended.qty.plus(amended.reduced),
                amended.previous_client_id,
            );
            change(place, &|effect| {
                effect.before_amended.get_or_insert(before);
            });
        }
        Event::OrderRequeued(requeued) => {
            let place = (requeued.market, requeued.order, requeued.account);
            let before = (requeued.previous_qty, requeued.previous_client_id);
            change(place, &|effect| {
                effect.before_amended.get_or_insert(before);
                effect.price_before.get_or_insert(requeued.previous_price);
            });
        }
        Event::WaitingAmended(amended) => {
            let place = (amended.market, amended.order, amended.account);
            let qty = amended.previous_kind.qty().unwrap_or(Qty::ZERO);
            let before = (qty, amended.previous_client_id);
            change(place, &|effect| {
                effect.before_amended.get_or_insert(before);
                effect.price_before = effect.price_before.or(amended.previous_kind.price());
                effect.awaited_before.get_or_insert(amended.previous);
            });
        }
        Event::IcebergAmended {
            market,
            order,
            account,
            previous,
            ..
        } => change((*market, *order, *account), &|effect| {
            effect.shown_before.get_or_insert(*previous);
        }),
        _ => {}
    }
}

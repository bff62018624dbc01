//! What a command did to orders, so that they can be told as they were in the midst of it.
//!
//! The views stand at the end of the command. An order may be met many times on the way there: it starts, trades, shows
//! more of itself, ends.

use std::collections::BTreeMap;

use model::event::Event;
use model::id::{AccountId, OrderId};
use model::number::Qty;
use wire::binance::answer::order::OrderFacts;
use wire::binance::words::Stage;

use crate::user_data::executions::IsHeard;

/// What a command did to one order.
#[derive(Clone, Copy, Debug)]
struct Effect {
    executed: Qty,
    quote_units: i128,
    prevented: Qty,
    /// Where it stood when the command first moved it on.
    stage_before: Option<Stage>,
}

impl Effect {
    const NONE: Effect = Effect {
        executed: Qty::ZERO,
        quote_units: 0,
        prevented: Qty::ZERO,
        stage_before: None,
    };
}

/// What a command did to the orders whose owners listen.
pub struct Effects(BTreeMap<OrderId, Effect>);

impl Effects {
    /// Returns what these events did.
    pub fn of(events: &[Event], is_heard: IsHeard<'_>) -> Effects {
        let mut effects = Effects(BTreeMap::new());
        for event in events {
            effects.take_in(event, is_heard);
        }
        effects
    }

    fn take_in(&mut self, event: &Event, is_heard: IsHeard<'_>) {
        let mut change = |account: AccountId, order: OrderId, change: &dyn Fn(&mut Effect)| {
            if is_heard(account) {
                change(self.0.entry(order).or_insert(Effect::NONE));
            }
        };
        match event {
            Event::Traded(traded) => {
                for party in [&traded.maker, &traded.taker] {
                    change(party.account, party.order, &|effect| {
                        effect.executed = effect.executed.plus(traded.qty);
                        effect.quote_units += traded.quote.units();
                    });
                }
            }
            Event::MatchPrevented(prevented) => {
                change(prevented.maker_account, prevented.maker_order, &|effect| {
                    effect.prevented = effect.prevented.plus(prevented.maker_qty);
                });
                change(prevented.taker_account, prevented.taker_order, &|effect| {
                    effect.prevented = effect.prevented.plus(prevented.taker_qty);
                });
            }
            Event::OrderActivated(activated) => {
                change(activated.account, activated.order, &|effect| {
                    effect.stage_before.get_or_insert(Stage::Pending);
                });
            }
            Event::OrderTriggered(triggered) => {
                change(triggered.account, triggered.order, &|effect| {
                    effect.stage_before.get_or_insert(Stage::Waiting);
                });
            }
            _ => {}
        }
    }

    /// Returns an order of an earlier command as it was before this one, from how it is after it.
    pub fn before(&self, after: &OrderFacts) -> OrderFacts {
        let effect = self.0.get(&after.order).copied().unwrap_or(Effect::NONE);
        let stage = effect.stage_before.unwrap_or(after.stage);
        OrderFacts {
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

//! Snapshots with impossible orders outside the book, icebergs, amendments and lists are refused.

use engine::engine::Engine;
use model::id::{AccountId, ListId, OrderId};
use model::instrument::Phase;
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty};
use model::order::{
    Condition, ListKind, OrderKind, Peg, PegBase, Purpose, Side, TimeInForce, Trigger,
};
use model::snapshot::{AmendedRow, MarketState, ParkedRow, Waiting};

use crate::script::Script;

const RICH: &str = "
begin
change BTCUSD band=0..2000000
limits BTCUSD amends=10
market OTHER BTC USD
phase OTHER continuous
oco 3 OTHER id=elsewhere : sell 5 @ 120 maker : sell 5 @ 80 gtc stop=85
buy 1 BTCUSD 5 @ 90 gtc id=plain
amend 1 BTCUSD plain 4
sell 1 BTCUSD 10 @ 130 gtc show=3 id=ice
buy 3 BTCUSD 2 @ 130 gtc
last BTCUSD 100
oco 1 BTCUSD id=pair : sell 5 @ 120 maker id=maker : sell 5 @ 80 gtc stop=85 id=loss
otoco 2 BTCUSD id=wait : buy 5 @ 91 gtc id=w : sell 5 @ 125 maker id=p : sell 5 market stop=70 id=q
oto 2 BTCUSD id=filled : buy 5 @ 95 gtc : sell 5 @ 126 gtc id=next
sell 4 BTCUSD 1 market stop=92 id=stop
buy 4 BTCUSD 1 @ 70 gtc trail=200 id=trail
buy 4 BTCUSD 5 market stop=140 id=dear
sell 4 BTCUSD 2 @ 1 gtc stop=91 peg=primary id=peg
last BTCUSD 99
sell 4 BTCUSD 1 market stop=96 id=due
phase BTCUSD limit_only
sell 3 BTCUSD 5 @ 95 gtc
";

/// Expects that a state is refused once its first market is damaged this way.
fn check_refused(what: &str, damage: impl Fn(&mut MarketState)) {
    let mut script = Script::new();
    script.play(RICH);
    let mut state = script.checked.engine.state();
    let again = Engine::restore(&state).expect("an engine's own state is legal");
    assert!(again.state() == state);
    damage(&mut state.markets[0]);
    assert!(Engine::restore(&state).is_err(), "{what} was accepted");
}

/// Expects that a state is refused once the parked order of a name is damaged this way.
fn check_parked(name: &str, what: &str, damage: impl Fn(&mut ParkedRow)) {
    check_refused(&format!("{what} of {name}"), |market| {
        let mut rows = market.parked.iter_mut();
        let row = rows.find(|row| row.client_id.to_string() == name);
        damage(row.expect("a parked order of this name"));
    });
}

fn price(ticks: i64) -> Price {
    Price::new(ticks).expect("a price")
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).expect("a quantity")
}

fn stop_at(ticks: i64) -> Option<Trigger> {
    let price = price(ticks);
    Some(Trigger {
        purpose: Purpose::StopLoss,
        condition: Condition::Stop { price },
    })
}

#[test]
fn a_snapshot_with_a_wrong_row_of_a_waiting_order_is_refused() {
    check_refused("an order twice", |market| {
        market.parked.insert(1, market.parked[0]);
    });
    check_refused("orders out of order", |market| market.parked.swap(0, 1));
    check_refused("waiting orders in a closed market", |market| {
        market.orders.clear();
        market.phase = Phase::Closed;
    });
    check_refused("a client id twice", |market| {
        for row in &mut market.parked {
            row.client_id = market.orders[0].client_id;
            row.account = market.orders[0].account;
        }
    });
    check_parked("stop", "the number of another", |row| {
        row.order = OrderId(1);
    });
    check_parked("due", "a number of the future", |row| {
        row.order = OrderId(u64::MAX);
    });
    check_parked("stop", "nobody", |row| row.account = AccountId(77));
    check_parked("stop", "another account", |row| row.account = AccountId(1));
    check_parked("stop", "another side", |row| row.side = Side::Buy);
    check_parked("stop", "no quantity", |row| {
        row.kind = OrderKind::Market { qty: Qty::ZERO };
    });
    check_parked("stop", "a quantity beyond the terms", |row| {
        row.kind = OrderKind::Market { qty: Qty::MAX };
    });
    check_parked("stop", "a kind that names no quantity", |row| {
        row.kind = OrderKind::MarketQuote { quote: Amount::MAX };
    });
    check_parked("trail", "a kind that cannot wait", |row| {
        row.kind = OrderKind::LimitMaker {
            price: price(70),
            qty: qty(1),
        };
    });
    check_parked("trail", "a price beyond the terms", |row| {
        row.kind = OrderKind::Limit {
            price: Price::MAX,
            qty: qty(1),
            time_in_force: TimeInForce::GoodTillCancel,
        };
    });
    for shown in [0, 2, 1 << 50] {
        check_parked("trail", "an iceberg", |row| {
            row.instructions.iceberg = Some(qty(shown));
        });
    }
    check_parked("stop", "an iceberg of a kind that cannot hide", |row| {
        row.instructions.iceberg = Some(qty(1));
    });
    for units in [-1, 0, 71, Amount::MAX.units()] {
        check_parked("trail", "a hold", |row| {
            row.hold = Amount::new(units).expect("an amount");
        });
    }
    check_parked("dear", "a hold below zero", |row| {
        row.hold = Amount::new(-1).expect("an amount");
    });
}

#[test]
fn a_snapshot_with_an_order_that_cannot_be_pegged_is_refused() {
    let pegged_to = |base| {
        Some(Peg {
            base,
            levels: PegLevels::BEST,
            price: None,
        })
    };
    for base in [PegBase::Primary, PegBase::Market] {
        check_parked("stop", "a peg of a market order", |row| {
            row.instructions.peg = pegged_to(base);
        });
    }
    check_parked("p", "a peg of a limit maker to the other side", |row| {
        row.instructions.peg = pegged_to(PegBase::Market);
    });
    for time_in_force in [TimeInForce::ImmediateOrCancel, TimeInForce::FillOrKill] {
        check_parked("peg", "a kind that cannot follow its own side", |row| {
            row.kind = OrderKind::Limit {
                price: price(1),
                qty: qty(2),
                time_in_force,
            };
        });
    }
    check_parked("peg", "a pegged limit maker that waits", |row| {
        row.kind = OrderKind::LimitMaker {
            price: price(1),
            qty: qty(2),
        };
    });
    check_parked("peg", "a quantity beyond the terms", |row| {
        row.kind = OrderKind::Limit {
            price: price(1),
            qty: Qty::MAX,
            time_in_force: TimeInForce::GoodTillCancel,
        };
    });
    for units in [-1, 0, 1, 3] {
        check_parked("peg", "a hold", |row| {
            row.hold = Amount::new(units).expect("an amount");
        });
    }
}

#[test]
fn a_snapshot_in_which_an_order_waits_for_what_cannot_be_is_refused() {
    for waiting in [Waiting::Working, Waiting::Activation] {
        check_parked("stop", "no list", |row| row.waiting = waiting);
    }
    let trailing = |ticks| Waiting::Trailing {
        extreme: price(ticks),
    };
    check_parked("stop", "a trail without a delta", |row| {
        row.waiting = trailing(99);
    });
    check_parked("due", "a trigger that is met already", |row| {
        row.waiting = Waiting::Market;
    });
    check_parked("stop", "a stop at the last price", |row| {
        row.instructions.trigger = stop_at(95);
    });
    check_parked("trail", "an extreme that the market has beaten", |row| {
        row.waiting = trailing(96);
    });
    check_parked("trail", "an extreme the market has turned from", |row| {
        row.waiting = trailing(93);
    });
    check_parked("trail", "no trigger", |row| row.instructions.trigger = None);
    for waiting in [Waiting::Market, Waiting::Turn] {
        check_parked("stop", "no trigger", |row| {
            row.waiting = waiting;
            row.instructions.trigger = None;
        });
    }
    check_refused("a trail without a last price", |market| {
        market.last_price = None;
    });
    let others = [Waiting::Market, Waiting::Turn, Waiting::Activation];
    for waiting in others {
        check_parked("q", "a pending leg that does not", |row| {
            row.waiting = waiting;
        });
    }
    check_parked("p", "a hold of a pending leg", |row| {
        row.hold = Amount::new(1).expect("an amount");
    });
    for waiting in [Waiting::Working, Waiting::Market, Waiting::Turn] {
        check_parked("next", "a filled working leg", |row| row.waiting = waiting);
    }
    check_parked("loss", "a pair that is pending", |row| {
        row.waiting = Waiting::Working;
    });
}

#[test]
fn a_snapshot_with_a_wrong_iceberg_or_amendment_is_refused() {
    check_refused("an iceberg that shows nothing", |market| {
        market.icebergs[0].shown = Qty::ZERO;
    });
    check_refused("an iceberg that shows more than it may", |market| {
        market.icebergs[0].shown = qty(4);
    });
    check_refused("an iceberg that shows more than is open", |market| {
        market.icebergs[0].shown_max = qty(9);
        market.icebergs[0].shown = qty(9);
    });
    check_refused("an iceberg of no lots", |market| {
        market.icebergs[0].shown_max = Qty::ZERO;
    });
    check_refused("an iceberg of more than there was", |market| {
        market.icebergs[0].shown_max = qty(11);
    });
    check_refused("an iceberg in too many parts", |market| {
        let id = market.icebergs[0].order;
        market.icebergs[0].shown_max = qty(1);
        market.icebergs[0].shown = qty(1);
        let row = market.orders.iter_mut().find(|row| row.order == id);
        let row = row.expect("it rests");
        row.original = qty(103);
        row.open = qty(101);
        row.hold = Amount::new(101).expect("an amount");
        row.kind = OrderKind::Limit {
            price: row.price,
            qty: qty(103),
            time_in_force: TimeInForce::GoodTillCancel,
        };
    });
    check_refused("an iceberg that does not rest", |market| {
        market.icebergs[0].order = market.parked[0].order;
    });
    check_refused("an iceberg twice", |market| {
        market.icebergs.push(market.icebergs[0]);
    });
    check_refused("no amendment", |market| market.amended[0].amendments = 0);
    check_refused("an amendment twice", |market| {
        market.amended.push(market.amended[0]);
    });
    let refuses_amended = |what: &str, order: fn(&MarketState) -> OrderId| {
        check_refused(what, |market| {
            market.amended = vec![AmendedRow {
                order: order(market),
                amendments: 1,
            }];
        });
    };
    refuses_amended("an amendment of nothing", |_| OrderId(u64::MAX));
    check_refused("limits of nothing", |market| {
        market.limits.iceberg_parts_max = 0;
    });
    check_refused("an empty range of deltas", |market| {
        market.limits.trailing_above.max = BasisPoints::MIN;
        market.limits.trailing_above.min = BasisPoints::MAX;
    });
}

#[test]
fn a_snapshot_with_a_wrong_list_is_refused() {
    check_refused("a list of no number", |market| {
        market.lists[0].list = ListId(0);
    });
    check_refused("a list of the future", |market| {
        market.lists[2].list = ListId(99);
    });
    check_refused("a list of another market", |market| {
        market.lists[0].list = ListId(1);
    });
    check_refused("a list twice", |market| {
        market.lists.push(market.lists[2]);
    });
    check_refused("lists out of order", |market| market.lists.swap(0, 1));
    check_refused("orders that belong to no list", |market| {
        market.lists.clear();
    });
    check_refused("a list of another account", |market| {
        market.lists[0].account = AccountId(3);
    });
    check_refused("a name twice", |market| {
        market.lists[1].client_id = market.lists[2].client_id;
    });
    for first in [0, 1, 4, 8, 9, 10, 99, u64::MAX - 1, u64::MAX] {
        for list in 0..3 {
            check_refused("legs that are others", |market| {
                let row = &mut market.lists[list];
                if row.first_order == OrderId(first) {
                    row.first_order = OrderId(first + 1);
                } else {
                    row.first_order = OrderId(first);
                }
            });
        }
    }
    let (pair, single) = (ListKind::OneCancelsOther, ListKind::OneTriggersOther);
    let triple = ListKind::OneTriggersOneCancelsOther;
    let wrong = [
        (0, [single, triple]),
        (1, [pair, single]),
        (2, [pair, triple]),
    ];
    for (list, kinds) in wrong {
        for kind in kinds {
            check_refused("another kind of list", |market| {
                market.lists[list].kind = kind;
            });
        }
    }
    check_parked("q", "a pending pair of two quantities", |row| {
        row.kind = OrderKind::Market { qty: qty(4) };
    });
    check_parked("q", "a pending pair of two stop losses", |row| {
        row.instructions.trigger = None;
    });
    check_parked("loss", "a pair the wrong way round", |row| {
        row.instructions.trigger = stop_at(120);
    });
    check_refused("a pair of which one has traded", |market| {
        let id = market.lists[0].first_order;
        let row = market.orders.iter_mut().find(|row| row.order == id);
        let row = row.expect("the maker rests");
        row.executed = qty(1);
        row.original = qty(6);
        row.kind = OrderKind::LimitMaker {
            price: row.price,
            qty: qty(6),
        };
    });
}

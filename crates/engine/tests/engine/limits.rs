//! The ends of counters and tables that a scenario cannot reach.

use engine::engine::Engine;
use model::event::Event;
use model::id::{MARKET_COUNTER_MAX, OrderId, PreventedMatchId, TradeId};
use model::instrument::{ASSETS_MAX, MARKETS_MAX};
use model::reject::Reject;
use model::snapshot::MarketState;
use model::time::Timestamp;

use crate::check::Checked;
use crate::parse::Names;
use crate::script::Script;

fn numbered(prefix: &str, number: usize) -> String {
    format!("{prefix}{number}")
}

#[test]
fn the_last_asset_and_market_are_listed_and_not_one_more() {
    let mut checked = Checked::new();
    let mut names = Names::default();
    let mut run = |line: &str| checked.apply(Timestamp::ZERO, names.command(line));
    run("genesis 7");
    for number in 0..ASSETS_MAX {
        let events = run(&format!("asset {}", numbered("A", number)));
        assert!(matches!(events[..], [Event::AssetListed(_)]));
    }
    let reason = Reject::AssetLimit;
    assert_eq!(run("asset MORE"), [Event::Rejected { reason }]);
    for number in 0..MARKETS_MAX {
        let events = run(&format!("market {} 0 1", numbered("M", number)));
        assert!(matches!(events[..], [Event::MarketListed { .. }]));
    }
    let reason = Reject::MarketLimit;
    assert_eq!(run("market MORE 0 1"), [Event::Rejected { reason }]);
    let state = checked.engine.state();
    let again = Engine::restore(&state).expect("a full engine is legal");
    assert_eq!(again.state(), state);
}

/// Plays one order on a market whose counters stand where `set` puts them.
fn check_counters(set: impl Fn(&mut MarketState), order: &str, expected: Option<Reject>) {
    let mut script = Script::new();
    script.play("begin\nsell 1 BTCUSD 5 @ 100 gtc\nsell 1 BTCUSD 5 @ 101 gtc\n");
    let mut state = script.checked.engine.state();
    set(&mut state.markets[0]);
    script.checked.engine = Engine::restore(&state).expect("late counters are legal");
    let events = script.run(order);
    let refused = match events[..] {
        [Event::Rejected { reason }] => Some(reason),
        _ => None,
    };
    assert_eq!(refused, expected, "{order}");
}

#[test]
fn a_market_gives_out_its_last_number_and_not_one_more() {
    let exhausted = Some(Reject::MarketExhausted);
    let order = "buy 2 BTCUSD 5 @ 90 gtc";
    for (left, expected) in [(1, None), (0, exhausted)] {
        let last = MARKET_COUNTER_MAX - left;
        check_counters(|market| market.last_order = OrderId(last), order, expected);
    }
    // Two makers and a rest: a taker may need three numbers.
    let sweep = "buy 2 BTCUSD 20 @ 101 gtc";
    for (left, expected) in [(3, None), (2, exhausted)] {
        let last = MARKET_COUNTER_MAX - left;
        check_counters(|market| market.last_trade = TradeId(last), sweep, expected);
        check_counters(
            |market| market.last_prevented = PreventedMatchId(last),
            "buy 1 BTCUSD 20 @ 101 gtc",
            expected,
        );
    }
}

//! The ends of counters and tables that a scenario cannot reach.

use engine::engine::Engine;
use model::command::{Command, Sequenced};
use model::event::Event;
use model::id::{MARKET_COUNTER_MAX, OrderId, PreventedMatchId, TradeId};
use model::instrument::{ASSETS_MAX, MARKETS_MAX};
use model::order::CloseReason;
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

/// Expects how the orders of account 1 end by a command, on a market with so many trade numbers left.
fn check_ends(before: &str, left: u64, command: &str, expected: &[CloseReason]) {
    let mut script = Script::new();
    script.play(before);
    let mut state = script.checked.engine.state();
    state.markets[0].last_trade = TradeId(MARKET_COUNTER_MAX - left);
    script.checked.engine = Engine::restore(&state).expect("late counters are legal");
    let events = script.run(command);
    let ends: Vec<CloseReason> = events
        .iter()
        .filter_map(|event| match event {
            Event::OrderClosed(closed) if closed.account.0 == 1 => Some(closed.reason),
            _ => None,
        })
        .collect();
    assert_eq!(ends, expected, "{command} with {left} left");
}

#[test]
fn an_order_that_is_due_ends_where_no_number_is_left_for_its_trades() {
    use CloseReason::{Filled, NotPlaceable};
    let waiting = "begin\nsell 2 BTCUSD 5 @ 100 gtc\nbuy 1 BTCUSD 1 @ 200 gtc stop=100\n";
    let take = "buy 3 BTCUSD 1 @ 100 gtc";
    check_ends(waiting, 3, take, &[Filled]);
    check_ends(waiting, 2, take, &[NotPlaceable]);
    let list = "oto 1 BTCUSD : buy 1 @ 100 gtc : buy 1 @ 100 gtc";
    let maker = "begin\nsell 2 BTCUSD 5 @ 100 gtc\n";
    check_ends(maker, 3, list, &[Filled, Filled]);
    check_ends(maker, 2, list, &[Filled, NotPlaceable]);
}

/// Places a list of two buys where the account's open buys leave room for `room` more of them.
fn check_pair_of_buys(room: usize, line: &str, expected: Option<Reject>) {
    let mut script = Script::new();
    script.play(
        "begin
market HUGE BTC USD price=1..2 qty=1..1125899906842624 mqty=1..1125899906842624 orders=10000
phase HUGE continuous
credit rich 1 USD 20_000_000_000_000_000_000
",
    );
    let mut names = Names {
        markets: vec!["BTCUSD".to_owned(), "HUGE".to_owned()],
        ..Names::default()
    };
    let mut engine = script.checked.engine;
    let mut apply = |line: &str| {
        let sequenced = Sequenced {
            sequence: engine.sequence().next(),
            at: engine.at(),
            command: names.command(line),
        };
        let mut events = Vec::new();
        engine.apply(&sequenced, &mut events);
        events
    };
    // A seat counts less than 2^63 lots: 8,191 orders of the largest size.
    for _ in 0..8_191 - room {
        let events = apply("buy 1 HUGE 1_125_899_906_842_624 @ 1 gtc");
        assert!(matches!(events[0], Event::OrderAccepted(_)), "{events:?}");
    }
    let refused = match apply(line)[..] {
        [Event::Rejected { reason }] => Some(reason),
        _ => None,
    };
    assert_eq!(refused, expected, "{line}");
}

#[test]
fn the_legs_of_a_pair_never_outgrow_what_a_seat_counts() {
    let lots = "1_125_899_906_842_624";
    let pair = format!("oco 1 HUGE : buy {lots} @ 1 maker : buy {lots} @ 2 gtc stop=2");
    let refused = Some(Reject::PositionLimit);
    check_pair_of_buys(2, &pair, None);
    check_pair_of_buys(1, &pair, refused);
}

#[test]
fn a_tick_lets_no_more_than_256_countdowns_run_out_and_the_next_one_the_rest() {
    let mut checked = Checked::new();
    let mut names = Names::default();
    let mut run = |line: &str| checked.apply(Timestamp::ZERO, names.command(line));
    for line in [
        "genesis 7",
        "asset A",
        "asset B",
        "open one 1",
        "key 1 1 all",
    ] {
        run(line);
    }
    for number in 0..258 {
        run(&format!("market {} 0 1", numbered("M", number)));
        run(&format!("countdown 1 {number} 1000"));
    }
    let mut tick = |millis| {
        let events = checked.apply(Timestamp::from_millis(millis), Command::Tick);
        checked.check_state(&checked.engine.state());
        let run_out = |event: &&Event| matches!(event, Event::CountdownExpired { .. });
        events.iter().filter(run_out).count()
    };
    assert_eq!([999, 1000, 1000, 1000].map(&mut tick), [0, 256, 2, 0]);
}

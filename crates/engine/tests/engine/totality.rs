//! No command stops the engine, however absurd; and whatever it answers, every invariant holds.

use model::command::Command;
use model::event::Event;
use model::order::CloseReason;
use model::time::Timestamp;

use crate::check::Checked;
use crate::generator::{Chance, Generator, Taste};
use crate::script::Script;

const MARKETS: &str = "
begin
open five 1 master=1
key 5 5 all
market FEES BTC USD fees=-5000000/20000000 tier1=10000000/10000000 bid=900000..1100000 ask=900000..1100000 band=960000..1040000
phase FEES continuous
market WIDE BTC USD tick=1000000000000 lot=100000 price=1..1125899906842624 qty=1..30000 mqty=1..30000 stp=decrement
phase WIDE continuous
";

/// Among how many events, the last ones, an order is looked for that may still be open.
const RECENT_EVENTS: usize = 100;

/// Plays random commands on a few open markets; `on_each` says how closely each is checked.
pub fn play(
    seed: u64,
    count: usize,
    on_each: impl Fn(&mut Checked, Timestamp, Command),
) -> Checked {
    let mut script = Script::new();
    script.play(MARKETS);
    let mut checked = script.checked;
    let mut generator = Generator {
        chance: Chance::new(seed),
        taste: Taste::Plausible,
    };
    for _ in 0..count {
        let pause = generator
            .chance
            .pick(&[0, 0, 0, 1, 1_000_000_000, 90_000_000_000]);
        let at = checked.engine.at().plus_nanos(pause);
        // Orders of a made-up number are seldom open: these were a moment ago.
        let recent = checked.events.len().saturating_sub(RECENT_EVENTS);
        let amendment = match generator.chance.is_one_in(40) {
            true => generator.amendment(&checked.events[recent..]),
            false => None,
        };
        let command = amendment.unwrap_or_else(|| generator.command());
        on_each(&mut checked, at, command);
    }
    checked
}

#[test]
fn any_command_is_answered_and_leaves_every_invariant_whole() {
    for seed in 0..40 {
        let checked = play(seed, 150, |checked, at, command| {
            checked.check(at, command);
        });
        checked.check_replay();
    }
}

/// A count, and which events count.
type Wanted = (usize, fn(&Event) -> bool);

/// What must happen in long runs more often than this, for them to prove anything.
const WANTED: &[Wanted] = &[
    (50, |event| matches!(event, Event::OrderRequeued(_))),
    (50, |event| matches!(event, Event::WaitingAmended(_))),
    (3, |event| matches!(event, Event::IcebergAmended { .. })),
    (50, |event| matches!(event, Event::OrderTriggered(_))),
    (50, |event| matches!(event, Event::OrderActivated(_))),
    (50, |event| matches!(event, Event::OrderRefilled { .. })),
    (50, |event| matches!(event, Event::ListClosed { .. })),
    (
        50,
        |event| matches!(event, Event::OrderClosed(closed) if closed.reason == CloseReason::OtherLeg),
    ),
    (
        50,
        |event| matches!(event, Event::OrderClosed(closed) if closed.reason == CloseReason::WorkingLeg),
    ),
    (
        50,
        |event| matches!(event, Event::OrderClosed(closed) if closed.reason == CloseReason::Countdown),
    ),
    (
        50,
        |event| matches!(event, Event::OrderTriggered(triggered) if triggered.pegged.is_some()),
    ),
    (
        10,
        |event| matches!(event, Event::OrderActivated(activated) if activated.pegged.is_some()),
    ),
];

#[test]
fn long_runs_of_any_commands_end_with_every_invariant_whole() {
    let mut traded = 0;
    let mut prevented = 0;
    let mut counts = [0; WANTED.len()];
    for seed in 100..120 {
        let checked = play(seed, 10_000, |checked, at, command| {
            checked.apply(at, command);
            if checked.log.len().is_multiple_of(20) {
                checked.check_state(&checked.engine.state());
            }
        });
        checked.check_state(&checked.engine.state());
        checked.check_replay();
        let count = |is_one: fn(&Event) -> bool| {
            checked.events.iter().filter(|event| is_one(event)).count()
        };
        traded += count(|event| matches!(event, Event::Traded(_)));
        prevented += count(|event| matches!(event, Event::MatchPrevented(_)));
        for (count_so_far, (_, is_one)) in counts.iter_mut().zip(WANTED) {
            *count_so_far += count(*is_one);
        }
    }
    for (number, (count, (wanted, _))) in counts.iter().zip(WANTED).enumerate() {
        assert!(wanted < count, "only {count} of wanted event {number}");
    }
    // A run in which nothing meets proves nothing.
    assert!(1_000 < traded, "only {traded} trades");
    assert!(100 < prevented, "only {prevented} prevented matches");
}

#[test]
fn an_engine_without_genesis_refuses_everything_else() {
    let mut checked = Checked::new();
    let mut generator = Generator {
        chance: Chance::new(1),
        taste: Taste::Absurd,
    };
    for _ in 0..500 {
        let command = generator.command();
        if !matches!(command, Command::Genesis(_)) {
            let events = checked.check(Timestamp::from_nanos(i64::MIN), command);
            let reason = model::reject::Reject::GenesisMissing;
            assert_eq!(events, [Event::Rejected { reason }]);
        }
    }
}

#[test]
fn the_ends_of_time_are_times_like_any_other() {
    let mut script = Script::new();
    script.play("begin\nbuy 1 BTCUSD 5 @ 100 gtc idem=a\n");
    let mut checked = script.checked;
    let mut generator = Generator {
        chance: Chance::new(5),
        taste: Taste::Plausible,
    };
    for _ in 0..200 {
        checked.check(Timestamp::MAX, generator.command());
    }
    checked.check(Timestamp::MAX, Command::Tick);
}

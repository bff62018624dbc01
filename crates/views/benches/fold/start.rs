//! What a start takes of the views: out of a snapshot of many accounts and orders, then a long tail folded.

use crate::clock::Clock;
use crate::flow::{Flow, Shape};
use model::event::{Event, Published};
use model::id::MarketId;
use model::order::Side;
use model::snapshot::BalanceRow;
use model::snapshot_views::LevelRow;
use std::time::Duration;
use views::behind::{Behind, Newest};
use views::change::Unheard;
use views::level_rows::LevelRows;
use views::views::Views;

pub const SHAPE: Shape = Shape {
    name: "start",
    markets: 100,
    bases: 100,
    accounts: 1_000_000,
    traders: 100_000,
    width_ticks: 1_000,
    resting: 1_000_000,
};

pub const COMMANDS: usize = 10_000_000;
/// Events read ahead together.
const AHEAD_EVENTS: usize = 160;
/// Commands applied before they are folded.
const STEP_COMMANDS: usize = 1 << 14;

pub fn measure(commands: usize) {
    let mut flow = Flow::new(&SHAPE);
    let mut views = Views::new();
    fold(&mut views, &std::mem::take(&mut flow.said));
    flow.prefill();
    fold(&mut views, &std::mem::take(&mut flow.said));
    let state = views.state();
    drop(views);
    let clock = Clock::start();
    let mut behind = Behind::restore(state).expect("views return it");
    let restored_in = clock.elapsed();
    let mut folded_in = Duration::ZERO;
    for _ in 0..commands.div_ceil(STEP_COMMANDS) {
        for _ in 0..STEP_COMMANDS {
            flow.step();
        }
        let clock = Clock::start();
        follow(&mut behind, &flow.said);
        folded_in += clock.elapsed();
        flow.said.clear();
    }
    let rows = flow.engine.ledger().rows();
    let balances = rows.map(|(_, key, balance)| BalanceRow {
        account: key.account,
        wallet: key.wallet,
        asset: key.asset,
        available: balance.available,
        held: balance.held,
    });
    let (mut lists_in, mut balances_in) = (Duration::ZERO, Duration::ZERO);
    let levels = |market: usize| {
        let market = MarketId(u16::try_from(market).expect("few markets"));
        let book = flow.engine.book(market).expect("a listed market");
        let rows = |side| {
            book.levels(side).map(|level| LevelRow {
                price: level.price,
                lots: level.open_lots,
            })
        };
        LevelRows {
            bids: rows(Side::Buy).collect(),
            asks: rows(Side::Sell).collect(),
        }
    };
    let newest = Newest {
        balances,
        levels: (0..SHAPE.markets as usize).map(levels),
    };
    let views = behind.catch_up(newest, |lists, balances| {
        let clock = Clock::start();
        lists();
        lists_in = clock.elapsed();
        let clock = Clock::start();
        balances();
        balances_in = clock.elapsed();
    });
    assert!(views.sequence() == flow.engine.sequence());
    println!(
        "start    restored in {:.2} s, {commands} commands folded in {:.2} s, {:.0} ns a command; \
         lists in {:.2} s, balances in {:.2} s",
        restored_in.as_secs_f64(),
        folded_in.as_secs_f64(),
        folded_in.as_nanos() as f64 / commands as f64,
        lists_in.as_secs_f64(),
        balances_in.as_secs_f64(),
    );
}

fn fold(views: &mut Views, said: &[Published]) {
    for ahead in said.chunks(AHEAD_EVENTS) {
        views.warm(ahead.iter().map(|published| &published.event));
        for published in ahead {
            views.fold(published, &mut Unheard);
        }
    }
    views.end_command(&mut Unheard);
}

fn follow(behind: &mut Behind, said: &[Published]) {
    let mut events: Vec<Event> = Vec::new();
    for ahead in said.chunks(AHEAD_EVENTS) {
        behind.warm(ahead.iter().map(|published| &published.event));
        for command in ahead.chunk_by(|a, b| a.sequence == b.sequence) {
            events.clear();
            events.extend(command.iter().map(|published| published.event.clone()));
            behind.fold_command((command[0].sequence, command[0].at), &events);
        }
    }
}

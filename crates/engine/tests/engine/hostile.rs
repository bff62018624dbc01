//! Snapshots that no engine made are refused, and never stop the one that reads them.

use engine::engine::Engine;
use model::average::Bucket;
use model::event::Event;
use model::id::{
    AccountId, AssetId, KeyId, MARKET_COUNTER_MAX, MarketId, OrderId, ProposalId, Reference,
    Sequence, TradeGroupId,
};
use model::instrument::Phase;
use model::number::{Amount, Price, Qty};
use model::order::{OrderKind, Side};
use model::payout_limit::PayoutLimitRow;
use model::snapshot::{ApprovalRow, DepositStatus, DestinationRow, EngineState, WithdrawalStatus};
use model::time::Timestamp;

use crate::script::Script;

const RICH: &str = "
begin
open five 1 master=1
key 5 5 all
market FEES BTC USD fees=-5000000/20000000 tier1=-5000000/10000000
phase FEES continuous
buy 1 FEES 5 @ 100 gtc idem=a
buy 2 FEES 5 @ 100 gtc idem=b
buy 2 FEES 5 @ 99 maker id=a-name-of-more-than-nine
sell 3 FEES 2 @ 100 gtc
sell 3 FEES 5 @ 105 gtc
sell 4 FEES 5 @ 105 gtc
sell 3 FEES 5 @ 106 gtc
wait 1
sell 5 FEES 1 @ 100 gtc stp=decrement
sell 4 FEES 1 @ 100 gtc
countdown 1 BTCUSD 5000
countdown 1 FEES 5000
countdown 2 FEES 4000
withdraw 1 w1 USD 10 1
withdraw 1 w2 USD 10 1
settle w2
see d1 1 USD 10
see d2 1 USD 10
drop d2
transfer 1 t1 spot 5 futures USD 10
transfer 1 t2 spot 5 futures USD 10
";

fn rich_state() -> EngineState {
    let mut script = Script::new();
    script.play(RICH);
    script.checked.engine.state()
}

/// Expects that a state is refused once it is damaged this way.
fn check_refused(what: &str, damage: impl Fn(&mut EngineState)) {
    let mut state = rich_state();
    assert!(Engine::restore(&state).is_ok());
    damage(&mut state);
    assert!(Engine::restore(&state).is_err(), "{what} was accepted");
}

#[test]
fn a_snapshot_with_one_wrong_row_is_refused() {
    let more = |amount: &mut Amount| *amount = amount.plus(Amount::new(1).expect("one"));
    check_refused("an unknown logic", |state| state.logic = 3);
    check_refused("content before genesis", |state| state.logic = 0);
    check_refused("a destination of nothing that is held", |state| {
        state.proofs.destinations.push(DestinationRow {
            withdrawal: Reference([9; 32]),
            destination: None,
        });
    });
    check_refused("somebody who vouches for no key", |state| {
        state.proofs.keys.push(KeyId(999));
    });
    check_refused("a limit of payouts that holds what nobody has", |state| {
        state.payout_limits.limits.push(PayoutLimitRow {
            asset: AssetId(0),
            cap: None,
            raise: None,
            held: Amount::MAX,
        });
    });
    check_refused("an asset number", |state| state.assets[1].id = AssetId(7));
    check_refused("a double asset", |state| {
        state.assets[1].symbol = state.assets[0].symbol;
    });
    check_refused("accounts out of order", |state| state.accounts.swap(0, 1));
    check_refused("a group of nobody", |state| {
        state.accounts[4].group = TradeGroupId(9);
    });
    check_refused("a group of another owner", |state| {
        state.accounts[4].group = TradeGroupId(2);
    });
    check_refused("a missing opening", |state| {
        state.openings.pop();
    });
    check_refused("an opening twice", |state| {
        state.openings[1].account = state.openings[0].account;
    });
    check_refused("a balance too many", |state| {
        more(&mut state.balances[0].available)
    });
    check_refused("a balance moved to held", |state| {
        more(&mut state.balances[0].held);
        let available = &mut state.balances[0].available;
        *available = available.minus(Amount::new(1).expect("one"));
    });
    check_refused("a balance of nobody", |state| {
        let last = state.balances.last_mut().expect("a balance");
        last.account = AccountId(99);
    });
    check_refused("a house balance", |state| more(&mut state.house[0].balance));
    check_refused("a key of nobody", |state| {
        state.keys[0].account = AccountId(0)
    });
    check_refused("keys out of order", |state| state.keys.swap(0, 1));
    check_refused("a deposit of nothing", |state| {
        state.deposits[0].deposit.amount = Amount::ZERO;
    });
    check_refused("an approval from the future", |state| {
        state.approvals.push(ApprovalRow {
            proposal: ProposalId(1),
            digest: Reference([1; 32]),
            sequence: Sequence(u64::MAX),
            refusal: None,
        });
    });
    check_refused("a deposit from the future", |state| {
        state.deposits[0].sequence = Sequence(u64::MAX);
    });
    check_refused("a deposit seen again", |state| {
        for row in &mut state.deposits {
            row.status = DepositStatus::Seen;
        }
    });
    check_refused("a withdrawal held again", |state| {
        for row in &mut state.withdrawals {
            row.status = WithdrawalStatus::Held;
            row.ended_by = None;
        }
    });
    check_refused("a withdrawal without an end", |state| {
        for row in &mut state.withdrawals {
            row.status = WithdrawalStatus::Settled;
            row.ended_by = None;
        }
    });
    check_refused("a withdrawal beyond the bound", |state| {
        state.withdrawals[0].withdrawal.fee = Amount::MAX;
    });
    check_refused("a transfer of nobody", |state| {
        state.transfers[1].account = AccountId(99);
    });
    check_refused("a result from the future", |state| {
        state.idempotency[1].at = Timestamp::MAX;
    });
    check_refused("a result twice", |state| {
        state.idempotency[1].idempotency = state.idempotency[0].idempotency;
        state.idempotency[1].account = state.idempotency[0].account;
    });
}

#[test]
fn a_snapshot_with_a_wrong_countdown_is_refused() {
    check_refused("a countdown of nobody", |state| {
        state.countdowns[2].account = AccountId(99);
    });
    check_refused("a countdown in no market", |state| {
        state.countdowns[2].market = MarketId(99);
    });
    check_refused("countdowns out of order", |state| {
        state.countdowns.swap(0, 1);
    });
    check_refused("a countdown twice", |state| {
        state.countdowns.push(state.countdowns[2]);
    });
    check_refused("two countdowns of one account in one market", |state| {
        state.countdowns[1].market = MarketId(0);
    });
}

#[test]
fn a_snapshot_with_a_wrong_market_is_refused() {
    check_refused("a market number", |state| {
        state.markets[1].instrument.id = MarketId(0);
    });
    check_refused("a double market", |state| {
        state.markets[1].instrument.symbol = state.markets[0].instrument.symbol;
    });
    check_refused("a wrong K", |state| {
        state.markets[1].instrument.quote_per_tick_lot = 2;
    });
    check_refused("a market of one asset", |state| {
        state.markets[0].instrument.quote = AssetId(0);
    });
    check_refused("illegal terms", |state| {
        state.markets[0].terms.open_orders_max = 0
    });
    check_refused("a counter beyond its end", |state| {
        state.markets[0].last_order = OrderId(MARKET_COUNTER_MAX + 1);
    });
    check_refused("orders in a closed market", |state| {
        state.markets[1].phase = Phase::Closed;
    });
    check_refused("an average out of order", |state| {
        state.markets[1].average.swap(0, 1)
    });
    check_refused("an average beyond measure", |state| {
        state.markets[1].average[0] = Bucket {
            second: 0,
            value: i128::MAX,
            qty: 1,
        };
    });
    check_refused("an average of huge buckets", |state| {
        let bucket = |second| Bucket {
            second,
            value: i128::MAX,
            qty: i128::MAX,
        };
        state.markets[1].average = (0..300).map(bucket).collect();
    });
    check_refused("an average below one tick", |state| {
        state.markets[1].average[0].value = 0;
    });
}

#[test]
fn a_snapshot_with_a_wrong_order_is_refused() {
    check_refused("orders out of book order", |state| {
        state.markets[1].orders.swap(0, 2)
    });
    check_refused("a side out of order", |state| {
        state.markets[1].orders.reverse();
    });
    check_refused("bids that meet asks", |state| {
        let row = &mut state.markets[1].orders[0];
        let price = Price::new(105).expect("a price");
        row.price = price;
        row.kind = OrderKind::LimitMaker {
            price,
            qty: row.original,
        };
        row.hold = Amount::new(i128::from(row.open.lots()) * 105).expect("an amount");
    });
    check_refused("an order number of the future", |state| {
        state.markets[1].last_order = OrderId(1);
    });
    check_refused("an order of nobody", |state| {
        state.markets[1].orders[0].account = AccountId(77);
    });
    check_refused("an order of another", |state| {
        state.markets[1].orders[0].account = AccountId(3);
    });
    check_refused("an order number twice", |state| {
        state.markets[1].orders[3].order = state.markets[1].orders[0].order;
    });
    check_refused("nothing open", |state| {
        let row = &mut state.markets[1].orders[0];
        row.executed = row.original;
        row.open = Qty::ZERO;
        row.hold = Amount::ZERO;
    });
    check_refused("lots unaccounted for", |state| {
        let row = &mut state.markets[1].orders[0];
        row.executed = Qty::ZERO;
    });
    check_refused("a hold too large", |state| {
        state.markets[1].orders[0].hold = Amount::MAX;
    });
    check_refused("a market order at rest", |state| {
        state.markets[1].orders[0].kind = OrderKind::Market { qty: Qty::MAX };
    });
    check_refused("another side", |state| {
        state.markets[1].orders[0].side = Side::Sell;
    });
    check_refused("a quantity beyond the terms", |state| {
        let row = &mut state.markets[1].orders[0];
        row.original = Qty::MAX;
        row.kind = OrderKind::Limit {
            price: row.price,
            qty: Qty::MAX,
            time_in_force: model::order::TimeInForce::GoodTillCancel,
        };
    });
    check_refused("a client id twice", |state| {
        let name = state.markets[1].orders[1].client_id;
        for row in &mut state.markets[1].orders {
            row.client_id = name;
        }
    });
}

#[test]
fn a_restored_engine_cancels_in_the_order_of_arrival() {
    let mut script = Script::new();
    script.play(
        "begin
buy 1 BTCUSD 5 @ 90 gtc
buy 1 BTCUSD 5 @ 95 gtc
sell 1 BTCUSD 5 @ 99 gtc
buy 1 BTCUSD 5 @ 92 gtc
",
    );
    let state = script.checked.engine.state();
    script.checked.engine = Engine::restore(&state).expect("an engine's own state is legal");
    let closed: Vec<u64> = script
        .run("cancel_all 1 BTCUSD")
        .iter()
        .filter_map(|event| match event {
            Event::OrderClosed(closed) => Some(closed.order.0),
            _ => None,
        })
        .collect();
    assert_eq!(closed, [1, 2, 3, 4]);
}

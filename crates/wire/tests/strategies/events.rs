//! Every event.

use super::allowances::{flow, table, verification};
use super::commands::{adjustment, anchor, approval, others, transfer};
use super::words::{
    account, account_state, amount, asset, asset_id, cause, client_id, condition, deposit, genesis,
    group, instructions, instrument, key, list_id, list_kind, market, order_id, order_kind,
    order_limits, owner, owner_state, phase, prevented, price, qty, reference, reject, scopes,
    self_trade, sequence, side, terms, tier, time, trade, withdrawal,
};
use model::event::{
    Event, HoldShifted, ListAccepted, MatchPrevented, OrderAccepted, OrderActivated, OrderAmended,
    OrderClosed, OrderInstructed, OrderRequeued, OrderTriggered, Party, Traded, WaitingAmended,
};
use model::order::{Awaited, CloseReason};
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::sample::select;

pub fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => plain_event(),
        1 => listing_event(),
        1 => account_event(),
        1 => money_event(),
        3 => order_event(),
    ]
}

fn plain_event() -> BoxedStrategy<Event> {
    prop_oneof![
        reject().prop_map(|reason| Event::Rejected { reason }),
        sequence().prop_map(|original| Event::Repeated { original }),
        genesis().prop_map(Event::Started),
        Just(Event::Ticked),
        any::<u16>().prop_map(|logic| Event::Upgraded { logic }),
        reject().prop_map(|reason| Event::ReplaceCancelRejected { reason }),
        reject().prop_map(|reason| Event::ReplacePlaceRejected { reason }),
        Just(Event::ReplacePlaceSkipped),
    ]
    .boxed()
}

fn listing_event() -> BoxedStrategy<Event> {
    prop_oneof![
        asset().prop_map(Event::AssetListed),
        (instrument(), terms()).prop_map(|(instrument, terms)| Event::MarketListed {
            instrument,
            terms: Box::new(terms)
        }),
        (market(), terms(), cause()).prop_map(|(market, terms, cause)| Event::MarketChanged {
            market,
            terms: Box::new(terms),
            cause
        }),
        (market(), order_limits(), cause()).prop_map(|(market, limits, cause)| {
            Event::OrderLimitsChanged {
                market,
                limits: Box::new(limits),
                cause,
            }
        }),
        (market(), any::<u32>()).prop_map(|(market, left)| Event::DueStarted { market, left }),
        (market(), phase(), cause()).prop_map(|(market, phase, cause)| Event::PhaseChanged {
            market,
            phase,
            cause
        }),
    ]
    .boxed()
}

fn account_event() -> BoxedStrategy<Event> {
    prop_oneof![
        (account(), owner(), group()).prop_map(|(account, owner, group)| Event::AccountOpened {
            account,
            owner,
            group
        }),
        (account(), account_state(), cause()).prop_map(|(account, state, cause)| {
            Event::AccountStateChanged {
                account,
                state,
                cause,
            }
        }),
        (account(), tier()).prop_map(|(account, tier)| Event::FeeTierChanged { account, tier }),
        (key(), account(), scopes(), time()).prop_map(|(key, account, scopes, expires_at)| {
            Event::KeyCreated {
                key,
                account,
                scopes,
                expires_at,
            }
        }),
        (key(), account()).prop_map(|(key, account)| Event::KeyRevoked { key, account }),
        (key(), account(), time()).prop_map(|(key, account, expires_at)| Event::KeyEndSet {
            key,
            account,
            expires_at,
        }),
        (owner(), time()).prop_map(|(owner, until)| Event::PayoutsHeld { owner, until }),
        table().prop_map(|table| Event::AllowancesSet(Box::new(table))),
        (market(), verification()).prop_map(|(market, verification)| {
            Event::MarketVerificationSet {
                market,
                verification,
            }
        }),
        (owner(), verification()).prop_map(|(owner, verification)| Event::VerificationSet {
            owner,
            verification,
        }),
        (owner(), flow(), option::of(amount()), any::<bool>()).prop_map(
            |(owner, flow, value, is_beyond)| Event::AllowanceUsed {
                owner,
                flow,
                value,
                is_beyond,
            }
        ),
        (account(), owner_state())
            .prop_map(|(account, state)| Event::OwnerStateChanged { account, state }),
    ]
    .boxed()
}

fn money_event() -> BoxedStrategy<Event> {
    let withdrawal = || (account(), withdrawal());
    prop_oneof![
        deposit().prop_map(Event::DepositSeen),
        deposit().prop_map(Event::DepositCredited),
        reference().prop_map(|reference| Event::DepositDropped { reference }),
        withdrawal().prop_map(|(account, withdrawal)| Event::WithdrawalHeld {
            account,
            withdrawal
        }),
        withdrawal().prop_map(|(account, withdrawal)| Event::WithdrawalSettled {
            account,
            withdrawal
        }),
        withdrawal().prop_map(|(account, withdrawal)| Event::WithdrawalCancelled {
            account,
            withdrawal
        }),
        (account(), transfer())
            .prop_map(|(account, transfer)| Event::Transferred { account, transfer }),
        adjustment().prop_map(Event::BalanceAdjusted),
        (asset_id(), option::of(amount()), time(), amount()).prop_map(
            |(asset, cap, from, held)| Event::PayoutLimitSet {
                asset,
                cap,
                from,
                held,
            }
        ),
        (approval(), others()).prop_map(|(approval, others)| Event::Approved { approval, others }),
        anchor().prop_map(Event::Anchored),
    ]
    .boxed()
}

fn order_event() -> BoxedStrategy<Event> {
    prop_oneof![
        accepted().prop_map(Event::OrderAccepted),
        (market(), order_id(), account(), side(), price(), qty()).prop_map(
            |(market, order, account, side, price, qty)| Event::OrderRested {
                market,
                order,
                account,
                side,
                price,
                qty,
            }
        ),
        traded().prop_map(Event::Traded),
        match_prevented().prop_map(Event::MatchPrevented),
        amended().prop_map(Event::OrderAmended),
        requeued().prop_map(|requeued| Event::OrderRequeued(Box::new(requeued))),
        waiting_amended().prop_map(|amended| Event::WaitingAmended(Box::new(amended))),
        iceberg_amended(),
        hold_shifted().prop_map(Event::HoldShifted),
        closed().prop_map(Event::OrderClosed),
        instructed_event(),
        list_event(),
    ]
    .boxed()
}

fn instructed_event() -> BoxedStrategy<Event> {
    let place = || (market(), order_id(), account());
    prop_oneof![
        (place(), instructions(), any::<bool>()).prop_map(|(place, instructions, is_pending)| {
            Event::OrderInstructed(OrderInstructed {
                market: place.0,
                order: place.1,
                account: place.2,
                instructions,
                is_pending,
            })
        }),
        (place(), side(), option::of(price()), amount(), amount()).prop_map(
            |(place, side, pegged, release, hold)| {
                Event::OrderTriggered(OrderTriggered {
                    pegged,
                    market: place.0,
                    order: place.1,
                    account: place.2,
                    side,
                    release,
                    hold,
                })
            }
        ),
        (place(), side(), option::of(price()), amount()).prop_map(|(place, side, pegged, hold)| {
            Event::OrderActivated(OrderActivated {
                pegged,
                market: place.0,
                order: place.1,
                account: place.2,
                side,
                hold,
            })
        }),
        (place(), side(), price(), qty()).prop_map(|(place, side, price, qty)| {
            Event::OrderRefilled {
                market: place.0,
                order: place.1,
                account: place.2,
                side,
                price,
                qty,
            }
        }),
    ]
    .boxed()
}

fn list_event() -> BoxedStrategy<Event> {
    let place = || (market(), list_id(), account());
    prop_oneof![
        (place(), list_kind(), client_id(), order_id()).prop_map(
            |(place, kind, client_id, first_order)| Event::ListAccepted(ListAccepted {
                market: place.0,
                list: place.1,
                account: place.2,
                kind,
                client_id,
                first_order,
            })
        ),
        (market(), account(), option::of(time())).prop_map(|(market, account, until)| {
            Event::CountdownSet {
                market,
                account,
                until,
            }
        }),
        (market(), account())
            .prop_map(|(market, account)| Event::CountdownExpired { market, account }),
        place().prop_map(|(market, list, account)| Event::ListClosed {
            market,
            list,
            account,
        }),
    ]
    .boxed()
}

fn accepted() -> impl Strategy<Value = OrderAccepted> {
    (
        (market(), order_id(), account(), side()),
        (order_kind(), self_trade(), client_id(), amount()),
    )
        .prop_map(
            |((market, order, account, side), (kind, self_trade, client_id, hold))| OrderAccepted {
                market,
                order,
                account,
                side,
                kind,
                self_trade,
                client_id,
                hold,
            },
        )
}

fn party() -> impl Strategy<Value = Party> {
    (account(), order_id(), amount()).prop_map(|(account, order, fee)| Party {
        account,
        order,
        fee,
    })
}

fn traded() -> impl Strategy<Value = Traded> {
    let head = (market(), trade(), price(), qty(), side());
    let amounts = (amount(), amount(), amount(), amount());
    (head, amounts, party(), party()).prop_map(|(head, amounts, maker, taker)| Traded {
        market: head.0,
        trade: head.1,
        price: head.2,
        qty: head.3,
        quote: amounts.0,
        base: amounts.1,
        taker_side: head.4,
        maker,
        taker,
        maker_rebate: amounts.2,
        buyer_release: amounts.3,
    })
}

fn match_prevented() -> impl Strategy<Value = MatchPrevented> {
    let head = (market(), prevented(), self_trade(), price(), side());
    let orders = (account(), order_id(), account(), order_id());
    let rest = (qty(), qty(), amount(), amount());
    (head, orders, rest).prop_map(|(head, orders, rest)| MatchPrevented {
        market: head.0,
        prevented: head.1,
        mode: head.2,
        price: head.3,
        maker_account: orders.0,
        maker_order: orders.1,
        taker_account: orders.2,
        taker_order: orders.3,
        taker_side: head.4,
        maker_qty: rest.0,
        taker_qty: rest.1,
        maker_release: rest.2,
        taker_release: rest.3,
    })
}

fn amended() -> impl Strategy<Value = OrderAmended> {
    let head = (market(), order_id(), account(), side(), price());
    let rest = (qty(), qty(), client_id(), client_id(), amount());
    (head, rest).prop_map(|(head, rest)| OrderAmended {
        market: head.0,
        order: head.1,
        account: head.2,
        side: head.3,
        price: head.4,
        qty: rest.0,
        reduced: rest.1,
        client_id: rest.2,
        previous_client_id: rest.3,
        release: rest.4,
    })
}

fn requeued() -> impl Strategy<Value = OrderRequeued> {
    let head = (market(), order_id(), account(), side());
    let terms = (price(), price(), qty(), qty(), qty());
    let rest = (client_id(), client_id(), amount(), amount());
    (head, terms, rest).prop_map(|(head, terms, rest)| OrderRequeued {
        market: head.0,
        order: head.1,
        account: head.2,
        side: head.3,
        previous_price: terms.0,
        price: terms.1,
        previous_qty: terms.2,
        qty: terms.3,
        unbooked: terms.4,
        client_id: rest.0,
        previous_client_id: rest.1,
        release: rest.2,
        hold: rest.3,
    })
}

fn awaited() -> impl Strategy<Value = Awaited> {
    option::of(condition()).prop_map(Awaited)
}

fn iceberg_amended() -> impl Strategy<Value = Event> {
    (market(), order_id(), account(), qty(), qty()).prop_map(
        |(market, order, account, previous, shown)| Event::IcebergAmended {
            market,
            order,
            account,
            previous,
            shown,
        },
    )
}

fn hold_shifted() -> impl Strategy<Value = HoldShifted> {
    let head = (market(), order_id(), account(), side());
    (head, amount(), amount()).prop_map(|(head, release, hold)| HoldShifted {
        market: head.0,
        order: head.1,
        account: head.2,
        side: head.3,
        release,
        hold,
    })
}

fn waiting_amended() -> impl Strategy<Value = WaitingAmended> {
    let head = (market(), order_id(), account(), side());
    let terms = (order_kind(), order_kind(), awaited(), awaited());
    let rest = (client_id(), client_id(), amount(), amount());
    (head, terms, rest).prop_map(|(head, terms, rest)| WaitingAmended {
        market: head.0,
        order: head.1,
        account: head.2,
        side: head.3,
        previous_kind: terms.0,
        kind: terms.1,
        previous: terms.2,
        awaited: terms.3,
        client_id: rest.0,
        previous_client_id: rest.1,
        release: rest.2,
        hold: rest.3,
    })
}

fn closed() -> impl Strategy<Value = OrderClosed> {
    let head = (market(), order_id(), account(), side(), close_reason());
    (head, qty(), option::of(price()), amount()).prop_map(|(head, unbooked, price, release)| {
        OrderClosed {
            market: head.0,
            order: head.1,
            account: head.2,
            side: head.3,
            reason: head.4,
            unbooked,
            price,
            release,
        }
    })
}

pub fn close_reason() -> impl Strategy<Value = CloseReason> {
    select(
        [
            CloseReason::Filled,
            CloseReason::Cancelled,
            CloseReason::Replaced,
            CloseReason::ImmediateRemainder,
            CloseReason::FillOrKillUnfilled,
            CloseReason::InsufficientLiquidity,
            CloseReason::ExecutionBand,
            CloseReason::SelfTrade,
            CloseReason::Delisted,
            CloseReason::ExchangeCancelled,
            CloseReason::OtherLeg,
            CloseReason::WorkingLeg,
            CloseReason::InsufficientFunds,
            CloseReason::NotPlaceable,
            CloseReason::Countdown,
        ]
        .as_slice(),
    )
}

//! One example of every event.

use super::{
    ALICE, BOB, MARKET, amount, client_id, deposit, genesis, instrument, price, qty, reference,
    symbol, terms, time, transfer, withdrawal,
};
use model::account::{AccountState, FeeTier, OwnerState, Scopes};
use model::allowance::Flow;
use model::approved::Others;
use model::event::{
    Event, HoldShifted, ListAccepted, MatchPrevented, OrderAccepted, OrderActivated, OrderAmended,
    OrderClosed, OrderInstructed, OrderRequeued, OrderTriggered, Party, Traded, WaitingAmended,
};
use model::id::{
    AssetId, KeyId, ListId, OrderId, OwnerId, PreventedMatchId, Sequence, TradeGroupId, TradeId,
};
use model::instrument::{Asset, Cause, Phase};
use model::number::BasisPoints;
use model::order::{Awaited, CloseReason, Condition, ListKind, OrderKind, SelfTradeMode, Side};
use model::reject::Reject;

pub fn name(event: &Event) -> &'static str {
    match event {
        Event::Rejected { .. } => "rejected",
        Event::Repeated { .. } => "repeated",
        Event::Started(_) => "started",
        Event::Ticked => "ticked",
        Event::Upgraded { .. } => "upgraded",
        Event::AssetListed(_) => "asset-listed",
        Event::MarketListed { .. } => "market-listed",
        Event::MarketChanged { .. } => "market-changed",
        Event::PhaseChanged { .. } => "phase-changed",
        Event::AccountOpened { .. } => "account-opened",
        Event::AccountStateChanged { .. } => "account-state-changed",
        Event::FeeTierChanged { .. } => "fee-tier-changed",
        Event::KeyCreated { .. } => "key-created",
        Event::KeyRevoked { .. } => "key-revoked",
        Event::KeyEndSet { .. } => "key-end-set",
        Event::PayoutsHeld { .. } => "payouts-held",
        Event::AllowancesSet(_) => "allowances-set",
        Event::MarketVerificationSet { .. } => "market-verification-set",
        Event::VerificationSet { .. } => "verification-set",
        Event::AllowanceUsed { .. } => "allowance-used",
        Event::OwnerStateChanged { .. } => "owner-state-changed",
        Event::DepositSeen(_) => "deposit-seen",
        Event::DepositCredited(_) => "deposit-credited",
        Event::DepositDropped { .. } => "deposit-dropped",
        Event::WithdrawalHeld { .. } => "withdrawal-held",
        Event::WithdrawalSettled { .. } => "withdrawal-settled",
        Event::WithdrawalCancelled { .. } => "withdrawal-cancelled",
        Event::Transferred { .. } => "transferred",
        Event::OrderAccepted(_) => "order-accepted",
        Event::OrderRested { .. } => "order-rested",
        Event::Traded(_) => "traded",
        Event::MatchPrevented(_) => "match-prevented",
        Event::OrderAmended(_) => "order-amended",
        Event::OrderRequeued(_) => "order-requeued",
        Event::WaitingAmended(_) => "waiting-amended",
        Event::IcebergAmended { .. } => "iceberg-amended",
        Event::HoldShifted(_) => "hold-shifted",
        Event::OrderClosed(_) => "order-closed",
        Event::ReplaceCancelRejected { .. } => "replace-cancel-rejected",
        Event::ReplacePlaceRejected { .. } => "replace-place-rejected",
        Event::ReplacePlaceSkipped => "replace-place-skipped",
        Event::OrderLimitsChanged { .. } => "order-limits-changed",
        Event::DueStarted { .. } => "due-started",
        Event::OrderInstructed(_) => "order-instructed",
        Event::OrderTriggered(_) => "order-triggered",
        Event::OrderActivated(_) => "order-activated",
        Event::OrderRefilled { .. } => "order-refilled",
        Event::ListAccepted(_) => "list-accepted",
        Event::ListClosed { .. } => "list-closed",
        Event::CountdownSet { .. } => "countdown-set",
        Event::CountdownExpired { .. } => "countdown-expired",
        Event::Approved { .. } => "approved",
        Event::BalanceAdjusted(_) => "balance-adjusted",
        Event::PayoutLimitSet { .. } => "payout-limit-set",
        Event::Anchored(_) => "anchored",
    }
}

/// The number of names above.
pub const COUNT: usize = 55;

pub fn all() -> Vec<Event> {
    let mut all = eighth();
    all.push(Event::PayoutLimitSet {
        asset: AssetId(1),
        cap: Some(amount(500)),
        from: time(86_400),
        held: amount(20),
    });
    all.push(Event::IcebergAmended {
        market: MARKET,
        order: OrderId(43),
        account: ALICE,
        previous: qty(2),
        shown: qty(3),
    });
    all.push(Event::HoldShifted(HoldShifted {
        market: MARKET,
        order: OrderId(44),
        account: ALICE,
        side: Side::Buy,
        release: amount(90),
        hold: amount(70),
    }));
    all
}

/// What the eighth digest could be of.
pub fn eighth() -> Vec<Event> {
    let mut all = seventh();
    let kind = OrderKind::Market { qty: qty(4) };
    let delta = BasisPoints::new(77).expect("a delta");
    all.push(Event::WaitingAmended(Box::new(WaitingAmended {
        market: MARKET,
        order: OrderId(42),
        account: ALICE,
        side: Side::Sell,
        previous_kind: kind,
        kind: kind.of_qty(qty(6)),
        previous: Awaited(Some(Condition::Trail { delta })),
        awaited: Awaited(Some(Condition::TrailFrom {
            activation: price(102),
            delta,
        })),
        client_id: client_id("third"),
        previous_client_id: client_id("second"),
        release: amount(4),
        hold: amount(6),
    })));
    all
}

/// What the seventh digest could be of.
pub fn seventh() -> Vec<Event> {
    let mut all = sixth();
    all.push(Event::KeyEndSet {
        key: KeyId(17),
        account: ALICE,
        expires_at: time(11),
    });
    all
}

/// What the sixth digest could be of.
pub fn sixth() -> Vec<Event> {
    let mut all = fifth();
    all.push(Event::OrderRequeued(Box::new(OrderRequeued {
        market: MARKET,
        order: OrderId(41),
        account: ALICE,
        side: Side::Buy,
        previous_price: price(101),
        price: price(102),
        previous_qty: qty(4),
        qty: qty(6),
        unbooked: qty(3),
        client_id: client_id("third"),
        previous_client_id: client_id("second"),
        release: amount(303),
        hold: amount(510),
    })));
    all
}

/// What digests were taken of before limit orders were amended to any terms.
pub fn fifth() -> Vec<Event> {
    let mut all = fourth();
    all.push(Event::OwnerStateChanged {
        account: ALICE,
        state: OwnerState::Frozen,
    });
    all
}

/// What digests were taken of before owners froze and closed accounts.
pub fn fourth() -> Vec<Event> {
    let mut all = third();
    all.push(Event::AllowancesSet(Box::new(super::allowances::table())));
    all.push(Event::MarketVerificationSet {
        market: MARKET,
        verification: super::allowances::verification(2),
    });
    all.push(Event::VerificationSet {
        owner: OwnerId(9),
        verification: super::allowances::verification(1),
    });
    all.push(Event::AllowanceUsed {
        owner: OwnerId(9),
        flow: Flow::Deposit,
        value: Some(super::amount(2_500)),
        is_beyond: true,
    });
    all
}

/// What digests were taken of before allowances.
pub fn third() -> Vec<Event> {
    let mut all = second();
    all.push(Event::PayoutsHeld {
        owner: OwnerId(9),
        until: time(86_400),
    });
    all.push(Event::Approved {
        approval: super::commands::approval(),
        others: Others::NONE,
    });
    all.push(Event::BalanceAdjusted(super::commands::adjustment()));
    all.push(Event::Anchored(super::commands::anchor()));
    all
}

/// What digests were taken of before payouts were held and there were operators.
pub fn second() -> Vec<Event> {
    let mut second = first();
    second.extend(about_instructions());
    second
}

/// What the first digests were taken of.
pub fn first() -> Vec<Event> {
    let mut first = plain();
    first.extend(about_listings());
    first.extend(about_accounts());
    first.extend(about_money());
    first.extend(about_orders());
    first
}

fn about_instructions() -> Vec<Event> {
    let order = OrderId(44);
    vec![
        Event::OrderLimitsChanged {
            market: MARKET,
            limits: Box::new(super::order_limits()),
            cause: Cause::Risk,
        },
        Event::DueStarted {
            market: MARKET,
            left: 3,
        },
        Event::OrderInstructed(OrderInstructed {
            market: MARKET,
            order,
            account: ALICE,
            instructions: super::trailing_iceberg(),
            is_pending: true,
        }),
        Event::OrderTriggered(OrderTriggered {
            pegged: Some(price(6_512_345)),
            market: MARKET,
            order,
            account: ALICE,
            side: Side::Buy,
            release: amount(390_740_400),
            hold: amount(390_740_000),
        }),
        Event::OrderActivated(OrderActivated {
            pegged: None,
            market: MARKET,
            order,
            account: ALICE,
            side: Side::Sell,
            hold: amount(12_000_000),
        }),
        Event::OrderRefilled {
            market: MARKET,
            order,
            account: BOB,
            side: Side::Sell,
            price: price(6_512_345),
            qty: qty(40),
        },
        Event::ListAccepted(ListAccepted {
            market: MARKET,
            list: ListId(6),
            account: ALICE,
            kind: ListKind::OneTriggersOther,
            client_id: client_id("bracket-1"),
            first_order: order,
        }),
        Event::ListClosed {
            market: MARKET,
            list: ListId(6),
            account: ALICE,
        },
        Event::CountdownSet {
            market: MARKET,
            account: BOB,
            until: Some(time(30)),
        },
        Event::CountdownExpired {
            market: MARKET,
            account: BOB,
        },
    ]
}

fn plain() -> Vec<Event> {
    vec![
        Event::Rejected {
            reason: Reject::InsufficientFunds,
        },
        Event::Repeated {
            original: Sequence(0x0102_0304_0506),
        },
        Event::Started(genesis()),
        Event::Ticked,
        Event::Upgraded { logic: 2 },
        Event::ReplaceCancelRejected {
            reason: Reject::OrderUnknown,
        },
        Event::ReplacePlaceRejected {
            reason: Reject::PriceFilter,
        },
        Event::ReplacePlaceSkipped,
    ]
}

fn about_listings() -> Vec<Event> {
    vec![
        Event::AssetListed(Asset {
            id: AssetId(3),
            symbol: symbol("1INCH"),
        }),
        Event::MarketListed {
            instrument: instrument(),
            terms: Box::new(terms()),
        },
        Event::MarketChanged {
            market: MARKET,
            terms: Box::new(terms()),
            cause: Cause::Risk,
        },
        Event::PhaseChanged {
            market: MARKET,
            phase: Phase::Halt,
            cause: Cause::Quarantine,
        },
    ]
}

fn about_accounts() -> Vec<Event> {
    vec![
        Event::AccountOpened {
            account: BOB,
            owner: OwnerId(9),
            group: TradeGroupId(1),
        },
        Event::AccountStateChanged {
            account: BOB,
            state: AccountState::Frozen,
            cause: Cause::Operator,
        },
        Event::FeeTierChanged {
            account: BOB,
            tier: FeeTier::new(3).expect("legal"),
        },
        Event::KeyCreated {
            key: KeyId(17),
            account: ALICE,
            scopes: Scopes::ALL,
            expires_at: time(0),
        },
        Event::KeyRevoked {
            key: KeyId(17),
            account: ALICE,
        },
    ]
}

fn about_money() -> Vec<Event> {
    let (account, withdrawal) = (ALICE, withdrawal());
    vec![
        Event::DepositSeen(deposit()),
        Event::DepositCredited(deposit()),
        Event::DepositDropped {
            reference: reference(1),
        },
        Event::WithdrawalHeld {
            account,
            withdrawal,
        },
        Event::WithdrawalSettled {
            account,
            withdrawal,
        },
        Event::WithdrawalCancelled {
            account,
            withdrawal,
        },
        Event::Transferred {
            account: ALICE,
            transfer: transfer(),
        },
    ]
}

fn about_orders() -> Vec<Event> {
    vec![
        Event::OrderAccepted(OrderAccepted {
            market: MARKET,
            order: OrderId(41),
            account: ALICE,
            side: Side::Buy,
            kind: OrderKind::LimitMaker {
                price: price(100),
                qty: qty(5),
            },
            self_trade: SelfTradeMode::ExpireBoth,
            client_id: client_id("first"),
            hold: amount(5_000),
        }),
        Event::OrderRested {
            market: MARKET,
            order: OrderId(41),
            account: ALICE,
            side: Side::Buy,
            price: price(100),
            qty: qty(5),
        },
        Event::Traded(traded()),
        Event::MatchPrevented(match_prevented()),
        Event::OrderAmended(OrderAmended {
            market: MARKET,
            order: OrderId(41),
            account: ALICE,
            side: Side::Sell,
            price: price(101),
            qty: qty(4),
            reduced: qty(1),
            client_id: client_id("second"),
            previous_client_id: client_id("first"),
            release: amount(1_000),
        }),
        Event::OrderClosed(OrderClosed {
            market: MARKET,
            order: OrderId(41),
            account: ALICE,
            side: Side::Buy,
            reason: CloseReason::ExecutionBand,
            unbooked: qty(4),
            price: Some(price(101)),
            release: amount(404),
        }),
    ]
}

pub fn traded() -> Traded {
    Traded {
        market: MARKET,
        trade: TradeId(77),
        price: price(6_512_345),
        qty: qty(3),
        quote: amount(195_370_350),
        base: amount(3_000),
        taker_side: Side::Sell,
        maker: Party {
            account: ALICE,
            order: OrderId(41),
            fee: amount(1),
        },
        taker: Party {
            account: BOB,
            order: OrderId(42),
            fee: amount(195_371),
        },
        maker_rebate: amount(97_685),
        buyer_release: amount(30),
    }
}

fn match_prevented() -> MatchPrevented {
    MatchPrevented {
        market: MARKET,
        prevented: PreventedMatchId(5),
        mode: SelfTradeMode::ExpireTaker,
        price: price(99),
        maker_account: ALICE,
        maker_order: OrderId(41),
        taker_account: BOB,
        taker_order: OrderId(43),
        taker_side: Side::Buy,
        maker_qty: qty(0),
        taker_qty: qty(8),
        maker_release: amount(0),
        taker_release: amount(792),
    }
}

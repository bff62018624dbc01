//! A state of the engine and one of the views with a row in every list.

use super::{
    ALICE, BOB, MARKET, amount, client_id, deposit, genesis, instrument, price, qty, reference,
    symbol, terms, time, withdrawal,
};
use model::account::{AccountState, FeeTier, OwnerState, Scopes, Wallet};
use model::allowance::AllowanceState;
use model::average::Bucket;
use model::command::Idempotency;
use model::id::{
    AssetId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId, ProposalId, Sequence,
    TradeGroupId, TradeId,
};
use model::instrument::{Asset, OrderLimits, Phase};
use model::number::Amount;
use model::order::{CloseReason, ListKind, OrderKind, SelfTradeMode, Side, TimeInForce};
use model::payout_limit::{PayoutLimitRow, PayoutLimitState, PayoutUseRow, Raise};
use model::reject::Reject;
use model::snapshot::{
    AccountRow, AmendedRow, ApprovalRow, BalanceRow, CountdownRow, DepositRow, DepositStatus,
    DestinationRow, EngineState, HouseAccount, HouseRow, IcebergRow, IdempotencyRow, KeyRow,
    ListRow, MarketState, OrderRow, OwnerStateRow, ParkedRow, PayoutHoldRow, ProofState,
    ReferenceRow, TakenRow, TransferRow, Waiting, WithdrawalRow, WithdrawalStatus,
};
use model::snapshot_views::{
    AccountViewRow, AggregateRow, CandleRow, CandleState, Funding, FundingRow, KeyViewRow,
    LastTradeRow, LevelRow, MarketViewState, OrderViewRow, TradeRow, ViewsState,
};

const SEQUENCE: Sequence = Sequence(1_000);

/// The engine of before proofs: what layout 5 could hold.
pub fn fifth_engine() -> EngineState {
    EngineState {
        proofs: ProofState::default(),
        payout_limits: PayoutLimitState::default(),
        ..engine()
    }
}

/// The engine of before owners froze and closed accounts: what layout 4 could hold.
pub fn fourth_engine() -> EngineState {
    EngineState {
        owner_states: Vec::new(),
        ..fifth_engine()
    }
}

/// The engine of before allowances: what layout 3 could hold.
pub fn third_engine() -> EngineState {
    EngineState {
        allowances: AllowanceState::default(),
        ..fourth_engine()
    }
}

/// The engine of before payouts were held and there were operators: what layout 2 could hold.
pub fn second_engine() -> EngineState {
    EngineState {
        payout_holds: Vec::new(),
        approvals: Vec::new(),
        anchor: None,
        ..third_engine()
    }
}

/// The engine of before there were orders outside the book: what layout 1 could hold.
pub fn first_engine() -> EngineState {
    let mut engine = second_engine();
    engine.last_list = ListId(0);
    engine.countdowns.clear();
    for market in &mut engine.markets {
        market.limits = OrderLimits::LISTED;
        market.parked.clear();
        market.icebergs.clear();
        market.amended.clear();
        market.lists.clear();
    }
    engine
}

pub fn engine() -> EngineState {
    EngineState {
        sequence: SEQUENCE,
        at: time(1),
        genesis: genesis(),
        logic: 1,
        last_list: ListId(6),
        assets: assets(),
        markets: vec![market()],
        accounts: vec![account()],
        balances: balances(),
        house: house(),
        keys: vec![key()],
        openings: vec![ReferenceRow {
            reference: reference(97),
            account: ALICE,
            sequence: Sequence(4),
        }],
        deposits: vec![DepositRow {
            deposit: deposit(),
            status: DepositStatus::Credited,
            sequence: Sequence(6),
        }],
        withdrawals: vec![WithdrawalRow {
            withdrawal: withdrawal(),
            account: ALICE,
            status: WithdrawalStatus::Settled,
            held_by: Sequence(7),
            ended_by: Some(Sequence(9)),
        }],
        transfers: vec![TransferRow {
            account: ALICE,
            reference: reference(65),
            body: 0x99,
            sequence: Sequence(8),
        }],
        idempotency: vec![IdempotencyRow {
            account: ALICE,
            idempotency: Idempotency {
                key: client_id("once-0001"),
                body: 7,
            },
            sequence: Sequence(10),
            at: time(-5),
        }],
        countdowns: vec![CountdownRow {
            account: ALICE,
            market: MarketId(2),
            until: time(30),
        }],
        payout_holds: payout_holds(),
        approvals: vec![
            ApprovalRow {
                proposal: ProposalId(18),
                digest: reference(2),
                sequence: Sequence(11),
                refusal: None,
            },
            ApprovalRow {
                proposal: ProposalId(19),
                digest: reference(33),
                sequence: Sequence(12),
                refusal: Some(Reject::EquityInsufficient),
            },
        ],
        anchor: Some(super::commands::anchor()),
        allowances: super::allowances::state(),
        owner_states: owner_states(),
        proofs: proofs(),
        payout_limits: payout_limits(),
    }
}

fn payout_limits() -> PayoutLimitState {
    let endless = PayoutLimitRow {
        asset: AssetId(0),
        cap: None,
        raise: None,
        held: Amount::ZERO,
    };
    let raised = PayoutLimitRow {
        asset: AssetId(1),
        cap: Some(amount(500)),
        raise: Some(Raise {
            cap: Some(amount(700)),
            from: time(86_400),
        }),
        held: amount(20),
    };
    PayoutLimitState {
        limits: vec![endless, raised],
        uses: vec![PayoutUseRow {
            asset: AssetId(1),
            hour: 490_000,
            value: amount(30),
        }],
    }
}

fn proofs() -> ProofState {
    ProofState {
        destinations: vec![
            DestinationRow {
                withdrawal: reference(33),
                destination: Some(reference(7)),
            },
            DestinationRow {
                withdrawal: reference(34),
                destination: None,
            },
        ],
        taken: vec![TakenRow {
            challenge: reference(3),
            until: time(300),
        }],
        keys: vec![KeyId(17)],
    }
}

fn owner_states() -> Vec<OwnerStateRow> {
    vec![OwnerStateRow {
        account: ALICE,
        state: OwnerState::Closed,
    }]
}

fn payout_holds() -> Vec<PayoutHoldRow> {
    vec![PayoutHoldRow {
        owner: OwnerId(9),
        until: time(86_400),
    }]
}

fn assets() -> Vec<Asset> {
    let asset = |(id, text)| Asset {
        id: AssetId(id),
        symbol: symbol(text),
    };
    [(0, "BTC"), (1, "USDT")].map(asset).to_vec()
}

fn market() -> MarketState {
    MarketState {
        instrument: instrument(),
        terms: terms(),
        phase: Phase::Continuous,
        last_order: OrderId(43),
        last_trade: TradeId(77),
        last_prevented: PreventedMatchId(5),
        last_price: Some(price(6_512_345)),
        average: vec![bucket(1_699_999_998), bucket(1_699_999_999)],
        orders: vec![
            order(41, Side::Buy, 6_512_340),
            order(42, Side::Sell, 6_512_345),
        ],
        limits: super::order_limits(),
        parked: vec![
            parked(
                39,
                Waiting::Trailing {
                    extreme: price(6_512_346),
                },
            ),
            parked(43, Waiting::Working),
        ],
        icebergs: vec![IcebergRow {
            order: OrderId(41),
            shown_max: qty(4),
            shown: qty(2),
        }],
        amended: vec![AmendedRow {
            order: OrderId(42),
            amendments: 3,
        }],
        lists: vec![ListRow {
            list: ListId(6),
            account: ALICE,
            kind: ListKind::OneTriggersOther,
            client_id: client_id("bracket-1"),
            first_order: OrderId(42),
        }],
    }
}

fn parked(number: u64, waiting: Waiting) -> ParkedRow {
    ParkedRow {
        order: OrderId(number),
        account: ALICE,
        side: Side::Sell,
        kind: OrderKind::Market { qty: qty(10) },
        self_trade: SelfTradeMode::None,
        client_id: client_id("later"),
        instructions: super::trailing_iceberg(),
        waiting,
        hold: amount(10_000),
    }
}

fn bucket(second: i64) -> Bucket {
    Bucket {
        second,
        value: 19_537_035,
        qty: 3,
    }
}

fn order(number: u64, side: Side, ticks: i64) -> OrderRow {
    OrderRow {
        order: OrderId(number),
        account: ALICE,
        side,
        kind: OrderKind::Limit {
            price: price(ticks),
            qty: qty(10),
            time_in_force: TimeInForce::GoodTillCancel,
        },
        self_trade: SelfTradeMode::ExpireMaker,
        client_id: client_id("first"),
        price: price(ticks),
        original: qty(10),
        executed: qty(3),
        prevented: qty(1),
        open: qty(6),
        hold: amount(390_740_400),
    }
}

fn account() -> AccountRow {
    AccountRow {
        account: ALICE,
        owner: OwnerId(9),
        group: TradeGroupId(1),
        state: AccountState::Active,
        tier: FeeTier::new(2).expect("legal"),
    }
}

fn balances() -> Vec<BalanceRow> {
    let balance = |wallet, asset, available, held| BalanceRow {
        account: ALICE,
        wallet,
        asset: AssetId(asset),
        available,
        held,
    };
    vec![
        balance(Wallet::Spot, 0, amount(1), amount(6_000)),
        balance(Wallet::Spot, 1, Amount::MAX, amount(390_740_400)),
        balance(Wallet::Futures, 1, amount(1), amount(0)),
    ]
}

fn house() -> Vec<HouseRow> {
    let row = |asset, account, units| HouseRow {
        asset: AssetId(asset),
        account,
        balance: amount(units),
    };
    vec![
        row(0, HouseAccount::ChainHot, 12),
        row(0, HouseAccount::Rounding, 1),
        row(1, HouseAccount::TradingFees, 195_372),
    ]
}

fn key() -> KeyRow {
    KeyRow {
        key: KeyId(17),
        account: ALICE,
        scopes: Scopes::READ.with(Scopes::TRADE),
        expires_at: time(9),
        is_revoked: true,
    }
}

/// The views of before owners froze and closed accounts: what layout 4 could hold.
pub fn fourth_views() -> ViewsState {
    ViewsState {
        owner_states: Vec::new(),
        ..fifth_views()
    }
}

/// The views of before phases had times: what layout 8 could hold.
pub fn eighth_views() -> ViewsState {
    let mut views = views();
    for market in &mut views.markets {
        market.phase_since = None;
    }
    views
}

/// The views of before limits of payouts: what layout 7 could hold.
pub fn seventh_views() -> ViewsState {
    ViewsState {
        payout_limits: PayoutLimitState::default(),
        ..eighth_views()
    }
}

/// The views of before orders that wait were amended: what layout 6 could hold.
pub fn sixth_views() -> ViewsState {
    let mut views = seventh_views();
    views.amendments.truncate(2);
    views
}

/// The views of before amendments had prices: what layout 5 could hold.
pub fn fifth_views() -> ViewsState {
    let mut views = sixth_views();
    // Layout 5 knew of one amendment, which kept its place.
    views.amendments.truncate(1);
    views
}

/// The views of before allowances: what layout 3 could hold.
pub fn third_views() -> ViewsState {
    ViewsState {
        allowances: AllowanceState::default(),
        ..fourth_views()
    }
}

/// The views of before payouts were held: what layout 2 could hold.
pub fn second_views() -> ViewsState {
    ViewsState {
        payout_holds: Vec::new(),
        ..third_views()
    }
}

/// The views of before there were orders outside the book: what layout 1 could hold.
pub fn first_views() -> ViewsState {
    let mut views = second_views();
    for market in &mut views.markets {
        market.limits = OrderLimits::LISTED;
    }
    views.instructed.clear();
    views.open_lists.clear();
    views.closed_lists.clear();
    views.prevented.clear();
    views.amendments.clear();
    views
}

pub fn views() -> ViewsState {
    ViewsState {
        sequence: SEQUENCE,
        at: time(1),
        table_seed: genesis().table_seed,
        assets: assets(),
        markets: vec![market_view()],
        accounts: vec![AccountViewRow {
            account: ALICE,
            owner: OwnerId(9),
            group: TradeGroupId(1),
            state: AccountState::CancelOnly,
            tier: FeeTier::LOWEST,
            opened_at: time(-9),
            updated_at: time(-8),
        }],
        balances: balances(),
        open_orders: vec![order_view(41, None)],
        closed_orders: vec![
            order_view(43, Some(CloseReason::Filled)),
            order_view(42, Some(CloseReason::Cancelled)),
        ],
        keys: vec![KeyViewRow {
            key: KeyId(17),
            account: ALICE,
            scopes: Scopes::READ,
            expires_at: time(9),
        }],
        fundings: fundings(),
        instructed: super::views::instructed(),
        open_lists: super::views::open_lists(),
        closed_lists: super::views::closed_lists(),
        prevented: super::views::prevented(),
        amendments: super::views::amendments(),
        payout_holds: payout_holds(),
        allowances: super::allowances::state(),
        payout_limits: payout_limits(),
        owner_states: owner_states(),
        expiry_market: MarketId(1),
    }
}

fn market_view() -> MarketViewState {
    let level = |ticks, lots| LevelRow {
        price: price(ticks),
        lots,
    };
    MarketViewState {
        instrument: instrument(),
        terms: terms(),
        limits: super::views::limits(),
        phase: Phase::CancelOnly,
        phase_since: Some(time(-3)),
        listed_at: time(-10),
        last_update: 55,
        bids: vec![level(6_512_340, 6), level(6_512_339, 1 << 70)],
        asks: vec![level(6_512_345, 4)],
        first_trade: TradeId(77),
        trades: vec![trade()],
        first_aggregate: 70,
        aggregates: vec![AggregateRow {
            price: price(6_512_345),
            qty: qty(3),
            first: TradeId(76),
            last: TradeId(77),
            at: time(0),
            taker_side: Side::Sell,
        }],
        last_trade: Some(LastTradeRow {
            trade: TradeId(77),
            price: price(6_512_345),
            qty: qty(3),
            at: time(0),
        }),
        average: vec![bucket(1_700_000_000)],
        candles: candles(),
    }
}

fn trade() -> TradeRow {
    TradeRow {
        price: price(6_512_345),
        qty: qty(3),
        at: time(0),
        taker_side: Side::Sell,
        maker_account: ALICE,
        maker_order: OrderId(41),
        maker_fee: amount(1),
        maker_rebate: amount(97_685),
        maker_previous: Some(TradeId(75)),
        taker_account: BOB,
        taker_order: OrderId(42),
        taker_fee: amount(195_371),
    }
}

/// One candle in the series of each interval, a different period each, and two in the first.
fn candles() -> CandleState {
    let mut series = core::array::from_fn(|interval| vec![candle(interval as i64)]);
    series[0].push(candle(1));
    CandleState {
        series,
        minute: Some(candle(100)),
        second: Some(candle(101)),
        previous_close: Some(price(6_500_000)),
    }
}

fn candle(period: i64) -> CandleRow {
    CandleRow {
        period,
        open: price(10),
        high: price(13),
        low: price(9),
        close: price(12),
        lots: 50,
        value: 550,
        taker_buy_lots: 20,
        taker_buy_value: 220,
        first: TradeId(70),
        last: TradeId(77),
    }
}

fn order_view(number: u64, closed: Option<CloseReason>) -> OrderViewRow {
    OrderViewRow {
        market: MARKET,
        order: OrderId(number),
        account: ALICE,
        client_id: client_id("first"),
        is_named: true,
        side: Side::Buy,
        kind: OrderKind::Market { qty: qty(10) },
        self_trade: SelfTradeMode::None,
        original: qty(10),
        executed: qty(3),
        prevented: qty(1),
        quote_units: 195_370_350,
        created_at: time(-7),
        updated_at: time(-6),
        working_at: Some(time(-5)),
        prevented_match: Some(PreventedMatchId(5)),
        last_fill: Some(TradeId(77)),
        closed,
    }
}

fn fundings() -> Vec<FundingRow> {
    vec![
        FundingRow {
            created_by: Sequence(6),
            created_at: time(-4),
            funding: Funding::Deposit {
                deposit: deposit(),
                status: DepositStatus::Seen,
            },
            ended_by: None,
            updated_at: time(-4),
        },
        FundingRow {
            created_by: Sequence(7),
            created_at: time(-3),
            funding: Funding::Withdrawal {
                account: ALICE,
                withdrawal: withdrawal(),
                status: WithdrawalStatus::Cancelled,
            },
            ended_by: Some(Sequence(9)),
            updated_at: time(-2),
        },
    ]
}

//! Views states: arbitrary rows in the order a state keeps them. No rule of trading holds between them.

use super::events::close_reason;
use super::states::{balance_row, bucket, owner_state_row, payout_hold_row, sorted};
use super::words::{
    account, account_state, amount, asset, client_id, condition, deposit, group, instrument, key,
    market, order_id, order_kind, owner, phase, prevented, price, qty, scopes, self_trade,
    sequence, side, strategy_of_owner, terms, tier, time, trade, withdrawal,
};
use model::id::{ListId, Sequence};
use model::instrument::{DeltaRange, OrderLimits};
use model::number::{BasisPoints, Qty};
use model::order::{Condition, Instructions, ListKind, Purpose, Trigger};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::{
    AccountViewRow, AggregateRow, AmendmentViewRow, CANDLE_INTERVALS, CandleRow, CandleState,
    ConditionChange, Funding, FundingRow, InstructedViewRow, KeyViewRow, LastTradeRow, LevelRow,
    ListViewRow, MarketViewState, OrderStage, OrderViewRow, PreventedViewRow, PriceChange,
    TradeRow, ViewsState,
};
use model::time::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::select;

/// Rows of a list, at most this many.
const ROWS_MAX: usize = 3;

pub fn views_state() -> impl Strategy<Value = ViewsState> {
    let position = (sequence(), time(), any::<u64>(), market());
    let listings = (
        sorted(asset(), |asset| asset.id),
        sorted(market_view(), |market| market.instrument.id),
    );
    let accounts = (
        sorted(account_row(), |row| row.account),
        sorted(balance_row(), |row| (row.account, row.wallet, row.asset)),
        sorted(order_row(), |row| (row.market, row.order)),
        vec(order_row(), 0..=ROWS_MAX),
        sorted(key_row(), |row| row.key),
        sorted(funding_row(), |row| row.created_by),
    );
    let rare = (
        sorted(instructed_row(), |row| (row.market, row.order)),
        sorted(list_row(), |row| row.list),
        vec(list_row(), 0..=ROWS_MAX),
        vec(prevented_row(), 0..=ROWS_MAX),
        sorted(amendment_row(), |row| row.sequence),
        sorted(payout_hold_row(), |row| row.owner),
        super::allowances::state(),
        super::states::payout_limit_state(),
        sorted(owner_state_row(), |row| row.account),
    );
    (position, listings, accounts, rare).prop_map(|(position, listings, accounts, rare)| {
        ViewsState {
            sequence: position.0,
            at: position.1,
            table_seed: position.2,
            assets: listings.0,
            markets: listings.1,
            accounts: accounts.0,
            balances: accounts.1,
            open_orders: accounts.2,
            closed_orders: accounts.3,
            keys: accounts.4,
            fundings: accounts.5,
            instructed: rare.0,
            open_lists: rare.1,
            closed_lists: rare.2,
            prevented: rare.3,
            amendments: rare.4,
            payout_holds: rare.5,
            allowances: rare.6,
            payout_limits: rare.7,
            owner_states: rare.8,
            expiry_market: position.3,
        }
    })
}

fn market_view() -> impl Strategy<Value = MarketViewState> {
    let head = (
        instrument(),
        terms(),
        phase(),
        time(),
        limits(),
        phase_since(),
    );
    let numbers = (any::<u64>(), trade(), any::<u64>());
    let depth = (vec(level(), 0..=ROWS_MAX), vec(level(), 0..=ROWS_MAX));
    let trades = (
        vec(trade_row(), 0..=ROWS_MAX),
        vec(aggregate(), 0..=ROWS_MAX),
        option::of(last_trade()),
        sorted(bucket(), |bucket| bucket.second),
        candles(),
    );
    (head, numbers, depth, trades).prop_map(|(head, numbers, depth, trades)| MarketViewState {
        instrument: head.0,
        terms: head.1,
        limits: head.4,
        phase: head.2,
        phase_since: head.5,
        listed_at: head.3,
        last_update: numbers.0,
        bids: depth.0,
        asks: depth.1,
        first_trade: numbers.1,
        trades: trades.0,
        first_aggregate: numbers.2,
        aggregates: trades.1,
        last_trade: trades.2,
        average: trades.3,
        candles: trades.4,
    })
}

fn phase_since() -> impl Strategy<Value = Option<Timestamp>> {
    option::of(time()).prop_map(|since| since.filter(|since| *since != Timestamp::ZERO))
}

fn level() -> impl Strategy<Value = LevelRow> {
    (price(), any::<i128>()).prop_map(|(price, lots)| LevelRow { price, lots })
}

fn trade_row() -> impl Strategy<Value = TradeRow> {
    let head = (price(), qty(), time(), side());
    let maker = (
        account(),
        order_id(),
        amount(),
        amount(),
        option::of(trade()),
    );
    let taker = (account(), order_id(), amount());
    (head, maker, taker).prop_map(|(head, maker, taker)| TradeRow {
        price: head.0,
        qty: head.1,
        at: head.2,
        taker_side: head.3,
        maker_account: maker.0,
        maker_order: maker.1,
        maker_fee: maker.2,
        maker_rebate: maker.3,
        maker_previous: maker.4,
        taker_account: taker.0,
        taker_order: taker.1,
        taker_fee: taker.2,
    })
}

fn aggregate() -> impl Strategy<Value = AggregateRow> {
    (price(), qty(), trade(), trade(), time(), side()).prop_map(
        |(price, qty, first, last, at, taker_side)| AggregateRow {
            price,
            qty,
            first,
            last,
            at,
            taker_side,
        },
    )
}

fn last_trade() -> impl Strategy<Value = LastTradeRow> {
    (trade(), price(), qty(), time()).prop_map(|(trade, price, qty, at)| LastTradeRow {
        trade,
        price,
        qty,
        at,
    })
}

fn candles() -> impl Strategy<Value = CandleState> {
    (
        vec(sorted(candle(), |candle| candle.period), CANDLE_INTERVALS),
        option::of(candle()),
        option::of(candle()),
        option::of(price()),
    )
        .prop_map(|(series, minute, second, previous_close)| CandleState {
            series: series.try_into().expect("one list an interval"),
            minute,
            second,
            previous_close,
        })
}

fn candle() -> impl Strategy<Value = CandleRow> {
    let prices = (price(), price(), price(), price());
    let volumes = (any::<i128>(), any::<i128>(), any::<i128>(), any::<i128>());
    (any::<i64>(), prices, volumes, trade(), trade()).prop_map(
        |(period, prices, volumes, first, last)| CandleRow {
            period,
            open: prices.0,
            high: prices.1,
            low: prices.2,
            close: prices.3,
            lots: volumes.0,
            value: volumes.1,
            taker_buy_lots: volumes.2,
            taker_buy_value: volumes.3,
            first,
            last,
        },
    )
}

fn account_row() -> impl Strategy<Value = AccountViewRow> {
    (
        account(),
        owner(),
        group(),
        account_state(),
        tier(),
        time(),
        time(),
    )
        .prop_map(
            |(account, owner, group, state, tier, opened_at, updated_at)| AccountViewRow {
                account,
                owner,
                group,
                state,
                tier,
                opened_at,
                updated_at,
            },
        )
}

fn order_row() -> impl Strategy<Value = OrderViewRow> {
    let head = (market(), order_id(), account(), client_id(), any::<bool>());
    let words = (side(), order_kind(), self_trade());
    let quantities = (qty(), qty(), qty(), any::<i128>());
    let times = (time(), time(), option::of(time()));
    let last = (
        option::of(prevented()),
        option::of(trade()),
        option::of(close_reason()),
    );
    (head, words, quantities, times, last).prop_map(|(head, words, quantities, times, last)| {
        OrderViewRow {
            market: head.0,
            order: head.1,
            account: head.2,
            client_id: head.3,
            is_named: head.4,
            side: words.0,
            kind: words.1,
            self_trade: words.2,
            original: quantities.0,
            executed: quantities.1,
            prevented: quantities.2,
            quote_units: quantities.3,
            created_at: times.0,
            updated_at: times.1,
            working_at: times.2,
            prevented_match: last.0,
            last_fill: last.1,
            closed: last.2,
        }
    })
}

fn limits() -> impl Strategy<Value = OrderLimits> {
    let counts = (
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
    );
    (counts, range(), range()).prop_map(|(counts, above, below)| OrderLimits {
        algo_orders_max: counts.0,
        iceberg_orders_max: counts.1,
        iceberg_parts_max: counts.2,
        order_lists_max: counts.3,
        order_amends_max: counts.4,
        trailing_above: above,
        trailing_below: below,
    })
}

fn range() -> impl Strategy<Value = DeltaRange> {
    (delta(), delta()).prop_map(|(min, max)| DeltaRange { min, max })
}

fn delta() -> impl Strategy<Value = BasisPoints> {
    (BasisPoints::MIN.points()..=BasisPoints::MAX.points())
        .prop_map(|points| BasisPoints::new(points).expect("bound"))
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let condition = prop_oneof![
        price().prop_map(|price| Condition::Stop { price }),
        delta().prop_map(|delta| Condition::Trail { delta }),
        (price(), delta())
            .prop_map(|(activation, delta)| Condition::TrailFrom { activation, delta }),
    ];
    let purpose = select([Purpose::StopLoss, Purpose::TakeProfit].as_slice());
    (purpose, condition).prop_map(|(purpose, condition)| Trigger { purpose, condition })
}

fn instructions() -> impl Strategy<Value = Instructions> {
    (
        option::of(trigger()),
        option::of(qty()),
        strategy_of_owner(),
    )
        .prop_map(
            |(trigger, iceberg, strategy): (_, Option<Qty>, _)| Instructions {
                peg: None,
                strategy,
                trigger,
                iceberg,
            },
        )
}

fn list_id() -> impl Strategy<Value = ListId> {
    (1..=u64::MAX).prop_map(ListId)
}

fn instructed_row() -> impl Strategy<Value = InstructedViewRow> {
    let stages = vec![
        OrderStage::Pending,
        OrderStage::Waiting,
        OrderStage::Working,
    ];
    (
        market(),
        order_id(),
        instructions(),
        option::of(list_id()),
        select(stages),
        option::of(((1..=u64::MAX).prop_map(Sequence), time())),
    )
        .prop_map(
            |(market, order, instructions, list, stage, trailing_since)| InstructedViewRow {
                market,
                order,
                instructions,
                list,
                stage,
                trailing_since,
            },
        )
}

fn list_row() -> impl Strategy<Value = ListViewRow> {
    let kinds = vec![
        ListKind::OneCancelsOther,
        ListKind::OneTriggersOther,
        ListKind::OneTriggersOneCancelsOther,
    ];
    let head = (list_id(), market(), account(), select(kinds));
    (head, client_id(), order_id(), time(), time()).prop_map(
        |(head, client_id, first_order, created_at, updated_at)| ListViewRow {
            list: head.0,
            market: head.1,
            account: head.2,
            kind: head.3,
            client_id,
            first_order,
            created_at,
            updated_at,
        },
    )
}

fn prevented_row() -> impl Strategy<Value = PreventedViewRow> {
    let orders = (order_id(), order_id(), account(), account());
    let terms = (price(), self_trade(), qty(), qty(), side());
    (market(), prevented(), orders, terms, time()).prop_map(
        |(market, prevented, orders, terms, at)| PreventedViewRow {
            market,
            prevented,
            maker_order: orders.0,
            taker_order: orders.1,
            maker_account: orders.2,
            taker_account: orders.3,
            price: terms.0,
            mode: terms.1,
            maker_qty: terms.2,
            taker_qty: terms.3,
            taker_side: terms.4,
            at,
        },
    )
}

fn amendment_row() -> impl Strategy<Value = AmendmentViewRow> {
    let head = (sequence(), time(), market(), order_id(), account());
    let change = (price(), price()).prop_map(|(before, after)| PriceChange { before, after });
    let names = (client_id(), client_id());
    let waits =
        (condition(), condition()).prop_map(|(before, after)| ConditionChange { before, after });
    let changes = (option::of(change), option::of(waits));
    (head, qty(), qty(), names, changes).prop_map(
        |(head, qty_before, qty_after, (client_id, previous_client_id), changes)| {
            AmendmentViewRow {
                sequence: head.0,
                at: head.1,
                market: head.2,
                order: head.3,
                account: head.4,
                qty_before,
                qty_after,
                client_id,
                previous_client_id,
                price: changes.0,
                condition: changes.1,
            }
        },
    )
}

fn key_row() -> impl Strategy<Value = KeyViewRow> {
    (key(), account(), scopes(), time()).prop_map(|(key, account, scopes, expires_at)| KeyViewRow {
        key,
        account,
        scopes,
        expires_at,
    })
}

fn funding() -> impl Strategy<Value = Funding> {
    let deposit_statuses = vec![
        DepositStatus::Seen,
        DepositStatus::Credited,
        DepositStatus::Dropped,
    ];
    let withdrawal_statuses = vec![
        WithdrawalStatus::Held,
        WithdrawalStatus::Settled,
        WithdrawalStatus::Cancelled,
    ];
    prop_oneof![
        (deposit(), select(deposit_statuses))
            .prop_map(|(deposit, status)| Funding::Deposit { deposit, status }),
        (account(), withdrawal(), select(withdrawal_statuses)).prop_map(
            |(account, withdrawal, status)| Funding::Withdrawal {
                account,
                withdrawal,
                status,
            }
        ),
    ]
}

fn funding_row() -> impl Strategy<Value = FundingRow> {
    (
        sequence(),
        time(),
        funding(),
        option::of(sequence()),
        time(),
    )
        .prop_map(
            |(created_by, created_at, funding, ended_by, updated_at)| FundingRow {
                created_by,
                created_at,
                funding,
                ended_by,
                updated_at,
            },
        )
}

//! An order as columns, in the order of `tables::ORDER_COLUMNS`.

use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId};
use model::number::{BasisPoints, PegLevels};
use model::order::{Condition, Instructions, OrderKind, Peg, Trigger};
use model::strategy::{Strategy, StrategyId, StrategyKind};
use model::text::ClientOrderId;

use crate::codes::Code;
use crate::error::HistoryError;
use crate::order::{OrderKey, PastOrder};
use crate::row::Row;
use crate::statement::Values;
use crate::trade_columns::{Columns, amount_text, damaged};

const LIMIT: i64 = 0;
const LIMIT_MAKER: i64 = 1;
const MARKET: i64 = 2;
const MARKET_QUOTE: i64 = 3;

const STOP: i64 = 0;
const TRAIL: i64 = 1;
const TRAIL_FROM: i64 = 2;

/// Appends the values of an order to a statement.
pub fn push(values: &mut Values, order: &PastOrder) {
    values.push_bind(i64::from(order.key.account.0));
    values.push_bind(i64::from(order.key.market.0));
    values.push_bind(order.key.order.0.cast_signed());
    values.push_bind(name_text(order.client_id));
    values.push_bind(order.side.number());
    push_kind(values, &order.kind);
    values.push_bind(order.self_trade.number());
    push_instructions(values, &order.instructions);
    values.push_bind(order.list.map(|list| list.0.cast_signed()));
    values.push_bind(order.stage.number());
    values.push_bind(order.original.lots());
    values.push_bind(order.executed.lots());
    values.push_bind(order.prevented.lots());
    values.push_bind(order.prevented_match.map(|number| number.0.cast_signed()));
    values.push_bind(order.quote_units.to_string());
    values.push_bind(order.created_at.nanos());
    values.push_bind(order.updated_at.nanos());
    values.push_bind(order.working_at.map(|at| at.nanos()));
    values.push_bind(order.trailing_since.map(|at| at.nanos()));
    values.push_bind(order.closed.map(Code::number));
}

fn push_kind(values: &mut Values, kind: &OrderKind) {
    let (number, quote, time_in_force) = match kind {
        OrderKind::Limit { time_in_force, .. } => (LIMIT, None, Some(*time_in_force)),
        OrderKind::LimitMaker { .. } => (LIMIT_MAKER, None, None),
        OrderKind::Market { .. } => (MARKET, None, None),
        OrderKind::MarketQuote { quote } => (MARKET_QUOTE, Some(*quote), None),
    };
    values.push_bind(number);
    values.push_bind(kind.price().map(|price| price.ticks()));
    values.push_bind(kind.qty().map(|qty| qty.lots()));
    values.push_bind(quote.map(amount_text));
    values.push_bind(time_in_force.map(Code::number));
}

fn push_instructions(values: &mut Values, instructions: &Instructions) {
    let trigger = instructions.trigger;
    let condition = trigger.map(|trigger| match trigger.condition {
        Condition::Stop { .. } => STOP,
        Condition::Trail { .. } => TRAIL,
        Condition::TrailFrom { .. } => TRAIL_FROM,
    });
    let (price, delta) = match trigger {
        Some(trigger) => (trigger.price(), trigger.delta()),
        None => (None, None),
    };
    values.push_bind(trigger.map(|trigger| trigger.purpose.number()));
    values.push_bind(condition);
    values.push_bind(price.map(|price| price.ticks()));
    values.push_bind(delta.map(|delta| i64::from(delta.points())));
    values.push_bind(instructions.iceberg.map(|qty| qty.lots()));
    let peg = instructions.peg;
    values.push_bind(peg.map(|peg| peg.base.number()));
    values.push_bind(peg.map(|peg| i64::from(peg.levels.count())));
    values.push_bind(peg.and_then(|peg| peg.price).map(|price| price.ticks()));
    let strategy = instructions.strategy;
    values.push_bind(strategy.id.map(StrategyId::number));
    values.push_bind(strategy.kind.map(StrategyKind::number));
}

/// Returns the order in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read(row: &Row) -> Result<PastOrder, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastOrder {
        key: OrderKey {
            account: AccountId(columns.number("account")?),
            market: MarketId(columns.number("market")?),
            order: OrderId(columns.number("number")?),
        },
        client_id: columns.name("client_id")?,
        side: columns.code("side")?,
        kind: read_kind(&mut columns)?,
        self_trade: columns.code("self_trade")?,
        instructions: read_instructions(&mut columns)?,
        list: columns.optional_number("list")?.map(ListId),
        stage: columns.code("stage")?,
        original: columns.qty("original")?,
        executed: columns.qty("executed")?,
        prevented: columns.qty("prevented")?,
        prevented_match: columns
            .optional_number("prevented_match")?
            .map(PreventedMatchId),
        quote_units: columns.units("quote_units")?,
        created_at: columns.time("created_ns")?,
        updated_at: columns.time("updated_ns")?,
        working_at: columns.optional_time("working_ns")?,
        trailing_since: columns.optional_time("trailing_since_ns")?,
        closed: columns.optional_code("closed")?,
    })
}

fn read_kind(columns: &mut Columns<'_>) -> Result<OrderKind, HistoryError> {
    let kind: i64 = columns.number("kind")?;
    let price = columns.optional_price("price")?;
    let qty = columns.optional_qty("qty")?;
    let quote = columns.optional_amount("quote")?;
    let time_in_force = columns.optional_code("time_in_force")?;
    let read = match kind {
        LIMIT => price
            .zip(qty)
            .zip(time_in_force)
            .map(|((price, qty), time_in_force)| OrderKind::Limit {
                price,
                qty,
                time_in_force,
            }),
        LIMIT_MAKER => price
            .zip(qty)
            .map(|(price, qty)| OrderKind::LimitMaker { price, qty }),
        MARKET => qty.map(|qty| OrderKind::Market { qty }),
        MARKET_QUOTE => quote.map(|quote| OrderKind::MarketQuote { quote }),
        _ => None,
    };
    read.ok_or(damaged("kind"))
}

fn read_instructions(columns: &mut Columns<'_>) -> Result<Instructions, HistoryError> {
    let trigger = read_trigger(columns)?;
    let iceberg = columns.optional_qty("iceberg_qty")?;
    let base = columns.optional_code("peg_base")?;
    let levels = columns.optional_number("peg_levels")?.map(PegLevels::new);
    let price = columns.optional_price("peg_price")?;
    let peg = match (base, levels) {
        (None, None) => None,
        (Some(base), Some(Some(levels))) => Some(Peg {
            base,
            levels,
            price,
        }),
        _ => return Err(damaged("peg_base")),
    };
    Ok(Instructions {
        trigger,
        iceberg,
        peg,
        strategy: read_strategy(columns)?,
    })
}

fn read_strategy(columns: &mut Columns<'_>) -> Result<Strategy, HistoryError> {
    let id = columns.optional_number("strategy_id")?.map(StrategyId::new);
    let kind = columns.optional_number("strategy_kind")?;
    let kind = kind.map(StrategyKind::new);
    match (id, kind) {
        (Some(None), _) => Err(damaged("strategy_id")),
        (_, Some(None)) => Err(damaged("strategy_kind")),
        _ => Ok(Strategy {
            id: id.flatten(),
            kind: kind.flatten(),
        }),
    }
}

fn read_trigger(columns: &mut Columns<'_>) -> Result<Option<Trigger>, HistoryError> {
    let purpose = columns.optional_code("trigger_purpose")?;
    let condition: Option<i64> = columns.optional_number("trigger_condition")?;
    let price = columns.optional_price("trigger_price")?;
    let delta = columns
        .optional_number("trigger_delta")?
        .and_then(BasisPoints::new);
    let (Some(purpose), Some(condition)) = (purpose, condition) else {
        return Ok(None);
    };
    let read = match condition {
        STOP => price.map(|price| Condition::Stop { price }),
        TRAIL => delta.map(|delta| Condition::Trail { delta }),
        TRAIL_FROM => price
            .zip(delta)
            .map(|(activation, delta)| Condition::TrailFrom { activation, delta }),
        _ => None,
    };
    let condition = read.ok_or(damaged("trigger_condition"))?;
    Ok(Some(Trigger { purpose, condition }))
}

/// Returns a client id as text.
pub fn name_text(name: ClientOrderId) -> String {
    let (chars, length) = name.chars();
    String::from_utf8_lossy(&chars[..length]).into_owned()
}

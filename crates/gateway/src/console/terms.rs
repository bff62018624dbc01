//! The terms of a market as parameters of a proposal: whole numbers in the units of the engine.

use model::account::FEE_TIERS;
use model::instrument::{Band, FeeRates, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::order::{SelfTradeMode, SelfTradeModes};

use crate::console::denied::Denied;
use crate::console::reading::LookUp;

/// The names of the parameters.
pub const NAMES: &[&str] = &[
    "price_min_ticks",
    "price_max_ticks",
    "qty_min_lots",
    "qty_max_lots",
    "market_qty_min_lots",
    "market_qty_max_lots",
    "notional_min_units",
    "notional_max_units",
    "bid_up_ppm",
    "bid_down_ppm",
    "ask_up_ppm",
    "ask_down_ppm",
    "execution_up_ppm",
    "execution_down_ppm",
    "open_orders_max",
    "position_max_units",
    "maker_ppb",
    "taker_ppb",
    "self_trade_default",
    "self_trade_allowed",
];

/// Reads terms; what is not given is as in `like`.
///
/// # Errors
/// `Parameter` for the first that is missing or no number within its bound.
pub fn read(look_up: LookUp<'_>, like: Option<Terms>) -> Result<Terms, Denied> {
    let given = |name: &str, like: Option<String>| {
        let text = look_up(name).or(like);
        text.ok_or_else(|| {
            Denied::Parameter(format!(
                "{name} is missing; `like` names a market to take it from"
            ))
        })
    };
    let known: Vec<(&str, String)> = like.as_ref().map(pairs).unwrap_or_default();
    let text = |name: &str| {
        let like = known.iter().find(|(other, _)| *other == name);
        given(name, like.map(|(_, value)| value.clone()))
    };
    let price = |name: &str| number(name, &text(name)?, Price::new);
    let qty = |name: &str| number(name, &text(name)?, Qty::new);
    let amount = |name: &str| number(name, &text(name)?, Amount::new);
    let ratio = |name: &str| number(name, &text(name)?, RatioPpm::new);
    let band = |up: &str, down: &str| -> Result<Band, Denied> {
        Ok(Band {
            up: ratio(up)?,
            down: ratio(down)?,
        })
    };
    let allowed = number("self_trade_allowed", &text("self_trade_allowed")?, |bits| {
        SelfTradeModes::from_bits(bits)
    })?;
    Ok(Terms {
        price_min: price("price_min_ticks")?,
        price_max: price("price_max_ticks")?,
        qty_min: qty("qty_min_lots")?,
        qty_max: qty("qty_max_lots")?,
        market_qty_min: qty("market_qty_min_lots")?,
        market_qty_max: qty("market_qty_max_lots")?,
        notional_min: amount("notional_min_units")?,
        notional_max: amount("notional_max_units")?,
        bid_band: band("bid_up_ppm", "bid_down_ppm")?,
        ask_band: band("ask_up_ppm", "ask_down_ppm")?,
        execution_band: band("execution_up_ppm", "execution_down_ppm")?,
        open_orders_max: number("open_orders_max", &text("open_orders_max")?, Some)?,
        position_max: amount("position_max_units")?,
        fees: fees(&text("maker_ppb")?, &text("taker_ppb")?)?,
        self_trade_default: self_trade(&text("self_trade_default")?)?,
        self_trade_allowed: allowed,
    })
}

/// Returns the terms as parameters, in the order of [`NAMES`].
pub fn text(terms: &Terms) -> String {
    let pairs = pairs(terms).into_iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn pairs(terms: &Terms) -> Vec<(&'static str, String)> {
    let rates = |rate: fn(&FeeRates) -> RatePpb| {
        let rates = terms.fees.iter().map(|fees| rate(fees).ppb().to_string());
        rates.collect::<Vec<_>>().join(",")
    };
    let values = [
        terms.price_min.ticks().to_string(),
        terms.price_max.ticks().to_string(),
        terms.qty_min.lots().to_string(),
        terms.qty_max.lots().to_string(),
        terms.market_qty_min.lots().to_string(),
        terms.market_qty_max.lots().to_string(),
        terms.notional_min.units().to_string(),
        terms.notional_max.units().to_string(),
        terms.bid_band.up.ppm().to_string(),
        terms.bid_band.down.ppm().to_string(),
        terms.ask_band.up.ppm().to_string(),
        terms.ask_band.down.ppm().to_string(),
        terms.execution_band.up.ppm().to_string(),
        terms.execution_band.down.ppm().to_string(),
        terms.open_orders_max.to_string(),
        terms.position_max.units().to_string(),
        rates(|fees| fees.maker),
        rates(|fees| fees.taker),
        name_of(terms.self_trade_default).to_owned(),
        terms.self_trade_allowed.bits().to_string(),
    ];
    NAMES.iter().copied().zip(values).collect()
}

fn number<N: core::str::FromStr, T>(
    name: &str,
    text: &str,
    new: impl Fn(N) -> Option<T>,
) -> Result<T, Denied> {
    let number = text.parse().ok().and_then(new);
    number.ok_or_else(|| Denied::parameter(name, "a whole number within its bound"))
}

fn fees(makers: &str, takers: &str) -> Result<[FeeRates; FEE_TIERS], Denied> {
    let (makers, takers) = (rates("maker_ppb", makers)?, rates("taker_ppb", takers)?);
    Ok(core::array::from_fn(|tier| FeeRates {
        maker: makers[tier],
        taker: takers[tier],
    }))
}

/// One rate for all tiers, or one each.
fn rates(name: &str, text: &str) -> Result<[RatePpb; FEE_TIERS], Denied> {
    let rates = text.split(',').map(|text| number(name, text, RatePpb::new));
    let rates: Vec<RatePpb> = rates.collect::<Result<_, _>>()?;
    match rates[..] {
        [one] => Ok([one; FEE_TIERS]),
        _ => rates
            .try_into()
            .map_err(|_| Denied::parameter(name, "one rate, or ten with commas")),
    }
}

const SELF_TRADE_MODES: [(&str, SelfTradeMode); 5] = [
    ("none", SelfTradeMode::None),
    ("expire-taker", SelfTradeMode::ExpireTaker),
    ("expire-maker", SelfTradeMode::ExpireMaker),
    ("expire-both", SelfTradeMode::ExpireBoth),
    ("decrement", SelfTradeMode::Decrement),
];

fn self_trade(text: &str) -> Result<SelfTradeMode, Denied> {
    let found = SELF_TRADE_MODES.iter().find(|(name, _)| *name == text);
    let (_, mode) = found.ok_or_else(|| {
        let expected = "none, expire-taker, expire-maker, expire-both or decrement";
        Denied::parameter("self_trade_default", expected)
    })?;
    Ok(*mode)
}

fn name_of(mode: SelfTradeMode) -> &'static str {
    let found = SELF_TRADE_MODES.iter().find(|(_, other)| *other == mode);
    found.map_or("none", |(name, _)| name)
}

//! Which limit of a filter a request broke, found again from its parameters and from what the market publishes.
//!
//! The filter itself is decided elsewhere, by the reader of the request or by the engine; this only names the reason, and
//! names none where it cannot tell. Counts and positions are known to the engine alone: their details say the limit and
//! not what was asked for.
//!
//! **Source** `docs/spec/binance-surface.md` §7.3.

use axum::http::{HeaderMap, HeaderName};
use model::number::div_ceil;
use serde_json::Value;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::exchange::filters;
use wire::binance::detail::Detail;
use wire::binance::error::Refusal;
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::request::names::{self, OrderNames};
use wire::decimal::Decimal;

use crate::reply::Reply;
use crate::rest::average;
use crate::rest::facts::rules;
use crate::route::Route;

/// Asks for more than upstream says about a refusal; no client of upstream sends it.
const ASKED: HeaderName = HeaderName::from_static("x-bourse-detail");
const PREFIX: &str = "Filter failure: ";
const UNITS_PER_WHOLE: i128 = 100_000_000;
const NO_NUMBER: i128 = -1;

/// Whether a refusal says which limit was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    Told,
    Untold,
}

impl Details {
    /// Returns what the headers of a request ask for.
    pub fn of(headers: &HeaderMap) -> Details {
        match headers.get(ASKED) {
            Some(asked) if asked == "1" => Details::Told,
            _ => Details::Untold,
        }
    }
}

/// What was broken: a member of the filter, and what the request came to.
type Broken = (&'static str, Option<String>);

/// An order of a request: how its parameters are called.
struct Leg {
    names: &'static OrderNames,
    side: &'static str,
    /// `None` for the stop loss of the old pair, whose type has no parameter.
    order_type: Option<&'static str>,
}

const fn leg(
    names: &'static OrderNames,
    side: &'static str,
    order_type: Option<&'static str>,
) -> Leg {
    Leg {
        names,
        side,
        order_type,
    }
}

const ALONE: &[Leg] = &[leg(&names::ALONE, "side", Some("type"))];
const OLD_PAIR: &[Leg] = &[
    leg(&names::OLD_LIMIT, "side", None),
    leg(&names::OLD_STOP, "side", None),
];
const PAIR: &[Leg] = &[
    leg(&names::ABOVE, "side", Some("aboveType")),
    leg(&names::BELOW, "side", Some("belowType")),
];
const TRIGGERING: &[Leg] = &[
    leg(&names::WORKING, "workingSide", Some("workingType")),
    leg(&names::PENDING, "pendingSide", Some("pendingType")),
];
const TRIGGERING_PAIR: &[Leg] = &[
    leg(&names::WORKING, "workingSide", Some("workingType")),
    leg(
        &names::PENDING_ABOVE,
        "pendingSide",
        Some("pendingAboveType"),
    ),
    leg(
        &names::PENDING_BELOW,
        "pendingSide",
        Some("pendingBelowType"),
    ),
];

/// Returns a refusal with what upstream's text leaves out.
pub fn tell(views: &Views, route: Route, params: &Params, refusal: Refusal) -> Reply {
    match find(views, route, params, &refusal) {
        Some(detail) => Reply::json(refusal.status, detail.body(&refusal)),
        None => Reply::from(refusal),
    }
}

/// Returns the detail of a refusal, or `None` when no filter refused or the reason cannot be told.
fn find(views: &Views, route: Route, params: &Params, refusal: &Refusal) -> Option<Detail> {
    let name = refusal.msg.strip_prefix(PREFIX)?;
    let market = views.market_of(request::symbol(params).ok()?)?;
    let filter = published(market, name)?;
    let check = Check {
        params,
        filter: &filter,
        average: average::of(market, views.at()).price.0,
    };
    let (limit, given) = check.broken(name, route)?;
    Some(Detail {
        filter: name.to_owned(),
        limit,
        value: printed(filter.get(limit)?),
        given,
    })
}

/// Returns a filter of a market as `exchangeInfo` prints it.
fn published(market: &Market, name: &str) -> Option<Value> {
    let filters = filters(market.instrument(), rules(market));
    let filters = serde_json::to_value(filters).ok()?;
    let mut filters = filters.as_array()?.iter();
    filters.find(|filter| filter["filterType"] == name).cloned()
}

fn printed(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

struct Check<'a> {
    params: &'a Params,
    filter: &'a Value,
    average: i128,
}

impl Check<'_> {
    fn broken(&self, name: &str, route: Route) -> Option<Broken> {
        let count = |limit| Some((limit, None));
        match name {
            "MAX_NUM_ORDERS" => count("maxNumOrders"),
            "MAX_NUM_ALGO_ORDERS" => count("maxNumAlgoOrders"),
            "MAX_NUM_ICEBERG_ORDERS" => count("maxNumIcebergOrders"),
            "MAX_NUM_ORDER_LISTS" => count("maxNumOrderLists"),
            "MAX_NUM_ORDER_AMENDS" => count("maxNumOrderAmends"),
            "MAX_POSITION" => count("maxPosition"),
            _ if matches!(route, Route::AmendOrder | Route::AmendLimit) => self.amended(name),
            _ => legs(route).iter().find_map(|leg| self.of_leg(name, leg)),
        }
    }

    /// An amendment names no side and maybe no price: what it is worth depends on the order.
    fn amended(&self, name: &str) -> Option<Broken> {
        match name {
            "NOTIONAL" => Some(("minNotional", None)),
            "PERCENT_PRICE_BY_SIDE" => None,
            "PRICE_FILTER" => {
                let mut prices = ["newPrice", "newStopPrice"]
                    .iter()
                    .filter_map(|name| self.decimal(name));
                let range = ["minPrice", "maxPrice", "tickSize"];
                prices.find_map(|price| self.grid(price, range))
            }
            "ICEBERG_PARTS" | "TRAILING_DELTA" => None,
            _ => {
                let mut lots = ["newQty", "newIcebergQty"]
                    .iter()
                    .filter_map(|name| self.decimal(name));
                lots.find_map(|lots| self.grid(lots, ["minQty", "maxQty", "stepSize"]))
            }
        }
    }

    fn of_leg(&self, name: &str, leg: &Leg) -> Option<Broken> {
        let lots = ["minQty", "maxQty", "stepSize"];
        match name {
            "PRICE_FILTER" => {
                let prices = [leg.names.price, leg.names.stop_price];
                let range = ["minPrice", "maxPrice", "tickSize"];
                let mut prices = prices.iter().filter_map(|name| self.decimal(name));
                prices.find_map(|price| self.grid(price, range))
            }
            "LOT_SIZE" => {
                let quantities = [leg.names.qty, leg.names.iceberg_qty];
                let mut quantities = quantities.iter().filter_map(|name| self.decimal(name));
                quantities.find_map(|qty| self.grid(qty, lots))
            }
            "MARKET_LOT_SIZE" => self.grid(self.decimal(leg.names.qty)?, lots),
            "NOTIONAL" => self.notional(leg),
            "PERCENT_PRICE_BY_SIDE" => self.percent(leg),
            "ICEBERG_PARTS" => self.parts(leg),
            "TRAILING_DELTA" => self.delta(leg),
            _ => None,
        }
    }

    /// Least, most and step of a number.
    fn grid(&self, number: i128, [least, most, step]: [&'static str; 3]) -> Option<Broken> {
        let is_off_step = |step: i128| 0 < step && number.rem_euclid(step) != 0;
        let limit = if number < self.limit(least) {
            least
        } else if self.limit(most) < number {
            most
        } else if is_off_step(self.limit(step)) {
            step
        } else {
            return None;
        };
        Some((limit, Some(Decimal(number).to_string())))
    }

    /// An order without a price is worth what the average says.
    fn notional(&self, leg: &Leg) -> Option<Broken> {
        let quote = leg.names.quote_qty.and_then(|name| self.decimal(name));
        let worth = match quote {
            Some(quote) => quote,
            None => {
                let price = self.decimal(leg.names.price).unwrap_or(self.average);
                let worth = self.decimal(leg.names.qty)?.checked_mul(price)?;
                worth.div_euclid(UNITS_PER_WHOLE)
            }
        };
        let limit = if worth < self.limit("minNotional") {
            "minNotional"
        } else if self.limit("maxNotional") < worth {
            "maxNotional"
        } else {
            return None;
        };
        Some((limit, Some(Decimal(worth).to_string())))
    }

    /// The engine has compared the price with the average; this only tells on which side of it the price lies.
    fn percent(&self, leg: &Leg) -> Option<Broken> {
        let price = self.decimal(leg.names.price)?;
        let is_buy = self.params.raw(leg.side) == Some("BUY");
        let (up, down) = if is_buy {
            ("bidMultiplierUp", "bidMultiplierDown")
        } else {
            ("askMultiplierUp", "askMultiplierDown")
        };
        let bound = |limit| self.average.checked_mul(self.limit(limit));
        let scaled = price.checked_mul(UNITS_PER_WHOLE)?;
        if bound(up)? < scaled {
            Some((up, Some(Decimal(price).to_string())))
        } else if scaled < bound(down)? {
            Some((down, Some(Decimal(price).to_string())))
        } else {
            None
        }
    }

    fn parts(&self, leg: &Leg) -> Option<Broken> {
        let shown = self.decimal(leg.names.iceberg_qty)?;
        let qty = self.decimal(leg.names.qty)?;
        let parts = (0 < shown).then(|| div_ceil(qty, shown))?;
        let most = i128::from(self.filter["limit"].as_u64()?);
        (most < parts).then(|| ("limit", Some(parts.to_string())))
    }

    fn delta(&self, leg: &Leg) -> Option<Broken> {
        let given = self.params.raw(leg.names.trailing_delta)?;
        let delta: u64 = given.parse().ok()?;
        let (least, most) = if self.waits_above(leg) {
            ("minTrailingAboveDelta", "maxTrailingAboveDelta")
        } else {
            ("minTrailingBelowDelta", "maxTrailingBelowDelta")
        };
        let limit = if delta < self.filter[least].as_u64()? {
            least
        } else if self.filter[most].as_u64()? < delta {
            most
        } else {
            return None;
        };
        Some((limit, Some(given.to_owned())))
    }

    /// A stop loss that buys and a take profit that sells wait above the market.
    fn waits_above(&self, leg: &Leg) -> bool {
        let is_buy = self.params.raw(leg.side) == Some("BUY");
        let order_type = leg.order_type.and_then(|name| self.params.raw(name));
        let is_stop_loss = order_type.is_none_or(|word| word.starts_with("STOP_LOSS"));
        is_buy == is_stop_loss
    }

    fn decimal(&self, name: &str) -> Option<i128> {
        self.params.decimal(name).ok().flatten()
    }

    fn limit(&self, name: &str) -> i128 {
        let text = self.filter[name].as_str();
        text.and_then(|text| wire::decimal::parse(text).ok())
            .unwrap_or(NO_NUMBER)
    }
}

const fn legs(route: Route) -> &'static [Leg] {
    match route {
        Route::NewOrder | Route::TestOrder | Route::CancelReplace => ALONE,
        Route::NewOldPair => OLD_PAIR,
        Route::NewPair => PAIR,
        Route::NewTriggering => TRIGGERING,
        Route::NewTriggeringPair => TRIGGERING_PAIR,
        _ => &[],
    }
}

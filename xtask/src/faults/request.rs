//! What the witness asks for, and how each request is named so that it can be found again.

use super::account::Parameters;
use super::chance::Chance;
use super::decimal;

/// A market the witness trades in.
#[derive(Debug, PartialEq, Eq)]
pub struct Market {
    pub symbol: &'static str,
    /// The lowest price asked, and the distance of neighbours, in units.
    price: i128,
    price_step: i128,
    lot: i128,
    /// The smallest quantity asked, in lots: well above the smallest notional.
    lots_min: u64,
}

pub const MARKETS: [Market; 3] = [
    Market {
        symbol: "BTCUSDT",
        price: 6_000_000_000_000,
        price_step: 100_000_000,
        lot: 1_000,
        lots_min: 100,
    },
    Market {
        symbol: "ETHUSDT",
        price: 270_000_000_000,
        price_step: 10_000_000,
        lot: 10_000,
        lots_min: 200,
    },
    Market {
        symbol: "LTCUSDT",
        price: 6_100_000_000,
        price_step: 1_000_000,
        lot: 100_000,
        lots_min: 300,
    },
];

/// Prices lie on so many levels; buys on the lower and sells on the upper ones, with an overlap in which they trade.
const LEVELS: u64 = 100;
const OVERLAP: u64 = 20;

/// An account and a market, by their place in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub account: usize,
    pub market: usize,
}

impl Place {
    pub fn symbol(self) -> &'static str {
        MARKETS[self.market].symbol
    }
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Place,
    Cancel { order: u64 },
    Amend { order: u64 },
    Replace { order: u64 },
}

/// A request of the witness. It can be sent again as it is: its number is part of every name in it.
#[derive(Clone, Debug)]
pub struct Request {
    pub number: u64,
    pub place: Place,
    pub kind: Kind,
    pub parameters: Parameters,
}

impl Request {
    pub fn method(&self) -> &'static str {
        match self.kind {
            Kind::Place | Kind::Replace { .. } => "POST",
            Kind::Cancel { .. } => "DELETE",
            Kind::Amend { .. } => "PUT",
        }
    }

    pub fn path(&self) -> &'static str {
        match self.kind {
            Kind::Place | Kind::Cancel { .. } => "/api/v3/order",
            Kind::Amend { .. } => "/api/v3/order/amend/keepPriority",
            Kind::Replace { .. } => "/api/v3/order/cancelReplace",
        }
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// How the order that a request places, its cancel and its exactly-once key begin; the number follows.
pub const ORDER: &str = "wit-";
pub const CANCEL: &str = "can-";
pub const KEY: &str = "key-";
/// The length of every name.
pub const NAME_CHARS: usize = 16;

fn name(prefix: &str, number: u64) -> String {
    format!("{prefix}{number:012}")
}

/// Returns the client order id of the order that request `number` places.
pub fn client_id(number: u64) -> String {
    name(ORDER, number)
}

/// Returns the number of the request that named an order so, or `None` when none did.
pub fn number_of(client_id: &str) -> Option<u64> {
    client_id.strip_prefix(ORDER)?.parse().ok()
}

/// An order that was open when the witness last heard of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    pub place: Place,
    pub order: u64,
    /// The request whose name it bears.
    pub named_by: u64,
    pub qty: i128,
}

/// Returns a new order of some kind.
pub fn place(number: u64, place: Place, chance: &mut Chance) -> Request {
    let mut parameters = base(number, place);
    parameters.extend(order(number, place, chance));
    Request {
        number,
        place,
        kind: Kind::Place,
        parameters,
    }
}

/// Returns an order of a small, fixed quantity at a price in hundredths.
pub fn limit(number: u64, place: Place, side: &str, time_in_force: &str, cents: u64) -> Request {
    let market = &MARKETS[place.market];
    let qty = market.lot * i128::from(market.lots_min) * 4;
    let mut parameters = base(number, place);
    parameters.extend([
        ("side", side.to_owned()),
        ("type", "LIMIT".to_owned()),
        ("timeInForce", time_in_force.to_owned()),
        ("quantity", decimal::show(qty)),
        (
            "price",
            decimal::show(i128::from(cents) * decimal::UNITS_PER_WHOLE / 100),
        ),
        ("newClientOrderId", client_id(number)),
        ("newOrderRespType", "FULL".to_owned()),
    ]);
    Request {
        number,
        place,
        kind: Kind::Place,
        parameters,
    }
}

/// Returns the cancel of an order.
pub fn cancel(number: u64, open: OpenOrder) -> Request {
    let mut parameters = base(number, open.place);
    parameters.push(("orderId", open.order.to_string()));
    parameters.push(("newClientOrderId", name(CANCEL, number)));
    Request {
        number,
        place: open.place,
        kind: Kind::Cancel { order: open.order },
        parameters,
    }
}

/// Returns the cancel of an order by the name that an earlier request gave it.
pub fn cancel_named(number: u64, place: Place, placed_by: u64) -> Request {
    let mut parameters = base(number, place);
    parameters.push(("origClientOrderId", client_id(placed_by)));
    parameters.push(("newClientOrderId", name(CANCEL, number)));
    Request {
        number,
        place,
        kind: Kind::Cancel { order: 0 },
        parameters,
    }
}

/// Returns an amendment that takes part of an order away and leaves it its name.
pub fn amend(number: u64, open: OpenOrder, chance: &mut Chance) -> Request {
    let lot = MARKETS[open.place.market].lot;
    let qty = open.qty * i128::from(chance.within(60, 95)) / 100 / lot * lot;
    let mut parameters = base(number, open.place);
    parameters.push(("orderId", open.order.to_string()));
    parameters.push(("newQty", decimal::show(qty)));
    parameters.push(("newClientOrderId", client_id(open.named_by)));
    Request {
        number,
        place: open.place,
        kind: Kind::Amend { order: open.order },
        parameters,
    }
}

/// Returns the replacement of an order by a new one.
pub fn replace(number: u64, open: OpenOrder, chance: &mut Chance) -> Request {
    let mode = if chance.is_one_in(2) {
        "STOP_ON_FAILURE"
    } else {
        "ALLOW_FAILURE"
    };
    let mut parameters = base(number, open.place);
    parameters.push(("cancelReplaceMode", mode.to_owned()));
    parameters.push(("cancelOrderId", open.order.to_string()));
    parameters.push(("cancelNewClientOrderId", name(CANCEL, number)));
    parameters.extend(order(number, open.place, chance));
    Request {
        number,
        place: open.place,
        kind: Kind::Replace { order: open.order },
        parameters,
    }
}

fn base(number: u64, place: Place) -> Parameters {
    vec![
        ("symbol", place.symbol().to_owned()),
        ("idempotencyKey", name(KEY, number)),
    ]
}

fn order(number: u64, place: Place, chance: &mut Chance) -> Parameters {
    let market = &MARKETS[place.market];
    let is_buy = chance.is_one_in(2);
    let level = chance.below(LEVELS / 2 + OVERLAP) + if is_buy { 0 } else { LEVELS / 2 - OVERLAP };
    let price = decimal::show(market.price + market.price_step * i128::from(level));
    let lots = chance.within(market.lots_min, 20 * market.lots_min);
    let qty = decimal::show(market.lot * i128::from(lots));
    let mut parameters = vec![
        ("side", if is_buy { "BUY" } else { "SELL" }.to_owned()),
        ("newClientOrderId", client_id(number)),
        ("newOrderRespType", "FULL".to_owned()),
    ];
    let (order_type, time_in_force) = order_type(chance);
    parameters.push(("type", order_type.to_owned()));
    parameters.push(("quantity", qty));
    if order_type != "MARKET" {
        parameters.push(("price", price));
    }
    if order_type == "LIMIT" {
        parameters.push(("timeInForce", time_in_force.to_owned()));
    }
    parameters
}

fn order_type(chance: &mut Chance) -> (&'static str, &'static str) {
    match chance.below(100) {
        0..70 => ("LIMIT", "GTC"),
        70..78 => ("LIMIT", "IOC"),
        78..83 => ("LIMIT", "FOK"),
        83..93 => ("LIMIT_MAKER", ""),
        _ => ("MARKET", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_the_request_that_placed_it() {
        assert_eq!(number_of(&client_id(7)), Some(7));
        assert_eq!(client_id(7).len(), NAME_CHARS);
        assert_eq!(number_of("x-7"), None);
    }

    #[test]
    fn an_amendment_stays_on_the_grid_and_takes_something_away() {
        let open = OpenOrder {
            place: Place {
                account: 0,
                market: 0,
            },
            order: 1,
            named_by: 7,
            qty: 100_000,
        };
        let mut chance = Chance::new(1);
        for number in 0..100 {
            let request = amend(number, open, &mut chance);
            let qty = decimal::parse(request.parameter("newQty").expect("a quantity"))
                .expect("a decimal");
            assert!(0 < qty && qty < open.qty && qty % MARKETS[0].lot == 0);
        }
    }
}

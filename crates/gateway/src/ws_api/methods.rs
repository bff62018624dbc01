//! The methods of the WebSocket API, most of them a row of the route table by another name.

use std::collections::HashMap;
use std::sync::OnceLock;

use axum::http::Method as Verb;

use crate::access::Access;
use crate::route::{self, Class, Endpoint, Route};

/// What a method asks for.
#[derive(Clone, Copy, Debug)]
pub enum Method {
    /// What a row of the route table answers, and its number.
    Shared(usize, &'static Endpoint),
    /// Something about the socket itself.
    Own(Errand),
}

/// What a client wants of its socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    LogOn,
    Status,
    LogOut,
    /// Listen to the account of the login.
    Subscribe,
    /// Listen to the account of the key that signed this.
    SubscribeSigned,
    Unsubscribe,
    ListSubscriptions,
}

const SHARED: &[(&str, Verb, &str)] = &[
    ("ping", Verb::GET, "/api/v3/ping"),
    ("time", Verb::GET, "/api/v3/time"),
    ("exchangeInfo", Verb::GET, "/api/v3/exchangeInfo"),
    ("executionRules", Verb::GET, "/api/v3/executionRules"),
    ("referencePrice", Verb::GET, "/api/v3/referencePrice"),
    (
        "referencePrice.calculation",
        Verb::GET,
        "/api/v3/referencePrice/calculation",
    ),
    (
        "blockTrades.historical",
        Verb::GET,
        "/api/v3/historicalBlockTrades",
    ),
    ("depth", Verb::GET, "/api/v3/depth"),
    ("trades.recent", Verb::GET, "/api/v3/trades"),
    ("trades.historical", Verb::GET, "/api/v3/historicalTrades"),
    ("trades.aggregate", Verb::GET, "/api/v3/aggTrades"),
    ("klines", Verb::GET, "/api/v3/klines"),
    ("uiKlines", Verb::GET, "/api/v3/uiKlines"),
    ("avgPrice", Verb::GET, "/api/v3/avgPrice"),
    ("ticker", Verb::GET, "/api/v3/ticker"),
    ("ticker.24hr", Verb::GET, "/api/v3/ticker/24hr"),
    ("ticker.tradingDay", Verb::GET, "/api/v3/ticker/tradingDay"),
    ("ticker.price", Verb::GET, "/api/v3/ticker/price"),
    ("ticker.book", Verb::GET, "/api/v3/ticker/bookTicker"),
    ("order.place", Verb::POST, "/api/v3/order"),
    ("order.test", Verb::POST, "/api/v3/order/test"),
    ("order.status", Verb::GET, "/api/v3/order"),
    ("order.cancel", Verb::DELETE, "/api/v3/order"),
    (
        "order.cancelReplace",
        Verb::POST,
        "/api/v3/order/cancelReplace",
    ),
    (
        "order.amend.keepPriority",
        Verb::PUT,
        "/api/v3/order/amend/keepPriority",
    ),
    ("order.amend", Verb::POST, "/v1/order/amend"),
    ("order.amendments", Verb::GET, "/api/v3/order/amendments"),
    ("orderList.place", Verb::POST, "/api/v3/order/oco"),
    ("orderList.place.oco", Verb::POST, "/api/v3/orderList/oco"),
    ("orderList.place.oto", Verb::POST, "/api/v3/orderList/oto"),
    (
        "orderList.place.otoco",
        Verb::POST,
        "/api/v3/orderList/otoco",
    ),
    ("orderList.place.opo", Verb::POST, "/api/v3/orderList/opo"),
    (
        "orderList.place.opoco",
        Verb::POST,
        "/api/v3/orderList/opoco",
    ),
    ("orderList.cancel", Verb::DELETE, "/api/v3/orderList"),
    ("orderList.status", Verb::GET, "/api/v3/orderList"),
    ("openOrderLists.status", Verb::GET, "/api/v3/openOrderList"),
    ("allOrderLists", Verb::GET, "/api/v3/allOrderList"),
    ("sor.order.place", Verb::POST, "/api/v3/sor/order"),
    ("sor.order.test", Verb::POST, "/api/v3/sor/order/test"),
    ("openOrders.status", Verb::GET, "/api/v3/openOrders"),
    ("openOrders.cancelAll", Verb::DELETE, "/api/v3/openOrders"),
    ("countdownCancelAll", Verb::POST, "/v1/countdownCancelAll"),
    ("outcome", Verb::GET, "/v1/outcome"),
    ("allOrders", Verb::GET, "/api/v3/allOrders"),
    ("myTrades", Verb::GET, "/api/v3/myTrades"),
    (
        "myPreventedMatches",
        Verb::GET,
        "/api/v3/myPreventedMatches",
    ),
    ("myFilters", Verb::GET, "/api/v3/myFilters"),
    ("myAllocations", Verb::GET, "/api/v3/myAllocations"),
    ("account.status", Verb::GET, "/api/v3/account"),
    (
        "account.commission",
        Verb::GET,
        "/api/v3/account/commission",
    ),
    ("userDataStream.start", Verb::POST, "/api/v3/userDataStream"),
    ("userDataStream.ping", Verb::PUT, "/api/v3/userDataStream"),
    (
        "userDataStream.stop",
        Verb::DELETE,
        "/api/v3/userDataStream",
    ),
    (
        "account.rateLimits.orders",
        Verb::GET,
        "/api/v3/rateLimit/order",
    ),
];

const OWN: &[(&str, Errand)] = &[
    ("session.logon", Errand::LogOn),
    ("session.status", Errand::Status),
    ("session.logout", Errand::LogOut),
    ("session.subscriptions", Errand::ListSubscriptions),
    ("userDataStream.subscribe", Errand::Subscribe),
    (
        "userDataStream.subscribe.signature",
        Errand::SubscribeSigned,
    ),
    ("userDataStream.unsubscribe", Errand::Unsubscribe),
];

/// What a signed errand is checked against.
pub static SIGNED_ERRAND: Endpoint = Endpoint {
    method: Verb::GET,
    path: "/ws-api/v3",
    route: Route::Session,
    name: "socket_session",
    class: Class::Account,
    access: Access::Read,
    weight: 2,
    mandatory: &[],
    optional: &[
        "cancelOnDisconnect",
        "ext",
        "notifications",
        "preferences",
        "resumeFrom",
        "snapshot",
        "subscriptionId",
    ],
};

/// Returns every method with its name.
pub fn all() -> impl Iterator<Item = (&'static str, Method)> {
    let shared = SHARED.iter().map(|(name, ..)| *name);
    let own = OWN.iter().map(|(name, _)| *name);
    shared
        .chain(own)
        .filter_map(|name| look_up(name).map(|method| (name, method)))
}

impl Errand {
    /// Returns its name, and what a signed request for it is checked against.
    pub fn endpoint(self) -> (&'static str, &'static Endpoint) {
        let row = OWN.iter().find(|(_, errand)| *errand == self);
        (row.map_or("", |(name, _)| *name), &SIGNED_ERRAND)
    }
}

/// Returns what a name asks for, with the name, if it is that of a method.
pub fn find(name: &str) -> Option<(&'static str, Method)> {
    static METHODS: OnceLock<HashMap<&'static str, Method>> = OnceLock::new();
    let methods = METHODS.get_or_init(|| all().collect());
    let found = methods.get_key_value(name);
    found.map(|(name, method)| (*name, *method))
}

fn look_up(name: &str) -> Option<Method> {
    if let Some((_, errand)) = OWN.iter().find(|(own, _)| *own == name) {
        return Some(Method::Own(*errand));
    }
    let (_, verb, path) = SHARED.iter().find(|(shared, ..)| *shared == name)?;
    let (row, endpoint) = route::find(verb, path).ok()?;
    Some(Method::Shared(row, endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_method() {
        let names = SHARED.iter().map(|(name, ..)| *name);
        for name in names.chain(OWN.iter().map(|(name, _)| *name)) {
            assert!(find(name).is_some(), "{name}");
        }
        assert!(find("order.Place").is_none());
    }
}

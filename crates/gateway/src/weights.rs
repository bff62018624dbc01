//! What requests weigh: the published numbers, or those of an operator.
//!
//! **Source** `docs/spec/binance-surface.md` §4 and `docs/configuration.md`.

use wire::binance::params::Params;

use crate::access::Access;
use crate::rest::{execution_rules, market, prevented, window};
use crate::route::{ENDPOINTS, Endpoint, Route};
use crate::ws_api::methods::SIGNED_ERRAND;

/// An errand of a socket is the last route.
const ROUTES: usize = Route::Session as usize + 1;
/// What opening a socket of the WebSocket API weighs.
const OPENING: u32 = 2;
/// What resuming a stream of user data weighs: looking up the past reads much of the event log.
const RESUMING: u32 = 100;
const OPENING_NAME: &str = "socket_open";
const RESUMING_NAME: &str = "socket_resume";

/// The weight of every route, and of what a socket does besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    routes: [u32; ROUTES],
    opening: u32,
    resuming: u32,
}

impl Weights {
    /// What upstream publishes.
    pub const PUBLISHED: Weights = {
        let mut routes = [0; ROUTES];
        let mut row = 0;
        while row < ENDPOINTS.len() {
            routes[ENDPOINTS[row].route as usize] = ENDPOINTS[row].weight;
            row += 1;
        }
        routes[Route::Session as usize] = SIGNED_ERRAND.weight;
        Weights {
            routes,
            opening: OPENING,
            resuming: RESUMING,
        }
    };

    /// Returns what opening a socket of the WebSocket API weighs.
    pub const fn opening(&self) -> u32 {
        self.opening
    }

    /// Returns what resuming a stream of user data weighs.
    pub const fn resuming(&self) -> u32 {
        self.resuming
    }

    /// Returns what a request weighs whose parameters change nothing.
    pub const fn of(&self, endpoint: &Endpoint) -> u32 {
        self.routes[endpoint.route as usize]
    }

    /// Returns what a request weighs that is published with `published`: the steps by parameters keep their ratio to the
    /// weight of the route. Rounded up, so that only a route of weight 0 is free.
    pub fn scaled(&self, endpoint: &Endpoint, published: u32) -> u32 {
        let (base, own) = (u64::from(endpoint.weight), u64::from(self.of(endpoint)));
        if base == 0 {
            return 0;
        }
        let scaled = (u64::from(published) * own).div_ceil(base);
        u32::try_from(scaled).unwrap_or(u32::MAX)
    }

    /// Returns the weight of this name, `None` when nothing has it.
    pub fn get(&self, name: &str) -> Option<u32> {
        match name {
            OPENING_NAME => Some(self.opening),
            RESUMING_NAME => Some(self.resuming),
            _ => rows_of(name).next().map(|row| self.of(row)),
        }
    }

    /// Sets the weight of everything of this name; pages and probes of weight 0 stay free.
    pub fn set(&mut self, name: &str, weight: u32) {
        match name {
            OPENING_NAME => self.opening = weight,
            RESUMING_NAME => self.resuming = weight,
            _ => rows_of(name).for_each(|row| self.routes[row.route as usize] = weight),
        }
    }
}

/// Returns the name of every weight that can be set: those of the route table in its order, then those of sockets.
pub fn names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for row in weighed_rows() {
        if !names.contains(&row.name) {
            names.push(row.name);
        }
    }
    names.extend([OPENING_NAME, RESUMING_NAME]);
    names
}

/// Returns the rows that share this name and weigh something.
pub fn rows_of(name: &str) -> impl Iterator<Item = &'static Endpoint> {
    weighed_rows().filter(move |row| row.name == name)
}

fn weighed_rows() -> impl Iterator<Item = &'static Endpoint> {
    let rows = ENDPOINTS.iter().chain([&SIGNED_ERRAND]);
    rows.filter(|row| row.weight != 0)
}

/// Returns what a request weighs by the published numbers.
pub fn published_weight(endpoint: &Endpoint, params: &Params) -> u32 {
    match endpoint.route {
        Route::Depth => market::depth_limit(params).map_or(endpoint.weight, market::depth_weight),
        Route::DayTicker => market::day_ticker_weight(params),
        Route::ExecutionRules => execution_rules::weight(params),
        Route::RollingTicker | Route::TradingDayTicker => window::weight(params),
        Route::PriceTicker | Route::BookTicker => market::ticker_weight(params, 2, 4),
        Route::OpenOrders if params.raw("symbol").is_none() => 80,
        Route::OwnTrades if params.raw("orderId").is_some() => 5,
        Route::OwnPrevented => prevented::weight(params),
        Route::TestOrder if params.flag("computeCommissionRates") == Ok(true) => 20,
        _ => endpoint.weight,
    }
}

/// Placing and cancelling cost nothing when they succeed; a test places nothing.
pub fn is_free_when_done(endpoint: &Endpoint) -> bool {
    endpoint.access == Access::Trade && endpoint.route != Route::TestOrder
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Method;

    fn row(path: &str) -> &'static Endpoint {
        crate::route::find(&Method::GET, path).expect("a row").1
    }

    #[test]
    fn rows_of_a_name_weigh_the_same_and_rows_of_a_route_have_one_name() {
        for row in weighed_rows() {
            for other in weighed_rows() {
                if other.name == row.name || other.route == row.route {
                    assert_eq!(other.weight, row.weight, "{} {}", row.path, other.path);
                    assert_eq!(other.name, row.name, "{} {}", row.path, other.path);
                }
            }
        }
    }

    #[test]
    fn every_row_weighs_what_the_table_says_until_another_weight_is_set() {
        for row in ENDPOINTS {
            assert_eq!(Weights::PUBLISHED.of(row), row.weight, "{}", row.path);
            assert_eq!(Weights::PUBLISHED.scaled(row, row.weight), row.weight);
        }
    }

    #[test]
    fn each_weight_is_set_by_its_name_alone() {
        for name in names() {
            let mut weights = Weights::PUBLISHED;
            weights.set(name, 77);
            for other in names() {
                let expected = if other == name {
                    Some(77)
                } else {
                    Weights::PUBLISHED.get(other)
                };
                assert_eq!(weights.get(other), expected, "{name} {other}");
            }
            assert_eq!(weights.of(row("/health/live")), 0);
            assert_eq!(weights.of(row("/status")), 0);
        }
        assert_eq!(Weights::PUBLISHED.get("health"), None);
    }

    #[test]
    fn steps_by_parameters_keep_their_ratio_and_round_up() {
        for (path, name, own, published, expected) in [
            ("/api/v3/depth", "depth", 10, 250, 500),
            ("/api/v3/depth", "depth", 1, 5, 1),
            ("/api/v3/depth", "depth", 0, 250, 0),
            ("/api/v3/openOrders", "open_orders", 6, 80, 80),
            ("/api/v3/openOrders", "open_orders", 1, 80, 14),
            ("/api/v3/myTrades", "my_trades", 1, 5, 1),
            ("/api/v3/depth", "depth", u32::MAX, 250, u32::MAX),
        ] {
            let mut weights = Weights::PUBLISHED;
            weights.set(name, own);
            assert_eq!(weights.scaled(row(path), published), expected, "{name}");
        }
    }
}

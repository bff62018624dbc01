//! Signed orders over HTTP: the exchange, durable, beside the echo.

use anyhow::Result;
use serde_json::{Map, Value};

use crate::cli::HttpArguments;
use crate::report::floor::Floors;
use crate::socket::Server;
use crate::socket::beside::{self, Round, Side, Subject};
use crate::socket::exchange::Exchange;
use crate::socket::load;
use crate::socket::orders;
use crate::socket::requests::Requests;
use crate::socket::signing::Key;

/// Prints both rates and their ratio.
///
/// # Errors
/// A server that cannot be started, or an answer that is a refusal.
pub fn http(arguments: &HttpArguments) -> Result<Floors> {
    let exchange = Exchange::start()?;
    let echo = Server::echo()?;
    let mut rounds = Vec::new();
    for round in 0..=arguments.runs {
        let keys = &exchange.keys;
        beside::let_rest(exchange.server())?;
        let echoed = run(&echo, keys, &format!("e{round}"), arguments)?;
        let traded = run(exchange.server(), keys, &format!("x{round}"), arguments)?;
        rounds.push(Round { echoed, traded });
    }
    // The first round warmed up.
    rounds.remove(0);
    let subject = Subject {
        text: format!(
            "{} connections, one request under way on each",
            arguments.connections
        ),
        members: Map::from_iter([
            ("connections".to_owned(), Value::from(arguments.connections)),
            ("requests".to_owned(), Value::from(arguments.requests)),
            ("runs".to_owned(), Value::from(arguments.runs)),
        ]),
        is_json: arguments.json,
    };
    Ok(beside::conclude(subject, rounds))
}

fn run(server: &Server, keys: &[Key], name: &str, arguments: &HttpArguments) -> Result<Side> {
    let pairs = arguments.requests.div_ceil(2 * arguments.connections);
    let connections = (0..arguments.connections)
        .zip(keys.iter().cycle())
        .map(|(index, key)| orders::signed(key, &format!("{name}-{index}"), pairs as usize))
        .collect::<Result<Vec<Requests>>>()?;
    Side::of(server, || load::run(server.address, connections))
}
